"""MIGRATION.md: one page for the person who switches: what to do first, what differs, what the conversion warned of, what to delete."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct

from aib2packer.constructs.output_keys import NAME_FORM
from aib2packer.diagnostics.model import Fidelity, Finding, Severity
from aib2packer.diagnostics.place import Place
from aib2packer.emit.fetch_scripts import reads_blobs
from aib2packer.emit.next_commands import build_commands, fetch_commands
from aib2packer.hcl.names import environment_name
from aib2packer.ir.choices import Auth, Language
from aib2packer.ir.paths import short
from aib2packer.ir.template import ImageTemplate
from aib2packer.ir.text import known_text
from aib2packer.lowering.build import VALUES, Build
from aib2packer.lowering.lowered import Builder
from aib2packer.lowering.open_values import open_secrets, open_values
from aib2packer.lowering.run_lines import CallAz, CountVersion, LookUpVersion
from aib2packer.lowering.sign_in import az_login, first_step, object_id
from aib2packer.project_folder.record import file_name
from aib2packer.report.markdown import line
from aib2packer.report.settings import OF_STEPS, differs, is_about_the_image
from aib2packer.schema.fields import Reading, Use
from aib2packer.source.terraform.suffixes import SUFFIXES

_NOT_COUNTED = ("type", "name", "apiVersion")


class _Row(Struct, frozen=True, kw_only=True):
    """A difference between the service and the project: the settings that it is about, and what either does (Markdown)."""

    paths: tuple[str, ...]
    setting: str
    service: str
    project: str
    fidelity: Fidelity


def migration_report(
    build: Build, template: ImageTemplate, uses: Sequence[Use], reading: Reading, findings: Sequence[Finding]
) -> str:
    """The text of MIGRATION.md for a finished project of a template, as it was lowered."""
    rows = [*_rows(build, uses, reading, template.file)]
    parts = [
        f"# {line(_own_name(reading) or _image_name(template) or template.name)}: from Image Builder to Packer",
        line(_summary(build, template, uses, rows)),
        "## Before the first build",
        _lines(f"{number}. {line(task)}" for number, task in enumerate(_tasks(build, template), 1)),
        *_needs(build),
        "## What differs",
        *_differences(rows),
        "The whole comparison, setting by setting: `aib2packer compare TEMPLATE .`",
        *_remarks(findings, rows, template.file),
        *_afterwards(build, reading),
    ]
    return "\n\n".join(parts) + "\n"


def _needs(build: Build) -> Iterator[str]:
    """What must exist before the build, and who OBJECT_ID is where a command says it."""
    needs = build.notes.prerequisites
    if not needs:
        return
    words = "Words in capitals are for you to fill in."
    if any("OBJECT_ID" in made for _, made in needs):
        words += f" OBJECT_ID is that of the account that runs Packer: `{object_id(build.choices.auth)}`."
    yield words
    yield _table(("must exist", "how to create it"), needs)


def _differences(rows: Sequence[_Row]) -> Iterator[str]:
    if rows:
        yield _table(("setting", "Image Builder", "this project"), ((row.setting, row.service, row.project) for row in rows))


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    return _lines([_table_row(head), f"|{'---|' * len(head)}", *map(_table_row, rows)])


def _table_row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(map(line, cells))} |"


def _lines(lines: Iterable[str]) -> str:
    return "\n".join(lines)


def _tasks(build: Build, template: ImageTemplate) -> Iterator[str]:
    azure = build.builder is Builder.AZURE
    if azure:
        yield from _sign_in_tasks(build)
    values, secrets = len(open_values(build)), open_secrets(build)
    if values:
        yield f"Fill in `{VALUES}` ({_counted(values, 'value')})."
    if secrets:
        names = ", ".join(f"`{environment_name(name)}`" for name in secrets)
        yield f"Set {names} in the environment; no file holds {'it' if len(secrets) == 1 else 'them'}."
    for each in build.files.downloads:
        if each.secret is not None:
            what = "URL" if each.url is None else "SAS token"
            yield f"Set `{each.secret}` in the environment to the {what} of `{each.file}`."
    yield from _fetch_tasks(build)
    yield from (f"{task.removesuffix('.')}." for task in build.notes.tasks)
    if azure:
        yield "Check what must exist: `aib2packer preflight .`, or run the commands below."
    by_pipeline = build.choices.pipeline is not None
    if by_pipeline:
        yield "Commit the project, and run the pipeline."
    commands = build_commands(build)
    if commands:
        yield f"{'Without the pipeline: ' if by_pipeline else ''}`{' && '.join(commands)}`{_limit(build, template)}"


def _sign_in_tasks(build: Build) -> Iterator[str]:
    pipeline, auth = build.choices.pipeline, build.choices.auth
    if pipeline is not None:
        from aib2packer.emit.pipelines import PATHS

        yield f"Set up the pipeline `{PATHS[pipeline]}`: its first lines name what it needs."
    elif auth is Auth.CLI or not _calls_az(build):
        yield first_step(auth)
    else:
        yield f"{first_step(auth)} Sign in to az with it, too{az_login(auth)}."


def _calls_az(build: Build) -> bool:
    """Whether a script that runs where Packer runs calls az."""
    lines = (line for stage in build.run.stages for line in stage.lines)
    by_run = any(isinstance(line, CallAz | LookUpVersion | CountVersion) for line in lines)
    return bool(build.distribution.targets) or reads_blobs(build) or by_run


def _fetch_tasks(build: Build) -> Iterator[str]:
    """Downloads before the build; the script of the whole run does that itself."""
    if build.run.has_script:
        return
    for command in fetch_commands(build):
        what, them = (f"{len(build.files.downloads)} files", "them") if len(build.files.downloads) > 1 else ("file", "it")
        yield f"Download the template's {what}: `{command}`. Committing {them} makes the build independent of other servers."


def _limit(build: Build, template: ImageTemplate) -> str:
    """How the time limit of the template is kept: Packer has none for a whole build, and Windows no command for one."""
    on_windows = build.choices.languages[0] is Language.POWERSHELL
    if build.builder is not Builder.AZURE or template.build_minutes is None or on_windows:
        return ""
    last = build_commands(build)[-1]
    return f". With the template's time limit: `timeout {build.run.minutes or 'MINUTES'}m {last}`"


def _rows(build: Build, uses: Sequence[Use], reading: Reading, template_name: str) -> Iterator[_Row]:
    """A row for each difference; settings that differ in the same way share one."""
    said = {difference.path for difference in build.notes.differences}
    merged: dict[tuple[str, str, Fidelity], list[tuple[str, Place | None]]] = {}
    for use in uses:
        key = use.key
        if use.path not in said and differs(use):
            merged.setdefault((key.service, key.project, key.fidelity), []).append((use.path, use.place))
    for each in build.notes.differences:
        merged.setdefault((each.service, each.project, each.fidelity), []).append((each.path, reading.place_of(each.path)))
    for (service, ours, fidelity), same in merged.items():
        yield _row(same, service, ours, fidelity, template_name)


def _row(settings: Sequence[tuple[str, Place | None]], service: str, ours: str, fidelity: Fidelity, template: str) -> _Row:
    return _Row(
        paths=tuple(path for path, _ in settings),
        setting=", ".join(_setting(path, place, template) for path, place in settings),
        service=service,
        project=ours,
        fidelity=fidelity,
    )


def _setting(path: str, place: Place | None, template: str) -> str:
    """A setting with its line, as the template calls it; the file is named where it is another one."""
    if path.startswith("("):
        return path.strip("()")
    if not place:
        return f"`{short(path)}`" if path else "the template"
    file = file_name(place.source.name)
    where = f"line {place.line}" if file == template or file == "<stdin>" else f"{file} line {place.line}"
    return f"`{short(path)}` ({where})" if path else where


def _summary(build: Build, template: ImageTemplate, uses: Sequence[Use], rows: Sequence[_Row]) -> str:
    version = template.api_version or "not named"
    converted = f"Converted from `{template.file}` (API {version})."
    counted = {use.path for use in uses if use.key.name not in _NOT_COUNTED and is_about_the_image(use)}
    of_steps = ""
    if build.builder is not Builder.AZURE:
        counted = {path for path in counted if path.startswith(OF_STEPS)}
        of_steps = " of its steps"
    differ = len(_under((path for row in rows for path in row.paths), counted))
    same = len(counted) - differ
    others = f", {differ} {'differs' if differ == 1 else 'differ'}" if differ else ""
    return f"{converted} Of {_counted(len(counted), 'setting')}{of_steps} {same} {'behaves' if same == 1 else 'behave'} as before{others}."


def _under(paths: Iterable[str], counted: set[str]) -> set[str]:
    """The settings that rows are about, or a row about what holds them."""
    starts = tuple(start for path in paths if path for start in (f"{path}.", f"{path}["))
    return {path for path in counted if f"{path}.".startswith(starts)}


def _remarks(findings: Sequence[Finding], rows: Sequence[_Row], template: str) -> Iterator[str]:
    """Warnings and notes, each once with all its settings; a note on a setting that has a row in the table is said there."""
    told = {path for row in rows for path in row.paths}
    merged: dict[tuple[Severity, str], list[Finding]] = {}
    for finding in findings:
        if finding.severity is Severity.WARNING or (finding.severity is Severity.NOTE and finding.path not in told):
            merged.setdefault((finding.severity, finding.message), []).append(finding)
    for severity, heading in ((Severity.WARNING, "Warnings"), (Severity.NOTE, "Notes")):
        remarks = [_remark(same, template) for (of, _), same in merged.items() if of is severity]
        if remarks:
            yield f"## {heading}"
            yield _lines(f"- {remark}" for remark in remarks)


def _remark(same: Sequence[Finding], template: str) -> str:
    settings = [_setting(each.path, each.place, template) for each in same if each.path or each.place]
    where = [f"{', '.join(dict.fromkeys(settings))}:"] if settings else []
    return " ".join(map(line, (*where, f"{same[0].message} ({same[0].code.id})")))


def _afterwards(build: Build, reading: Reading) -> Iterator[str]:
    if build.builder is not Builder.AZURE:
        return
    yield "## After the switch"
    place = reading.objects[0].place
    if place is not None and place.source.name.endswith(SUFFIXES):
        yield (
            "Remove the image template and the roles of its identity from the configuration; `terraform apply` deletes them. "
            "Images that it made stay."
        )
        return
    known = _own_name(reading) or ""
    name = known if re.match(NAME_FORM, known) else "NAME"
    sign = "=" if name.startswith("-") else " "  # az takes a hyphen for an option
    yield (
        f"Delete the image template (`az image builder delete -n{sign}{name} -g GROUP`) and the roles of its identity. "
        "Images that it made stay."
    )


def _own_name(reading: Reading) -> str | None:
    """The name that the template gives to itself."""
    given = next((use.value for use in reading.objects[0].uses() if use.path == "name"), None)
    return known_text(reading.resolver.preview(given)) if given is not None else None


def _image_name(template: ImageTemplate) -> str | None:
    """The name of the first image or image definition that the template makes."""
    ids = (each.resource for each in template.outputs)
    return next((name for each in ids if each is not None and (name := known_text(each.names[-1]))), None)


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
