"""What is shown and what is ignored, on the command line and in a file of settings."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result
from small_template import TEMPLATE

from aib2packer.cli import main
from aib2packer.configuration import OWN_FILE, SETTINGS, SHARED_FILE, ConfigurationError, read_configuration
from aib2packer.constructs.registry import codes
from aib2packer.diagnostics.model import Findings, Severity

WARNING, NOTE, ERROR = "A2P641", "A2P607", "A2P101"
NOTED = TEMPLATE.replace('  "location"', '  "tags": { "team": "web" },\n  "location"')

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Calls a command for a template with one warning and one note, in a folder of its own."""
    (tmp_path / "template.json").write_text(NOTED)
    monkeypatch.chdir(tmp_path)

    def call(command: str, *arguments: str) -> Result:
        return CliRunner().invoke(main, [command, "template.json", *arguments])

    return call


def _codes(result: Result) -> set[str]:
    return {code for code in (WARNING, NOTE) if code in result.output}


@pytest.mark.parametrize(("level", "shown"), [("note", {WARNING, NOTE}), ("warning", {WARNING}), ("error", set())])
@pytest.mark.parametrize("command", ["check", "convert"])
def test_level_is_what_is_shown(run: Run, command: str, level: str, shown: set[str]) -> None:
    result = run(command, "--level", level)
    assert (result.exit_code, _codes(result)) == (0, shown)
    assert "0 errors, 1 warning, 1 note" in (result.stdout if command == "check" else result.stderr)


@pytest.mark.parametrize("form", ["json", "sarif"])
def test_level_counts_for_programs_too(run: Run, form: str) -> None:
    said = run("check", "--format", form, "--level", "warning").stdout
    assert (WARNING in said, NOTE in said) == (True, False)


def test_strict_shows_the_warnings_that_refuse(run: Run) -> None:
    result = run("convert", "--strict", "--level", "error")
    assert (result.exit_code, _codes(result)) == (1, {WARNING})


@pytest.mark.parametrize("arguments", [("--ignore", "a2p641"), ("--ignore", "A2P607", "--ignore", "A2P641")])
def test_ignored_warning_does_not_count_for_strict(run: Run, arguments: tuple[str, ...]) -> None:
    result = run("convert", "--strict", *arguments)
    assert result.exit_code == 0, result.stderr
    assert WARNING not in result.stderr
    assert "0 errors, 0 warnings" in result.stderr


def test_ignored_findings_are_in_no_format(run: Run) -> None:
    for form in ("json", "sarif"):
        said = run("check", "--format", form, "--ignore", NOTE, "--ignore", WARNING).stdout
        assert NOTE not in said
        assert WARNING not in said


def test_error_of_an_ignored_code_stays() -> None:
    code = next(code for code in codes() if code.severity is Severity.WARNING)
    findings = Findings()
    findings.add(code, "one", severity=Severity.ERROR)
    findings.add(code, "two")
    findings.ignore({code.id})
    assert [each.message for each in findings] == ["one"]


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (ERROR, "A2P101 is an error. Only warnings and notes can be ignored."),
        ("A2P6417", "There is no code A2P6417. Did you mean A2P641?"),
        ("A2P999", "There is no code A2P999. `aib2packer explain` lists them all."),
        ("", "The code is empty. `aib2packer explain` lists them all."),
    ],
)
def test_codes_that_cannot_be_ignored(run: Run, code: str, words: str) -> None:
    for command in ("check", "convert"):
        result = run(command, "--ignore", code)
        assert result.exit_code == 2
        assert words in result.stderr


def test_no_error_can_be_ignored(run: Run) -> None:
    for code in codes():
        if code.severity is Severity.ERROR:
            assert run("check", "--ignore", code.id).exit_code == 2, code.id


# --- files of settings


def _settings(folder: Path, text: str, name: str = OWN_FILE) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text)
    return folder


def test_settings_are_defaults_and_the_command_line_wins(run: Run, tmp_path: Path) -> None:
    _settings(tmp_path, f'level = "warning"\nignore = ["{WARNING}"]\nstrict = true\n')
    assert (run("check").exit_code, _codes(run("check"))) == (0, set())
    assert _codes(run("check", "--level", "note")) == {NOTE}
    assert run("check", "--ignore", NOTE).exit_code == 1
    assert run("check", "--ignore", NOTE, "--no-strict").exit_code == 0


def test_each_option_may_be_set_and_the_record_has_what_results(run: Run, tmp_path: Path) -> None:
    text = 'with = ["spot"]\nauth = "oidc"\nscripts = "both"\ndownloads = "vm"\npipeline = "github"\nparameters-beside = true\n'
    _settings(tmp_path, text)
    assert run("convert", "-o", "out", "--auth", "cli").exit_code == 0
    said = json.loads((tmp_path / "out" / ".aib2packer.json").read_text())["options"]
    assert said == ["--downloads", "vm", "--with", "spot", "--scripts", "both", "--pipeline", "github"]


def test_pipeline_of_a_file_gives_way_to_the_command_line(run: Run, tmp_path: Path) -> None:
    _settings(tmp_path, 'pipeline = "github"\n')
    assert run("convert", "--dry-run", "--builder", "null").exit_code == 0
    assert run("convert", "--dry-run", "--scripts", "powershell").exit_code == 0
    _settings(tmp_path, 'pipeline = "github"\nscripts = "powershell"\n')
    assert run("convert", "--dry-run").exit_code == 2


def test_nearest_file_counts_alone(tmp_path: Path) -> None:
    _settings(tmp_path, "strict = true\n")
    inner = _settings(tmp_path / "one" / "two", '[tool.other]\nlevel = "none"\n', SHARED_FILE)
    assert read_configuration(inner) == {"strict": True}
    _settings(tmp_path / "one", '[tool.aib2packer]\nlevel = "error"\n', SHARED_FILE)
    assert read_configuration(inner) == {"level": "error"}
    _settings(tmp_path / "one", 'auth = "oidc"\n')
    assert read_configuration(inner) == {"auth": "oidc"}


def test_conversions_and_other_commands_read_no_settings(run: Run, tmp_path: Path) -> None:
    _settings(tmp_path, "this is not TOML")
    assert run("compare").exit_code == 0
    assert CliRunner().invoke(main, ["convert", "--help"]).exit_code == 0
    assert run("convert").exit_code == 2


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("levl = 1\n", ":1: There is no setting levl. Did you mean level? Write one of level, ignore, "),
        ("\nstrict = 1\n", ":2: strict cannot be 1. Write true or false."),
        ('level = "all"\n', ':1: level cannot be "all". Write one of "error", "warning", "note".'),
        ('ignore = "A2P607"\n', ':1: ignore cannot be "A2P607". Write a list of codes, such as ["A2P607"].'),
        ('ignore = ["A2P101"]\n', ':1: ignore cannot be ["A2P101"]. A2P101 is an error.'),
        ('ignore = ["A2P6077"]\n', "There is no code A2P6077. Did you mean A2P607?"),
        ('with = ["sport"]\n', ':1: with cannot be ["sport"]. Write a list of "trusted-launch", '),
        ("with = [[1]]\n", ":1: with cannot be [[1]]. Write a list of"),
        ("auth = { kind = 1 }\n", ':1: auth cannot be {"kind": 1}. Write one of "cli", '),
        ("[auth]\nkind = 1\n", ':1: auth cannot be {"kind": 1}.'),
        ("strict = true\nlevel = \n", ":2: This is not TOML ("),
        ("level = 1979-05-27\n", ':1: level cannot be "1979-05-27".'),
    ],
)
@pytest.mark.parametrize("name", [OWN_FILE, SHARED_FILE])
def test_wrong_settings_name_file_line_and_remedy(run: Run, tmp_path: Path, name: str, text: str, message: str) -> None:
    if name == SHARED_FILE:
        text = f"[tool.other]\n[tool.aib2packer]\n{text}".replace("[auth]", "[tool.aib2packer.auth]")
        message = message.replace(":1:", ":3:", 1) if message.startswith(":1:") else message.replace(":2:", ":4:", 1)
    _settings(tmp_path, text, name)
    result = run("check")
    assert result.exit_code == 2
    assert message in result.stderr
    assert str(tmp_path / name) in result.stderr


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / OWN_FILE).write_bytes(b"\xff\xfel")
    with pytest.raises(ConfigurationError, match="is not UTF-8"):
        read_configuration(tmp_path)
    (tmp_path / OWN_FILE).unlink()
    _settings(tmp_path, "[tool]\naib2packer = 1\n", SHARED_FILE)
    with pytest.raises(ConfigurationError, match=r"Write \[tool.aib2packer\]"):
        read_configuration(tmp_path)


def test_every_setting_is_an_option_of_convert_and_of_check() -> None:
    for command in ("convert", "check"):
        found = main.get_command(click.Context(main), command)
        assert found is not None
        assert {each.parameter for each in SETTINGS.values()} <= {each.name for each in found.params}
