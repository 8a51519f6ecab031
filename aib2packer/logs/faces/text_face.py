"""A comparison of two logs for a person at a terminal: the differences, in 80 columns."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator

from aib2packer.comparison.faces.differing_text import cut
from aib2packer.comparison.faces.wording import SIGNS
from aib2packer.comparison.model import Verdict
from aib2packer.diagnostics.model import visible, without_commands
from aib2packer.logs.faces.wording import COMPARED, counts, first_difference, lines_of, times_of, title, unknown
from aib2packer.logs.model import Change, LogComparison, LogDifference

Paint = Callable[[str, Verdict], str]
_WIDTH = 80
_LONGEST = 400


def as_text(comparison: LogComparison, everything: bool, paint: Paint = lambda text, _: text) -> str:
    """A line for each difference, and for all the rest with ``everything``; ``paint`` colours the signs."""
    names = [visible(log.name) for log in (comparison.left, comparison.right)]
    lines = [" ↔ ".join(names), ""]
    for row in comparison.rows:
        if everything or row.verdict not in (Verdict.SAME, Verdict.CANNOT_TELL):
            lines += _row(row, paint)
    lines += textwrap.wrap(first_difference(comparison), _WIDTH)
    for reason, parts in () if everything else unknown(comparison):
        lines += textwrap.wrap(f"Cannot tell: {visible(parts)}. {reason}", _WIDTH, subsequent_indent="  ")
    return without_commands("\n".join([*lines, counts(comparison), COMPARED, ""]))


def _row(row: LogDifference, paint: Paint) -> Iterator[str]:
    where = ", ".join(each for each in (times_of(row), lines_of(row)) if each)
    room = _WIDTH - 6 - len(where)
    yield f"  {paint(SIGNS[row.verdict], row.verdict)} {cut(visible(title(row)), room):<{room}}  {where}"
    for change in row.changes:
        yield from _change(change)
    if row.reason:
        yield from textwrap.wrap(row.reason, _WIDTH, initial_indent=" " * 6, subsequent_indent=" " * 6)


def _change(change: Change) -> Iterator[str]:
    left, right = (cut(visible(text), _LONGEST) or "none" for text in (change.left, change.right))
    head = f"      {change.aspect:<10} "
    yield from textwrap.wrap(f"{left} → {right}", _WIDTH, initial_indent=head, subsequent_indent=" " * len(head))
