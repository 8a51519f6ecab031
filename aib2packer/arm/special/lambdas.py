"""Lambdas; ``map``, ``filter`` and their kin over arrays and objects of known shape.

Source: https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-lambda
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence

from msgspec.structs import replace

from aib2packer.arm import partial
from aib2packer.arm.copies import fresh
from aib2packer.arm.functions.table import RefusedError, text, type_name
from aib2packer.arm.partial import UndecidedError, concat_lists
from aib2packer.arm.scope import Frame
from aib2packer.arm.work import Evaluates, Special
from aib2packer.diagnostics.codes import expression as codes
from aib2packer.ir.values import Bound, Call, Entry, Lambda, ListOf, Literal, ObjectOf, Value, is_known


def _with_lambdas(call: Call, frame: Frame, evaluation: Evaluates) -> Value:
    arguments: list[Value] = []
    for argument in call.arguments:
        is_lambda = isinstance(argument, Lambda) or (isinstance(argument, Call) and argument.function == "lambda")
        arguments.append(argument if is_lambda else evaluation.expression(argument, frame))
    result = evaluation.work.tried(call, lambda: _over_known(call, arguments, frame, evaluation))
    if result is None:
        return Call(call.function, tuple([_live(each, frame, evaluation) for each in arguments]), place=call.place)
    return result if result.place is not None else replace(result, place=call.place)


def _applied(function: Value, arguments: Sequence[Value], frame: Frame, evaluation: Evaluates) -> Value:
    """The body of a lambda with these values for its parameters (those it does not name are not handed over)."""
    names, body = _parts(function)
    bound = dict(zip([name.lower() for name in names], arguments, strict=False))
    if not evaluation.work.spend(1, function.place):
        return partial.NULL
    result = evaluation.bind(body, bound, frame)
    return result if evaluation.work.affordable(result) else partial.NULL


def _live(value: Value, frame: Frame, evaluation: Evaluates) -> Value:
    """An argument that stays: a lambda with its body made simpler."""
    if isinstance(value, Lambda) or not (isinstance(value, Call) and value.function == "lambda"):
        return evaluation.expression(value, frame) if isinstance(value, Lambda) else value
    parts = evaluation.work.tried(value, lambda: _parts(value))
    if parts is None:
        return value
    names, body = parts
    chosen = tuple([fresh(name, frame.bound) for name in names])
    bound = {name.lower(): Bound(other) for name, other in zip(names, chosen, strict=True)}
    evaluation.work.guards += 1
    result = evaluation.bind(body, bound, frame)
    evaluation.work.guards -= 1
    return Lambda(chosen, result, place=value.place)


def _parts(value: Value) -> tuple[tuple[str, ...], Value]:
    if isinstance(value, Lambda):
        return value.parameters, value.body
    if not isinstance(value, Call) or value.function != "lambda" or not value.arguments:
        raise RefusedError("its last argument must be a lambda")
    *names, body = value.arguments
    known = [name.value for name in names if isinstance(name, Literal) and isinstance(name.value, str)]
    if len(known) != len(names):
        raise RefusedError("the parameters of a lambda must be strings")
    return tuple(known), body


def _misplaced(call: Call, frame: Frame, evaluation: Evaluates) -> Value:
    message = "A lambda can only be an argument of map, filter, reduce, sort, toObject, groupBy and mapValues."
    evaluation.work.problem(codes.MISPLACED_LAMBDA, message, call.place)
    return call


def _lambda_variables(call: Call, frame: Frame, evaluation: Evaluates) -> Value:
    name = evaluation.expression(call.arguments[0], frame)
    found = frame.bound.get(str(name.value).lower()) if isinstance(name, Literal) else None
    if found is None:
        message = "lambdaVariables must name a parameter of a lambda around it."
        evaluation.work.problem(codes.MISPLACED_LAMBDA, message, call.place)
        return call
    return found


def _over_known(call: Call, arguments: Sequence[Value], frame: Frame, evaluation: Evaluates) -> Value | None:
    """The call over its known shape; None where the shape, or what decides it, is live."""
    container, *others = arguments
    wanted, other = ("an object", "an array") if call.function == "mapValues" else ("an array", "an object")
    if not isinstance(container, ObjectOf if call.function == "mapValues" else ListOf):
        if isinstance(container, Literal | ListOf | ObjectOf):
            given = type_name(container.value) if isinstance(container, Literal) else other
            raise RefusedError(f"the first argument must be {wanted}, not {given}")
        return None

    def run(function: Value, *values: Value) -> Value:
        return _applied(function, values, frame, evaluation)

    try:
        return _RUNS[call.function](container, others, run)
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
    if is_known(value):
        text(partial.plain(value), "a key")
    return value


_RUNS: dict[str, Callable[[Value, Sequence[Value], _Run], Value]] = {
    "map": _map,
    "filter": _filter,
    "reduce": _reduce,
    "sort": _sort,
    "toObject": _to_object,
    "groupBy": _group_by,
    "mapValues": _map_values,
}

LAMBDAS: dict[str, Special] = {
    "lambda": _misplaced,
    "lambdaVariables": _lambda_variables,
    **dict.fromkeys(_RUNS, _with_lambdas),
}
