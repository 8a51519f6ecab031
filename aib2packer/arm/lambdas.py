"""``map``, ``filter`` and their kin over arrays and objects of known shape (arm-expressions 2.7)."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Protocol

from aib2packer.arm.functions.table import RefusedError, type_name
from aib2packer.arm.partial import UndecidedError, concat_lists
from aib2packer.arm.scope import Frame
from aib2packer.ir.values import Call, Entry, ListOf, Literal, ObjectOf, Value


class Applies(Protocol):
    """What is needed of the evaluator."""

    def apply_lambda(self, function: Value, arguments: Sequence[Value], frame: Frame) -> Value:
        """The body with values for its parameters."""


def evaluate(call: Call, arguments: Sequence[Value], frame: Frame, evaluator: Applies) -> Value | None:
    """The call over its known shape; None where the shape, or what decides it, is live."""
    container, *others = arguments
    wanted = ObjectOf if call.function == "mapValues" else ListOf
    if not isinstance(container, wanted):
        if isinstance(container, Literal | ListOf | ObjectOf):
            given = type_name(container.value) if isinstance(container, Literal) else "this"
            raise RefusedError(f"the first argument must be an {'object' if wanted is ObjectOf else 'array'}, not {given}")
        return None

    def run(function: Value, *values: Value) -> Value:
        return evaluator.apply_lambda(function, values, frame)

    try:
        return FUNCTIONS[call.function](container, others, run)
    except UndecidedError:
        return None


_Run = Callable[..., Value]


def _map(container: Value, others: Sequence[Value], run: _Run) -> Value:
    items = _items(container)
    return ListOf(tuple([run(others[0], item, Literal(index)) for index, item in enumerate(items)]))


def _filter(container: Value, others: Sequence[Value], run: _Run) -> Value:
    """Items whose condition is live become a list of one or none behind that condition."""
    pieces: list[Value] = []
    for index, item in enumerate(_items(container)):
        condition = run(others[0], item, Literal(index))
        one = ListOf((item,))
        if not isinstance(condition, Literal):
            pieces.append(Call("if", (condition, one, ListOf(()))))
        elif _truth(condition):
            pieces.append(one)
    return concat_lists(pieces)


def _reduce(container: Value, others: Sequence[Value], run: _Run) -> Value:
    result, function = others
    for index, item in enumerate(_items(container)):
        result = run(function, result, item, Literal(index))
    return result


def _sort(container: Value, others: Sequence[Value], run: _Run) -> Value:
    def order(left: Value, right: Value) -> int:
        if _decided(run(others[0], left, right)):
            return -1
        return 1 if _decided(run(others[0], right, left)) else 0

    return ListOf(tuple(sorted(_items(container), key=functools.cmp_to_key(order))))


def _to_object(container: Value, others: Sequence[Value], run: _Run) -> Value:
    """Of a key met twice the last value counts."""
    entries: dict[Value, Entry] = {}
    for item in _items(container):
        key = _key(run(others[0], item))
        entries[key] = Entry(key, run(others[1], item) if len(others) > 1 else item)
    return ObjectOf(tuple(entries.values()))


def _group_by(container: Value, others: Sequence[Value], run: _Run) -> Value:
    groups: dict[Value, list[Value]] = {}
    for item in _items(container):
        key = _key(run(others[0], item))
        if not isinstance(key, Literal):
            raise UndecidedError
        groups.setdefault(key, []).append(run(others[1], item) if len(others) > 1 else item)
    return ObjectOf(tuple([Entry(key, ListOf(tuple(items))) for key, items in groups.items()]))


def _map_values(container: Value, others: Sequence[Value], run: _Run) -> Value:
    assert isinstance(container, ObjectOf)
    return ObjectOf(tuple([Entry(entry.key, run(others[0], entry.value)) for entry in container.entries]))


def _items(container: Value) -> tuple[Value, ...]:
    return container.items if isinstance(container, ListOf) else ()


def _truth(value: Literal) -> bool:
    if isinstance(value.value, bool):
        return value.value
    raise RefusedError(f"its lambda must give a bool, not {type_name(value.value)}")


def _decided(value: Value) -> bool:
    if isinstance(value, Literal):
        return _truth(value)
    raise UndecidedError


def _key(value: Value) -> Value:
    if isinstance(value, Literal) and not isinstance(value.value, str):
        raise RefusedError(f"a key must be a string, not {type_name(value.value)}")
    return value


FUNCTIONS: dict[str, Callable[[Value, Sequence[Value], _Run], Value]] = {
    "map": _map,
    "filter": _filter,
    "reduce": _reduce,
    "sort": _sort,
    "toObject": _to_object,
    "groupBy": _group_by,
    "mapValues": _map_values,
}
