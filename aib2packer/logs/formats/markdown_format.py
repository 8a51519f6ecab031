"""A comparison of two logs for a comment on a pull request."""

from __future__ import annotations

import re

from aib2packer.diagnostics.model import visible
from aib2packer.logs.formats.wording import SIGNS, counts, lines_of, times_of, title, unknown
from aib2packer.logs.model import LogComparison, LogDifference, Verdict

_MARKS = re.compile(r"[\\`*_\[\]<>|#~@&]")
_LONGEST = 400


def as_markdown(comparison: LogComparison, everything: bool) -> str:
    """A table of the differences, and of all the rest with ``everything``."""
    lines = [f"**{_plain(comparison.left.name)} ↔ {_plain(comparison.right.name)}**: {counts(comparison)}"]
    if comparison.differences or everything:
        lines += ["", "| | | what differs | where | how long |", "|---|---|---|---|---|"]
    shown = [row for row in comparison.rows if everything or row.verdict not in (Verdict.SAME, Verdict.CANNOT_TELL)]
    lines += map(_row, shown)
    if not everything:
        lines += [f"\nCannot tell: {_plain(parts)}. {reason}" for reason, parts in unknown(comparison)]
    return "\n".join([*lines, ""])


def _row(row: LogDifference) -> str:
    changes = [f"{change.aspect}: {_plain(change.left) or 'none'} → {_plain(change.right) or 'none'}" for change in row.changes]
    what = "; ".join(changes) or row.reason or row.verdict
    cells = (SIGNS[row.verdict], _plain(title(row)), what, lines_of(row), times_of(row))
    return f"| {' | '.join(cells)} |"


def _plain(text: str) -> str:
    """The text as it is: marks of Markdown, HTML and mentions of people are letters."""
    return _MARKS.sub(lambda found: f"&#{ord(found[0])};", visible(text)[:_LONGEST])
