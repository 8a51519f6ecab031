"""Arrays and objects of known shape.

Sources:
https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-string
https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-array
https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-object
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from aib2packer.arm.functions.table import RefusedError, array, mapping, text, whole, without_case
from aib2packer.arm.kinds import kind_of
from aib2packer.arm.partial import (
    FALSE,
    NULL,
    TRUE,
    NoSuchPropertyError,
    OutsideIndexError,
    UndecidedError,
    access,
    concat_lists,
    plain,
    same,
)
from aib2packer.arm.shapes.shape import Arguments, Shape
from aib2packer.ir.values import Call, Entry, Joined, Kind, ListOf, Literal, ObjectOf, Repeated, Value, is_known


def _try_get(arguments: Arguments) -> Value | None:
    base, *keys = arguments
    for place, key in enumerate(keys):
        if isinstance(base, Literal) and base.value is None:
            return NULL
        try:
            found = access(base, key)
        except (NoSuchPropertyError, OutsideIndexError):
            return NULL
        if found is None:
            return Call("tryGet", (base, *keys[place:])) if place else None
        base = found
    return base


def _length(arguments: Arguments) -> Value | None:
    match arguments[0]:
        case ListOf(items):
            return Literal(len(items))
        case ObjectOf(entries) as value if value.has_known_keys:
            return Literal(len({entry.name for entry in entries}))
        case Repeated(_, count, _):
            return count
        case Call("map" | "sort", (values, *_)):
            return _length((values,)) or Call("length", (values,))
        case _:
            return None


def _empty(arguments: Arguments) -> Value | None:
    match arguments[0]:
        case ListOf(items):
            return Literal(not items)
        case ObjectOf(entries):
            return Literal(not entries)
        case Joined(parts) if any(isinstance(part, Literal) for part in parts):
            return FALSE
        case Call("concat", pieces) if any(isinstance(piece, ListOf) for piece in pieces):
            return FALSE
        case Repeated(_, count, _):
            return Call("equals", (count, Literal(0)))
        case _:
            return None


def _contains(arguments: Arguments) -> Value | None:
    container, wanted = arguments
    if isinstance(container, ObjectOf) and isinstance(wanted, Literal) and isinstance(wanted.value, str):
        if container.get(wanted.value) is not None:
            return TRUE
        return FALSE if container.has_known_keys else None
    if isinstance(container, ListOf):
        answers = [same(item, wanted) for item in container.items]
        return TRUE if any(answers) else None if None in answers else FALSE
    if isinstance(container, Joined) and isinstance(wanted, Literal) and isinstance(wanted.value, str):
        known = [part.value for part in container.parts if isinstance(part, Literal)]
        return TRUE if any(isinstance(part, str) and wanted.value in part for part in known) else None
    return None


def _index_of(arguments: Arguments) -> Value | None:
    values, wanted = arguments
    if not isinstance(values, ListOf):
        return None
    for place, item in enumerate(values.items):
        answer = same(item, wanted)
        if answer is None:
            return None
        if answer:
            return Literal(place)
    return Literal(-1)


def _first(arguments: Arguments) -> Value | None:
    value = arguments[0]
    return (value.items[0] if value.items else NULL) if isinstance(value, ListOf) else None


def _last(arguments: Arguments) -> Value | None:
    value = arguments[0]
    return (value.items[-1] if value.items else NULL) if isinstance(value, ListOf) else None


def _take(arguments: Arguments) -> Value | None:
    value, count = arguments[0], _whole(arguments[1], "the count")
    if isinstance(value, ListOf) and count is not None:
        return ListOf(value.items[: max(0, count)], place=value.place)
    return None


def _skip(arguments: Arguments) -> Value | None:
    value, count = arguments[0], _whole(arguments[1], "the count")
    if isinstance(value, ListOf) and count is not None:
        return ListOf(value.items[max(0, count) :], place=value.place)
    return None


def _from_end(arguments: Arguments) -> Value | None:
    items, place = _items_of(arguments[0], "the first argument"), _whole(arguments[1], "the index")
    if items is None or place is None:
        return None
    if not 1 <= place <= len(items):
        raise OutsideIndexError(f"the index {place} from the end is out of range: the array has {len(items)} items")
    return items[-place]


def _try_from_end(arguments: Arguments) -> Value | None:
    if arguments[0] == NULL:
        return NULL
    try:
        return _from_end(arguments)
    except OutsideIndexError:
        return NULL


def _items_of(value: Value, what: str = "its argument") -> Sequence[Value] | None:
    """The items of an array, None where they are live; raises for what is known to be no array."""
    if isinstance(value, ListOf):
        return value.items
    if is_known(value):
        array(plain(value), what)
    return None


def _whole(value: Value, what: str) -> int | None:
    """An int, None where it is live; raises for what is known to be none."""
    return whole(plain(value), what) if is_known(value) else None


def _array(arguments: Arguments) -> Value | None:
    kind = kind_of(arguments[0])
    if kind is Kind.LIST:
        return arguments[0]
    return ListOf((arguments[0],)) if kind is not Kind.ANY or isinstance(arguments[0], Literal) else None


def _create_array(arguments: Arguments) -> Value:
    return ListOf(tuple(arguments))


def _create_object(arguments: Arguments) -> Value:
    if len(arguments) % 2:
        raise RefusedError("keys and values must come in pairs")
    for key in arguments[::2]:
        if is_known(key):
            text(plain(key), "a key")
    entries = [Entry(key, value) for key, value in zip(arguments[::2], arguments[1::2], strict=True)]
    return _unique(entries) if all(entry.name is not None for entry in entries) else ObjectOf(tuple(entries))


def _unique(entries: Sequence[Entry]) -> ObjectOf:
    by_name = {entry.name: entry for entry in entries}
    return ObjectOf(tuple(by_name.values()))


def _union(arguments: Arguments) -> Value | None:
    given = [value for value in arguments if not (isinstance(value, Literal) and value.value is None)]
    if given and all(isinstance(value, ListOf) for value in given):
        return _union_lists([item for value in given if isinstance(value, ListOf) for item in value.items])
    if given and all(isinstance(value, ObjectOf) for value in given):
        try:
            return _merged(given, deep=True)
        except UndecidedError:
            return None
    return given[0] if len(given) == 1 and kind_of(given[0]) is Kind.OBJECT else None


def _union_lists(items: Sequence[Value]) -> Value | None:
    if all(map(is_known, items)):
        return None
    kept: list[Value] = []
    for item in items:
        answers = [same(item, other) for other in kept]
        if None in answers and True not in answers:
            return None
        if True not in answers:
            kept.append(item)
    return ListOf(tuple(kept))


def _merged(values: Iterable[Value], *, deep: bool) -> ObjectOf:
    """Objects merged, keys equal in any case; raises ``UndecidedError`` where a live part might be an object itself."""
    merged: dict[str, Entry] = {}
    for value in values:
        if not isinstance(value, ObjectOf) or not value.has_known_keys:
            raise UndecidedError
        for entry in value.entries:
            folded = without_case(entry.name or "")
            before = merged.get(folded)
            if before is None:
                merged[folded] = entry
            else:
                merged[folded] = Entry(before.key, _merged_value(before.value, entry.value) if deep else entry.value)
    return ObjectOf(tuple(merged.values()))


def _merged_value(before: Value, after: Value) -> Value:
    if isinstance(before, ObjectOf) and isinstance(after, ObjectOf):
        return _merged((before, after), deep=True)
    kinds = (kind_of(before), kind_of(after))
    if _never_object(before) or _never_object(after):
        return after
    if kinds == (Kind.OBJECT, Kind.OBJECT):
        return Call("union", (before, after))
    raise UndecidedError


def _never_object(value: Value) -> bool:
    return isinstance(value, Literal) or kind_of(value) in (Kind.TEXT, Kind.NUMBER, Kind.FLAG, Kind.LIST)


def _shallow_merge(arguments: Arguments) -> Value | None:
    items = _items_of(arguments[0])
    if items is None:
        return None
    for item in items:
        if is_known(item):
            mapping(plain(item), "each item")
    try:
        return _merged(items, deep=False)
    except UndecidedError:
        return None


def _intersection(arguments: Arguments) -> Value | None:
    start, *others = arguments
    if not isinstance(start, ListOf):
        return None
    kept = []
    for item in start.items:
        answers = [_contains((other, item)) for other in others]
        if any(not isinstance(answer, Literal) for answer in answers):
            return None
        if all(isinstance(answer, Literal) and answer.value for answer in answers):
            kept.append(item)
    return _union_lists(kept) or ListOf(tuple(kept)) if not all(map(is_known, arguments)) else None


def _flatten(arguments: Arguments) -> Value | None:
    items = _items_of(arguments[0])
    if items is None:
        return None
    for item in items:
        if isinstance(item, Literal) or kind_of(item) not in (Kind.LIST, Kind.ANY):
            raise RefusedError("each item must be an array")
    return concat_lists(items)


def _sorted_entries(value: Value) -> list[Entry] | None:
    """The entries as ``items`` and ``objectKeys`` give them: sorted without case, equal ones as they were written."""
    if is_known(value) and not isinstance(value, ObjectOf):
        mapping(plain(value))
    if not isinstance(value, ObjectOf) or not value.has_known_keys:
        return None
    entries = {entry.name or "": entry for entry in value.entries}
    return [entries[name] for name in sorted(entries, key=without_case)]


def _items(arguments: Arguments) -> Value | None:
    entries = _sorted_entries(arguments[0])
    if entries is None:
        return None
    pairs = [ObjectOf((Entry(Literal("key"), each.key), Entry(Literal("value"), each.value))) for each in entries]
    return ListOf(tuple(pairs))


def _object_keys(arguments: Arguments) -> Value | None:
    entries = _sorted_entries(arguments[0])
    return None if entries is None else ListOf(tuple([entry.key for entry in entries]))


COLLECTIONS: dict[str, Shape] = {
    "array": _array,
    "contains": _contains,
    "createArray": _create_array,
    "createObject": _create_object,
    "empty": _empty,
    "first": _first,
    "flatten": _flatten,
    "indexFromEnd": _from_end,
    "indexOf": _index_of,
    "intersection": _intersection,
    "items": _items,
    "last": _last,
    "length": _length,
    "objectKeys": _object_keys,
    "shallowMerge": _shallow_merge,
    "skip": _skip,
    "take": _take,
    "tryGet": _try_get,
    "tryIndexFromEnd": _try_from_end,
    "union": _union,
}
