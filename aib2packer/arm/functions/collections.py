"""The functions on arrays and objects, and those that take a text as well.

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
    type_name,
    whole,
    without_case,
)
from aib2packer.ir.values import Kind

LARGEST_RANGE = 10_000


def create_object(*pairs: Json) -> Json:
    """``createObject``: key, value, key, value."""
    if len(pairs) % 2:
        raise RefusedError("keys and values must come in pairs")
    return {text(key, "a key"): value for key, value in zip(pairs[::2], pairs[1::2], strict=True)}


def length(value: Json) -> int:
    """``length`` of a text (UTF-16 units), an array or an object."""
    if isinstance(value, str):
        return net.units(value)
    if isinstance(value, list | dict):
        return len(value)
    raise RefusedError(f"its argument must be a string, an array or an object, not {type_name(value)}")


def empty(value: Json) -> bool:
    """``empty``: null, '', [] and {}."""
    return value is None or length(value) == 0


def contains(container: Json, wanted: Json) -> bool:
    """``contains``: part of a text, item of an array (deeply equal), key of an object (in any case)."""
    if isinstance(container, str):
        return text(wanted, "the second argument") in container
    if isinstance(container, list):
        return any(equal(item, wanted) for item in container)
    if isinstance(container, dict):
        return find_key(container, text(wanted, "the second argument")) is not None
    raise RefusedError(f"the first argument must be a string, an array or an object, not {type_name(container)}")


def first(value: Json) -> Json:
    """``first``: null of an empty array, '' of an empty text."""
    if isinstance(value, str):
        return net.slice_units(value, 0, 1)
    items = array(value)
    return items[0] if items else None


def last(value: Json) -> Json:
    """``last``: null of an empty array, '' of an empty text."""
    if isinstance(value, str):
        return net.slice_units(value, max(0, net.units(value) - 1), 1)
    items = array(value)
    return items[-1] if items else None


def take(value: Json, count: Json) -> Json:
    """``take``: the first so many; none for a negative count, all for one too large."""
    wanted = max(0, whole(count, "the count"))
    return net.slice_units(value, 0, wanted) if isinstance(value, str) else array(value, "the first argument")[:wanted]


def skip(value: Json, count: Json) -> Json:
    """``skip``: all but the first so many."""
    wanted = max(0, whole(count, "the count"))
    if isinstance(value, str):
        size = net.units(value)
        return net.slice_units(value, min(wanted, size), size)
    return array(value, "the first argument")[wanted:]


def number_range(start: Json, count: Json) -> Json:
    """``range``: so many ints from ``start`` on."""
    begin, size = whole(start, "the start"), whole(count, "the count")
    if not 0 <= size <= LARGEST_RANGE:
        raise RefusedError(f"the count must be from 0 to {LARGEST_RANGE:,}")
    if begin + size > 2**31 - 1:
        raise RefusedError("start and count together must not exceed 2147483647")
    return list(range(begin, begin + size))


def merge(values: Sequence[Json], *, deep: bool) -> Json:
    """Objects merged, later ones win; keys are equal in any case and keep their first spelling."""
    merged: dict[str, Json] = {}
    spelled: dict[str, str] = {}
    for value in values:
        for key, item in mapping(value, "each argument").items():
            name = spelled.setdefault(without_case(key), key)
            before = merged.get(name)
            both = deep and isinstance(before, dict) and isinstance(item, dict)
            merged[name] = merge([before, item], deep=True) if both else item
    return merged


def union(*values: Json) -> Json:
    """``union``: arrays without duplicates, objects merged deeply; null counts as nothing."""
    given = [value for value in values if value is not None]
    if given and all(isinstance(value, list) for value in given):
        return distinct([item for value in given for item in array(value)])
    return merge(given, deep=True)


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


def sorted_keys(value: Json) -> list[str]:
    """The keys as ``items`` and ``objectKeys`` give them: sorted without case, equal ones as they were written."""
    return sorted(mapping(value), key=without_case)


def flatten(value: Json) -> Json:
    """``flatten``: one level."""
    return [item for inner in array(value) for item in array(inner, "each item")]


def try_get(value: Json, *keys: Json) -> Json:
    """``tryGet``: down a path of keys and indexes, null as soon as one is missing."""
    for key in keys:
        if isinstance(value, dict) and isinstance(key, str):
            spelled = find_key(value, key)
            value = None if spelled is None else value[spelled]
        elif isinstance(value, list) and isinstance(key, int) and not isinstance(key, bool):
            value = value[key] if 0 <= key < len(value) else None
        elif value is None:
            return None
        else:
            raise RefusedError(f"{type_name(value)} has no property or index that is {type_name(key)}")
    return value


def from_end(value: Json, index: Json) -> Json:
    """``indexFromEnd``: 1 is the last item."""
    items, place = array(value, "the first argument"), whole(index, "the index")
    if not 1 <= place <= len(items):
        raise RefusedError(f"the index {place} from the end is out of range: the array has {len(items)} items")
    return items[-place]


def try_from_end(value: Json, index: Json) -> Json:
    """``tryIndexFromEnd``: null outside."""
    place = whole(index, "the index")
    return from_end(value, place) if value is not None and 1 <= place <= len(array(value)) else None


def index_of(value: Json, wanted: Json) -> int:
    """``indexOf`` in a text (any case) or an array (deeply equal); -1 where it is not."""
    if isinstance(value, str):
        return strings.index_in_text(value, wanted, last=False)
    return next((place for place, item in enumerate(array(value)) if equal(item, wanted)), -1)


def last_index_of(value: Json, wanted: Json) -> int:
    """``lastIndexOf``, as ``indexOf``."""
    if isinstance(value, str):
        return strings.index_in_text(value, wanted, last=True)
    return max((place for place, item in enumerate(array(value)) if equal(item, wanted)), default=-1)


def end_kind(arguments: Sequence[Kind]) -> Kind:
    """The kind of what ``first`` and ``last`` give: a string of a string, any item of an array."""
    return Kind.TEXT if arguments[:1] == [Kind.TEXT] else Kind.ANY


COLLECTIONS = table(
    Function("createArray", 0, None, lambda *values: list(values), gives=Kind.LIST),
    Function("createObject", 0, None, create_object, gives=Kind.OBJECT),
    Function("array", 1, 1, lambda value: value if isinstance(value, list) else [value], gives=Kind.LIST),
    Function("length", 1, 1, length, gives=Kind.NUMBER, may_fail=False),
    Function("empty", 1, 1, empty, gives=Kind.FLAG, may_fail=False),
    Function("contains", 2, 2, contains, gives=Kind.FLAG, may_fail=False),
    Function("first", 1, 1, first, gives=end_kind),
    Function("last", 1, 1, last, gives=end_kind),
    Function("take", 2, 2, take, gives=Like(0, 1), items=Like(0, 1), may_fail=False),
    Function("skip", 2, 2, skip, gives=Like(0, 1), items=Like(0, 1), may_fail=False),
    Function("range", 2, 2, number_range, gives=Kind.LIST, items=Kind.NUMBER, may_fail=False),
    Function("union", 1, None, union, gives=Like(), items=Like()),
    Function("shallowMerge", 1, 1, lambda value: merge(array(value), deep=False), gives=Kind.OBJECT),
    Function("intersection", 1, None, intersection, gives=Like(), items=Like()),
    Function(
        "items", 1, 1, lambda value: [{"key": key, "value": mapping(value)[key]} for key in sorted_keys(value)], gives=Kind.LIST
    ),
    Function("objectKeys", 1, 1, lambda value: list(sorted_keys(value)), gives=Kind.LIST, items=Kind.TEXT),
    Function("flatten", 1, 1, flatten, gives=Kind.LIST),
    Function("tryGet", 2, None, try_get, may_fail=False),
    Function("indexFromEnd", 2, 2, from_end),
    Function("tryIndexFromEnd", 2, 2, try_from_end),
    Function("indexOf", 2, 2, index_of, gives=Kind.NUMBER),
    Function("lastIndexOf", 2, 2, last_index_of, gives=Kind.NUMBER),
    Function("distinct", 1, 1, lambda value: distinct(array(value)), gives=Kind.LIST),
    Function("null", 0, 0, lambda: None),
)
