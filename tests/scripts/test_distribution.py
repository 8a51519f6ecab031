"""The outputs that Packer cannot publish: distribute.sh, called by Packer or by hand, against an `az` that records its calls."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest
from building.real_packer import needs_packer
from building.tools import SHELLS, Ran, sample
from paths import GOLDEN

pytestmark = [pytest.mark.judge, needs_packer]
SUBSCRIPTION = "00000000-0000-0000-0000-000000000001"
SCRIPTS = sorted(GOLDEN.glob("*/*/distribute.sh"))

# What each sample's script makes beyond the build: its outputs, and the things that are there afterwards.
MADE = {
    "gallery-storage-differs": ({"gallery"}, set()),
    "outputs-all-kinds": (
        {"image-b", "gallery-a", "disk-a"},
        {"image image-b", "sig image-version base 1.2.3", "storage blob a.vhd"},
    ),
    "outputs-galleries": (
        {"latest", "shallow", "fixed"},
        {"sig image-version latest 2.0.11", "sig image-version quick 10.1.1", "sig image-version frozen 3.0.1"},
    ),
    "outputs-images": ({"there", "farther", "other"}, {"image there", "image farther", "image other"}),
    "outputs-live": ({"copy", "image"}, {"sig image-version copy 10.1.1", "image image"}),
    "outputs-secrets": ({"copy"}, {"sig image-version copy 10.1.1"}),
    "outputs-tags": ({"image"}, {"tag"}),
    "outputs-vhds": ({"second", "third"}, {"storage blob 2026/base.vhd", "storage blob third.vhd"}),
}
VERSIONS = {"AZ_VERSIONS": "1.9.9\n2.0.3\n2.0.10\n2.0.9\n10.1.0"}


def things(folder: Path) -> set[str]:
    """What az has made and not deleted, without the gallery of the build's own version."""
    made = json.loads((folder / "made.json").read_text())
    return {"tag" if name.startswith("tag") else name for name in made}


@pytest.mark.parametrize("name", MADE)
def test_packer_calls_it_and_every_output_is_made(name: str, tmp_path: Path) -> None:
    tools = sample(name, tmp_path)
    ran = tools.build(values_of(tools.values), **VERSIONS)
    assert ran.exit == 0, ran.output
    outputs, made = MADE[name]
    assert ran.made() == outputs
    assert {each for each in things(tmp_path) if name != "gallery-storage-differs"} == made


def values_of(values: Mapping[str, object]) -> dict[str, str]:
    return {name: "1.2.3" for name in values if "version" in name}


@pytest.mark.parametrize("shell", SHELLS)
def test_run_by_hand_makes_what_is_named(shell: str, tmp_path: Path) -> None:
    tools = sample("outputs-galleries", tmp_path)
    tools.build(values_of(tools.values), **VERSIONS)
    ran = tools.run("distribute.sh", "latest", "fixed", shell=shell, **VERSIONS)
    assert (ran.exit, ran.made()) == (0, {"latest", "fixed"}), ran.output
    assert ran.commands() == ["sig image-version list", "sig image-version create", "sig image-version create"]


FAILURES = {
    "sig image-version create@2": ("outputs-galleries", {"shallow"}),
    "sig image-version list": ("outputs-galleries", {"latest", "shallow"}),
    "disk create@2": ("outputs-images", {"farther"}),
    "image create": ("outputs-images", {"there", "farther", "other"}),
    "disk delete@1": ("outputs-images", {"there"}),
    "sig image-definition show@3": ("outputs-images", {"other"}),
    "storage blob copy start@1": ("outputs-vhds", {"second"}),
    "storage blob show@1": ("outputs-vhds", {"second"}),
    "tag update": ("outputs-tags", {"image"}),
    "sig image-version update": ("gallery-storage-differs", {"gallery"}),
}


@pytest.mark.parametrize("failing", FAILURES)
def test_output_that_fails_is_named_the_others_are_made_and_it_can_be_made_later(failing: str, tmp_path: Path) -> None:
    name, lost = FAILURES[failing]
    tools = sample(name, tmp_path)
    first = tools.build(values_of(tools.values), AZ_FAIL=failing, **VERSIONS)
    assert first.exit != 0
    assert first.made() == MADE[name][0] - lost
    assert set(_not_made(first)) == lost
    later = tools.run("distribute.sh", *lost, **VERSIONS)
    assert (later.exit, later.made()) == (0, lost), later.output
    assert not any(each.startswith("disk ") for each in things(tmp_path))


def _not_made(ran: Ran) -> list[str]:
    return next(line for line in ran.output.splitlines() if line.startswith("Not made:")).split()[2:]


def test_image_comes_from_a_disk_of_the_gallery_version_that_is_deleted(tmp_path: Path) -> None:
    tools = sample("outputs-images", tmp_path)
    ran = tools.build(values_of(tools.values))
    version = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/gallery-rg/providers/Microsoft.Compute/galleries/company/images/base/versions/1.0.0"
    disks = ran.options("disk create")
    assert [each["--gallery-image-reference"] for each in disks] == [[version]] * 3
    assert [each["--name"] for each in disks] == [each["--source"] for each in ran.options("image create")]
    assert [each["--name"] for each in disks] == [each["--name"] for each in ran.options("disk delete")]
    assert {(*each["--subscription"], *each["--location"]) for each in ran.options("image create")} == {
        (SUBSCRIPTION, "northeurope"),
        (SUBSCRIPTION, "southeastasia"),
        ("00000000-0000-0000-0000-000000000002", "westeurope"),
    }


def test_older_image_of_that_name_gives_way_as_in_image_builder(tmp_path: Path) -> None:
    ran = sample("outputs-all-kinds", tmp_path).build({"image_version_gallery_a": "1.2.3"})
    commands = ran.commands()
    assert commands.index("image delete") == commands.index("image create") - 1


@pytest.mark.parametrize(
    ("states", "is_copied"), [("pending,pending,success", True), ("pending,failed", False), ("aborted", False)]
)
def test_end_of_a_copy_is_waited_for(states: str, is_copied: bool, tmp_path: Path) -> None:
    tools = sample("outputs-vhds", tmp_path)
    ran = tools.build(AZ_COPY=states)
    assert (ran.exit == 0) == is_copied
    assert ran.made() == ({"second", "third"} if is_copied else set())
    assert len(ran.options("storage blob show")) >= states.count(",") + 2


@pytest.mark.parametrize(
    ("versions", "latest"),
    [("", "2.0.1"), ("1.9.9\n20.0.1", "2.0.1"), ("2.0.3\n2.0.10\n2.0.9", "2.0.11"), ("2.7.0\n2.10.0", "2.10.1")],
)
@pytest.mark.parametrize("shell", SHELLS)
def test_version_is_counted_within_its_major(versions: str, latest: str, shell: str, tmp_path: Path) -> None:
    tools = sample("outputs-galleries", tmp_path)
    tools.build(values_of(tools.values))
    ran = tools.run("distribute.sh", "latest", shell=shell, AZ_VERSIONS=versions)
    assert [each["--gallery-image-version"] for each in ran.options("sig image-version create")] == [[latest]]


TAGS = {"first": "two\nlines", "second": "* $HOME `id` 'q' \"q\" \\n é"}
WHO = "it's\tme  "


@pytest.mark.parametrize("shell", SHELLS)
def test_live_text_reaches_az_as_it_is(shell: str, tmp_path: Path) -> None:
    tools = sample("outputs-live", tmp_path)
    tools.build({"tags": TAGS, "who": WHO})
    ran = tools.run("distribute.sh", shell=shell)
    assert ran.exit == 0, ran.output
    (copy,), (image,) = ran.options("sig image-version create"), ran.options("image create")
    assert copy["--tags"] == [f"{name}={value}" for name, value in TAGS.items()]
    assert f"built by={WHO}" in image["--tags"]
    assert copy["--target-regions"] == ["westeurope", "northeurope"]


def test_secret_comes_from_the_environment_only(tmp_path: Path) -> None:
    tools = sample("outputs-secrets", tmp_path)
    built = tools.build({"costCenter": "very-secret"})
    assert built.exit == 0, built.output
    assert built.options("sig image-version create")[0]["--tags"] == ["cost center=CC very-secret"]
    assert not any(b"very-secret" in file.read_bytes() for file in tools.project.rglob("*") if file.is_file())
    refused = tools.run("distribute.sh", PKR_VAR_costCenter="")
    assert (refused.exit != 0, refused.calls) == (True, [])
    assert "PKR_VAR_costCenter" in refused.output


def test_folder_of_the_project_may_have_any_name(tmp_path: Path) -> None:
    folder = tmp_path / "it's \u2019mine\u2019 & $HOME"
    folder.mkdir()
    tools = sample("outputs-galleries", folder)
    ran = tools.build(values_of(tools.values))
    assert (ran.exit, ran.made()) == (0, {"latest", "shallow", "fixed"}), ran.output


@pytest.mark.parametrize("shell", SHELLS)
def test_without_a_build_nothing_is_made(shell: str, tmp_path: Path) -> None:
    ran = sample("outputs-images", tmp_path).run("distribute.sh", shell=shell)
    assert (ran.exit, ran.calls) == (1, [])
    assert "run packer build first" in ran.output


@pytest.mark.skipif(shutil.which("shellcheck") is None, reason="no shellcheck on PATH (Debian: apt-get install shellcheck)")
def test_shellcheck_has_nothing_to_say() -> None:
    scripts = [*SCRIPTS, *GOLDEN.glob("*/*/run.sh")]
    done = subprocess.run(["shellcheck", *scripts], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    "script", [*SCRIPTS, *sorted(GOLDEN.glob("*/*/run.sh"))], ids=lambda path: f"{path.parent.name}/{path.name}"
)
def test_no_script_is_longer_than_a_screen(script: Path) -> None:
    assert len(script.read_text().splitlines()) <= 60
