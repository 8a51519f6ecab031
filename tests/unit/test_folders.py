"""Folders and globs of many files: which are converted, where to, what is passed over, and how a run tells it."""

from __future__ import annotations

import json
import random
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from small_template import TEMPLATE

from aib2packer.batch.jobs import jobs_for
from aib2packer.cli import main
from aib2packer.source.inputs import inputs_of

BROKEN = TEMPLATE.replace('"location": "westeurope",', '"location": "westeurope"')
PARAMETERS = json.dumps(
    {
        "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#",
        "contentVersion": "1.0.0.0",
        "parameters": {"region": {"value": "northeurope"}},
    }
)
DEPLOYMENT = json.dumps(
    {
        "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
        "contentVersion": "1.0.0.0",
        "parameters": {"region": {"type": "string"}},
        "resources": [{**json.loads(TEMPLATE), "name": "web", "location": "[parameters('region')]"}],
    }
)
OTHERS = {
    "package.json": '{"name": "web", "version": "1.0.0", "dependencies": {"source": "1"}}',
    "tsconfig.json": '{\n  // compiler\n  "compilerOptions": {"strict": true,},\n}',
    "broken.json": '{"name": "web" "version": 1}',
    "twice.json": '{"source": {}, "source": {}}',
    "empty.json": "",
    "list.json": "[1, 2, 3]",
    "schema.json": '{"type": "object", "properties": {"source": {"type": "string"}}}',
    "storage.json": '{"$schema": "x#", "contentVersion": "1.0.0.0", "resources": [{"type": "Microsoft.Storage/storageAccounts"}]}',
    "role.json": '{"Actions": ["Microsoft.VirtualMachineImages/imageTemplates/Run/action",]}',
    "settings.jsonc": '{"editor": /* no */ true}',
}


def _call(command: str, *arguments: str | Path) -> Result:
    result = CliRunner().invoke(main, [command, *map(str, arguments)])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def _write(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


@pytest.mark.parametrize("name", OTHERS)
def test_other_json_of_a_folder_is_no_failure(tmp_path: Path, name: str) -> None:
    _write(tmp_path, {"web.json": TEMPLATE, name: OTHERS[name]})
    result = _call("check", tmp_path)
    assert result.exit_code == 0, result.stdout
    assert f"1 other JSON file ({name}) was passed over." in result.stdout
    assert "0 errors, 1 warning, 0 notes" in result.stdout


@pytest.mark.parametrize("name", ["package.json", "broken.json"])
def test_other_json_that_was_named_is_refused(tmp_path: Path, name: str) -> None:
    _write(tmp_path, {name: OTHERS[name]})
    assert _call("check", tmp_path / name).exit_code == 1


@pytest.mark.parametrize(
    "text",
    [BROKEN, BROKEN.replace('"type":', "type:"), BROKEN.replace('"type": "Microsoft.VirtualMachineImages/imageTemplates",', "")],
)
def test_image_template_with_a_syntax_error_is_a_failure(tmp_path: Path, text: str) -> None:
    _write(tmp_path, {"web.json": TEMPLATE, "bad.json": text})
    result = _call("check", tmp_path)
    assert result.exit_code == 1
    assert re.search(r"bad\.json:\d+:\d+: error A2P101", result.stdout)
    assert "1 of 2 templates convert (50 %)" in result.stdout


def test_what_is_passed_over_is_told_in_one_line(tmp_path: Path) -> None:
    files = {f"sub/{name}": text for name, text in OTHERS.items()}
    files |= {
        "web.json": TEMPLATE,
        "x.parameters.json": PARAMETERS,
        "values.json": PARAMETERS,
        "x.bicepparam": "using 'x.bicep'\n",
    }
    files |= {"main.tf": "resource x {}\n", "vars.tf": "", "build.sh": "az image builder run\n", "README.md": "# Images\n"}
    _write(tmp_path, files)
    result = _call("check", tmp_path)
    line = (
        "10 other JSON files (sub/broken.json, sub/empty.json, sub/list.json, ...), "
        "3 parameter files (values.json, x.parameters.json, x.bicepparam), 1 other Terraform folder (.), "
        "1 other file (README.md), 1 file about Image Builder (build.sh) were passed over.\n"
    )
    assert line in result.stdout
    assert "passed over" not in _call("check", tmp_path, "-q").stdout


def test_folder_without_a_template_is_wrong_usage(tmp_path: Path) -> None:
    _write(tmp_path, {"package.json": OTHERS["package.json"]})
    result = _call("convert", tmp_path)
    assert result.exit_code == 2
    assert f"There is no image template in {tmp_path}. 1 other JSON file (package.json) was passed over." in result.stderr


def test_name_picks_from_a_folder(tmp_path: Path) -> None:
    _write(tmp_path, {"web.json": DEPLOYMENT, "db.json": DEPLOYMENT.replace('"web"', '"db"')})
    result = _call("check", tmp_path, "--name", "db", "--level", "error")
    assert result.exit_code == 0
    assert "1 template file of another name (web.json) was passed over." in result.stdout


# --- folders of projects


def _projects(folder: Path) -> list[str]:
    return sorted(path.parent.relative_to(folder).as_posix() for path in folder.rglob("image.pkr.hcl"))


def test_no_project_folder_has_the_name_of_a_device_of_windows(tmp_path: Path) -> None:
    _call("convert", _write(tmp_path / "in", {"con.json": TEMPLATE, "web.json": TEMPLATE}), "-o", tmp_path / "out")
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["image-con", "web"]


def test_equal_names_are_told_apart_by_their_folders(tmp_path: Path) -> None:
    names = ["one/template.json", "two/template.json", "three/x/template.json", "four/x/template.json", "web.json"]
    _write(tmp_path, dict.fromkeys(names, TEMPLATE))
    result = _call("convert", *(tmp_path / name for name in names), "-o", tmp_path / "out")
    assert result.exit_code == 0, result.stderr
    assert _projects(tmp_path / "out") == ["four/x/template", "one/template", "three/x/template", "two/template", "web"]


def test_equal_names_of_several_folders_are_told_apart(tmp_path: Path) -> None:
    _write(tmp_path, dict.fromkeys(["one/a.json", "one/sub/b.json", "two/a.json", "two/sub/b.json"], TEMPLATE))
    assert _call("convert", tmp_path / "one", tmp_path / "two", "-o", tmp_path / "out").exit_code == 0
    assert _projects(tmp_path / "out") == ["one/a", "one/sub/b", "two/a", "two/sub/b"]


def test_folders_beside_the_templates_when_there_is_no_output(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _write(tmp_path, dict.fromkeys(["one/template.json", "two/template.json"], TEMPLATE))
    monkeypatch.chdir(tmp_path)
    assert _call("convert", "one/template.json", "two/../two/template.json").exit_code == 0
    assert _projects(tmp_path) == ["one/template-packer", "two/template-packer"]


def test_file_beside_a_folder_of_its_name_and_files_of_two_suffixes(tmp_path: Path) -> None:
    _write(tmp_path / "in", dict.fromkeys(["web.json", "web/template.json", "db.json", "db.jsonc", "db"], TEMPLATE))
    result = _call("convert", tmp_path / "in", tmp_path / "in" / "db", "-o", tmp_path / "out")
    assert result.exit_code == 0, result.stderr
    assert _projects(tmp_path / "out") == ["db", "db-json", "db-jsonc", "web-json", "web/template"]


def test_a_file_that_is_named_twice_is_converted_once(tmp_path: Path) -> None:
    _write(tmp_path, {"web.json": TEMPLATE, "db.json": TEMPLATE})
    jobs = jobs_for(inputs_of([str(tmp_path), str(tmp_path / "web.json")]), tmp_path / "out")
    assert sorted(Path(job.name).name for job in jobs) == ["db.json", "web.json"]


# --- the table, and notes that say the same


def test_table_has_a_line_a_file_with_its_path_in_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    long = "a-folder-with-a-rather-long-name/" * 5 + "template.json"
    _write(tmp_path, {long: TEMPLATE, "bad.json": BROKEN, **{f"{number}.json": TEMPLATE for number in range(8)}})
    lines = _call("check", tmp_path).stdout.splitlines()
    assert re.fullmatch(rf"converted +0 +1 +0  {long}", next(line for line in lines if line.endswith(f"  {long}")))
    assert re.fullmatch(r"refused +1 +0 +0  bad\.json", next(line for line in lines if line.endswith("  bad.json")))
    assert lines[-1] == "9 of 10 templates convert (90 %)"


def test_notes_that_say_the_same_are_told_once(tmp_path: Path) -> None:
    noted = TEMPLATE.replace('  "location"', '  "tags": { "team": "web" },\n  "location"')
    _write(tmp_path, {f"{number}.json": noted for number in range(4)} | {"other.json": TEMPLATE})
    result = _call("check", tmp_path)
    (line,) = [line for line in result.stdout.splitlines() if "A2P607" in line]
    assert line.startswith("note A2P607: tags: ")
    assert line.endswith("[in 4 templates (0.json, 1.json, 2.json, ...)]")
    assert result.stdout.count("warning A2P641") == 5
    for form in ("json", "sarif"):
        assert _call("check", tmp_path, "--format", form).stdout.count('"A2P607"') >= 4
    assert f"{tmp_path / '0.json'}:4:3: note A2P607" in _call("check", tmp_path / "0.json").stdout


# --- parameter files beside templates


@pytest.mark.parametrize(
    ("template", "values"),
    [
        ("web.json", "web.parameters.json"),
        ("azuredeploy.json", "azuredeploy.parameters.json"),
        ("main.json", "azuredeploy.parameters.json"),
        ("template.json", "parameters.json"),
    ],
)
def test_parameter_file_beside_is_named_and_used_when_asked_for(tmp_path: Path, template: str, values: str) -> None:
    _write(tmp_path, {template: DEPLOYMENT, values: PARAMETERS})
    without = _call("convert", tmp_path / template, "-o", tmp_path / "out")
    assert f"{template}:1:1: note A2P145: {values} lies beside the template and is not used." in without.stderr
    used = _call("convert", tmp_path / template, "-o", tmp_path / "out", "--parameters-beside")
    assert used.exit_code == 0
    assert "A2P145" not in used.stderr
    assert '"northeurope"' in (tmp_path / "out" / "values.auto.pkrvars.hcl").read_text()
    record = json.loads((tmp_path / "out" / ".aib2packer.json").read_text())
    assert [each["file"] for each in record["parameters"]] == [values]
    assert "A2P145" not in _call("check", tmp_path / template, "-p", tmp_path / values).stderr


def test_given_values_win_over_the_file_beside(tmp_path: Path) -> None:
    _write(tmp_path, {"web.json": DEPLOYMENT, "web.parameters.json": PARAMETERS})
    (tmp_path / "own.json").write_text(PARAMETERS.replace("northeurope", "uksouth"))
    own = ("-p", tmp_path / "own.json")
    assert _call("convert", tmp_path / "web.json", "-o", tmp_path / "out", "--parameters-beside", *own).exit_code == 0
    assert '"uksouth"' in (tmp_path / "out" / "values.auto.pkrvars.hcl").read_text()


def test_parameter_file_of_bicep_beside_needs_a_compiler(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))
    _write(tmp_path, {"web.json": DEPLOYMENT, "web.bicepparam": "using 'web.bicep'\n"})
    assert "web.bicepparam lies beside" in _call("check", tmp_path / "web.json").stdout
    result = _call("check", tmp_path / "web.json", "--parameters-beside")
    assert result.exit_code == 1
    assert "is a Bicep parameter file, but neither bicep nor az is on PATH" in result.stdout


def test_parameter_file_of_the_folder_is_for_its_one_template(tmp_path: Path) -> None:
    _write(
        tmp_path,
        {"one.json": DEPLOYMENT, "two.json": DEPLOYMENT, "azuredeploy.parameters.json": PARAMETERS, "bare.json": TEMPLATE},
    )
    assert "A2P145" not in _call("check", tmp_path).stdout


# --- many


@pytest.mark.judge
def test_nothing_of_500_mixed_files_is_passed_over_in_silence(tmp_path: Path) -> None:
    mixed = random.Random(500)
    kinds = {
        "template.json": TEMPLATE,
        "deployment.json": DEPLOYMENT,
        "bad.json": BROKEN,
        "x.parameters.json": PARAMETERS,
        "main.tf": "resource x {}\n",
        "notes.md": "# Notes\n",
        "build.ps1": "New-AzImageBuilderTemplate\n",
        ".hidden": "",
        **OTHERS,
    }
    chosen = [mixed.choice(sorted(kinds)) for _ in range(500)]
    _write(tmp_path, {f"{number % 7}/{number:03d}/{name}": kinds[name] for number, name in enumerate(chosen)})
    counts = Counter(chosen)
    result = _call("check", tmp_path, "--format", "json")
    files = {Path(each["file"]).relative_to(tmp_path).as_posix(): each["outcome"] for each in json.loads(result.stdout)["files"]}
    units = (path.parent if path.suffix == ".tf" else path for path in tmp_path.rglob("*") if path.is_file())
    assert files.keys() == {path.relative_to(tmp_path).as_posix() for path in units}
    converted, refused = counts["template.json"] + counts["deployment.json"], counts["bad.json"]
    assert Counter(files.values()) == {"converted": converted, "refused": refused, "skipped": 500 - converted - refused}
    said = _call("check", tmp_path).stdout
    (line,) = [line for line in said.splitlines() if line.endswith(" were passed over.")]
    assert sum(int(number) for number in re.findall(r"(?:\A|, )(\d+) (?=[^()]*\()", line)) == 500 - converted - refused
    assert f"{converted} of {converted + refused} templates convert" in said


def test_a_pattern_that_the_shell_left_is_the_files_that_it_fits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _write(tmp_path, {"a/web.json": TEMPLATE, "a/db.json": TEMPLATE, "b[1].json": TEMPLATE})
    monkeypatch.chdir(tmp_path)
    assert inputs_of(["a/*.json", "**/web.json"]).names == ("a/db.json", "a/web.json")
    assert inputs_of(["b[1].json", "no*.json", "-"]).names == ("b[1].json", "no*.json", "-")
    assert _call("check", Path("*.json")).exit_code == 0
    assert "no*.json" in _call("check", Path("no*.json")).stdout


def test_a_folder_is_walked_once_and_its_files_are_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    body = json.dumps({key: value for key, value in json.loads(TEMPLATE).items() if key == "properties"})
    resource = f'resource "azapi_resource" "web" {{\n  type = "Microsoft.VirtualMachineImages/imageTemplates@2024-02-01"\n  name = "web"\n  location = "westeurope"\n  body = jsonencode({body})\n}}\n'
    _write(tmp_path, {"infra/main.tf": resource, "infra/run.sh": "echo\n"})
    walked: list[Path] = []
    read: list[str] = []
    rglob, read_bytes = Path.rglob, Path.read_bytes

    def walk(path: Path, pattern: str) -> Iterator[Path]:
        walked.append(path)
        return iter(list(rglob(path, pattern)))

    def taken(path: Path) -> bytes:
        read.append(path.name)
        return read_bytes(path)

    monkeypatch.setattr(Path, "rglob", walk)
    monkeypatch.setattr(Path, "read_bytes", taken)
    assert _call("check", tmp_path).exit_code == 0
    assert walked == [tmp_path]
    assert read.count("main.tf") == 1
