"""The JSON schema of a comparison of two logs, as it stands beside the reference pages."""

from __future__ import annotations

import json
from collections.abc import Mapping
from enum import StrEnum

from aib2packer.comparison.model import Verdict
from aib2packer.logs.faces.json_face import VERSION
from aib2packer.logs.model import Form, Outcome

Schema = Mapping[str, object]
_TEXT: Schema = {"type": "string"}
_NUMBER: Schema = {"type": "integer", "minimum": 0}
_SECONDS: Schema = {"type": ["number", "null"], "description": "null where the log has no times"}


def schema_page() -> str:
    """The schema; JSON."""
    page = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "aib2packer compare-logs --format json",
        **_object(
            version={"const": VERSION},
            same={"type": "boolean", "description": "no difference; rows that cannot be told do not count"},
            left={"$ref": "#/$defs/log"},
            right={"$ref": "#/$defs/log"},
            rows={"type": "array", "items": {"$ref": "#/$defs/row"}},
            first={"type": ["integer", "null"], "description": "index of the row where the logs part first"},
            counts=_object(**{verdict.value: _NUMBER for verdict in Verdict}),
        ),
        "$defs": {
            "log": _object(file=_TEXT, form=_one_of(Form), builds={"type": "array", "items": _TEXT}),
            "row": _object(
                verdict=_one_of(Verdict),
                build={**_NUMBER, "description": "index of the pair of builds"},
                left={"$ref": "#/$defs/part"},
                right={"$ref": "#/$defs/part"},
                changes={"type": "array", "items": _object(aspect=_TEXT, left=_TEXT, right=_TEXT)},
                reason={**_TEXT, "description": "why nothing can be told; else empty"},
            ),
            "part": {"oneOf": [{"type": "null"}, _build(), _step(), _published()]},
        },
    }
    return json.dumps(page, indent=2) + "\n"


def _build() -> Schema:
    return _object(part={"const": "build"}, line=_NUMBER, name=_TEXT, outcome=_one_of(Outcome), error=_TEXT, seconds=_SECONDS)


def _step() -> Schema:
    return _object(
        part={"const": "step"},
        line=_NUMBER,
        number={**_NUMBER, "description": "place among the steps of its build, from 1"},
        kind={**_TEXT, "description": "type of the provisioner, or 'post-processor ' and its type"},
        what={**_TEXT, "description": "script, or file in the VM; empty where the log names a temporary file"},
        hint={**_TEXT, "description": "first command or line of output"},
        outcome=_one_of(Outcome),
        exit={"type": ["integer", "null"], "description": "null where the log does not tell it"},
        seconds=_SECONDS,
        restarts=_NUMBER,
        updates={"type": "array", "items": _TEXT, "description": "numbers of Windows updates, or titles without one"},
        printed={**_NUMBER, "description": "lines of output"},
    )


def _published() -> Schema:
    return _object(part={"const": "published"}, line=_NUMBER, kind=_TEXT, name=_TEXT)


def _one_of(words: type[StrEnum]) -> Schema:
    return {"enum": [word.value for word in words]}


def _object(**properties: Schema) -> dict[str, object]:
    return {"type": "object", "additionalProperties": False, "required": [*properties], "properties": properties}
