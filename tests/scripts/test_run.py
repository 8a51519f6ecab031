"""run.sh, the whole run: its stages in order, by a `packer` and an `az` that record their calls."""

from __future__ import annotations

from pathlib import Path

import pytest
from building.real_packer import needs_packer
from building.tools import SHELLS, Tools, sample
from cases import case_named
from click.testing import CliRunner
from paths import GOLDEN

from aib2packer.cli import main
from aib2packer.emit import project_files
from aib2packer.emit.run_lines import commands_in
from aib2packer.lowering.build import Build
from aib2packer.lowering.lowered import Script

pytestmark = needs_packer
INIT, BUILD = "packer init", "packer build"
LIST, UPDATE = "sig image-version list", "sig image-version update"

# What each sample's run calls, in this order; `distribute.sh` is stood in for.
RUNS = {
    "gallery-versioning-major": [INIT, LIST, BUILD],
    "gallery-versioning-source-asked": [INIT, "vm image show", BUILD],
    "outputs-and-validators": [INIT, INIT, BUILD, BUILD, "distribute"],
    "validate-anyway-version": [INIT, INIT, BUILD, BUILD],
    "validate-gallery": [INIT, INIT, LIST, BUILD, BUILD, UPDATE],
    "validate-outputs": [INIT, INIT, BUILD, BUILD, UPDATE, "distribute"],
    "validate-outputs-anyway": [INIT, INIT, BUILD, BUILD],
    "validate-source-only": [INIT, BUILD],
    "validate-source-only-download": ["fetch", INIT, BUILD],
    "validate-source-only-outputs": [INIT, BUILD],
}


def prepared(name: str, folder: Path) -> Tools:
    tools = sample(name, folder)
    (tools.project / "distribute.sh").write_text('echo \'["distribute"]\' >> "$AZ_FOLDER/calls.jsonl"\n')
    return tools


@pytest.mark.judge
@pytest.mark.parametrize("name", RUNS)
@pytest.mark.parametrize("shell", SHELLS)
def test_stages_run_in_image_builders_order(name: str, shell: str, tmp_path: Path) -> None:
    ran = prepared(name, tmp_path).run("run.sh", shell=shell, AZ_VERSIONS="1.0.0\n2.0.7")
    assert ran.exit == 0, ran.output
    assert ran.commands() == RUNS[name]


@pytest.mark.parametrize(
    ("name", "failing", "reached"),
    [
        ("outputs-and-validators", "build -force .", [INIT, INIT, BUILD]),
        ("outputs-and-validators", "build validate", [INIT, INIT, BUILD, BUILD]),
        ("validate-gallery", "build validate", [INIT, INIT, LIST, BUILD, BUILD]),
        ("validate-outputs-anyway", "build validate", [INIT, INIT, BUILD, BUILD]),
    ],
)
def test_a_stage_that_fails_ends_the_run(name: str, failing: str, reached: list[str], tmp_path: Path) -> None:
    tools = prepared(name, tmp_path)
    script = tools.project / "run.sh"
    script.write_text(script.read_text().replace("-var-file=values.auto.pkrvars.hcl ", ""))
    ran = tools.run("run.sh", PACKER_FAIL=failing)
    assert ran.exit != 0
    assert ran.commands() == reached


@pytest.mark.parametrize("name", ["gallery-versioning-major", "validate-gallery"])
def test_nothing_is_built_where_the_versions_cannot_be_listed(name: str, tmp_path: Path) -> None:
    ran = prepared(name, tmp_path).run("run.sh", AZ_FAIL=LIST)
    assert ran.exit != 0
    assert BUILD not in ran.commands()


@pytest.mark.judge
@pytest.mark.parametrize(
    ("name", "versions", "number"),
    [
        ("gallery-versioning-major", "", "2.0.1"),
        ("gallery-versioning-major", "2.0.9\n2.0.10\n3.0.0", "2.0.11"),
        ("gallery-versioning-major", "20.0.9", "2.0.1"),
        ("validate-gallery", "1.0.9\n2.0.0", "2.0.1"),
        ("validate-gallery", "", "0.0.1"),
        ("gallery-versioning-source-asked", "", "22.4.202401010"),
    ],
)
@pytest.mark.parametrize("shell", SHELLS)
def test_build_validators_and_release_have_one_version(name: str, versions: str, number: str, shell: str, tmp_path: Path) -> None:
    ran = prepared(name, tmp_path).run("run.sh", shell=shell, AZ_VERSIONS=versions)
    builds = [call for call in ran.calls if call[:2] == ["packer", "build"]]
    assert {call[-1] for call in builds} == {number}
    assert [each["--gallery-image-version"] for each in ran.options(UPDATE)] == [[number]] * (len(builds) - 1)


def test_validators_boot_the_version_that_the_template_computes(tmp_path: Path) -> None:
    ran = prepared("validate-anyway-version", tmp_path).run("run.sh")
    assert [call[-1] for call in ran.calls if call[:2] == ["packer", "build"]] == ["2.5.0", "2.5.0"]


def test_run_says_why_packer_cannot_compute_a_value(tmp_path: Path) -> None:
    tools = prepared("validate-parameters", tmp_path)
    (tools.project / "values.auto.pkrvars.hcl").write_text('galleryImageId = "company/base"\noutputName = "base"\n')
    ran = tools.run("run.sh")
    assert ran.exit != 0
    assert "Invalid index" in ran.output
    assert LIST not in ran.commands()


def test_version_is_not_the_latest_before_its_validators_have_passed(tmp_path: Path) -> None:
    ran = prepared("validate-gallery", tmp_path).run("run.sh")
    build, validate = (call for call in ran.calls if call[:2] == ["packer", "build"])
    assert build[2:-1] == ["-force", "-var", "unvalidated=true", "."]
    assert validate[2:-1] == ["validate"]
    assert [each["--set"] for each in ran.options(UPDATE)] == [["publishingProfile.excludeFromLatest=false"]]


@pytest.mark.parametrize("name", [path.parent.name for path in sorted(GOLDEN.glob("*/*/run.sh"))])
def test_a_project_has_run_sh_only_where_a_run_is_more_than_a_build(name: str) -> None:
    lines = (case_named(name).golden / "run.sh").read_text().splitlines()
    is_counted = any("PKR_VAR_image_version" in line for line in lines)
    assert (case_named(name).golden / "validate").is_dir() or is_counted or "sh distribute.sh" in lines


def test_stages_are_the_lines_of_run_sh(monkeypatch: pytest.MonkeyPatch) -> None:
    stages = _stages("validate-outputs", monkeypatch)
    lines = [line for commands in stages.values() for line in commands]
    assert (case_named("validate-outputs").golden / "run.sh").read_text().endswith("\n".join(["", *lines, ""]))
    assert list(stages) == ["init", "version", "build", "validate", "release", "distribute"]


def test_a_plain_project_has_stages_without_run_sh(monkeypatch: pytest.MonkeyPatch) -> None:
    stages = _stages("linux-gallery", monkeypatch)
    assert list(stages) == ["fetch", "init", "build"]
    assert stages["fetch"] == ("sh scripts/fetch.sh",)
    assert not (case_named("linux-gallery").golden / "run.sh").exists()


def _stages(name: str, monkeypatch: pytest.MonkeyPatch) -> dict[str, tuple[str, ...]]:
    """The commands of a sample's run, by stage, taken where run.sh would be written."""
    found: list[Build] = []

    def taken(build: Build) -> tuple[Script, ...]:
        found.append(build)
        return ()

    monkeypatch.setattr(project_files, "run_scripts", taken)
    case = case_named(name)
    monkeypatch.chdir(case.folder)
    assert CliRunner().invoke(main, ["convert", case.template, "--dry-run", *case.arguments]).exit_code == 0
    build = found[0]
    return {stage.name: commands_in(stage.lines) for stage in build.run.stages}
