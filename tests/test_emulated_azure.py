"""Samples built end to end with a current Packer and its azure plugin, against an emulated Azure; the outputs are those of the template.

A few by default; EMULATED=all builds every sample that converts.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from building.null_project import required_values
from building.real_packer import HAS_PLUGINS, plugins
from cases import Case, all_cases, run_case
from conftest import GOLDEN, SHARED

EMULATOR = SHARED / "tools" / "azure_emulator" / "run_build.py"
FEW = ("outputs-all-kinds", "outputs-galleries", "outputs-images", "windows-all")


def _missing() -> str:
    if not EMULATOR.exists():
        return "no emulated Azure (../shared/tools/azure_emulator)"
    if os.geteuid() != 0 or shutil.which("sshd") is None:
        return "the emulated VM needs root and sshd"
    if not HAS_PLUGINS or "azure" not in plugins():
        return "no packer of 1.13 or later with the azure plugin"
    return ""


MISSING = _missing()
pytestmark = pytest.mark.skipif(bool(MISSING), reason=MISSING or "never")


def _is_wanted(case: Case) -> bool:
    image = GOLDEN / case.name / "image.pkr.hcl"
    if case.exit != 0 or not image.exists() or 'source "azure-arm"' not in image.read_text():
        return False
    return case.name in FEW or os.environ.get("EMULATED") == "all"


CASES = [case for case in all_cases() if _is_wanted(case)]


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_sample_builds_and_leaves_its_outputs_only(case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = run_case(case, tmp_path / "project", monkeypatch).files
    monkeypatch.undo()
    _put_in_place(tmp_path / "project", files)
    summary = _build(tmp_path, files)
    if any("Script exited" in error for error in summary["packer_errors"]):
        pytest.skip("a step of the sample fails on the stand-in machine")
    if any("Invalid index" in error for error in summary["packer_errors"]):
        pytest.skip("the sample wants ids that exist")
    assert summary["exit_code"] == 0, [*summary["packer_errors"], *summary["post_processor_output"][-5:]]
    assert summary["errors"] == []
    assert [warning for warning in summary["warnings"] if "image-version update" not in warning] == []
    assert summary["clean"], summary["left_over"]
    made = {key.lower() for kind in summary["outputs"].values() for each in kind if each["survives"] for key in (_id(each),)}
    assert made >= {str(value).lower() for value in _promised(tmp_path) if "Microsoft.Test" not in str(value)}


def _id(output: dict[str, str]) -> str:
    return str(output.get("id") or output.get("url"))


def _promised(folder: Path) -> list[object]:
    """The ids in run-outputs.json, or in the manifest where the VM makes every output."""
    project = folder / "state" / "template"
    if (project / "run-outputs.json").exists():
        return [each.get("artifactId") or each.get("artifactUri") for each in json.loads((project / "run-outputs.json").read_text())]
    if not (project / "manifest.json").exists():
        return []
    return list((json.loads((project / "manifest.json").read_text())["builds"][-1].get("custom_data") or {}).values())


def _put_in_place(project: Path, files: dict[str, str]) -> None:
    """Stand-ins for what the fetch scripts would download."""
    for script in (path for path in files if path.endswith("scripts/fetch.sh")):
        folder = project / Path(script).parent
        for line in files[script].splitlines():
            if line.startswith("fetch ") and len(line.split()) >= 3:
                name = line.split()[2].strip("'\"")
                (folder / name).write_text("#!/bin/sh\ntrue\n")


def _build(folder: Path, files: dict[str, str]) -> dict[str, Any]:
    values = required_values(files)
    given = {name: _plausible(name, value) for name, value in values.items()}
    arguments = [word for name, value in given.items() for word in ("-var", f"{name}={value}")]
    command = [sys.executable, "-B", str(EMULATOR), "--state-dir", str(folder / "state"), "--location", "westeurope", "--timeout", "240"]
    done = subprocess.run([*command, str(folder / "project"), *arguments], capture_output=True, text=True, timeout=400, check=False)
    assert done.stdout, done.stderr[-2000:]
    summary = json.loads(done.stdout)
    assert isinstance(summary, dict)
    return summary


def _plausible(name: str, value: object) -> str:
    """A value that the emulated Azure takes for what it is."""
    if "storage_account" in name:
        return "contosoaccount"
    if "version" in name:
        return "1.2.3"
    return value if isinstance(value, str) else json.dumps(value)
