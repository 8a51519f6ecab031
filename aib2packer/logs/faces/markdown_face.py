"""A comparison of two logs as a comment on a pull request. What the logs say stands in code spans, so that no markup works."""

from __future__ import annotations

from aib2packer.comparison.faces.differing_text import cut
from aib2packer.comparison.faces.markdown_face import in_table
from aib2packer.comparison.faces.wording import SIGNS
from aib2packer.comparison.model import Verdict
from aib2packer.diagnostics.model import visible
from aib2packer.logs.faces.wording import COMPARED, counts, lines_of, times_of, title, unknown
from aib2packer.logs.model import LogComparison, LogDifference

_LONGEST = 400


def as_markdown(comparison: LogComparison, everything: bool) -> str:
    """A table of the differences, and of all the rest with ``everything``."""
    shown = [row for row in comparison.rows if everything or row.verdict not in (Verdict.SAME, Verdict.CANNOT_TELL)]
    lines = [f"{_code(f'{comparison.left.name} ↔ {comparison.right.name}')}: {counts(comparison)}"]
    if shown:
        lines += ["", "| | | what differs | where | how long |", "|---|---|---|---|---|", *map(_row, shown)]
    if not everything:
        lines += [f"\nCannot tell: {_code(parts)}. {reason}" for reason, parts in unknown(comparison)]
    return "\n".join([*lines, f"\n{COMPARED}", ""])


def _row(row: LogDifference) -> str:
    changes = [f"{change.aspect}: {_code(change.left or 'none')} → {_code(change.right or 'none')}" for change in row.changes]
    what = "; ".join(changes) or row.reason or row.verdict
    cells = (SIGNS[row.verdict], _code(title(row)), what, lines_of(row), times_of(row))
    return f"| {' | '.join(cells)} |"


def _code(text: str) -> str:
    return in_table(cut(visible(text), _LONGEST))
