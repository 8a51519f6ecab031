"""Runs the packer on PATH; whatever happens, it and the plugins it started are ended."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest


@cache
def packer_version() -> tuple[int, ...] | None:
    """The version of the packer on PATH, or None."""
    if shutil.which("packer") is None:
        return None
    output = subprocess.run(["packer", "version"], capture_output=True, text=True, env=packer_environment(), check=False)
    words = output.stdout.replace("Packer v", "").split()
    return tuple(int(part) for part in words[0].split(".")) if words else None


def packer_environment() -> dict[str, str]:
    """The environment for a packer that asks nobody and says nothing in colours."""
    return {**os.environ, "CHECKPOINT_DISABLE": "1", "PACKER_NO_COLOR": "1"}


needs_packer = pytest.mark.skipif(packer_version() is None, reason="no packer on PATH (Debian: apt-get install packer)")
VERSION = packer_version()
HAS_PLUGINS = VERSION is not None and VERSION >= (1, 13)
_NEWER = re.compile(r"\b(?:startswith|endswith|strcontains|alltrue|optional|rfc3339_parse)\(")


def can_read(*texts: str) -> bool:
    """Whether the packer on PATH has the functions that HCL files call: Debian's lacks some."""
    return HAS_PLUGINS or not any(_NEWER.search(text) for text in texts)


@dataclass(frozen=True, slots=True)
class Done:
    """How a call ended, and all that it said."""

    exit: int
    output: str


def packer(
    *arguments: str, folder: Path, within: Sequence[str] = (), text: str | None = None, errors: bool = True, seconds: int = 120
) -> Done:
    """Runs packer in a folder; ``within`` are words before the command, ``text`` is its input.

    What it leaves behind is removed; the place for it has a short name, because plugins make sockets there.
    """
    with (
        tempfile.TemporaryDirectory(prefix="packer-") as temporary,
        subprocess.Popen(
            [*within, "packer", *arguments],
            cwd=folder,
            env={**packer_environment(), "TMPDIR": temporary, "PWD": str(folder)},
            stdin=subprocess.DEVNULL if text is None else subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT if errors else subprocess.DEVNULL,
            start_new_session=True,
        ) as process,
    ):
        try:
            output, _ = process.communicate(None if text is None else text.encode(), timeout=seconds)
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
    return Done(process.returncode, output.decode(errors="replace"))


def plugins() -> str:
    """The plugins that this packer finds, a path a line; empty for a packer that knows no plugins."""
    return packer("plugins", "installed", folder=Path(__file__).parent).output if HAS_PLUGINS else ""


def as_fmt_leaves_it(text: str) -> str:
    """HCL as the fmt of this packer leaves it: an old one sets a space behind an exclamation mark."""
    return re.sub(r"!(?=[a-z(])", "! ", text) if VERSION is not None and VERSION < (1, 13) else text
