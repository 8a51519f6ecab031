"""The functions that programs call: what `aib2packer` exports, and that it costs nothing until it is used."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from cases import case_named

import aib2packer
from aib2packer import Options, check, compare, convert
from aib2packer.project_folder.record import FILE as RECORD

ROOT = Path(aib2packer.__file__).parent.parent
CASE = case_named("linux-gallery")
TEMPLATE = CASE.folder / "template.json"
PUBLIC = ["Finding", "Options", "Result", "__version__", "check", "compare", "convert"]


def test_exports_are_the_documented_ones() -> None:
    assert aib2packer.__all__ == PUBLIC
    assert dir(aib2packer) == PUBLIC
    assert all(getattr(aib2packer, name).__doc__ for name in PUBLIC)
    with pytest.raises(AttributeError, match="no attribute 'lower'"):
        _ = aib2packer.lower


def test_import_and_command_line_do_not_load_the_api() -> None:
    code = "import sys, aib2packer.cli; print(*sorted(name for name in sys.modules if name.startswith('aib2packer')))"
    loaded = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert loaded.split() == [
        "aib2packer",
        *(f"aib2packer.{name}" for name in ("cli", "cli.colour", "cli.exit_codes", "cli.help_text", "version")),
    ]


def test_conversion_gives_the_files_of_the_command_line() -> None:
    (project,) = convert(TEMPLATE).projects
    folder = ROOT / "golden" / CASE.folder.relative_to(ROOT / "samples")
    golden = {path.name: path.read_bytes() for path in folder.glob("*.hcl")}
    assert golden
    assert CASE.arguments == ()
    assert {name: _bytes(project.files[name]) for name in golden} == golden
    assert RECORD in project.files


def _bytes(content: str | bytes) -> bytes:
    return content.encode() if isinstance(content, str) else content


def test_text_bytes_and_path_are_the_same_template() -> None:
    read = TEMPLATE.read_bytes()
    assert convert(read) == convert(read.decode())
    assert convert(TEMPLATE) == convert(read, file=str(TEMPLATE))


def test_check_gives_the_findings_of_a_conversion() -> None:
    assert check(TEMPLATE) == convert(TEMPLATE).findings != ()


def test_file_that_cannot_be_read_is_a_finding() -> None:
    result = convert(Path("no-such.json"))
    assert result.is_refused
    assert [finding.code.id for finding in result.findings] == ["A2P001"]


def test_options_reach_the_conversion() -> None:
    (project,) = convert(TEMPLATE, Options(auth="oidc", pipeline="github", scripts="both")).projects
    assert any(path.startswith(".github/") for path in project.files)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"generalize": True}, "builder='null'"),
        ({"builder": "null", "pipeline": "github"}, "neither"),
        ({"downloads": "vendor"}, "network"),
        ({"cloud": "mars"}, "not a cloud"),
        ({"os": "plan9"}, "plan9"),
    ],
)
def test_options_that_cannot_be_are_refused(options: dict[str, Any], message: str) -> None:
    """Also those that a type checker would refuse."""
    wrong = Options(**options)
    with pytest.raises(ValueError, match=message):
        convert(TEMPLATE, wrong)


def test_comparison_stays_a_function_and_reads_a_folder(tmp_path: Path) -> None:
    for path, content in convert(TEMPLATE).projects[0].files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(_bytes(content))
    for compared in (compare, aib2packer.compare, aib2packer.compare):
        assert {row.verdict.value for row in compared(TEMPLATE, tmp_path).rows if row.verdict} == {"same"}


@pytest.mark.parametrize(
    ("template", "project", "message"),
    [
        ("{}", {"image.pkr.hcl": ""}, "A2P"),
        (TEMPLATE, {}, "no .pkr.hcl file"),
        (TEMPLATE, {"image.pkr.hcl": "source {"}, "image.pkr.hcl"),
    ],
)
def test_comparison_says_why_it_cannot_be(template: str | Path, project: dict[str, str], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        compare(template, project)


def test_example_of_the_readme_runs(tmp_path: Path) -> None:
    (example,) = re.findall(r"```python\n(.+?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    (tmp_path / "template.json").write_bytes(TEMPLATE.read_bytes())
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", example], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "note A2P607 tags" in done.stdout
    assert "image.pkr.hcl" in done.stdout
