"""Two values put so that the eye sees where they part: lines with signs, long lines cut around the place."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from aib2packer.comparison.faces.wording import counted
from aib2packer.diagnostics.model import visible

_CONTEXT = 1
_MOST_PAIRS = 1_000_000
"""Longer texts are told as replaced: to align their lines takes too long."""
MOST_LINES = 60
"""So many lines of one value are shown."""

Line = tuple[str, str]
"""``+``, ``-``, ``|`` (in both), or ``⋮`` (left out), and the text."""
_Part = tuple[str, int, int, int, int]


def cut(text: str, width: int) -> str:
    """The text, its end cut off where it is longer than ``width``."""
    return text if len(text) <= width else f"{text[: width - 1]}…"


def parted(old: str, new: str, width: int) -> tuple[str, str]:
    """Two different values, each on one line of at most ``width`` columns; they never look alike.

    >>> parted("https://example.com/a.sh", "https://example.com/b.sh", 12)
    ('…com/a.sh', '…com/b.sh')
    >>> parted("64", "64 ", 12)
    ('"64"', '"64 "')
    """
    shown = visible(old), visible(new)
    if shown[0] == shown[1] or any(not each or each != each.strip() for each in shown):
        shown = json.dumps(old), json.dumps(new)
    return _around(shown[0], shown[1], width), _around(shown[1], shown[0], width)


def differing_lines(old: str, new: str, width: int) -> list[Line]:
    """The lines that differ with a little around them, each of at most ``width`` columns; a long text is cut at its end."""
    lines: list[Line] = []
    before, after = old.split("\n"), new.split("\n")
    for number, group in enumerate(_groups(before, after)):
        lines += [("⋮", "")] if number else []
        for tag, i1, i2, j1, j2 in group:
            if tag == "equal":
                lines += [("|", cut(visible(each), width)) for each in before[i1:i2]]
            else:
                lines += _replaced(before[i1:i2], after[j1:j2], width)
        if len(lines) > MOST_LINES:
            break
    return _shortened(lines)


def all_lines(text: str, sign: str, width: int) -> list[Line]:
    """All lines of a value that only one side has; a long text is cut at its end."""
    lines = text.removesuffix("\n").split("\n")
    return _shortened([(sign, cut(visible(each), width)) for each in lines])


def changed_lines(old: str, new: str) -> str:
    """How many lines were added and removed, in words.

    >>> changed_lines("a\\nb", "a\\nc\\nd")
    '1 line changed, 1 added'
    """
    changed = added = removed = 0
    for group in _groups(old.split("\n"), new.split("\n")):
        for tag, i1, i2, j1, j2 in group:
            both = 0 if tag == "equal" else min(i2 - i1, j2 - j1)
            changed += both
            removed += 0 if tag == "equal" else i2 - i1 - both
            added += 0 if tag == "equal" else j2 - j1 - both
    told = [(number, verb) for number, verb in ((changed, "changed"), (added, "added"), (removed, "removed")) if number]
    return ", ".join(f"{number if place else counted(number, 'line')} {verb}" for place, (number, verb) in enumerate(told))


def _groups(before: Sequence[str], after: Sequence[str]) -> Iterator[list[_Part]]:
    if len(before) * len(after) > _MOST_PAIRS:
        yield [("replace", 0, len(before), 0, len(after))]
        return
    for group in SequenceMatcher(None, before, after, autojunk=False).get_grouped_opcodes(_CONTEXT):
        yield list(group)


def _replaced(removed: Sequence[str], added: Sequence[str], width: int) -> list[Line]:
    removed, added = removed[: MOST_LINES + 1], added[: MOST_LINES + 1]
    return [
        *(("-", _apart(line, added, width)) for line in removed),
        *(("+", _apart(line, removed, width)) for line in added),
    ]


def _apart(line: str, others: Sequence[str], width: int) -> str:
    """The line, cut around the place where it parts from the one that is most like it on the other side."""
    shown, apart = _with_blanks(line), [_with_blanks(each) for each in others]
    if shown in apart:
        shown, apart = json.dumps(line), [json.dumps(each) for each in others]
    nearest = max(apart, key=lambda other: _same_until(shown, other), default="") if len(shown) > width else ""
    return _around(shown, nearest, width)


def _around(text: str, other: str, width: int) -> str:
    """The text, cut to ``width`` so that the first letter that the other does not have is in it."""
    if len(text) <= width and len(other) <= width:
        return text
    place = _same_until(text, other)
    start = place - width // 3 if place > width * 2 // 3 else 0
    return cut(f"…{text[start:]}" if start else text, width)


def _same_until(one: str, other: str) -> int:
    """How many letters both begin with."""
    return next((place for place, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def _with_blanks(line: str) -> str:
    """The line with blanks at its end that can be seen."""
    text = visible(line)
    return text.rstrip(" ") + "·" * (len(text) - len(text.rstrip(" ")))


def _shortened(lines: list[Line]) -> list[Line]:
    if len(lines) <= MOST_LINES:
        return lines
    return [*lines[:MOST_LINES], ("⋮", "more lines follow")]
