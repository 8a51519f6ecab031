"""Findings as text for a person: place, severity, code, message, and the line of the template with a mark under it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable

from aib2packer.diagnostics.model import Finding, Severity
from aib2packer.diagnostics.place import Place

Paint = Callable[[str, Severity], str]
_WIDTH = 110
_SAYS_NOTHING = ("", "{", "[", "[{")


def as_text(findings: Iterable[Finding], hidden: Collection[Place], paint: Paint = lambda text, _: text) -> str:
    """One paragraph for each finding; ``hidden`` are the places of secrets, ``paint`` colours the severity on a terminal."""
    return "".join(_paragraph(finding, hidden, paint) for finding in findings)


def _paragraph(finding: Finding, hidden: Collection[Place], paint: Paint) -> str:
    place = finding.place
    where = f"{place.source.name}:{place.line}:{place.column}: " if place else ""
    subject = f"{finding.path}: " if finding.path else ""
    head = f"{where}{paint(finding.severity.value, finding.severity)} {finding.code.id}: {subject}{finding.message}\n"
    return head + _excerpt(finding, hidden)


def _excerpt(finding: Finding, hidden: Collection[Place]) -> str:
    place = finding.place
    if place is None or finding.severity is Severity.NOTE:
        return ""
    line = place.source.line(place.line, hidden).replace("\t", " ")
    start = place.column - 1
    first = max(0, start - 60) if len(line) > _WIDTH else 0
    shown = line[first : first + _WIDTH]
    if shown.strip() in _SAYS_NOTHING or "sig=" in line.lower():
        return ""
    length = max(1, min(place.end - place.start, len(shown) - (start - first)))
    return f"    {shown}\n    {' ' * (start - first)}{'^' * length}\n"
