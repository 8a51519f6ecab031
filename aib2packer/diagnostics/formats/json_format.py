"""Findings as JSON, for programs: one object for each finding; the format has a version number."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence

from aib2packer.diagnostics.model import Finding

VERSION = 1


def as_json(files: Iterable[Mapping[str, object]]) -> str:
    """A document of all the files of a run; ``files`` come from ``file_entry``."""
    return json.dumps({"version": VERSION, "files": list(files)}, indent=2) + "\n"


def file_entry(
    name: str, outcome: str, projects: Sequence[str], findings: Iterable[Finding], refused: Sequence[str] = ()
) -> dict[str, object]:
    """One file of a run: its name, the outcome, the projects that were written, the images that were refused, the findings."""
    return {
        "file": name,
        "outcome": outcome,
        "projects": list(projects),
        "refused": list(refused),
        "findings": [_entry(each) for each in findings],
    }


def _entry(finding: Finding) -> dict[str, object]:
    place = finding.place
    return {
        "code": finding.code.id,
        "severity": finding.severity.value,
        "message": finding.message,
        "image": finding.image,
        "path": finding.path,
        "line": place.line if place else None,
        "column": place.column if place else None,
        "title": finding.code.title,
        "remedy": finding.code.remedy,
    }
