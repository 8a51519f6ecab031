"""Many comparisons on one HTML page: how each template stands, with a link to its page, and what differs most often."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from urllib.parse import quote

from msgspec import Struct

from aib2packer.comparison.faces.rendering import render
from aib2packer.comparison.faces.wording import SIGNS, counted, kind, numbers, slug, stands_out, verdict, word
from aib2packer.comparison.model import Comparison, Verdict
from aib2packer.diagnostics.model import Fidelity, visible
from aib2packer.ir.paths import without_numbers

_MOST_CAUSES = 50


class Entry(Struct, frozen=True, kw_only=True):
    """A template of many: its name, the page about it (a path beside the index), the comparison; without one, the reason.

    ``is_template`` is False for a project without a template.
    """

    name: str
    href: str = ""
    comparison: Comparison | None = None
    reason: str = ""
    is_template: bool = True

    @property
    def differing(self) -> int:
        """How many rows stand out."""
        return sum(map(stands_out, self.comparison.rows)) if self.comparison else 0


class Cause(Struct, frozen=True, kw_only=True):
    """What stands out: its kind as a word, its sign, the key without the numbers of steps, and in how many templates it is."""

    slug: str
    sign: str
    what: str
    templates: int


def as_index(entries: Sequence[Entry]) -> str:
    """The whole page: those that were not compared first, then those with most differences."""
    ordered = sorted(entries, key=lambda entry: (entry.comparison is not None, -entry.differing, entry.name))
    same = sum(entry.comparison is not None and not entry.differing for entry in entries)
    found = causes(entries)
    return render(
        "index.html.j2",
        title=counted(sum(entry.is_template for entry in entries), "image template"),
        told=[
            ("same", same, "same"),
            ("differs", sum(entry.differing > 0 for entry in entries), "with differences"),
            ("refused", sum(entry.comparison is None for entry in entries), "not compared"),
        ],
        rows=[_row(entry) for entry in ordered],
        causes=found[:_MOST_CAUSES],
        left_out=len(found[_MOST_CAUSES:]),
        most=max((cause.templates for cause in found), default=1),
    )


def _row(entry: Entry) -> dict[str, object]:
    tags = [(slug(each), f"{SIGNS[each]} {number:,} {word(each, number)}") for each, number in _telling(entry)]
    said = verdict(entry.comparison) if entry.comparison else "Not compared"
    state = "refused" if entry.comparison is None else "differs" if entry.differing else "same"
    href = quote(entry.href.encode("utf-8", "replace"), safe="/")
    return {
        "name": visible(entry.name),
        "href": href,
        "state": state,
        "said": said,
        "reason": visible(entry.reason),
        "tags": tags,
    }


def _telling(entry: Entry) -> Iterator[tuple[Verdict | Fidelity, int]]:
    if entry.comparison:
        out = {kind(row) for row in entry.comparison.rows if stands_out(row)}
        yield from ((each, number) for each, number in numbers(entry.comparison).items() if each in out)


def causes(entries: Sequence[Entry]) -> list[Cause]:
    """What stands out in most templates; the number of a step does not count."""
    found: Counter[tuple[str, str, str]] = Counter()
    for entry in entries:
        rows = entry.comparison.rows if entry.comparison else ()
        here = {(slug(kind(row)), SIGNS[kind(row)], visible(without_numbers(row.key))) for row in rows if stands_out(row)}
        found.update(here if entry.comparison else {("refused", "x", visible(entry.reason))})
    ordered = sorted(found.items(), key=lambda each: (-each[1], each[0]))
    return [Cause(slug=name, sign=sign, what=what, templates=count) for (name, sign, what), count in ordered]
