"""The words that the forms for people have in common."""

from __future__ import annotations

from aib2packer.comparison.faces.wording import word
from aib2packer.comparison.model import Verdict
from aib2packer.diagnostics.model import visible
from aib2packer.logs.model import Build, LogComparison, LogDifference, Part, Published, Step


def title(row: LogDifference) -> str:
    """What a row is about: ``step 2 shell harden.sh``."""
    number = row.numbers[0] or row.numbers[1]
    if number:
        return f"step {number} {_name(row.part)}"
    return _kind(row.part) if row.changes else _name(row.part)


def _name(part: Part) -> str:
    if isinstance(part, Build):
        return f"build {part.name}"
    if isinstance(part, Published):
        return f"{part.kind} {part.name}".rstrip()
    return f"{part.kind} {part.what or (part.hint and repr(part.hint))}".rstrip()


def unknown(comparison: LogComparison) -> list[tuple[str, str]]:
    """What cannot be told: each reason, and the parts that it is about, in few words."""
    parts: dict[str, list[str]] = {}
    for row in comparison.rows:
        if row.verdict is Verdict.CANNOT_TELL:
            number = row.numbers[0] or row.numbers[1]
            parts.setdefault(row.reason, []).append(f"step {number}" if number else _kind(row.part))
    return [(reason, ", ".join(names)) for reason, names in parts.items()]


def _kind(part: Part) -> str:
    return part.kind if isinstance(part, Published) else _name(part)


def lines_of(row: LogDifference) -> str:
    """Where both parts are: ``line 12 ↔ 30``."""
    return f"line {row.left.line if row.left else 'none'} ↔ {row.right.line if row.right else 'none'}"


def times_of(row: LogDifference) -> str:
    """How long both parts took; empty where no log tells it."""
    left, right = (None if part is None or isinstance(part, Published) else part.seconds for part in (row.left, row.right))
    return "" if left is None and right is None else f"{_time(left)} ↔ {_time(right)}"


def _time(seconds: float | None) -> str:
    if seconds is None:
        return "?"
    whole = round(seconds)
    return f"{whole // 60} min {whole % 60} s" if whole >= 60 else f"{whole} s"


COMPARED = "Compared: steps, exit codes, restarts, updates, outputs; not what steps print."


def first_difference(comparison: LogComparison) -> str:
    """Where the logs part first, as a sentence; empty where they do not."""
    first = comparison.first
    if first is None:
        return ""
    number = first.numbers[0] or first.numbers[1]
    what = f"step {number} ({_kind_of_step(first)})" if number else _kind(first.part)
    sides = ((comparison.left, first.left), (comparison.right, first.right))
    there = ", ".join(f"line {part.line} of {log.name}" for log, part in sides if part is not None)
    lacking = "".join(f"; not in {log.name}" for log, part in sides if part is None)
    return visible(f"First difference: {what}, {there}{lacking}.")


def _kind_of_step(row: LogDifference) -> str:
    return row.part.kind if isinstance(row.part, Step) else _kind(row.part)


def counts(comparison: LogComparison) -> str:
    """How many rows have each verdict, those that none has left out."""
    numbers = [(comparison.count(verdict), verdict) for verdict in Verdict]
    return ", ".join(f"{number:,} {word(verdict, number)}" for number, verdict in numbers if number)
