"""The functions on texts.

Source: https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-string
"""

from __future__ import annotations

import re

from aib2packer.arm.kinds import kind_of
from aib2packer.hcl.facts import never_negative
from aib2packer.hcl.forms.parts import CONTAINERS, lowered, number_of, table, text_of, undecided, wrapped
from aib2packer.hcl.text import quote
from aib2packer.hcl.writing import Form, Level, NoFormError, Piece, Write, Writer
from aib2packer.ir.values import Call, Kind, ListOf, Literal, Value


def _format(writer: Writer, call: Call) -> Piece:
    """One placeholder with a width or a specifier (plain ones are joined texts already)."""
    if len(call.arguments) != 2:
        raise NoFormError("its arguments do not fit its placeholders", call.place)
    hole, value = call.arguments
    match = _HOLE.match(text_of(hole) or "")
    kind = kind_of(value)
    if match is None or kind not in (Kind.TEXT, Kind.NUMBER):
        raise NoFormError("HCL's format has no such placeholder", call.place)
    width, letter, digits = match.groups()
    if letter is None or kind is Kind.TEXT:
        text = writer.inner.text(value)
        written = text if width and kind is Kind.TEXT else f"convert({text}, string)"
    else:
        written = _formatted_number(writer.inner, letter, digits, value)
    return Piece(f'format("%{width}s", {written})' if width else written)


_HOLE = re.compile(r"\{0(?:,(-?\d+))?(?::([A-Za-z])(\d*))?\}\Z")


def _formatted_number(writer: Writer, letter: str, digits: str, value: Value) -> str:
    """Azure counts digits without the sign, HCL counts the sign among them."""
    text = writer.text(value)
    if letter in "Ff":
        return f'format("%.{digits or 2}f", {text})'
    if letter in "DdXx" and never_negative(value):
        return f'format("%0{digits or 1}{"d" if letter in "Dd" else letter}", {text})'
    if letter in "Dd":
        sign = f'{writer.text(value, Level.SUM)} < 0 ? "-" : ""'
        return f'"${{{sign}}}${{format("%0{digits or 1}d", abs({text}))}}"'
    raise NoFormError(f"HCL's format has no :{letter}{digits} for a number that may be negative", value.place)


def _concat(writer: Writer, call: Call) -> Piece:
    if kind_of(call) is not Kind.LIST:
        raise undecided(call)
    return Piece(f"concat({', '.join([writer.text(argument) for argument in call.arguments])})")


def _replace(writer: Writer, call: Call) -> Piece:
    value, old, new = call.arguments
    inner = writer.inner
    return Piece(f"replace({inner.text(value)}, {inner.text(old)}, {inner.text(new)})")


def _substring(writer: Writer, call: Call) -> Piece:
    value, *bounds = call.arguments
    start = writer.free.text(bounds[0]) if bounds else "0"
    length = writer.free.text(bounds[1]) if len(bounds) > 1 else "-1"
    return Piece(f"substr({writer.inner.text(value)}, {start}, {length})")


def _split(writer: Writer, call: Call) -> Piece:
    value, delimiter = call.arguments
    inner = writer.inner
    if not isinstance(delimiter, ListOf):
        if text_of(delimiter) == "":
            raise NoFormError("split by an empty string gives single characters in HCL", call.place)
        return Piece(f"split({inner.text(delimiter)}, {inner.text(value)})")
    known = [text for each in delimiter.items if (text := text_of(each)) is not None and len(text) == 1]
    if not known or len(known) != len(delimiter.items):
        raise NoFormError("HCL splits by one known character at a time", call.place)
    text = inner.text(value)
    for other in known[1:]:
        text = f"replace({text}, {quote(other)}, {quote(known[0])})"
    return Piece(f"split({quote(known[0])}, {text})")


def _join(writer: Writer, call: Call) -> Piece:
    values, delimiter = call.arguments
    inner = writer.inner
    kind = inner.items_of(values)
    if kind in CONTAINERS:
        raise NoFormError("HCL cannot write an array or object into a string as Azure does", call.place)
    if isinstance(values, ListOf):
        items = [_item_text(inner, item) for item in values.items]
        return Piece(f"join({inner.text(delimiter)}, [{', '.join(items)}])")
    if kind is Kind.FLAG:
        _, (name,) = inner.binding(" x")
        return Piece(f'join({inner.text(delimiter)}, [for {name} in {inner.text(values)} : {name} ? "True" : "False"])')
    return Piece(f"join({inner.text(delimiter)}, {inner.text(values)})")


def _item_text(writer: Writer, item: Value) -> str:
    if isinstance(item, Literal) and item.value is None:
        return '""'
    return writer.as_text(item).text if kind_of(item) is Kind.FLAG else writer.text(item)


def _pad_left(writer: Writer, call: Call) -> Piece:
    value, width, *rest = call.arguments
    filler = text_of(rest[0]) if rest else " "
    inner = writer.inner
    count = number_of(width)
    is_text = kind_of(value) is Kind.TEXT
    if filler == " " and count is not None and is_text:
        return Piece(f'format("%{count}s", {inner.text(value)})')
    if filler == "0" and count is not None and never_negative(value):
        return Piece(f'format("%0{count}d", {inner.text(value)})')
    text = inner.text(value) if is_text else f"convert({inner.text(value)}, string)"
    inside, (index,) = inner.binding(" i")
    missing = f"max(0, {inner.free.text(width, Level.SUM)} - length({text}))"
    fill = inner.text(rest[0]) if rest else '" "'
    return Piece(f'"${{join("", [for {index} in range(0, {missing}) : {fill}])}}${{{inside.text(value)}}}"')


def _folding_case(function: str) -> Write:
    """A test of a text that ignores case, as ARM does."""

    def form(writer: Writer, call: Call) -> Piece:
        text, part = [lowered(writer.free, argument) for argument in call.arguments]
        return Piece(f"{function}({text}, {part})")

    return form


def _string(writer: Writer, call: Call) -> Piece:
    if kind_of(call.arguments[0]) is Kind.ANY:
        raise NoFormError("HCL converts bools, arrays and objects to other strings", call.place)
    return writer.inner.as_text(call.arguments[0])


STRINGS = table(
    Form("format", _format),
    Form("concat", _concat),
    Form("toLower", wrapped("lower(@)")),
    Form("toUpper", wrapped("upper(@)")),
    Form("trim", wrapped("trimspace(@)")),
    Form("replace", _replace),
    Form("substring", _substring),
    Form("split", _split),
    Form("join", _join),
    Form("padLeft", _pad_left),
    Form("startsWith", _folding_case("startswith")),
    Form("endsWith", _folding_case("endswith")),
    Form("string", _string),
)
