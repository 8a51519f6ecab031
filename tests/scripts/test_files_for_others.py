"""The hooks for pre-commit, the action for GitHub and the Dockerfile do what they say."""

from __future__ import annotations

import base64
import gzip
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from paths import ROOT
from ruamel.yaml import YAML
from small_template import TEMPLATE

HOOKS = {hook["id"]: hook for hook in YAML(typ="safe").load(ROOT / ".pre-commit-hooks.yaml")}
ACTION: dict[str, Any] = YAML(typ="safe").load(ROOT / "action.yml")
STEPS = {step["name"]: step for step in ACTION["runs"]["steps"]}
_PROGRAM = f'#!/bin/sh\nPYTHONPATH="{ROOT}" exec "{sys.executable}" -m aib2packer "$@"\n'
_GH = '#!/bin/sh\nprintf \'%s\\n\' "$GH_TOKEN" "$@" > "$RUNNER_TEMP/gh"\n'


def program(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Templates, their projects, and JSON that is something else."""
    folder = tmp_path / "repository"
    (folder / "images").mkdir(parents=True)
    (folder / "images" / "web.json").write_text(TEMPLATE)
    (folder / "package.json").write_text("{}")
    program(tmp_path / "runner" / "aib2packer" / "bin" / "aib2packer", _PROGRAM)
    program(tmp_path / "bin" / "gh", _GH)
    monkeypatch.chdir(folder)
    monkeypatch.setenv("RUNNER_TEMP", str(tmp_path / "runner"))
    monkeypatch.setenv(
        "PATH", os.pathsep.join((str(tmp_path / "bin"), str(tmp_path / "runner/aib2packer/bin"), os.environ["PATH"]))
    )
    return folder


def run(command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", "-e", "-o", "pipefail", "-c", command],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def hook(name: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return run(f"{HOOKS[name]['entry']} {shlex.join(arguments or HOOKS[name]['args'])}")


# --- pre-commit


def test_hook_passes_over_other_files_and_fails_where_a_template_is_refused(repository: Path) -> None:
    assert hook("aib2packer-check").returncode == 0
    (repository / "images" / "web.json").write_text(TEMPLATE.replace('"Shell"', '"Shel"'))
    done = hook("aib2packer-check")
    assert done.returncode == 1
    assert "images/web.json:14:17: error" in done.stdout


def test_hook_fails_where_a_project_has_drifted(repository: Path) -> None:
    assert run("aib2packer convert images -o packer").returncode == 0
    assert hook("aib2packer-drift").returncode == 0
    image = repository / "packer" / "web" / "image.pkr.hcl"
    image.write_text(image.read_text().replace("Standard_D2s_v5", "Standard_D4s_v5"))
    done = hook("aib2packer-drift")
    assert (done.returncode, "differs" in done.stdout) == (4, True)


@pytest.mark.parametrize("name", HOOKS)
def test_hook_runs_for_each_kind_of_file_that_it_reads(name: str) -> None:
    pattern = re.compile(HOOKS[name]["files"])
    assert all(pattern.search(file) for file in ("a.json", "a.jsonc", "a.bicep", "main.tf", "a.tfvars", "a.bicepparam"))
    assert not pattern.search("notes.md")


# --- GitHub


def step(name: str, template: str = "images", options: str = "--level warning") -> subprocess.CompletedProcess[str]:
    known = {"TEMPLATE": template, "OPTIONS": options, "GH_TOKEN": "a-token"}
    wanted = {key: known[key] for key in STEPS[name].get("env", {})}
    github = {"GITHUB_REPOSITORY": "team/images", "GITHUB_SHA": "0" * 40, "GITHUB_REF": "refs/heads/main"}
    return run(STEPS[name]["run"], **wanted, **github)


def test_action_annotates_and_fails_where_a_template_is_refused(repository: Path) -> None:
    done = step("Check the templates")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("::warning file=images/web.json,line=")
    (repository / "images" / "web.json").write_text(TEMPLATE.replace('"Shell"', '"Shel"'))
    assert step("Check the templates").returncode == 1


@pytest.mark.parametrize("kind", ["Shell", "Shel"])
def test_action_posts_sarif_of_templates_that_convert_and_of_others(repository: Path, kind: str) -> None:
    (repository / "images" / "web.json").write_text(TEMPLATE.replace('"Shell"', f'"{kind}"'))
    done = step("Post findings to code scanning")
    assert done.returncode == 0, done.stderr
    runner = repository.parent / "runner"
    token, *arguments = (runner / "gh").read_text().splitlines()
    assert token == "a-token"
    assert arguments[:3] == ["api", "--silent", "repos/team/images/code-scanning/sarifs"]
    posted = Path(arguments[-1].removeprefix("sarif=@"))
    sarif = json.loads(gzip.decompress(base64.b64decode(posted.read_text())))
    assert sarif["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"] == {"uri": "images/web.json"}


def test_action_posts_nothing_where_the_usage_is_wrong(repository: Path) -> None:
    assert step("Post findings to code scanning", options="--no-such-option").returncode == 1
    assert not (repository.parent / "runner" / "gh").exists()


def test_action_takes_a_template_as_one_word_and_runs_no_action_of_others(repository: Path) -> None:
    (repository / "my images").mkdir()
    shutil.copy("images/web.json", "my images")
    assert "file=my images/web.json" in step("Check the templates", "my images").stdout
    assert not any("uses" in each for each in STEPS.values())
    assert all("${{" not in each["run"] for each in STEPS.values())


@pytest.mark.skipif(shutil.which("shellcheck") is None, reason="needs shellcheck")
@pytest.mark.parametrize("name", STEPS)
def test_steps_of_the_action_pass_shellcheck(name: str) -> None:
    done = subprocess.run(
        ["shellcheck", "--shell=bash", "-"], input=STEPS[name]["run"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


# --- Docker


def test_docker_image_has_what_a_wheel_is_made_of_and_does_not_run_as_root() -> None:
    text = (ROOT / "Dockerfile").read_text()
    copied = [word for line in re.findall(r"^COPY (?!--)(.+) \S+$", text, re.MULTILINE) for word in line.split()]
    sent = re.findall(r"^!(.+)$", (ROOT / ".dockerignore").read_text(), re.MULTILINE)
    assert sorted(copied) == sorted(sent)
    assert all((ROOT / each).exists() for each in copied)
    assert set(re.findall(r"^FROM (\S+)", text, re.MULTILINE)) == {"python:3.13-slim-trixie"}
    assert text.index("\nUSER 1000:1000") < text.index("\nENTRYPOINT")
