"""`.aib2packer.json`, and a conversion over the project of an earlier one: what a person changed is kept, what is no longer needed goes."""

from __future__ import annotations

import json
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest
from cases import all_cases, case_named
from click.testing import CliRunner, Result

from aib2packer.cli import main
from aib2packer.comparison.model import Author
from aib2packer.ir.needs import from_json
from aib2packer.pipeline import Options
from aib2packer.side_by_side import Against, compare_template

TEMPLATE = (case_named("linux-gallery").folder / "template.json").read_text()
RECORD = ".aib2packer.json"


def convert(folder: Path, template: str = TEMPLATE, *options: str) -> Result:
    (folder / "template.json").write_text(template)
    return CliRunner().invoke(main, ["convert", str(folder / "template.json"), "-o", str(folder / "out"), *options])


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize(
    "need",
    [
        {"kind": "thing", "title": ["a"], "look": "b"},
        {"kind": "thing", "title": ["a"], "look": ["b"], "expects": ["c"]},
        {"kind": "vm size", "size": 1, "region": "r", "subscription": "s"},
        {"kind": "vm size"},
        {"kind": "other"},
        [],
    ],
)
def test_need_of_another_form_is_no_need(need: object) -> None:
    with pytest.raises(ValueError, match="not a need"):
        from_json(need)


def test_every_file_is_in_the_record_with_its_checksum(tmp_path: Path) -> None:
    assert convert(tmp_path).exit_code == 0
    files = contents(tmp_path / "out")
    record = json.loads(files.pop(RECORD))
    assert record["files"] == {path: sha256(content).hexdigest() for path, content in sorted(files.items())}
    assert record["template"]["sha256"] == sha256(TEMPLATE.encode()).hexdigest()


@pytest.mark.judge
def test_options_of_the_record_give_the_same_project_again(tmp_path: Path) -> None:
    for case in all_cases():
        if case.exit != 0 or "-p" in case.arguments:
            continue
        template = str(case.folder / case.template)
        CliRunner().invoke(main, ["convert", template, "-o", str(tmp_path / "one"), "--force", *case.arguments])
        records = sorted((tmp_path / "one").rglob(RECORD))
        if len(records) != 1 or "--downloads" in case.arguments:
            continue
        words = json.loads(records[0].read_text())["options"]
        CliRunner().invoke(main, ["convert", template, "-o", str(tmp_path / "two"), "--force", *words])
        assert contents(tmp_path / "one") == contents(tmp_path / "two"), case.name


def test_secret_given_on_the_command_line_is_in_no_file(tmp_path: Path) -> None:
    image = json.loads(TEMPLATE) | {"name": "image"}
    image["properties"]["customize"][1]["inline"] = ["[concat('echo ', parameters('word'))]"]
    template = {
        "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
        "parameters": {"word": {"type": "secureString"}},
        "resources": [image],
    }
    assert convert(tmp_path, json.dumps(template), "--set", "word=hunter2-of-us").exit_code == 0
    assert not any(b"hunter2-of-us" in content for content in contents(tmp_path / "out").values())


def test_same_conversion_again_changes_nothing(tmp_path: Path) -> None:
    convert(tmp_path)
    before = contents(tmp_path / "out")
    result = convert(tmp_path)
    assert result.exit_code == 0
    assert "A2P01" not in result.stderr
    assert contents(tmp_path / "out") == before


def test_file_that_a_person_changed_is_kept_and_named(tmp_path: Path) -> None:
    convert(tmp_path)
    values = tmp_path / "out" / "values.auto.pkrvars.hcl"
    values.write_text('subscription_id = "mine"\n')
    (tmp_path / "out" / "own.txt").write_text("mine")
    result = convert(tmp_path, TEMPLATE.replace("Standard_D2s_v3", "Standard_D4s_v3"))
    assert result.exit_code == 0
    assert "values.auto.pkrvars.hcl, because a person filled it in." in result.stderr
    assert values.read_text() == 'subscription_id = "mine"\n'
    assert "Standard_D4s_v3" in (tmp_path / "out" / "image.pkr.hcl").read_text()
    assert (tmp_path / "out" / "own.txt").read_text() == "mine"
    convert(tmp_path)
    assert values.read_text() == 'subscription_id = "mine"\n', "it is still theirs at the next conversion"
    (tmp_path / "out" / "image.pkr.hcl").write_text("mine")
    result = convert(tmp_path, TEMPLATE, "--force")
    assert "values.auto.pkrvars.hcl, because a person filled it in. Delete it to get a new one." in result.stderr
    assert values.read_text() == 'subscription_id = "mine"\n', "--force is not for what a person filled in"
    assert "mine" not in (tmp_path / "out" / "image.pkr.hcl").read_text()


def test_a_download_that_is_kept_although_its_url_is_another_is_named(tmp_path: Path) -> None:
    template = (case_named("download-signed").folder / "template.json").read_text()
    convert(tmp_path, template)
    for name in ("setup.sh", "tool.tar.gz"):  # the second has a checksum, by which the fetch script tells
        (tmp_path / "out" / "scripts" / name).write_text("#!/bin/sh\n")
    assert "A2P014" not in convert(tmp_path, template).output
    said = " ".join(
        convert(tmp_path, template.replace("/scripts/setup.sh", "/v2/setup.sh").replace("/files/", "/v2/")).output.split()
    )
    assert "although downloaded from another URL: scripts/setup.sh. Delete it to get the new one." in said


def test_a_kept_file_keeps_its_record_so_that_compare_tells_what_it_lacks(tmp_path: Path) -> None:
    convert(tmp_path)
    image = tmp_path / "out" / "image.pkr.hcl"
    image.write_text(
        image.read_text().replace("os_disk_size_gb                     = 64", "os_disk_size_gb                     = 99")
    )
    newer = TEMPLATE.replace("Standard_D2s_v3", "Standard_D4s_v3")
    for _ in range(2):
        result = convert(tmp_path, newer)
        assert "Not brought up to date in" in result.stderr
        assert "image.pkr.hcl. `aib2packer compare` shows what they lack; --force overwrites them." in result.stderr
    found = compare_template(str(tmp_path / "template.json"), Against(folder=tmp_path / "out"), Options()).comparison
    assert found is not None
    authors = {row.key: row.author for row in found.rows if row.differs}
    assert authors == {"vmProfile.vmSize": Author.TEMPLATE, "vmProfile.osDiskSizeGB": Author.PERSON}


def test_file_that_is_no_longer_needed_goes_and_a_changed_one_stays(tmp_path: Path) -> None:
    convert(tmp_path)
    step = tmp_path / "out" / "scripts" / "03-containers.sh"
    assert step.exists()
    without = TEMPLATE.replace("{{.Names}}", "names")
    result = convert(tmp_path, without)
    assert "A2P015: Removed from" in result.stderr
    assert not step.exists()
    convert(tmp_path)
    step.write_text("mine")
    result = convert(tmp_path, without)
    assert "A2P014" in result.stderr
    assert step.read_text() == "mine"


def other_outputs(record: dict[str, object]) -> None:
    record["template"] = {"file": "template.json", "image": "template", "outputs": ["another"], "sha256": ""}


def newer(record: dict[str, object]) -> None:
    record["format"] = 99


def without_files(record: dict[str, object]) -> None:
    del record["files"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (other_outputs, "holds the project of template.json"),
        (newer, "was written by a newer aib2packer"),
        (without_files, "is damaged"),
        (None, "is damaged"),
    ],
)
def test_record_of_no_use_stops_the_conversion(
    change: Callable[[dict[str, object]], None] | None, words: str, tmp_path: Path
) -> None:
    convert(tmp_path)
    place = tmp_path / "out" / RECORD
    record = json.loads(place.read_text())
    if change is not None:
        change(record)
    place.write_text(json.dumps(record) if change is not None else "{")
    before = contents(tmp_path / "out")
    result = convert(tmp_path, TEMPLATE.replace("westus2", "westus3"))
    assert result.exit_code == 1
    assert "A2P010" in result.stderr
    assert words in result.stderr
    assert contents(tmp_path / "out") == before
    assert convert(tmp_path, TEMPLATE.replace("westus2", "westus3"), "--force").exit_code == 0
    assert "westus3" in (tmp_path / "out" / "image.pkr.hcl").read_text()


def test_record_cannot_lead_out_of_the_folder(tmp_path: Path) -> None:
    convert(tmp_path)
    (tmp_path / "victim").write_text("mine")
    place = tmp_path / "out" / RECORD
    record = json.loads(place.read_text())
    record["files"]["../victim"] = sha256(b"mine").hexdigest()
    place.write_text(json.dumps(record))
    assert convert(tmp_path).exit_code == 1
    assert (tmp_path / "victim").read_text() == "mine"
