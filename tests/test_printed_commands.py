"""What `convert` prints and MIGRATION.md names is run as it is printed, on every golden, with the values filled in and nothing else.

Packer is real (tests/building/acting_packer.py); az, curl and sha256sum are recorders that check what they are sent.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import plausible
import pytest
from building.real_packer import HAS_PLUGINS, plugins
from conftest import GOLDEN, ROOT, needs_packer, packer_environment

PROJECTS = sorted(path.parent for path in GOLDEN.rglob("image.pkr.hcl") if path.parent.name != "validate")
IN_A_TEXT = re.compile(r"`((?:az|packer|sh|timeout) [^`]+)`")
_OPEN = re.compile(r"^# ([\w-]+)( += )(\S.*?)( +# .*)$", re.MULTILINE)
_AZ = f'#!/bin/sh\nexec "{sys.executable}" -S "{ROOT}/tests/building/recording_az.py" "$@"\n'
_PACKER = f'#!/bin/sh\nexec "{sys.executable}" -S "{ROOT}/tests/building/acting_packer.py" "$@"\n'
_CURL = """\
#!/bin/sh
read -r line || exit 2
case $line in 'url = "http'*'"') ;; *) echo "curl: no URL in $line" >&2; exit 2 ;; esac
while [ $# -gt 0 ]; do [ "$1" != --output ] || printf 'fetched\\n' > "$2"; shift; done
"""
_SHA256SUM = """\
#!/bin/sh
read -r sum file
[ "$*" = '-c -' ] && [ ${#sum} = 64 ] && [ -f "$file" ] && echo "$file: OK"
"""
_TOOLS = {"az": _AZ, "packer": _PACKER, "curl": _CURL, "sha256sum": _SHA256SUM}


def name_of(project: Path) -> str:
    return str(project.relative_to(GOLDEN))


def printed(project: Path) -> list[str]:
    """The commands that convert printed for a project, but for the change into its folder."""
    case = project.relative_to(GOLDEN).parts[0]
    text = (GOLDEN / case / "findings.txt").read_text()
    folder = "/".join(("PROJECT", *project.relative_to(GOLDEN).parts[1:]))
    block = re.search(rf"^  cd {re.escape(folder)}\n((?:  \S.*\n)*)", text, re.MULTILINE)
    return [line.strip() for line in block.group(1).splitlines()] if block else []


def filled_in(project: Path) -> dict[str, str]:
    """Uncomments each line of the file of values, with a value that fits; gives the secrets that the file wants in the environment."""
    file = project / "values.auto.pkrvars.hcl"
    files = {path.name: path.read_text() for path in project.glob("*.hcl")}
    checks = {path.name: path.read_text() for path in (project / "validate").glob("*.hcl")}
    values = {**(plausible.values(checks) if checks else {}), **plausible.values(files)}
    if not file.exists():
        return {}
    text = file.read_text()
    file.write_text(_OPEN.sub(lambda found: f"{found[1]}{found[2]}{json.dumps(values[found[1]])}{found[4]}", text))
    return dict.fromkeys(re.findall(r"PKR_VAR_\w+", text), "a-secret")


def tools(folder: Path) -> Path:
    bin_folder = folder / "bin"
    bin_folder.mkdir()
    for name, text in _TOOLS.items():
        (bin_folder / name).write_text(text)
        (bin_folder / name).chmod(0o755)
    return bin_folder


def run(command: str, project: Path, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["sh", "-c", command], cwd=project, env=environment, capture_output=True, text=True, timeout=240, check=False
    )


@needs_packer
@pytest.mark.parametrize("golden", PROJECTS, ids=name_of)
def test_each_command_that_is_printed_works(golden: Path, tmp_path: Path) -> None:
    project = Path(shutil.copytree(golden, tmp_path / "project"))
    commands = printed(golden)
    assert commands, "convert prints commands for every project"
    secrets = filled_in(project)
    for name in re.findall(r"\$\{(\w+):\?", "".join(path.read_text() for path in project.rglob("*.sh"))):
        secrets.setdefault(name, "a-secret")
    environment = {
        **packer_environment(),
        **secrets,
        "PATH": f"{tools(tmp_path)}{os.pathsep}{os.environ['PATH']}",
        "REAL_PACKER": shutil.which("packer") or "",
        "PACKER_IS_CURRENT": "1" if HAS_PLUGINS and "azure" in plugins() else "",
        "AZ_FOLDER": str(tmp_path),
    }
    for command in commands:
        if command.startswith("powershell"):
            pytest.skip("its scripts are in PowerShell only")
        done = run(command, project, environment)
        said = done.stdout + done.stderr
        if "There is no function named" in said and not HAS_PLUGINS:
            pytest.skip("needs a newer Packer")
        assert done.returncode == 0, f"{command}\n{said}"


@pytest.mark.parametrize("golden", PROJECTS, ids=name_of)
def test_the_report_names_the_same_commands(golden: Path) -> None:
    report = (golden / "MIGRATION.md").read_text()
    for command in printed(golden):
        assert command in report
    assert "-var " not in "".join(printed(golden))


@pytest.mark.parametrize("golden", PROJECTS, ids=name_of)
def test_az_understands_each_command_of_the_report(golden: Path, tmp_path: Path) -> None:
    environment = {"PATH": f"{tools(tmp_path)}{os.pathsep}{os.environ['PATH']}", "AZ_FOLDER": str(tmp_path)}
    for command in IN_A_TEXT.findall((golden / "MIGRATION.md").read_text().replace("\\|", "|").replace("&lt;", "<")):
        if command.startswith("az "):
            done = run(command, tmp_path, environment)
            assert done.returncode in (0, 3), f"{command}\n{done.stderr}"
