"""Runs PowerShell scripts with the PowerShell on PATH, as a person or Packer would; where there is none, the tests say so."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

POWERSHELL = shutil.which("pwsh") or shutil.which("powershell")
needs_powershell = pytest.mark.skipif(POWERSHELL is None, reason="no pwsh on PATH")

_PLAIN = {"NO_COLOR": "1", "TERM": "dumb", "POWERSHELL_TELEMETRY_OPTOUT": "1", "POWERSHELL_UPDATECHECK": "Off"}


def powershell_command(script: Path, *arguments: str) -> list[str]:
    """The words that run a script."""
    assert POWERSHELL is not None
    return [POWERSHELL, "-NoProfile", "-NonInteractive", "-File", str(script), *arguments]


def powershell_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """An environment in which it says nothing in colours and asks nobody; a home is where it keeps its cache."""
    return {"HOME": os.environ.get("HOME", "/"), **_PLAIN, **environment}


def run_powershell(
    script: Path, *arguments: str, environment: Mapping[str, str] | None = None, seconds: int = 120
) -> subprocess.CompletedProcess[str]:
    """Runs a script; errors and output stand together in ``stdout``."""
    return subprocess.run(
        powershell_command(script, *arguments),
        env=powershell_environment(os.environ if environment is None else environment),
        cwd="/",
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=seconds,
        check=False,
    )


def patient_powershell(script: Path, drive: Path | None = None) -> list[str]:
    """The words that run a script whose pauses take no time; ``drive`` is what it finds under `c:`."""
    words = powershell_command(script)[:-2]
    before = "function global:Start-Sleep { }; "
    if drive is not None:
        before += f"[void](New-PSDrive -Name c -PSProvider FileSystem -Root '{drive}' -Scope Global); "
    return [*words, "-Command", f"{before}& '{script}'; exit $LASTEXITCODE"]
