"""The functions on texts.

Source: https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-string
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from aib2packer.arm.functions import net
from aib2packer.arm.functions.table import (
    Function,
    Json,
    Like,
    RefusedError,
    array,
    bounded,
    check_size,
    table,
    text,
    type_name,
    whole,
    without_case,
)
from aib2packer.ir.values import Kind


def concat(*values: Json) -> str:
    """``concat`` of strings with numbers and bools among them."""
    return bounded([net.text_form(value) for value in values])


def replace(value: Json, old: Json, new: Json) -> str:
    """``replace``: all occurrences, with regard to case."""
    if text(old, "the string to find") == "":
        raise RefusedError("the string to find must not be empty")
    whole_text, found, instead = text(value, "the first argument"), text(old), text(new, "the replacement")
    check_size(len(whole_text) + whole_text.count(found) * len(instead))
    return whole_text.replace(found, instead)


def substring(value: Json, start: Json = 0, length: Json = None) -> str:
    """``substring`` by UTF-16 units; outside the text is an error."""
    whole_text = text(value, "the first argument")
    first, size = whole(start, "the start"), net.units(whole_text)
    count = size - first if length is None else whole(length, "the length")
    if first < 0 or count < 0 or first + count > size:
        raise RefusedError("start and length must be inside the string")
    return net.slice_units(whole_text, first, count)


def split(value: Json, delimiter: Json) -> Json:
    """``split`` by one delimiter or any of several; empty parts are kept."""
    given = delimiter if isinstance(delimiter, list) else [delimiter]
    delimiters = [found for each in given if (found := text(each, "the delimiter"))]
    whole_text = text(value, "the first argument")
    if not delimiters:
        return [whole_text]
    return list(re.split("|".join([re.escape(each) for each in delimiters]), whole_text))


def join(values: Json, delimiter: Json) -> str:
    """``join``: the items in .NET's text form."""
    written = [net.text_form(value) for value in array(values, "the first argument")]
    return bounded(written, text(delimiter, "the delimiter"))


def pad_left(value: Json, width: Json, filler: Json = " ") -> str:
    """``padLeft``: to the width, with spaces or the given character; longer texts stay."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise RefusedError(f"the first argument must be a string or an int, not {type_name(value)}")
    character = text(filler, "the character")
    if net.units(character) != 1:
        raise RefusedError("the third argument must be one character")
    written, wanted = str(value), whole(width, "the width")
    if wanted < 0:
        raise RefusedError("the width must not be negative")
    check_size(wanted)
    return character * (wanted - net.units(written)) + written


def starts_with(value: Json, start: Json) -> bool:
    """``startsWith``, whatever the case."""
    return without_case(text(value, "the first argument")).startswith(without_case(text(start, "the second argument")))


def ends_with(value: Json, end: Json) -> bool:
    """``endsWith``, whatever the case."""
    return without_case(text(value, "the first argument")).endswith(without_case(text(end, "the second argument")))


def index_in_text(value: str, wanted: Json, *, last: bool) -> int:
    """``indexOf`` and ``lastIndexOf`` on texts, whatever the case, in UTF-16 units; -1 where it is not."""
    searched, sought = without_case(value), without_case(text(wanted, "the second argument"))
    found = searched.rfind(sought) if last else searched.find(sought)
    return net.units(searched[:found]) if found > 0 else found


def joined_kind(arguments: Sequence[Kind]) -> Kind:
    """The kind of what ``concat`` gives: an array or a string, as one argument tells."""
    if Kind.LIST in arguments:
        return Kind.LIST
    return Kind.TEXT if {Kind.TEXT, Kind.NUMBER, Kind.FLAG} & set(arguments) else Kind.ANY


STRINGS = table(
    Function("format", 1, None, gives=Kind.TEXT, may_fail=False),
    Function("concat", 0, None, concat, gives=joined_kind, items=Like(), may_fail=False),
    Function("toLower", 1, 1, lambda value: net.lower(text(value)), gives=Kind.TEXT, may_fail=False),
    Function("toUpper", 1, 1, lambda value: net.upper(text(value)), gives=Kind.TEXT, may_fail=False),
    Function("trim", 1, 1, lambda value: text(value).strip(), gives=Kind.TEXT, may_fail=False),
    Function("replace", 3, 3, replace, gives=Kind.TEXT),
    Function("substring", 1, 3, substring, gives=Kind.TEXT),
    Function("split", 2, 2, split, gives=Kind.LIST, items=Kind.TEXT, may_fail=False),
    Function("join", 2, 2, join, gives=Kind.TEXT, may_fail=False),
    Function("padLeft", 2, 3, pad_left, gives=Kind.TEXT),
    Function("startsWith", 2, 2, starts_with, gives=Kind.FLAG, may_fail=False),
    Function("endsWith", 2, 2, ends_with, gives=Kind.FLAG, may_fail=False),
    Function("string", 1, 1, net.string_form, gives=Kind.TEXT, may_fail=False),
)
