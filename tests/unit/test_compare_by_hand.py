"""Projects that nobody converted, in the styles that people write: what differs is told, whatever way it is written."""

from __future__ import annotations

from pathlib import Path

import pytest
from cases import case_named
from paths import ROOT

from aib2packer.comparison.model import Comparison, Row, Verdict
from aib2packer.comparison.reading import Given, NotReadError
from aib2packer.pipeline import Options
from aib2packer.side_by_side import Against, compare_template

BY_HAND = ROOT / "tests" / "support" / "by_hand"
LINUX = "template.json"
PLUGINS = ["missing required_plugins.azure.source", "missing required_plugins.azure.version", "missing required_version"]
USUAL = ["differs generalize"]
"""Image Builder's way to generalize is nobody else's."""


def beside(folder: str, template: str = LINUX, *, source: str = "", build: str = "") -> Comparison:
    found = compare_template(str(BY_HAND / template), Against(folder=BY_HAND / folder, source=source, build=build), Options())
    assert found.comparison is not None
    return found.comparison


def differing(comparison: Comparison) -> list[str]:
    return sorted(f"{row.verdict} {row.path}" for row in comparison.rows if row.differs)


OUTCOMES = {
    "many-steps": [
        *PLUGINS,
        *USUAL,
        "differs customize[1].inline",
        "extra customize[1]",
        "extra file: helpers",
        "extra shell: echo 'Reboot VM' sudo reboot",
        "extra shell: mkdir /imagegeneration/helpers chmod 777 /imagegeneration/he",
        "extra shell: sudo apt-get install --yes git",
    ],
    "upgraded": [
        *PLUGINS,
        "differs generalize",
        "missing manifest",
        "missing manifest",
        "missing buildTimeoutInMinutes",
        "missing buildTimeoutInMinutes",
        "differs vmProfile.vmSize",
        "missing vmProfile.osDiskSizeGB",
        "missing customize[1]",
        "missing customize[2]",
        "missing distribute[0].versioning",
        *["missing distribute[0].galleryImageId"] * 4,
        *["missing distribute[0].replicationRegions"] * 2,
        "missing subscription_id",
        "extra managed_image_name",
        "extra managed_image_resource_group_name",
    ],
    "dynamic": [*PLUGINS, *USUAL, "differs distribute[0].replicationRegions", "moved customize[1]"],
    "json": [*USUAL, "missing required_version", "differs vmProfile.vmSize", "missing customize[2]"],
    "two-builds": [*PLUGINS, *USUAL, "cannot tell subscription_id"],
}


@pytest.mark.parametrize("folder", OUTCOMES)
def test_a_project_by_hand_has_its_differences(folder: str) -> None:
    assert differing(beside(folder)) == sorted(OUTCOMES[folder])


def test_the_steps_of_a_list_count_as_steps() -> None:
    rows = [row for row in beside("dynamic").rows if row.verdict is Verdict.MOVED]
    assert [(row.title, row.change) for row in rows] == [("tools", "was 2nd, is 3rd")]


@pytest.mark.parametrize("names", [{"build": "web"}, {"source": "common"}, {"source": "azure-arm.common"}])
def test_one_of_two_images_is_picked_by_its_name_or_by_likeness(names: dict[str, str]) -> None:
    found = beside("two-builds", **names)
    assert differing(found) == differing(beside("two-builds"))
    assert found.left_out == ("source azure-arm.database",)


def test_another_image_is_compared_when_it_is_asked_for() -> None:
    found = beside("two-builds", build="database")
    assert "differs source.publisher" in differing(found)
    assert "extra powershell: Set-Service MSSQLSERVER -StartupType Automatic" in differing(found)


@pytest.mark.parametrize("names", [{"build": "mail"}, {"source": "mail"}])
def test_a_name_that_is_not_there_is_told_with_those_that_are(names: dict[str, str]) -> None:
    with pytest.raises(NotReadError, match=r"images\.pkr\.hcl: There is no (build|source) mail\. Use one of .*database"):
        beside("two-builds", **names)


SIZES = """
source "azure-arm" "image" {
  os_type = "Linux"
}
build {
  source "azure-arm.image" {
    name    = "big"
    vm_size = "Standard_D4s_v5"
  }
  source "azure-arm.image" {
    name    = "small"
    vm_size = "Standard_D2s_v5"
  }
}
build {
  sources = ["source.azure-arm.other"]
  provisioner "shell" {
    inline = ["another image"]
  }
}
source "azure-arm" "other" {
  os_type = "Windows"
}
"""


@pytest.mark.parametrize(
    ("source", "size", "other"),
    [
        ("", "Standard_D4s_v5", "small"),
        ("big", "Standard_D4s_v5", "small"),
        ("image", "Standard_D4s_v5", "small"),
        ("small", "Standard_D2s_v5", "big"),
        ("azure-arm.small", "Standard_D2s_v5", "big"),
    ],
)
def test_one_of_two_named_sources_of_one_base_is_compared(source: str, size: str, other: str, tmp_path: Path) -> None:
    (tmp_path / "a.pkr.hcl").write_text(SIZES)
    found = compare_template(str(BY_HAND / LINUX), Against(folder=tmp_path, source=source), Options()).comparison
    assert found is not None
    sizes = [row.project.text for row in found.rows if row.key == "vmProfile.vmSize" and row.project]
    assert sizes == [size]
    assert found.left_out == (f"source azure-arm.{other}", "source azure-arm.other")
    assert "another image" not in {row.project.text for row in found.rows if row.project}


def test_a_source_that_a_build_names_and_that_is_not_there_differs(tmp_path: Path) -> None:
    source = 'source "azure-arm" "other" {\n  os_type = "Linux"\n}\n'
    (tmp_path / "a.pkr.hcl").write_text(f'{source}build {{\n  sources = ["source.azure-arm.image"]\n}}\n')
    found = compare_template(str(BY_HAND / LINUX), Against(folder=tmp_path), Options()).comparison
    assert found is not None
    (sources,) = [row for row in found.rows if row.key == "build.sources"]
    assert sources.verdict is Verdict.DIFFERS
    assert sources.project is not None
    assert sources.project.text.endswith(", which is not there")


def test_a_value_of_a_variable_that_is_not_there_is_told_with_those_that_are() -> None:
    against = Against(folder=BY_HAND / "two-builds", given=Given(variables=(("nosuch", "1"),)))
    with pytest.raises(NotReadError, match=r"images\.pkr\.hcl: There is no variable nosuch\. Use one of subscription\."):
        compare_template(str(BY_HAND / LINUX), against, Options())


PLAIN = """
source "azure-arm" "image" {
  os_type = "Linux"
}
build {
  sources = ["source.azure-arm.image"]
  provisioner "shell" {
    scripts         = ["${path.root}/install.sh", "cleanup.sh"]
    execute_command = "sudo {{.Path}}"
  }
  error-cleanup-provisioner "shell-local" {
    inline = ["echo failed"]
  }
}
"""


def rows_of(sample: str, folder: Path) -> list[Row]:
    """What differs between a sample and a project of two scripts."""
    (folder / "a.pkr.hcl").write_text(PLAIN)
    (folder / "install.sh").write_text('sudo apt-get update\nsudo apt-get install -y --no-install-recommends "nginx"\n')
    (folder / "cleanup.sh").write_text("sudo apt-get clean\n")
    template = case_named(sample).folder / "template.json"
    found = compare_template(str(template), Against(folder=folder), Options()).comparison
    assert found is not None
    return [row for row in found.rows if row.differs]


def test_each_of_several_scripts_is_a_step(tmp_path: Path) -> None:
    rows = rows_of("linux-gallery", tmp_path)
    assert [(row.key, row.setting) for row in rows if row.project] == [
        ("customize[1].inline", "what it runs"),
        ("customize[1]: execute_command", "execute_command"),
        ("shell: sudo apt-get clean", 'provisioner "shell"'),
        ("shell-local: echo failed", 'error-cleanup-provisioner "shell-local"'),
    ]


def test_what_az_publishes_is_missing_as_outputs_and_the_manifest_is_not(tmp_path: Path) -> None:
    rows = [row for row in rows_of("outputs-all-kinds", tmp_path) if row.setting.startswith("post-processor")]
    assert [(row.verdict, row.key) for row in rows] == [(Verdict.MISSING, f"distribute[{number}]") for number in (1, 4, 5)]
    assert {row.packer.text for row in rows if row.packer} == {"published by distribute.sh after the build"}


def test_generalizing_by_sysprep_is_generalizing_and_a_region_is_its_name() -> None:
    found = beside("sysprep", "sysprep/template.json")
    generalize = [row for row in found.rows if row.path == "generalize" and row.differs]
    assert [(row.verdict, row.change) for row in generalize] == [(Verdict.DIFFERS, "generalizes in its own way")]
    assert "distribute[0].replicationRegions" not in {row.path for row in found.rows if row.differs}
    assert differing(found) == [
        "differs generalize",
        "extra build_resource_group_name",
        "missing buildTimeoutInMinutes",
        "missing buildTimeoutInMinutes",
        "missing location",
        "missing required_version",
    ]


def test_without_packer_a_legacy_template_is_named_with_the_command_that_upgrades_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(NotReadError, match=r"packer hcl2_upgrade packer\.json"):
        beside("legacy-json")


def test_a_project_below_the_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "web").mkdir()
    (tmp_path / "web" / "a.pkr.hcl").write_text("")
    with pytest.raises(NotReadError, match=r"There is no \.pkr\.hcl file in .* There is one in .*/web\."):
        compare_template(str(BY_HAND / LINUX), Against(folder=tmp_path), Options())
