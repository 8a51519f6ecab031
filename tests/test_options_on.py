"""The options of the conversion, switched on: Packer takes what they write, alone and together."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from building.null_project import required_values
from building.real_packer import HAS_PLUGINS, packer, plugins
from cases import case_named, run_case

from aib2packer.ir.template import Option

ON: dict[str, dict[str, object]] = {
    "trusted-launch": {"trusted_launch": True},
    "spot": {"spot": True},
    "key-vault": {"build_key_vault_name": "company-vault"},
    "key-vault-none": {"skip_create_build_key_vault": True},
    "addresses": {"allowed_inbound_ip_addresses": ["203.0.113.7", "198.51.100.0/24"]},
    "build-group": {"build_resource_group_name": "build-rg"},
    "tags": {"extra_tags": {"cost center": "4711"}},
}
SAMPLES = ("linux-gallery", "windows-all", "outputs-images-windows", "validate-vm", "validate-windows", "build-options")


def converted(name: str, folder: Path) -> list[Path]:
    """A sample, converted with every option: its projects."""
    case = case_named(name)
    words = [word for option in Option for word in ("--with", option.value) if option.value not in case.arguments]
    with pytest.MonkeyPatch.context() as patch:
        assert run_case(replace(case, arguments=(*case.arguments, *words)), folder, patch).exit == 0
    projects = [folder, *(each for each in [folder / "validate"] if each.exists())]
    for project in projects:
        for path in re.findall(r'"\$\{path\.root\}/(scripts/[^"]+)"', (project / "image.pkr.hcl").read_text()):
            (project / path).parent.mkdir(exist_ok=True)
            (project / path).touch()
    return projects


def declared(project: Path) -> set[str]:
    return set(re.findall(r'^variable "([^"]+)"', (project / "variables.pkr.hcl").read_text(), re.MULTILINE))


@pytest.mark.slow
@pytest.mark.skipif(not HAS_PLUGINS or "azure" not in plugins(), reason="needs a packer with the azure plugin on PATH")
@pytest.mark.parametrize("name", SAMPLES)
def test_packer_takes_each_option_and_all_of_them(name: str, tmp_path: Path) -> None:
    for project in converted(name, tmp_path / "project"):
        files = {path.name: path.read_text() for path in project.glob("*.hcl")}
        known = declared(project)
        if "managed_image_name " in files["image.pkr.hcl"]:  # which is not made of such a VM, as the report says
            known -= {"trusted_launch"}
        rows = [values for values in ON.values() if set(values) <= known]
        assert len(rows) >= 3
        together = {name: value for values in rows for name, value in values.items() if name != "skip_create_build_key_vault"}
        for values in [*rows, together]:
            (project / "on.pkrvars.json").write_text(json.dumps({**required_values(files), **values}))
            done = packer("validate", "-var-file=on.pkrvars.json", ".", folder=project)
            assert done.exit == 0, f"{values}\n{done.output}"


@pytest.mark.parametrize("name", SAMPLES)
def test_what_packer_does_not_look_into_is_as_azure_has_it(name: str, tmp_path: Path) -> None:
    for project in converted(name, tmp_path / "project"):
        image = (project / "image.pkr.hcl").read_text()
        settings = dict(re.findall(r"^ +(\w+) += (.*)$", image, re.MULTILINE))
        assert settings["security_type"] == 'var.trusted_launch ? "TrustedLaunch" : null'
        assert settings["secure_boot_enabled"] == settings["vtpm_enabled"] == "var.trusted_launch ? true : null"
        assert settings["eviction_policy"] == '"Deallocate"'
        assert re.search(r'dynamic "spot" \{\n +for_each = var\.spot \? \[1\] : \[\]\n', image)
        assert settings["build_resource_group_name"] == "var.build_resource_group_name"
        assert "var.extra_tags" in settings["azure_tags"]


def test_key_vault_and_addresses_are_those_that_are_given(tmp_path: Path) -> None:
    project, *_ = converted("windows-all", tmp_path / "project")
    image = (project / "image.pkr.hcl").read_text()
    for name in ("build_key_vault_name", "skip_create_build_key_vault", "allowed_inbound_ip_addresses"):
        assert re.search(rf"^  {name} += var\.{name}$", image, re.MULTILINE)
