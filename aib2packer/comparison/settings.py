"""Compares two Packer projects, setting by setting and step by step: a fresh conversion of a template, and one that is there.

Both are read back from their files, so that both are looked at in the same way; what is written differently but means the same
(a variable with that default, a script file with the lines of an inline step) is the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from aib2packer.comparison.read_hcl import Live, Read, ReadBlock, ReadProject, read_project
from aib2packer.constructs.registry import packer_defaults

_SIGN_IN = (
    "use_azure_cli_auth",
    "client_",
    "tenant_id",
    "object_id",
    "oidc_request_",
    "cloud_environment_name",
    "metadata_host",
)
_DEFAULTS: Mapping[tuple[str, str], Read] = {
    ("azure-arm", "ssh_timeout"): "20m",
    ("manifest", "strip_path"): False,
}
"""What holds where a setting that no construct writes is left out."""
_RUNS = "what it runs"
_FILES = ("script", "source")
_IMAGE = "image.pkr.hcl"


class Verdict(StrEnum):
    """How a setting differs between the conversion and the other project; EXTRA exists only in the other one."""

    SAME = "same"
    DIFFERS = "differs"
    MISSING = "missing"
    EXTRA = "extra"


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """One setting: its name, its path in the template, and its value in each project."""

    setting: str
    path: str
    converted: Read
    there: Read
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class _Said:
    """The value of a setting, and the AIB path that it comes from (empty if there is none)."""

    value: Read
    path: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Step:
    """A provisioner or post-processor: its kind, its name if it has one, the AIB path of the step that it is, its settings."""

    kind: str
    name: str
    path: str
    said: Mapping[str, _Said]


def settings_of(files: Mapping[str, str], lines: Mapping[str, str]) -> list[Compared]:
    """The settings of a conversion alone; each is the same as itself."""
    return compare(files, files, lines)


def compare(converted: Mapping[str, str], there: Mapping[str, str], lines: Mapping[str, str]) -> list[Compared]:
    """Every setting of both projects; ``lines`` maps each AIB path to its line in the conversion (``image.pkr.hcl:12``)."""
    rows: list[Compared] = []
    for folder, prefix in (("", ""), ("validate/", "validate: ")):
        ours, theirs = _in_folder(converted, folder), _in_folder(there, folder)
        if _IMAGE in ours or any(name.endswith(".pkr.hcl") for name in theirs):
            said = _paths(lines, f"{folder}{_IMAGE}")
            rows += [replace(row, setting=f"{prefix}{row.setting}") for row in _compare(ours, theirs, said)]
    return rows


def _in_folder(files: Mapping[str, str], folder: str) -> dict[str, str]:
    return {name.removeprefix(folder): text for name, text in files.items() if name.startswith(folder)}


def _paths(lines: Mapping[str, str], file: str) -> dict[int, str]:
    """The AIB path that each line of a file comes from."""
    paths: dict[int, str] = {}
    for path, where in lines.items():
        name, _, line = where.rpartition(":")
        if name == file:
            paths.setdefault(int(line), path)
    return paths


def _compare(converted: Mapping[str, str], there: Mapping[str, str], paths: Mapping[int, str]) -> Iterator[Compared]:
    ours = read_project(converted)
    theirs = ours if there == converted else read_project(there)
    yield from _compare_settings("", _sources(ours, paths), _sources(theirs, {}))
    for kind, word in (("provisioner", "step"), ("post-processor", "after the build")):
        yield from _compare_steps(word, _steps(ours, kind, paths), _steps(theirs, kind, {}))


# --- what a project says ------------------------------------------------------------------------------------------


def _sources(project: ReadProject, paths: Mapping[int, str]) -> dict[str, _Said]:
    """The settings of the source blocks: of the first of azure-arm, else the first; those of further ones with their names before them."""
    sources = sorted(project.of_kind("source"), key=lambda block: block.labels[:1] != ("azure-arm",))
    found: dict[str, _Said] = {}
    for number, block in enumerate(sources):
        prefix = f"{block.labels[-1]}: " if number else ""
        found |= {f"{prefix}{name}": each for name, each in _source(block, project, paths).items()}
    return found


def _source(block: ReadBlock, project: ReadProject, paths: Mapping[int, str]) -> dict[str, _Said]:
    """The settings of one; how to sign in is not the template's business."""
    said = {"builder": _Said(block.labels[0]), **_said(block, project, paths)}
    return _without_defaults({name: each for name, each in said.items() if not name.startswith(_SIGN_IN)}, block.labels[0])


def _said(
    block: ReadBlock, project: ReadProject, paths: Mapping[int, str], prefix: str = "", above: str = ""
) -> dict[str, _Said]:
    """Settings by name, those of nested blocks and of maps with the outer name before them."""
    found: dict[str, _Said] = {}
    for name, written, line in block.settings:
        path = paths.get(line, above)
        value = project.value(written)
        if isinstance(value, dict):
            found |= {f"{prefix}{name}.{key}": _Said(each, path) for key, each in value.items()}
        elif value is not None:
            found[f"{prefix}{name}"] = _Said(value, path)
    kinds = [each.kind for each in block.blocks]
    for number, inner in enumerate(block.blocks):
        which = kinds[:number].count(inner.kind)
        label = f"{inner.kind}[{which}]" if kinds.count(inner.kind) > 1 else inner.kind
        found |= _said(inner, project, paths, f"{prefix}{label}.", paths.get(inner.line, above))
    return found


def _without_defaults(said: Mapping[str, _Said], kind: str) -> dict[str, _Said]:
    """Without settings that equal Packer's defaults: an explicit default and an omitted setting are the same."""
    defaults = {**_DEFAULTS, **packer_defaults()}
    return {name: each for name, each in said.items() if (kind, name) not in defaults or defaults[kind, name] != each.value}


def _steps(project: ReadProject, kind: str, paths: Mapping[int, str]) -> list[_Step]:
    return [
        _step(block, project, paths)
        for build in project.of_kind("build")
        for outer in build.blocks
        for block in (outer.blocks if outer.kind == "post-processors" else (outer,))
        if block.kind == kind or (block.kind == "dynamic" and block.labels == (kind,))
    ]


def _step(block: ReadBlock, project: ReadProject, paths: Mapping[int, str]) -> _Step:
    name, body = block.labels[0], block
    extra: dict[str, _Said] = {}
    if block.kind == "dynamic":
        labels = project.value(block.setting("labels"))
        name = str(labels[0]) if isinstance(labels, list) and labels else "?"
        extra["for_each"] = _Said(project.value(block.setting("for_each")), paths.get(block.line, ""))
        body = next((inner for inner in block.blocks if inner.kind == "content"), block)
    said = _without_defaults(_with_runs(_said(body, project, paths, above=paths.get(block.line, "")), project), name)
    label = said.pop("name", _Said("")).value
    path = paths.get(block.line, "")
    shown = label.text.strip('"') if isinstance(label, Live) else str(label)
    return _Step(kind=name, name=shown, path=path, said={**extra, **said})


def _with_runs(said: dict[str, _Said], project: ReadProject) -> dict[str, _Said]:
    """Lines and script files in the one form of what they run, with the text of a file in the place of its name."""
    found: dict[str, _Said] = {}
    for name, each in said.items():
        if name == "inline" and isinstance(each.value, list) and all(isinstance(line, str) for line in each.value):
            found[_RUNS] = _Said("\n".join(str(line) for line in each.value), each.path)
        elif name in _FILES:
            text = _text_of(each.value, project)
            found[_RUNS if name == "script" and text is not None else name] = _Said(text, each.path) if text is not None else each
        else:
            found[name] = each
    return found


def _text_of(value: Read, project: ReadProject) -> str | None:
    """The text of the file that a setting names, without the first line that says what runs it; None where it is not there."""
    if not isinstance(value, Live):
        return None
    text = project.files.get(value.text.strip('"').removeprefix("${path.root}/"))
    if text is None:
        return None
    first, _, rest = text.partition("\n")
    return (rest if first.strip() == "#!/bin/sh -e" else text).rstrip("\n")


# --- side by side -------------------------------------------------------------------------------------------------


def _compare_settings(prefix: str, ours: Mapping[str, _Said], theirs: Mapping[str, _Said]) -> Iterator[Compared]:
    for name, each in ours.items():
        other = theirs.get(name)
        verdict = Verdict.MISSING if other is None else Verdict.SAME if other.value == each.value else Verdict.DIFFERS
        there = other.value if other is not None else None
        yield Compared(setting=f"{prefix}{name}", path=each.path, converted=each.value, there=there, verdict=verdict)
    for name, each in theirs.items():
        if name not in ours:
            yield Compared(setting=f"{prefix}{name}", path="", converted=None, there=each.value, verdict=Verdict.EXTRA)


def _compare_steps(word: str, ours: Sequence[_Step], theirs: Sequence[_Step]) -> Iterator[Compared]:
    pairs = _pairs(ours, theirs)
    last = -1
    for number, step in enumerate(ours):
        label, found = _label(word, number, step), pairs.get(number)
        if found is None:
            yield Compared(setting=label, path=step.path, converted=step.kind, there=None, verdict=Verdict.MISSING)
            continue
        if found < last:
            places = {"converted": f"as number {number + 1}", "there": f"as number {found + 1}"}
            yield Compared(setting=f"{label} place", path=step.path, **places, verdict=Verdict.DIFFERS)
        last = max(last, found)
        yield from _compare_settings(f"{label} ", _whole(step), _whole(theirs[found]))
    for number, step in enumerate(theirs):
        if number not in pairs.values():
            label = _label(word, number, step)
            yield Compared(setting=label, path="", converted=None, there=step.kind, verdict=Verdict.EXTRA)


def _whole(step: _Step) -> dict[str, _Said]:
    return {"kind": _Said(step.kind, step.path), **step.said}


def _label(word: str, number: int, step: _Step) -> str:
    return f"{word} {number + 1} {step.name or step.kind}"


def _pairs(ours: Sequence[_Step], theirs: Sequence[_Step]) -> dict[int, int]:
    """Steps of the same kind and name belong together, then those of the same kind and content, then those of the same kind, in order."""
    pairs: dict[int, int] = {}
    for key in (_by_name, _by_content, _by_kind):
        for number, step in enumerate(ours):
            if number in pairs or key(step) is None:
                continue
            free = (other for other, each in enumerate(theirs) if other not in pairs.values() and key(each) == key(step))
            found = next(free, None)
            if found is not None:
                pairs[number] = found
    return pairs


def _by_name(step: _Step) -> object:
    return (step.kind, step.name) if step.name else None


def _by_content(step: _Step) -> object:
    return step.kind, {name: each.value for name, each in step.said.items()}


def _by_kind(step: _Step) -> object:
    return step.kind
