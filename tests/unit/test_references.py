"""What the sources refer to is public, or a fact of a FACTS.md in the repository."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import aib2packer

PACKAGE = Path(aib2packer.__file__).parent
SUFFIXES = {".py", ".lark", ".j2", ".md", ".json", ".toml"}
SOURCES = sorted(
    each for folder in ("aib2packer", "tests") for each in (PACKAGE.parent / folder).rglob("*") if each.suffix in SUFFIXES
)
FACTS = {each.relative_to(PACKAGE).as_posix(): each.read_text() for each in sorted(PACKAGE.rglob("FACTS.md"))}
NUMBERED = re.compile(r"^(\d+)\. .+\n   Seen: .+$", re.MULTILINE)
UNPUBLISHED = re.compile(r"\b(packer-mapping|aib-service|arm-expressions|users-wishes|model-codebases)\s+[\d(]")


def test_no_source_refers_to_a_document_that_is_not_published() -> None:
    assert [f"{path}: {match[0]}" for path in SOURCES for match in UNPUBLISHED.finditer(path.read_text())] == []


@pytest.mark.parametrize("name", FACTS)
def test_facts_are_numbered_and_tell_how_they_were_seen(name: str) -> None:
    title, _, facts = FACTS[name].partition("\n\n")
    assert title.startswith("# ")
    assert [int(number) for number in NUMBERED.findall(facts)] == list(range(1, len(facts.splitlines()) // 2 + 1))


def test_facts_that_sources_name_exist() -> None:
    missing = [
        f"{path}: {name} {number}"
        for path in SOURCES
        for name, numbers in re.findall(r"\b(\w+/FACTS\.md) (\d+(?:(?:, | and | to )\d+)*)", path.read_text())
        for number in re.findall(r"\d+", numbers)
        if number not in NUMBERED.findall(FACTS.get(name, ""))
    ]
    assert missing == []


@pytest.mark.parametrize("name", FACTS)
def test_every_fact_has_a_source_that_rests_on_it(name: str) -> None:
    named = re.findall(rf"{name} (\d+(?:(?:, | and | to )\d+)*)", "\n".join(path.read_text() for path in SOURCES))
    used = {number for each in named for number in _spread(each)}
    assert {int(number) for number in NUMBERED.findall(FACTS[name])} <= used


def _spread(numbers: str) -> list[int]:
    """``2 to 4`` as 2, 3 and 4."""
    first, *others = (int(number) for number in re.findall(r"\d+", numbers))
    return list(range(first, others[0] + 1)) if " to " in numbers else [first, *others]
