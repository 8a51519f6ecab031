"""Bicep: findings point to the file that a person wrote, and the compiler's own errors are passed on."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from cases import Case, all_cases
from click.testing import CliRunner, Result

from aib2packer.cli import main
from aib2packer.diagnostics.model import Findings
from aib2packer.diagnostics.place import SourceText
from aib2packer.ir.values import Literal, Value, walk
from aib2packer.source.around import Around
from aib2packer.source.bicep.compiler import gathered_bicep
from aib2packer.source.bicep.outline import Node, outline
from aib2packer.source.bicep.places import read_compiled

CASES = [case for case in all_cases() if case.compiled]


def _check(file: Path) -> Result:
    return CliRunner().invoke(main, ["check", str(file)])


def _values(file: Path) -> Value:
    made, files = gathered_bicep(file)
    value = read_compiled(SourceText(file.name, made.decode()), Around(files=files), Findings())
    assert value is not None
    return value


def test_every_sample_of_bicep_says_where_its_json_is_from() -> None:
    folders = {path.parent for case in all_cases() for path in case.folder.rglob("compiled/*")}
    assert folders
    assert all(any(case.folder in folder.parents for case in CASES) for folder in folders)


# ---- the outline


def _node(text: str) -> Node:
    (found,) = outline(f"var x = {text}\n")
    assert found.value is not None
    return found.value


@pytest.mark.parametrize(
    "text",
    [
        "'a'",
        "'${b}-${c['d']}'",
        "'it\\'s }'",
        "'''\n a } ' \n'''",
        "a ? b : c",
        "a\n  ? { b: 1 }\n  : null",
        "concat(a, [\n  1\n])",
        "{ a: 1 }.a",
        "[ 1, 2 ][0]",
        "map(a, b => {\n  c: b\n})",
    ],
)
def test_an_expression_ends_where_it_does(text: str) -> None:
    node = _node(text)
    assert f"var x = {text}"[node.start : node.end] == text
    assert (node.entries, node.items) == ({}, ())


def test_objects_arrays_and_loops_have_parts() -> None:
    node = _node("{\n  // no\n  a: [ 1\n    2 ]\n  'b-c': b // yes\n  ...d\n  e: [for (f, i) in g: if (h) {\n    j: f\n  }]\n}")
    assert list(node.entries) == ["a", "b-c", "e"]
    first, second, loop = node.at("a"), node.at("b-c"), node.at("e")
    assert first is not None
    assert second is not None
    assert loop is not None
    assert loop.body is not None
    assert (len(first.items), second.name, list(loop.body.entries)) == (2, "b", ["j"])


def test_declarations_have_labels_and_those_within_follow() -> None:
    text = (
        "using './a.bicep'\n@allowed([\n  'a'\n])\nparam p { q: string }? = null\n"
        "resource r 'T@1' existing = {\n  name: p\n  resource s 'u' = {\n    name: 'v'\n  }\n}\nmodule m 'a/b.bicep' = [for i in p: {\n}]\n"
    )
    found = [(each.keyword, each.name, each.label, each.is_existing) for each in outline(text)]
    assert found == [
        ("using", "using", "./a.bicep", False),
        ("param", "p", "", False),
        ("resource", "r", "T@1", True),
        ("resource", "s", "u", False),
        ("module", "m", "a/b.bicep", False),
    ]


@pytest.mark.parametrize("text", ["", "param", "var x = {", "var x = [for", "resource a 'b' = '${", "}", "var x = (((", "@"])
def test_a_text_that_is_cut_off_is_outlined_as_far_as_it_goes(text: str) -> None:
    assert len(outline(text)) <= 1


@pytest.mark.parametrize("text", ["[ }", "[ )", "{ ]", "[" * 9_999, "(" * 9_999, "'${" * 9_999], ids=range(6))
def test_a_text_that_no_compiler_takes_is_outlined_in_the_end(text: str) -> None:
    assert len(outline(f"var x = {text}\n")) <= 1


@pytest.mark.parametrize("line", ["x: 1\n", "/* ", "''' ' "], ids=["entries", "comments", "texts"])
def test_an_outline_takes_as_long_as_its_file(line: str) -> None:
    start = time.process_time()
    outline(f"var a = {{\n{line * 60_000}")
    assert time.process_time() - start < 5


# ---- places


@pytest.mark.parametrize("case", [case for case in CASES if not list(case.folder.rglob("*.errors"))], ids=lambda case: case.name)
def test_every_value_has_a_place_in_a_file_of_bicep(case: Case) -> None:
    parts = list(walk(_values(case.folder / case.template)))
    sources = {part.place.source.text for part in parts if part.place is not None}
    assert all(part.place is not None for part in parts)
    assert sources <= {path.read_text() for path in case.folder.rglob("*.bicep*") if path.suffix != ".json"}


def test_plain_texts_stand_where_they_were_written() -> None:
    value = _values(next(case.folder for case in CASES if case.name == "bicep-identity-and-gallery") / "main.bicep")
    literals = [part for part in walk(value) if isinstance(part, Literal) and part.place is not None]
    written = {each.value: each.place.source.text[each.place.start : each.place.end] for each in literals if each.place}
    assert written["sudo apt-get install -y nginx"] == "'sudo apt-get install -y nginx'"
    assert written["osDiskSizeGB"] == "osDiskSizeGB"
    assert written[64] == "64"


def test_conversion_in_memory_has_no_files_to_point_to() -> None:
    value = read_compiled(SourceText("main.bicep", '{"resources": []}'), Around(), Findings())
    assert value is not None
    assert value.place is not None


# ---- the compiler


@pytest.mark.parametrize("prefix", ["", "ERROR: "])
def test_errors_of_the_compiler_are_findings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, prefix: str) -> None:
    program = tmp_path / "bin" / "bicep"
    program.parent.mkdir()
    file = tmp_path / "main.bicep"
    file.write_text("param a string\nvar b = c\n")
    program.write_text(f"#!/bin/sh\necho '{prefix}{file}(2,9) : Error BCP057: No c. [https://x.example/#BCP057]' >&2\nexit 1\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.defpath}")
    result = _check(file)
    assert result.exit_code == 1
    assert f"{file}:2:9: error A2P132: Bicep BCP057: No c.\n    var b = c\n            ^\n" in result.stdout


def test_the_last_line_is_the_reason_where_no_line_has_a_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "bin" / "bicep"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\necho broken >&2\nexit 2\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.defpath}")
    (tmp_path / "main.bicep").write_text("param a string\n")
    assert "(broken). Correct the file." in _check(tmp_path / "main.bicep").stdout
