"""Rows about the steps of two projects: which belong together, what differs in them, which moved, came or went."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from posixpath import basename

from msgspec import Struct
from msgspec.structs import replace

from aib2packer.comparison.authors import StepAuthors
from aib2packer.comparison.downloads import Download, is_content
from aib2packer.comparison.facts import CONDITION, RUNS, Fact, Role, Step
from aib2packer.comparison.model import Author, Row, Verdict
from aib2packer.comparison.pairing import in_order, pairs
from aib2packer.comparison.reading import PackerProject
from aib2packer.comparison.rows import RowMaker, plain
from aib2packer.ir.paths import short

_TEXT_OF = {"script": RUNS, "source": "content"}
_OUTLINE = 60
_KINDS = {
    Role.STEP: "provisioner",
    Role.AFTERWARDS: "post-processor",
    Role.CLEAN_UP: "error-cleanup-provisioner",
}
BLOCKS = tuple(f"{kind} " for kind in _KINDS.values())
"""How the setting of a row begins that is about a whole step."""
_OUTPUT = re.compile(r"properties\.distribute\[\d+\]")
_ONLY_OURS = frozenset({"manifest"})
"""What a conversion adds so that others can read what was made: nothing that a project of somebody else lacks."""


class Steps(Struct, frozen=True, kw_only=True):
    """The steps of a project, what its fetch scripts download, and its files."""

    steps: tuple[Step, ...]
    downloads: Mapping[str, Mapping[str, Download]]
    project: PackerProject


def step_rows(make: RowMaker, ours: Steps, theirs: Steps | None, settings: Mapping[str, str]) -> Iterator[tuple[float, Row]]:
    """The rows in the order of the template, each with its position in it; ``settings`` names the setting of each download."""
    if theirs is not None and make.base is None:
        ours = replace(ours, steps=_expected(ours.steps, theirs.steps))
    paired = pairs(ours.steps, theirs.steps) if theirs is not None else {}
    stayed = _stayed(paired)
    places = _places(paired)
    after = _extra_after(theirs, paired)
    authors = _authors(make, ours, theirs, paired)
    position = -0.5
    yield from ((position, _extra(make, step, before, authors)) for step, before in after.get(None, ()))
    for number, step in enumerate(ours.steps):
        path = make.path_of_step(step)
        position = max(position, make.last_position(path)) if path else position
        position = make.position("") if step.role is Role.AFTERWARDS else position
        other = paired.get(number)
        if theirs is None:
            yield from ((position, row) for row in _inner_rows(make, step, None, path))
        elif other is None:
            if not _is_not_needed(step, theirs.steps):
                yield from _gone_rows(make, step, path, position, authors)
        else:
            if number not in stayed:
                author = authors.of_moved(number, theirs.steps[other]) if authors is not None else None
                yield position, _moved(make, step, theirs.steps[other], path, places[number], author)
            yield from ((position, row) for row in _inner_rows(make, step, theirs.steps[other], path))
            yield from ((position, row) for row in _download_rows(make, step, theirs.steps[other], ours, theirs, settings))
        yield from ((position + 0.5, _extra(make, each, before, authors)) for each, before in after.get(number, ()))


def _expected(ours: Sequence[Step], theirs: Sequence[Step]) -> tuple[Step, ...]:
    """Our steps without those that only a project of ours has to have."""
    there = {step.kind for step in theirs}
    return tuple(step for step in ours if step.kind not in _ONLY_OURS or step.kind in there)


def _authors(make: RowMaker, ours: Steps, theirs: Steps | None, paired: Mapping[int, int]) -> StepAuthors | None:
    if make.base is None or make.base.is_of_another or theirs is None:
        return None
    return StepAuthors(make.base, make.folder, ours.steps, theirs.steps, paired)


def gone_paths(rows: Sequence[Row]) -> frozenset[str]:
    """The keys of steps that are missing: one row tells it."""
    return frozenset(row.key for row in rows if row.verdict is Verdict.MISSING and row.setting.startswith(BLOCKS))


def _stayed(paired: Mapping[int, int]) -> set[int]:
    numbers = sorted(paired)
    return {numbers[at] for at in in_order([paired[number] for number in numbers])}


def _places(paired: Mapping[int, int]) -> Mapping[int, tuple[int, int]]:
    """Where each step stands among those that both projects have, here and there, counted from 1."""
    there = {other: place for place, other in enumerate(sorted(paired.values()), 1)}
    return {number: (place, there[paired[number]]) for place, number in enumerate(sorted(paired), 1)}


def _extra_after(theirs: Steps | None, paired: Mapping[int, int]) -> Mapping[int | None, list[tuple[Step, Step | None]]]:
    """The steps that only the project has, by the number of our step that they follow; each with the step behind it."""
    found: dict[int | None, list[tuple[Step, Step | None]]] = {}
    of_theirs = {other: number for number, other in paired.items()}
    last: int | None = None
    for other, step in enumerate(theirs.steps if theirs is not None else ()):
        if other in of_theirs:
            last = of_theirs[other]
        else:
            behind = theirs.steps[other + 1] if theirs is not None and other + 1 < len(theirs.steps) else None
            found.setdefault(last, []).append((step, behind))
    return found


def _is_not_needed(step: Step, theirs: Sequence[Step]) -> bool:
    """The file that Image Builder's script is in has no use where the project generalizes without it."""
    return step.role is Role.DEPROVISIONING_FILE and any(
        each.role is Role.GENERALIZE and "DeprovisioningScript" not in each.runs for each in theirs
    )


def _block(step: Step) -> str:
    return f'{_KINDS[step.when]} "{step.kind}"' if step.kind != "hcp_packer_registry" else step.kind


def _content(step: Step) -> Fact:
    """What a step does, in one text."""
    said = step.runs or "\n".join(f"{name.strip('()')} = {plain(fact.value)}" for name, fact in step.facts.items())
    return Fact(value=said, asked=said, place=step.place)


def _gone_rows(
    make: RowMaker, step: Step, path: str, position: float, authors: StepAuthors | None
) -> Iterator[tuple[float, Row]]:
    """The row of a step that is missing; of the one that publishes with az a row for each output that is missing with it."""
    outputs = _published_afterwards(make) if step.role is Role.AFTERWARDS and step.kind == "shell-local" else []
    if not outputs:
        yield position, _gone(make, step, path, authors)
    for output in outputs:
        said = f"published by {step.file} after the build" if step.file else "published after the build"
        row = _gone(make, step, output, authors)
        yield make.position(output), replace(row, title="", packer=replace(row.packer, text=said) if row.packer else None)


def _published_afterwards(make: RowMaker) -> list[str]:
    """The outputs that no line of the conversion's source names."""
    inside = {found.group() for paths in make.paths.values() for path in paths if (found := _OUTPUT.match(path))}
    listed = (found.group() for each in make.settings.listed if (found := _OUTPUT.match(each.path)))
    return [output for output in dict.fromkeys(listed) if output not in inside]


def _gone(make: RowMaker, step: Step, path: str, authors: StepAuthors | None) -> Row:
    row = make.row(
        _block(step),
        _content(step),
        None,
        path=path,
        title=_title(step),
        key=_key(make, step, path),
        section=_section(step, path),
        author=authors.of_one(step, is_ours=True) if authors is not None else None,
    )
    return replace(row, template=row.template or make.first_line(path))


def _extra(make: RowMaker, step: Step, behind: Step | None, authors: StepAuthors | None) -> Row:
    where = "" if step.when is not Role.STEP else f"before {_title(behind)}" if behind is not None else "at the end"
    outline = " ".join(step.runs.split())[:_OUTLINE] or basename(step.file)
    key = f"{make.folder}{step.kind}: {step.name or outline}".rstrip(": ")
    author = authors.of_one(step, is_ours=False) if authors is not None else None
    return make.row(
        _block(step),
        None,
        _content(step),
        path="",
        title=_title(step),
        key=key,
        section=_section(step, ""),
        change=where,
        author=author,
    )


def _moved(make: RowMaker, step: Step, other: Step, path: str, places: tuple[int, int], author: Author | None) -> Row:
    change = f"was {_ordinal(places[0])}, is {_ordinal(places[1])}"
    row = make.row(
        _block(step),
        _content(step),
        _content(other),
        path=path,
        title=_title(step),
        key=_key(make, step, path),
        section=_section(step, path),
        verdict=Verdict.MOVED,
        change=change,
        author=author,
    )
    return replace(row, template=row.template or make.first_line(path))


def _key(make: RowMaker, step: Step, path: str) -> str:
    return "" if path else f"{make.folder}{_title(step)}"


def _section(step: Step, path: str) -> str:
    """Steps that the template does not have stand with those that it has."""
    return "customize" if not path and step.role is not Role.AFTERWARDS else ""


def _title(step: Step) -> str:
    return step.name or {Role.DEPROVISIONING_FILE: "deprovisioning script", Role.GENERALIZE: "generalize"}.get(
        step.role, step.kind
    )


def _inner_rows(make: RowMaker, step: Step, other: Step | None, path: str) -> Iterator[Row]:
    """The settings of a step and of its counterpart."""
    title = _title(step)
    ours, theirs, gone = _aligned(step, other)
    if step.kind != (other.kind if other is not None else step.kind) and other is not None:
        ours |= {"kind": Fact(value=step.kind, asked=step.kind, place=step.place)}
        theirs |= {"kind": Fact(value=other.kind, asked=other.kind, place=other.place)}
    if other is not None and step.role is Role.GENERALIZE and _runs_otherwise(make, ours, theirs):
        yield make.row(
            RUNS,
            ours.get(RUNS),
            theirs.get(RUNS),
            path=path,
            title=title,
            key=f"{make.folder}generalize",
            section=_section(step, path),
            change="generalizes in its own way",
        )
        return
    for name in [*ours, *(each for each in theirs if each not in ours)]:
        own = make.path_of(ours.get(name)) or path
        of_step = short(path) if own and own == path and other is not None else "" if own else f"{make.folder}{title}"
        key = f"{of_step}: {name}" if of_step else ""
        change = f"{gone} is not there" if name in _TEXT_OF.values() and name not in theirs and gone else ""
        values = (ours.get(name), theirs.get(name))
        yield make.row(name, *values, path=own, title=title, key=key, section=_section(step, own), change=change)


def _runs_otherwise(make: RowMaker, ours: Mapping[str, Fact], theirs: Mapping[str, Fact]) -> bool:
    one, other = ours.get(RUNS), theirs.get(RUNS)
    return one is not None and other is not None and make.verdict(RUNS, one, other) is not Verdict.SAME


def _aligned(ours: Step, theirs: Step | None) -> tuple[dict[str, Fact], dict[str, Fact], str]:
    """The settings of both without names of files whose texts are compared; where the conversion downloads the file, its name is.

    The last is the file of theirs that is not there. A condition that holds counts only beside another.
    """
    left = dict(ours.facts)
    right = dict(theirs.facts) if theirs is not None else {}
    gone = ""
    for name, text in _TEXT_OF.items():
        if name in left and f"({name})" in right:
            right[name] = right.pop(f"({name})")
            right.pop(text, None)
        elif f"({name})" in left and name in right:
            gone = theirs.file if theirs is not None else ""
            right.pop(name)
    if theirs is not None and CONDITION not in left and not theirs.is_off:
        right.pop(CONDITION, None)
    if theirs is not None and CONDITION not in right and not ours.is_off:
        left.pop(CONDITION, None)
    return _without_names(left), _without_names(right), gone


def _without_names(facts: Mapping[str, Fact]) -> dict[str, Fact]:
    return {name: fact for name, fact in facts.items() if not name.startswith("(")}


def _ordinal(number: int) -> str:
    ending = "th" if 10 < number % 100 < 14 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def _download_rows(
    make: RowMaker, step: Step, other: Step, ours: Steps, theirs: Steps, settings: Mapping[str, str]
) -> Iterator[Row]:
    """From where a file comes, and its checksum: of each fetch script, else of the file itself."""
    name, there = basename(step.file), basename(other.file)
    for script, wanted in ours.downloads.items():
        if name not in wanted:
            continue
        download, found = wanted[name], theirs.downloads.get(script, {}).get(there)
        path = settings.get(f"scripts/{name}", "")
        if found is None:
            yield _unfetched(make, download, other, theirs, path)
            continue
        yield make.row("fetched from", _said(download, download.url), _said(found, found.url), path=path, title=_title(step))
        if download.sha256 or found.sha256:
            sums = [_said(each, each.sha256) if each.sha256 else None for each in (download, found)]
            yield make.row("sha256", *sums, path=f"{path.rpartition('.')[0]}.sha256Checksum", title=_title(step))
        content = theirs.project.files.content(other.file) if found.sha256 else None
        if content is not None and not found.sha256.startswith("$") and not is_content(content, found.sha256):
            yield make.row(
                "file", _said(download, "as its checksum says"), _said(found, "another file"), path=path, title=_title(step),
                change=f"{other.file} is not the file that its checksum is of",
            )  # fmt: skip


def _unfetched(make: RowMaker, download: Download, other: Step, theirs: Steps, path: str) -> Row:
    """A file that the project does not fetch: it may be there."""
    content = theirs.project.files.content(other.file) if other.file else None
    title = _title(other)
    if content is None:
        return make.row("fetched from", _said(download, download.url), None, path=path, title=title)
    there = Fact(value=other.file, asked=other.file, place=other.place)
    if not download.sha256 or "$" in download.sha256:
        change = f"{other.file} is a file of the project; whether it is the one at this URL cannot be told"
        verdict = Verdict.CANNOT_TELL
    else:
        is_right = is_content(content, download.sha256)
        change = "" if is_right else f"{other.file} is not the file that the template's checksum is of"
        verdict = Verdict.SAME if is_right else Verdict.DIFFERS
    return make.row("fetched from", _said(download, download.url), there, path=path, title=title, verdict=verdict, change=change)


def _said(download: Download, text: str) -> Fact:
    return Fact(value=text, asked=text, place=download.place)
