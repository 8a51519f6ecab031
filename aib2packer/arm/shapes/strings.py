"""Texts of known parts.

Source: https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-string
"""

from __future__ import annotations

from collections.abc import Sequence

from aib2packer.arm.functions import net
from aib2packer.arm.functions.table import RefusedError, text
from aib2packer.arm.kinds import kind_of
from aib2packer.arm.partial import NULL, concat_lists, joined, plain
from aib2packer.arm.shapes.shape import Arguments, Shape
from aib2packer.ir.values import Call, Kind, ListOf, Literal, Value, by_name, is_known


def _concat(arguments: Arguments) -> Value | None:
    """``concat`` of texts, or of lists: what is known is joined, live neighbours stay in their order."""
    kinds = {kind_of(argument) for argument in arguments}
    if NULL in arguments:
        raise RefusedError("null cannot be joined")
    if Kind.OBJECT in kinds:
        raise RefusedError("objects cannot be joined: use union")
    if Kind.LIST in kinds:
        if kinds & {Kind.TEXT, Kind.NUMBER, Kind.FLAG}:
            raise RefusedError("strings and arrays cannot be joined with each other")
        return concat_lists(arguments)
    if kinds & {Kind.TEXT, Kind.NUMBER, Kind.FLAG} and not all(is_known(by_name(each)) for each in arguments):
        return joined(arguments)
    return None


def _format(arguments: Arguments) -> Value | None:
    template, *values = arguments
    if not is_known(template):
        return None
    return joined(_formatted(part, values) for part in net.format_parts(text(plain(template), "the format string")))


def _formatted(part: str | tuple[int, int, str], values: Sequence[Value]) -> Value:
    if isinstance(part, str):
        return Literal(part)
    index, width, specifier = part
    if index >= len(values):
        raise RefusedError(f"the placeholder {{{index}}} has no argument")
    return _placeholder(values[index], width, specifier)


def _placeholder(value: Value, width: int, specifier: str) -> Value:
    if not specifier and not width and kind_of(value) not in (Kind.LIST, Kind.OBJECT):
        return value
    if is_known(value):
        return Literal(net.formatted(plain(value), width, specifier))
    hole = "{0" + (f",{width}" if width else "") + (f":{specifier}" if specifier else "") + "}"
    return Call("format", (Literal(hole), value))


def _string(arguments: Arguments) -> Value | None:
    kind = kind_of(arguments[0])
    if is_known(arguments[0]) or kind not in (Kind.TEXT, Kind.NUMBER, Kind.FLAG):
        return None
    return joined(arguments)


def _join(arguments: Arguments) -> Value | None:
    values, delimiter = arguments
    if not isinstance(values, ListOf) or not isinstance(delimiter, Literal) or is_known(values):
        return None
    if any(not isinstance(item, Literal) and kind_of(item) in (Kind.LIST, Kind.OBJECT) for item in values.items):
        return None
    parts = [part for item in values.items for part in (delimiter, item)]
    return joined(parts[1:])


STRINGS: dict[str, Shape] = {
    "concat": _concat,
    "format": _format,
    "join": _join,
    "string": _string,
}
