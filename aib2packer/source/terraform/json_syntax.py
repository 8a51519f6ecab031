"""Reads Terraform's JSON syntax (.tf.json, as CDK for Terraform writes it) to the nodes that the native syntax gives.

Source: https://developer.hashicorp.com/terraform/language/syntax/json
"""

from __future__ import annotations

from collections.abc import Iterator

from aib2packer.diagnostics.model import Findings
from aib2packer.diagnostics.place import Place, SourceText
from aib2packer.ir.values import ListOf, Literal, ObjectOf, Value
from aib2packer.source.json_text import read_json
from aib2packer.source.terraform.nodes import Attribute, Block, Constant, Items, Node, Pairs
from aib2packer.source.terraform.syntax import read_expression, read_text
from aib2packer.source.terraform.texts import NotTerraformError

_LABELS = {"resource": 2, "data": 2, "variable": 1, "module": 1, "output": 1, "provider": 1, "locals": 0, "terraform": 0}
_INNER = frozenset(
    {"identity", "identifier", "dynamic", "content", "lifecycle", "timeouts", "retry", "provisioner", "connection", "validation"}
)
"""Blocks within blocks; what else is an object is the value of an argument."""
_LABELLED = frozenset({"dynamic", "provisioner"})
_COMMENT = "//"


def read_json_body(source: SourceText) -> Block:
    """All that stands in a file, as a block without kind; raises NotTerraformError."""
    said = Findings()
    root = read_json(source, said)
    for finding in said:
        raise NotTerraformError(finding.message, finding.place or Place(source, 0, 0))
    if not isinstance(root, ObjectOf):
        raise NotTerraformError("A .tf.json file holds an object of blocks. Write one.", Place(source, 0, 0))
    blocks = (
        block for name, value in _entries(root) if name in _LABELS for block in _blocks(name, (), value, _LABELS[name], source)
    )
    return Block("", (), (), tuple(blocks), Place(source, 0, 0))


def _blocks(kind: str, labels: tuple[str, ...], value: Value, left: int, source: SourceText) -> Iterator[Block]:
    """The blocks of a kind: a level of objects for each label, then one object or a list of them."""
    if isinstance(value, ListOf):
        for item in value.items:
            yield from _blocks(kind, labels, item, left, source)
    elif isinstance(value, ObjectOf) and left:
        for name, inner in _entries(value):
            yield from _blocks(kind, (*labels, name), inner, left - 1, source)
    elif isinstance(value, ObjectOf):
        yield _block(kind, labels, value, source)


def _block(kind: str, labels: tuple[str, ...], value: ObjectOf, source: SourceText) -> Block:
    attributes: list[Attribute] = []
    blocks: list[Block] = []
    for name, inner in _entries(value):
        if name in _INNER and kind != "locals":
            blocks += _blocks(name, (), inner, 1 if name in _LABELLED else 0, source)
        else:
            is_type = kind == "variable" and name == "type"
            node = _type(inner, source) if is_type else _node(inner, source)
            attributes.append(Attribute(name, node, _place(inner, source)))
    return Block(kind, labels, tuple(attributes), tuple(blocks), _place(value, source))


def _node(value: Value, source: SourceText) -> Node:
    """An expression: strings are templates, as between quotation marks of the native syntax."""
    place = _place(value, source)
    match value:
        case Literal(str() as text):
            return read_text(text, place)
        case Literal(scalar):
            return Constant(scalar, place=place)
        case ListOf(items):
            return Items(tuple(_node(item, source) for item in items), place=place)
        case ObjectOf():
            pairs = ((_node(each.key, source), _node(each.value, source)) for each in value.entries if each.name != _COMMENT)
            return Pairs(tuple(pairs), place=place)
        case _:
            raise NotTerraformError("aib2packer cannot read this value. Write it as a string.", place)


def _type(value: Value, source: SourceText) -> Node:
    """The type of a variable, which is an expression in a string."""
    text = value.value if isinstance(value, Literal) else None
    return read_expression(text, _place(value, source)) if isinstance(text, str) else _node(value, source)


def _entries(value: ObjectOf) -> Iterator[tuple[str, Value]]:
    return ((each.name, each.value) for each in value.entries if each.name is not None and each.name != _COMMENT)


def _place(value: Value, source: SourceText) -> Place:
    return value.place or Place(source, 0, 0)
