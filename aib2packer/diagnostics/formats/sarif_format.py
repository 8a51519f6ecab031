"""Findings as SARIF 2.1.0, for code scanning: only the rules that were met, columns in UTF-16 units."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path

from aib2packer.diagnostics.formats.location import uri_in
from aib2packer.diagnostics.model import Code, Finding, Severity
from aib2packer.diagnostics.place import Place

_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "note"}


def as_sarif(findings: Iterable[Finding], version: str, folder: Path, home: str = "") -> str:
    """A SARIF log with one run. ``version`` is this tool's, ``home`` its repository; paths are from ``folder``."""
    found = list(findings)
    rules = {finding.code.id: finding.code for finding in found}
    driver = {
        "name": "aib2packer",
        "version": version,
        **({"informationUri": home} if home else {}),
        "rules": [_rule(code, home) for _, code in sorted(rules.items())],
    }
    log = {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{"tool": {"driver": driver}, "results": [_result(each, sorted(rules), folder) for each in found]}],
    }
    return json.dumps(log, indent=2) + "\n"


def _rule(code: Code, home: str) -> dict[str, object]:
    return {
        "id": code.id,
        "shortDescription": {"text": code.title},
        "fullDescription": {"text": code.why},
        "help": {"text": code.remedy},
        **({"helpUri": f"{home}/blob/main/golden/docs/findings.md#{code.id.lower()}"} if home else {}),
        "defaultConfiguration": {"level": _LEVELS[code.severity]},
    }


def _result(finding: Finding, rules: Sequence[str], folder: Path) -> dict[str, object]:
    result: dict[str, object] = {
        "ruleId": finding.code.id,
        "ruleIndex": rules.index(finding.code.id),
        "level": _LEVELS[finding.severity],
        "message": {"text": finding.message},
    }
    if finding.image:
        result["properties"] = {"image": finding.image}
    if finding.place is not None:
        result["locations"] = [_location(finding.place, finding.path, folder)]
    return result


def _location(place: Place, path: str, folder: Path) -> dict[str, object]:
    end_line, end_column = place.source.line_and_column(place.end)
    physical = {
        "artifactLocation": _artifact(place.source.name, folder),
        "region": {
            "startLine": place.line,
            "startColumn": _utf16_column(place, place.line, place.column),
            "endLine": end_line,
            "endColumn": _utf16_column(place, end_line, end_column),
        },
    }
    location: dict[str, object] = {"physicalLocation": physical}
    if path:
        location["logicalLocations"] = [{"fullyQualifiedName": path}]
    return location


def _artifact(name: str, folder: Path) -> dict[str, object]:
    return {"description": {"text": "standard input"}} if name == "<stdin>" else {"uri": uri_in(folder, name)}


def _utf16_column(place: Place, line: int, column: int) -> int:
    before = place.source.line(line)[: column - 1]
    return len(before.encode("utf-16-le", "surrogatepass")) // 2 + 1
