"""The command line. The only file that prints or exits."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from aib2packer.version import __version__

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

    from aib2packer.batch import Job, Outcome, Settings, Written
    from aib2packer.comparison.settings import Compared
    from aib2packer.diagnostics.model import Finding, Findings, Severity
    from aib2packer.pipeline import Converted, Options
    from aib2packer.preflight.model import Row

CONVERTED, REFUSED, SELF_CHECK_FAILED = 0, 1, 3
_FAILED = ("refused", "in part")
_OUTCOME_COLOURS = {"converted": "green", "in part": "yellow", "refused": "red"}
_VERDICT_COLOURS = {"differs": "yellow", "missing": "red", "extra": "cyan"}
_STATE_COLOURS = {"there": "green", "missing": "red", "differs": "red", "cannot tell": "yellow"}
_COLOURS = {"error": "red", "warning": "yellow", "note": "cyan"}


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__)
def main() -> None:
    """Converts Azure VM Image Builder templates to Packer projects."""


class _Configured(click.Command):
    """A command whose defaults may stand in a file of settings."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Reads the file before the arguments, which win over it; help needs no file."""
        if not ctx.resilient_parsing and not {*ctx.help_option_names} & {*args}:
            from aib2packer.configuration import ConfigurationError, read_configuration

            try:
                ctx.default_map = read_configuration(Path.cwd())
            except ConfigurationError as error:
                raise click.UsageError(str(error)) from error
        return super().parse_args(ctx, args)


_templates = click.argument("templates", nargs=-1, required=True, metavar="TEMPLATE...")
_os = click.option(
    "--os",
    "os_names",
    multiple=True,
    metavar="[NAME=]linux|windows",
    help="Operating system of the image, if the template does not show it. With NAME: of the image of that name (repeatable).",
)
_cloud = click.option(
    "--cloud",
    "cloud_name",
    type=click.Choice(["public", "us-government", "china"]),
    help="Azure cloud to build in, if the region does not show it.",
)
_parameters = click.option(
    "-p",
    "--parameters",
    "parameter_files",
    multiple=True,
    metavar="FILE",
    help="ARM parameter file, .bicepparam or .tfvars (repeatable).",
)
_set = click.option(
    "--set",
    "settings",
    multiple=True,
    metavar="NAME=VALUE",
    help="Set one parameter (repeatable; overrides -p).",
)
_name = click.option("--name", help="Convert only the image template of this name.")
_strict = click.option("--strict/--no-strict", help="Treat warnings as errors.")
_level = click.option(
    "--level",
    type=click.Choice(["error", "warning", "note"]),
    default="note",
    help="Show findings of this severity and above. [default: note]",
)
_ignore = click.option(
    "--ignore",
    "ignored",
    multiple=True,
    metavar="CODE",
    help="Ignore the warnings and notes of this code (repeatable); they do not count for --strict either.",
)
_beside = click.option(
    "--parameters-beside/--no-parameters-beside",
    "beside",
    help="Use the parameter file that lies beside a template: NAME.parameters.json, NAME.bicepparam or azuredeploy.parameters.json.",
)
_format = click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "sarif"]),
    default="text",
    help="Format of the findings: text on stderr, json and sarif on stdout. [default: text]",
)
_table_format = click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    help="text: a table. json: for programs. [default: text]",
)
_quiet = click.option("-q", "--quiet", is_flag=True, help="Print errors only.")
_downloads = click.option(
    "--downloads",
    type=click.Choice(["fetch", "vendor", "vm"]),
    default="fetch",
    help="When to download files. fetch: scripts/fetch.sh does, before the build. vendor: now, into the project. vm: the steps do, in "
    "the build VM. [default: fetch]",
)
_extras = click.option(
    "--with",
    "extras",
    type=click.Choice(["trusted-launch", "trusted-launch-supported", "spot", "key-vault", "build-group", "tags"]),
    multiple=True,
    help="Add what the template cannot say; repeatable. trusted-launch, trusted-launch-supported: the security type of the image "
    "definition. spot: a spot VM. key-vault: an existing key vault for WinRM, in an existing resource group to build in. build-group: an existing resource group to "
    "build in. tags: further tags.",
)
_scripts = click.option(
    "--scripts",
    type=click.Choice(["sh", "powershell", "both"]),
    default="sh",
    help="Language of the scripts that run where Packer runs: fetch, distribute and run. [default: sh]",
)
_auth = click.option(
    "--auth",
    type=click.Choice(["cli", "oidc", "service-principal", "managed-identity"]),
    default="cli",
    help="How Packer signs in to Azure. [default: cli]",
)
_pipeline = click.option(
    "--pipeline",
    type=click.Choice(["github", "azure-devops"]),
    help="Write a pipeline that runs the build.",
)


@main.command(cls=_Configured)
@_templates
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Folder of the project [default: NAME-packer].")
@_parameters
@_beside
@_set
@_name
@_os
@_cloud
@click.option(
    "--builder",
    type=click.Choice(["azure-arm", "null"]),
    default="azure-arm",
    help="azure-arm: build the image in Azure. null: rehearse the steps on a machine that you have. [default: azure-arm]",
)
@_downloads
@click.option("--allow-http", is_flag=True, help="With --downloads vendor: allow http URLs.")
@click.option(
    "--sign-in",
    type=click.Choice(["az"]),
    help="With --downloads vendor: read private blobs with the sign-in of az.",
)
@click.option("--generalize", is_flag=True, help="With --builder null: generalize the machine at the end.")
@_extras
@click.option(
    "--second-source",
    is_flag=True,
    help="Build outputs that the main VM cannot produce on a second VM (runs all steps again).",
)
@_scripts
@_auth
@_pipeline
@_strict
@_level
@_ignore
@click.option("--dry-run", is_flag=True, help="Report what a conversion finds; write nothing.")
@click.option("--force", is_flag=True, help="Overwrite existing files.")
@_format
@_quiet
@click.pass_context
def convert(
    ctx: click.Context,
    templates: tuple[str, ...],
    output: Path | None,
    parameter_files: tuple[str, ...],
    beside: bool,
    settings: tuple[str, ...],
    name: str | None,
    os_names: tuple[str, ...],
    cloud_name: str | None,
    builder: str,
    downloads: str,
    allow_http: bool,
    sign_in: str | None,
    generalize: bool,
    extras: tuple[str, ...],
    second_source: bool,
    scripts: str,
    auth: str,
    pipeline: str | None,
    strict: bool,
    level: str,
    ignored: tuple[str, ...],
    dry_run: bool,
    force: bool,
    form: str,
    quiet: bool,
) -> None:
    """Converts image templates to Packer projects.

    TEMPLATE is a file (JSON, .bicep, .tf), a folder (all templates in it; its .tf files are one), or - for standard input. One template is written to the output folder itself,
    several to a folder each below it. Image templates that convert are written although others of their file are refused; --strict
    refuses all. Defaults of --level, --ignore, --strict, --with, --auth, --scripts, --downloads, --pipeline and
    --parameters-beside may stand in .aib2packer.toml or in [tool.aib2packer] of a pyproject.toml, in this folder or above. Exit codes: 0 converted, 1 refused (one is enough), 2 wrong usage, 3 failed self-check.
    """
    from aib2packer.batch import Settings
    from aib2packer.ir.choices import choices_of
    from aib2packer.lowering.lowered import Builder

    if generalize and builder != "null":
        raise click.UsageError("--generalize requires --builder null. A build in Azure always generalizes.")
    if (allow_http or sign_in) and downloads != "vendor":
        raise click.UsageError("--allow-http and --sign-in require --downloads vendor.")
    if _is_configured(ctx, "pipeline") and (
        builder == "null" or (scripts == "powershell" and not _is_configured(ctx, "scripts"))
    ):
        pipeline = None
    if pipeline and (builder == "null" or scripts == "powershell"):
        raise click.UsageError(
            "--pipeline goes with neither --builder null nor --scripts powershell: it builds in Azure, by sh scripts."
        )
    options = _options(os_names, cloud_name, parameter_files, settings, name)
    choices = choices_of(
        downloads=downloads,
        extras=extras,
        scripts=scripts,
        auth=auth,
        pipeline=pipeline,
        second_source=second_source,
        generalize=generalize,
    )
    how = Settings(
        options=replace(options, builder=Builder(builder), choices=choices),
        strict=strict,
        write=not dry_run,
        force=force,
        allow_http=allow_http,
        sign_in=sign_in is not None,
        ignored=_ignorable(ignored),
        beside=beside,
    )
    run = _Run(how, form, level, quiet)
    outcomes = run.outcomes(templates, output)
    run.report(outcomes)
    if form == "text" and not quiet:
        _print_results(outcomes, dry_run)
    sys.exit(run.exit_code(outcomes))


@main.command(cls=_Configured)
@_templates
@_parameters
@_beside
@_set
@_name
@_os
@_cloud
@_downloads
@_extras
@_scripts
@_auth
@_pipeline
@_strict
@_level
@_ignore
@_format
@_quiet
def check(
    templates: tuple[str, ...],
    parameter_files: tuple[str, ...],
    beside: bool,
    settings: tuple[str, ...],
    name: str | None,
    os_names: tuple[str, ...],
    cloud_name: str | None,
    downloads: str,
    extras: tuple[str, ...],
    scripts: str,
    auth: str,
    pipeline: str | None,
    strict: bool,
    level: str,
    ignored: tuple[str, ...],
    form: str,
    quiet: bool,
) -> None:
    """Reports what a conversion finds; writes nothing."""
    from aib2packer.batch import Settings
    from aib2packer.ir.choices import choices_of

    choices = choices_of(downloads=downloads, extras=extras, scripts=scripts, auth=auth, pipeline=pipeline)
    options = replace(_options(os_names, cloud_name, parameter_files, settings, name), choices=choices)
    how = Settings(options=options, strict=strict, write=False, ignored=_ignorable(ignored), beside=beside)
    run = _Run(how, form, level, quiet)
    outcomes = run.outcomes(templates, None)
    run.report(outcomes)
    if form == "text" and not quiet:
        tried = _tried(outcomes)
        if len(tried) > 1:
            _print_table(tried)
        else:
            click.echo(_counts(tried[0].findings), err=True)
            if tried[0].projects:
                _print_refused(tried[0])
    sys.exit(run.exit_code(outcomes))


@main.command()
@click.argument("template")
@click.argument("packer_dir", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path))
@_parameters
@_set
@_name
@_os
@_cloud
@_table_format
def compare(
    template: str,
    packer_dir: Path | None,
    parameter_files: tuple[str, ...],
    settings: tuple[str, ...],
    name: str | None,
    os_names: tuple[str, ...],
    cloud_name: str | None,
    form: str,
) -> None:
    """Compares a template with a Packer project, setting by setting.

    The project is the one in PACKER_DIR, else a fresh conversion by itself. Ends with 0 where both say the same, 1 where they
    differ or the template is refused.
    """
    from aib2packer.batch import convert_file, texts_in
    from aib2packer.comparison.formats import as_json, is_same
    from aib2packer.comparison.read_hcl import NotReadError
    from aib2packer.diagnostics.formats.text_format import as_text
    from aib2packer.ir.choices import Choices
    from aib2packer.pipeline import compare_with

    options = replace(_options(os_names, cloud_name, parameter_files, settings, name), choices=Choices(second_source=True))
    result = convert_file(template, options)
    _check_names(options, result.images)
    projects = _of_folder(result.projects, packer_dir)
    if len(projects) != 1 or (result.refused and len(result.projects) == 1):
        click.echo(as_text(result.findings, result.findings.hidden, _paint), nl=False, err=True)
        if projects:
            raise click.UsageError("The file holds several image templates: pick one with --name.")
        sys.exit(REFUSED)
    there = texts_in(packer_dir) if packer_dir is not None else None
    if there is not None and not any(path.endswith(".pkr.hcl") for path in there):
        raise click.UsageError(f"There is no .pkr.hcl file in {packer_dir}.")
    try:
        rows = compare_with(projects[0], there)
    except NotReadError as error:
        raise click.UsageError(f"{packer_dir}: {error}.") from error
    if form == "json":
        click.echo(as_json(template, str(packer_dir) if packer_dir else None, rows), nl=False)
    else:
        _print_compared(rows, beside=packer_dir)
    sys.exit(CONVERTED if is_same(rows) else REFUSED)


def _of_folder(projects: tuple[Converted, ...], folder: Path | None) -> tuple[Converted, ...]:
    """Of several projects the one that the folder was made as, by its record; all where it tells nothing."""
    from aib2packer.project_folder.record import FILE, NotARecordError, read_record

    if len(projects) < 2 or folder is None or not (folder / FILE).is_file():
        return projects
    try:
        image = read_record((folder / FILE).read_bytes()).image
    except (NotARecordError, OSError):
        return projects
    return tuple(each for each in projects if each.name == image) or projects


@main.command()
@click.argument("project", metavar="DIR", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--builder",
    metavar="OBJECT-ID",
    help="Object ID of the account that builds, to check its roles. [default: the account of az login]",
)
@_table_format
def preflight(project: Path, builder: str | None, form: str) -> None:
    """Checks what must exist in Azure before the first build.

    DIR is a project that convert made. Asks az and packer, and changes nothing. Exits with 0 if everything is there, 1 if
    something is missing or cannot be told, 2 if DIR cannot be read.
    """
    from aib2packer.preflight.checking import check as rows_of
    from aib2packer.preflight.packer import Packer
    from aib2packer.preflight.printing import as_json, as_text, is_ready
    from aib2packer.preflight.programs import find
    from aib2packer.preflight.reading import NotReadError, read_needs

    try:
        needs = read_needs(project)
    except NotReadError as error:
        raise click.UsageError(str(error)) from error
    with _waiting("Asking Azure"):
        rows = list(rows_of(needs, Packer(find("packer"), project), find("az"), builder))
    if form == "json":
        click.echo(as_json(str(project), rows), nl=False)
    elif sys.stdout.isatty():
        _print_preflight(rows)
    else:
        click.echo(as_text(rows), nl=False)
    sys.exit(CONVERTED if is_ready(rows) else REFUSED)


@main.command()
@click.argument("code", required=False)
def explain(code: str | None) -> None:
    """Explains a finding; without CODE, lists all codes."""
    from aib2packer.reference.pages import explanation, list_of_codes

    if code is None:
        click.echo(list_of_codes(), nl=False)
        return
    text = explanation(code)
    if text is None:
        raise click.UsageError(f"There is no code {code}; `aib2packer explain` lists them all.")
    click.echo(text, nl=False)


@main.command()
def mapping() -> None:
    """Lists every AIB property and what becomes of it in Packer."""
    from aib2packer.reference.pages import mapping_page

    click.echo(mapping_page(), nl=False)


def _options(
    os_names: Sequence[str], cloud_name: str | None, parameter_files: Sequence[str], settings: Sequence[str], name: str | None
) -> Options:
    from aib2packer.ir.choices import Os
    from aib2packer.ir.clouds import CLOUDS
    from aib2packer.pipeline import Options

    systems = [_system(text) for text in os_names]
    return Options(
        os=next((Os(system) for image, system in reversed(systems) if not image), None),
        os_of=tuple({image: Os(system) for image, system in systems if image}.items()),
        cloud=next((each for each in CLOUDS if each.option == cloud_name), None),
        parameter_files=tuple((file, _read_parameter_file(file)) for file in parameter_files),
        parameters=tuple(_setting(text) for text in settings),
        name=name,
    )


def _check_names(options: Options, names: Sequence[str]) -> None:
    """Raises UsageError where --os names an image that no file has."""
    from aib2packer.pipeline import unknown_names

    unknown = unknown_names(options, names)
    if unknown:
        raise click.UsageError(f"There is no image {unknown[0]} for --os. Use one of {', '.join(dict.fromkeys(names))}.")


def _system(text: str) -> tuple[str, str]:
    """The name of an image (empty: all), and its operating system."""
    image, _, system = text.rpartition("=")
    if system not in ("linux", "windows") or text.startswith("="):
        raise click.UsageError(f"--os takes linux, windows, or one of them after NAME=, not {text!r}.")
    return image, system


def _ignorable(codes: Sequence[str]) -> frozenset[str]:
    from aib2packer.reference.ignoring import NotIgnoredError, ignorable

    try:
        return frozenset(map(ignorable, codes))
    except NotIgnoredError as error:
        raise click.UsageError(f"--ignore: {error}") from error


def _is_configured(ctx: click.Context, name: str) -> bool:
    """Whether an option has its value from a file of settings."""
    return ctx.get_parameter_source(name) is click.core.ParameterSource.DEFAULT_MAP


def _tried(outcomes: Sequence[Outcome]) -> list[Outcome]:
    """The outcomes of files that hold image templates."""
    return [each for each in outcomes if each.state.value != "skipped"]


def _read_parameter_file(name: str) -> bytes:
    from aib2packer.batch import read_parameters
    from aib2packer.source.bicep import NotCompiledError

    try:
        return read_parameters(Path(name))
    except OSError as error:
        raise click.UsageError(f"The parameter file {name} cannot be read: {error.strerror}.") from error
    except NotCompiledError as error:
        raise click.UsageError(str(error)) from error


def _setting(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise click.UsageError(f"--set takes NAME=VALUE, not {text!r}.")
    return name, value


class _Run:
    """One run of convert or check: how it is done, and how it speaks."""

    def __init__(self, settings: Settings, form: str, level: str, quiet: bool) -> None:
        self._settings = settings
        self._form = form
        self._level = level
        self._quiet = quiet

    def outcomes(self, templates: Sequence[str], output: Path | None) -> list[Outcome]:
        """Converts every input; on a terminal a bar shows how far it is. Files that are passed over come last."""
        from aib2packer.batch import jobs_for, passed_over
        from aib2packer.source.readers import READERS

        jobs = jobs_for(templates, output)
        if not jobs:
            suffixes = [suffix for reader in READERS if reader.in_folders for suffix in reader.suffixes]
            raise click.UsageError(f"There is no {', '.join(suffixes[:-1])} or {suffixes[-1]} file in the folder.")
        jobs = self._with_known_names(jobs)
        outcomes = [*self._converted(jobs), *passed_over(templates)]
        if not _tried(outcomes):
            raise click.UsageError(f"There is no image template in {', '.join(templates)}. {_passed_over(outcomes)}")
        return outcomes

    def _converted(self, jobs: Sequence[Job]) -> list[Outcome]:
        from aib2packer.batch import MANY, run_jobs

        shows_bars = sys.stderr.isatty() and not self._quiet
        if len(jobs) < MANY and shows_bars and self._settings.options.choices.downloads.value == "vendor":
            return self._with_bars(jobs)
        found = run_jobs(jobs, self._settings)
        if len(jobs) < MANY or not shows_bars:
            return list(found)
        from rich.console import Console
        from rich.progress import track

        return list(track(found, "Converting", total=len(jobs), console=Console(stderr=True), transient=True))

    def _with_known_names(self, jobs: list[Job]) -> list[Job]:
        """The jobs; raises UsageError where --os names an image that no file has."""
        from aib2packer.batch import with_names

        options = self._settings.options
        if not options.os_of:
            return jobs
        read, names = with_names(jobs, options)
        _check_names(options, names)
        return read

    def _with_bars(self, jobs: Sequence[Job]) -> list[Outcome]:
        """Converts with a bar for each file that is downloaded."""
        from rich.console import Console
        from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn

        from aib2packer.batch import run_jobs

        columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn())
        with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
            return list(run_jobs(jobs, self._settings, _Bars(progress)))

    def report(self, outcomes: Sequence[Outcome]) -> None:
        """Writes the findings in the form that was asked for."""
        if self._form == "json":
            from aib2packer.diagnostics.formats.json_format import as_json, file_entry

            entries = [
                file_entry(
                    each.name,
                    each.state.value,
                    [str(project.folder) for project in each.projects if self._settings.write],
                    self._shown(each),
                    each.refused,
                )
                for each in outcomes
            ]
            click.echo(as_json(entries), nl=False)
        elif self._form == "sarif":
            from aib2packer.diagnostics.formats.sarif_format import as_sarif

            click.echo(as_sarif((found for each in outcomes for found in self._shown(each)), __version__), nl=False)
        else:
            self._report_text(outcomes)

    def _shown(self, outcome: Outcome) -> list[Finding]:
        """The findings of a file that the level lets through; -q asks for errors only where they are text."""
        from aib2packer.diagnostics.model import Severity
        from aib2packer.diagnostics.showing import at_least

        level = Severity.ERROR if self._quiet and self._form == "text" else Severity(self._level)
        return at_least(outcome.findings, level, strict=self._settings.strict)

    def _report_text(self, outcomes: Sequence[Outcome]) -> None:
        from aib2packer.diagnostics.formats.text_format import as_folded_text, as_text
        from aib2packer.diagnostics.showing import repeated_notes

        shown = {each.name: self._shown(each) for each in outcomes}
        repeated = repeated_notes([(each.shown, shown[each.name]) for each in outcomes])
        for outcome in outcomes:
            alone = [each for each in shown[outcome.name] if each not in repeated]
            click.echo(as_text(alone, outcome.findings.hidden, _paint), nl=False, err=True)
            if outcome.state.value == "refused" and not outcome.findings.has_errors():
                click.echo(f"{outcome.name}: refused: --strict treats the warnings above as errors", err=True)
        click.echo(as_folded_text(dict.fromkeys(repeated.values()), _paint), nl=False, err=True)
        if not self._quiet and len(_tried(outcomes)) < len(outcomes):
            click.echo(_passed_over(outcomes), err=True)

    def exit_code(self, outcomes: Sequence[Outcome]) -> int:
        """0 if every image was converted, 3 if our own self-check failed on one, else 1."""
        from aib2packer.diagnostics.codes.output import SELF_CHECK

        if any(found.code == SELF_CHECK for each in outcomes for found in each.findings):
            return SELF_CHECK_FAILED
        return REFUSED if any(each.state.value in _FAILED for each in outcomes) else CONVERTED


class _Bars:
    """A bar for each download; told of them by several threads."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._tasks: dict[str, TaskID] = {}

    def begin(self, path: str) -> None:
        """Shows a bar, or sets it back."""
        if path in self._tasks:
            self._progress.reset(self._tasks[path])
        else:
            self._tasks[path] = self._progress.add_task(path, total=None)

    def advance(self, path: str, size: int, total: int | None) -> None:
        """Moves a bar."""
        self._progress.update(self._tasks[path], completed=size, total=total)


def _paint(text: str, severity: Severity) -> str:
    if os.environ.get("NO_COLOR"):
        return text
    return click.style(text, fg=_COLOURS[severity.value], bold=True)


def _print_results(outcomes: Sequence[Outcome], dry_run: bool) -> None:
    """The next commands for a few projects, a table for many."""
    from aib2packer.batch import MANY

    tried = _tried(outcomes)
    if len(tried) >= MANY:
        _print_table(tried)
        return
    for outcome in tried:
        _print_next_steps(outcome, dry_run)


def _print_next_steps(outcome: Outcome, dry_run: bool) -> None:
    counts = _counts(outcome.findings)
    if not outcome.projects:
        click.echo(f"{outcome.name}: not converted ({counts})", err=True)
        return
    if dry_run:
        click.echo(f"{outcome.name}: would be converted ({counts})", err=True)
        _print_refused(outcome)
        return
    for project in outcome.projects:
        click.echo(f"{outcome.name}: converted to {project.folder} ({counts}). {_to_do(project)}", err=True)
        there = [f"cd {shlex.quote(project.folder.as_posix())}"] if project.commands else []
        for command in (*there, *project.commands):
            click.echo(f"  {command}", err=True)
    _print_refused(outcome)


def _print_refused(outcome: Outcome) -> None:
    """Which images of a file were not converted, where others were."""
    if outcome.refused:
        count = len(outcome.refused) + len(outcome.projects)
        click.echo(
            f"{outcome.name}: {len(outcome.refused)} of {count} images not converted: {', '.join(outcome.refused)}", err=True
        )


def _to_do(project: Written) -> str:
    from aib2packer.lowering.build import VALUES

    things = []
    if project.open_values:
        things.append(f"fill in {VALUES} ({project.open_values} {'value' if project.open_values == 1 else 'values'})")
    if project.open_secrets:
        things.append(f"set {', '.join(project.open_secrets)} in the environment")
    return f"Read {project.folder / 'MIGRATION.md'}{''.join(f', {each}' for each in things)}, then{':' if project.commands else ' commit it and run its pipeline.'}"


def _counts(findings: Findings) -> str:
    from aib2packer.diagnostics.model import Severity

    numbers = [(findings.count(severity), severity.value) for severity in Severity]
    return ", ".join(f"{number} {name}{'' if number == 1 else 's'}" for number, name in numbers)


def _print_compared(rows: Sequence[Compared], beside: Path | None) -> None:
    """A table on a terminal, else lines with tabs between; without a second project its two columns are left out."""
    from aib2packer.comparison.formats import cells, counts

    columns = slice(0, 5) if beside is not None else slice(1, 4)
    headings = ("verdict", "template", "setting", "converted", str(beside))[columns]
    lines = [row[columns] for row in cells(rows)]
    if sys.stdout.isatty():
        from rich.console import Console
        from rich.table import Table
        from rich.text import Text

        table = Table(*headings)
        for line in lines:
            table.add_row(*(Text(cell, style=_VERDICT_COLOURS.get(cell, "")) for cell in line))
        Console().print(table)
    else:
        click.echo("\n".join("\t".join(line) for line in (headings, *lines)))
    if beside is not None:
        click.echo(counts(rows), err=True)


def _waiting(text: str) -> AbstractContextManager[object]:
    """Shows on a terminal that something takes its time."""
    if not sys.stderr.isatty():
        return nullcontext()
    from rich.console import Console

    return Console(stderr=True).status(text)


def _print_preflight(rows: Sequence[Row]) -> None:
    """A table, and below it the commands, which a table would break into pieces."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from aib2packer.preflight.printing import counts

    table = Table("state", "need", "details")
    for row in rows:
        table.add_row(Text(row.state, style=_STATE_COLOURS[row.state.value]), Text(row.what), Text(row.reason))
    Console().print(table)
    for row in rows:
        if row.command:
            click.echo(shlex.join(row.command))
    click.echo(counts(rows), err=True)


def _print_table(outcomes: Sequence[Outcome]) -> None:
    """A line a file, the path last: no width breaks it, and grep finds it."""
    from aib2packer.diagnostics.model import Severity

    headings = ["outcome", *(f"{severity.value}s" for severity in Severity), "template"]
    click.echo(_row(headings), err=True)
    for each in outcomes:
        numbers = [str(each.findings.count(severity)) for severity in Severity]
        line = _row([each.state.value, *numbers, each.shown])
        click.echo(_coloured(line, _OUTCOME_COLOURS[each.state.value]), err=True)
    converted = sum(each.state.value == "converted" for each in outcomes)
    click.echo(f"{converted} of {len(outcomes)} templates convert ({100 * converted // len(outcomes)} %)", err=True)


def _row(cells: Sequence[str]) -> str:
    outcome, *numbers, name = cells
    return f"{outcome:<9}  {'  '.join(f'{number:>8}' for number in numbers)}  {name}"


def _coloured(text: str, colour: str) -> str:
    return text if os.environ.get("NO_COLOR") else click.style(text, fg=colour)


def _passed_over(outcomes: Sequence[Outcome]) -> str:
    """What was passed over, in one sentence: how many files of each kind, and the first names."""
    from aib2packer.diagnostics.formats.text_format import first_of

    kinds: dict[str, list[str]] = {}
    for each in outcomes:
        if each.kind:
            kinds.setdefault(each.kind, []).append(each.shown)
    count = sum(map(len, kinds.values()))
    parts = [
        f"{len(names)} {kind.replace(' file', ' file' if len(names) == 1 else ' files', 1)} ({first_of(names)})"
        for kind, names in sorted(kinds.items(), key=lambda each: -len(each[1]))
    ]
    return f"{', '.join(parts)} {'was' if count == 1 else 'were'} passed over."
