"""Values that are partly live: whether two are equal, a text of several, a part of one."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from aib2packer.arm.functions import net
from aib2packer.arm.functions.table import Json, RefusedError, check_size, equal, type_name
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
    is_known,
    one_text,
    walk,
)

TRUE, FALSE, NULL = Literal(True), Literal(False), Literal(None)


class NoSuchPropertyError(RefusedError):
    """The object is known and lacks the property."""


class OutsideIndexError(RefusedError):
    """The array is known and is shorter."""


class UndecidedError(Exception):
    """The shape does not tell; ``shapes`` and ``lambdas`` catch it."""


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
    if not (left.has_known_keys and right.has_known_keys):
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


def never_null(value: Value) -> bool:
    """Whether a value is certainly not null."""
    if isinstance(value, Literal):
        return value.value is not None
    if isinstance(value, Call):
        return kind_of(value) is not Kind.ANY and value.function not in ("if", "coalesce", "take", "skip", "reference")
    return isinstance(value, ListOf | ObjectOf | Joined | Repeated)


def joined(parts: Iterable[Value], place: Place | None = None) -> Value:
    """Texts one after the other: known neighbours become one, a single live text stays itself; raises where they are too large.

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
    """The parts, those of joined texts one by one; a text that is too large is refused before it is made."""
    letters = 0
    for part in parts:
        letters += letters_of(part)
        check_size(letters)
        yield from part.parts if isinstance(part, Joined) else (part,)


def letters_of(value: Value) -> int:
    """How many letters of a text are known."""
    if isinstance(value, Joined):
        return sum(map(letters_of, value.parts))
    return len(value.value) if isinstance(value, Literal) and isinstance(value.value, str) else 0


def access(base: Value, key: Value) -> Value | None:
    """``base.key`` or ``base[key]``, None where only the build can tell; raises where ARM would stop."""
    if not is_known(key):
        return None
    if isinstance(base, ObjectOf):
        return _property(base, plain(key))
    if isinstance(base, ListOf):
        return _item(base, plain(key))
    if isinstance(base, Literal):
        raise RefusedError(f"{type_name(base.value)} has no properties and no items")
    return None


def _property(base: ObjectOf, key: Json) -> Value | None:
    if not isinstance(key, str):
        raise RefusedError(f"a property of an object has a string as its name, not {type_name(key)}")
    found = base.get(key)
    if found is None and base.has_known_keys:
        raise NoSuchPropertyError(key)
    return found


def _item(base: ListOf, key: Json) -> Value:
    if not isinstance(key, int) or isinstance(key, bool):
        raise RefusedError(f"an index must be an int, not {type_name(key)}")
    if not 0 <= key < len(base.items):
        raise OutsideIndexError(f"the index {key} is out of range: the array has {len(base.items)} items")
    return base.items[key]


def concat_lists(lists: Iterable[Value]) -> Value:
    """Lists one after the other; known ones next to each other become one. Raises where they are too large."""
    flat = [
        part for each in lists for part in (each.arguments if isinstance(each, Call) and each.function == "concat" else (each,))
    ]
    check_size(sum(len(part.items) * len("0,") for part in flat if isinstance(part, ListOf)))
    pieces: list[Value] = []
    for is_list, group in groupby(flat, lambda part: isinstance(part, ListOf)):
        if not is_list:
            pieces += group
            continue
        known = [part for part in group if isinstance(part, ListOf) and part.items]
        if known:
            pieces.append(ListOf(tuple([item for part in known for item in part.items]), place=known[0].place))
    if not pieces:
        return ListOf(())
    return pieces[0] if len(pieces) == 1 and kind_of(pieces[0]) is Kind.LIST else Call("concat", tuple(pieces))
