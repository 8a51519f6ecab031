"""``if``, ``and``, ``or``, ``coalesce``: what is not needed is not evaluated.

Sources:
https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-logical
https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-comparison
https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-numeric
"""

from __future__ import annotations

from aib2packer.arm import partial
from aib2packer.arm.accesses import choice
from aib2packer.arm.scope import Frame
from aib2packer.arm.work import Evaluates, Special
from aib2packer.diagnostics.codes import expression as codes
from aib2packer.ir.values import Call, Literal, Value


def _if(call: Call, frame: Frame, evaluation: Evaluates) -> Value:
    condition = evaluation.expression(call.arguments[0], frame)
    if isinstance(condition, Literal):
        if isinstance(condition.value, bool):
            return evaluation.expression(call.arguments[1 if condition.value else 2], frame)
        evaluation.work.problem(codes.REFUSED_ARGUMENTS, "if cannot be evaluated: its condition must be a bool.", call.place)
        return call
    evaluation.work.guards += 1
    yes, no = (evaluation.expression(branch, frame) for branch in call.arguments[1:])
    evaluation.work.guards -= 1
    return choice(condition, yes, no, place=call.place)


def _and(call: Call, frame: Frame, evaluation: Evaluates) -> Value:
    return _until(call, frame, evaluation, decisive=False)


def _or(call: Call, frame: Frame, evaluation: Evaluates) -> Value:
    return _until(call, frame, evaluation, decisive=True)


def _until(call: Call, frame: Frame, evaluation: Evaluates, *, decisive: bool) -> Value:
    """Left to right up to the first decisive value; what is known and not decisive falls out."""
    live: list[Value] = []
    for argument in call.arguments:
        value = _guarded(argument, frame, evaluation, after=live)
        if not isinstance(value, Literal):
            live.append(value)
        elif not isinstance(value.value, bool):
            message = f"{call.function} cannot be evaluated: each argument must be a bool."
            evaluation.work.problem(codes.REFUSED_ARGUMENTS, message, call.place)
            return call
        elif value.value is decisive:
            return Literal(decisive, place=call.place)
    if not live:
        return Literal(not decisive, place=call.place)
    return live[0] if len(live) == 1 else Call(call.function, tuple(live), place=call.place)


def _guarded(argument: Value, frame: Frame, evaluation: Evaluates, *, after: list[Value]) -> Value:
    """An argument evaluated; it may not be needed where live ones stand before it."""
    evaluation.work.guards += bool(after)
    value = evaluation.expression(argument, frame)
    evaluation.work.guards -= bool(after)
    return value


def _coalesce(call: Call, frame: Frame, evaluation: Evaluates) -> Value:
    live: list[Value] = []
    for argument in call.arguments:
        value = _guarded(argument, frame, evaluation, after=live)
        if not (isinstance(value, Literal) and value.value is None):
            live.append(value)
        if partial.never_null(value):
            break
    if not live:
        return Literal(None, place=call.place)
    return live[0] if len(live) == 1 else Call("coalesce", tuple(live), place=call.place)


LOGIC: dict[str, Special] = {
    "if": _if,
    "and": _and,
    "or": _or,
    "coalesce": _coalesce,
}
