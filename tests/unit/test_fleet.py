"""Many templates at once: compared with their projects, and audited before they migrate."""

from __future__ import annotations

import json
import os
import shutil
from html.parser import HTMLParser
from pathlib import Path

import pytest
from cases import case_named
from click.testing import CliRunner, Result

from aib2packer.cli import main

pytestmark = pytest.mark.usefixtures("each_file_is_read_once")
CASES = {"web.json": "linux-gallery", "win.json": "windows-all", "several.json": "form-several"}


def call(*arguments: object) -> Result:
    result = CliRunner().invoke(main, [*map(str, arguments)])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    """Templates, and their projects."""
    templates = tmp_path / "templates"
    templates.mkdir()
    for name, case in CASES.items():
        shutil.copy(case_named(case).folder / "template.json", templates / name)
    (templates / "tsconfig.json").write_text('{"compilerOptions": {},}')
    assert call("convert", templates, "-o", tmp_path / "projects", "-q").exit_code == 0
    return templates, tmp_path / "projects"


def report(folders: tuple[Path, Path]) -> dict[str, object]:
    found: dict[str, object] = json.loads(call("compare", *folders, "--format", "json").stdout)
    return found


def outcomes(folders: tuple[Path, Path]) -> dict[tuple[str, str], str]:
    pairs = report(folders)["pairs"]
    assert isinstance(pairs, list)
    return {(each["template"], each["project"]): each["outcome"] for each in pairs}


def test_each_template_is_compared_with_its_projects(folders: tuple[Path, Path]) -> None:
    assert call("compare", *folders).exit_code == 0
    assert outcomes(folders) == {
        ("several.json", "several/ubuntu-base"): "same",
        ("several.json", "several/windows-base"): "same",
        ("web.json", "web"): "same",
        ("win.json", "win"): "same",
    }


def test_a_template_that_joins_the_only_one_of_a_folder_leaves_no_project_behind(tmp_path: Path) -> None:
    (tmp_path / "templates").mkdir()
    for name in ("web", "win"):
        shutil.copy(case_named(CASES[f"{name}.json"]).folder / "template.json", tmp_path / "templates" / f"{name}.json")
        assert call("convert", tmp_path / "templates", "-o", tmp_path / "projects", "-q").exit_code == 0
    assert outcomes((tmp_path / "templates", tmp_path / "projects")) == {
        (f"{name}.json", name): "same" for name in ("web", "win")
    }


def test_what_differs_what_is_missing_and_what_is_left_is_told(folders: tuple[Path, Path]) -> None:
    _, projects = folders
    for name in ("web", "several/ubuntu-base"):
        image = projects / name / "image.pkr.hcl"
        text = image.read_text()
        image.write_text(text.replace('location = "', 'location = "far'))
    shutil.rmtree(projects / "win")
    (projects / "own").mkdir()
    (projects / "own" / "main.pkr.hcl").write_text('source "null" "x" {\n  communicator = "none"\n}\n')
    (projects / "several" / "windows-base" / "image.pkr.hcl").write_text("source {")
    found = report(folders)
    assert outcomes(folders) == {
        ("several.json", "several/ubuntu-base"): "differs",
        ("several.json", "several/windows-base"): "not readable",
        ("web.json", "web"): "differs",
        ("win.json", ""): "no project",
        ("", "own"): "no template",
    }
    assert found["causes"] == [{"key": "location", "verdict": "differs", "count": 2}]
    table = call("compare", *folders)
    assert table.exit_code == 4
    assert "     2  ~ location\n" in table.stdout
    assert table.stdout.endswith("0 of 5 are the same.\n")


def test_a_project_without_a_record_is_found_by_its_name(folders: tuple[Path, Path]) -> None:
    _, projects = folders
    (projects / "web" / ".aib2packer.json").unlink()
    assert outcomes(folders)["web.json", "web"] == "same"


def test_a_draft_that_a_killed_run_left_is_passed_over_and_removed_by_a_later_run(folders: tuple[Path, Path]) -> None:
    templates, projects = folders
    drafts = [projects / ".aib2packer-00000001", projects / ".aib2packer-00000002"]
    for draft in drafts:
        shutil.copytree(projects / "web", draft)
        shutil.copy(templates / "web.json", draft)
    assert not any("aib2packer-" in path for pair in outcomes(folders) for path in pair)
    assert "aib2packer-" not in call("check", projects).output
    os.utime(drafts[0], (0, 0))
    call("convert", templates / "web.json", "-o", projects / "new")
    assert [draft.exists() for draft in drafts] == [False, True]


def test_two_templates_of_one_name_keep_their_projects(tmp_path: Path) -> None:
    for name, case in (("a", "linux-gallery"), ("b", "windows-all")):
        (tmp_path / "templates" / name).mkdir(parents=True)
        shutil.copy(case_named(case).folder / "template.json", tmp_path / "templates" / name / "template.json")
    folders = (tmp_path / "templates", tmp_path / "projects")
    assert call("convert", folders[0], "-o", folders[1], "-q").exit_code == 0
    assert outcomes(folders) == {
        ("a/template.json", "a/template"): "same",
        ("b/template.json", "b/template"): "same",
    }


class Links(HTMLParser):
    """The links of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value for name, value in attrs if tag == "a" and name == "href" and value]


def test_pages_have_an_index(folders: tuple[Path, Path], tmp_path: Path) -> None:
    assert call("compare", *folders, "--format", "html", "-o", tmp_path / "pages").exit_code == 0
    links = Links((tmp_path / "pages" / "index.html").read_text()).found
    assert len(links) == 4
    assert {*links, "index.html"} == {path.name for path in (tmp_path / "pages").iterdir()}


def test_a_project_without_a_template_is_no_template_of_the_index(folders: tuple[Path, Path], tmp_path: Path) -> None:
    (folders[1] / "own").mkdir()
    (folders[1] / "own" / "main.pkr.hcl").write_text('source "null" "x" {\n  communicator = "none"\n}\n')
    assert call("compare", *folders, "--format", "html", "-o", tmp_path / "pages").exit_code == 4
    page = (tmp_path / "pages" / "index.html").read_text()
    assert "<h1>4 image templates</h1>" in page
    assert "x not compared" in page
    assert "x refused" not in page


@pytest.mark.parametrize("words", [("--format", "sarif"), ("--format", "html"), ("-o", "x")])
def test_forms_that_two_folders_do_not_have(folders: tuple[Path, Path], words: tuple[str, ...]) -> None:
    assert call("compare", *folders, *words).exit_code == 2


def test_an_audit_counts_what_converts_and_what_stands_in_the_way(folders: tuple[Path, Path], tmp_path: Path) -> None:
    templates, _ = folders
    shutil.copy(case_named("refused-iso").folder / "template.json", templates / "iso.json")
    call("check", templates, "-q", "--report", tmp_path / "audit.json")
    audit = json.loads((tmp_path / "audit.json").read_text())
    assert audit["counts"] == {"templates": 4, "converted": 3, "in part": 0, "refused": 1, "passed over": 1}
    assert [(each["code"], each["templates"]) for each in audit["blockers"]] == [("A2P302", ["iso.json"])]
    assert audit["by hand"][0]["what"].startswith("identity.userAssignedIdentities: ")
    call("check", templates, "-q", "--report", tmp_path / "audit.html")
    page = (tmp_path / "audit.html").read_text()
    assert "3 convert whole" in page
    assert "http://" not in page.replace("http://www.w3.org", "")


def test_the_page_of_a_conversion_shows_both(tmp_path: Path) -> None:
    template = case_named("linux-gallery").folder / "template.json"
    result = call("convert", template, "-o", tmp_path / "web", "-q", "--report", tmp_path / "page.html")
    assert result.exit_code == 0
    page = (tmp_path / "page.html").read_text()
    assert "image.pkr.hcl" in page
    assert "template.json" in page
    content = template.read_bytes()
    again = CliRunner().invoke(
        main, ["convert", "-", "-o", str(tmp_path / "piped"), "--report", str(tmp_path / "piped.html")], input=content
    )
    assert again.exit_code == 0, again.output
    assert (tmp_path / "piped" / "plugins.pkr.hcl").read_bytes() == (tmp_path / "web" / "plugins.pkr.hcl").read_bytes()
    assert "image.pkr.hcl" in (tmp_path / "piped.html").read_text()
    several = case_named("form-several").folder / "template.json"
    assert call("convert", several, "-o", tmp_path / "x", "--report", tmp_path / "page.html").exit_code == 2
    assert not (tmp_path / "x").exists()
