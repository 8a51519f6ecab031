"""What the constructs and the diagnostics declare is complete: every key and every code has a sample, and is said well."""

from __future__ import annotations

import json
import re
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from cases import Case, all_cases
from declared_keys import all_shapes, values_in
from for_all import for_all
from paths import GOLDEN, ROOT

from aib2packer.arm.functions.table import Json
from aib2packer.arm.partial import plain
from aib2packer.constructs.registry import codes, constructs
from aib2packer.diagnostics import codes as code_modules
from aib2packer.diagnostics.model import Code, Findings
from aib2packer.diagnostics.place import SourceText
from aib2packer.schema.api_versions import API_VERSIONS
from aib2packer.schema.keys import Group, Shape
from aib2packer.source.json_text import read_json

WITHOUT_SAMPLE = {
    "A2P001": "there is no file",
    "A2P002": "a file of more than 4 MiB",
    "A2P01": "the folder that is written to",
    "A2P02": "what a server answers",
    "A2P03": "what a server answers",
    "A2P04": "what az answers",
    "A2P132": "a machine without Bicep",
    "A2P801": "a mistake of aib2packer itself",
    "A2P802": "a mistake of aib2packer itself",
}
"""What no file alone can bring about (ids, or how they begin); a test names each of these codes."""

_FINDING = re.compile(r"^(?:\S+:\d+:\d+: )?(?:error|warning|note) (A2P\d{3}): ", re.MULTILINE)
_NUMBERED = re.compile(r"A2P[0-8]\d\d")


def _template(path: str) -> Json:
    try:
        text = (ROOT / path).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        return None
    value = read_json(SourceText(path, text), Findings())
    return None if value is None else plain(value)


@cache
def _keys_in_samples() -> frozenset[tuple[str, str]]:
    found: set[tuple[str, str]] = set()
    for case in all_cases():
        template = _template(str((case.folder / case.template).relative_to(ROOT)))
        found |= {(each.shape.name, each.key.name) for each in values_in(template) if each.key is not None}
    return frozenset(found)


@cache
def _codes_in_goldens() -> frozenset[str]:
    return frozenset(code for path in GOLDEN.glob("*/*/findings.txt") for code in _FINDING.findall(path.read_text()))


@cache
def _named_in_tests() -> str:
    return "\n".join(path.read_text() for path in sorted((ROOT / "tests").rglob("*.py")) if path.name != "test_registry.py")


@cache
def _constants() -> dict[str, str]:
    """The name in the code of each code, by id."""
    modules = (import_module(f"aib2packer.diagnostics.codes.{module.name}") for module in iter_modules(code_modules.__path__))
    return {value.id: name for module in modules for name, value in vars(module).items() if isinstance(value, Code)}


def _is_named_in_tests(code: Code) -> bool:
    return code.id in _named_in_tests() or f"codes.{_constants()[code.id]}" in _named_in_tests()


SHAPES = all_shapes()


@for_all(SHAPES, lambda shape: shape.name)
def test_every_declared_key_has_a_sample(shape: Shape) -> None:
    missing = [key.name for key in shape.keys if (shape.name, key.name) not in _keys_in_samples()]
    assert missing == []


def test_names_of_shapes_are_unique() -> None:
    names = [shape.name for shape in SHAPES]
    assert len(set(names)) == len(names)


@for_all(codes(), lambda code: code.id)
def test_every_code_has_a_sample(code: Code) -> None:
    if code.id.startswith(tuple(WITHOUT_SAMPLE)) and code.id not in _codes_in_goldens():
        assert _is_named_in_tests(code)
    else:
        assert code.id in _codes_in_goldens()


def test_ids_and_titles_of_codes_are_unique() -> None:
    ids = [code.id for code in codes()]
    titles = [code.title for code in codes()]
    assert len(set(ids)) == len(ids)
    assert len(set(titles)) == len(titles)
    assert all(_NUMBERED.fullmatch(each) for each in ids)


@for_all(codes(), lambda code: code.id)
def test_codes_speak_in_whole_sentences(code: Code) -> None:
    for sentence in (code.title, code.why, code.remedy):
        assert sentence == sentence.strip()
        assert sentence.endswith(".")
        assert re.match(r"[A-Z0-9`]|[a-z]+[A-Z]|--", sentence), (
            "a sentence begins with a capital letter, a name of Azure's, or an option"
        )
        assert "  " not in sentence


@for_all(all_cases(), lambda case: case.name)
def test_findings_are_one_paragraph_each(case: Case) -> None:
    """A head line with place, severity, code and message; then at most the line of the template and the mark under it."""
    lines = (case.golden / "findings.txt").read_text().split("\n")
    for number, line in enumerate(lines):
        if line.startswith("    "):
            assert _FINDING.match(lines[number - 1]) or _FINDING.match(lines[number - 2])
            continue
        if _FINDING.match(line):
            assert line.endswith((".", "?"))


def test_api_versions_that_keys_name_exist() -> None:
    named = {version for shape in SHAPES for key in shape.keys for version in (key.since, key.until) if version}
    named |= {version for group in Group for each in constructs(group) for version in (each.since, each.until) if version}
    assert named <= set(API_VERSIONS)


def test_every_api_version_has_a_sample() -> None:
    asked = {str(json.dumps(_template(str((case.folder / case.template).relative_to(ROOT))))) for case in all_cases()}
    assert [version for version in API_VERSIONS if not any(version in text for text in asked)] == []
