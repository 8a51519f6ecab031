"""Runs az and Packer: without input from a terminal, and never longer than a time limit."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence

from msgspec import Struct

SECONDS = 120
_QUIET = {
    "AZURE_EXTENSION_USE_DYNAMIC_INSTALL": "no",
    "CHECKPOINT_DISABLE": "1",
    "PACKER_NO_COLOR": "1",
}


class Ran(Struct, frozen=True, kw_only=True):
    """The result of a command."""

    code: int
    output: str
    errors: str


class Unknown(Struct, frozen=True):
    """The reason why a value or an answer is unknown."""

    reason: str


def find(name: str) -> str | None:
    """The program on PATH."""
    return shutil.which(name)


def run(program: str, words: Sequence[str], given: str = "") -> Ran:
    """Runs a command to its end; one that cannot be started, or takes too long, fails with the reason."""
    try:
        done = subprocess.run(
            [program, *words],
            input=given,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=SECONDS,
            env={**os.environ, **_QUIET},
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Ran(code=1, output="", errors=f"No answer in {SECONDS} seconds.")
    except OSError as error:
        return Ran(code=1, output="", errors=f"{program} cannot be started: {error.strerror}.")
    return Ran(code=done.returncode, output=done.stdout, errors=done.stderr)
