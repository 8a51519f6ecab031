"""Bicep files: `bicep`, or `az bicep`, compiles them; a file that it compiled before may lie beside them."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

_COMPILERS = (("bicep", "build", "--stdout"), ("az", "bicep", "build", "--stdout", "-f"))
_GENERATOR = re.compile(rb'"_generator"\s*:\s*\{\s*"name"\s*:\s*"bicep"')


class NotCompiledError(Exception):
    """A file that could not be compiled; says why and what to do."""


def compiled(path: Path) -> bytes:
    """The JSON that a compiler on PATH makes of a Bicep file."""
    path.read_bytes()
    command = _compiler()
    if command is None:
        raise NotCompiledError(
            f"{path} is a Bicep file, but {lacks_compiler()}. Run `az bicep build -f {path}`, then convert the JSON file."
        )
    done = subprocess.run([*command, str(path)], capture_output=True, check=False)
    if done.returncode == 0:
        return done.stdout
    lines = done.stderr.decode(errors="replace").strip().splitlines()
    reason = lines[-1] if lines else "no reason given"
    raise NotCompiledError(f"{command[0]} cannot compile {path} ({reason}). Correct the file.")


def lacks_compiler() -> str:
    """What this machine lacks, as a clause; empty where it has a compiler."""
    return "neither bicep nor az is on PATH" if _compiler() is None else ""


def is_compiled_beside(path: Path) -> bool:
    """Whether the JSON that Bicep made of a file lies beside it."""
    made = path.with_suffix(".json")
    return made.is_file() and _GENERATOR.search(made.read_bytes()) is not None


def _compiler() -> tuple[str, ...] | None:
    return next((command for command in _COMPILERS if shutil.which(command[0]) is not None), None)
