"""The functions on arrays and objects that take a lambda.

Source: https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-lambda
"""

from __future__ import annotations

from collections.abc import Sequence

from aib2packer.arm.kinds import kind_of
from aib2packer.hcl.forms.collections import is_flat
from aib2packer.hcl.forms.parts import table
from aib2packer.hcl.writing import Form, Level, NoFormError, Piece, WhyNot, Writer
from aib2packer.ir.values import Bound, Call, Joined, Kind, Lambda, Literal, ObjectOf, Value


def _lambda(value: Value) -> Lambda:
    if isinstance(value, Lambda):
        return value
    raise NoFormError("a lambda is missing", value.place)


def _map(writer: Writer, call: Call) -> Piece:
    values, function = call.arguments[0], _lambda(call.arguments[1])
    inside, names = writer.binding(*function.parameters)
    return Piece(f"[for {_loop(names)} in {writer.inner.text(values)} : {inside.text(function.body)}]")


def _filter(writer: Writer, call: Call) -> Piece:
    values, function = call.arguments[0], _lambda(call.arguments[1])
    inside, names = writer.binding(*function.parameters)
    test = inside.free.text(function.body)
    return Piece(f"[for {_loop(names)} in {writer.text(values)} : {names[0]} if {test}]")


def _loop(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{names[1]}, {names[0]}"


def _to_object(writer: Writer, call: Call) -> Piece:
    return _keyed(writer, call, grouped="")


def _group_by(writer: Writer, call: Call) -> Piece:
    return _keyed(writer, call, grouped="...")


def _keyed(writer: Writer, call: Call, *, grouped: str) -> Piece:
    values, keys, *rest = call.arguments
    chosen = _lambda(keys)
    inside, names = writer.binding(chosen.parameters[0])
    body = names[0]
    if rest:
        other = _lambda(rest[0])
        body = inside.alias(other.parameters[0], names[0]).text(other.body)
    key = inside.text(chosen.body)
    return Piece(f"{{ for {names[0]} in {writer.inner.text(values)} : {key} => {body}{grouped} }}")


def _map_values(writer: Writer, call: Call) -> Piece:
    values, function = call.arguments[0], _lambda(call.arguments[1])
    inside, names = writer.binding(function.parameters[0], " key")
    value, key = names
    text = inside.text(function.body)
    return Piece(f"{{ for {key}, {value} in {writer.inner.text(values)} : {key} => {text} }}")


def _reduce(writer: Writer, call: Call) -> Piece:
    """The few folds that HCL has a function for: merging flat objects, sums, joining."""
    values, start, function = call.arguments[0], call.arguments[1], _lambda(call.arguments[2])
    body = function.body
    names = function.parameters[:2]
    parts = body.arguments if isinstance(body, Call) else body.parts if isinstance(body, Joined) else ()
    if len(names) == 2 and tuple(parts) == (Bound(names[0]), Bound(names[1])):
        operation = body.function if isinstance(body, Call) else "concat"
        text = writer.inner.text(values)
        if operation == "add":
            total = f"{writer.free.text(start, Level.SUM)} + sum({text})"
            return Piece(f"length({text}) == 0 ? {writer.free.text(start)} : {total}", Level.CHOICE)
        if operation == "concat" and kind_of(start) is Kind.LIST:
            return Piece(f"concat({writer.text(start)}, {text}...)")
        if operation == "concat" and kind_of(start) is Kind.TEXT:
            return writer.joined((start, Call("join", (values, Literal("")))))
        if operation == "union" and start == ObjectOf(()) and _flat_items(writer, values):
            return Piece(f"merge({text}...)")
    raise NoFormError("HCL has no general reduce", call.place)


def _flat_items(writer: Writer, values: Value) -> bool:
    """Whether the values are objects that a ``map`` makes, with no object in one of them."""
    match values:
        case Call("map", (_, Lambda(_, ObjectOf() as made))):
            return is_flat(writer, made)
        case _:
            return False


LAMBDAS = table(
    Form("lambda", WhyNot.NO_EQUIVALENT),
    Form("lambdaVariables", WhyNot.NO_EQUIVALENT),
    Form("map", _map),
    Form("filter", _filter),
    Form("reduce", _reduce),
    Form("sort", WhyNot.NO_EQUIVALENT),
    Form("toObject", _to_object),
    Form("groupBy", _group_by),
    Form("mapValues", _map_values),
)
