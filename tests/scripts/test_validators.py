"""Validators: the second project, in `validate/`, boots what the first one made, runs them in order and keeps nothing."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from building.null_project import required_values
from building.real_packer import HAS_PLUGINS, needs_packer, packer, plugins
from building.subjects import template
from cases import Case, all_cases
from click.testing import CliRunner, Result
from paths import SHARED

from aib2packer.cli import main

WITH_CHECKS = [case for case in all_cases() if (case.golden / "validate" / "image.pkr.hcl").exists()]
IN_AZURE = [case for case in WITH_CHECKS if "null" not in case.arguments]
EMULATOR = SHARED / "tools" / "azure_emulator" / "run_build.py"
SUBSCRIPTION = "/subscriptions/00000000-0000-0000-0000-000000000001"
GALLERY = f"{SUBSCRIPTION}/resourceGroups/rg/providers/Microsoft.Compute/galleries/g/images/i"
Summary = dict[str, Any]
"""What the emulated Azure says of a build: JSON of its own."""
CHECK = {"type": "Shell", "name": "check", "inline": ["echo checked"]}


def image_of(case: Case) -> str:
    return (case.golden / "validate" / "image.pkr.hcl").read_text()


def convert(folder: Path, os: str, checks: Mapping[str, object], **properties: object) -> Result:
    """Converts a template with these validators to `project`."""
    step = {"type": "Shell" if os == "Linux" else "PowerShell", "inline": ["echo step"]}
    whole = template(os, step, validate=checks, **properties)
    (folder / "template.json").write_text(json.dumps(whole))
    return CliRunner().invoke(main, ["convert", str(folder / "template.json"), "-o", str(folder / "project")])


# ---- what stands in the second project


@pytest.mark.parametrize("case", IN_AZURE, ids=lambda case: case.name)
def test_it_keeps_nothing_and_generalizes_nothing(case: Case) -> None:
    image = image_of(case)
    assert "  skip_create_image " in image
    assert not re.search(r"generalize|Deprovisioning|post-processor|shared_image_gallery_destination|storage_account", image)


@pytest.mark.judge
@needs_packer
@pytest.mark.parametrize("case", WITH_CHECKS, ids=lambda case: case.name)
def test_it_is_formatted_and_valid(case: Case, tmp_path: Path) -> None:
    project = Path(shutil.copytree(case.golden, tmp_path / "project"))
    assert packer("fmt", "-check", "-diff", "validate", folder=project).exit == 0
    if not HAS_PLUGINS or "azure" not in plugins():
        pytest.skip("needs a packer with the azure plugin on PATH")
    image = image_of(case)
    for file in re.findall(r"\$\{path\.root\}/((?:\.\./)?scripts/[\w.-]+)", image):
        (project / "validate" / file).parent.mkdir(exist_ok=True)
        (project / "validate" / file).touch()
    texts = {path.name: path.read_text() for path in (project / "validate").glob("*.hcl")}
    values = required_values(texts)
    if "ssh_private_key_file" in values:
        values["ssh_private_key_file"] = str(_key(tmp_path))
    words = [word for name, value in values.items() for word in ("-var", f"{name}={value}")]
    done = packer("validate", *words, "validate", folder=project)
    assert done.exit == 0, done.output


def _key(folder: Path) -> Path:
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / "key")], check=True)
    return folder / "key"


# ---- which image is booted


def test_the_version_is_the_one_that_run_sh_has_set() -> None:
    case = next(case for case in IN_AZURE if case.name == "validate-gallery")
    assert re.search(r"^ +image_version +?= var\.image_version$", image_of(case), re.MULTILINE)
    declared = (case.golden / "validate" / "variables.pkr.hcl").read_text()
    assert "default" not in declared[declared.index('variable "image_version"') :].partition("\n}\n")[0]


def test_a_gallery_version_is_booted_before_a_managed_image() -> None:
    image = image_of(next(case for case in IN_AZURE if case.name == "validate-gallery"))
    assert "shared_image_gallery {" in image
    assert "custom_managed_image_name" not in image


def test_the_source_is_booted_with_source_validation_only() -> None:
    image = image_of(next(case for case in IN_AZURE if case.name == "validate-source-only"))
    assert re.search(r'custom_managed_image_name += "golden"', image)
    assert "manifest.json" not in image


def test_only_a_vhd_leaves_the_validators_to_a_person(tmp_path: Path) -> None:
    disk = {"type": "VHD", "runOutputName": "disk", "uri": "https://contoso.blob.core.windows.net/vhds/base.vhd"}
    result = convert(tmp_path, "Linux", {"inVMValidations": [CHECK]}, distribute=[disk])
    assert result.exit_code == 0
    assert "A2P608" in result.stderr
    assert not (tmp_path / "project" / "validate").exists()
    assert "alidators" in (tmp_path / "project" / "MIGRATION.md").read_text()


# ---- the template's settings


def difference(folder: Path) -> str:
    report = (folder / "project" / "MIGRATION.md").read_text()
    return next(line for line in report.splitlines() if line.startswith("| `validate` (line "))


def test_the_report_says_that_outputs_exist_before_they_are_validated(tmp_path: Path) -> None:
    convert(tmp_path, "Linux", {"inVMValidations": [CHECK]})
    assert f"If that fails: `az image delete --subscription {SUBSCRIPTION[15:]} -g rg -n image`" in difference(tmp_path)


def test_distributing_anyway_is_what_happens(tmp_path: Path) -> None:
    convert(tmp_path, "Linux", {"inVMValidations": [CHECK], "continueDistributeOnFailure": True})
    assert "distributes, then validates" in difference(tmp_path)


def test_a_vm_that_fails_is_kept_where_the_template_says_so(tmp_path: Path) -> None:
    convert(tmp_path, "Linux", {"inVMValidations": [CHECK]}, errorHandling={"onValidationError": "abort"})
    lines = (tmp_path / "project" / "run.sh").read_text().splitlines()
    assert "packer build -on-error=abort validate" in lines
    assert [line.partition(" #")[0] for line in lines if line.endswith(" .") or " . #" in line][-1] == "packer build -force ."


def test_a_validator_of_the_other_system_is_refused_with_its_place(tmp_path: Path) -> None:
    result = convert(tmp_path, "Windows", {"inVMValidations": [CHECK]})
    assert result.exit_code == 1
    assert re.search(
        r"template\.json:\d+:\d+: error A2P4\d\d: properties\.validate\.inVMValidations\[0\]: Shell runs on Linux", result.stderr
    )


def test_two_validators_of_one_name_are_told(tmp_path: Path) -> None:
    result = convert(tmp_path, "Linux", {"inVMValidations": [CHECK, CHECK]})
    assert "properties.validate.inVMValidations[1]: Step name" in result.stderr


@pytest.mark.parametrize("key", ["continueDistributeOnFailure", "sourceValidationOnly"])
def test_a_flag_must_be_a_flag(key: str, tmp_path: Path) -> None:
    result = convert(tmp_path, "Linux", {"inVMValidations": [CHECK], key: "perhaps"})
    assert result.exit_code == 1
    assert f"properties.validate.{key}" in result.stderr


def test_settings_without_validators_make_no_project(tmp_path: Path) -> None:
    result = convert(tmp_path, "Linux", {"sourceValidationOnly": True})
    assert result.exit_code == 0
    assert not (tmp_path / "project" / "validate").exists()


def test_what_both_projects_say_is_found_once(tmp_path: Path) -> None:
    subnet = f"{SUBSCRIPTION}/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/v/subnets/s"
    result = convert(tmp_path, "Linux", {"inVMValidations": [CHECK]}, vmProfile={"vnetConfig": {"subnetId": subnet}})
    codes = re.findall(r" (A2P\d+): ", result.stderr)
    assert codes
    assert len(codes) == len(set(codes))


# ---- built, in an emulated Azure


@pytest.mark.judge
@pytest.mark.skipif(not EMULATOR.exists(), reason="no emulated Azure beside this clone")
@pytest.mark.skipif(not HAS_PLUGINS or "azure" not in plugins(), reason="needs a packer with the azure plugin on PATH")
@pytest.mark.skipif(os.geteuid() != 0, reason="needs root for the emulated VM's sshd")
@pytest.mark.parametrize("name", ["validate-gallery", "validate-source-only", "validate-vm", "validate-windows"])
def test_it_boots_the_image_that_was_built_and_keeps_nothing(name: str, tmp_path: Path) -> None:
    project = tmp_path / "project"
    case = next(case for case in IN_AZURE if case.name == name)
    assert CliRunner().invoke(main, ["convert", str(case.folder / case.template), "-o", str(project), "-q"]).exit_code == 0
    for file in re.findall(r"\$\{path\.root\}/((?:\.\./)?scripts/[\w.-]+)", image_of(case)):
        (project / "validate" / file).parent.mkdir(exist_ok=True)
        if not (project / "validate" / file).exists():
            (project / "validate" / file).write_text("exit 0\n")
    wanted = f"{SUBSCRIPTION}/resourceGroups/source-rg/providers/Microsoft.Compute/images/golden"
    if name != "validate-source-only":
        built = _emulated(project, tmp_path / "built")
        made = [each["id"] for kind in ("gallery_versions", "managed_images") for each in built["outputs"][kind]]
        wanted = made[0]
    validated = _emulated(project / "validate", tmp_path / "validated", "--existing-id", wanted)
    assert validated["vm"]["image_reference"]["id"].endswith(wanted)
    assert validated["clean"]
    assert not any(validated["outputs"].values())
    assert validated["waagent_calls"] == []


def _emulated(project: Path, state: Path, *options: str) -> Summary:
    """Builds in the emulated Azure; gives its summary."""
    words = [sys.executable, "-B", str(EMULATOR), "--in-place", "--location", "westeurope", "--state-dir", str(state), *options]
    environment = {**os.environ, "PKR_VAR_image_version": "1.2.3"}
    done = subprocess.run([*words, str(project)], capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 0, done.stdout + done.stderr
    summary: Summary = json.loads(done.stdout)
    return summary
