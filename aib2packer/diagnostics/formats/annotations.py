"""Findings as commands that GitHub Actions and Azure Pipelines read from a log, to annotate a pull request or a run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from aib2packer.diagnostics.formats.location import path_in
from aib2packer.diagnostics.model import Finding, Severity, visible

_GITHUB = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}


def as_github(findings: Iterable[Finding], folder: Path) -> str:
    """A workflow command for each finding; paths are from ``folder``."""
    return "".join(_github(each, folder) for each in findings)


def as_azure(findings: Iterable[Finding], folder: Path) -> str:
    """A logging command for each error and warning, and a line of text without commands for each note."""
    return "".join(_azure(each, folder) for each in findings)


def _github(finding: Finding, folder: Path) -> str:
    place = finding.place
    where = {"file": path_in(folder, place.source.name), "line": str(place.line), "col": str(place.column)} if place else {}
    properties = {**where, "title": f"{finding.code.id}: {finding.code.title}"}
    told = ",".join(f"{name}={_escaped(visible(text), _GITHUB_PROPERTY)}" for name, text in properties.items())
    return f"::{_GITHUB[finding.severity]} {told}::{_escaped(_message(finding), _GITHUB_MESSAGE)}\n"


def _azure(finding: Finding, folder: Path) -> str:
    place = finding.place
    file = visible(path_in(folder, place.source.name)) if place else ""
    if finding.severity is Severity.NOTE:
        at = f"{file}:{place.line}:{place.column}: " if place else ""
        return f"{at}note {finding.code.id}: {_message(finding)}\n".replace("##", "# #")
    where = {"sourcepath": file, "linenumber": str(place.line), "columnnumber": str(place.column)} if place else {}
    properties = {"type": finding.severity.value, **where, "code": finding.code.id}
    told = "".join(f"{name}={_escaped(text, _AZURE_PROPERTY)};" for name, text in properties.items())
    return f"##vso[task.logissue {told}]{_escaped(_message(finding), _AZURE_MESSAGE)}\n"


def _message(finding: Finding) -> str:
    return ": ".join(each for each in (finding.image, finding.path, finding.message) if each)


_GITHUB_MESSAGE = {"%": "%25", "\r": "%0D", "\n": "%0A"}
_GITHUB_PROPERTY = {**_GITHUB_MESSAGE, ":": "%3A", ",": "%2C"}
_AZURE_MESSAGE = {"%": "%AZP25", "\r": "%0D", "\n": "%0A"}
_AZURE_PROPERTY = {**_AZURE_MESSAGE, ";": "%3B", "]": "%5D"}


def _escaped(text: str, signs: Mapping[str, str]) -> str:
    return "".join(signs.get(sign, sign) for sign in text)
