"""What the functions do with values that are partly live: lists and objects of known shape, texts of known parts.

A function here answers with the simpler value, or None where the shape does not tell; then plain evaluation is tried,
and else the call stays as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import groupby

from aib2packer.arm.functions import net
from aib2packer.arm.functions.collections import sorted_keys
from aib2packer.arm.functions.table import Json, RefusedError, equal, type_name, without_case
from aib2packer.arm.kinds import kind_of
from aib2packer.diagnostics.place import Place
from aib2packer.ir.values import (
    Call,
    Entry,
    Joined,
    Kind,
    ListOf,
    Literal,
    ObjectOf,
    Repeated,
    Value,
    by_name,
    is_known,
    one_text,
    walk,
)

Arguments = Sequence[Value]
Shape = Callable[[Arguments], Value | None]

TRUE, FALSE, NULL = Literal(True), Literal(False), Literal(None)


class NoSuchPropertyError(RefusedError):
    """The object is known and lacks the property."""


class OutsideIndexError(RefusedError):
    """The array is known and is shorter."""


class UndecidedError(Exception):
    """The shape does not tell; never leaves this module."""


def plain(value: Value) -> Json:
    """A known value as plain JSON (of a key written twice, the last counts)."""
    if isinstance(value, Literal):
        return value.value
    if isinstance(value, ListOf):
        return [plain(item) for item in value.items]
    assert isinstance(value, ObjectOf)
    return {entry.name or "": plain(entry.value) for entry in value.entries}


def value_of(json: Json, place: Place | None = None) -> Value:
    """Plain JSON as a value that stands at ``place``."""
    if isinstance(json, list):
        return ListOf(tuple([value_of(item, place) for item in json]), place=place)
    if isinstance(json, dict):
        entries = [Entry(Literal(key, place=place), value_of(item, place)) for key, item in json.items()]
        return ObjectOf(tuple(entries), place=place)
    return Literal(json, place=place)


def size(value: Value, limit: int) -> int:
    """How many parts a value has; counting stops at ``limit``."""
    if isinstance(value, Literal):
        return 1
    count = 0
    for _ in walk(value):
        count += 1
        if count >= limit:
            break
    return count


def same(left: Value, right: Value) -> bool | None:
    """Whether two values are equal; None where only the build can tell.

    >>> same(ListOf((Literal(1),)), ListOf(())), same(Literal(1), Literal(True))
    (False, False)
    """
    if isinstance(left, Literal) and isinstance(right, Literal):
        return equal(left.value, right.value)
    if isinstance(left, ListOf) and isinstance(right, ListOf):
        if len(left.items) != len(right.items):
            return False
        return _all(same(a, b) for a, b in zip(left.items, right.items, strict=True))
    if isinstance(left, ObjectOf) and isinstance(right, ObjectOf):
        return _same_objects(left, right)
    if isinstance(left, _CERTAIN) and isinstance(right, _CERTAIN) and not _both_texts(left, right):
        return False
    if left == right and not any(isinstance(part, Call) and part.function == "newGuid" for part in walk(left)):
        return True
    return _texts_differ(left, right)


_CERTAIN = (Literal, ListOf, ObjectOf, Joined)


def _both_texts(left: Value, right: Value) -> bool:
    return kind_of(left) is Kind.TEXT and kind_of(right) is Kind.TEXT


def _texts_differ(left: Value, right: Value) -> bool | None:
    """False where a joined text begins or ends otherwise than a known one."""
    for joined, known in ((left, right), (right, left)):
        if isinstance(joined, Joined) and isinstance(known, Literal) and isinstance(known.value, str):
            first, last = joined.parts[0], joined.parts[-1]
            if isinstance(first, Literal) and not known.value.startswith(net.text_form(first.value)):
                return False
            if isinstance(last, Literal) and not known.value.endswith(net.text_form(last.value)):
                return False
    return None


def _same_objects(left: ObjectOf, right: ObjectOf) -> bool | None:
    if not (_keys_known(left) and _keys_known(right)):
        return None
    a, b = _last_entries(left), _last_entries(right)
    if a.keys() != b.keys():
        return False
    return _all(same(a[name], b[name]) for name in a)


def _last_entries(value: ObjectOf) -> dict[str, Value]:
    return {entry.name or "": entry.value for entry in value.entries}


def _all(answers: Iterable[bool | None]) -> bool | None:
    decided: bool | None = True
    for answer in answers:
        if answer is False:
            return False
        if answer is None:
            decided = None
    return decided


def _keys_known(value: ObjectOf) -> bool:
    return all(entry.name is not None for entry in value.entries)


def never_null(value: Value) -> bool:
    """Whether a value is certainly not null."""
    if isinstance(value, Literal):
        return value.value is not None
    if isinstance(value, Call):
        return kind_of(value) is not Kind.ANY and value.function not in ("if", "coalesce", "take", "skip", "reference")
    return isinstance(value, ListOf | ObjectOf | Joined | Repeated)


def joined(parts: Iterable[Value], place: Place | None = None) -> Value:
    """Texts one after the other: known neighbours become one, a single live text stays itself.

    >>> from aib2packer.ir.values import Bound
    >>> joined([Literal("a"), Literal(1), Joined((Literal("b"), Bound("i")))]).parts
    (Literal(value='a1b'), Bound(name='i'))
    """
    merged: list[Value] = []
    for is_known_part, group in groupby(_flat(parts), lambda part: isinstance(part, Literal)):
        if not is_known_part:
            merged += group
            continue
        known = [part if part.spelled else Literal(net.text_form(part.value)) for part in group if isinstance(part, Literal)]
        if text := "".join([net.text_form(part.value) for part in known]):
            merged.append(one_text(known, text, place))
    if not merged:
        return Literal("", place=place)
    if len(merged) == 1 and kind_of(merged[0]) is Kind.TEXT:
        return merged[0]
    return Joined(tuple(merged), place=place)


def _flat(parts: Iterable[Value]) -> Iterable[Value]:
    for part in parts:
        if isinstance(part, Joined):
            yield from part.parts
        else:
            yield part


def access(base: Value, key: Value) -> Value | None:
    """``base.key`` or ``base[key]``, None where only the build can tell; raises where ARM would stop."""
    if not isinstance(key, Literal):
        return None
    if isinstance(base, ObjectOf):
        return _property(base, key.value)
    if isinstance(base, ListOf):
        return _item(base, key.value)
    if isinstance(base, Literal):
        raise RefusedError(f"{type_name(base.value)} has no properties and no items")
    return None


def _property(base: ObjectOf, key: Json) -> Value | None:
    if not isinstance(key, str):
        raise RefusedError(f"a property of an object has a string as its name, not {type_name(key)}")
    found = base.get(key)
    if found is None and _keys_known(base):
        raise NoSuchPropertyError(key)
    return found


def _item(base: ListOf, key: Json) -> Value:
    if not isinstance(key, int) or isinstance(key, bool):
        raise RefusedError(f"an index must be an int, not {type_name(key)}")
    if not 0 <= key < len(base.items):
        raise OutsideIndexError(f"the index {key} is out of range: the array has {len(base.items)} items")
    return base.items[key]


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


def concat(arguments: Arguments) -> Value | None:
    """``concat`` of texts, or of lists: what is known is joined, live neighbours stay in their order."""
    kinds = {kind_of(argument) for argument in arguments}
    if Kind.OBJECT in kinds:
        raise RefusedError("objects cannot be joined: use union")
    if Kind.LIST in kinds:
        if kinds & {Kind.TEXT, Kind.NUMBER, Kind.FLAG}:
            raise RefusedError("strings and arrays cannot be joined with each other")
        return concat_lists(arguments)
    if kinds & {Kind.TEXT, Kind.NUMBER, Kind.FLAG} and not all(is_known(by_name(each)) for each in arguments):
        return joined(arguments)
    return None


def concat_lists(lists: Iterable[Value]) -> Value:
    """Lists one after the other; known ones next to each other become one."""
    pieces: list[Value] = []
    for each in lists:
        inner = each.arguments if isinstance(each, Call) and each.function == "concat" else (each,)
        for piece in inner:
            if isinstance(piece, ListOf) and pieces and isinstance(pieces[-1], ListOf):
                pieces[-1] = ListOf((*pieces[-1].items, *piece.items), place=pieces[-1].place)
            elif not (isinstance(piece, ListOf) and not piece.items):
                pieces.append(piece)
    if not pieces:
        return ListOf(())
    return pieces[0] if len(pieces) == 1 and kind_of(pieces[0]) is Kind.LIST else Call("concat", tuple(pieces))


def _format(arguments: Arguments) -> Value | None:
    template, *values = arguments
    if not isinstance(template, Literal) or not isinstance(template.value, str):
        return None
    parts: list[Value] = []
    for part in net.format_parts(template.value):
        if isinstance(part, str):
            parts.append(Literal(part))
            continue
        index, width, specifier = part
        if index >= len(values):
            raise RefusedError(f"the placeholder {{{index}}} has no argument")
        parts.append(_placeholder(values[index], width, specifier))
    return joined(parts)


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


def _length(arguments: Arguments) -> Value | None:
    match arguments[0]:
        case ListOf(items):
            return Literal(len(items))
        case ObjectOf(entries) as value if _keys_known(value):
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
        return FALSE if _keys_known(container) else None
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


def _equals(arguments: Arguments) -> Value | None:
    answer = same(*arguments)
    return None if answer is None else Literal(answer)


def _not(arguments: Arguments) -> Value | None:
    match arguments[0]:
        case Call("not", (inner,)):
            return inner
        case Call("if", (condition, yes, no)) if is_known(yes) and is_known(no):
            return Call("if", (condition, Literal(not plain(yes)), Literal(not plain(no))))
        case _:
            return None


def _first(arguments: Arguments) -> Value | None:
    value = arguments[0]
    return (value.items[0] if value.items else NULL) if isinstance(value, ListOf) else None


def _last(arguments: Arguments) -> Value | None:
    value = arguments[0]
    return (value.items[-1] if value.items else NULL) if isinstance(value, ListOf) else None


def _take(arguments: Arguments) -> Value | None:
    value, count = arguments
    if isinstance(value, ListOf) and isinstance(count, Literal) and type(count.value) is int:
        return ListOf(value.items[: max(0, count.value)], place=value.place)
    return None


def _skip(arguments: Arguments) -> Value | None:
    value, count = arguments
    if isinstance(value, ListOf) and isinstance(count, Literal) and type(count.value) is int:
        return ListOf(value.items[max(0, count.value) :], place=value.place)
    return None


def _from_end(arguments: Arguments) -> Value | None:
    value, count = arguments
    if isinstance(value, ListOf) and isinstance(count, Literal) and type(count.value) is int:
        if not 1 <= count.value <= len(value.items):
            raise OutsideIndexError(
                f"the index {count.value} from the end is out of range: the array has {len(value.items)} items"
            )
        return value.items[-count.value]
    return None


def _try_from_end(arguments: Arguments) -> Value | None:
    try:
        return _from_end(arguments)
    except OutsideIndexError:
        return NULL


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
        if isinstance(key, Literal) and not isinstance(key.value, str):
            raise RefusedError(f"a key must be a string, not {type_name(key.value)}")
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
        if not isinstance(value, ObjectOf) or not _keys_known(value):
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
    values = arguments[0]
    if not isinstance(values, ListOf):
        return None
    try:
        return _merged(values.items, deep=False)
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
    values = arguments[0]
    if not isinstance(values, ListOf):
        return None
    for item in values.items:
        if isinstance(item, Literal) or kind_of(item) not in (Kind.LIST, Kind.ANY):
            raise RefusedError("each item must be an array")
    return concat_lists(values.items)


def _sorted_entries(value: Value) -> list[Entry] | None:
    if not isinstance(value, ObjectOf) or not _keys_known(value):
        return None
    by_name: dict[str, Json] = {entry.name or "": None for entry in value.entries}
    entries = {entry.name or "": entry for entry in value.entries}
    return [entries[name] for name in sorted_keys(by_name)]


def _items(arguments: Arguments) -> Value | None:
    entries = _sorted_entries(arguments[0])
    if entries is None:
        return None
    pairs = [ObjectOf((Entry(Literal("key"), each.key), Entry(Literal("value"), each.value))) for each in entries]
    return ListOf(tuple(pairs))


def _object_keys(arguments: Arguments) -> Value | None:
    entries = _sorted_entries(arguments[0])
    return None if entries is None else ListOf(tuple([entry.key for entry in entries]))


def _as_is(kind: Kind) -> Shape:
    def run(arguments: Arguments) -> Value | None:
        return arguments[0] if kind_of(arguments[0]) is kind and not is_known(arguments[0]) else None

    return run


SHAPES: dict[str, Shape] = {
    "array": _array,
    "bool": _as_is(Kind.FLAG),
    "concat": concat,
    "contains": _contains,
    "createArray": _create_array,
    "createObject": _create_object,
    "empty": _empty,
    "equals": _equals,
    "first": _first,
    "flatten": _flatten,
    "format": _format,
    "indexFromEnd": _from_end,
    "indexOf": _index_of,
    "int": _as_is(Kind.NUMBER),
    "intersection": _intersection,
    "items": _items,
    "join": _join,
    "last": _last,
    "length": _length,
    "not": _not,
    "objectKeys": _object_keys,
    "shallowMerge": _shallow_merge,
    "skip": _skip,
    "string": _string,
    "take": _take,
    "tryGet": _try_get,
    "tryIndexFromEnd": _try_from_end,
    "union": _union,
}
