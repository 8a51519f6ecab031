"""What is refused: each with its code, its place and one clear message, and nothing is written."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from aib2packer.cli import main
from aib2packer.diagnostics.codes import output as output_codes
from aib2packer.diagnostics.model import Findings
from aib2packer.project_folder.writing import NotWrittenError, write_projects

TEMPLATE = """\
{
  "type": "Microsoft.VirtualMachineImages/imageTemplates",
  "apiVersion": "2024-02-01",
  "location": "westeurope",
  "properties": {
    "vmProfile": { "vmSize": "Standard_D2s_v5" },
    "source": {
      "type": "PlatformImage",
      "publisher": "Canonical",
      "offer": "0001-com-ubuntu-server-jammy",
      "sku": "22_04-lts-gen2"
    },
    "customize": [
      { "type": "Shell", "name": "hello", "inline": ["echo hello"] }
    ],
    "distribute": [
      { "type": "VHD", "runOutputName": "disk" }
    ]
  }
}
"""
WINDOWS = '"publisher": "MicrosoftWindowsServer", "offer": "WindowsServer", "sku": "2022-datacenter-g2"'
LINUX = '"publisher": "Canonical",\n      "offer": "0001-com-ubuntu-server-jammy",\n      "sku": "22_04-lts-gen2"'
STEP = '{ "type": "Shell", "name": "hello", "inline": ["echo hello"] }'
OUTPUT = '{ "type": "VHD", "runOutputName": "disk" }'
IMAGE = '"/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/images/i"'
OLD = ("2024-02-01", "2020-02-14")


@dataclass(frozen=True, slots=True, kw_only=True)
class Bad:
    """A change to the template that makes it bad, and the one error that is said about it."""

    name: str
    change: tuple[str, str]
    code: str
    place: tuple[int, int]
    message: str
    also: tuple[str, str] = ("", "")
    arguments: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The bad template."""
        text = TEMPLATE
        for old, new in (self.change, self.also):
            assert text.count(old) == 1 or not old
            text = text.replace(old, new) if old else text
        return text


NOT_JSON = (
    Bad(
        name="missing comma",
        change=('"location": "westeurope",', '"location": "westeurope"'),
        code="A2P101",
        place=(4, 27),
        message='Add a comma before "properties".',
    ),
    Bad(
        name="missing comma in a list",
        change=('["echo hello"]', '["echo hello" "echo more"]'),
        code="A2P101",
        place=(14, 66),
        message='Add a comma before "echo more".',
    ),
    Bad(
        name="single quotes",
        change=('"westeurope"', "'westeurope'"),
        code="A2P101",
        place=(4, 15),
        message="JSON has no single quotes. Use double quotes.",
    ),
    Bad(
        name="typographic quotes",
        change=('"westeurope"', "\u201cwesteurope\u201d"),
        code="A2P101",
        place=(4, 15),
        message="This is a typographic quote. Use the plain double quote.",
    ),
    Bad(
        name="unclosed text",
        change=('"westeurope"', '"westeurope'),
        code="A2P101",
        place=(4, 15),
        message="This string has no closing double quote.",
    ),
    Bad(
        name="key without quotes",
        change=('"location":', "location:"),
        code="A2P101",
        place=(4, 3),
        message="Put the key in double quotes.",
    ),
    Bad(
        name="text without quotes",
        change=('"westeurope"', "westeurope"),
        code="A2P101",
        place=(4, 15),
        message="Put the string in double quotes.",
    ),
    Bad(
        name="Python's None",
        change=('"westeurope"', "None"),
        code="A2P101",
        place=(4, 15),
        message="Write true, false and null in lower case, without quotes.",
    ),
    Bad(
        name="backslash of a Windows path",
        change=('"echo hello"', r'"dir C:\windows"'),
        code="A2P101",
        place=(14, 61),
        message="JSON has no such escape. Write \\\\ for a backslash, for example in a Windows path.",
    ),
    Bad(
        name="missing value",
        change=('"westeurope"', ""),
        code="A2P101",
        place=(4, 15),
        message="Write a value before this.",
    ),
    Bad(
        name="missing colon",
        change=('"location":', '"location"'),
        code="A2P101",
        place=(4, 14),
        message='Add a colon after the key "location".',
    ),
    Bad(
        name="wrong bracket",
        change=('["echo hello"]', '["echo hello"}'),
        code="A2P101",
        place=(14, 66),
        message="The list from line 14 is closed by }. It needs ].",
    ),
    Bad(
        name="unclosed comment",
        change=('"westeurope"', '/* near "westeurope"'),
        code="A2P101",
        place=(4, 15),
        message="This comment is not closed by */.",
    ),
    Bad(
        name="number with a leading zero",
        change=('"westeurope"', "007"),
        code="A2P101",
        place=(4, 15),
        message="JSON has no such number. Write digits, such as 30 or 1.5.",
    ),
)
BAD = (
    *NOT_JSON,
    Bad(
        name="not an image template",
        change=("Microsoft.VirtualMachineImages/imageTemplates", "Microsoft.Compute/virtualMachines"),
        code="A2P620",
        place=(1, 1),
        message="The file contains no image template. Pass the file with the resource Microsoft.VirtualMachineImages/imageTemplates.",
    ),
    Bad(
        name="second source",
        change=('"customize":', '"source": { "type": "PlatformImage" },\n    "customize":'),
        code="A2P103",
        place=(13, 5),
        message='The key "source" is already used in line 7. Remove one of them.',
    ),
    Bad(
        name="second key in other letters",
        change=('"customize":', '"Source": {},\n    "customize":'),
        also=OLD,
        code="A2P103",
        place=(13, 5),
        message="`Source` and `source` are the same key. Remove one of them.",
    ),
    Bad(
        name="unknown type of a step",
        change=('"type": "Shell"', '"type": "PowerShel"'),
        code="A2P206",
        place=(14, 17),
        message='`type` is the string "PowerShel", which Image Builder does not know. Did you mean PowerShell?',
    ),
    Bad(
        name="unknown type of an output",
        change=('"type": "VHD"', '"type": "Blob"'),
        code="A2P206",
        place=(17, 17),
        message='`type` is the string "Blob", which Image Builder does not know. Use one of ManagedImage, SharedImage, VHD.',
    ),
    Bad(
        name="unknown key in a strict API version",
        change=('"name": "hello"', '"nam": "hello"'),
        code="A2P203",
        place=(14, 26),
        message="Image Builder knows no `nam` here, and API 2024-02-01 refuses it. Did you mean `name`?",
    ),
    Bad(
        name="unknown key that is like no other",
        change=('"name": "hello"', '"timeout": "5m"'),
        code="A2P203",
        place=(14, 26),
        message="Image Builder knows no `timeout` here, and API 2024-02-01 refuses it. Remove it, or correct its name.",
    ),
    Bad(
        name="other letter case in a strict API version",
        change=('"name": "hello"', '"Name": "hello"'),
        code="A2P201",
        place=(14, 26),
        message="API 2024-02-01 refuses `Name`. Write `name`.",
    ),
    Bad(
        name="misspelt key in a strict API version",
        change=('"runOutputName": "disk"', '"runOutputName": "disk", "aritfactTags": {}'),
        code="A2P201",
        place=(17, 49),
        message="API 2024-02-01 refuses `aritfactTags`. Write `artifactTags`.",
    ),
    Bad(
        name="number for a text",
        change=('"hello"', "1"),
        code="A2P204",
        place=(14, 34),
        message="`name` is the number 1. Image Builder requires a string.",
    ),
    Bad(
        name="object for a list",
        change=('["echo hello"]', '{ "line": "echo hello" }'),
        code="A2P204",
        place=(14, 53),
        message="`inline` is an object. Image Builder requires a list.",
    ),
    Bad(
        name="list for an object",
        change=('{ "vmSize": "Standard_D2s_v5" }', '["Standard_D2s_v5"]'),
        code="A2P204",
        place=(6, 18),
        message="`vmProfile` is a list. Image Builder requires an object.",
    ),
    Bad(
        name="text for a number",
        change=('"vmSize": "Standard_D2s_v5"', '"osDiskSizeGB": "large"'),
        code="A2P204",
        place=(6, 36),
        message='`osDiskSizeGB` is the string "large". Image Builder requires an integer.',
    ),
    Bad(
        name="fraction for a whole number",
        change=('"vmSize": "Standard_D2s_v5"', '"osDiskSizeGB": 30.5'),
        code="A2P204",
        place=(6, 36),
        message="`osDiskSizeGB` is the number 30.5. Image Builder requires an integer.",
    ),
    Bad(
        name="missing key",
        change=(', "runOutputName": "disk"', ""),
        code="A2P205",
        place=(17, 7),
        message="`distribute[0]` has no `runOutputName`. Add it.",
    ),
    Bad(
        name="missing location",
        change=('  "location": "westeurope",\n', ""),
        code="A2P205",
        place=(1, 1),
        message="The template has no `location`. Add it.",
    ),
    Bad(
        name="malformed id of a resource",
        change=(
            OUTPUT,
            f'{{ "type": "ManagedImage", "runOutputName": "disk", "location": "westeurope", "imageId": {IMAGE[:-3]}" }}',
        ),
        code="A2P301",
        place=(17, 95),
        message="`imageId` is not the id of a managed image. Write /subscriptions/*/resourceGroups/*/providers/Microsoft.Compute/images/*.",
    ),
    Bad(
        name="id of another kind of resource",
        change=('"vmSize": "Standard_D2s_v5"', f'"vnetConfig": {{ "subnetId": {IMAGE} }}'),
        code="A2P301",
        place=(6, 48),
        message="`subnetId` is not the id of a subnet. Write /subscriptions/*/resourceGroups/*/providers/Microsoft.Network/virtualNetworks/*/subnets/*.",
    ),
    Bad(
        name="Shell on Windows",
        change=(LINUX, WINDOWS),
        code="A2P403",
        place=(12, 7),
        message="Shell runs on Linux, but the image is Windows. Remove the step, or correct the image or --os.",
    ),
    Bad(
        name="PowerShell on Linux",
        change=('"type": "Shell"', '"type": "PowerShell"'),
        code="A2P403",
        place=(14, 7),
        message="PowerShell runs on Windows, but the image is Linux. Remove the step, or correct the image or --os.",
    ),
    Bad(
        name="Shell where --os is Windows",
        change=("", ""),
        arguments=("--os", "windows"),
        code="A2P403",
        place=(14, 7),
        message="Shell runs on Linux, but --os is Windows. Remove the step, or correct the image or --os.",
    ),
    Bad(
        name="two outputs of one name",
        change=(OUTPUT, f"{OUTPUT},\n      {OUTPUT}"),
        code="A2P502",
        place=(18, 7),
        message='The runOutputName "disk" is already used by properties.distribute[0]. Rename one.',
    ),
    Bad(
        name="checksum of another kind",
        change=(
            '"inline": ["echo hello"]',
            '"scriptUri": "https://files.contoso.com/a.sh", "sha256Checksum": "d41d8cd98f00b204"',
        ),
        code="A2P404",
        place=(14, 108),
        message="`sha256Checksum` is not 64 hexadecimal digits. Write the output of `sha256sum FILE`.",
    ),
    Bad(
        name="time limit above 960 minutes",
        change=('"vmProfile":', '"buildTimeoutInMinutes": 961, "vmProfile":'),
        code="A2P208",
        place=(6, 30),
        message="`buildTimeoutInMinutes` is 961. Image Builder requires a number from 0 to 960.",
    ),
    Bad(
        name="time limit below 0",
        change=('"vmProfile":', '"buildTimeoutInMinutes": -1, "vmProfile":'),
        code="A2P208",
        place=(6, 30),
        message="`buildTimeoutInMinutes` is -1. Image Builder requires a number from 0 to 960.",
    ),
)


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


def nothing_written(folder: Path) -> bool:
    return [path.name for path in folder.iterdir()] == ["template.json"]


def test_template_itself_is_good(tmp_path: Path) -> None:
    result, errors = convert(tmp_path, TEMPLATE)
    assert result.exit_code == 0
    assert errors == []
    assert (tmp_path / "out" / "image.pkr.hcl").is_file()


@pytest.mark.parametrize("bad", BAD, ids=lambda bad: bad.name)
def test_bad_template_is_refused_at_its_place(bad: Bad, tmp_path: Path) -> None:
    result, errors = convert(tmp_path, bad.text, *bad.arguments)
    assert errors == [Said(code=bad.code, place=bad.place, message=bad.message)]
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
    assert result.exit_code == 1
    assert list(tmp_path.iterdir()) == []


def test_empty_file(tmp_path: Path) -> None:
    result, errors = convert(tmp_path, "")
    message = "The file is empty."
    assert errors == [Said(code="A2P101", place=(1, 1), message=message)]
    assert result.exit_code == 1
    assert nothing_written(tmp_path)


@pytest.mark.parametrize("text", ["   \n", "\ufeff", "// a comment only\n"])
def test_file_with_nothing_in_it(text: str, tmp_path: Path) -> None:
    result, errors = convert(tmp_path, text)
    assert [error.code for error in errors] == ["A2P101"]
    assert result.exit_code == 1
    assert nothing_written(tmp_path)


def test_file_that_ends_too_early(tmp_path: Path) -> None:
    result, errors = convert(tmp_path, TEMPLATE.rstrip().removesuffix("}"))
    message = "The file ends, but the object from line 1 is not closed by }."
    assert errors == [Said(code="A2P101", place=(20, 1), message=message)]
    assert result.exit_code == 1
    assert nothing_written(tmp_path)


def test_file_with_something_behind_the_json(tmp_path: Path) -> None:
    result, errors = convert(tmp_path, TEMPLATE + "x")
    assert errors == [Said(code="A2P101", place=(21, 1), message="The JSON ends before this. Remove the rest of the file.")]
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
    message = "The JSON is nested more than 500 levels deep. Remove levels."
    assert errors == [Said(code="A2P102", place=(14, 549), message=message)]
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


def test_output_folder_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("mine")
    result, errors = convert(tmp_path, TEMPLATE)
    assert [error.code for error in errors] == ["A2P010"]
    assert result.exit_code == 1
    assert (tmp_path / "out").read_text() == "mine"


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
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "template.json").write_text(TEMPLATE)
    files = [str(tmp_path / folder / "template.json") for folder in ("one", "two")]
    result = CliRunner().invoke(main, ["convert", *files, "-o", str(tmp_path / "out"), "--format", "json", "--force"])
    first, second = json.loads(result.stdout)["files"]
    assert result.exit_code == 1
    assert (first["outcome"], second["outcome"]) == ("converted", "refused")
    assert [found["code"] for found in second["findings"] if found["severity"] == "error"] == ["A2P012"]
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["template"]


def images_called(*names: str) -> str:
    return json.dumps([{**json.loads(TEMPLATE), "apiVersion": "2022-07-01", "name": name} for name in names])


@pytest.mark.parametrize("name", ["..", "../..", "../beside", "/beside", "a/../../beside", "..\\beside", "con", "a" * 300, "."])
def test_name_of_an_image_leads_nowhere_but_below_the_output_folder(name: str, tmp_path: Path) -> None:
    (tmp_path / "work").mkdir()
    (tmp_path / "work" / "image.pkr.hcl").write_text("mine")
    (tmp_path / "work" / "template.json").write_text(images_called(name, "b"))
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
    def fails(project: object, files: object, findings: Findings) -> None:
        findings.add(output_codes.SELF_CHECK, "Something is wrong.")

    monkeypatch.setattr("aib2packer.pipeline.check_project", fails)
    result, errors = convert(tmp_path, TEMPLATE)
    assert [error.code for error in errors] == ["A2P801"]
    assert result.exit_code == 3
    assert nothing_written(tmp_path)


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
    assert "There is no .json file in the folder." in result.stderr
