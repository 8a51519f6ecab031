"""Texts of a template that would run if they reached a script as code: scripts and pipelines of the project are run, or read by a grammar."""

from __future__ import annotations

import io
import json
import os
import random
import re
import stat
import subprocess
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path

import pytest
import tree_sitter_powershell
from cases import case_named
from changing import Json, at, places_in, put
from converted import texts_of
from declared_keys import Steps
from ruamel.yaml import YAML
from tree_sitter import Language, Node, Parser

from aib2packer.ir.choices import Os, choices_of
from aib2packer.pipeline import Options, convert

SAMPLES = ("outputs-and-validators", "outputs-more-options", "outputs-all-kinds", "pipeline-github", "scripts-both")
OWN = {"run.sh", "distribute.sh", "fetch.sh", "run.ps1", "distribute.ps1", "fetch.ps1"}
CODE = {"inline", "restartCommand", "restartCheckCommand"}
"""What a step runs is code by the template's own will."""
CANARIES = tuple(
    form.format(command)
    for command, forms in {
        "touch CANARY": ("'; {}; '", '"; {}; "', "$({})", "`{}`", "a\n{}\n", "a\u2028{}\u2028", "a & {} &", "-x|{}#"),
        "New-Item CANARY": (
            "'; {}; '",
            "\u2019; {}; \u2018",
            "\u201d; {}; \u201c",
            '"; {}; "',
            "$({})",
            "a\r\n{}\r\n",
            "a\u0085{}#>",
        ),
    }.items()
    for form in forms
)
_STAND_IN = '#!/bin/sh\ncase "$*" in *console*) cat >/dev/null;; esac\necho 1.0.0\n'
_VARIABLE = re.compile(r"\$\{?([A-Za-z_]\w*)")
_EXPRESSION = re.compile(r"\$\{\{.*?\}\}|\$\([A-Za-z_.]+\)")


def fields_of(template: Json) -> list[Steps]:
    """The texts of an image template that are not code."""
    fixed = {"type", "apiVersion", "$schema", "contentVersion", *CODE}
    return [steps for steps in places_in(template) if isinstance(at(template, steps), str) and not fixed & set(map(str, steps))]


def scripts_with(template: Json, steps: Steps, canary: str, *, pipeline: str) -> dict[str, str]:
    """The scripts of the project of a template that has a canary, alone or behind what is there; none where it is refused."""
    found: dict[str, str] = {}
    for text in (canary, f"{at(template, steps)}{canary}"):
        changed = deepcopy(template)
        put(at(changed, steps[:-1]), steps[-1], text)
        choices = choices_of(downloads="fetch", extras=(), scripts="both", auth="oidc", pipeline=pipeline)
        for project in convert(json.dumps(changed).encode(), "t.json", Options(os=Os.LINUX, choices=choices)).projects:
            for path, content in texts_of(project).items():
                if path.rpartition("/")[2] in OWN:
                    found[f"{len(found)}-{path.rpartition('/')[2]}"] = content
                elif path.endswith((".yml", ".yaml")):
                    lines = _commands_of(YAML(typ="safe").load(io.StringIO(content)))
                    found |= {f"{len(found)}-{number}.sh": each for number, each in enumerate(lines)}
    return found


def _commands_of(value: object) -> Iterator[str]:
    """The commands of a pipeline, without what the pipeline itself puts in."""
    if isinstance(value, dict):
        for key, each in value.items():
            if key in ("run", "script", "bash", "inlineScript") and isinstance(each, str):
                yield _EXPRESSION.sub("x", each)
            yield from _commands_of(each)
    elif isinstance(value, list):
        for each in value:
            yield from _commands_of(each)


def assert_runs_no_canary(script: str, canary: str, folder: Path) -> None:
    """Runs it with stand-ins for the programs that it calls, and with the canary in each variable that it takes."""
    programs = folder / "bin"
    programs.mkdir(parents=True, exist_ok=True)
    for name in ("az", "packer", "curl", "sha256sum", "timeout", "sleep"):
        (programs / name).write_text(_STAND_IN)
        (programs / name).chmod(stat.S_IRWXU)
    (folder / "script.sh").write_text(script)
    environment = dict.fromkeys(_VARIABLE.findall(script), canary.replace("\0", ""))
    environment |= {"PATH": f"{programs}{os.pathsep}/usr/bin{os.pathsep}/bin", "IFS": " \t\n", "HOME": str(folder)}
    subprocess.run(["bash", "script.sh"], cwd=folder, env=environment, capture_output=True, timeout=60, stdin=subprocess.DEVNULL)
    assert list(folder.rglob("CANARY*")) == [], script


def assert_calls_no_canary(script: str) -> None:
    """No command of it, also within a text, is the canary's."""
    pending: list[Node] = [Parser(Language(tree_sitter_powershell.language())).parse(script.encode()).root_node]
    while pending:
        node = pending.pop()
        pending += node.children
        assert node.type != "command" or node.text is None or not node.text.startswith((b"New-Item CANARY", b"touch")), script


def look_at(name: str, fields: int, folder: Path) -> None:
    case = case_named(name)
    template: Json = json.loads((case.folder / case.template).read_text())
    chance = random.Random(name)
    looked = 0
    for canary in CANARIES:
        every = fields_of(template)
        for steps in chance.sample(every, min(fields, len(every))):
            scripts = scripts_with(template, steps, canary, pipeline=chance.choice(("github", "azure-devops")))
            for path, script in scripts.items():
                if "CANARY" in script:
                    looked += 1
                    if path.endswith(".ps1"):
                        assert_calls_no_canary(script)
                    else:
                        assert_runs_no_canary(script, canary, folder / path)
    assert looked, "no script has a canary"


@pytest.mark.parametrize("name", SAMPLES[:2])
def test_text_of_a_field_is_no_command(name: str, tmp_path: Path) -> None:
    look_at(name, 1, tmp_path)


@pytest.mark.judge
@pytest.mark.parametrize("name", SAMPLES)
def test_text_of_any_field_is_no_command(name: str, tmp_path: Path) -> None:
    look_at(name, 99, tmp_path)


@pytest.mark.parametrize("name", ["outputs-all-kinds", "outputs-live-tags"])
def test_value_of_a_variable_is_no_command(name: str, tmp_path: Path) -> None:
    for path in case_named(name).golden.glob("*.sh"):
        for number, canary in enumerate(CANARIES):
            assert_runs_no_canary(path.read_text(), canary, tmp_path / f"{path.stem}{number}")


@pytest.mark.parametrize(
    "name", ["outputs-more-options", "outputs-all-kinds", "arm-loop-over-parameter", "source-plan", "definition-arm64"]
)
def test_value_with_a_hyphen_is_no_option_of_az(name: str) -> None:
    case = case_named(name)
    template: Json = json.loads((case.folder / case.template).read_text())
    looked = 0
    for steps in fields_of(template):
        changed = deepcopy(template)
        put(at(changed, steps[:-1]), steps[-1], "--canary")
        choices = choices_of(downloads="fetch", extras=(), scripts="both", auth="oidc", pipeline="azure-devops")
        result = convert(json.dumps(changed).encode(), "t.json", Options(os=Os.LINUX, choices=choices))
        looked += any(each.code.id == "A2P523" for each in result.findings)
        for project in result.projects:
            for path, text in texts_of(project).items():
                assert not re.search(r"\baz\b[^`\n]*[ '\"]--canary", re.sub("\\\\\n|[\"'], *\n", "", text)), (steps, path)
                looked += "=--canary" in text
    assert looked


def test_canary_that_runs_is_seen(tmp_path: Path) -> None:
    with pytest.raises(AssertionError):
        assert_runs_no_canary("az group show -n $(touch CANARY)", "x", tmp_path)
    for script in ('Write-Output "$(New-Item CANARY)"', "az group show -n 'a'; New-Item CANARY; ''"):
        with pytest.raises(AssertionError):
            assert_calls_no_canary(script)
