"""Every sample gives its golden project and its golden findings, byte for byte."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from cases import Case, all_cases, case_named, run_case
from changing import asked_for
from for_all import for_all
from log_pairs import all_pairs
from paths import GOLDEN
from syrupy.assertion import SnapshotAssertion

CASES = all_cases()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_sample_gives_its_golden(
    case: Case, golden: SnapshotAssertion, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pytestconfig: pytest.Config
) -> None:
    run = run_case(case, tmp_path / "project", monkeypatch)
    assert run.findings == golden(name="findings.txt")
    for path, text in run.files.items():
        assert text == golden(name=path)
    assert run.exit == case.exit
    assert bool(run.files) == (case.exit == 0 or "images not converted" in run.findings)
    folder = case.golden
    left = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()} - {"findings.txt", *run.files}
    if pytestconfig.getoption("update_snapshots"):
        for path in left:
            (folder / path).unlink()
        left = set()
    assert left == set()


@pytest.mark.parametrize(
    "name", ["linux-gallery", "windows-all", "outputs-one-of-each", "arm-copy-resource", "refused-bad-names"]
)
def test_second_conversion_gives_the_same(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    case = case_named(name)
    assert run_case(case, tmp_path / "one", monkeypatch) == run_case(case, tmp_path / "two", monkeypatch)


def test_samples_and_goldens_are_pairs() -> None:
    goldens = {folder for folder in GOLDEN.glob("*/*") if folder.is_dir()}
    assert goldens == {case.golden for case in CASES} | {pair.golden for pair in all_pairs()}


def test_every_case_has_a_name_of_its_own() -> None:
    names = [case.name for case in CASES]
    assert len(set(names)) == len(names)


def test_every_sample_says_why_it_is_there() -> None:
    reasons = [case.why for case in CASES]
    assert all(reason.strip().endswith(".") for reason in reasons)
    assert len(set(reasons)) == len(reasons)


@for_all(sorted(GOLDEN.rglob(".aib2packer.json")), lambda record: str(record.parent.relative_to(GOLDEN)))
def test_preflight_asks_for_nothing_that_the_project_does_not_have(record: Path) -> None:
    hcl = "\n".join(path.read_text() for path in record.parent.glob("*.hcl"))
    needs = json.dumps(json.loads(record.read_text())["needs"])
    for kind, name in re.findall(r"\b(var|local)\.([\w-]+)", needs):
        assert re.search(rf'^variable "{name}"' if kind == "var" else rf"^  {name}\s+=", hcl, re.MULTILINE), (kind, name)


@for_all(sorted(GOLDEN.rglob("findings.txt")), lambda findings: str(findings.parent.relative_to(GOLDEN)))
def test_variable_that_is_said_to_be_set_is_declared(findings: Path) -> None:
    """Also where a file has several projects: then one of them declares it."""
    folder = findings.parent
    text = "".join(path.read_text() for path in folder.rglob("*.pkr.hcl"))
    declared = {name.replace("-", "_") for name in re.findall(r'^variable "([^"]+)"', text, re.MULTILINE)}
    for path in (findings, *folder.rglob("MIGRATION.md")):
        assert asked_for([path.read_text()]) <= declared, path.name
