"""A comparison of two logs as SARIF: a result for each difference, placed in the second log, related to the first."""

from __future__ import annotations

import json
from urllib.parse import quote

from aib2packer.comparison.model import Verdict
from aib2packer.diagnostics.model import visible
from aib2packer.logs.faces.wording import title
from aib2packer.logs.model import Log, LogComparison, LogDifference, Part

_MEANINGS = {
    Verdict.DIFFERS: "A step ended otherwise.",
    Verdict.MISSING: "Something of the first log is not in the second.",
    Verdict.EXTRA: "Something of the second log is not in the first.",
    Verdict.MOVED: "A step ran at another place.",
}


def as_sarif(comparison: LogComparison, version: str) -> str:
    """A SARIF log with one run; ``version`` is this tool's."""
    rules = [{"id": f"logs/{each.value}", "shortDescription": {"text": meaning}} for each, meaning in _MEANINGS.items()]
    driver = {"name": "aib2packer", "version": version, "rules": rules}
    results = [_result(row, comparison) for row in comparison.differences]
    log = {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{"tool": {"driver": driver}, "results": results}],
    }
    return json.dumps(log, indent=2) + "\n"


def _result(row: LogDifference, comparison: LogComparison) -> dict[str, object]:
    changes = "; ".join(f"{each.aspect}: {each.left or 'none'} → {each.right or 'none'}" for each in row.changes)
    places = [_place(comparison.right, row.right), _place(comparison.left, row.left)]
    first, *others = [place for place in places if place is not None]
    return {
        "ruleId": f"logs/{row.verdict.value}",
        "ruleIndex": list(_MEANINGS).index(row.verdict),
        "level": "warning",
        "message": {"text": visible(": ".join(each for each in (title(row), changes or row.verdict.value) if each))},
        "locations": [first],
        **({"relatedLocations": [{"id": 1, **place} for place in others]} if others else {}),
    }


def _place(log: Log, part: Part | None) -> dict[str, object] | None:
    if part is None:
        return None
    uri = quote(log.name.replace("\\", "/").encode("utf-8", "replace"))
    return {"physicalLocation": {"artifactLocation": {"uri": uri}, "region": {"startLine": part.line}}}
