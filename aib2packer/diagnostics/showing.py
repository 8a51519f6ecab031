"""Which findings of a run are shown to a person, and which of them once for many templates. JSON and SARIF fold nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct

from aib2packer.diagnostics.model import Finding, Severity

_RANKS = {severity: rank for rank, severity in enumerate(Severity)}


class Repeated(Struct, frozen=True, kw_only=True):
    """A note that says the same for several templates, with their names; ``finding`` is the one of the first of them."""

    finding: Finding
    templates: tuple[str, ...]


def at_least(findings: Iterable[Finding], level: Severity, *, strict: bool = False) -> list[Finding]:
    """The findings of a severity and of those above it; with ``strict`` a warning counts as an error."""
    return [each for each in findings if _RANKS[each.severity] <= _RANKS[level] or (strict and each.severity is Severity.WARNING)]


def repeated_notes(findings: Sequence[tuple[str, Sequence[Finding]]]) -> dict[Finding, Repeated]:
    """The notes that more than one template has in the same words, each with all its templates; ``findings`` are by template."""
    told: dict[tuple[str, str, str], dict[str, list[Finding]]] = {}
    for template, found in findings:
        for each in found:
            if each.severity is Severity.NOTE:
                told.setdefault((each.code.id, each.path, each.message), {}).setdefault(template, []).append(each)
    repeated: dict[Finding, Repeated] = {}
    for by_template in told.values():
        if len(by_template) > 1:
            members = [each for found in by_template.values() for each in found]
            one = Repeated(finding=members[0], templates=tuple(by_template))
            repeated.update(dict.fromkeys(members, one))
    return repeated
