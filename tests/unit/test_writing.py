"""A project is written whole or not at all: wherever a run is killed, whatever the file system refuses, and beside files of a person."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import cutting
import pytest
from building.real_packer import needs_packer, packer
from click.testing import CliRunner
from cutting import files_of
from small_template import TEMPLATE

from aib2packer.cli import main
from aib2packer.project_folder.drafts import NotWrittenError
from aib2packer.project_folder.in_place import GUARD
from aib2packer.project_folder.record import FILE as RECORD
from aib2packer.project_folder.writing import write_projects

VALUES = "values.auto.pkrvars.hcl"
CHANGED = TEMPLATE.replace("echo hello", "echo {{hello}}").replace("Standard_D2s_v5", "Standard_D4s_v5")
OTHER = CHANGED.replace('"disk"', '"another"')
STATES = {
    "no folder": None,
    "empty": {},
    "same template": TEMPLATE,
    "another template": OTHER,
    "files of a person": {"image.pkr.hcl": "x"},
}
RICHEST = "another template"
each_state = pytest.mark.parametrize(
    "state", [pytest.param(state, marks=() if state == RICHEST else pytest.mark.judge) for state in STATES]
)


def convert(template: str, folder: Path, *options: str) -> int:
    file = folder.parent / "template.json"
    file.write_text(template)
    return CliRunner().invoke(main, ["convert", str(file), "-o", str(folder), *options]).exit_code


def prepared(root: Path, before: str | dict[str, str] | None) -> None:
    """The folder as it is before, and the project to be written."""
    convert(CHANGED, root / "new")
    if isinstance(before, str):
        convert(before, root / "before")
        (root / "before" / VALUES).write_text('subscription_id = "mine"\n')
    elif before is not None:
        (root / "before").mkdir()
        for name, text in before.items():
            (root / "before" / name).write_text(text)
    if before:
        (root / "before" / "mine").mkdir()
        (root / "before" / "mine" / "notes.txt").write_text("mine")


def cut(root: Path, how: str) -> list[Path]:
    """What each cut leaves; the last is the run that was not cut."""
    subprocess.run(
        [sys.executable, cutting.__file__, str(root), how],
        check=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    return sorted((path / "out" for path in root.iterdir() if path.name.isdigit()), key=lambda path: int(path.parent.name))


def of_project(folder: Path) -> dict[str, bytes]:
    """The files of a folder without drafts."""
    return {path: text for path, text in files_of(folder).items() if not path.startswith(".aib2packer-")}


@each_state
def test_killed_anywhere_it_is_the_old_project_or_the_new_or_packer_refuses_it(state: str, tmp_path: Path) -> None:
    prepared(tmp_path, STATES[state])
    *cuts, last = cut(tmp_path, "kill")
    old, new = of_project(tmp_path / "before"), of_project(last)
    assert len(cuts) > 15
    assert {"old", "new"} <= {
        "old" if of_project(each) == old else "new" if of_project(each) == new else "" for each in (*cuts, last)
    }
    for each in cuts:
        there = of_project(each)
        assert there in (old, new) or GUARD in there, each
        assert all(there[path] == text for path, text in old.items() if path.startswith("mine/")), each
        assert there.get(VALUES) == old.get(VALUES) or VALUES not in old, each
        write_projects({each: files_of(tmp_path / "new")}, force=bool(old), filled_in=(VALUES,))
        assert files_of(each) == new, each


@each_state
def test_refused_anywhere_by_the_file_system_everything_is_as_before(state: str, tmp_path: Path) -> None:
    prepared(tmp_path, STATES[state])
    *cuts, last = cut(tmp_path, "fail")
    assert files_of(last).keys() >= files_of(tmp_path / "new").keys()
    for each in cuts:
        assert files_of(each) == files_of(tmp_path / "before"), each
        assert each.exists() == (tmp_path / "before").exists()
        assert [path.name for path in each.parent.iterdir()] in ([], ["out"])


def test_folder_where_a_file_goes_leaves_the_old_project(tmp_path: Path) -> None:
    convert(TEMPLATE, tmp_path / "out")
    (tmp_path / "out" / "variables.pkr.hcl").unlink()
    (tmp_path / "out" / "variables.pkr.hcl").mkdir()
    before = files_of(tmp_path / "out")
    assert convert(CHANGED, tmp_path / "out", "--force") == 1
    assert files_of(tmp_path / "out") == before


def test_working_directory_keeps_its_identity(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "template.json").write_text(TEMPLATE)
    (tmp_path / "out").mkdir()
    monkeypatch.chdir(tmp_path / "out")
    number = Path.cwd().stat().st_ino
    for options in ([], ["--force"]):
        assert CliRunner().invoke(main, ["convert", "../template.json", "-o", ".", *options]).exit_code == 0
        assert (tmp_path / "out").stat().st_ino == number
    assert Path("image.pkr.hcl").is_file()


def test_links_of_a_person_stay_and_are_not_written_through(tmp_path: Path) -> None:
    convert(TEMPLATE, tmp_path / "out")
    (tmp_path / "elsewhere.hcl").write_text("mine")
    image = tmp_path / "out" / "image.pkr.hcl"
    image.unlink()
    image.symlink_to(tmp_path / "elsewhere.hcl")
    assert convert(CHANGED, tmp_path / "out") == 0
    assert image.is_symlink()
    assert convert(CHANGED, tmp_path / "out", "--force") == 0
    assert not image.is_symlink()
    assert (tmp_path / "elsewhere.hcl").read_text() == "mine"


def test_output_folder_that_is_a_link_is_used(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "out").symlink_to(tmp_path / "real")
    assert convert(TEMPLATE, tmp_path / "out") == 0
    assert (tmp_path / "real" / "image.pkr.hcl").is_file()


def test_folder_in_use_by_another_run_is_refused(tmp_path: Path) -> None:
    fcntl = pytest.importorskip("fcntl")
    convert(TEMPLATE, tmp_path / "out")
    before = files_of(tmp_path / "out")
    held = os.open(tmp_path / "out", os.O_RDONLY)
    fcntl.flock(held, fcntl.LOCK_EX)
    with pytest.raises(NotWrittenError, match="in use by another run"):
        write_projects({tmp_path / "out": {"a.txt": "new"}}, force=True)
    os.close(held)
    assert files_of(tmp_path / "out") == before


def test_later_project_of_a_file_that_cannot_be_written_undoes_the_earlier_ones(tmp_path: Path) -> None:
    convert(TEMPLATE, tmp_path / "a")
    (tmp_path / "b" / "x.txt").mkdir(parents=True)
    before = files_of(tmp_path)
    files = {"x.txt": "new", "image.pkr.hcl": "new"}
    with pytest.raises(NotWrittenError, match="is a folder"):
        write_projects({tmp_path / "a": files, tmp_path / "new": files, tmp_path / "b": files}, force=True)
    assert files_of(tmp_path) == before
    assert not (tmp_path / "new").exists()


def test_mount_point_is_written_to(tmp_path: Path) -> None:
    """A folder of another file system, which no rename can replace."""
    mount, unmount = shutil.which("mount"), shutil.which("umount")
    (tmp_path / "out").mkdir()
    if (
        mount is None
        or unmount is None
        or subprocess.run([mount, "-t", "tmpfs", "tmpfs", str(tmp_path / "out")], capture_output=True, check=False).returncode
    ):
        pytest.skip("nothing can be mounted here")
    try:
        assert convert(TEMPLATE, tmp_path / "out") == 0
        assert convert(CHANGED, tmp_path / "out", "--force") == 0
        assert (tmp_path / "out" / RECORD).is_file()
    finally:
        subprocess.run([unmount, str(tmp_path / "out")], check=True)


@needs_packer
def test_packer_refuses_a_folder_whose_change_was_interrupted(tmp_path: Path) -> None:
    project = tmp_path / "project"
    project.mkdir()
    (project / "a.pkr.hcl").write_text('source "null" "a" {\n  communicator = "none"\n}\nbuild {\n  sources = ["null.a"]\n}\n')
    assert packer("validate", ".", folder=project).exit == 0
    convert(TEMPLATE, tmp_path / "out")
    (tmp_path / "out" / RECORD).rename(project / GUARD)
    done = packer("validate", ".", folder=project)
    assert done.exit == 1
    assert GUARD in done.output
