"""A comparison as a comment on a pull request. Whatever the files say stands in code spans and fences: no markup, mention or link of theirs works."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import escape

from aib2packer.comparison.faces.differing_text import Line, all_lines, changed_lines, cut, differing_lines, parted
from aib2packer.comparison.faces.wording import SIGNS, counted, counts, history, kind, label, names, spots, stands_out, values
from aib2packer.comparison.model import Comparison, Row
from aib2packer.diagnostics.model import visible

LIMIT = 60_000
_CELL = 80
_LINE = 400
_HEADINGS = {
    True: ("", "setting", "template", "project", "why", "where"),
    False: ("", "setting", "template", "Image Builder", "project", "where"),
}


def as_markdown(comparison: Comparison) -> str:
    """The verdict, a table of what differs, and the lines of long values to unfold; at most 60,000 characters."""
    rows = [row for row in comparison.rows if stands_out(row)]
    made = history(comparison)
    head = f"**{_verdict(comparison, rows)}** {_code(names(comparison))}: {counts(comparison)}.\n"
    head += f"\n{_code(cut(made, 1_000))}\n" if made else ""
    cells = ("| " + " | ".join(_cells(row)) + " |\n" for row in rows)
    table = _table(_HEADINGS[bool(comparison.project)], cells, LIMIT - len(head) - 500)
    text, shown = head + "".join(table), max(0, len(table) - 1)
    details = [each for row in rows if (each := _details(row))]
    unfolded = _fitting(details, LIMIT - len(text) - 500)
    if shown < len(rows) or len(unfolded) < len(details):
        unfolded.append(
            f"\nThis comment is cut at {LIMIT:,} characters: {shown:,} of {counted(len(rows), 'difference')} are in the table. "
            "`aib2packer compare` shows all.\n"
        )
    return text + "".join(unfolded)


def _verdict(comparison: Comparison, rows: list[Row]) -> str:
    if comparison.project:
        return f"{counted(len(rows), 'difference')} from the template." if rows else "Same as the template."
    return f"{counted(len(rows), 'setting')} not as in Image Builder." if rows else "All as in Image Builder."


def _table(headings: Iterable[str], lines: Iterable[str], room: int) -> list[str]:
    head = f"\n| {' | '.join(headings)} |\n|{'---|' * len(tuple(headings))}\n"
    body = _fitting(lines, room - len(head))
    return [head, *body] if body else []


def _fitting(parts: Iterable[str], room: int) -> list[str]:
    """The first parts that together have at most so many characters."""
    fitting = []
    for part in parts:
        room -= len(part)
        if room < 0:
            break
        fitting.append(part)
    return fitting


def _cells(row: Row) -> Iterator[str]:
    yield SIGNS[kind(row)]
    yield _cell(label(row)) if row.section in ("", row.key) else f"{_cell(row.section)} {_cell(label(row))}"
    before, after = values(row)
    if not row.verdict:
        yield from (_cell(row.template.text if row.template else ""), _cell(row.service), _cell(row.here))
    elif row.project and (row.packer or row.template) and before != after and "\n" not in before + after:
        yield from map(_code_in_table, parted(before, after, _CELL))
        yield _why(row)
    else:
        yield from (_cell(before), _cell(after) if row.project else "", _why(row))
    yield " ".join(map(_cell, spots(row)))


def _why(row: Row) -> str:
    before, after = values(row)
    several = "\n" in before + after and row.project and (row.packer or row.template)
    said = _cell(row.change) or (changed_lines(before, after) if several else "")
    return ", ".join(each for each in (said, row.author.value if row.author else "") if each)


def _details(row: Row) -> str:
    """The lines of values that have several, to unfold."""
    before, after = values(row)
    if not row.verdict or before == after or "\n" not in before + after:
        return ""
    if row.project is None or not (row.packer or row.template):
        lines = all_lines(before or after, "-" if row.project is None else "+", _LINE)
    else:
        lines = differing_lines(before, after, _LINE)
    body = "\n".join(_diff_line(line) for line in lines)
    fence = "`" * max(3, 1 + max(map(len, re.findall("`+", body)), default=0))
    summary = escape(cut(f"{row.section} {label(row)}" if row.section else label(row), _LINE))
    return f"\n<details><summary><code>{visible(summary)}</code></summary>\n\n{fence}diff\n{body}\n{fence}\n\n</details>\n"


def _diff_line(line: Line) -> str:
    sign, text = line
    return {"|": " ", "⋮": "@@ "}.get(sign, sign) + text


def _cell(text: str) -> str:
    return _code_in_table(cut(visible(text), _CELL))


def _code_in_table(text: str) -> str:
    return _code(text).replace("|", "\\|")


def _code(text: str) -> str:
    """A code span that holds the text whatever is in it; nothing for no text."""
    if not text.strip():
        return ""
    fence = "`" * (1 + max(map(len, re.findall("`+", text)), default=0))
    pad = " " if text[0] in "` " or text[-1] in "` " else ""
    return f"{fence}{pad}{text}{pad}{fence}"
