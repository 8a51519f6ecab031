"""MIGRATION.md: what to do before the first build, what differs, and both files side by side, with line numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from aib2packer.constructs.fields import Reading, Use
from aib2packer.constructs.project import Project, known_text
from aib2packer.diagnostics.model import Fidelity, Finding, Severity
from aib2packer.emitters.render import render
from aib2packer.ir.values import Role

_SAME = (Fidelity.EXACT, Fidelity.EQUIVALENT)


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
    project: Project, reading: Reading, findings: Sequence[Finding], lines: Mapping[str, int], template_name: str
) -> str:
    """The text of MIGRATION.md; ``lines`` tells in which line of image.pkr.hcl each AIB path is said."""
    uses = [use for use in reading.uses() if not use.is_container]
    return render(
        "MIGRATION.md.j2",
        {
            "title": _text(project.template.name or template_name),
            "summary": _summary(project, uses),
            "tasks": [*_fetch_tasks(project), *project.tasks, *_build_tasks(project)],
            "differences": list(_differences(project, uses)),
            "rows": [_row(use, lines) for use in uses],
            "remarks": [_remark(finding) for finding in findings if finding.severity is not Severity.NOTE],
        },
    )


def build_command(project: Project) -> str:
    """The command that builds, with a value to fill in for each variable that has none."""
    needed = [
        f" -var {name}=..."
        for name, each in project.inputs.items()
        if each.default is None and each.given is None and each.role is not Role.SIGN_IN
    ]
    on_error = f" -on-error={project.on_error}" if project.on_error != "cleanup" else ""
    return f"packer build{on_error}{''.join(needed)} ."


def _summary(project: Project, uses: Sequence[Use]) -> str:
    steps, outputs = len(project.template.steps), len(project.results)
    counts = {fidelity: sum(use.fidelity is fidelity for use in uses) for fidelity in Fidelity}
    same = sum(counts[fidelity] for fidelity in _SAME)
    sentence = (
        f"One build VM, {_counted(steps, 'step')}, {_counted(outputs, 'output')}. "
        f"{same} of {_counted(len(uses), 'setting')} {'behaves as it' if same == 1 else 'behave as they'} did"
    )
    others = {
        Fidelity.APPROXIMATE: ("differs in part", "differ in part"),
        Fidelity.MANUAL: ("is for you to do", "are for you to do"),
        Fidelity.DROPPED: ("has no counterpart", "have no counterpart"),
    }
    rest = [f"{counts[fidelity]} {words[counts[fidelity] != 1]}" for fidelity, words in others.items() if counts[fidelity]]
    return ", ".join([sentence, *rest]) + "."


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _fetch_tasks(project: Project) -> Iterator[str]:
    if project.downloads:
        number = len(project.downloads)
        yield (
            f"Fetch the {'file' if number == 1 else f'{number} files'} that the template downloads: `sh scripts/fetch.sh` (on Windows: `scripts\\fetch.ps1`); "
            "blobs that need a sign-in: `AZURE_STORAGE_AUTH=login sh scripts/fetch.sh`"
        )
    for each in project.downloads:
        if each.signature is not None:
            yield f"Set `{each.signature}` to the shared access signature for `{each.file}` before you fetch"


def _build_tasks(project: Project) -> Iterator[str]:
    yield f"`packer init .`, `packer validate .`, then `{build_command(project)}`"
    if project.overwrites:
        yield "To build over outputs that exist, as Image Builder does: `packer build -force .`"


def _differences(project: Project, uses: Sequence[Use]) -> Iterator[_Row]:
    said = {difference.path for difference in project.differences}
    places = {use.path: use for use in uses}
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


def _row(use: Use, lines: Mapping[str, int]) -> _Row:
    line = lines.get(use.path) or (lines.get(use.parent) if use.key.name == "type" else None)
    return _Row(
        template=f"`{_short(use.path)}`{_shown(use)}",
        line=str(use.place.line) if use.place else "",
        service="",
        packer=use.key.packer,
        where=f"image.pkr.hcl:{line}" if line else "",
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
