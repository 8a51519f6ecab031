"""MIGRATION.md: what to do before the first build, what differs, and both files side by side, with line numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

from aib2packer.constructs.distribution import plan_of
from aib2packer.constructs.fields import Reading, Use
from aib2packer.constructs.keys import Key
from aib2packer.constructs.project import Builder, Project, Wanted, known_text
from aib2packer.diagnostics.model import Fidelity, Finding, Severity
from aib2packer.emitters.checks_project import FOLDER
from aib2packer.emitters.prerequisites import prerequisites, roles, shown, typed, typed_id
from aib2packer.emitters.render import render
from aib2packer.ir.template import Output
from aib2packer.ir.values import Input, Role

_OF_STEPS = ("properties.customize", "properties.validate.inVMValidations")
_SAME = (Fidelity.EXACT, Fidelity.EQUIVALENT)

"""Where a person writes what `-var` cannot say; any other name would do as well."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """One row of a table; texts are Markdown already."""

    template: str
    line: str
    service: str
    packer: str
    where: str
    fidelity: str


def migration_report(
    project: Project, reading: Reading, findings: Sequence[Finding], lines: Mapping[str, str], template_name: str
) -> str:
    """The text of MIGRATION.md; ``lines`` tells in which file and line each AIB path is said (``image.pkr.hcl:12``)."""
    uses = _uses(project, reading)
    return render(
        "MIGRATION.md.j2",
        {
            "title": _text(project.template.name or template_name),
            "summary": _summary(project, uses),
            "needed": list(_needed_things(project)),
            "tasks": [*_fetch_tasks(project), *project.tasks, *_build_tasks(project)],
            "differences": list(_differences(project, uses, {use.path: use for use in reading.uses()})),
            "rows": [_row(use, lines) for use in uses],
            "remarks": [_remark(finding) for finding in findings if finding.severity is not Severity.NOTE],
        },
    )


def _needed_things(project: Project) -> Iterator[tuple[str, str]]:
    """What must be there before the first build, and the az command that makes it."""
    if project.builder is not Builder.AZURE:
        return
    for each in prerequisites(project):
        made = f"`{_text(typed(each.make, project))}`" if each.make else "you"
        yield _text(shown(each.what, project)), made
    for role in roles(project):
        scope = _text(typed_id(role.scope, project))
        given = f"`az role assignment create --assignee $BUILDER --role '{role.name}' --scope {scope}`"
        yield f"the role {role.name} for whoever builds", given


def _uses(project: Project, reading: Reading) -> list[Use]:
    """The settings of the template; in a rehearsal those that are not about its steps have no part."""
    later = tuple(f"{output.path}." for output in _made_by_az(project))
    uses = [_worded(use, project, later) for use in reading.uses() if not use.is_container]
    if project.template.checks is not None and project.checks is None:
        uses = [
            replace(use, key=_left_out(use.key)) if use.path.startswith(project.template.checks.path) else use for use in uses
        ]
    if project.builder is Builder.AZURE:
        return uses
    return [use if use.path.startswith(_OF_STEPS) else replace(use, key=_without_part(use.key)) for use in uses]


def _worded(use: Use, project: Project, later: tuple[str, ...]) -> Use:
    """The setting as the way of this conversion makes it; ``later`` are the beginnings of the paths in outputs that az makes."""
    wording = project.wordings.get(use.path)
    if wording is None:
        return replace(use, key=_made_later(use.key)) if use.path.startswith(later) else use
    return replace(use, key=replace(use.key, packer=wording.packer, project=wording.project, fidelity=wording.fidelity))


def _made_by_az(project: Project) -> tuple[Output, ...]:
    return plan_of(project.template).later if project.distribution.targets else ()


def _made_later(key: Key) -> Key:
    """A setting of an output that az makes, with everything of its own: there is nothing left that differs."""
    packer = (
        "a name in `run-outputs.json` and `manifest.json`" if key.name == "runOutputName" else "az, in `scripts/distribute.sh`"
    )
    return replace(key, packer=packer, service="", project="", default=None, fidelity=Fidelity.EXACT)


def downloaded_section(downloaded: Mapping[str, bytes], wanted: Mapping[str, Wanted]) -> str:
    """The last section of MIGRATION.md, where files were downloaded at conversion: what they are."""
    if not downloaded:
        return ""
    rows = [
        f"| `{path}` | `{_short(wanted[path].path)}` | {len(data)} | {sha256(data).hexdigest()} |"
        for path, data in sorted(downloaded.items())
    ]
    return "\n".join(["", "## What was downloaded", "", "| file | template | bytes | sha256 |", "|---|---|---|---|", *rows, ""])


def _left_out(key: Key) -> Key:
    packer = "none: no output of the project can be booted"
    return replace(key, fidelity=Fidelity.MANUAL, packer=packer, service="", project="", default=None)


def _without_part(key: Key) -> Key:
    packer = "none: a rehearsal makes no VM and no image"
    return replace(key, fidelity=Fidelity.DROPPED, packer=packer, service="", project="", default=None)


def setup_command(project: Project) -> str:
    """The commands that come before the first build; what needs no plugins has nothing to install."""
    return "packer init . && packer validate ." if project.plugins else f"{_secrets(project)}packer validate{_needed(project)} ."


def build_command(project: Project) -> str:
    """The command that builds, with a value to fill in for each variable that has none."""
    return _build_command(project, ".")


def checks_command(project: Project) -> str | None:
    """The command that runs the validators, where there are any to run."""
    return _build_command(project.checks, FOLDER) if project.checks is not None else None


def _build_command(project: Project, folder: str) -> str:
    on_error = f" -on-error={project.on_error}" if project.on_error != "cleanup" else ""
    return f"{_secrets(project)}packer build{on_error}{_needed(project)} {folder}"


def _needed(project: Project) -> str:
    """The words that give the variables without a value; secrets do not belong on a command line, where others can read them."""
    words = [f" -var {name}=..." for name, each in _without_value(project).items() if not each.secret]
    return "".join(dict.fromkeys(words))


def _secrets(project: Project) -> str:
    """The secret texts without a value, as a shell puts them into the environment of one command."""
    return "".join(f"PKR_VAR_{name}=... " for name in _secret_names(project))


def _secret_names(project: Project) -> list[str]:
    return [name for name, each in _without_value(project).items() if each.secret]


def _only_of_checks(project: Project) -> list[str]:
    """Variables without a value that only the validators have: the first project knows no such -var."""
    return [name for name in _without_value(project.checks) if name not in project.inputs] if project.checks is not None else []


def _without_value(project: Project) -> dict[str, Input]:
    return {
        name: each
        for name, each in project.inputs.items()
        if each.default is None
        and (each.given is None or each.secret)
        and each.role is not Role.SIGN_IN
        and name not in project.unused
    }


def _summary(project: Project, uses: Sequence[Use]) -> str:
    steps, outputs = len(project.template.steps), len(project.results) + len(_made_by_az(project))
    counts = {fidelity: sum(use.fidelity is fidelity for use in uses) for fidelity in Fidelity}
    same = sum(counts[fidelity] for fidelity in _SAME)
    made = (
        f"One build VM, {_counted(steps, 'step')}, {_counted(outputs, 'output')}. "
        if project.builder is Builder.AZURE
        else f"A rehearsal on a machine that you have: {_counted(steps, 'step')}, no image. "
    )
    sentence = f"{made}{same} of {_counted(len(uses), 'setting')} {'behaves as it' if same == 1 else 'behave as they'} did"
    others = {
        Fidelity.APPROXIMATE: ("differs in part", "differ in part"),
        Fidelity.MANUAL: ("is for you to do", "are for you to do"),
        Fidelity.DROPPED: ("has no counterpart", "have no counterpart"),
    }
    rest = [f"{counts[fidelity]} {words[counts[fidelity] != 1]}" for fidelity, words in others.items() if counts[fidelity]]
    return ", ".join([sentence, *rest]) + "."


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def fetch_command(project: Project, folder: str = "") -> str | None:
    """The command that downloads before the build, with the inputs that only it needs; None where nothing is downloaded."""
    if not project.downloads:
        return None
    return f"{''.join(f'{name}=... ' for name in project.fetch_needs)}sh {folder}scripts/fetch.sh"


def _fetch_tasks(project: Project, who: str = "the template downloads", folder: str = "") -> Iterator[str]:
    if project.downloads:
        number = len(project.downloads)
        windows = f"{folder}scripts/fetch.ps1".replace("/", "\\")
        yield (
            f"Fetch the {'file' if number == 1 else f'{number} files'} that {who}: `{fetch_command(project, folder)}` "
            f"(on Windows: `{windows}`); blobs that need a sign-in: `AZURE_STORAGE_AUTH=login sh {folder}scripts/fetch.sh`"
        )
    for each in project.downloads:
        if each.signature is not None:
            yield f"Set `{each.signature}` to the shared access signature for `{each.file}` before you fetch"


def _build_tasks(project: Project) -> Iterator[str]:
    yield f"`{setup_command(project).replace(' && ', '`, `')}`, then `{build_command(project)}`"
    yield from _checks_tasks(project)
    if project.overwrites:
        yield "To build over outputs that exist, as Image Builder does: `packer build -force .`"


def _checks_tasks(project: Project) -> Iterator[str]:
    checks, settings = project.checks, project.template.checks
    if checks is None or settings is None:
        return
    yield from _fetch_tasks(checks, "the validators need", f"{FOLDER}/")
    command = f"`{checks_command(project)}`"
    if project.builder is Builder.MACHINE:
        after = ", before it is generalized" if project.generalizes else ""
        yield f"The validators of the template run on the same machine{after}: {command}"
        return
    when = "At any time: the source image" if settings.source_only else "After each build: the image"
    yield f"{when} is validated in a VM that is deleted afterwards: `packer init {FOLDER}`, then {command}"
    if project.distribution.targets and not settings.source_only:
        then = "whatever the validators say" if settings.distribute_anyway else "if the validators pass"
        yield (
            f"Image Builder distributes after the validators; to keep that order by hand: `DISTRIBUTE_LATER=yes {build_command(project)}`, {command}, and "
            f"{then} `sh scripts/distribute.sh`"
        )


def _differences(project: Project, uses: Sequence[Use], places: Mapping[str, Use]) -> Iterator[_Row]:
    said = {difference.path for difference in project.differences}
    merged: dict[tuple[str, str, Fidelity], list[Use]] = {}
    for use in uses:
        key = use.key
        if key.service and key.project and use.path not in said and not use.says_the_default:
            merged.setdefault((key.service, key.project, key.fidelity), []).append(use)
    for (service, ours, fidelity), same in merged.items():
        yield _difference(", ".join(_path_and_line(use) for use in same), service, ours, fidelity)
    for difference in project.differences:
        known = places.get(difference.path)
        shown = _path_and_line(known) if known else f"`{_short(difference.path)}`"
        yield _difference(shown, difference.service, difference.project, difference.fidelity)


def _difference(template: str, service: str, ours: str, fidelity: Fidelity) -> _Row:
    return _Row(template=template, line="", service=service, packer=ours, where="", fidelity=fidelity.value)


def _row(use: Use, lines: Mapping[str, str]) -> _Row:
    line = lines.get(use.path) or (lines.get(use.parent) if use.key.name == "type" else None)
    return _Row(
        template=f"`{_short(use.path)}`{_shown(use)}",
        line=str(use.place.line) if use.place else "",
        service="",
        packer=use.key.packer,
        where=line or "",
        fidelity=use.fidelity.value,
    )


def _shown(use: Use) -> str:
    """The names and types of things are shown, so that a person recognises them; other values are not."""
    known = known_text(use.value)
    return f" {_text(known)}" if known is not None and use.key.name in ("type", "name", "runOutputName") else ""


def _path_and_line(use: Use) -> str:
    return f"`{_short(use.path)}`" + (f" (line {use.place.line})" if use.place else "")


def _short(path: str) -> str:
    return path.removeprefix("properties.")


def _remark(finding: Finding) -> str:
    line = f"line {finding.place.line}: " if finding.place else ""
    return f"{finding.code.id} {line}{_text(finding.message)}"


def _text(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|").replace("<", "&lt;")
