"""The words and signs that all faces share: what a row is called, what stands out, how many there are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from aib2packer.comparison.model import AS_IN_THE_SERVICE, Comparison, Row, Spot, Verdict
from aib2packer.diagnostics.model import Fidelity, visible

SIGNS: Mapping[Verdict | Fidelity, str] = {
    Verdict.SAME: "=",
    Verdict.DIFFERS: "~",
    Verdict.MISSING: "-",
    Verdict.EXTRA: "+",
    Verdict.MOVED: "↕",
    Verdict.CANNOT_TELL: "?",
    Fidelity.EXACT: "=",
    Fidelity.EQUIVALENT: "=",
    Fidelity.APPROXIMATE: "~",
    Fidelity.MANUAL: "!",
    Fidelity.DROPPED: "-",
    Fidelity.REFUSED: "x",
}
_AFTER_A_NUMBER: Mapping[Verdict | Fidelity, tuple[str, str]] = {
    Verdict.DIFFERS: ("differs", "differ"),
    Verdict.CANNOT_TELL: ("cannot be told", "cannot be told"),
}


def kind(row: Row) -> Verdict | Fidelity:
    """What the row is told as: its verdict; without a project, its fate."""
    return row.verdict or row.fate or Fidelity.EXACT


def slug(each: Verdict | Fidelity) -> str:
    """The verdict or fate as a name without blanks."""
    return each.value.replace(" ", "-")


def stands_out(row: Row) -> bool:
    """Whether a person should look at the row: the project differs; without a project, the conversion does."""
    if row.verdict:
        return row.differs
    return row.fate not in (None, *AS_IN_THE_SERVICE) and bool(row.service or row.change)


def is_by_other_means(row: Row) -> bool:
    """Whether the conversion, without a project beside it, gives the same in another way, which a person may want to know."""
    return not row.verdict and row.fate in AS_IN_THE_SERVICE and bool(row.service)


def goes_with_another(row: Row) -> bool:
    """Whether the setting is not as in the service, and the row of another one tells why."""
    return not row.verdict and row.fate not in (None, *AS_IN_THE_SERVICE) and not stands_out(row)


def label(row: Row) -> str:
    """What the row is called: its key, by which the difference can be accepted, and the name of the step.

    >>> label(Row(key="customize[1].inline", section="customize", title="install"))
    'customize[1].inline (install)'
    """
    return visible(row.key if not row.title or row.title in row.key else f"{row.key} ({row.title})")


def spots(row: Row) -> tuple[Spot, ...]:
    """Where the template says it, and where the project does, else the conversion."""
    shown = (row.template, row.project if row.verdict else row.packer)
    return tuple(each.spot for each in shown if each is not None and each.spot is not None)


def by_section(rows: Iterable[Row]) -> Mapping[str, list[Row]]:
    """The rows in their order, by section."""
    sections: dict[str, list[Row]] = {}
    for row in rows:
        sections.setdefault(visible(row.section), []).append(row)
    return sections


def names(comparison: Comparison) -> str:
    """What is compared."""
    return visible(" ↔ ".join(each for each in (comparison.template, comparison.project) if each))


def history(comparison: Comparison) -> str:
    """How the project was made, and how many of its files were edited since; empty without a record."""
    if not comparison.made_by:
        return ""
    edited = counted(len(comparison.edited), "file") if comparison.edited else "no file"
    return f"made by {visible(comparison.made_by)}, {edited} edited since"


def numbers(comparison: Comparison) -> Mapping[Verdict | Fidelity, int]:
    """How many rows have each verdict; without a project, each fate. In the order of their declaration, without zeros."""
    if comparison.project:
        return {verdict: comparison.verdicts[verdict] for verdict in Verdict if comparison.verdicts.get(verdict)}
    return {fate: comparison.fates[fate] for fate in Fidelity if comparison.fates.get(fate)}


def counts(comparison: Comparison) -> str:
    """The numbers in words, and how many differences were accepted."""
    told = [f"{number:,} {word(each, number)}" for each, number in numbers(comparison).items()]
    accepted = sum(bool(row.accepted) for row in comparison.rows)
    return ", ".join([*told, *([f"{accepted:,} accepted"] if accepted else [])]) or "nothing to compare"


def verdict(comparison: Comparison) -> str:
    """The comparison in a few words."""
    number = sum(map(stands_out, comparison.rows))
    if comparison.project:
        return f"{counted(number, 'difference')} from the template" if number else "Same as the template"
    return f"{counted(number, 'setting')} not as in Image Builder" if number else "All as in Image Builder"


def word(each: Verdict | Fidelity, number: int) -> str:
    """The verdict or fate as it stands after a number."""
    one, many = _AFTER_A_NUMBER.get(each, (each.value, each.value))
    return one if number == 1 else many


def counted(number: int, noun: str) -> str:
    """A number with its noun.

    >>> counted(1, "line"), counted(2, "line")
    ('1 line', '2 lines')
    """
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
