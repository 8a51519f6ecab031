"""The command line itself: help, completion, colours, streams, and the forms of findings that other programs read."""

from __future__ import annotations

import errno
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result
from small_template import TEMPLATE

from aib2packer.cli import COMMANDS, main
from aib2packer.cli.help_text import GROUPS, OTHERS
from aib2packer.diagnostics.codes import template as codes
from aib2packer.diagnostics.codes.output import SELF_CHECK
from aib2packer.diagnostics.formats.annotations import as_azure, as_github
from aib2packer.diagnostics.formats.sarif_format import as_sarif
from aib2packer.diagnostics.model import Findings
from aib2packer.diagnostics.place import Place, SourceText


def call(*arguments: object, color: bool = False, **environment: str) -> Result:
    result = CliRunner().invoke(main, [*map(str, arguments)], env=environment, color=color)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def command_named(name: str) -> click.Command:
    command = main.get_command(click.Context(main), name)
    assert command is not None
    return command


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "template.json").write_text(TEMPLATE)
    monkeypatch.chdir(tmp_path)
    return tmp_path


# --- help


def test_every_option_is_in_one_group_and_every_group_has_options() -> None:
    options = {each.name for name in COMMANDS for each in command_named(name).params if isinstance(each, click.Option)}
    grouped = [each for names in GROUPS.values() for each in names]
    assert sorted(grouped) == sorted(str(each) for each in options)


@pytest.mark.parametrize("name", COMMANDS)
def test_help_has_groups_examples_and_exit_codes(name: str) -> None:
    said = call(name, "--help").output
    headings = re.findall(r"^(\w[\w ]+):", said, re.MULTILINE)
    wanted = [group for group in (*GROUPS, OTHERS) if group in headings]
    assert headings[0] == "Usage"
    assert [each for each in headings if each in (*GROUPS, OTHERS)] == wanted
    assert re.search(rf"\nExamples:\n  aib2packer {name}\b", said)
    assert re.search(r"^Exit codes: 0 ", said, re.MULTILINE)


def test_version_has_a_short_option() -> None:
    assert call("-V").output == call("--version").output != ""


# --- completion


def completed(words: str) -> list[str]:
    """What a shell is offered for a line whose last word is not finished; the line is in the environment, as a shell puts it."""
    line = {"COMP_WORDS": words, "COMP_CWORD": str(len(words.split()) - 1)}
    done = CliRunner().invoke(main, prog_name="aib2packer", env={"_AIB2PACKER_COMPLETE": "bash_complete", **line})
    return done.stdout.splitlines()


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("aib2packer convert temp", "file,temp"),
        ("aib2packer compare temp", "file,temp"),
        ("aib2packer check -p dev", "file,dev"),
        ("aib2packer compare-logs pa", "file,pa"),
        ("aib2packer explain a2p60", "plain,A2P607"),
        ("aib2packer check --ignore A2P60", "plain,A2P607"),
        ("aib2packer check --fo", "plain,--format"),
    ],
)
def test_files_and_codes_are_completed(words: str, found: str) -> None:
    assert found in completed(words)


def test_a_code_that_cannot_be_ignored_is_not_offered() -> None:
    assert f"plain,{SELF_CHECK.id}" in completed("aib2packer explain A2P8")
    assert f"plain,{SELF_CHECK.id}" not in completed("aib2packer check --ignore A2P8")


# --- colours


@pytest.mark.parametrize(
    ("choice", "environment", "coloured"),
    [
        ("auto", {}, False),
        ("always", {"NO_COLOR": "1"}, True),
        ("never", {"FORCE_COLOR": "1"}, False),
        ("auto", {"FORCE_COLOR": "1"}, True),
        ("auto", {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
        ("auto", {"FORCE_COLOR": "1", "TERM": "dumb"}, True),
    ],
)
@pytest.mark.parametrize("command", ["check", "compare"])
def test_colours_off_a_terminal(folder: Path, command: str, choice: str, environment: dict[str, str], coloured: bool) -> None:
    known = {**dict.fromkeys(("NO_COLOR", "FORCE_COLOR")), **environment}
    done = CliRunner().invoke(main, ["--color", choice, command, "template.json"], env=known)
    assert ("\x1b[" in done.stdout) is coloured


@pytest.mark.parametrize(("command", "environment", "coloured"), [("check", {}, False), ("compare", {"FORCE_COLOR": "1"}, True)])
def test_colours_of_the_program_itself(folder: Path, command: str, environment: dict[str, str], coloured: bool) -> None:
    words = [sys.executable, "-m", "aib2packer", command, "template.json"]
    known = {name: text for name, text in os.environ.items() if name not in ("NO_COLOR", "FORCE_COLOR")}
    done = subprocess.run(words, cwd=folder, env={**known, **environment}, capture_output=True, text=True, check=False)
    assert ("\x1b[" in done.stdout) is coloured


@pytest.mark.parametrize(
    ("environment", "coloured"), [({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False), ({"NO_COLOR": ""}, True)]
)
def test_colours_on_a_terminal(folder: Path, environment: dict[str, str], coloured: bool) -> None:
    assert ("\x1b[" in call("check", "template.json", color=True, **environment).output) is coloured


# --- streams


def test_check_says_what_it_found_on_stdout_and_convert_on_stderr(folder: Path) -> None:
    checked = call("check", "template.json")
    assert ("A2P641" in checked.stdout, checked.stderr) == (True, "")
    converted = call("convert", "template.json", "-o", "out")
    assert (converted.stdout, "A2P641" in converted.stderr) == ("", True)


# --- forms for programs


def findings_at(name: str) -> Findings:
    """A finding of each severity, with all signs that mean something to a pipeline."""
    source = SourceText(name, 'first\n{"tags": {}}\n')
    found = Findings()
    found.add(codes.NOT_AN_IMAGE_TEMPLATE, "100 % wrong; a]b,c: ##vso[task.x]\n::error::d", place=Place(source, 7, 13))
    found.add(codes.NOT_ABOUT_THE_IMAGE, "##vso[task.setvariable variable=a]b", place=Place(source, 7, 13), path="tags")
    return found


def test_github_gets_a_command_for_each_finding() -> None:
    note, error = sorted(as_github(findings_at("/work/a,b:c.json"), Path("/work")).splitlines(), reverse=True)
    assert note.startswith("::notice file=a%2Cb%3Ac.json,line=2,col=2,title=A2P607%3A ")
    assert note.endswith("::tags: ##vso[task.setvariable variable=a]b")
    assert error.startswith("::error file=a%2Cb%3Ac.json,line=2,col=2,title=")
    assert error.endswith("::100 %25 wrong; a]b,c: ##vso[task.x]␊::error::d")


def test_azure_gets_a_command_for_each_error_and_no_command_from_a_template() -> None:
    error, note = sorted(as_azure(findings_at("/work/a;b].json"), Path("/work")).splitlines())
    assert error.startswith("##vso[task.logissue type=error;sourcepath=a%3Bb%5D.json;linenumber=2;columnnumber=2;code=A2P")
    assert error.endswith(";]100 %AZP25 wrong; a]b,c: ##vso[task.x]␊::error::d")
    assert note == "a;b].json:2:2: note A2P607: tags: # #vso[task.setvariable variable=a]b"


@pytest.mark.parametrize(
    ("name", "artifact"),
    [
        ("/work/in a.json", {"uri": "in%20a.json"}),
        ("./b/../c.json", {"uri": "c.json"}),
        ("/other/d.json", {"uri": "file:///other/d.json"}),
        ("<stdin>", {"description": {"text": "standard input"}}),
    ],
)
def test_sarif_has_uris_from_the_folder(name: str, artifact: dict[str, object]) -> None:
    (run,) = json.loads(as_sarif(findings_at(name), "1", Path("/work")))["runs"]
    assert {json.dumps(each["locations"][0]["physicalLocation"]["artifactLocation"]) for each in run["results"]} == {
        json.dumps(artifact)
    }
    assert "informationUri" not in run["tool"]["driver"]


def test_sarif_links_each_rule_to_its_place_in_the_findings_page() -> None:
    home = "https://example.com/team/aib2packer"
    (run,) = json.loads(as_sarif(findings_at("a.json"), "1", Path("/work"), home))["runs"]
    driver = run["tool"]["driver"]
    assert driver["informationUri"] == home
    for rule in driver["rules"]:
        page, anchor = rule["helpUri"].removeprefix(f"{home}/blob/main/").split("#")
        assert f'<a id="{anchor}"></a>' in (Path(__file__).parents[2] / page).read_text()


@pytest.mark.parametrize("form", ["github", "azure"])
def test_annotations_are_all_that_is_on_stdout(folder: Path, form: str) -> None:
    result = call("check", folder / "template.json", "--format", form)
    assert result.exit_code == 0
    assert "template.json" in result.stdout
    assert str(folder) not in result.stdout
    assert all(line.startswith(("::", "##vso[", "template.json:")) for line in result.stdout.splitlines())


@pytest.mark.parametrize("command", ["compare", "compare-logs", "convert", "check"])
def test_the_help_has_arguments_in_the_usage_only(command: str) -> None:
    text = CliRunner().invoke(main, [command, "--help"]).stdout
    _, _, options = text.partition("Other options:\n")
    assert options.partition("\n\n")[0].split() == ["-h,", "--help", "Show", "this", "message", "and", "exit."]


# --- what is written, and what is not


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize(
    "arguments",
    [
        ("convert", ""),
        ("convert", "template.json", "-o", ""),
        ("convert", "template.json", "--report", ""),
        ("check", "template.json", "-p", ""),
        ("compare", "template.json", ""),
        ("compare", ""),
        ("preflight", ""),
        ("pull", "-o", ""),
    ],
)
def test_an_empty_path_is_wrong_usage(arguments: tuple[str, ...], folder: Path) -> None:
    result = call(*arguments)
    assert (result.exit_code, result.stderr.splitlines()[-1].partition(": ")[2].partition(": ")[2]) == (2, "The path is empty.")
    assert names_in(folder) == ["template.json"]


@pytest.mark.parametrize("given", [("--source", "x"), ("--build", "x"), ("--var", "a=b"), ("--var-file", "template.json")])
def test_what_is_about_a_project_needs_one(given: tuple[str, str], folder: Path) -> None:
    result = call("compare", folder / "template.json", *given)
    assert result.exit_code == 2
    assert result.stderr.endswith("are about a project. Name its folder: PACKER_DIR.\n")


def test_a_report_of_another_form_is_not_written(folder: Path) -> None:
    result = call("convert", folder / "template.json", "--report", "report.pdf")
    assert (result.exit_code, names_in(folder)) == (2, ["template.json"])
    assert result.stderr.endswith("--report takes a file that ends in .html.\n")


@pytest.mark.parametrize("given", [("--color", "always"), ()])
def test_a_report_has_no_colours_and_goes_where_a_link_leads(given: tuple[str, ...], folder: Path) -> None:
    (folder / "link.txt").symlink_to("told.txt")
    call(*given, "compare", folder / "template.json", "-o", "link.txt", color=True)
    assert (folder / "link.txt").is_symlink()
    assert "\x1b" not in (folder / "told.txt").read_text()
    assert (folder / "told.txt").read_text() == call("compare", folder / "template.json").stdout


def test_a_report_that_cannot_be_written_leaves_the_older_one(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "page.html").write_text("older")

    def full(path: Path, content: bytes) -> int:
        with path.open("wb") as file:
            file.write(content[:100])
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    result = call("compare", folder / "template.json", "--format", "html", "-o", "page.html")
    assert result.exit_code == 2
    assert "page.html cannot be written: No space left on device." in result.stderr
    assert (folder / "page.html").read_text() == "older"
    assert names_in(folder) == ["page.html", "template.json"]


NAME = "a\n::set-env\x1b[31m\u202e##vso[task.setvariable variable=x]y"


@pytest.mark.parametrize("count", [1, 9])
def test_a_file_name_steers_no_terminal_and_no_pipeline(count: int, folder: Path) -> None:
    for number in range(count):
        (folder / "in" / f"{NAME}{number}").mkdir(parents=True)
        (folder / "in" / f"{NAME}{number}" / "t.json").write_text(TEMPLATE)
    for arguments in (("check", "in"), ("convert", "in", "-o", "out")):
        said = call(*arguments).output
        assert not set(said) & {"\x1b", "\u202e"}
        assert "##vso[" not in said
        assert not any(line.lstrip().startswith("::") for line in said.splitlines())
    files = [path.read_text() for path in (folder / "out").rglob("*.hcl")]
    assert len(files) > count
    assert not any(set(text) & {"\x1b", "\u202e"} for text in files)


def test_an_excerpt_is_no_command_of_a_pipeline(folder: Path) -> None:
    for line in ("    ::set-env name=a::b", "    '##vso[task.setvariable variable=a]b'"):
        (folder / "template.json").write_text(TEMPLATE.replace('"customize"', f'"customiz":\n{line}\n,"customize"'))
        said = call("check", "template.json").output
        assert "##vso[" not in said
        assert not any(each.lstrip().startswith("::") for each in said.splitlines())
