"""Reads Packer's HCL2 in its JSON form (``*.pkr.json``, ``*.pkrvars.json``) to the blocks that its native form gives.

Source: https://developer.hashicorp.com/packer/docs/templates/hcl_templates/syntax-json
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from aib2packer.diagnostics.model import Findings
from aib2packer.diagnostics.place import Place, SourceText
from aib2packer.ir.values import ListOf, Literal, ObjectOf, Value
from aib2packer.source.json_text import read_json
from aib2packer.source.terraform.nodes import Attribute, Block, Constant, Items, Node, Pairs, Template, Text
from aib2packer.source.terraform.syntax import read_template
from aib2packer.source.terraform.texts import NotTerraformError

_INNER = ("provisioner", "error-cleanup-provisioner", "post-processor", "post-processors", "source", "dynamic", "content")
_TOP = ("source", "data", "variable", "variables", "local", "locals", "build", "packer")
_WITHIN = {"build": _INNER, "post-processors": _INNER, "dynamic": _INNER, "packer": ("required_plugins",)}


def read_json_body(source: SourceText, labels: Mapping[str, int]) -> Sequence[Block]:
    """The blocks of a file; ``labels`` tells how many labels each kind has. Raises NotTerraformError."""
    root = _root(source)
    return [
        block
        for entry in root.entries
        if entry.name in _TOP
        for block in _blocks(entry.name, (), labels.get(entry.name, 0), entry.value, _place(entry.key, source), labels)
    ]


def read_json_values(source: SourceText) -> list[tuple[str, Node]]:
    """The values of a variable file by their names; raises NotTerraformError."""
    return [(entry.name, _verbatim(entry.value, source)) for entry in _root(source).entries if entry.name is not None]


def _root(source: SourceText) -> ObjectOf:
    findings = Findings()
    value = read_json(source, findings)
    if isinstance(value, ObjectOf):
        return value
    for finding in findings:
        raise NotTerraformError(finding.message, finding.place or Place(source, 0, 0))
    raise NotTerraformError("Packer's JSON is an object. Write { at its start.", Place(source, 0, 0))


def _blocks(
    kind: str, taken: tuple[str, ...], left: int, value: Value, place: Place, labels: Mapping[str, int]
) -> Iterator[Block]:
    """The blocks of a kind: those of a list, and below labels those under each label."""
    if isinstance(value, ListOf):
        for item in value.items:
            yield from _blocks(kind, taken, left, item, item.place or place, labels)
    elif isinstance(value, ObjectOf) and left:
        for entry in value.entries:
            yield from _blocks(kind, (*taken, entry.name or ""), left - 1, entry.value, entry.key.place or place, labels)
    elif isinstance(value, ObjectOf):
        yield _block(kind, taken, value, place, labels)
    else:
        raise NotTerraformError(f"A {kind} block is an object. Correct it.", place)


def _block(kind: str, taken: tuple[str, ...], value: ObjectOf, place: Place, labels: Mapping[str, int]) -> Block:
    attributes: list[Attribute] = []
    blocks: list[Block] = []
    for entry in value.entries:
        name, where = entry.name or "", entry.key.place or place
        if name in _WITHIN.get(kind, ()):
            count = 1 if (kind, name) == ("build", "source") else labels.get(name, 0)
            blocks += _blocks(name, (), count, entry.value, where, labels)
        elif name != "//":
            attributes.append(Attribute(name, _node(entry.value, where), where))
    return Block(kind, taken, tuple(attributes), tuple(blocks), place)


def _node(value: Value, place: Place) -> Node:
    """A JSON value as an expression: its texts are templates."""
    match value:
        case ListOf(items):
            return Items(tuple(_node(each, place) for each in items), place=place)
        case ObjectOf(entries):
            return Pairs(tuple((_node(each.key, place), _node(each.value, place)) for each in entries), place=place)
        case Literal(str(text)):
            return read_template(SourceText(place.source.name, text))
        case _:
            assert isinstance(value, Literal)  # JSON has no other value
            return Constant(value.value, place=place)


def _verbatim(value: Value, source: SourceText) -> Node:
    """A JSON value as it is: variable files hold no templates."""
    place = value.place or Place(source, 0, 0)
    if isinstance(value, Literal) and isinstance(value.value, str):
        return Template((Text(value.value, place=place),), place=place)
    if isinstance(value, ListOf):
        return Items(tuple(_verbatim(each, source) for each in value.items), place=place)
    if isinstance(value, ObjectOf):
        return Pairs(tuple((_verbatim(each.key, source), _verbatim(each.value, source)) for each in value.entries), place=place)
    return _node(value, place)


def _place(value: Value, source: SourceText) -> Place:
    return value.place or Place(source, 0, 0)
