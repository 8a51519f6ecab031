"""A comparison for a terminal, in the manner of `terraform plan`: the differences, each with its places, and a closing count."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import StrEnum
from textwrap import wrap

from aib2packer.comparison.faces.differing_text import Line, cut
from aib2packer.comparison.faces.told import tell, values
from aib2packer.comparison.faces.wording import (
    SIGNS,
    by_section,
    counted,
    counts,
    goes_with_another,
    history,
    is_by_other_means,
    kind,
    label,
    names,
    spots,
    stands_out,
)
from aib2packer.comparison.model import AS_IN_THE_SERVICE, Comparison, Row, Verdict
from aib2packer.diagnostics.model import Fidelity, visible, without_commands

_WIDTH = 80
_LABEL = 24
_INDENT = 6


class Tone(StrEnum):
    """What a piece of text is for; a terminal has a colour for each."""

    CHANGED = "changed"
    REMOVED = "removed"
    ADDED = "added"
    MOVED = "moved"
    UNKNOWN = "unknown"
    HEADING = "heading"
    QUIET = "quiet"
    PLAIN = "plain"


Paint = Callable[[str, Tone], str]
_TONES: dict[Verdict | Fidelity, Tone] = {
    Verdict.DIFFERS: Tone.CHANGED,
    Verdict.MISSING: Tone.REMOVED,
    Verdict.EXTRA: Tone.ADDED,
    Verdict.MOVED: Tone.MOVED,
    Verdict.CANNOT_TELL: Tone.UNKNOWN,
    Fidelity.APPROXIMATE: Tone.CHANGED,
    Fidelity.MANUAL: Tone.CHANGED,
    Fidelity.DROPPED: Tone.REMOVED,
    Fidelity.REFUSED: Tone.REMOVED,
}
_LINE_TONES = {"+": Tone.ADDED, "-": Tone.REMOVED}


def as_text(comparison: Comparison, *, everything: bool = False, paint: Paint = lambda text, _: text) -> str:
    """What differs, by section; with ``everything`` the rest, too. ``paint`` colours pieces on a terminal. No line is over 80 columns."""
    shown = [row for row in comparison.rows if not row.accepted and (everything or stands_out(row))]
    paragraphs = [
        _head(comparison, paint),
        *(_section(title, rows, paint) for title, rows in by_section(shown).items()),
        *([] if comparison.project or everything else [_by_other_means(comparison, paint), _folded(comparison)]),
        _accepted(comparison, paint),
        _stale(comparison, paint),
        _left_out(comparison, paint),
        _wrapped(counts(comparison), 0),
    ]
    return without_commands("\n\n".join(each for each in paragraphs if each) + "\n")


def _head(comparison: Comparison, paint: Paint) -> str:
    what, made = cut(names(comparison), _WIDTH), history(comparison)
    gap = "  " if len(what) + 2 + len(made) <= _WIDTH else "\n"
    return paint(what, Tone.HEADING) + (gap + paint(_wrapped(made, 0), Tone.QUIET) if made else "")


def _section(title: str, rows: Sequence[Row], paint: Paint) -> str:
    room = min(_LABEL, max(len(label(row)) for row in rows))
    lines = [paint(cut(title or "project", _WIDTH), Tone.HEADING)]
    for row in rows:
        lines += _row(row, room, paint)
    return "\n".join(lines)


def _row(row: Row, room: int, paint: Paint) -> Iterator[str]:
    """The sign, the name, what happened and where; then what does not fit, and the lines of long values."""
    what, body = (_judged if row.verdict else _fated)(row)
    head = f"{cut(label(row), _WIDTH - 4).ljust(room)}  {what}".rstrip()
    if len(head) > _WIDTH - 4:
        head, body = cut(label(row), _WIDTH - 4), [("", what), *body]
    where = "  ".join((*(visible(str(spot)) for spot in spots(row)), *([row.author.value] if row.author else [])))
    sign = paint(SIGNS[kind(row)], _TONES.get(kind(row), Tone.PLAIN))
    if where and 4 + len(head) + 2 + len(where) <= _WIDTH:
        yield f"  {sign} {head}{' ' * (_WIDTH - 4 - len(head) - len(where))}{paint(where, Tone.QUIET)}"
    else:
        yield f"  {sign} {head}"
        yield from (paint(line, Tone.QUIET) for line in _wrapped(where, _INDENT).split("\n") if line)
    yield from _body(body, paint)


def _body(lines: Iterable[Line], paint: Paint) -> Iterator[str]:
    for mark, text in lines:
        line = f"{mark} {text}".rstrip() if mark else text
        yield from (
            (paint(f"{' ' * _INDENT}{line}", _LINE_TONES.get(mark, Tone.PLAIN)),) if mark else _wrapped(line, _INDENT).split("\n")
        )


def _judged(row: Row) -> tuple[str, list[Line]]:
    """What the project does with the setting: in a few words, and in lines below."""
    room = _WIDTH - _INDENT - 2
    told = tell(row, room)
    if row.verdict is Verdict.SAME:
        return told.said or cut(visible(values(row)[0]), _LABEL), []
    apart: list[Line] = [(sign, value) for sign, value in (("-", told.old), ("+", told.new)) if value]
    if told.said or told.lines:
        both_fit = told.old and told.new and len(told.arrow) <= room
        return told.said, [*told.lines, *([("", told.arrow)] if both_fit else apart)]
    fits = len(apart) == 1 or len(told.arrow) <= _WIDTH - 4 - _LABEL - 2
    return (told.arrow, []) if fits else ("", apart)


def _fated(row: Row) -> tuple[str, list[Line]]:
    """What becomes of the setting, and what Image Builder and the project do about it."""
    if not (stands_out(row) or is_by_other_means(row)):
        return cut(visible(row.template.text if row.template else ""), _LABEL), []
    what = "" if is_by_other_means(row) else " ".join(each for each in (str(row.fate), row.code) if each)
    told = [("Image Builder", row.service), ("Project", row.here), ("Warning", row.change)]
    return what, [("", f"{who}: {visible(does)}") for who, does in told if does]


def _by_other_means(comparison: Comparison, paint: Paint) -> str:
    rows = [row for row in comparison.rows if is_by_other_means(row)]
    return _section(f"the same by other means ({len(rows):,})", rows, paint) if rows else ""


def _folded(comparison: Comparison) -> str:
    """The settings that another row tells about, and how many of each section are as in the service."""
    others = [visible(row.key) for row in comparison.rows if goes_with_another(row)]
    exact = by_section(row for row in comparison.rows if row.fate in AS_IN_THE_SERVICE and not row.service)
    told = ["Also affected: " + ", ".join(others)] if others else []
    told += ["As in Image Builder: " + ", ".join(f"{name} {len(rows):,}" for name, rows in exact.items())] if exact else []
    return "\n".join(_wrapped(each, 0) for each in told)


def _accepted(comparison: Comparison, paint: Paint) -> str:
    rows = [row for row in comparison.rows if row.accepted]
    if not rows:
        return ""
    lines = [paint(f"accepted ({len(rows):,})", Tone.HEADING)]
    for row in rows:
        what, body = _judged(row)
        lines.append(_wrapped(f"{SIGNS[kind(row)]} {visible(row.key)}: {visible(row.accepted)}", 2))
        lines += _body([("", what), *body] if what else body, paint)
    return "\n".join(lines)


def _stale(comparison: Comparison, paint: Paint) -> str:
    title = f"{counted(len(comparison.stale), 'accepted difference')} no longer there: remove from the list"
    return _block(title, map(visible, comparison.stale), paint) if comparison.stale else ""


def _left_out(comparison: Comparison, paint: Paint) -> str:
    return _block("of other images, not compared", map(visible, comparison.left_out), paint) if comparison.left_out else ""


def _block(title: str, lines: Iterable[str], paint: Paint) -> str:
    return "\n".join([paint(title, Tone.HEADING), *(_wrapped(line, 2) for line in lines)])


def _wrapped(text: str, indent: int) -> str:
    """The text in lines of at most 80 columns, each after so many blanks."""
    before = " " * indent
    return "\n".join(wrap(text, _WIDTH, initial_indent=before, subsequent_indent=before, break_on_hyphens=False))
