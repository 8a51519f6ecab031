"""The comparison of many templates with many projects as a table, as JSON, and as HTML pages."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence

from aib2packer.comparison.faces.index_face import Entry, as_index, causes
from aib2packer.comparison.faces.page_face import as_page
from aib2packer.comparison.model import Verdict
from aib2packer.diagnostics.model import visible, without_commands
from aib2packer.fleet.comparing import Pair, Standing

_FORMAT = 1
_MOST_CAUSES = 10
_REASONS = {
    Standing.REFUSED: "The template is refused.",
    Standing.NO_PROJECT: "There is no project of this template.",
    Standing.NO_TEMPLATE: "There is no template of this project.",
}


def as_text(pairs: Sequence[Pair]) -> str:
    """A line a pair, the names last, and below what differs most often."""
    lines = [f"{'outcome':<12}  {'differences':>11}  template -> project"]
    for pair in pairs:
        number = str(_number(pair)) if pair.comparison is not None else ""
        lines.append(f"{pair.standing.value:<12}  {number:>11}  {_name(pair)}{_because(pair)}")
    found = [each for each in causes(_entries(pairs)) if each.slug != "refused"]
    told = [f"  {cause.templates:>4}  {cause.sign} {cause.what}" for cause in found[:_MOST_CAUSES]]
    more = [f"        and {len(found) - _MOST_CAUSES} more"] if len(found) > _MOST_CAUSES else []
    same = sum(pair.standing is Standing.SAME for pair in pairs)
    heading = ["", "Differences by the number of projects:"] if told else []
    return without_commands("\n".join([*lines, *heading, *told, *more, "", f"{same} of {len(pairs)} are the same."]) + "\n")


def as_json(pairs: Sequence[Pair]) -> str:
    """All pairs with their numbers, and the causes by frequency."""
    said = {
        "version": _FORMAT,
        "same": all(pair.standing is Standing.SAME for pair in pairs),
        "counts": {standing.value: count for standing, count in Counter(pair.standing for pair in pairs).items()},
        "pairs": [
            {
                "template": pair.template,
                "project": pair.project,
                "outcome": pair.standing.value,
                "reason": pair.reason,
                "counts": {each.value: number for each, number in _verdicts(pair)},
            }
            for pair in pairs
        ],
        "causes": [
            {"key": each.what, "verdict": each.slug, "count": each.templates}
            for each in causes(_entries(pairs))
            if each.slug != "refused"
        ],
    }
    return json.dumps(said, indent=2, ensure_ascii=False) + "\n"


def as_pages(pairs: Sequence[Pair]) -> Iterator[tuple[str, str]]:
    """``index.html``, and a page for each pair that was compared, by their file names."""
    entries = _entries(pairs)
    yield "index.html", as_index(entries)
    for entry in entries:
        if entry.comparison is not None:
            yield entry.href, as_page(entry.comparison)


def _entries(pairs: Sequence[Pair]) -> list[Entry]:
    hrefs = _hrefs(pairs)
    return [
        Entry(
            name=_name(pair),
            href=href if pair.comparison is not None else "",
            comparison=pair.comparison,
            reason=pair.reason or _REASONS.get(pair.standing, ""),
            is_template=bool(pair.template),
        )
        for pair, href in zip(pairs, hrefs, strict=True)
    ]


def _hrefs(pairs: Sequence[Pair]) -> list[str]:
    """A file name for each pair; no two are the same, whatever the case."""
    hrefs: list[str] = []
    for number, pair in enumerate(pairs, 1):
        letters = "".join(letter if letter.isalnum() else "-" for letter in pair.project or pair.template)
        hrefs.append(f"{number:03}-{letters.strip('-')[:60] or 'image'}.html")
    return hrefs


def _name(pair: Pair) -> str:
    return visible(" -> ".join(each for each in (pair.template, pair.project) if each))


def _because(pair: Pair) -> str:
    reason = pair.reason
    return f"\n{'':<12}  {'':>11}  {visible(reason)}" if reason else ""


def _number(pair: Pair) -> int:
    return sum(row.differs for row in pair.comparison.rows) if pair.comparison is not None else 0


def _verdicts(pair: Pair) -> Iterator[tuple[Verdict, int]]:
    verdicts = pair.comparison.verdicts if pair.comparison is not None else {}
    yield from ((each, verdicts[each]) for each in Verdict if verdicts.get(each))
