"""The pairs of `samples/logs/`: a folder each, with Image Builder's log, Packer's, and how comparing them ends."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from paths import GOLDEN, SAMPLES

LEFT, RIGHT = "customization.log", "packer.log"


@dataclass(frozen=True, slots=True, kw_only=True)
class LogPair:
    """One pair: why it is there, the exit code of comparing it."""

    name: str
    why: str
    exit: int

    @property
    def folder(self) -> Path:
        """Where both logs are."""
        return SAMPLES / "logs" / self.name

    @property
    def golden(self) -> Path:
        """Where the comparison is, in each format, as it has to be."""
        return GOLDEN / "logs" / self.name


@cache
def all_pairs() -> tuple[LogPair, ...]:
    """Every pair, by name."""
    files = sorted(SAMPLES.glob("logs/*/pair.toml"))
    return tuple(LogPair(name=file.parent.name, **tomllib.loads(file.read_text())) for file in files)
