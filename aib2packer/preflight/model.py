"""The result of preflight: one row for each need."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct


class State(StrEnum):
    """Whether a need is met."""

    THERE = "there"
    MISSING = "missing"
    DIFFERS = "differs"
    UNKNOWN = "cannot tell"


class Row(Struct, frozen=True, kw_only=True):
    """A need, whether it is met, the details or the reason, and the command (its words) that meets it."""

    state: State
    what: str
    reason: str = ""
    command: tuple[str, ...] = ()
