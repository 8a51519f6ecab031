"""The rows of preflight for people and for programs."""

from __future__ import annotations

import json
import shlex
from collections.abc import Sequence

from aib2packer.diagnostics.model import visible, without_commands
from aib2packer.preflight.model import Row, State


def as_text(rows: Sequence[Row]) -> str:
    """A line for each row; below it the reason, and the command that creates the missing resource."""
    lines: list[str] = []
    for row in rows:
        lines.append(f"{row.state:<12} {row.what}")
        lines += [f"{'':<12} {line}" for line in (row.reason, shlex.join(row.command)) if line]
    return without_commands("\n".join([*map(visible, lines), counts(rows), ""]))


def as_json(folder: str, rows: Sequence[Row]) -> str:
    """The rows, and whether everything is there."""
    found = [
        {"state": row.state.value, "what": row.what, "reason": row.reason or None, "command": shlex.join(row.command) or None}
        for row in rows
    ]
    return json.dumps({"project": folder, "ready": is_ready(rows), "needs": found}, indent=2, ensure_ascii=False) + "\n"


def counts(rows: Sequence[Row]) -> str:
    """How many needs are in which state."""
    numbers = [(sum(row.state is state for row in rows), state) for state in State]
    return ", ".join(f"{number} {state}" for number, state in numbers if number)


def is_ready(rows: Sequence[Row]) -> bool:
    """Whether everything is there."""
    return all(row.state is State.THERE for row in rows)
