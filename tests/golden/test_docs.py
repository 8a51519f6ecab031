"""The reference pages, the README and the command line say the same, and each page is what the code would print now."""

from __future__ import annotations

import re

import click
import pytest
from click.testing import CliRunner
from paths import ROOT
from syrupy.assertion import SnapshotAssertion

from aib2packer.cli import COMMANDS, main
from aib2packer.comparison.faces.json_face import as_schema
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
