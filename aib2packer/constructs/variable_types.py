"""Which type the variable of an input has, and where its default stands (arm-expressions 3.3).

A variable of no type takes that of its default, and Packer gives other values that type, too: keys that the default does not have
are gone. So the default of such a variable stands in a local.
"""

from __future__ import annotations

from aib2packer.ir.values import Input, Kind, ListOf, Literal, ObjectOf, Role, Value, is_known

_TYPES = {
    Kind.TEXT: "string",
    Kind.NUMBER: "number",
    Kind.FLAG: "bool",
}


def type_of(declared: Input) -> str | None:
    """The type of a variable; None for one of no type that Debian's Packer can say, which `-var` would hand on as a text."""
    known = [each for each in (declared.default, declared.given) if each is not None and each != Literal(None)]
    if declared.kind is Kind.LIST:
        return "list(string)" if all(map(_holds_texts_only, known)) else None
    if declared.kind is not Kind.OBJECT:
        return _TYPES.get(declared.kind)
    if declared.role in (Role.OPTION, Role.AZURE) or (known and all(map(_is_flat, known))):
        return "map(string)"
    return None


def stands_in_local(declared: Input) -> bool:
    """Whether the default of a variable stands in a local, and its own is null: it is computed, or would be its type."""
    if declared.default is None or isinstance(declared.default, Literal):
        return False
    return not is_known(declared.default) or type_of(declared) is None


def _holds_texts_only(known: Value) -> bool:
    return not isinstance(known, ListOf) or all(map(_is_text, known.items))


def _is_flat(known: Value) -> bool:
    return isinstance(known, ObjectOf) and bool(known.entries) and all(_is_text(entry.value) for entry in known.entries)


def _is_text(value: Value) -> bool:
    return isinstance(value, Literal) and isinstance(value.value, str)
