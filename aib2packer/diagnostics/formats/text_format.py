"""Findings as text for a person: place, severity, code, message, and the line of the template with a mark under it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence

from aib2packer.diagnostics.model import Finding, Severity, visible, without_commands
from aib2packer.diagnostics.place import Place
from aib2packer.diagnostics.showing import Repeated

Paint = Callable[[str, Severity], str]
_WIDTH = 110
_NAMED = 3
"""So many file names stand in one line."""
_SAYS_NOTHING = ("", "{", "[", "[{")


def as_text(findings: Iterable[Finding], hidden: Collection[Place], paint: Paint = lambda text, _: text) -> str:
    """One paragraph for each finding; ``hidden`` are the places of secrets, ``paint`` colours the severity on a terminal."""
    return without_commands("".join(_paragraph(finding, hidden, paint) for finding in findings))


def as_folded_text(repeated: Iterable[Repeated], paint: Paint = lambda text, _: text) -> str:
    """A line for each note that several templates have."""
    return without_commands("".join(_folded(each, paint) for each in repeated))


def first_of(names: Sequence[str]) -> str:
    """The first names of a list.

    >>> first_of(["a", "b"]), first_of(["a", "b", "c", "d"])
    ('a, b', 'a, b, c, ...')
    """
    return visible(", ".join([*names[:_NAMED], *(["..."] if len(names) > _NAMED else [])]))


def _folded(repeated: Repeated, paint: Paint) -> str:
    finding = repeated.finding
    where = f"in {len(repeated.templates)} templates ({first_of(repeated.templates)})"
    return f"{_head(finding, paint)} [{where}]\n"


def _head(finding: Finding, paint: Paint) -> str:
    subject = "".join(f"{each}: " for each in (finding.image, finding.path) if each)
    return f"{paint(finding.severity.value, finding.severity)} {finding.code.id}: {subject}{finding.message}"


def _paragraph(finding: Finding, hidden: Collection[Place], paint: Paint) -> str:
    place = finding.place
    where = f"{visible(place.source.name)}:{place.line}:{place.column}: " if place else ""
    return f"{where}{_head(finding, paint)}\n{_excerpt(finding, hidden)}"


def _excerpt(finding: Finding, hidden: Collection[Place]) -> str:
    place = finding.place
    if place is None or finding.severity is Severity.NOTE:
        return ""
    line = place.source.line(place.line, hidden).replace("\t", " ")
    start = place.column - 1
    first = max(0, start - 60) if len(line) > _WIDTH else 0
    shown = line[first : first + _WIDTH]
    if shown.strip() in _SAYS_NOTHING or shown.lstrip().startswith("::") or "sig=" in line.lower():  # a command of GitHub
        return ""
    before, rest = visible(shown[: start - first]), shown[start - first :]
    marked = visible(rest[: max(1, place.end - place.start)])
    return f"    {before}{visible(rest)}\n    {' ' * len(before)}{'^' * max(1, len(marked))}\n"
