"""Checks a project before it is written, so that a mistake of aib2packer does not reach a user.

Every variable and local that is used is declared, every file that is used is written, no setting is written twice.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from aib2packer.hcl.nodes import Attribute, Block, Item
from aib2packer.lowering.build import Build

_STRING_OR_USE = re.compile(r'\$\$\{|%%\{|\b(var|local)\.([\w-]+)|"\$\{path\.root\}/([^"$]+)"')
_DECLARED = re.compile(r'^variable "([^"]+)" \{$', re.MULTILINE)


def files_in(files: Mapping[str, str], folder: str) -> dict[str, str]:
    """The files of a folder of the project, by their paths in it."""
    return {path.removeprefix(f"{folder}/"): text for path, text in files.items() if path.startswith(f"{folder}/")}


def mistakes_in(build: Build, files: Mapping[str, str]) -> Iterator[str]:
    """A sentence for each mistake in the project's files."""
    declared = {
        "var": set(_DECLARED.findall(files.get("variables.pkr.hcl", ""))),
        "local": {each.name for each in build.locals},
    }
    there = {*files, "manifest.json", "../manifest.json", *build.downloaded}
    for kind, name, path in _uses(files["image.pkr.hcl"]):
        if kind and name not in declared[kind]:
            yield f"aib2packer uses {kind}.{name} without declaring it. Report this template."
        if path and path not in there:
            yield f"aib2packer names {path} without writing it. Report this template."
    for block, name in _twice(build):
        yield f"aib2packer wrote `{name}` twice into {block}. Report this template."


def _uses(text: str) -> Iterator[tuple[str, str, str]]:
    for line in text.splitlines():
        if not line.lstrip().startswith("#"):
            yield from ((kind, name, path) for kind, name, path in _STRING_OR_USE.findall(_code(line)))


def _code(line: str) -> str:
    """The line without the texts in it that only look like references (``local.txt``); interpolations stay."""
    if '"${path.root}/' in line:
        return line
    return re.sub(r'"(?:[^"\\$]|\\.|\$(?!\{)|\$\$\{)*"', '""', line)


def _twice(build: Build) -> Iterator[tuple[str, str]]:
    for sections in (build.sections, *(further.sections for further in build.further)):
        yield from _repeated("source", [item for items in sections.values() for item in items])
    for item in build.steps:
        if isinstance(item, Block):
            yield from _repeated(f'provisioner "{item.labels[0]}"', list(item.body))


def _repeated(block: str, items: list[Item]) -> Iterator[tuple[str, str]]:
    names = [item.name for item in items if isinstance(item, Attribute)]
    yield from ((block, name) for name in dict.fromkeys(names) if names.count(name) > 1)
