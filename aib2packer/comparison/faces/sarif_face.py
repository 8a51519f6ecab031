"""A comparison as SARIF 2.1.0: drift as annotations on a pull request. Accepted differences are there, suppressed with their reason."""

from __future__ import annotations

import json
from urllib.parse import quote

from aib2packer.comparison.faces.told import tell
from aib2packer.comparison.faces.wording import kind, label, slug, stands_out
from aib2packer.comparison.model import Comparison, Row, Spot, Verdict
from aib2packer.diagnostics.model import Fidelity, visible

_SHOWN = 120
_MEANINGS: dict[Verdict | Fidelity, tuple[str, str]] = {
    Verdict.DIFFERS: ("warning", "The project says something else than the template."),
    Verdict.MISSING: ("warning", "The project lacks what the template says."),
    Verdict.EXTRA: ("warning", "The project has what the template does not say."),
    Verdict.MOVED: ("warning", "The step runs at another place than in the template."),
    Verdict.CANNOT_TELL: ("note", "The value is known only when Packer runs."),
    Fidelity.APPROXIMATE: ("warning", "The conversion comes near to what Image Builder does."),
    Fidelity.MANUAL: ("warning", "The conversion leaves something to do by hand."),
    Fidelity.DROPPED: ("warning", "The conversion has no counterpart for the setting."),
    Fidelity.REFUSED: ("error", "The setting cannot be converted."),
}


def as_sarif(comparison: Comparison, version: str) -> str:
    """A SARIF log with one run; ``version`` is this tool's."""
    rows = [row for row in comparison.rows if stands_out(row) or row.accepted]
    kinds = [each for each in _MEANINGS if any(kind(row) is each for row in rows)]
    driver = {"name": "aib2packer", "version": version, "rules": [_rule(each) for each in kinds]}
    log = {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{"tool": {"driver": driver}, "results": [_result(row, kinds.index(kind(row)), comparison) for row in rows]}],
    }
    return json.dumps(log, indent=2) + "\n"


def _rule_id(each: Verdict | Fidelity) -> str:
    return f"compare/{slug(each)}"


def _rule(each: Verdict | Fidelity) -> dict[str, object]:
    level, meaning = _MEANINGS[each]
    return {"id": _rule_id(each), "shortDescription": {"text": meaning}, "defaultConfiguration": {"level": level}}


def _result(row: Row, rule: int, comparison: Comparison) -> dict[str, object]:
    """Placed where the project says it, else where the template does; the template's place is related to it."""
    template = row.template.spot if row.template else None
    place = row.project.spot if row.project and row.project.spot else template
    result: dict[str, object] = {
        "ruleId": _rule_id(kind(row)),
        "ruleIndex": rule,
        "level": _MEANINGS[kind(row)][0],
        "message": {"text": _message(row)},
        "partialFingerprints": {"key/v1": row.key},
    }
    if place:
        result["locations"] = [
            {**_location(place, place is template, comparison), "logicalLocations": [{"fullyQualifiedName": row.key}]}
        ]
    if template and template != place:
        result["relatedLocations"] = [{"id": 1, **_location(template, True, comparison), "message": {"text": "the template"}}]
    if row.accepted:
        result["suppressions"] = [{"kind": "external", "justification": visible(row.accepted)}]
    return result


def _message(row: Row) -> str:
    """What differs, in one line."""
    told = tell(row, _SHOWN)
    parts = (
        [told.arrow, told.said, row.author or ""]
        if row.verdict
        else [visible(each) for each in (row.service, row.here, row.change)]
    )
    return f"{label(row)} {kind(row).value}: {'; '.join(each for each in parts if each)}".removesuffix(": ")


def _location(spot: Spot, in_template: bool, comparison: Comparison) -> dict[str, object]:
    """A place by the path from where the comparison was made, as a pull request needs it."""
    project = comparison.project.replace("\\", "/").rstrip("/")
    path = comparison.template if in_template else f"{project}/{spot.file}" if project else spot.file
    uri = quote(path.replace("\\", "/").removeprefix("./").encode("utf-8", "replace"))
    return {"physicalLocation": {"artifactLocation": {"uri": uri}, "region": {"startLine": spot.line}}}
