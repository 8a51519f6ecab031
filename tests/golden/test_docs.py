"""The reference pages, the README and the command line say the same, and each page is what the code would print now."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest
from cases import Case, all_cases
from click.testing import CliRunner
from paths import ROOT
from syrupy.assertion import SnapshotAssertion

from aib2packer.cli import COMMANDS, main
from aib2packer.comparison.faces.json_face import as_schema
from aib2packer.constructs.registry import codes
from aib2packer.diagnostics.model import Code
from aib2packer.logs.faces.json_schema import schema_page
from aib2packer.reference.pages import findings_page, mapping_page

README = (ROOT / "README.md").read_text()


def command_line_page() -> str:
    """The help of every command; Markdown."""
    parts = ["# The command line", "", _help([])]
    for name in COMMANDS:
        parts += [f"## {name}", "", _help([name])]
    return "\n".join(parts)


def _help(arguments: list[str]) -> str:
    result = CliRunner().invoke(main, [*arguments, "--help"], prog_name="aib2packer", terminal_width=100)
    assert result.exit_code == 0
    return "\n".join(["```text", result.output.rstrip(), "```", ""])


def test_mapping_page_is_current(golden: SnapshotAssertion) -> None:
    assert mapping_page() == golden(name="mapping.md")


def test_findings_page_is_current(golden: SnapshotAssertion) -> None:
    assert findings_page() == golden(name="findings.md")


def test_schema_of_a_comparison_is_current(golden: SnapshotAssertion) -> None:
    assert as_schema() == golden(name="compare.schema.json")


def test_schema_of_compared_logs_is_current(golden: SnapshotAssertion) -> None:
    assert schema_page() == golden(name="compare-logs.schema.json")


def test_command_line_page_is_current(golden: SnapshotAssertion) -> None:
    assert command_line_page() == golden(name="cli.md")


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_readme_mentions_every_command(name: str) -> None:
    assert f"aib2packer {name}" in README


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_and_option_has_help(name: str) -> None:
    command = main.get_command(click.Context(main), name)
    assert command is not None
    assert command.help
    assert all(option.help for option in command.params if isinstance(option, click.Option))


def test_readme_commands_are_one_line_each() -> None:
    blocks = re.findall(r"<!-- (.+?) -->\n```sh\n(.+?)\n```", README, re.DOTALL)
    assert [name for name, _ in blocks] == ["convert a sample", "run all tests"]
    assert all("\n" not in command for _, command in blocks)


def test_explain_knows_every_code_of_the_page() -> None:
    for code in re.findall(r"^### <a id=.*></a>(A2P\d+)", findings_page(), re.MULTILINE):
        result = CliRunner().invoke(main, ["explain", code])
        assert result.exit_code == 0
        assert code in result.output


def test_explain_refuses_a_code_that_is_none() -> None:
    result = CliRunner().invoke(main, ["explain", "A2P999"])
    assert result.exit_code == 2
    assert "explain" in result.stderr


def test_mapping_of_a_property_has_what_the_table_has() -> None:
    result = CliRunner().invoke(main, ["mapping", "VMSIZE"])
    assert result.exit_code == 0
    assert re.search(r"^properties\.vmProfile\.vmSize\n  Packer +`vm_size`\n  fidelity +exact\n", result.output, re.MULTILINE)
    assert "osDiskSizeGB" not in result.output


def test_mapping_of_a_property_that_is_none_is_wrong_usage() -> None:
    assert CliRunner().invoke(main, ["mapping", "no-such"]).exit_code == 2


def _met() -> dict[str, dict[str, list[Case]]]:
    """The samples in which each code occurs, by severity."""
    found: dict[str, dict[str, list[Case]]] = {}
    for case in all_cases():
        text = (case.golden / "findings.txt").read_text()
        for severity, code in set(re.findall(r"\b(error|warning|note) (A2P\d+):", text)):
            found.setdefault(code, {}).setdefault(severity, []).append(case)
    return found


MET = _met()


@pytest.mark.parametrize("code", [code for code in codes() if code.id in MET], ids=lambda code: code.id)
def test_documented_severities_are_those_that_occur(code: Code) -> None:
    assert sorted(MET[code.id]) == sorted((code.severity, *code.also))


def test_the_most_frequent_codes_have_an_example() -> None:
    with_example = {code.id for code in codes() if code.example}
    number = {code: len({case.name for cases in by.values() for case in cases}) for code, by in MET.items()}
    assert set(sorted(number, key=lambda code: -number[code])[:15]) <= with_example


@pytest.mark.parametrize("code", [code for code in codes() if code.example], ids=lambda code: code.id)
def test_example_of_a_code_is_what_a_sample_has_and_gets(code: Code) -> None:
    before, after = (re.findall("`([^`]+)`", side) for side in code.example.split(" → "))
    cases = [case for found in MET[code.id].values() for case in found]
    assert any(_has(case.folder, before) and _has(case.golden, after) for case in cases)


def _has(folder: Path, pieces: list[str]) -> bool:
    text = " ".join("".join(path.read_text() for path in folder.rglob("*") if path.is_file()).split())
    return all(" ".join(piece.split()) in text for piece in pieces)


def test_readme_is_short() -> None:
    assert len(README.split()) <= 900


def test_readme_links_every_page() -> None:
    pages = {f"golden/docs/{path.name}" for path in (ROOT / "golden" / "docs").glob("*.md")}
    assert set(re.findall(r"\((golden/docs/[\w-]+\.md)\)", README)) == pages


def test_picture_is_small() -> None:
    assert (ROOT / "golden" / "docs" / "side-by-side.png").stat().st_size < 200_000
