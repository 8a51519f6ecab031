"""Checks a project before it is written, so that a mistake of aib2packer does not reach a user.

Every variable and local that is used is declared, every file that is used is written, no setting is written twice.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from aib2packer.hcl.nodes import Attribute, Block, Item
from aib2packer.hcl.references import expressions_in, references
from aib2packer.lowering.build import PackerFile

_FILE = re.compile(r'"\$\{path\.root\}/([^"$]+)"')


def files_in(files: Mapping[str, str], folder: str) -> dict[str, str]:
    """The files of a folder of the project, by their paths in it."""
    return {path.removeprefix(f"{folder}/"): text for path, text in files.items() if path.startswith(f"{folder}/")}


def mistakes_in(packer_files: Sequence[PackerFile], files: Iterable[str], downloaded: Iterable[str]) -> Iterator[str]:
    """A sentence for each mistake in what Packer reads of a project with these files; ``downloaded`` are those that come later."""
    blocks = [block for file in packer_files for item in file.items for block in _blocks(item)]
    declared = {
        "var": {block.labels[0] for block in blocks if block.kind == "variable"},
        "local": {name for block in blocks if block.kind == "locals" for name in _settings(block)},
    }
    there = {*files, "manifest.json", "../manifest.json", *downloaded}
    for block in blocks:
        names = _settings(block)
        for name in dict.fromkeys(name for name in names if names.count(name) > 1):
            yield f"aib2packer wrote `{name}` twice into {' '.join((block.kind, *block.labels))}. Report this template."
    for text in (text for file in packer_files for item in file.items for text in expressions_in(item)):
        for reference in references(text):
            kind, _, name = reference.partition(".")
            if name and name not in declared[kind]:
                yield f"aib2packer uses {reference} without declaring it. Report this template."
        for path in _FILE.findall(text):
            if path not in there:
                yield f"aib2packer names {path} without writing it. Report this template."


def _blocks(item: Item) -> Iterator[Block]:
    if isinstance(item, Block):
        yield item
        yield from (block for inner in item.body for block in _blocks(inner))


def _settings(block: Block) -> list[str]:
    return [item.name for item in block.body if isinstance(item, Attribute)]
