"""The project's own PowerShell scripts: every one parses, also in Windows PowerShell 5.1, and those for the build VM do what they say.

A grammar of PowerShell looks at them everywhere; where a PowerShell is on PATH it parses and runs them, too.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import tree_sitter_powershell
from building.real_powershell import needs_powershell, powershell_command, powershell_environment, run_powershell
from cases import case_named
from paths import GOLDEN, SAMPLES
from tree_sitter import Language, Node, Parser

from aib2packer import Options, convert

FIXED = {"fetch.ps1", "run.ps1", "distribute.ps1", "generalize.ps1", "DeprovisioningScript.ps1"}
OWN = sorted(path for path in GOLDEN.rglob("*.ps1") if path.name in FIXED or "in the build VM" in path.read_text())
NEWER = {"&&", "||", "?", "??", "??=", "?.", "?["}
"""What only PowerShell 7 takes, as the grammar names it."""


def test_there_are_scripts_of_each_kind() -> None:
    assert {path.name for path in OWN} > FIXED


@pytest.mark.parametrize("path", OWN, ids=lambda path: str(path.relative_to(GOLDEN)))
def test_the_grammar_of_powershell_takes_the_script(path: Path) -> None:
    text = path.read_bytes()
    nodes = list(_nodes(Parser(Language(tree_sitter_powershell.language())).parse(text).root_node))
    assert [(node.start_point, text[node.start_byte : node.end_byte]) for node in nodes if node.is_error or node.is_missing] == []
    assert {node.type for node in nodes} & NEWER == set()


def _nodes(node: Node) -> Iterator[Node]:
    yield node
    for child in node.children:
        yield from _nodes(child)


def test_windows_powershell_can_tell_the_encoding() -> None:
    foreign = [path for path in OWN if not path.read_bytes().isascii()]
    assert foreign
    assert [path for path in foreign if not path.read_bytes().startswith(b"\xef\xbb\xbf")] == []


def test_no_command_of_linux_is_named_where_scripts_are_in_powershell() -> None:
    result = convert(SAMPLES / "builds" / "build-timeout" / "template.json", Options(scripts="powershell"))
    assert "`timeout " not in str(result.projects[0].files["MIGRATION.md"])


_PARSE = r"""
foreach ($path in [IO.File]::ReadAllLines($args[0])) {
  $tokens = $null; $errors = $null
  $tree = [Management.Automation.Language.Parser]::ParseFile($path, [ref] $tokens, [ref] $errors)
  foreach ($each in $errors) { "${path}: $each" }
  foreach ($each in $tokens) { if ("$($each.Kind)" -match '^(AndAnd|OrOr|QuestionMark|Question)') { "${path}: $($each.Text) in line $($each.Extent.StartLineNumber)" } }
  foreach ($each in $tree.FindAll({ $args[0] -is [Management.Automation.Language.CommandAst] }, $true)) {
    $name = $each.GetCommandName()
    if ($name -match '^[A-Z]\w+-[A-Z]' -and -not (Get-Command $name -ErrorAction SilentlyContinue) -and $name -ne 'Get-Service' -and
        "$tree" -notmatch "function $name\b") { "${path}: there is no $name" }
  }
}
"""


@needs_powershell
def test_powershell_parses_every_script_and_knows_its_commands(tmp_path: Path) -> None:
    (tmp_path / "paths").write_text("\n".join(map(str, OWN)))
    (tmp_path / "parse.ps1").write_text(_PARSE)
    done = run_powershell(tmp_path / "parse.ps1", str(tmp_path / "paths"), seconds=600)
    assert (done.returncode, done.stdout) == (0, "")


# --- lines with live values -----------------------------------------------------------------------------------------


@needs_powershell
@pytest.mark.parametrize(("lines", "code"), [("'done'", 0), ("exit 3010", 3010 % 256), ("throw 'broken'", 1)])
def test_lines_with_live_values_are_gone_when_they_have_run(lines: str, code: int, tmp_path: Path) -> None:
    place = tmp_path / "filled-in.ps1"
    place.write_text(f"{lines}\n")
    step = (case_named("powershell-live").golden / "scripts" / "01-register.ps1").read_text()
    (tmp_path / "step.ps1").write_text(step.replace("c:/Windows/Temp/aib2packer-01.ps1", str(place)))
    assert run_powershell(tmp_path / "step.ps1").returncode == code
    assert not place.exists()


# --- generalizing -----------------------------------------------------------------------------------------------------

_WINDOWS = r"""
$global:asked = @{}
$global:now = Get-Date '2026-01-01'
function global:Get-Date { $global:now }
function global:Start-Sleep { $global:now = $global:now.AddMinutes(1) }
function global:Get-Service($Name) {
  if ($Name -eq 'WindowsAzureTelemetryService') { return }
  $global:asked[$Name]++
  [pscustomobject]@{ Status = if ($global:asked[$Name] -gt SLOW) { 'Running' } else { 'Stopped' } }
}
function global:Get-ItemProperty { [pscustomobject]@{ ImageState = STATES } }
$env:SystemRoot = 'ROOT'
& 'SCRIPT'
exit $LASTEXITCODE
"""


def _generalize(folder: Path, slow: int, states: str) -> subprocess.CompletedProcess[str]:
    root = folder / "windows"
    for place in ("system32/Sysprep", "Panther", "System32/Sysprep"):
        (root / place).mkdir(parents=True, exist_ok=True)
    for answers in ("system32/Sysprep/unattend.xml", "Panther/unattend.xml"):
        (root / answers).write_text("<unattend/>")
    sysprep = root / "System32" / "Sysprep" / "Sysprep.exe"
    sysprep.write_text(f'#!/bin/sh\necho "$@" > {folder}/sysprep\n')
    sysprep.chmod(0o755)
    text = _WINDOWS.replace("SLOW", str(slow)).replace("STATES", states).replace("ROOT", str(root))
    script = case_named("windows-all").golden / "scripts" / "DeprovisioningScript.ps1"
    (folder / "run.ps1").write_text(text.replace("SCRIPT", str(script)))
    return subprocess.run(
        powershell_command(folder / "run.ps1"),
        env=powershell_environment({"PATH": "/usr/bin:/bin"}),
        capture_output=True,
        text=True,
        check=False,
    )


@needs_powershell
def test_sysprep_runs_when_the_agents_do_and_its_end_is_waited_for(tmp_path: Path) -> None:
    states = "if ($global:asked.state++ -lt 3) { 'IMAGE_STATE_COMPLETE' } else { 'IMAGE_STATE_GENERALIZE_RESEAL_TO_OOBE' }"
    done = _generalize(tmp_path, 5, f"$({states})")
    assert done.returncode == 0, done.stdout + done.stderr
    assert (tmp_path / "sysprep").read_text() == "/oobe /generalize /quiet /quit\n"
    assert not list(tmp_path.rglob("unattend.xml"))
    assert done.stdout.count("IMAGE_STATE_COMPLETE") == 3
    assert done.stdout.rstrip().endswith(">>> Sysprep complete ...")


@needs_powershell
@pytest.mark.parametrize(
    ("slow", "state", "message"),
    [
        (10_000, "x", "The service RdAgent did not start in 30 minutes."),
        (0, "IMAGE_STATE_UNDEPLOYABLE", "the image is IMAGE_STATE_UNDEPLOYABLE"),
    ],
)
def test_no_wait_is_for_ever(slow: int, state: str, message: str, tmp_path: Path) -> None:
    done = _generalize(tmp_path, slow, f"'{state}'")
    assert done.returncode == 1
    assert message in " ".join(done.stderr.replace("|", " ").split())


@needs_powershell
def test_a_deprovisioning_script_that_is_gone_ends_the_build(tmp_path: Path) -> None:
    generalize = (case_named("windows-all").golden / "scripts" / "generalize.ps1").read_text()
    own = tmp_path / "own.ps1"
    (tmp_path / "generalize.ps1").write_text(generalize.replace("c:\\DeprovisioningScript.ps1", str(own)))
    gone = run_powershell(tmp_path / "generalize.ps1")
    assert gone.returncode == 1
    assert "is missing" in gone.stdout
    own.write_text("Write-Output 'the own one'\n")
    ran = run_powershell(tmp_path / "generalize.ps1")
    assert (ran.returncode, ran.stdout) == (0, "Write-Output 'the own one'\nthe own one\n")
