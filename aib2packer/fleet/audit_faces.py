"""An audit as JSON and as an HTML page."""

from __future__ import annotations

import json

from aib2packer.batch.outcomes import State
from aib2packer.comparison.faces.rendering import render
from aib2packer.comparison.faces.wording import counted
from aib2packer.fleet.audit import Audit, Frequent
from aib2packer.version import __version__

_FORMAT = 1
_SLUGS = {State.CONVERTED: "same", State.IN_PART: "differs", State.REFUSED: "refused"}
_WORDS = {State.CONVERTED: "convert whole", State.IN_PART: "convert in part", State.REFUSED: "do not convert"}


def as_page(audit: Audit) -> str:
    """The whole page; it needs nothing else."""
    return render(
        "audit.html.j2",
        title=f"Before migrating {counted(len(audit.templates), 'image template')}",
        told=[(slug, audit.number(state), _WORDS[state]) for state, slug in _SLUGS.items()],
        slugs=_SLUGS,
        audit=audit,
    )


def as_json(audit: Audit) -> str:
    """The audit for programs."""
    said = {
        "version": _FORMAT,
        "aib2packer": __version__,
        "counts": {
            "templates": len(audit.templates),
            **{state.value: audit.number(state) for state in (State.CONVERTED, State.IN_PART, State.REFUSED)},
            "passed over": audit.passed_over,
        },
        "blockers": [_entry(each) for each in audit.blockers],
        "warnings": [_entry(each) for each in audit.warnings],
        "by hand": [_entry(each) for each in audit.by_hand],
        "templates": [
            {
                "template": each.name,
                "outcome": each.state.value,
                **{f"{severity.value}s": count for severity, count in each.counts.items()},
                "refused": list(each.refused),
            }
            for each in audit.templates
        ],
    }
    return json.dumps(said, indent=2, ensure_ascii=False) + "\n"


def _entry(frequent: Frequent) -> dict[str, object]:
    code = {"code": frequent.code} if frequent.code else {}
    return {**code, "what": frequent.what, "count": len(frequent.templates), "templates": list(frequent.templates)}
