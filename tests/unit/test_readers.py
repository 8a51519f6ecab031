"""Forms of templates: a folder takes every form that a single file takes, and says once what it cannot read here."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from small_template import TEMPLATE

from aib2packer.batch import jobs
from aib2packer.cli import main
from aib2packer.diagnostics.model import Findings
from aib2packer.diagnostics.place import SourceText
from aib2packer.ir.values import Value
from aib2packer.source import readers
from aib2packer.source.inputs import inputs_of
from aib2packer.source.json_text import read_json
from aib2packer.source.readers import Reader

COMPILED = json.dumps({"$schema": "https://x.example/t.json#", "metadata": {"_generator": {"name": "bicep"}}, "resources": []})


def _convert(folder: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["convert", str(folder), "-o", str(folder.parent / "out"), *arguments])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of templates."""
    made = tmp_path / "templates"
    made.mkdir()
    return made


@pytest.fixture
def compiler(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A bicep on PATH that takes the text of a file for its JSON."""
    program = tmp_path / "bin" / "bicep"
    program.parent.mkdir()
    program.write_text('#!/bin/sh\n[ "$1" = build ] && [ "$2" = --stdout ] && exec cat "$3"\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.defpath}")


@pytest.fixture
def no_compiler(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A PATH without programs."""
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))


@pytest.mark.usefixtures("compiler")
def test_bicep_files_of_a_folder_are_compiled(folder: Path) -> None:
    (folder / "one.bicep").write_text(TEMPLATE)
    (folder / "two.json").write_text(TEMPLATE)
    result = _convert(folder)
    assert result.exit_code == 0, result.stderr
    assert (folder.parent / "out" / "one" / "image.pkr.hcl").is_file()
    assert (folder.parent / "out" / "two" / "image.pkr.hcl").is_file()


@pytest.mark.usefixtures("no_compiler")
def test_one_finding_names_all_files_that_need_a_compiler(folder: Path) -> None:
    for name in ("one.bicep", "three.BICEP"):
        (folder / name).write_text("param location string\n")
    (folder / "two.json").write_text(TEMPLATE)
    result = _convert(folder)
    assert result.exit_code == 1
    assert result.stderr.count("A2P132") == 1
    assert f"2 Bicep files are not converted, because neither bicep nor az is on PATH: {folder / 'one.bicep'}" in result.stderr
    assert str(folder / "three.BICEP") in result.stderr
    assert (folder.parent / "out" / "two" / "image.pkr.hcl").is_file()


@pytest.mark.usefixtures("no_compiler")
def test_many_files_that_need_a_compiler_are_counted(folder: Path) -> None:
    for number in range(30):
        (folder / f"{number:02d}.bicep").write_text("param location string\n")
    result = _convert(folder, "--format", "json")
    (entry,) = json.loads(result.stdout)["files"]
    assert (entry["file"], entry["outcome"]) == (f"{folder / '00.bicep'} and 29 more", "refused")
    (finding,) = entry["findings"]
    assert finding["message"].startswith("30 Bicep files are not converted")


@pytest.mark.usefixtures("no_compiler")
def test_what_bicep_made_beside_a_file_is_read_instead(folder: Path) -> None:
    (folder / "one.bicep").write_text("param location string\n")
    (folder / "one.json").write_text(COMPILED)
    (folder / "two.json").write_text(TEMPLATE)
    assert [Path(job.name).name for job in jobs.jobs_for(inputs_of([str(folder)]), None)] == ["one.json", "two.json"]


@pytest.mark.usefixtures("compiler")
def test_files_that_differ_in_their_form_only_have_a_project_each(folder: Path) -> None:
    (folder / "one.bicep").write_text(TEMPLATE)
    (folder / "one.json").write_text(TEMPLATE)
    assert _convert(folder).exit_code == 0
    assert sorted(path.name for path in (folder.parent / "out").iterdir()) == ["one", "one-bicep"]


def test_a_made_up_form_is_read_from_files_folders_and_texts(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def read(source: SourceText, findings: Findings) -> Value | None:
        return read_json(SourceText(source.name, source.text.removeprefix("made-up\n")), findings)

    made_up = Reader(name="made up", suffixes=(".mine",), read=read, recognises=lambda text: text.startswith("made-up\n"))
    for module in (readers, jobs):
        monkeypatch.setattr(module, "READERS", (made_up, *readers.READERS))
    for name in ("one.mine", "two.txt"):
        (folder / name).write_text(f"made-up\n{TEMPLATE}")
    assert _convert(folder).exit_code == 0
    assert _convert(folder / "one.mine", "--dry-run").exit_code == 0
    assert _convert(folder / "two.txt", "--dry-run").exit_code == 0


USING = "using './main.bicep'\nparam region = 'northeurope'\n"
DEPLOYMENT = json.dumps(
    {
        "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
        "contentVersion": "1.0.0.0",
        "parameters": {"region": {"type": "string"}},
        "resources": [{**json.loads(TEMPLATE), "name": "web", "location": "[parameters('region')]"}],
    }
)
VALUES = json.dumps({"parameters": {"region": {"value": "northeurope"}}})


def _answer(monkeypatch: pytest.MonkeyPatch, folder: Path, program: str, arguments: str, answer: str) -> None:
    """A compiler on PATH that gives one answer to one command, the file's name in place of FILE."""
    made = folder / "bin" / program
    made.parent.mkdir()
    (made.parent / "answer").write_text(answer)
    test = arguments.replace("FILE", str(folder / "templates" / "main.bicepparam"))
    made.write_text(f"#!/bin/sh\n[ \"$*\" = '{test}' ] && exec cat '{made.parent / 'answer'}'\necho no $* >&2\nexit 1\n")
    made.chmod(0o755)
    monkeypatch.setenv("PATH", f"{made.parent}{os.pathsep}{os.defpath}")


@pytest.mark.parametrize(
    ("program", "arguments"), [("bicep", "build-params --stdout FILE"), ("az", "bicep build-params --stdout -f FILE")]
)
def test_parameter_file_of_bicep_is_a_template_and_values(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, program: str, arguments: str
) -> None:
    made = json.dumps({"parametersJson": VALUES, "templateJson": DEPLOYMENT, "templateSpecId": None})
    _answer(monkeypatch, tmp_path, program, arguments, made)
    file = folder / "main.bicepparam"
    file.write_text(USING)
    assert _convert(file).exit_code == 0
    (folder / "main.json").write_text(DEPLOYMENT)
    assert _convert(folder / "main.json", "-p", str(file), "--force").exit_code == 0
    assert "northeurope" in (folder / "out" / "values.auto.pkrvars.hcl").read_text()


def test_parameter_file_of_a_template_spec_names_it(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = json.dumps({"parametersJson": VALUES, "templateJson": None, "templateSpecId": "/subscriptions/x/web"})
    _answer(monkeypatch, tmp_path, "bicep", "build-params --stdout FILE", made)
    (folder / "main.bicepparam").write_text(USING)
    result = _convert(folder / "main.bicepparam")
    assert result.exit_code == 1
    assert "Run `az ts show --id /subscriptions/x/web`, then convert its template with -p" in result.stderr


@pytest.mark.usefixtures("no_compiler")
def test_parameter_file_without_a_compiler(folder: Path) -> None:
    file = folder / "main.bicepparam"
    file.write_text(USING)
    (folder / "main.json").write_text(DEPLOYMENT)
    alone, with_it = _convert(file), _convert(folder / "main.json", "-p", str(file))
    assert (alone.exit_code, with_it.exit_code) == (1, 2)
    for result in (alone, with_it):
        assert (
            "is a Bicep parameter file, but neither bicep nor az is on PATH. Install one, or run `az bicep build-params -f"
            in result.stderr
        )


@pytest.mark.usefixtures("no_compiler")
def test_folder_passes_over_what_is_about_images_and_no_template(folder: Path) -> None:
    (folder / "web.json").write_text(TEMPLATE)
    (folder / "build.ps1").write_text("New-AzImageBuilderTemplate -Name web\n")
    (folder / "README.md").write_text("# Images\n")
    (folder / "dev.bicepparam").write_text(USING)
    (folder / ".github").mkdir()
    (folder / ".github" / "image.yml").write_text("      - uses: azure/build-vm-image@v0\n")
    result = _convert(folder, "--format", "json")
    assert result.exit_code == 0
    found = {Path(each["file"]).name: each["outcome"] for each in json.loads(result.stdout)["files"]}
    assert found.pop("web.json") == "converted"
    assert found == dict.fromkeys(["README.md", "build.ps1", "dev.bicepparam", "image.yml"], "skipped")
    assert (folder.parent / "out" / "web" / "image.pkr.hcl").is_file()


def test_table_counts_what_was_passed_over(folder: Path) -> None:
    for number in range(8):
        (folder / f"{number}.json").write_text(TEMPLATE)
    (folder / "build.sh").write_text("az image builder run -n web -g rg\n")
    assert "1 file about Image Builder (build.sh) was passed over." in _convert(folder, "--dry-run").stderr
