"""A comparison as a comment on a pull request. What the files say stands in code spans and fences, so that no markup or mention in it works."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import escape

from aib2packer.comparison.faces.differing_text import Line, cut
from aib2packer.comparison.faces.told import tell
from aib2packer.comparison.faces.wording import (
    SIGNS,
    counted,
    counts,
    history,
    is_by_other_means,
    kind,
    label,
    names,
    spots,
    stands_out,
    verdict,
)
from aib2packer.comparison.model import Comparison, Row
from aib2packer.diagnostics.model import visible

LIMIT = 60_000
_RESERVE = 300
"""Room for the sentence that says that the comment was cut."""
_CELL = 80
_LINE = 400
_NAMES = 1_000
_MOST_NAMES = 20
_BESIDE = ("", "setting", "template", "project", "why", "where")
_ALONE = ("", "setting", "template", "Image Builder", "project", "where")


def as_markdown(comparison: Comparison) -> str:
    """The verdict, a table of what differs, and the lines of long values to unfold; at most 60,000 characters."""
    rows = [row for row in comparison.rows if stands_out(row)]
    rows += [row for row in comparison.rows if is_by_other_means(row)]
    made = history(comparison)
    head = f"**{verdict(comparison)}.** {_code(cut(names(comparison), _NAMES))}: {counts(comparison)}.\n"
    head += f"\n{_code(cut(made, _NAMES))}\n" if made else ""
    left_out = ", ".join(_code(cut(visible(name), _CELL)) for name in comparison.left_out[:_MOST_NAMES])
    head += f"\nOf other images, not compared: {left_out}.\n" if left_out else ""
    if not rows:
        return head
    headings = _BESIDE if comparison.project else _ALONE
    head += f"\n| {' | '.join(headings)} |\n|{'---|' * len(headings)}\n"
    lines, whole = _fitting((f"| {' | '.join(_cells(row))} |\n" for row in rows), LIMIT - _RESERVE - len(head))
    text = head + "".join(lines)
    details, unfolded = _fitting(filter(None, map(_details, rows)), LIMIT - _RESERVE - len(text))
    text += "".join(details)
    if whole and unfolded:
        return text
    left = f"{len(lines):,} of {counted(len(rows), 'difference')} are in the table, {counted(len(details), 'value')} unfolded"
    return f"{text}\nThis comment is cut at {LIMIT:,} characters: {left}. `aib2packer compare` shows all.\n"


def _fitting(parts: Iterable[str], room: int) -> tuple[list[str], bool]:
    """The first parts that together have at most so many characters, and whether these are all."""
    fitting: list[str] = []
    for part in parts:
        room -= len(part)
        if room < 0:
            return fitting, False
        fitting.append(part)
    return fitting, True


def _cells(row: Row) -> Iterator[str]:
    yield SIGNS[kind(row)]
    yield _cell(label(row))
    if row.verdict:
        told = tell(row, _CELL)
        why = _cell(told.said) if row.change else told.said
        yield from (in_table(told.old), in_table(told.new))
        yield ", ".join(each for each in (why, row.author or "") if each)
    else:
        yield from (
            _cell(row.template.text if row.template else ""),
            in_table(visible(row.service)),
            in_table(visible(" ".join(filter(None, (row.here, row.change))))),
        )
    yield " ".join(_cell(str(spot)) for spot in spots(row))


def _details(row: Row) -> str:
    """The lines of a value that has several, to unfold; empty where it has one."""
    lines = tell(row, _LINE).lines if row.verdict else ()
    if not lines:
        return ""
    body = "\n".join(map(_diff_line, lines))
    fence = _longer_than_in(body, at_least=3)
    summary = escape(cut(label(row), _LINE))
    return f"\n<details><summary><code>{summary}</code></summary>\n\n{fence}diff\n{body}\n{fence}\n\n</details>\n"


def _diff_line(line: Line) -> str:
    sign, text = line
    return {"|": " ", "⋮": "@@ "}.get(sign, sign) + text


def _cell(text: str) -> str:
    """Text of the files or of the engine in a cell."""
    return in_table(cut(visible(text), _CELL))


def in_table(text: str) -> str:
    return _code(text).replace("|", "\\|")


def _code(text: str) -> str:
    """A code span that holds the text whatever is in it; nothing for no text."""
    if not text.strip():
        return ""
    fence = _longer_than_in(text, at_least=1)
    pad = " " if text[0] in "` " or text[-1] in "` " else ""
    return f"{fence}{pad}{text}{pad}{fence}"


def _longer_than_in(text: str, at_least: int) -> str:
    """More backticks than anywhere in the text."""
    return "`" * max(at_least, 1 + max(map(len, re.findall("`+", text)), default=0))
