"""What the writer and the forms ask about a value: its items, whether Packer may stop at it, whether it may be negative."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from aib2packer.arm.kinds import kind_of, row_of
from aib2packer.ir.values import Access, Call, Kind, Lambda, ListOf, Literal, Local, ObjectOf, Repeated, Value, Variable, walk

SCALARS = frozenset({Kind.TEXT, Kind.NUMBER, Kind.FLAG})
ItemKinds = Callable[[Variable | Local], Kind]


def agree(left: Value, right: Value, item_kinds: ItemKinds) -> bool:
    """Whether ``? :`` leaves both values as they are.

    A part of a live object against a text counts as agreeing: it nearly always is one, and where it is a number or
    truth value it becomes the text of it, where it is a list Packer says so.
    """
    if _is_null(left) or _is_null(right):
        return True
    kinds = (kind_of(left), kind_of(right))
    if kinds[0] is kinds[1] and kinds[0] in SCALARS:
        return True
    if set(kinds) == {Kind.ANY, Kind.TEXT}:
        return True
    if isinstance(left, ObjectOf) and isinstance(right, ObjectOf):
        return _object_types(left) == _object_types(right) is not None
    if kinds == (Kind.LIST, Kind.LIST):
        found = {items_of(value, item_kinds) for value in (left, right) if value != ListOf(())}
        return len(found) <= 1 and found <= SCALARS
    return False


def items_of(value: Value, item_kinds: ItemKinds) -> Kind:
    """The kind of a list's items, or of an object's values, where all of them are known to have one kind."""
    if isinstance(value, Variable | Local):
        return item_kinds(value)
    if isinstance(value, ListOf):
        return _one([kind_of(item) for item in value.items])
    if isinstance(value, ObjectOf):
        return _one([kind_of(entry.value) for entry in value.entries])
    if isinstance(value, Repeated):
        return kind_of(value.body)
    if isinstance(value, Call):
        return _items_of_call(value, item_kinds)
    return Kind.ANY


def _items_of_call(call: Call, item_kinds: ItemKinds) -> Kind:
    if call.function == "map" and isinstance(call.arguments[1], Lambda):
        return kind_of(call.arguments[1].body)
    row = row_of(call.function)
    items = Kind.ANY if row is None else row.items
    if isinstance(items, Kind):
        return items
    return _one([items_of(each, item_kinds) for each in call.arguments[items.first : items.end] if each != ListOf(())])


def _one(kinds: Sequence[Kind]) -> Kind:
    return kinds[0] if kinds and len(set(kinds)) == 1 else Kind.ANY


def _is_null(value: Value) -> bool:
    return isinstance(value, Literal) and value.value is None


def _object_types(value: ObjectOf) -> frozenset[tuple[str | None, Kind]] | None:
    types = frozenset((entry.name, kind_of(entry.value)) for entry in value.entries)
    return types if all(name is not None and kind in SCALARS for name, kind in types) else None


def may_fail(value: Value) -> bool:
    """Whether Packer might stop while it computes the value, so that it may only stand in a branch that is taken."""
    return any(isinstance(part, Access) or (isinstance(part, Call) and _call_may_fail(part)) for part in walk(value))


def _call_may_fail(call: Call) -> bool:
    row = row_of(call.function)
    return row is None or row.may_fail


def never_negative(value: Value) -> bool:
    """Whether it is certainly a number from 0 on: an index, a length, or one of them and something added."""
    if isinstance(value, Literal):
        return type(value.value) is int and value.value >= 0
    if isinstance(value, Call):
        return value.function == "length" or (value.function == "add" and all(map(never_negative, value.arguments)))
    return False


_MAY_GIVE_MINUS_ZERO = frozenset({"mul", "div", "mod"})


def may_be_minus_zero(value: Value) -> bool:
    """Whether HCL may compute -0, which it also writes so."""
    return any(
        isinstance(part, Call) and part.function in _MAY_GIVE_MINUS_ZERO and not all(map(never_negative, part.arguments))
        for part in walk(value)
    )
