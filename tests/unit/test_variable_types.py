"""The types of variables, from what the project reads of them and from the values that are known."""

from __future__ import annotations

import json

import pytest

from aib2packer.arm.evaluator import Evaluator
from aib2packer.arm.functions.table import Json
from aib2packer.arm.partial import plain, value_of
from aib2packer.arm.scope import Scope
from aib2packer.diagnostics.model import Findings
from aib2packer.ir.values import Input, Kind, Literal, Role, Value, Variable
from aib2packer.lowering.reads import Reader, Reads
from aib2packer.lowering.variable_types import newer_words, type_of, used_part

KINDS = {"o": Kind.OBJECT, "l": Kind.LIST, "s": Kind.TEXT, "n": Kind.NUMBER}


def reads_of(name: str, *expressions: str) -> Reads:
    live: dict[str, Value] = {each: Variable(each, Role.PARAMETER, kind) for each, kind in KINDS.items()}
    evaluator = Evaluator(Scope(parameters=live), Findings())
    reads = {each: Reads() for each in KINDS}
    for text in expressions:
        Reader(lambda variable: reads[variable.name]).note(evaluator.evaluate(Literal(text)))
    return reads[name]


def declared(name: str, default: Json = None) -> Input:
    known = None if default is None else value_of(default)
    return Input(name=name, role=Role.PARAMETER, kind=KINDS[name], description="", default=known)


@pytest.mark.parametrize(
    ("expression", "default", "held"),
    [
        ("[parameters('o').size]", None, "object({ size = string })"),
        ("[parameters('o').disk]", {"disk": 64, "size": "x"}, "object({ disk = number })"),
        ("[parameters('o').vm.size]", None, "object({ vm = object({ size = string }) })"),
        ("[tryGet(parameters('o'), 'size')]", None, "object({ size = optional(string) })"),
        ("[if(contains(parameters('o'), 'size'), parameters('o').size, 'x')]", None, "object({ size = optional(string) })"),
        ("[parameters('o').size]", {}, "object({ size = optional(string) })"),
        ("[if(parameters('o').on, 'a', 'b')]", None, "object({ on = bool })"),
        ("[if(equals(parameters('o').count, 3), 'a', 'b')]", None, "object({ count = number })"),
        ("[parameters('o').regions[0]]", None, "object({ regions = list(string) })"),
        ("[parameters('o')[parameters('s')]]", {"a": "b"}, "map(string)"),
        ("[parameters('o')]", {"a": "b"}, "map(string)"),
        ("[parameters('o')]", {}, "map(string)"),
        ("[parameters('o')]", {"a": {"b": True}, "c": 1}, "object({ a = object({ b = bool }), c = number })"),
        ("[parameters('o')['a b']]", {"a b": "c"}, "map(string)"),
        ("[parameters('o')[parameters('s')].size]", {"a b": {"size": "x"}, "c": 2}, "any"),
        ("[parameters('l')[0].name]", None, "list(object({ name = string }))"),
        ("[parameters('l')[parameters('n')].name]", [{"name": "a"}, {}], "list(object({ name = optional(string) }))"),
        ("[map(parameters('l'), lambda('x', lambdaVariables('x').name))]", None, "list(object({ name = string }))"),
        ("[map(filter(parameters('l'), lambda('x', lambdaVariables('x').on)), lambda('y', lambdaVariables('y').name))]", None,
         "list(object({ on = bool, name = string }))"),
        ("[length(parameters('l'))]", None, "list(string)"),
        ("[parameters('l')]", [1, 2], "list(number)"),
        ("[parameters('s')]", None, "string"),
        ("[parameters('l')]", [{"a": 1}, "b"], "list(any)"),
        ("[tryGet(parameters('o'), 'vm', 'size')]", None, "object({ vm = optional(object({ size = optional(string) })) })"),
    ],
)  # fmt: skip
def test_a_type_is_what_is_read(expression: str, default: Json, held: str) -> None:
    name = next(each for each in "olsn" if f"'{each}'" in expression)
    assert type_of(declared(name, default), reads_of(name, expression)) == held


@pytest.mark.parametrize(
    ("held", "words"),
    [
        ("any", {"any"}),
        ("list(any)", {"any"}),
        ("object({ a = optional(any), b = string })", {"any", "optional"}),
        ("object({\n  publisher = optional(string)\n  version   = any\n})", {"any", "optional"}),
        ("object({ any = string, optional = bool })", set()),
        ("map(string)", set()),
    ],
)
def test_any_and_optional_need_a_newer_packer_but_not_as_names(held: str, words: set[str]) -> None:
    assert newer_words([held]) == words


def test_a_long_type_has_an_attribute_a_line() -> None:
    reads = reads_of(
        "o", *(f"[parameters('o').{name}]" for name in ("publisher", "offer", "version.major", "version.minor", "sku"))
    )
    assert type_of(declared("o"), reads).split("\n") == [
        "object({",
        "  publisher = string",
        "  offer     = string",
        "  version   = object({ major = string, minor = string })",
        "  sku       = string",
        "})",
    ]


def test_what_is_not_read_of_a_value_is_left_out() -> None:
    known: Json = [{"name": "a", "sha256": "b", "more": {"c": 1}}, {"name": "d"}]
    left = used_part(value_of(known), reads_of("l", "[parameters('l')[0].name]"))
    assert left is not None
    assert json.dumps(plain(left)) == '[{"name": "a"}, {"name": "d"}]'
    assert used_part(Literal("a"), reads_of("l", "[parameters('l')[0].name]")) == Literal("a")
