"""The scripts of a converted project, run with a `packer` and an `az` that only record their calls."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest
from building.real_powershell import needs_powershell, powershell_command, powershell_environment
from cases import Case, all_cases, run_case
from conftest import GOLDEN

BOTH = pytest.mark.parametrize("suffix", [".sh", pytest.param(".ps1", marks=needs_powershell)])
CASES = {case.name: case for case in all_cases()}
CONVERTED = [case for case in CASES.values() if (GOLDEN / case.name / "scripts" / "build.sh").exists()]
_PACKER = '#!/bin/sh\necho "packer $*" >> "$LOG"\ncase "$*" in ${SLOW:-nothing}) exec sleep 30 ;; esac\ncase "$1 $*" in build*validate) exit "${VALID:-0}" ;; build*) exit "${CODE:-0}" ;; esac\n'
_STANDINS = {
    "fetch.sh": '#!/bin/sh\necho "fetch" >> "$LOG"\n[ "${SLOW:-}" != fetch ] || exec sleep 30\nexit "${FETCH_CODE:-0}"\n',
    "fetch.ps1": "Add-Content $env:LOG 'fetch'\nif ($env:SLOW -eq 'fetch') { Start-Sleep 30 }\nexit [int]$env:FETCH_CODE\n",
    "distribute.sh": '#!/bin/sh\necho "distribute ${DISTRIBUTE_LATER:-now}" >> "$LOG"\n[ "${SLOW:-}" != distribute ] || exec sleep 30\n',
    "distribute.ps1": "Add-Content $env:LOG \"distribute $(if ($env:DISTRIBUTE_LATER) { 'later' } else { 'now' })\"\n",
}
_AZ = """#!/bin/sh
echo "az $*" >> "$LOG"
[ -z "${WARNS:-}" ] || echo "WARNING: a newer az is out" >&2
case "$*" in
  *"${MISSING:-nothing is missing}"*) exit 3 ;;
  *"${BROKEN:-nothing is broken}"*) echo "ERROR: no network" >&2; exit 1 ;;
  *"image-version list"*) printf '[\\n  "1.0.0",\\n  "1.0.1"\\n]\\n' ;;
  *accepted*|*exists*) echo "${SAYS:-true}" ;;
  *"storage account show"*) echo /subscriptions/s/resourceGroups/disks/providers/Microsoft.Storage/storageAccounts/account ;;
  *roleDefinitionName*) printf 'Contributor\\nManaged Identity Operator\\nStorage Blob Data Contributor\\n' ;;
esac
"""


@dataclass(frozen=True, slots=True)
class Ran:
    """How a script ended, what it said, and the commands that it ran."""

    exit: int
    output: str
    commands: list[str]


def run(name: str, script: str, folder: Path, *arguments: str, **settings: str) -> Ran:
    """Converts a sample and runs one of its scripts."""
    return run_in(project(CASES[name], folder), script, folder, *arguments, **settings)


def project(case: Case, folder: Path) -> Path:
    with pytest.MonkeyPatch.context() as patch:
        run_case(case, folder / "project", patch)
    for script in (folder / "project").rglob("*.*"):
        if script.name in _STANDINS:
            script.write_text(_STANDINS[script.name])
    tools = folder / "bin"
    tools.mkdir()
    for tool, text in {"packer": _PACKER, "az": _AZ}.items():
        (tools / tool).write_text(text)
        (tools / tool).chmod(0o755)
    return folder / "project"


def run_in(at: Path, script: str, folder: Path, *arguments: str, **settings: str) -> Ran:
    log = folder / "log"
    log.unlink(missing_ok=True)
    path = f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}"
    called = at / "scripts" / script
    command = powershell_command(called, *arguments) if called.suffix == ".ps1" else ["sh", str(called), *arguments]
    done = subprocess.run(
        command,
        env=powershell_environment({"PATH": path, "LOG": str(log), **settings}),
        cwd="/",
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return Ran(done.returncode, done.stdout + done.stderr, log.read_text().splitlines() if log.exists() else [])
