"""Every sample built end to end with a current Packer and its azure plugin, against an emulated Azure; the outputs are those of the
template, and nothing else is left. The validators' projects are built, too.

EMULATED=few builds a few samples only.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from building.null_project import replace_blocks, required_values, secrets_for_distributing
from building.real_packer import HAS_PLUGINS, plugins
from cases import Case, all_cases, run_case
from conftest import GOLDEN, SHARED

EMULATOR = SHARED / "tools" / "azure_emulator" / "run_build.py"
FEW = ("outputs-all-kinds", "outputs-galleries", "outputs-images", "outputs-second-source", "validate-gallery", "windows-all")


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
    return case.name in FEW or os.environ.get("EMULATED") != "few"


CASES = [case for case in all_cases() if _is_wanted(case)]
CHECKED = [case for case in CASES if (GOLDEN / case.name / "validate").is_dir()]


@dataclass(frozen=True, slots=True)
class Built:
    """What the emulated Azure says of a build, and what the project reports."""

    summary: dict[str, Any]
    promised: list[str]

    def has_failed_in_a_step(self) -> bool:
        """Whether a step of the sample does what the stand-in machine cannot."""
        return any("Script exited" in error for error in self.summary["packer_errors"])

    def made(self) -> set[str]:
        """The ids of what is there afterwards."""
        each = (output for kind in self.summary["outputs"].values() for output in kind if output["survives"])
        return {str(output.get("id") or output.get("url")).lower() for output in each}


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_sample_builds_and_leaves_its_outputs_only(case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project, files = _converted(case, tmp_path, monkeypatch)
    built = _build(project, tmp_path / "first", files)
    if built.has_failed_in_a_step():
        assert built.summary["clean"], built.summary["left_over"]
        assert built.made() == set()
        _let_steps_fail(project / "image.pkr.hcl")
        built = _build(project, tmp_path / "second", files)
    _assert_clean(built)
    assert built.made() >= {each for each in built.promised if "microsoft.test" not in each}


@pytest.mark.slow
@pytest.mark.parametrize("case", CHECKED, ids=lambda case: case.name)
def test_validators_run_and_keep_nothing(case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project, files = _converted(case, tmp_path, monkeypatch)
    checks = {path.removeprefix("validate/"): text for path, text in files.items() if path.startswith("validate/")}
    _let_steps_fail(project / "validate" / "image.pkr.hcl")
    version = ("-var", "image_version=1.2.3") if 'variable "image_version"' in checks["variables.pkr.hcl"] else ()
    built = _build(project / "validate", tmp_path / "checks", checks, *version)
    _assert_clean(built)
    assert built.made() == set()
    assert built.summary["waagent_calls"] in ([], 0, None)


def _assert_clean(built: Built) -> None:
    summary = built.summary
    assert summary["exit_code"] == 0, [*summary["packer_errors"], *summary["post_processor_output"][-5:]]
    assert summary["errors"] == []
    assert [warning for warning in summary["warnings"] if "image-version update" not in warning] == []
    assert summary["clean"], summary["left_over"]


def _converted(case: Case, folder: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, dict[str, str]]:
    """The project of a sample, with stand-ins for what its fetch scripts would download."""
    project = folder / "project"
    files = run_case(case, project, monkeypatch).files
    monkeypatch.undo()
    for script in (path for path in files if path.endswith("scripts/fetch.sh")):
        for line in files[script].splitlines():
            if line.startswith("fetch ") and len(line.split()) >= 3:
                (project / Path(script).parent / line.split()[2].strip("'\"")).write_text("#!/bin/sh\ntrue\n")
    _let_az_read_no_files(project / "scripts" / "distribute.sh")
    return project, files


def _let_az_read_no_files(script: Path) -> None:
    """`@FILE` is what is in the file for az, but not for the emulated one; that the file is given is for test_distribution."""
    if script.exists():
        script.write_text(script.read_text().replace('"@$state.access"', '"$(cat "$state.access")"'))


def _let_steps_fail(image: Path) -> None:
    """Steps of the template may end as they like; generalizing may not."""

    def tolerant(block: str) -> str:
        setting = "valid_exit_codes = range(256)\n"
        return (
            block
            if '"generalize"' in block
            else re.sub(r"^( +)(?=inline_shebang|script )", rf"\1{setting}\1", block, flags=re.MULTILINE)
        )

    text = image.read_text()
    for kind in (r'provisioner "shell"', r'dynamic "provisioner"'):
        text = replace_blocks(text, kind, tolerant)
    image.write_text(re.sub(r"^( +valid_exit_codes +=) \[.*\]$", r"\1 range(1000)", text, flags=re.MULTILINE))


def _build(project: Path, state: Path, files: dict[str, str], *arguments: str) -> Built:
    state.mkdir()
    values = {name: _plausible(name, value) for name, value in required_values(files).items()}
    given = state / "values.pkrvars.json"
    given.write_text(json.dumps(values))
    command = [
        sys.executable,
        "-B",
        str(EMULATOR),
        "--state-dir",
        str(state / "azure"),
        "--location",
        "westeurope",
        "--timeout",
        "240",
    ]
    done = subprocess.run(
        [*command, str(project), f"-var-file={given}", *arguments],
        env=os.environ | secrets_for_distributing(files, values),
        capture_output=True,
        text=True,
        timeout=400,
        check=False,
    )
    assert done.stdout, done.stderr[-2000:]
    return Built(json.loads(done.stdout), [str(each).lower() for each in _promised(state / "azure" / "template")])


def _promised(project: Path) -> list[object]:
    """The ids in run-outputs.json, or in the manifest where the VM makes every output."""
    if (project / "run-outputs.json").exists():
        return [
            each.get("artifactId") or each.get("artifactUri") for each in json.loads((project / "run-outputs.json").read_text())
        ]
    if not (project / "manifest.json").exists():
        return []
    return list((json.loads((project / "manifest.json").read_text())["builds"][-1].get("custom_data") or {}).values())


def _plausible(name: str, value: object) -> object:
    """A value that the emulated Azure takes for what it is."""
    if "storage_account" in name:
        return "contosoaccount"
    return "1.2.3" if "version" in name and str(value).startswith("value-of-") else value
