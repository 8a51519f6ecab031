"""Copy loops: ``copy`` in an object, and lists that are repeated a number of times known only later.

Source: https://learn.microsoft.com/azure/azure-resource-manager/templates/copy-variables
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec.structs import replace

from aib2packer.arm.scope import Frame
from aib2packer.arm.work import Evaluates
from aib2packer.diagnostics.codes import expression as codes
from aib2packer.ir.values import Bound, Entry, ListOf, Literal, ObjectOf, Repeated, Scalar, Value

MAX_COPIES = 800


def is_copy(value: Value) -> bool:
    """Whether the value of a key ``copy`` has the form of loops."""
    return isinstance(value, ListOf) and all(isinstance(loop, ObjectOf) for loop in value.items)


def copies(loops: Value, frame: Frame, evaluation: Evaluates) -> list[Entry]:
    """What an object with ``copy`` has instead of it: a list by the name of each loop."""
    entries = []
    for loop in loops.items if isinstance(loops, ListOf) else ():
        name, count, body = (loop.get(key) if isinstance(loop, ObjectOf) else None for key in ("name", "count", "input"))
        if not (isinstance(name, Literal) and isinstance(name.value, str) and count and body):
            evaluation.work.problem(codes.MALFORMED_COPY, "This copy loop needs name, count and input.", loop.place)
            continue
        entries.append(Entry(name, _repeat(name.value, count, body, frame, evaluation)))
    return entries


def _repeat(name: str, count: Value, body: Value, frame: Frame, evaluation: Evaluates) -> Value:
    times = evaluation.template(count, frame)
    if not isinstance(times, Literal):
        index = fresh(name, frame.loops)
        inner = replace(frame, loops={**frame.loops, name.lower(): Bound(index)})
        return Repeated(index, replace(times, place=count.place), evaluation.template(body, inner), place=body.place)
    number = whole(times.value)
    if number is None or not 0 <= number <= MAX_COPIES:
        message = f"The copy loop '{name}' needs a count from 0 to {MAX_COPIES}."
        evaluation.work.problem(codes.COPY_COUNT, message, count.place)
        return ListOf((), place=body.place)
    items = []
    for index_number in range(number):
        if not evaluation.work.spend(1, body.place):
            break
        loops = {**frame.loops, name.lower(): Literal(index_number)}
        items.append(evaluation.template(body, replace(frame, loops=loops)))
    return ListOf(tuple(items), place=body.place)


def repeated(value: Repeated, frame: Frame, evaluation: Evaluates) -> Value:
    """A loop that was evaluated before, once more: its count may be known now."""
    count = evaluation.expression(value.count, frame)
    number = whole(count.value) if isinstance(count, Literal) else None
    if number is None:
        return replace(value, count=count, body=evaluation.bind(value.body, {value.index: Bound(value.index)}, frame))
    if not 0 <= number <= MAX_COPIES or not evaluation.work.spend(number, value.place):
        evaluation.work.problem(codes.COPY_COUNT, f"A copy loop needs a count from 0 to {MAX_COPIES}.", value.count.place)
        return value
    items = [evaluation.bind(value.body, {value.index: Literal(index)}, frame) for index in range(number)]
    return ListOf(tuple(items), place=value.place)


def fresh(name: str, taken: Mapping[str, Value]) -> str:
    """A name in lower case that no live loop or lambda around uses."""
    used = {value.name for value in taken.values() if isinstance(value, Bound)}
    chosen, number = name.lower(), 1
    while chosen in used:
        number += 1
        chosen = f"{name.lower()}{number}"
    return chosen


def whole(value: Scalar) -> int | None:
    """The count that a number or its digits give."""
    if isinstance(value, bool):
        return None
    if isinstance(value, str) and value.strip().isdecimal() and len(value) < 10:
        return int(value)
    return value if isinstance(value, int) else None
