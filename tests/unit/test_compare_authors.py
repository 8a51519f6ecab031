"""Whose change each difference is, where a project, its template and aib2packer changed since the project was made."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from cases import case_named
from click.testing import CliRunner
from msgspec.structs import replace
from project_edits import Edit, all_of, in_step, removed, replaced, split, step_inserted, step_moved, step_removed

from aib2packer.cli import main
from aib2packer.comparison.model import Author
from aib2packer.pipeline import Options
from aib2packer.project_folder.record import FILE, read_record, with_record
from aib2packer.side_by_side import Against, compare_template

TEMPLATE, PERSON, TOOL, BOTH = Author.TEMPLATE, Author.PERSON, Author.TOOL, Author.BOTH
pytestmark = pytest.mark.usefixtures("each_file_is_read_once")
RESTART = '  provisioner "windows-restart" {\n  }\n'
SHELL = '  provisioner "shell" {\n    inline = ["id"]\n  }\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A template and the project made of it."""
    return made_of("linux-gallery", tmp_path)


def made_of(sample: str, tmp_path: Path) -> Path:
    (tmp_path / "template.json").write_bytes((case_named(sample).folder / "template.json").read_bytes())
    words = ["convert", str(tmp_path / "template.json"), "-o", str(tmp_path / "project"), "-q"]
    assert CliRunner().invoke(main, words).exit_code == 0
    return tmp_path


def authors(folder: Path) -> dict[str, Author | None]:
    found = compare_template(str(folder / "template.json"), Against(folder=folder / "project"), Options()).comparison
    assert found is not None
    return {(row.key if "fetched" in row.key else row.path): row.author for row in found.rows if row.differs}


def in_template(*changes: tuple[str, str]) -> Edit:
    """Replaces texts of the template."""

    def edit(folder: Path) -> None:
        text = (folder / "template.json").read_text()
        for old, new in changes:
            assert old in text
            text = text.replace(old, new, 1)
        (folder / "template.json").write_text(text)

    return edit


def steps_of_template(change: Callable[[list[object]], object]) -> Edit:
    """Changes the list of steps of the template."""

    def edit(folder: Path) -> None:
        said = json.loads((folder / "template.json").read_text())
        change(said["properties"]["customize"])
        (folder / "template.json").write_text(json.dumps(said))

    return edit


def in_project(edit: Edit) -> Edit:
    """An edit of the project beside the template."""
    return lambda folder: edit(folder / "project")


SIZE, SKU = ("Standard_D2s_v3", "Standard_D4s_v3"), ("22_04-lts-gen2", "22_04-lts")
OTHER_SIZE = in_project(replaced("Standard_D2s_v3", "Standard_D8s_v3"))
OTHER_DISK = in_project(replaced("= 64", "= 128"))
SIZED, DISK = "vmProfile.vmSize", "vmProfile.osDiskSizeGB"

CASES: Mapping[str, tuple[Edit, Mapping[str, Author]]] = {
    "template only": (in_template(SIZE), {SIZED: TEMPLATE}),
    "person only": (OTHER_SIZE, {SIZED: PERSON}),
    "different settings": (all_of(in_template(SIZE), OTHER_DISK), {SIZED: TEMPLATE, DISK: PERSON}),
    "the same setting": (all_of(in_template(SIZE), OTHER_SIZE), {SIZED: BOTH}),
    "both to the same": (all_of(in_template(SIZE), in_project(replaced(*SIZE))), {}),
    "a setting of the person's own": (
        all_of(in_template(SIZE), in_project(replaced(r"^  # vmProfile\n", "  keep_os_disk = true\n"))),
        {SIZED: TEMPLATE, "keep_os_disk": PERSON},
    ),
    "a setting taken out by the person": (
        all_of(in_template(SIZE), in_project(replaced(r"^  os_disk_size_gb.*\n", ""))),
        {SIZED: TEMPLATE, DISK: PERSON},
    ),
    "another setting of the template": (all_of(in_template(SKU), OTHER_DISK), {"source.sku": TEMPLATE, DISK: PERSON}),
    "a script that is gone": (
        all_of(in_template(SIZE), in_project(removed("scripts/03-containers.sh"))),
        {SIZED: TEMPLATE, "customize[2].inline": PERSON},
    ),
    "the image in several files": (all_of(in_template(SIZE), OTHER_DISK, in_project(split)), {SIZED: TEMPLATE, DISK: PERSON}),
    "a line of a step": (
        all_of(in_template(SIZE), in_project(in_step(2, "nginx", "apache2"))),
        {SIZED: TEMPLATE, "customize[1].inline": PERSON},
    ),
    "a line of a script file": (
        all_of(in_template(SIZE), in_project(replaced("docker", "podman", "scripts/03-containers.sh"))),
        {SIZED: TEMPLATE, "customize[2].inline": PERSON},
    ),
    "a line of a script in the template": (
        all_of(in_template(("docker ps", "podman ps")), OTHER_DISK),
        {"customize[2].inline": TEMPLATE, DISK: PERSON},
    ),
    "a script file on both sides": (
        all_of(in_template(("docker ps", "podman ps")), in_project(replaced("docker", "nerdctl", "scripts/03-containers.sh"))),
        {"customize[2].inline": BOTH},
    ),
    "an address in the template": (
        all_of(in_template(("example.com/scripts", "example.org/scripts")), OTHER_DISK),
        {"customize[3].scriptUri: fetched from": TEMPLATE, DISK: PERSON},
    ),
    "an address in the fetch script": (
        all_of(in_template(SIZE), in_project(replaced("example.com/scripts", "example.org/scripts", "scripts/fetch.sh"))),
        {SIZED: TEMPLATE, "customize[3].scriptUri: fetched from": PERSON},
    ),
    "a step put in": (all_of(in_template(SIZE), in_project(step_inserted(3, SHELL))), {SIZED: TEMPLATE, "shell: id": PERSON}),
    "a step taken out": (all_of(in_template(SIZE), in_project(step_removed(2))), {SIZED: TEMPLATE, "customize[1]": PERSON}),
    "a step moved": (all_of(in_template(SIZE), in_project(step_moved(1, 4))), {SIZED: TEMPLATE, "customize[0]": PERSON}),
    "a plugin": (
        all_of(in_template(SIZE), in_project(replaced("~> 2.5", "~> 2.6", "plugins.pkr.hcl"))),
        {SIZED: TEMPLATE, "required_plugins.azure.version": PERSON},
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_each_difference_has_its_author(name: str, folder: Path) -> None:
    edit, expected = CASES[name]
    edit(folder)
    assert authors(folder) == expected


ADDED = steps_of_template(lambda steps: steps.insert(0, {"type": "WindowsRestart"}))
MOVED = steps_of_template(lambda steps: steps.append(steps.pop(0)))
MOVED_LATER = steps_of_template(lambda steps: steps.insert(1, steps.pop(2)))
UPDATED = '  provisioner "windows-update" {\n  }\n'

STEPS: Mapping[str, tuple[str, Edit, Mapping[str, Author]]] = {
    "a step like one that was there": (
        "windows-all",
        all_of(in_template(("Standard_D2_v2", "Standard_D4_v2")), in_project(step_inserted(1, RESTART))),
        {SIZED: TEMPLATE, "windows-restart": PERSON},
    ),
    "a step of the template like one that was there": (
        "windows-all",
        all_of(ADDED, in_project(step_inserted(1, UPDATED))),
        {"customize[0]": TEMPLATE, "windows-update": PERSON},
    ),
    "a step taken out of the template": (
        "windows-all",
        all_of(steps_of_template(lambda steps: steps.pop(1)), in_project(step_inserted(1, UPDATED))),
        {"windows-restart": TEMPLATE, "windows-update": PERSON},
    ),
    "a step moved in the template": ("linux-gallery", all_of(MOVED, OTHER_DISK), {"customize[3]": TEMPLATE, DISK: PERSON}),
    "other steps moved on each side": (
        "linux-gallery",
        all_of(MOVED_LATER, in_project(step_moved(1, 4))),
        {"customize[0]": PERSON, "customize[1]": TEMPLATE},
    ),
    "a region of the template": (
        "linux-gallery",
        all_of(in_template(('"eastus2"', '"eastus2", "northeurope"')), OTHER_DISK),
        {"distribute[0].replicationRegions": TEMPLATE, DISK: PERSON},
    ),
}


@pytest.mark.parametrize("name", STEPS)
def test_each_step_that_came_went_or_moved_has_its_author(name: str, tmp_path: Path) -> None:
    sample, edit, expected = STEPS[name]
    folder = made_of(sample, tmp_path)
    edit(folder)
    assert authors(folder) == expected


def as_another_version_made_it(project: Path, edit: Edit) -> None:
    """What an older aib2packer would have written: other lines, and a record of them."""
    edit(project)
    record = replace(read_record((project / FILE).read_bytes()))
    files = {str(path.relative_to(project)): path.read_bytes() for path in project.rglob("*") if path.is_file()}
    said = json.loads(with_record(record, files)[FILE])
    (project / FILE).write_text(json.dumps({**said, "aib2packer": "0.0.1"}))


def test_what_another_version_wrote_is_the_tools(folder: Path) -> None:
    as_another_version_made_it(folder / "project", replaced('ssh_timeout = "20m"', 'ssh_timeout = "30m"'))
    assert authors(folder) == {"ssh_timeout": TOOL}
    OTHER_DISK(folder)
    assert authors(folder) == {"ssh_timeout": TOOL, DISK: PERSON}


def test_what_the_template_no_longer_says_keeps_its_key(tmp_path: Path) -> None:
    flag = '"excludeFromLatest": true,'
    text = (case_named("linux-gallery").folder / "template.json").read_text()
    (tmp_path / "template.json").write_text(text.replace('"runOutputName"', f'{flag} "runOutputName"'))
    words = ["convert", str(tmp_path / "template.json"), "-o", str(tmp_path / "project"), "-q"]
    assert CliRunner().invoke(main, words).exit_code == 0
    in_template((flag, ""))(tmp_path)
    assert authors(tmp_path) == {"distribute[0].excludeFromLatest": TEMPLATE}


def test_a_project_of_another_template_has_no_authors(folder: Path) -> None:
    in_template(SIZE)(folder)
    (folder / "template.json").rename(folder / "linux.json")
    found = compare_template(str(folder / "linux.json"), Against(folder=folder / "project"), Options()).comparison
    assert found is not None
    assert found.made_by.endswith(" from another template (template.json)")
    assert {row.author for row in found.rows} == {None}
