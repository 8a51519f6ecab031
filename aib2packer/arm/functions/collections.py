"""The functions on arrays and objects, and those that take a text as well; arrays and objects are mostly for ``arm.shapes``.

Sources:
https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-string
https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-array
https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-object
"""

from __future__ import annotations

from collections.abc import Sequence

from aib2packer.arm.functions import net, strings
from aib2packer.arm.functions.table import (
    Function,
    Json,
    Like,
    RefusedError,
    array,
    distinct,
    equal,
    find_key,
    mapping,
    table,
    text,
    whole,
)
from aib2packer.ir.values import Kind

LARGEST_RANGE = 10_000


def length(value: Json) -> int:
    """``length`` of a text, in UTF-16 units."""
    return net.units(text(value, wanted="a string, an array or an object"))


def empty(value: Json) -> bool:
    """``empty``: null and the empty text."""
    return value is None or length(value) == 0


def contains(container: Json, wanted: Json) -> bool:
    """``contains``: part of a text; whether an object has a key is told by its shape, but not whether one has what is no text."""
    searched = "" if isinstance(container, dict) else text(container, "the first argument", "a string, an array or an object")
    return text(wanted, "the second argument") in searched


def first(value: Json) -> str:
    """``first`` of a text."""
    return net.slice_units(text(value, wanted="a string or an array"), 0, 1)


def last(value: Json) -> str:
    """``last`` of a text."""
    whole_text = text(value, wanted="a string or an array")
    return net.slice_units(whole_text, max(0, net.units(whole_text) - 1), 1)


def take(value: Json, count: Json) -> str:
    """``take`` of a text: the first so many; none for a negative count, all for one too large."""
    wanted = max(0, whole(count, "the count"))
    return net.slice_units(text(value, "the first argument", "a string or an array"), 0, wanted)


def skip(value: Json, count: Json) -> str:
    """``skip`` of a text: all but the first so many."""
    wanted = max(0, whole(count, "the count"))
    whole_text = text(value, "the first argument", "a string or an array")
    size = net.units(whole_text)
    return net.slice_units(whole_text, min(wanted, size), size)


def number_range(start: Json, count: Json) -> Json:
    """``range``: so many ints from ``start`` on."""
    begin, size = whole(start, "the start"), whole(count, "the count")
    if not 0 <= size <= LARGEST_RANGE:
        raise RefusedError(f"the count must be from 0 to {LARGEST_RANGE:,}")
    if begin + size > 2**31 - 1:
        raise RefusedError("start and count together must not exceed 2147483647")
    return list(range(begin, begin + size))


def union(*values: Json) -> Json:
    """``union`` of arrays, without duplicates; null counts as nothing."""
    given = [value for value in values if value is not None]
    if given and all(isinstance(value, list) for value in given):
        return distinct([item for value in given for item in array(value)])
    for value in given:
        mapping(value, "each argument")
    return {}


def intersection(*values: Json) -> Json:
    """``intersection``: what is in all of them, in the order of the first."""
    start, *others = values
    if isinstance(start, list):
        lists = [array(other, "each argument") for other in others]
        return [item for item in distinct(start) if all(any(equal(item, each) for each in other) for other in lists)]
    objects = [mapping(other, "each argument") for other in others]
    return {key: item for key, item in mapping(start).items() if all(_holds(other, key, item) for other in objects)}


def _holds(value: dict[str, Json], key: str, item: Json) -> bool:
    spelled = find_key(value, key)
    return spelled is not None and equal(value[spelled], item)


def index_of(value: Json, wanted: Json) -> int:
    """``indexOf`` in a text (any case); -1 where it is not."""
    searched = text(value, "the first argument", "a string or an array")
    return strings.index_in_text(searched, wanted, last=False)


def last_index_of(value: Json, wanted: Json) -> int:
    """``lastIndexOf`` in a text (any case) or an array (deeply equal); -1 where it is not."""
    if isinstance(value, str):
        return strings.index_in_text(value, wanted, last=True)
    return max((place for place, item in enumerate(array(value)) if equal(item, wanted)), default=-1)


def end_kind(arguments: Sequence[Kind]) -> Kind:
    """The kind of what ``first`` and ``last`` give: a string of a string, any item of an array."""
    return Kind.TEXT if arguments[:1] == [Kind.TEXT] else Kind.ANY


COLLECTIONS = table(
    Function("createArray", 0, None, gives=Kind.LIST),
    Function("createObject", 0, None, gives=Kind.OBJECT),
    Function("array", 1, 1, gives=Kind.LIST),
    Function("length", 1, 1, length, gives=Kind.NUMBER, may_fail=False),
    Function("empty", 1, 1, empty, gives=Kind.FLAG, may_fail=False),
    Function("contains", 2, 2, contains, gives=Kind.FLAG, may_fail=False),
    Function("first", 1, 1, first, gives=end_kind),
    Function("last", 1, 1, last, gives=end_kind),
    Function("take", 2, 2, take, gives=Like(0, 1), items=Like(0, 1), may_fail=False),
    Function("skip", 2, 2, skip, gives=Like(0, 1), items=Like(0, 1), may_fail=False),
    Function("range", 2, 2, number_range, gives=Kind.LIST, items=Kind.NUMBER, may_fail=False),
    Function("union", 1, None, union, gives=Like(), items=Like()),
    Function("shallowMerge", 1, 1, gives=Kind.OBJECT),
    Function("intersection", 1, None, intersection, gives=Like(), items=Like()),
    Function("items", 1, 1, gives=Kind.LIST),
    Function("objectKeys", 1, 1, gives=Kind.LIST, items=Kind.TEXT),
    Function("flatten", 1, 1, gives=Kind.LIST),
    Function("tryGet", 2, None, may_fail=False),
    Function("indexFromEnd", 2, 2),
    Function("tryIndexFromEnd", 2, 2),
    Function("indexOf", 2, 2, index_of, gives=Kind.NUMBER),
    Function("lastIndexOf", 2, 2, last_index_of, gives=Kind.NUMBER),
    Function("distinct", 1, 1, lambda value: distinct(array(value)), gives=Kind.LIST),
    Function("null", 0, 0, lambda: None),
)
