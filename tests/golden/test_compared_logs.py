"""Every pair of logs gives its golden comparison, in each format."""

from __future__ import annotations

import json

import pytest
from cases import without_advice
from click.testing import CliRunner
from jsonschema import Draft202012Validator
from log_pairs import LEFT, RIGHT, LogPair, all_pairs
from syrupy.assertion import SnapshotAssertion

from aib2packer.cli import main
from aib2packer.logs.faces.json_schema import schema_page

PAIRS = all_pairs()
FORMS = {"text": "comparison.txt", "json": "comparison.json", "markdown": "comparison.md"}
ALIKE = ("linux-same", "utf-16", "isolated-and-pipeline")


def ids(pair: LogPair) -> str:
    return f"logs-{pair.name}"


@pytest.mark.parametrize("pair", PAIRS, ids=ids)
def test_logs_give_their_golden(pair: LogPair, golden: SnapshotAssertion, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(pair.folder)
    made: set[str] = set()
    for form, name in FORMS.items():
        result = CliRunner().invoke(main, ["compare-logs", LEFT, RIGHT, "--format", form])
        assert result.exit_code == pair.exit, result.output
        file = "comparison.txt" if pair.exit == 2 else name
        made.add(file)
        assert without_advice(result.stdout or result.stderr) == golden(name=file)
        if form == "json" and pair.exit != 2:
            Draft202012Validator(json.loads(schema_page())).validate(json.loads(result.stdout))
    assert {path.name for path in pair.golden.iterdir()} == made


@pytest.mark.parametrize("pair", PAIRS, ids=ids)
def test_pages_and_sarif_name_each_difference(pair: LogPair, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(pair.folder)
    if pair.exit == 2:
        return
    call = CliRunner().invoke
    document = json.loads(call(main, ["compare-logs", LEFT, RIGHT, "--format", "json"]).stdout)
    differing = [row for row in document["rows"] if row["verdict"] not in ("same", "cannot tell")]
    sarif = json.loads(call(main, ["compare-logs", LEFT, RIGHT, "--format", "sarif"]).stdout)
    assert len(sarif["runs"][0]["results"]) == len(differing)
    page = call(main, ["compare-logs", LEFT, RIGHT, "--format", "html"]).stdout
    assert page.count("<tr>") - (2 if differing else 1) == len(document["rows"]) + len(differing)


@pytest.mark.parametrize("pair", PAIRS, ids=ids)
def test_text_fits_80_columns_and_says_all(pair: LogPair, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(pair.folder)
    result = CliRunner().invoke(main, ["compare-logs", LEFT, RIGHT, "--all"])
    if pair.exit != 2:
        document = json.loads(CliRunner().invoke(main, ["compare-logs", LEFT, RIGHT, "--format", "json"]).stdout)
        rows = [line for line in result.stdout.splitlines() if line[2:3] in "=~-+↕?" and line[3:4] == " " and line[:2] == "  "]
        assert len(rows) == len(document["rows"])
        assert max(map(len, result.stdout.splitlines())) <= 80


def test_the_form_of_a_log_is_no_difference() -> None:
    pairs = {pair.name: pair for pair in PAIRS}
    for left in ALIKE:
        for right in ALIKE:
            logs = [pairs[left].folder / LEFT, pairs[right].folder / RIGHT]
            assert CliRunner().invoke(main, ["compare-logs", *map(str, logs)]).exit_code == 0


def test_every_pair_says_why_it_is_there() -> None:
    assert len({pair.why for pair in PAIRS}) == len(PAIRS)
    assert all(pair.why.endswith(".") for pair in PAIRS)
