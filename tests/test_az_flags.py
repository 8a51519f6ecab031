"""Each az command that a project looks for things with, or shows to a person, is one that the Azure CLI takes."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator, Mapping
from itertools import pairwise
from pathlib import Path

import pytest
from building.real_powershell import POWERSHELL, needs_powershell, powershell_environment
from building.recording_az import problem
from building.script_runs import CONVERTED
from conftest import GOLDEN, ROOT

_AZ = f'#!/bin/sh\nexec "{sys.executable}" -S "{ROOT}/tests/building/recording_az.py" "$@"\n'
_ALL = r"""
foreach ($folder in (Get-Content FOLDERS)) { Write-Output "in $folder"; & "$folder/scripts/preflight.ps1"; Write-Output "ended with $LASTEXITCODE" }
"""
BY_TEXT = {(GOLDEN / case.name / "scripts" / "preflight.sh").read_bytes(): case.name for case in CONVERTED}
NAMES = sorted(BY_TEXT.values())
"""One for each preflight script that differs from the others."""


def environment(folder: Path, names: list[str]) -> dict[str, str]:
    """An az that knows its flags and finds nothing, and a value for each input."""
    (folder / "az").write_text(_AZ)
    (folder / "az").chmod(0o755)
    scripts = [(GOLDEN / name / "scripts" / "preflight.sh").read_text() for name in names]
    inputs = [name for text in scripts for name in re.findall(r"=\$\(take (\w+) ", text)]
    return {
        **{name: f"value{number}" for number, name in enumerate(dict.fromkeys(inputs))},
        "PATH": f"{folder}{os.pathsep}{os.environ['PATH']}",
        "AZ_FOLDER": str(folder),
        "BUILDER": "me",
    }


def problems(output: str) -> list[str]:
    """What az has against what a preflight script asked, and against the remedies that it told."""
    lines = output.splitlines()
    asked = [f"{line}: {why}" for line, why in pairwise(lines) if line.startswith("unknown") and "computes its name" not in why]
    remedies = [line.strip() for line in lines if re.match(" +az ", line)]
    return asked + [f"{line}: {why}" for line in remedies if (why := problem(shlex.split(line)[1:]))]


@pytest.mark.parametrize("name", NAMES)
def test_preflight_asks_what_az_understands(name: str, tmp_path: Path) -> None:
    script = GOLDEN / name / "scripts" / "preflight.sh"
    given = environment(tmp_path, [name])
    done = subprocess.run(["sh", str(script)], env=given, capture_output=True, text=True, timeout=60, check=False)
    assert done.stderr == ""
    assert done.stdout.startswith("there    a signed-in az\n")
    assert problems(done.stdout) == []
    asks = re.findall(r"^ *(?:need_\w+|unknown) ", script.read_text(), re.MULTILINE)
    assert len(re.findall(r"^(?:there|missing|unknown) ", done.stdout, re.MULTILINE)) == 1 + len(asks)
    assert done.returncode == (1 if "missing  " in done.stdout else 0)


@pytest.mark.slow
@needs_powershell
def test_preflight_asks_what_az_understands_in_powershell(tmp_path: Path) -> None:
    """One PowerShell for all of them."""
    assert POWERSHELL is not None
    (tmp_path / "folders").write_text("".join(f"{GOLDEN / name}\n" for name in NAMES))
    (tmp_path / "all.ps1").write_text(_ALL.replace("FOLDERS", f"'{tmp_path}/folders'"))
    command = [POWERSHELL, "-NoProfile", "-NonInteractive", "-File", str(tmp_path / "all.ps1")]
    given = powershell_environment(environment(tmp_path, NAMES))
    done = subprocess.run(command, env=given, capture_output=True, text=True, timeout=500, check=False)
    assert done.stderr == ""
    said = done.stdout.split(f"in {GOLDEN}/")[1:]
    assert [text.partition("\n")[0] for text in said] == NAMES
    for text in said:
        assert "\nthere    a signed-in az\n" in text
        assert problems(text) == []
        assert text.endswith(f"ended with {1 if 'missing  ' in text else 0}\n")


def commands_in(text: str) -> Iterator[str]:
    """The az commands in a text for a person, those in `$( )` on their own."""
    for quoted in re.findall(r"`([^`\n]*\baz [^`\n]*)`", text):
        yield from re.findall(r"\$\((az [^()]*)\)", quoted)
        if quoted.startswith("az "):
            yield re.sub(r"\$\(az [^()]*\)", "answer", quoted)


def shown(reports: Mapping[str, str]) -> dict[str, str]:
    """Each command that the reports show, and where."""
    return {command: name for name, text in reports.items() for command in commands_in(text)}


def test_reports_show_commands_that_az_understands() -> None:
    commands = shown({path.parent.name: path.read_text() for path in sorted(GOLDEN.glob("*/MIGRATION.md"))})
    wrong = {f"{name}: {command}": why for command, name in commands.items() if (why := problem(shlex.split(command)[1:]))}
    assert wrong == {}
    kinds = {" ".join(re.findall(r"(?:^|(?<= ))[a-z][a-z-]*(?= )", re.split(r" -", command)[0] + " ")) for command in commands}
    assert {"az group create", "az sig create", "az sig image-definition create", "az storage container create"} <= kinds
    assert {"az role assignment create", "az vm image terms accept", "az sig image-version list"} <= kinds
