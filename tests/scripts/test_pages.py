"""The pages for people: each command in them is run as it is printed, one block after the other; links lead somewhere; YAML is what it says.

Only az and Packer's build are stand-ins, because Azure is not here.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click
import pytest
from building import acting_packer, page_az
from building.azure_answers import THERE
from building.real_packer import HAS_PLUGINS, needs_packer, plugins
from cases import case_named
from paths import GOLDEN, ROOT, SAMPLES
from ruamel.yaml import YAML

from aib2packer.cli import COMMANDS, main

DOCS = GOLDEN / "docs"
GENERATED = {"cli.md", "findings.md", "mapping.md"}
WRITTEN = sorted(path.name for path in DOCS.glob("*.md") if path.name not in GENERATED)
_BLOCK = re.compile(r"^```(sh|yaml)(?: exit=(\d))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_LOGS = {name: SAMPLES / "logs" / "linux-same" / name for name in ("customization.log", "packer.log")}


def sample(name: str) -> Path:
    return case_named(name).folder / "template.json"


FOLDERS = {"images/web.json": sample("managed-image"), "images/base.json": sample("gallery-versioning-latest")}


@dataclass(frozen=True)
class Page:
    """What is there before the first command of a page: files, and projects that were converted."""

    files: dict[str, Path]
    made: dict[str, str] = field(default_factory=dict)
    pulls: bool = False


PAGES = {
    "comparing.md": Page({"template.json": sample("managed-image"), **FOLDERS, **_LOGS}, {"images": "packer"}),
    "first-migration.md": Page({"template.json": sample("managed-image"), **_LOGS}),
    "glossary.md": Page({}),
    "in-a-pipeline.md": Page({"template.json": sample("managed-image"), **FOLDERS}, {"images": "packer"}),
    "many-templates.md": Page({}, pulls=True),
    "networks.md": Page({"template.json": sample("managed-image"), "in-subnet.json": sample("vm-profile-all")}),
    "private-scripts.md": Page({"template.json": sample("download-signed")}),
    "versions.md": Page({"template.json": sample("gallery-versioning-latest")}),
    "what-it-reads.md": Page({"template.json": sample("managed-image")}),
    "what-will-not-convert.md": Page({"template.json": sample("managed-image"), "broken.json": sample("refused-unknown-type")}),
}


def blocks(page: str, language: str) -> list[tuple[str, int]]:
    """The blocks of a language, each with the exit code that it ends with."""
    found = _BLOCK.findall((DOCS / page).read_text())
    return [(text, int(code or 0)) for kind, code, text in found if kind == language]


@dataclass
class Desk:
    """A folder to work in, and programs that are found there."""

    folder: Path
    environment: dict[str, str]

    def run(self, command: str) -> subprocess.CompletedProcess[str]:
        """Runs a block of commands."""
        words = ["bash", "-e", "-o", "pipefail", "-c", command]
        return subprocess.run(
            words, cwd=self.folder, env=self.environment, capture_output=True, text=True, timeout=240, check=False
        )


def program(path: Path, text: str) -> None:
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    programs, folder = tmp_path / "bin", tmp_path / "work"
    programs.mkdir()
    folder.mkdir()
    support = f'PYTHONPATH="{ROOT}/tests/support" exec "{sys.executable}"'
    program(programs / "aib2packer", f'PYTHONPATH="{ROOT}" exec "{sys.executable}" -m aib2packer "$@"')
    program(programs / "az", f'{support} "{page_az.__file__}" "$@"')
    is_current = "1" if HAS_PLUGINS and "azure" in plugins() else ""
    newer = "" if is_current else 'case $1 in version) echo "Packer v1.16.0"; exit ;; plugins) exit ;; esac\n'
    program(programs / "packer", f'{newer}{support} -S "{acting_packer.__file__}" "$@"')
    program(programs / "curl", 'while [ $# -gt 0 ]; do [ "$1" != --output ] || printf "fetched\\n" > "$2"; shift; done')
    program(programs / "sha256sum", "exit 0")
    (tmp_path / "answers.json").write_text(json.dumps(THERE))
    environment = {
        **os.environ,
        "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
        "AZ_FOLDER": str(tmp_path),
        "AZ_VERSIONS": "1.2.3",
        "REAL_PACKER": shutil.which("packer") or "",
        "PACKER_IS_CURRENT": is_current,
        "CHECKPOINT_DISABLE": "1",
    }
    return Desk(folder, environment)


def laid(desk: Desk, page: Page) -> None:
    """Puts what a page takes for granted into the folder."""
    for name, source in page.files.items():
        (desk.folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source, desk.folder / name)
    for template, project in page.made.items():
        done = desk.run(f"aib2packer convert {template} -o {project}")
        assert done.returncode == 0, done.stderr
    if page.pulls:
        world = {
            "subscriptions": {"00000000-0000-0000-0000-000000000001": [("images-rg", "web"), ("images-rg", "db")]},
            "failures": [],
        }
        (desk.folder.parent / "world.json").write_text(json.dumps(world))


def test_every_page_is_known() -> None:
    assert sorted(PAGES) == WRITTEN


@pytest.mark.judge
@needs_packer
@pytest.mark.parametrize("name", WRITTEN)
def test_each_command_of_a_page_works_as_it_is_printed(name: str, desk: Desk) -> None:
    laid(desk, PAGES[name])
    for command, code in blocks(name, "sh"):
        done = desk.run(command)
        assert done.returncode == code, f"{command}\n{done.stdout}{done.stderr}"


@pytest.mark.judge
@pytest.mark.parametrize("name", COMMANDS)
def test_each_example_of_the_help_works(name: str, desk: Desk) -> None:
    command = main.get_command(click.Context(main), name)
    assert command is not None
    assert command.epilog
    template = sample("arm-parameter-file" if name == "convert" else "managed-image")
    values = sample("arm-parameter-file").with_name("image.parameters.json")
    files = {"template.json": template, "dev.parameters.json": values}
    laid(desk, Page({**files, **FOLDERS, **_LOGS}, {"template.json": "my-image"} if name in ("compare", "preflight") else {}))
    if name == "compare":
        assert desk.run("aib2packer convert images -o packer").returncode == 0
    if name == "pull":
        laid(desk, Page({}, pulls=True))
    examples = re.findall(r"^  (aib2packer .+?)(?:  .*)?$", command.epilog, re.MULTILINE)
    assert 2 <= len(examples) <= 3
    for example in examples:
        done = desk.run(example)
        assert done.returncode == 0, f"{example}\n{done.stdout}{done.stderr}"


# --- what is not run


def yaml_of(page: str) -> dict[str, Any]:
    """The files of YAML that a page shows, by the names in their first lines."""
    found = [text for text, _ in blocks(page, "yaml")]
    return {text.splitlines()[0].removeprefix("# "): YAML(typ="safe").load(text) for text in found}


@pytest.mark.judge
def test_drift_gate_of_the_page_stops_a_project_that_drifted(desk: Desk) -> None:
    files = yaml_of("in-a-pipeline.md")
    laid(desk, PAGES["in-a-pipeline.md"])
    steps = [step["script"] for step in files["azure-pipelines.yml"]["steps"] if step["script"].startswith("aib2packer")]
    hooks = {hook["id"]: hook for hook in YAML(typ="safe").load(ROOT / ".pre-commit-hooks.yaml")}
    (repository,) = files[".pre-commit-config.yaml"]["repos"]
    commands = steps + [f"{hooks[hook['id']]['entry']} {shlex.join(hook['args'])}" for hook in repository["hooks"]]
    assert len(commands) == 4
    assert [desk.run(command).returncode for command in commands] == [0, 0, 0, 0]
    image = desk.folder / "packer" / "web" / "image.pkr.hcl"
    image.write_text(image.read_text().replace("Standard_D2s_v5", "Standard_D4s_v5"))
    assert [desk.run(command).returncode for command in commands] == [0, 4, 0, 4]


@pytest.mark.parametrize(
    ("file", "schema"),
    [(".github/workflows/templates.yml", "vendor.github-workflows"), ("azure-pipelines.yml", "vendor.azure-pipelines")],
)
def test_pipelines_of_the_page_fit_their_schemas(file: str, schema: str, tmp_path: Path) -> None:
    (text,) = [text for text, _ in blocks("in-a-pipeline.md", "yaml") if text.startswith(f"# {file}\n")]
    (tmp_path / "pipeline.yml").write_text(text)
    words = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, "pipeline.yml"]
    done = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_action_of_the_page_has_the_inputs_that_are_given() -> None:
    (step,) = [
        step
        for step in yaml_of("in-a-pipeline.md")[".github/workflows/templates.yml"]["jobs"]["templates"]["steps"]
        if "with" in step
    ]
    assert set(step["with"]) <= set(YAML(typ="safe").load(ROOT / "action.yml")["inputs"])


@pytest.mark.parametrize("file", [*(f"golden/docs/{name}" for name in WRITTEN), "README.md", ".github/CONTRIBUTING.md"])
def test_links_lead_somewhere(file: str) -> None:
    page = ROOT / file
    links = re.findall(r"\]\((?!https?:)([^)#]+)[^)]*\)", page.read_text())
    assert [link for link in links if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("name", WRITTEN)
def test_a_page_is_about_one_screen(name: str) -> None:
    assert len((DOCS / name).read_text().split()) <= 480


def test_options_of_the_pages_exist() -> None:
    text = "".join((DOCS / name).read_text() for name in WRITTEN)
    commands = [main.get_command(click.Context(main), name) for name in COMMANDS]
    options = {word for command in commands if command for each in command.params for word in each.opts}
    used = {word for line in re.findall(r"aib2packer [^`\n]*", text) for word in line.split() if re.match(r"--?\w", word)}
    assert used - options == set()
