"""What is refused: each with its code, its place and one clear message, and nothing is written."""

from __future__ import annotations

import json
import os
import threading
import tomllib
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from small_template import TEMPLATE

from aib2packer.batch.jobs import Job
from aib2packer.batch.outcomes import Settings
from aib2packer.batch.running import run_job
from aib2packer.cli import main
from aib2packer.emit.self_check import mistakes_in
from aib2packer.hcl.nodes import Attribute, Block, Item, raw, string
from aib2packer.lowering.build import PackerFile
from aib2packer.pipeline import Options
from aib2packer.project_folder.drafts import NotWrittenError
from aib2packer.project_folder.writing import write_projects

REFUSALS = tomllib.loads(Path(__file__).with_name("refusals.toml").read_text())
STEP = '{ "type": "Shell", "name": "hello", "inline": ["echo hello"] }'
OLD = ("2024-02-01", "2020-02-14")


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """An error as the JSON form of the findings has it."""

    code: str
    place: tuple[int | None, int | None]
    message: str


def convert(folder: Path, data: bytes | str, *arguments: str) -> tuple[Result, list[Said]]:
    """Calls aib2packer for a template in a folder of its own; gives the outcome and the errors."""
    (folder / "template.json").write_bytes(data.encode() if isinstance(data, str) else data)
    return convert_file(folder, folder / "template.json", folder / "out", *arguments)


def convert_file(folder: Path, file: Path, output: Path, *arguments: str) -> tuple[Result, list[Said]]:
    result = CliRunner().invoke(main, ["convert", str(file), "-o", str(output), "--format", "json", *arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    found = json.loads(result.stdout)["files"][0]["findings"]
    return result, [
        Said(code=each["code"], place=(each["line"], each["column"]), message=each["message"])
        for each in found
        if each["severity"] == "error"
    ]


def changed(*changes: Sequence[str]) -> str:
    """The template with each old text, which it has once, replaced by the new one."""
    text = TEMPLATE
    for old, new in changes:
        assert text.count(old) == 1 or not old
        text = text.replace(old, new) if old else text
    return text


def nothing_written(folder: Path) -> bool:
    return [path.name for path in folder.iterdir()] == ["template.json"]


def test_template_itself_is_good(tmp_path: Path) -> None:
    result, errors = convert(tmp_path, TEMPLATE)
    assert result.exit_code == 0
    assert errors == []
    assert (tmp_path / "out" / "image.pkr.hcl").is_file()


@pytest.mark.parametrize("name", REFUSALS)
def test_bad_template_is_refused_at_its_place(name: str, tmp_path: Path) -> None:
    bad = REFUSALS[name]
    text = changed((bad.get("old", ""), bad.get("new", "")), bad.get("also", ("", "")))
    code, place, message = bad["says"].split(" ", 2)
    line, column = map(int, place.split(":"))
    result, errors = convert(tmp_path, text, *bad.get("arguments", ()))
    assert errors == [Said(code=code, place=(line, column), message=message)]
    assert result.exit_code == 1
    assert nothing_written(tmp_path)


def test_line_break_in_a_text_is_accepted_as_azure_does(tmp_path: Path) -> None:
    result, errors = convert(tmp_path, TEMPLATE.replace("echo hello", "echo one\necho two"))
    assert (result.exit_code, errors) == (0, [])
    assert '"echo one\\necho two"' in (tmp_path / "out" / "image.pkr.hcl").read_text()


@pytest.mark.parametrize("unknown", ["aritfactTags", "nobodyKnows"])
def test_unknown_key_is_a_warning_before_the_strict_api_versions(unknown: str, tmp_path: Path) -> None:
    text = TEMPLATE.replace(*OLD).replace('"runOutputName": "disk"', f'"runOutputName": "disk", "{unknown}": {{}}')
    result, errors = convert(tmp_path, text)
    assert (result.exit_code, errors) == (0, [])
    assert unknown in result.stdout


def test_two_steps_of_one_name_are_refused_with_strict(tmp_path: Path) -> None:
    text = TEMPLATE.replace(STEP, f"{STEP},\n      {STEP}")
    result, errors = convert(tmp_path, text, "--strict")
    assert (result.exit_code, errors) == (1, [])
    found = next(each for each in json.loads(result.stdout)["files"][0]["findings"] if each["code"] == "A2P406")
    assert (found["line"], found["column"]) == (15, 7)
    assert found["message"] == (
        'Step name "hello" is already used by properties.customize[0]. Rename one, so that the build log can distinguish them.'
    )
    assert nothing_written(tmp_path)


# --- files -----------------------------------------------------------------------------------------------------------


def test_file_that_is_not_there(tmp_path: Path) -> None:
    file = tmp_path / "missing.json"
    result, errors = convert_file(tmp_path, file, tmp_path / "out")
    message = "The template cannot be read (No such file or directory). Check the path, or use - for standard input."
    assert errors == [Said(code="A2P001", place=(1, 1), message=message)]
    assert result.exit_code == 2
    assert list(tmp_path.iterdir()) == []


def test_empty_file(tmp_path: Path) -> None:
    result, errors = convert(tmp_path, "")
    message = "The file is empty. Give the file that has the template."
    assert errors == [Said(code="A2P101", place=(1, 1), message=message)]
    assert result.exit_code == 1
    assert nothing_written(tmp_path)


@pytest.mark.parametrize("text", ["   \n", "\ufeff", "// a comment only\n"])
def test_file_with_nothing_in_it(text: str, tmp_path: Path) -> None:
    result, errors = convert(tmp_path, text)
    assert [error.code for error in errors] == ["A2P101"]
    assert result.exit_code == 1
    assert nothing_written(tmp_path)


def test_file_in_another_encoding(tmp_path: Path) -> None:
    result, errors = convert(tmp_path, TEMPLATE.replace("hello", "grüße").encode("latin-1"))
    message = "The file is not UTF-8 from here on. Save it as UTF-8."
    assert errors == [Said(code="A2P003", place=(14, 37), message=message)]
    assert result.exit_code == 1
    assert nothing_written(tmp_path)


def test_file_of_more_than_4_mib(tmp_path: Path) -> None:
    data = TEMPLATE.encode() + b" " * (4 * 1024 * 1024)
    result, errors = convert(tmp_path, data)
    message = f"The file is larger than 4 MiB ({len(data)} bytes), the limit of Azure. Move long scripts to files."
    assert errors == [Said(code="A2P002", place=(1, 1), message=message)]
    assert result.exit_code == 1
    assert nothing_written(tmp_path)


def test_nesting_10000_deep(tmp_path: Path) -> None:
    result, errors = convert(tmp_path, TEMPLATE.replace('["echo hello"]', "[" * 10_000 + "]" * 10_000))
    message = "The JSON is nested more than 100 levels deep. Remove levels."
    assert errors == [Said(code="A2P102", place=(14, 149), message=message)]
    assert result.exit_code == 1
    assert nothing_written(tmp_path)


@pytest.mark.parametrize("text", ['{"a":' * 10_000 + "1" + "}" * 10_000, "[" * 100_000])
def test_nesting_without_any_template(text: str, tmp_path: Path) -> None:
    result, errors = convert(tmp_path, text)
    assert [error.code for error in errors] == ["A2P102"]
    assert result.exit_code == 1


# --- the output ------------------------------------------------------------------------------------------------------


def test_output_folder_that_is_not_empty(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").write_text("mine")
    result, errors = convert(tmp_path, TEMPLATE)
    assert [error.code for error in errors] == ["A2P010"]
    assert "already exists and is not empty. Nothing was written. Use --force" in errors[0].message
    assert result.exit_code == 1
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["mine.txt"]


@pytest.mark.parametrize("options", [(), ("--force",)])
@pytest.mark.parametrize("make", [lambda out: out.write_text("mine"), lambda out: out.symlink_to("nowhere")])
def test_output_folder_that_is_no_folder(make: Callable[[Path], object], options: tuple[str, ...], tmp_path: Path) -> None:
    make(tmp_path / "out")
    before = os.lstat(tmp_path / "out")
    result, errors = convert(tmp_path, TEMPLATE, *options)
    assert [error.code for error in errors] == ["A2P011"]
    assert errors[0].message.endswith("is not a folder. Nothing was written. Name another folder with -o.")
    assert result.exit_code == 1
    assert os.path.samestat(os.lstat(tmp_path / "out"), before)


def test_output_folder_below_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    (tmp_path / "template.json").write_text(TEMPLATE)
    result, errors = convert_file(tmp_path, tmp_path / "template.json", tmp_path / "file" / "out")
    assert [error.code for error in errors] == ["A2P011"]
    assert errors[0].message.endswith("Nothing was written. Name another folder with -o.")
    assert result.exit_code == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "template.json"]


def test_output_folder_that_is_not_empty_is_written_to_by_force(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").write_text("mine")
    result, errors = convert(tmp_path, TEMPLATE, "--force")
    assert (result.exit_code, errors) == (0, [])
    assert (tmp_path / "out" / "mine.txt").read_text() == "mine"
    assert (tmp_path / "out" / "image.pkr.hcl").is_file()


def test_what_packer_reads_along_is_named(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    for name in ("image.pkr.hcl", "old.pkr.hcl", "template.auto.pkrvars.hcl", "own.pkrvars.hcl", "mine.txt"):
        (tmp_path / "out" / name).write_text("# mine")
    (tmp_path / "template.json").write_text(TEMPLATE)
    arguments = ["convert", str(tmp_path / "template.json"), "-o", str(tmp_path / "out"), "--force"]
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 0, result.stderr
    notes = [line for line in result.stderr.splitlines() if "A2P013" in line]
    assert [line.split("/")[-1] for line in notes] == [
        f"{name}, which aib2packer did not write. Delete it unless it belongs to the project."
        for name in ("old.pkr.hcl", "template.auto.pkrvars.hcl")
    ]


def test_output_folder_that_is_empty_is_used(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    result, errors = convert(tmp_path, TEMPLATE)
    assert (result.exit_code, errors) == (0, [])


def test_two_templates_of_one_name_do_not_share_a_folder(tmp_path: Path) -> None:
    file, folder = tmp_path / "web.json", tmp_path / "out"
    file.write_text(TEMPLATE)
    job = Job(name=str(file), folder=folder, earlier="db.json")
    outcome = run_job(job, Settings(options=Options(), force=True))
    assert [found.code.id for found in outcome.findings if found.severity == "error"] == ["A2P012"]
    assert not folder.exists()


def images_called(*names: str) -> str:
    return json.dumps([{**json.loads(TEMPLATE), "apiVersion": "2022-07-01", "name": name} for name in names])


@pytest.mark.parametrize("name", ["..", "../..", "../beside", "/beside", "a/../../beside", "..\\beside", "con", "a" * 300, "."])
def test_name_of_an_image_leads_nowhere_but_below_the_output_folder(name: str, tmp_path: Path) -> None:
    (tmp_path / "work").mkdir()
    (tmp_path / "work" / "image.pkr.hcl").write_text("mine")
    images = json.loads(images_called("[parameters('a')]", "b"))
    template = {"contentVersion": "1.0.0.0", "parameters": {"a": {"type": "string", "defaultValue": name}}, "resources": images}
    (tmp_path / "work" / "template.json").write_text(json.dumps(template))
    before = set(tmp_path.rglob("*"))
    result, _ = convert_file(tmp_path, tmp_path / "work" / "template.json", tmp_path / "work" / "out")
    assert result.exit_code == 0
    new = {path.relative_to(tmp_path / "work" / "out") for path in tmp_path.rglob("*") if path not in before and path.is_file()}
    assert len({path.parts[0] for path in new}) == 2
    assert all(len(path.parts) > 1 and len(path.parts[0]) < 256 for path in new)
    assert (tmp_path / "work" / "image.pkr.hcl").read_text() == "mine"


def test_of_several_projects_all_are_written_or_none(tmp_path: Path) -> None:
    (tmp_path / "template.json").write_text(images_called("a", "b"))
    (tmp_path / "out" / "b").mkdir(parents=True)
    (tmp_path / "out" / "b" / "mine.txt").write_text("mine")
    _, errors = convert_file(tmp_path, tmp_path / "template.json", tmp_path / "out")
    assert [error.code for error in errors] == ["A2P010"]
    assert [str(path.relative_to(tmp_path / "out")) for path in sorted((tmp_path / "out").rglob("*"))] == ["b", "b/mine.txt"]


def test_two_runs_at_once_do_not_mix(tmp_path: Path) -> None:
    texts = {letter: {f"{number}.txt": letter for number in range(50)} for letter in "ab"}
    for trial in range(20):
        folder, barrier = tmp_path / str(trial), threading.Barrier(2)

        def run(letter: str, folder: Path = folder, barrier: threading.Barrier = barrier) -> bool:
            barrier.wait()
            try:
                write_projects({folder: texts[letter]}, force=False)
            except NotWrittenError as error:
                return not error.taken
            return True

        with ThreadPoolExecutor(2) as pool:
            done = list(pool.map(run, "ab"))
        assert sorted(done) == [False, True]
        assert len({path.read_text() for path in folder.iterdir()}) == 1
        assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "out" / "scripts").symlink_to(tmp_path / "elsewhere")
    result, errors = convert(tmp_path, TEMPLATE, "--force")
    assert [error.code for error in errors] == ["A2P011"]
    assert result.exit_code == 1
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_project_that_fails_the_self_check_is_not_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("aib2packer.pipeline.mistakes_in", lambda project, files, downloaded: ["Something is wrong."])
    result, errors = convert(tmp_path, TEMPLATE)
    assert [error.code for error in errors] == ["A2P801"]
    assert result.exit_code == 3
    assert nothing_written(tmp_path)


@pytest.mark.parametrize(
    ("body", "mistakes"),
    [
        ([Attribute(name="a", value=raw('"${var.there}"')), Attribute(name="b", value=string("var.gone $${var.gone}"))], []),
        ([Attribute(name="a", value=raw("[var.gone, local.gone]"))],
         ["aib2packer uses var.gone without declaring it. Report this template.",
          "aib2packer uses local.gone without declaring it. Report this template."]),
        ([Attribute(name="a", value=raw('file("${path.root}/gone.sh")'))],
         ["aib2packer names gone.sh without writing it. Report this template."]),
        ([Attribute(name="a", value=raw(f'"${{path.root}}/{name}"')) for name in ("there.sh", "later.sh")],
         ["aib2packer wrote `a` twice into build. Report this template."]),
    ],
)  # fmt: skip
def test_the_self_check_names_each_mistake(body: list[Item], mistakes: list[str]) -> None:
    blocks = (Block(kind="variable", labels=("there",)), Block(kind="build", body=tuple(body)))
    assert list(mistakes_in([PackerFile("image", blocks)], ["there.sh"], ["later.sh"])) == mistakes


def test_bicep_file_without_bicep(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    (tmp_path / "image.bicep").write_text("param location string\n")
    result, errors = convert_file(tmp_path, tmp_path / "image.bicep", tmp_path / "out")
    assert [error.code for error in errors] == ["A2P132"]
    assert result.exit_code == 1
    assert [path.name for path in tmp_path.iterdir()] == ["image.bicep"]


# --- wrong usage -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["convert"],
        ["convert", "template.json", "--os", "plan9"],
        ["convert", "template.json", "--format", "xml"],
        ["convert", "template.json", "--no-such-option"],
        ["no-such-command"],
        ["explain", "A2P999"],
    ],
)
def test_wrong_usage_ends_with_2(arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 2
    assert "Usage:" in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_folder_without_templates_is_wrong_usage(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["check", str(tmp_path)])
    assert result.exit_code == 2
    assert "There is no .bicep, .tf, .tf.json, .json or .jsonc file in the folder." in result.stderr
