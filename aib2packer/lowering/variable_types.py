"""Which type the variable of an input has: from what the project reads of it, and from the values that are known.

Packer hands `-var` on as HCL only where the variable has a type. `optional` and `any` need Packer 1.16 (hcl/FACTS.md 7).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from aib2packer.arm.kinds import common_kind
from aib2packer.hcl.text import is_identifier
from aib2packer.ir.values import Entry, Input, Kind, ListOf, Literal, ObjectOf, Role, Value
from aib2packer.lowering.reads import Reads

_NEWER = re.compile(r"(?:^|= |\()(any|optional)\b")
_TYPES = {Kind.TEXT: "string", Kind.NUMBER: "number", Kind.FLAG: "bool", Kind.LIST: "list(string)", Kind.OBJECT: "map(string)"}


def type_of(declared: Input, reads: Reads | None = None) -> str:
    """The type of a variable, on several lines where it is an object of some size."""
    known = [each for each in (declared.default, declared.given) if each is not None]
    if declared.kind not in (Kind.OBJECT, Kind.LIST):
        return _TYPES.get(declared.kind, "string")
    if declared.role in (Role.OPTION, Role.AZURE) and declared.kind is Kind.OBJECT:
        return "map(string)"
    found = _type(reads or Reads(whole=True), known, declared.kind)
    return _spread(found) if len(found) > 80 else found


def newer_words(types: Iterable[str]) -> frozenset[str]:
    """What these types have in them that needs Packer 1.16; an attribute may be called like it."""
    return frozenset(word for each in types for word in _NEWER.findall(each))


def _type(reads: Reads, known: Sequence[Value], kind: Kind = Kind.ANY) -> str:
    values = [each for each in known if each != Literal(None)]
    objects = [each for each in values if isinstance(each, ObjectOf)]
    lists = [each for each in values if isinstance(each, ListOf)]
    if len(objects) == len(values) and (objects or reads.attributes):
        return _object(reads, objects)
    if len(lists) == len(values) and (lists or reads.items is not None):
        return _list(reads, lists)
    if objects or lists:
        return "any"
    kind = common_kind(values) if kind is Kind.ANY else kind
    return _TYPES.get(reads.kind if kind is Kind.ANY else kind, "string")


def _object(reads: Reads, objects: Sequence[ObjectOf]) -> str:
    names = dict.fromkeys([*reads.attributes, *(_names(objects) if reads.whole else ())])
    types = {name: _attribute(reads.attributes.get(name), name, objects, reads.whole) for name in names}
    if reads.whole and set(types.values()) <= {"string", "optional(string)"}:
        return "map(string)"
    if not all(map(is_identifier, types)):
        return "any"
    return f"object({{ {', '.join(f'{name} = {held}' for name, held in types.items())} }})"


def _names(objects: Iterable[ObjectOf]) -> Iterable[str]:
    return (entry.name for each in objects for entry in each.entries if entry.name is not None)


def _attribute(reads: Reads | None, name: str, objects: Sequence[ObjectOf], whole: bool) -> str:
    values = [entry.value for each in objects for entry in each.entries if entry.name == name]
    held = _type(reads if reads is not None and not whole else Reads(whole=True), values)
    return f"optional({held})" if (reads is not None and reads.optional) or len(values) < len(objects) else held


def _list(reads: Reads, lists: Sequence[ListOf]) -> str:
    items = reads.items if reads.items is not None and not reads.whole else Reads(whole=True)
    return f"list({_type(items, [item for each in lists for item in each.items])})"


def _spread(held: str) -> str:
    """The outermost object of a type with an attribute a line."""
    start, _, inside = held.partition("({ ")
    pairs: list[str] = []
    for piece in inside[: inside.rindex(" })")].split(", "):
        if pairs and pairs[-1].count("(") > pairs[-1].count(")"):
            pairs[-1] += f", {piece}"
        else:
            pairs.append(piece)
    width = max(pair.index(" = ") for pair in pairs)
    lines = [f"  {name:<{width}} = {rest}" for name, _, rest in (pair.partition(" = ") for pair in pairs)]
    return "\n".join([f"{start}({{", *lines, inside[inside.rindex(" })") + 1 :]])


def used_part(value: Value | None, reads: Reads) -> Value | None:
    """A known value without what the project does not read of it."""
    if reads.whole or value is None:
        return value
    if isinstance(value, ObjectOf) and reads.attributes:
        kept = [entry for entry in value.entries if entry.name in reads.attributes]
        return ObjectOf(tuple(Entry(each.key, _used(each.value, reads.attributes[each.name or ""])) for each in kept))
    if isinstance(value, ListOf) and reads.items is not None:
        items = reads.items
        return ListOf(tuple(_used(item, items) for item in value.items))
    return value


def _used(value: Value, reads: Reads) -> Value:
    return used_part(value, reads) or value
