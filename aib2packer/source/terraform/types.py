"""Type constraints of variables: the ARM type that means the same, and the defaults of optional attributes.

Source: https://developer.hashicorp.com/terraform/language/expressions/type-constraints
"""

from __future__ import annotations

from collections.abc import Callable

from aib2packer.ir.values import Entry, ListOf, Literal, ObjectOf, Value
from aib2packer.source.terraform.nodes import Function, Name, Node, Pairs, word_of

_TYPES = {
    "string": "string",
    "number": "int",
    "bool": "bool",
    "list": "array",
    "set": "array",
    "tuple": "array",
    "map": "object",
    "object": "object",
}


def arm_type(node: Node | None, default: Value | None) -> str:
    """The ARM type of a type constraint; without one that of the default."""
    word = node.name if isinstance(node, Name | Function) else word_of(node)
    if word in _TYPES:
        return _TYPES[word]
    match default:
        case ListOf():
            return "array"
        case ObjectOf():
            return "object"
        case Literal(bool()):
            return "bool"
        case Literal(int()):
            return "int"
        case _:
            return "string"


def with_optional(node: Node | None, value: Value, evaluated: Callable[[Node], Value]) -> Value:
    """A value with the attributes that its type says are optional, each with its default."""
    match node, value:
        case Function("optional", (inner, *_)), _:
            return with_optional(inner, value, evaluated)
        case Function("list" | "set", (inner,)), ListOf(items):
            return ListOf(tuple(with_optional(inner, item, evaluated) for item in items), place=value.place)
        case Function("map", (inner,)), ObjectOf(entries):
            pairs = tuple(Entry(each.key, with_optional(inner, each.value, evaluated)) for each in entries)
            return ObjectOf(pairs, place=value.place)
        case Function("object", (Pairs(pairs),)), ObjectOf(entries):
            types = {word_of(key): kind for key, kind in pairs}
            kept = [Entry(each.key, with_optional(types.get(each.name), each.value, evaluated)) for each in entries]
            there = {each.name for each in entries}
            for name, kind in types.items():
                if name not in there and isinstance(kind, Function) and kind.name == "optional" and len(kind.arguments) > 1:
                    kept.append(Entry(Literal(name), with_optional(kind, evaluated(kind.arguments[1]), evaluated)))
            return ObjectOf(tuple(kept), place=value.place)
        case _:
            return value
