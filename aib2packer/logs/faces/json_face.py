"""A comparison of two logs for programs; the format has a version number, and a schema (``json_schema.py``)."""

from __future__ import annotations

import json

from aib2packer.comparison.model import Verdict
from aib2packer.logs.model import Build, Log, LogComparison, LogDifference, Part, Published, Step

VERSION = 1


def as_json(comparison: LogComparison) -> str:
    """The whole comparison: both logs, and a row for each of their parts. Letters beyond ASCII are escaped."""
    document = {
        "version": VERSION,
        "same": not comparison.differences,
        "left": _log(comparison.left),
        "right": _log(comparison.right),
        "rows": [_row(row) for row in comparison.rows],
        "first": comparison.rows.index(comparison.first) if comparison.first is not None else None,
        "counts": {verdict.value: comparison.count(verdict) for verdict in Verdict},
    }
    return json.dumps(document, indent=2) + "\n"


def _log(log: Log) -> dict[str, object]:
    return {"file": log.name, "form": log.form.value, "builds": [build.name for build in log.builds]}


def _row(row: LogDifference) -> dict[str, object]:
    return {
        "verdict": row.verdict.value,
        "build": row.build,
        "left": _side(row.left, row.numbers[0]),
        "right": _side(row.right, row.numbers[1]),
        "changes": [{"aspect": change.aspect, "left": change.left, "right": change.right} for change in row.changes],
        "reason": row.reason,
    }


def _side(part: Part | None, number: int | None) -> dict[str, object] | None:
    if isinstance(part, Step):
        return _step(part, number)
    if isinstance(part, Build):
        return {
            "part": "build",
            "line": part.line,
            "name": part.name,
            "outcome": part.outcome.value,
            "error": part.error,
            "seconds": part.seconds,
        }
    return _published(part) if part is not None else None


def _step(step: Step, number: int | None) -> dict[str, object]:
    return {
        "part": "step",
        "line": step.line,
        "number": number,
        "kind": step.kind,
        "what": step.what,
        "hint": step.hint,
        "outcome": step.outcome.value,
        "exit": step.exit,
        "seconds": step.seconds,
        "restarts": step.restarts,
        "updates": list(step.updates),
        "printed": len(step.printed),
    }


def _published(thing: Published) -> dict[str, object]:
    return {"part": "published", "line": thing.line, "kind": thing.kind, "name": thing.name}
