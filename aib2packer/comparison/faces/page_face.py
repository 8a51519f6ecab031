"""A comparison as one HTML page that needs nothing else: both texts as they are, joined line by line, the differences on top."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from aib2packer.comparison.faces.rendering import render
from aib2packer.comparison.faces.told import Told, tell
from aib2packer.comparison.faces.wording import (
    SIGNS,
    counted,
    counts,
    history,
    kind,
    label,
    names,
    numbers,
    slug,
    spots,
    stands_out,
    verdict,
    word,
)
from aib2packer.comparison.model import Comparison, Row, Spot, Verdict
from aib2packer.diagnostics.model import Fidelity, visible

_VALUE = 200
_LINE = 2_000
"""So many letters of a line are shown."""
_COLOURED = 500
_CHUNK = 50
_TOKENS = re.compile(
    r"""(?P<key>"(?:\\.|[^"\\])*"(?=\s*:)|^\s*[\w-]+(?=\s*=[^=]))|(?P<string>"(?:\\.|[^"\\])*")"""
    r"""|(?P<comment>(?:(?<=\s)|^)(?:\#|//).*)|(?P<word>\b(?:true|false|null|\d+)\b)"""
)
_RANKS = {each: rank for rank, each in enumerate(SIGNS)}
_QUIET: frozenset[Verdict | Fidelity] = frozenset({Verdict.SAME, Fidelity.EXACT})


class _Item(Struct, frozen=True, kw_only=True):
    """A row in the list. ``left`` and ``right`` are the elements of its lines, ``near`` the one before a line that is missing; ``spots`` are what it shows of
    them."""

    number: int
    kind: str
    sign: str
    quiet: bool
    label: str
    row: Row
    told: Told
    spots: tuple[tuple[str, str], ...]
    left: str
    right: str
    near: str

    @property
    def hidden(self) -> bool:
        """Whether the list shows it only when a filter asks for it."""
        return kind(self.row) in _QUIET and not self.row.accepted


class _Line(Struct, frozen=True, kw_only=True):
    """A line of a text in coloured pieces, with the items that stand on it."""

    number: int
    pieces: Sequence[tuple[str, str]]
    items: Sequence[_Item]


class _File(Struct, frozen=True, kw_only=True):
    """A text in a pane, and how many rows that stand out point to it."""

    id: str
    name: str
    differing: int
    chunks: Sequence[Sequence[_Line]]


class _Joints(Struct, frozen=True, kw_only=True):
    """Which element of the page is the line that a row points to; empty where there is none."""

    ids: Mapping[str, str]
    lengths: Mapping[str, int]
    has_project: bool

    def left(self, row: Row) -> str:
        """Of the template."""
        return self.element(row.template.spot if row.template else None)

    def right(self, row: Row) -> str:
        """Of the project; the lines of a conversion are on the page only where there is no project."""
        shown = row.project if self.has_project else row.packer
        return self.element(shown.spot if shown else None)

    def element(self, spot: Spot | None) -> str:
        """Of any line."""
        if spot is None or not 1 <= spot.line <= self.lengths.get(spot.file, 0):
            return ""
        return f"{self.ids[spot.file]}-{spot.line}"


class _Chip(Struct, frozen=True, kw_only=True):
    """A filter: which rows it lets through, and whether it does so at first."""

    group: str
    slug: str
    sign: str
    text: str
    pressed: bool


def as_page(comparison: Comparison) -> str:
    """The whole page; it asks the network for nothing."""
    of_template = {row.template.spot.file for row in comparison.rows if row.template and row.template.spot} | {
        comparison.template
    }
    left = {name: f"L{number}" for number, name in enumerate(name for name in comparison.texts if name in of_template)}
    right = {name: f"R{number}" for number, name in enumerate(name for name in comparison.texts if name not in of_template)}
    lengths = {name: len(_lines(text)) for name, text in comparison.texts.items()}
    items = _items(comparison, _Joints(ids=left | right, lengths=lengths, has_project=bool(comparison.project)))
    on_lines: dict[str, list[_Item]] = {}
    for item in items:
        for place in filter(None, (item.left, item.right)):
            on_lines.setdefault(place, []).append(item)
    return render(
        "page.html.j2",
        script="page.js",
        title=names(comparison),
        history=history(comparison),
        counts=counts(comparison),
        has_project=bool(comparison.project),
        verdict=verdict(comparison),
        differing=sum(map(stands_out, comparison.rows)),
        chips=[*_chips(comparison)],
        sections=_sections(items),
        lists=[
            ("accepted, but no longer there", [visible(key) for key in comparison.stale]),
            ("of other images, not compared", [visible(name) for name in comparison.left_out]),
        ],
        panes=[
            (side, title, [_file(visible(name), file_id, comparison.texts[name], on_lines) for name, file_id in ids.items()])
            for side, title, ids in (
                ("left", "Template", left),
                ("right", "Project" if comparison.project else "Conversion", right),
            )
        ],
    )


def _sections(items: Sequence[_Item]) -> Mapping[str, list[_Item]]:
    """The items in their order, by section; those sections first that have something to show."""
    sections: dict[str, list[_Item]] = {visible(item.row.section): [] for item in sorted(items, key=lambda item: item.hidden)}
    for item in items:
        sections[visible(item.row.section)].append(item)
    return sections


def _items(comparison: Comparison, joints: _Joints) -> list[_Item]:
    items: list[_Item] = []
    last_left = last_right = ""
    for number, row in enumerate(comparison.rows):
        left, right = joints.left(row), joints.right(row)
        last_left, last_right = left or last_left, right or last_right
        items.append(
            _Item(
                number=number,
                kind="accepted" if row.accepted else slug(kind(row)),
                sign="✓" if row.accepted else SIGNS[kind(row)],
                quiet=not stands_out(row),
                label=label(row),
                row=row,
                told=tell(row, _VALUE) if row.verdict else Told(said=visible(row.change or row.here)),
                spots=tuple((visible(str(spot)), joints.element(spot)) for spot in spots(row)),
                left=left,
                right=right,
                near=last_left if right else last_right,
            )
        )
    return items


def _chips(comparison: Comparison) -> Iterator[_Chip]:
    for each, number in numbers(comparison).items():
        yield _Chip(
            group="kind", slug=slug(each), sign=SIGNS[each], text=f"{number:,} {word(each, number)}", pressed=each not in _QUIET
        )
    accepted = sum(bool(row.accepted) for row in comparison.rows)
    if accepted:
        yield _Chip(group="kind", slug="accepted", sign="✓", text=f"{accepted:,} accepted", pressed=True)
    if comparison.project:
        for fate in Fidelity:
            if count := comparison.fates.get(fate, 0):
                yield _Chip(group="fate", slug=slug(fate), sign="", text=f"{count:,} {fate}", pressed=True)


def _file(name: str, file_id: str, whole: str, on_lines: Mapping[str, Sequence[_Item]]) -> _File:
    lines = [
        _Line(
            number=number,
            pieces=[*_pieces(text)],
            items=sorted(
                on_lines.get(f"{file_id}-{number}", ()), key=lambda item: (item.quiet, _RANKS[kind(item.row)], item.number)
            ),
        )
        for number, text in enumerate(_lines(whole), start=1)
    ]
    differing = sum(not item.quiet for line in lines for item in line.items)
    chunks = [lines[start : start + _CHUNK] for start in range(0, len(lines), _CHUNK)]
    return _File(id=file_id, name=name, differing=differing, chunks=chunks)


def _lines(text: str) -> list[str]:
    return text.removesuffix("\n").split("\n")


def _pieces(line: str) -> Iterator[tuple[str, str]]:
    """The line as kinds and texts, what cannot be seen as signs; a long one is cut, and says so."""
    text = visible(line[:_LINE], keep="\t")
    if len(line) > _COLOURED:
        yield "", text
        if len(line) > _LINE:
            yield "left-out", f" … {counted(len(line) - _LINE, 'more character')}"
        return
    at = 0
    for found in _TOKENS.finditer(text):
        yield "", text[at : found.start()]
        yield found.lastgroup or "", found.group()
        at = found.end()
    yield "", text[at:]
