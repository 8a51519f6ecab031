"""MIGRATION.md: one page for the person who switches: what to do first, what differs, what the conversion warned of, what to delete."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from shlex import quote

from aib2packer.assemble.whole_run import is_more_than_a_build
from aib2packer.constructs.build_settings import whole_run_minutes
from aib2packer.diagnostics.model import Fidelity, Finding, Severity
from aib2packer.diagnostics.place import Place
from aib2packer.emit.fetch_scripts import reads_blobs
from aib2packer.emit.next_commands import build_commands, fetch_commands
from aib2packer.emit.open_values import open_secrets, open_values
from aib2packer.emit.pipelines import PATHS
from aib2packer.emit.prerequisites import prerequisites, roles
from aib2packer.emit.render import render
from aib2packer.emit.stages import stages_of
from aib2packer.emit.values_file import FILE as VALUES
from aib2packer.hcl.names import environment_name
from aib2packer.ir.choices import Auth
from aib2packer.ir.template import GalleryOutput, ManagedImageOutput
from aib2packer.ir.text import known_text
from aib2packer.ir.values import Literal
from aib2packer.lowering.build import Build
from aib2packer.lowering.commands import shown, typed, typed_id
from aib2packer.lowering.lowered import Builder
from aib2packer.lowering.requirements import IdOf
from aib2packer.lowering.sign_in import az_login, first_step, object_id
from aib2packer.project_folder.record import file_name
from aib2packer.schema.fields import Reading, Use
from aib2packer.schema.keys import Key

_OF_STEPS = ("properties.customize", "properties.validate.inVMValidations")
_NOT_COUNTED = ("type", "name", "apiVersion")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """A difference between the service and the project: the settings that it is about, and what either does (Markdown)."""

    paths: tuple[str, ...]
    setting: str
    service: str
    project: str
    fidelity: Fidelity


def migration_report(project: Build, reading: Reading, findings: Sequence[Finding], template_name: str) -> str:
    """The text of MIGRATION.md."""
    uses = _uses(project, reading)
    rows = [*_rows(project, uses, reading, template_name)]
    return render(
        "MIGRATION.md.j2",
        {
            "title": _text(_own_name(project, reading) or _image_name(project) or project.template.name),
            "summary": _summary(project, uses, rows, template_name),
            "tasks": [*_tasks(project)],
            "needs": (needs := [*_needs(project)]),
            "object_id": object_id(project.choices.auth) if any("OBJECT_ID" in made for _, made in needs) else "",
            "rows": rows,
            "remarks": _remarks(findings, rows, template_name),
            "afterwards": _afterwards(project, reading),
        },
    )


def _tasks(project: Build) -> Iterator[str]:
    azure = project.builder is Builder.AZURE
    if azure:
        yield from _sign_in_tasks(project)
    values, secrets = len(open_values(project)), open_secrets(project)
    if values:
        yield f"Fill in `{VALUES}` ({_counted(values, 'value')})."
    if secrets:
        names = ", ".join(f"`{environment_name(name)}`" for name in secrets)
        yield f"Set {names} in the environment: no file holds secrets."
    for each in project.downloads:
        if each.secret is not None:
            what = "URL" if each.url is None else "SAS token"
            yield f"Set `{each.secret}` in the environment to the {what} of `{each.file}`."
    yield from _fetch_tasks(project)
    yield from (f"{task.removesuffix('.')}." for task in project.tasks)
    if azure:
        yield "Check what must exist: `aib2packer preflight .`, or run the commands below."
    yield f"`{' && '.join(build_commands(project))}`{_limit(project)}"


def _sign_in_tasks(project: Build) -> Iterator[str]:
    pipeline, auth = project.choices.pipeline, project.choices.auth
    if pipeline is not None:
        yield f"Set up the pipeline `{PATHS[pipeline]}`: its first lines name what it needs."
    elif auth is Auth.CLI or not _calls_az(project):
        yield first_step(auth)
    else:
        yield f"{first_step(auth)} Sign in to az with it, too{az_login(auth)}."


def _calls_az(project: Build) -> bool:
    """Whether a script that runs where Packer runs calls az."""
    commands = (command for stage in stages_of(project) for command in stage.commands)
    return bool(project.distribution.targets) or reads_blobs(project) or any("az " in command for command in commands)


def _fetch_tasks(project: Build) -> Iterator[str]:
    """Downloads before the build; the script of the whole run does that itself."""
    if is_more_than_a_build(project):
        return
    for command in fetch_commands(project):
        what, them = (f"{len(project.downloads)} files", "them") if len(project.downloads) > 1 else ("file", "it")
        yield f"Download the template's {what}: `{command}`. Committing {them} makes the build independent of other servers."


def _limit(project: Build) -> str:
    """How the time limit of the template is kept: Packer has none for a whole build."""
    if project.builder is not Builder.AZURE or project.template.build_minutes is None:
        return ""
    last = build_commands(project)[-1]
    return f". With the template's time limit: `timeout {whole_run_minutes(project.say) or 'MINUTES'}m {last}`"


def _needs(project: Build) -> Iterator[tuple[str, str]]:
    """What must exist before the first build, and the az command that creates it."""
    if project.builder is not Builder.AZURE:
        return
    for each in prerequisites(project):
        made = f"`{_text(typed(each.make, project.say))}`" if each.make else "(the template does not create it)"
        yield _text(shown(each.what, project.say)), made
    for role in roles(project):
        scope = typed_id(role.scope, project.say)
        on = shown(role.scope.what, project.say) if isinstance(role.scope, IdOf) else _scope(shown((role.scope,), project.say))
        what = f"role {role.name} on {on}"
        command = f"az role assignment create --assignee OBJECT_ID --role {quote(role.name)} --scope {scope}"
        narrower = "; `--with build-group` narrows it to one group" if on == "the subscription" else ""
        yield _text(what), f"`{_text(command)}`{narrower}"


def _scope(scope: str) -> str:
    """What a role is for, in a few words.

    >>> _scope("/subscriptions/x"), _scope("/subscriptions/x/resourceGroups/images")
    ('the subscription', 'images')
    """
    parts = scope.split("/")
    return "the subscription" if len(parts) == 3 else parts[-1]


def _uses(project: Build, reading: Reading) -> list[Use]:
    """The settings of the template; a rehearsal has no part for those that are not about its steps."""
    uses = [_worded(use, project) for use in reading.uses() if not use.is_container]
    if project.template.checks is not None and project.checks is None:
        start = project.template.checks.path
        uses = [replace(use, key=_without_row(use.key, Fidelity.MANUAL)) if use.path.startswith(start) else use for use in uses]
    if project.builder is Builder.AZURE:
        return uses
    return [use if use.path.startswith(_OF_STEPS) else replace(use, key=_without_row(use.key, Fidelity.DROPPED)) for use in uses]


def _worded(use: Use, project: Build) -> Use:
    """The setting as this conversion treats it."""
    wording = project.wordings.get(use.path)
    if wording is None:
        return use
    return replace(use, key=replace(use.key, project=wording.project, fidelity=wording.fidelity))


def _without_row(key: Key, fidelity: Fidelity) -> Key:
    return replace(key, fidelity=fidelity, service="", project="", default=None)


def _rows(project: Build, uses: Sequence[Use], reading: Reading, template_name: str) -> Iterator[_Row]:
    """A row for each difference; settings that differ in the same way share one."""
    said = {difference.path for difference in project.differences}
    merged: dict[tuple[str, str, Fidelity], list[tuple[str, Place | None]]] = {}
    for use in uses:
        key = use.key
        if key.service and key.project and use.path not in said and not use.says_the_default and not _says_nothing(use):
            merged.setdefault((key.service, key.project, key.fidelity), []).append((use.path, use.place))
    for each in project.differences:
        merged.setdefault((each.service, each.project, each.fidelity), []).append((each.path, reading.place_of(each.path)))
    for (service, ours, fidelity), same in merged.items():
        yield _row(same, service, ours, fidelity, template_name)


def _says_nothing(use: Use) -> bool:
    """Whether the value is as good as none: an empty string, list or object."""
    return use.value == Literal("") or getattr(use.value, "items", None) == () or getattr(use.value, "entries", None) == ()


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
        return f"`{_short(path)}`" if path else "the template"
    file = file_name(place.source.name)
    where = f"line {place.line}" if file == template or file == "<stdin>" else f"{file} line {place.line}"
    return f"`{_short(path)}` ({where})" if path else where


def _summary(project: Build, uses: Sequence[Use], rows: Sequence[_Row], template_name: str) -> str:
    version = _text(project.template.api_version) or "not named"
    counted = {use.path for use in uses if use.key.name not in _NOT_COUNTED}
    by_hand = {path for row in rows if row.fidelity is Fidelity.MANUAL for path in row.paths} & counted
    differ = ({path for row in rows for path in row.paths} & counted) - by_hand
    same = len(counted) - len(by_hand) - len(differ)
    others = [f"{len(differ)} {'differs' if len(differ) == 1 else 'differ'}"] if differ else []
    others += [f"{len(by_hand)} {'needs' if len(by_hand) == 1 else 'need'} you"] if by_hand else []
    sentence = f"Of {_counted(len(counted), 'setting')} {same} {'behaves' if same == 1 else 'behave'} as before"
    return f"Converted from `{_text(template_name)}` (API {version}). {', '.join([sentence, *others])}."


def _remarks(findings: Sequence[Finding], rows: Sequence[_Row], template: str) -> dict[str, list[str]]:
    """Warnings and notes, each once with all its settings; a note on a setting that has a row in the table is said there."""
    told = {path for row in rows for path in row.paths}
    merged: dict[tuple[Severity, str], list[Finding]] = {}
    for finding in findings:
        if finding.severity is Severity.WARNING or (finding.severity is Severity.NOTE and finding.path not in told):
            merged.setdefault((finding.severity, finding.message), []).append(finding)
    remarks: dict[str, list[str]] = {}
    for severity, heading in ((Severity.WARNING, "Warnings"), (Severity.NOTE, "Notes")):
        lines = [_remark(same, template) for (of, _), same in merged.items() if of is severity]
        if lines:
            remarks[heading] = lines
    return remarks


def _remark(same: Sequence[Finding], template: str) -> str:
    settings = [_setting(each.path, each.place, template) for each in same if each.path or each.place]
    where = f"{', '.join(dict.fromkeys(settings))}: " if settings else ""
    return f"{where}{_text(same[0].message)} ({same[0].code.id})"


def _afterwards(project: Build, reading: Reading) -> str:
    if project.builder is not Builder.AZURE:
        return ""
    known = _own_name(project, reading)
    name = quote(known) if known else "NAME"
    return (
        f"Delete the image template (`az image builder delete -n {_text(name)} -g GROUP`) and the roles of its identity. "
        "Images that it made stay."
    )


def _own_name(project: Build, reading: Reading) -> str | None:
    """The name that the template gives to itself."""
    given = next((use.value for use in reading.uses() if use.path == "name"), None)
    return known_text(project.say.settling.foreseen(given)) if given is not None else None


def _image_name(project: Build) -> str | None:
    """The name of the first image or image definition that the template makes."""
    ids = (
        each.image if isinstance(each, ManagedImageOutput) else each.definition if isinstance(each, GalleryOutput) else None
        for each in project.template.outputs
    )
    return next((name for each in ids if each is not None and (name := known_text(each.names[-1]))), None)


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _short(path: str) -> str:
    return path.removeprefix("properties.")


def _text(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|").replace("<", "&lt;")
