"""What a migration of many templates takes: how many convert, what stands in the way, what is left to do by hand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct

from aib2packer.batch.outcomes import Outcome, State
from aib2packer.diagnostics.model import Severity


class Frequent(Struct, frozen=True, kw_only=True):
    """Something that many templates have: what, in words; the code of its finding, or empty; and the templates by their paths."""

    what: str
    code: str = ""
    templates: tuple[str, ...]


class Audited(Struct, frozen=True, kw_only=True):
    """One template: its path, what became of it, how many findings of each severity it has, and its images that do not convert."""

    name: str
    state: State
    counts: Mapping[Severity, int]
    refused: tuple[str, ...]


class Audit(Struct, frozen=True, kw_only=True):
    """The templates of a run; ``blockers``, ``warnings`` and ``by_hand`` begin with what most of them have."""

    templates: tuple[Audited, ...]
    blockers: tuple[Frequent, ...]
    warnings: tuple[Frequent, ...]
    by_hand: tuple[Frequent, ...]
    passed_over: int

    def number(self, state: State) -> int:
        """How many templates ended so."""
        return sum(each.state is state for each in self.templates)


def audit_of(outcomes: Sequence[Outcome]) -> Audit:
    """The audit of a run over files; those that hold no image template are only counted."""
    tried = [each for each in outcomes if each.state is not State.SKIPPED]
    templates = tuple(
        Audited(
            name=each.shown,
            state=each.state,
            counts={severity: each.findings.count(severity) for severity in Severity},
            refused=each.refused,
        )
        for each in tried
    )
    tasks = ((path, what, each.shown) for each in tried for project in each.projects for path, what in project.by_hand)
    return Audit(
        templates=templates,
        blockers=_by_code(tried, Severity.ERROR),
        warnings=_by_code(tried, Severity.WARNING),
        by_hand=_frequent((f"{path}: the project {what}", "", name) for path, what, name in tasks),
        passed_over=len(outcomes) - len(tried),
    )


def _by_code(outcomes: Iterable[Outcome], severity: Severity) -> tuple[Frequent, ...]:
    found = ((each.shown, finding) for each in outcomes for finding in each.findings if finding.severity is severity)
    return _frequent((finding.code.title, finding.code.id, name) for name, finding in found)


def _frequent(said: Iterable[tuple[str, str, str]]) -> tuple[Frequent, ...]:
    """Each thing once with its templates, the most frequent first."""
    found: dict[tuple[str, str], dict[str, None]] = {}
    for what, code, name in said:
        found.setdefault((what, code), {})[name] = None
    frequent = [Frequent(what=what, code=code, templates=tuple(names)) for (what, code), names in found.items()]
    return tuple(sorted(frequent, key=lambda each: (-len(each.templates), each.code, each.what)))
