"""What kind of thing a value is, as far as the template and the rows of ARM's functions tell."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from aib2packer.ir.values import Access, Call, Joined, Kind, ListOf, Literal, Local, ObjectOf, Repeated, Value, Variable

if TYPE_CHECKING:
    from aib2packer.arm.functions.table import Function


def kind_of(value: Value) -> Kind:
    """The kind of a value once it is known; ``ANY`` where the template does not tell.

    Source: https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions

    >>> kind_of(Call("length", (ListOf(()),))).value
    'number'
    """
    match value:
        case Literal(scalar):
            return _scalar_kind(scalar)
        case Joined():
            return Kind.TEXT
        case ListOf() | Repeated():
            return Kind.LIST
        case ObjectOf():
            return Kind.OBJECT
        case Variable(kind=kind) | Local(kind=kind):
            return kind
        case Call(name, arguments):
            return _call_kind(name, arguments)
        case Access(Call(name, _), _):
            return _item_kind(name)
        case _:
            return Kind.ANY


def common_kind(values: Iterable[Value]) -> Kind:
    """The kind that all values share (null shares every kind); ``ANY`` where they differ or nothing is told."""
    kinds = {kind_of(value) for value in values if not (isinstance(value, Literal) and value.value is None)}
    return kinds.pop() if len(kinds) == 1 else Kind.ANY


def _scalar_kind(scalar: object) -> Kind:
    if isinstance(scalar, bool):
        return Kind.FLAG
    if isinstance(scalar, str):
        return Kind.TEXT
    return Kind.ANY if scalar is None else Kind.NUMBER


def row_of(name: str) -> Function | None:
    """The row of a function by ARM's own spelling; the tables are imported with the first call in a template."""
    from aib2packer.arm.functions.catalogue import ROWS

    return ROWS.get(name)


def _call_kind(name: str, arguments: tuple[Value, ...]) -> Kind:
    from aib2packer.arm.functions.table import Like

    row = row_of(name)
    gives = Kind.ANY if row is None else row.gives
    if isinstance(gives, Kind):
        return gives
    if isinstance(gives, Like):
        return common_kind(arguments[gives.first : gives.end])
    return gives([kind_of(argument) for argument in arguments])


def _item_kind(name: str) -> Kind:
    row = row_of(name)
    return row.items if row is not None and isinstance(row.items, Kind) else Kind.ANY
