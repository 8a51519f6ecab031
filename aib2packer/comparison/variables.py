"""Rows about declarations of variables: what no setting shows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from aib2packer.comparison.evaluating import evaluate
from aib2packer.comparison.facts import Fact
from aib2packer.comparison.model import Row
from aib2packer.comparison.reading import PackerProject, is_sensitive
from aib2packer.comparison.rows import RowMaker
from aib2packer.source.terraform.nodes import Block


def variable_rows(make: RowMaker, ours: PackerProject, theirs: PackerProject, renamed: Mapping[str, str]) -> Iterator[Row]:
    """A row where a variable of the conversion is secret, and one for the default of each that only scripts use."""
    used, there = _used(ours), theirs.variables
    for reference, block in ours.variables.items():
        name = block.labels[0]
        other = there.get(renamed.get(reference, reference))
        if other is None:
            continue
        if is_sensitive(block):
            yield make.row(f"variable.{name}.sensitive", _secret(block), _secret(other) if is_sensitive(other) else None, path="")
        elif name not in used:
            yield from _default_rows(make, name, (block, ours), (other, theirs))


def _default_rows(
    make: RowMaker, name: str, one: tuple[Block, PackerProject], other: tuple[Block, PackerProject]
) -> Iterator[Row]:
    facts = [_default(*one), _default(*other)]
    if any(fact is not None for fact in facts):
        yield make.row(f"variable.{name}.default", *facts, path="")


def _default(block: Block, project: PackerProject) -> Fact | None:
    node = block.get("default")
    value = evaluate(node, project.scope) if node is not None else None
    return Fact(value=value, asked=value, place=block.place) if value is not None else None


def _secret(block: Block) -> Fact:
    return Fact(value=True, asked=True, place=block.place)


def _used(project: PackerProject) -> frozenset[str]:
    """The variables that the blocks of a project use, by the letters of its files."""
    texts = {block.place.source.name: block.place.source.text for block in project.blocks if block.kind != "variable"}
    names = (block.labels[0] for block in project.of_kind("variable"))
    return frozenset(name for name in names if any(f"var.{name}" in text for text in texts.values()))
