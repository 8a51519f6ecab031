"""A comparison of two logs as one HTML page that needs nothing else."""

from __future__ import annotations

from aib2packer.comparison.faces.differing_text import cut
from aib2packer.comparison.faces.rendering import render
from aib2packer.comparison.faces.wording import SIGNS, word
from aib2packer.comparison.model import Verdict
from aib2packer.diagnostics.model import visible
from aib2packer.logs.faces.wording import COMPARED, first_difference, lines_of, times_of, title
from aib2packer.logs.model import LogComparison, LogDifference

_LONGEST = 400


def as_page(comparison: LogComparison) -> str:
    """The whole page: what differs, then all that ran."""
    return render(
        "logs.html.j2",
        title=visible(f"{comparison.left.name} ↔ {comparison.right.name}"),
        told=[(_slug(each), comparison.count(each), word(each, comparison.count(each))) for each in Verdict],
        first=cut(first_difference(comparison), _LONGEST),
        compared=COMPARED,
        differing=[_row(row) for row in comparison.differences],
        rows=[_row(row) for row in comparison.rows],
    )


def _row(row: LogDifference) -> dict[str, object]:
    return {
        "slug": _slug(row.verdict),
        "sign": SIGNS[row.verdict],
        "verdict": row.verdict.value,
        "title": cut(visible(title(row)), _LONGEST),
        "changes": [(each.aspect, _value(each.left), _value(each.right)) for each in row.changes],
        "reason": visible(row.reason),
        "lines": lines_of(row).removeprefix("line "),
        "times": times_of(row),
    }


def _value(text: str) -> str:
    return cut(visible(text), _LONGEST) or "none"


def _slug(verdict: Verdict) -> str:
    return verdict.value.replace(" ", "-")
