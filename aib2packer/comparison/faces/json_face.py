"""A comparison as JSON, for programs, and the schema of it: both come from the same table."""

from __future__ import annotations

import json
from collections.abc import Callable
from enum import StrEnum
from typing import Generic, NamedTuple, TypeVar

from aib2packer.comparison.model import Author, Comparison, Row, Shown, Verdict
from aib2packer.diagnostics.model import Fidelity

VERSION = 1
_T = TypeVar("_T")
_Schema = dict[str, object]


class _Member(NamedTuple, Generic[_T]):
    """One member of an object: its name, what it means, its schema, and how it is taken from the model."""

    name: str
    meaning: str
    schema: _Schema
    of: Callable[[_T], object]


_TEXT: _Schema = {"type": "string"}
_TEXTS: _Schema = {"type": "array", "items": _TEXT}
_COUNT: _Schema = {"type": "integer", "minimum": 0}
_SHOWN: _Schema = {"anyOf": [{"$ref": "#/$defs/shown"}, {"type": "null"}]}


def _choice(words: type[StrEnum]) -> _Schema:
    return {"enum": [*map(str, words), None]}


def _numbers(words: type[StrEnum]) -> _Schema:
    return _object({str(word): _COUNT for word in words})


def _object(properties: _Schema) -> _Schema:
    return {"type": "object", "properties": properties, "required": [*properties], "additionalProperties": False}


def _shown(value: Shown | None) -> object:
    if value is None:
        return None
    return {"text": value.text, "spot": {"file": value.spot.file, "line": value.spot.line} if value.spot else None}


_ROW: tuple[_Member[Row], ...] = (
    _Member("key", "Path in the template, else Packer's name: stable.", _TEXT, lambda row: row.key),
    _Member("section", "Part of the template.", _TEXT, lambda row: row.section),
    _Member("title", "Name of the step.", _TEXT, lambda row: row.title),
    _Member("setting", "Packer's name of the setting.", _TEXT, lambda row: row.setting),
    _Member("template", "What the template says.", _SHOWN, lambda row: _shown(row.template)),
    _Member("packer", "What a fresh conversion says.", _SHOWN, lambda row: _shown(row.packer)),
    _Member("project", "What the project says.", _SHOWN, lambda row: _shown(row.project)),
    _Member("fate", "How closely the conversion follows Image Builder.", _choice(Fidelity), lambda row: row.fate),
    _Member("service", "What Image Builder does.", _TEXT, lambda row: row.service),
    _Member("here", "What the project does instead.", _TEXT, lambda row: row.here),
    _Member("code", "Finding about the setting; `aib2packer explain` tells more.", _TEXT, lambda row: row.code),
    _Member(
        "verdict", "How the project stands to a fresh conversion; null without one.", _choice(Verdict), lambda row: row.verdict
    ),
    _Member("author", "Whose change the difference is; null without a record.", _choice(Author), lambda row: row.author),
    _Member("change", "What two values cannot show, in words.", _TEXT, lambda row: row.change),
    _Member("accepted", "Why the difference is accepted; empty where it is not.", _TEXT, lambda row: row.accepted),
)
_COMPARISON: tuple[_Member[Comparison], ...] = (
    _Member("version", "Of this format.", {"const": VERSION}, lambda _: VERSION),
    _Member("template", "Name of the template.", _TEXT, lambda comparison: comparison.template),
    _Member(
        "project", "Folder of the project; null without one.", {"type": ["string", "null"]}, lambda each: each.project or None
    ),
    _Member(
        "same",
        "Whether nothing differs, accepted differences aside; null without a project.",
        {"type": ["boolean", "null"]},
        lambda comparison: comparison.is_same if comparison.project else None,
    ),
    _Member("made_by", "Command line that made the project.", _TEXT, lambda comparison: comparison.made_by),
    _Member("edited", "Files of the project that were changed since.", _TEXTS, lambda comparison: [*comparison.edited]),
    _Member(
        "verdicts",
        "Number of rows with each verdict, accepted differences aside.",
        _numbers(Verdict),
        lambda comparison: {str(each): comparison.verdicts.get(each, 0) for each in Verdict},
    ),
    _Member(
        "fates",
        "Number of rows with each fate.",
        _numbers(Fidelity),
        lambda comparison: {str(each): comparison.fates.get(each, 0) for each in Fidelity},
    ),
    _Member("left_out", "Sources and builds of the project that belong to other images.", _TEXTS, lambda each: [*each.left_out]),
    _Member("stale", "Keys of accepted differences that are no longer there.", _TEXTS, lambda comparison: [*comparison.stale]),
    _Member(
        "rows",
        "The settings and steps, in the order of the template.",
        {"type": "array", "items": {"$ref": "#/$defs/row"}},
        lambda comparison: [{member.name: member.of(row) for member in _ROW} for row in comparison.rows],
    ),
)


def as_json(comparison: Comparison) -> str:
    """The whole comparison. ASCII only: no text in it can steer a terminal, and half characters are kept."""
    return json.dumps({member.name: member.of(comparison) for member in _COMPARISON}, indent=2) + "\n"


def as_schema() -> str:
    """The JSON schema of what `as_json` gives."""
    spot = _object({"file": _TEXT, "line": {"type": "integer", "minimum": 1}})
    schema: _Schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "aib2packer compare --format json",
        **_object({member.name: {"description": member.meaning, **member.schema} for member in _COMPARISON}),
        "$defs": {
            "row": _object({member.name: {"description": member.meaning, **member.schema} for member in _ROW}),
            "shown": _object({"text": _TEXT, "spot": {"anyOf": [{"$ref": "#/$defs/spot"}, {"type": "null"}]}}),
            "spot": spot,
        },
    }
    return json.dumps(schema, indent=2) + "\n"
