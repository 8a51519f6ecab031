"""The words that the forms for people have in common."""

from __future__ import annotations

from aib2packer.logs.model import Build, LogComparison, LogDifference, Part, Published, Verdict

SIGNS = {
    Verdict.SAME: "=",
    Verdict.DIFFERS: "~",
    Verdict.MISSING: "-",
    Verdict.EXTRA: "+",
    Verdict.MOVED: "↕",
    Verdict.CANNOT_TELL: "?",
}
_MANY = {Verdict.DIFFERS: "differ", Verdict.CANNOT_TELL: "cannot be told"}


def title(row: LogDifference) -> str:
    """What a row is about: ``step 2 shell harden.sh``."""
    number = row.numbers[0] or row.numbers[1]
    return f"step {number} {_name(row.part)}" if number else _name(row.part)


def _name(part: Part) -> str:
    if isinstance(part, Build):
        return f"build {part.name}"
    if isinstance(part, Published):
        return f"{part.kind} {part.name}".rstrip()
    return f"{part.kind} {part.what or (part.hint and repr(part.hint))}".rstrip()


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


def counts(comparison: LogComparison) -> str:
    """How many rows have each verdict, those that none has left out."""
    numbers = [(comparison.count(verdict), _MANY.get(verdict, verdict)) for verdict in Verdict]
    return ", ".join(f"{number} {words}" for number, words in numbers if number)
