"""The options of the conversion: Packer takes what each of them writes, and all together."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest
from building.null_project import required_values
from building.real_packer import HAS_PLUGINS, packer, plugins
from cases import Run, case_named, run_case

from aib2packer.ir.choices import Option

SAMPLES = ("linux-gallery", "windows-all", "gallery-all", "validate-vm", "validate-windows", "build-options")
TOGETHER = tuple(option for option in Option if option is not Option.TRUSTED_LAUNCH)


def converted(name: str, options: Iterable[Option], folder: Path) -> Run:
    case = case_named(name)
    words = [word for option in options for word in ("--with", option.value) if option.value not in case.arguments]
    with pytest.MonkeyPatch.context() as patch:
        return run_case(replace(case, arguments=(*case.arguments, *words)), folder, patch)


def projects(folder: Path) -> list[Path]:
    """The projects, with every file that a step takes."""
    found = [folder, *(each for each in [folder / "validate"] if each.exists())]
    for project in found:
        for path in re.findall(r'"\$\{path\.root\}/((?:\.\./)?scripts/[^"]+)"', (project / "image.pkr.hcl").read_text()):
            (project / path).parent.mkdir(exist_ok=True)
            (project / path).touch()
    return found


@pytest.mark.judge
@pytest.mark.skipif(not HAS_PLUGINS or "azure" not in plugins(), reason="needs a packer with the azure plugin on PATH")
@pytest.mark.parametrize("options", [*((option,) for option in Option), TOGETHER], ids=lambda options: "+".join(options))
@pytest.mark.parametrize("name", SAMPLES)
def test_packer_takes_what_an_option_writes(name: str, options: tuple[Option, ...], tmp_path: Path) -> None:
    run = converted(name, options, tmp_path / "project")
    if run.exit:
        assert Option.TRUSTED_LAUNCH in options
        assert "A2P543" in run.findings
        return
    for project in projects(tmp_path / "project"):
        files = {path.name: path.read_text() for path in project.glob("*.hcl")}
        (project / "on.pkrvars.json").write_text(json.dumps(required_values(files)))
        done = packer("validate", "-var-file=on.pkrvars.json", ".", folder=project)
        assert done.exit == 0, done.output


@pytest.mark.parametrize("name", ["linux-gallery", "build-options", "validate-windows"])
def test_options_are_on_in_each_project(name: str, tmp_path: Path) -> None:
    run = converted(name, TOGETHER, tmp_path / "project")
    assert run.exit == 0, run.findings
    for project in projects(tmp_path / "project"):
        image = (project / "image.pkr.hcl").read_text()
        settings = dict(re.findall(r"^ +(\w+) += ([^#\n]*[^#\s])", image, re.MULTILINE))
        assert settings["eviction_policy"] == '"Deallocate"'
        assert settings["build_resource_group_name"] == "var.build_resource_group_name"
        assert "location" not in settings
        assert "var.extra_tags" in settings["azure_tags"]
