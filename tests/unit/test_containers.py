"""Arrays and objects that are partly live: what is known of their length and their keys, and what stays in them."""

from __future__ import annotations

import pytest

from aib2packer.arm.containers import Containers
from aib2packer.arm.functions.table import Json
from aib2packer.arm.partial import value_of
from aib2packer.arm.resolve import Resolver
from aib2packer.arm.unresolved import Reason, Unresolved
from aib2packer.diagnostics.model import Findings
from aib2packer.ir.values import (
    Bound,
    Call,
    Conditional,
    Entry,
    Input,
    Joined,
    Kind,
    Lambda,
    ListOf,
    Literal,
    Local,
    ObjectOf,
    Repeated,
    Role,
    Value,
    Variable,
)

NAME, UNKNOWN = Variable("name", Role.PARAMETER, Kind.TEXT), Variable("unknown", Role.PARAMETER, Kind.LIST)
COUNT, WANTED = Variable("count", Role.PARAMETER, Kind.NUMBER), Variable("wanted", Role.PARAMETER, Kind.FLAG)
FRESH = Variable("fresh", Role.PARAMETER, Kind.FLAG)
NAMES, SETTINGS = Variable("names", Role.PARAMETER, Kind.LIST), Variable("settings", Role.PARAMETER, Kind.OBJECT)
GIVEN: dict[Variable, Json] = {COUNT: 2, WANTED: True, NAMES: ["a", "b"], SETTINGS: {"k": 1}}
A_LIST, AN_OBJECT = Local("list", Kind.LIST), Local("object")


def made(**entries: Value) -> ObjectOf:
    return ObjectOf(tuple(Entry(Literal(name), value) for name, value in entries.items()))


def listed(*items: Value) -> ListOf:
    return ListOf(items)


def containers() -> Containers:
    """What is known of the inputs that have a value, and of two named values."""
    inputs = [
        Input(name=each.name, role=each.role, kind=each.kind, description="", given=value_of(value))
        for each, value in GIVEN.items()
    ]
    unknown = Input(name="name", role=Role.PARAMETER, kind=Kind.TEXT, description="")
    named = ((A_LIST, listed(NAME)), (AN_OBJECT, made(k=NAME)))
    return Containers(Resolver((*inputs, unknown), named, Findings(), frozenset()), "properties.x")


@pytest.mark.parametrize(
    ("value", "found"),
    [
        (A_LIST, listed(NAME)),
        (Literal(None), listed()),
        (Literal("x"), Literal("x")),
        (made(a=NAME), made(a=NAME)),
        (Call("concat", (listed(NAME), Literal(None), A_LIST)), listed(NAME, NAME)),
        (Call("concat", (made(a=NAME), listed(NAME))), listed(made(a=NAME), NAME)),
        (Call("concat", (UNKNOWN, listed(NAME))), UNKNOWN),
        (Call("union", (listed(NAME, COUNT), listed(NAME))), listed(NAME, COUNT)),
        (Call("union", (UNKNOWN, listed(NAME))), UNKNOWN),
        (Call("if", (WANTED, listed(NAME, Literal("x"), COUNT), listed(NAME, COUNT))),
         listed(NAME, Conditional(WANTED, Literal("x")), COUNT)),
        (Call("if", (WANTED, listed(NAME), listed(COUNT))),
         listed(Conditional(WANTED, NAME), Conditional(Call("not", (WANTED,)), COUNT))),
        (Call("if", (WANTED, listed(NAME), UNKNOWN)), listed(NAME)),
        (Call("if", (WANTED, listed(Conditional(FRESH, NAME)), listed())),
         listed(Conditional(Call("and", (WANTED, FRESH)), NAME))),
        (Call("if", (NAME, UNKNOWN, listed(NAME))), NAME),
        (Call("map", (NAMES, Lambda(("x",), Joined((Bound("x"), NAME))))),
         listed(Joined((Literal("a"), NAME)), Joined((Literal("b"), NAME)))),
        (Repeated("i", COUNT, Joined((Bound("i"), NAME))), listed(Joined((Literal("0"), NAME)), Joined((Literal("1"), NAME)))),
        (Repeated("i", Call("length", (UNKNOWN,)), Bound("i")), UNKNOWN),
        (listed(Call("if", (WANTED, made(a=NAME), Literal(None))), Call("if", (WANTED, Literal(None), made(a=NAME)))),
         listed(Conditional(WANTED, made(a=NAME)), Conditional(Call("not", (WANTED,)), made(a=NAME)))),
        (listed(Call("if", (WANTED, Literal("x"), Literal("y")))), listed(Call("if", (WANTED, Literal("x"), Literal("y"))))),
    ],
)  # fmt: skip
def test_a_list_has_a_known_length_or_the_input_that_is_missing(value: Value, found: Value) -> None:
    assert told(containers().as_list(value)) == found


@pytest.mark.parametrize(
    ("value", "found"),
    [
        (AN_OBJECT, made(k=NAME)),
        (A_LIST, listed(NAME)),
        (SETTINGS, value_of({"k": 1})),
        (Call("if", (WANTED, made(a=NAME), Literal(None))), made(a=NAME)),
        (Call("if", (Call("equals", (NAME, Literal("x"))), made(a=NAME), Literal(None))), NAME),
        (Call("shallowMerge", (listed(made(a=NAME), made(A=COUNT, b=NAME)),)), made(a=COUNT, b=NAME)),
        (Call("union", (made(a=NAME), AN_OBJECT)), made(a=NAME, k=NAME)),
        (Call("union", (made(a=NAME), SETTINGS)), made(a=NAME, k=Literal(1))),
        (Call("union", (made(a=NAME), UNKNOWN)), UNKNOWN),
        (Call("union", (made(a=NAME), NAMES)), NAME),
        (Call("shallowMerge", (UNKNOWN,)), UNKNOWN),
    ],
)
def test_an_object_has_known_keys_or_the_input_that_is_missing(value: Value, found: Value) -> None:
    assert told(containers().as_object(value)) == found


def told(found: Value | Unresolved) -> Value:
    """What was found; the one input without a value where it cannot be told."""
    if isinstance(found, Unresolved):
        assert found.reason is Reason.NO_VALUE
        (found,) = found.inputs
    return found


def test_what_fails_says_so() -> None:
    many = Repeated("i", Call("mul", (COUNT, Literal(500))), Joined((Bound("i"), NAME)))
    for found in (containers().as_object(Call("shallowMerge", (SETTINGS,))), containers().as_list(many)):
        assert isinstance(found, Unresolved)
        assert found.reason is Reason.FAILS
