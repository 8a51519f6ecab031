"""The command line. The only file that prints or exits."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from aib2packer import __version__

if TYPE_CHECKING:
    from aib2packer.diagnostics.model import Findings, Severity
    from aib2packer.pipeline import Converted, Options, Result

CONVERTED, REFUSED, SELF_CHECK_FAILED = 0, 1, 3
_COLOURS = {"error": "red", "warning": "yellow", "note": "cyan"}


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__)
def main() -> None:
    """Turns Azure VM Image Builder templates into Packer projects."""


_templates = click.argument("templates", nargs=-1, required=True, metavar="TEMPLATE...")
_os = click.option(
    "--os",
    "os_name",
    type=click.Choice(["linux", "windows"]),
    help="The image's operating system, where the template does not tell.",
)
_parameters = click.option(
    "-p",
    "--parameters",
    "parameter_files",
    multiple=True,
    metavar="FILE",
    help="ARM parameter file with values for the parameters of a deployment template; may be repeated.",
)
_set = click.option(
    "--set", "settings", multiple=True, metavar="NAME=VALUE", help="A value for one parameter; may be repeated, and counts before -p."
)
_name = click.option("--name", help="Convert only the image template of this name, where a file holds several.")
_strict = click.option("--strict", is_flag=True, help="Refuse a template on warnings, too.")
_format = click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "sarif"]),
    default="text",
    help="How findings are written: text to stderr, json and sarif to stdout.",
)
_quiet = click.option("-q", "--quiet", is_flag=True, help="Say nothing but errors.")


@main.command()
@_templates
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Folder of the project [default: NAME-packer].")
@_parameters
@_set
@_name
@_os
@_strict
@click.option("--dry-run", is_flag=True, help="Convert and report, but write nothing.")
@click.option("--force", is_flag=True, help="Write over files that are there.")
@_format
@_quiet
def convert(
    templates: tuple[str, ...],
    output: Path | None,
    parameter_files: tuple[str, ...],
    settings: tuple[str, ...],
    name: str | None,
    os_name: str | None,
    strict: bool,
    dry_run: bool,
    force: bool,
    form: str,
    quiet: bool,
) -> None:
    """Converts image templates to Packer projects.

    TEMPLATE is a file, a folder (all the templates in it), or - for standard input. One template goes to the output
    folder itself, several to a folder each below it.
    """
    run = _Run(templates, _options(os_name, parameter_files, settings, name), strict, form, quiet)
    outcomes = run.outcomes()
    if not dry_run:
        outcomes = [_written(outcome, folder, force) for outcome, folder in _with_folders(outcomes, output)]
    run.report(outcomes)
    if form == "text" and not quiet:
        for outcome in outcomes:
            _say_next_steps(outcome, dry_run)
    sys.exit(run.exit_code(outcomes))


@main.command()
@_templates
@_parameters
@_set
@_name
@_os
@_strict
@_format
@_quiet
def check(
    templates: tuple[str, ...],
    parameter_files: tuple[str, ...],
    settings: tuple[str, ...],
    name: str | None,
    os_name: str | None,
    strict: bool,
    form: str,
    quiet: bool,
) -> None:
    """Reports what a conversion would find, and writes nothing."""
    run = _Run(templates, _options(os_name, parameter_files, settings, name), strict, form, quiet)
    outcomes = run.outcomes()
    run.report(outcomes)
    if form == "text" and not quiet:
        if len(outcomes) > 1:
            _say_table(outcomes)
        else:
            click.echo(_counts(outcomes[0].findings), err=True)
    sys.exit(run.exit_code(outcomes))


@main.command()
@click.argument("code", required=False)
def explain(code: str | None) -> None:
    """Says what a finding means and what to do about it; without CODE, lists all codes."""
    from aib2packer.emitters.reference_pages import explanation, list_of_codes

    if code is None:
        click.echo(list_of_codes(), nl=False)
        return
    text = explanation(code)
    if text is None:
        raise click.UsageError(f"There is no code {code}; `aib2packer explain` lists them all.")
    click.echo(text, nl=False)


@main.command()
def mapping() -> None:
    """Prints every AIB property and its fate."""
    from aib2packer.emitters.reference_pages import mapping_page

    click.echo(mapping_page(), nl=False)


def _options(os_name: str | None, parameter_files: Sequence[str], settings: Sequence[str], name: str | None) -> Options:
    from aib2packer.ir.template import Os
    from aib2packer.pipeline import Options

    return Options(
        os=Os(os_name) if os_name else None,
        parameter_files=tuple((file, _read_parameter_file(file)) for file in parameter_files),
        parameters=tuple(_setting(text) for text in settings),
        name=name,
    )


def _read_parameter_file(name: str) -> bytes:
    try:
        return Path(name).read_bytes()
    except OSError as error:
        raise click.UsageError(f"The parameter file {name} cannot be read: {error.strerror}.") from error


def _setting(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise click.UsageError(f"--set takes NAME=VALUE, not {text!r}.")
    return name, value


@dataclass(frozen=True, slots=True, kw_only=True)
class _Outcome:
    """What became of one file."""

    name: str
    result: Result
    refused: bool
    folders: tuple[tuple[Path, Converted], ...] = ()

    @property
    def findings(self) -> Findings:
        return self.result.findings


class _Run:
    """One run of convert or check: its inputs, how strict it is, and how it speaks."""

    def __init__(self, templates: Sequence[str], options: Options, strict: bool, form: str, quiet: bool) -> None:
        self._templates = templates
        self._options = options
        self._strict = strict
        self._form = form
        self._quiet = quiet

    def outcomes(self) -> list[_Outcome]:
        """Converts every input; a file that cannot be read is an outcome, too."""
        outcomes = [self._outcome(name) for name in _inputs(self._templates)]
        if not outcomes:
            raise click.UsageError("There is no .json file in the folder.")
        return outcomes

    def _outcome(self, name: str) -> _Outcome:
        from aib2packer.diagnostics.model import Severity
        from aib2packer.pipeline import convert as convert_bytes
        from aib2packer.pipeline import unreadable

        try:
            data = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
        except OSError as error:
            return _Outcome(name=name, result=unreadable(name, error.strerror or str(error)), refused=True)
        result = convert_bytes(data, "<stdin>" if name == "-" else name, self._options)
        warned = self._strict and result.findings.count(Severity.WARNING) > 0
        return _Outcome(name=name, result=result, refused=result.findings.has_errors() or warned)

    def report(self, outcomes: Sequence[_Outcome]) -> None:
        """Writes the findings in the form that was asked for."""
        if self._form == "json":
            from aib2packer.diagnostics.json_form import as_json, file_entry

            entries = [
                file_entry(
                    each.name,
                    "refused" if each.refused else "converted",
                    [str(folder) for folder, _ in each.folders],
                    each.findings,
                )
                for each in outcomes
            ]
            click.echo(as_json(entries), nl=False)
        elif self._form == "sarif":
            from aib2packer.diagnostics.sarif_form import as_sarif

            click.echo(as_sarif((found for each in outcomes for found in each.findings), __version__), nl=False)
        else:
            self._report_text(outcomes)

    def _report_text(self, outcomes: Sequence[_Outcome]) -> None:
        from aib2packer.diagnostics.model import Severity
        from aib2packer.diagnostics.text_form import as_text

        for outcome in outcomes:
            shown = [each for each in outcome.findings if not self._quiet or each.severity is Severity.ERROR]
            click.echo(as_text(shown, _paint), nl=False, err=True)
            if outcome.refused and not outcome.findings.has_errors():
                click.echo(f"{outcome.name}: refused, because of --strict and the warnings above", err=True)

    def exit_code(self, outcomes: Sequence[_Outcome]) -> int:
        """0 if all were converted, 3 if our own self-check failed on one, else 1."""
        if any(found.code.id.startswith("A2P8") for each in outcomes for found in each.findings):
            return SELF_CHECK_FAILED
        return REFUSED if any(each.refused for each in outcomes) else CONVERTED


def _inputs(templates: Sequence[str]) -> Iterator[str]:
    for template in templates:
        if template != "-" and Path(template).is_dir():
            yield from (str(path) for path in sorted(Path(template).rglob("*.json")) if path.is_file())
        else:
            yield template


def _paint(text: str, severity: Severity) -> str:
    if os.environ.get("NO_COLOR"):
        return text
    return click.style(text, fg=_COLOURS[severity.value], bold=True)


def _with_folders(outcomes: Sequence[_Outcome], output: Path | None) -> Iterator[tuple[_Outcome, Path | None]]:
    """Each outcome with the folder of its project: the output folder for one, folders below it for several."""
    single = len(outcomes) == 1
    for outcome in outcomes:
        stem = "template" if outcome.name == "-" else Path(outcome.name).stem
        if single:
            yield outcome, output or Path(f"{stem}-packer")
        else:
            yield outcome, (output / stem) if output else Path(f"{stem}-packer")


def _written(outcome: _Outcome, folder: Path | None, force: bool) -> _Outcome:
    from aib2packer.diagnostics import output_codes
    from aib2packer.emitters.writing import NotWrittenError, write_project

    if outcome.refused or folder is None:
        return outcome
    written: list[tuple[Path, Converted]] = []
    for project, place in _places(outcome.result.projects, folder):
        try:
            write_project(place, project.files, force=force)
        except NotWrittenError as problem:
            code = output_codes.NOT_EMPTY if problem.taken else output_codes.NOT_WRITABLE
            advice = "use --force to write over it, or -o for another" if problem.taken else "choose another folder with -o"
            outcome.findings.add(code, f"{problem}: nothing is written; {advice}.")
            return _Outcome(name=outcome.name, result=outcome.result, refused=True)
        written.append((place, project))
    return _Outcome(name=outcome.name, result=outcome.result, refused=False, folders=tuple(written))


def _places(projects: Sequence[Converted], folder: Path) -> Iterator[tuple[Converted, Path]]:
    """The folder of each project of a file: the folder itself for one, folders below it, by name, for several."""
    if len(projects) == 1:
        yield projects[0], folder
        return
    taken: set[str] = set()
    for project in projects:
        stem = "".join(letter if letter.isalnum() or letter in "-_." else "-" for letter in project.name) or "image"
        name, number = stem, 1
        while name.lower() in taken:
            number += 1
            name = f"{stem}-{number}"
        taken.add(name.lower())
        yield project, folder / name


def _say_next_steps(outcome: _Outcome, dry_run: bool) -> None:
    counts = _counts(outcome.findings)
    if outcome.refused:
        click.echo(f"{outcome.name}: not converted ({counts})", err=True)
        return
    if dry_run:
        click.echo(f"{outcome.name}: would be converted ({counts})", err=True)
    for folder, project in outcome.folders:
        fetch = " && sh scripts/fetch.sh" if project.downloads else ""
        click.echo(f"{outcome.name}: converted to {folder} ({counts}); read {folder / 'MIGRATION.md'}, then:", err=True)
        click.echo(f"  cd {folder}{fetch} && packer init . && packer validate .\n  {project.build_command}", err=True)


def _counts(findings: Findings) -> str:
    from aib2packer.diagnostics.model import Severity

    numbers = [(findings.count(severity), severity.value) for severity in Severity]
    return ", ".join(f"{number} {name}{'' if number == 1 else 's'}" for number, name in numbers)


def _say_table(outcomes: Sequence[_Outcome]) -> None:
    from rich.console import Console
    from rich.table import Table

    from aib2packer.diagnostics.model import Severity

    table = Table("template", "outcome", *(f"{severity.value}s" for severity in Severity))
    for each in outcomes:
        numbers = [str(each.findings.count(severity)) for severity in Severity]
        table.add_row(each.name, "refused" if each.refused else "converts", *numbers)
    converted = sum(not each.refused for each in outcomes)
    console = Console(stderr=True)
    console.print(table)
    console.print(f"{converted} of {len(outcomes)} convert ({100 * converted // len(outcomes)} %)")
