"""ARM expressions: what is read, what is computed, what stays live, and what is said where the template is wrong."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TypedDict, Unpack

import pytest
from arm_vectors import Vector, azure_of, functions_of, loops_of, own_vectors, shared_vectors, time_of, variables_of
from for_all import check_all, for_all
from hypothesis import given
from hypothesis import strategies as st

from aib2packer.arm.evaluator import Evaluator, evaluate
from aib2packer.arm.fold import Folded, fold
from aib2packer.arm.functions.catalogue import FUNCTIONS
from aib2packer.arm.functions.table import Json
from aib2packer.arm.kinds import kind_of
from aib2packer.arm.partial import plain, value_of
from aib2packer.arm.reader import MAX_LENGTH, SyntaxProblem, read
from aib2packer.arm.scope import Level, Scope, UserFunction
from aib2packer.arm.unresolved import Reason, Unresolved
from aib2packer.diagnostics.codes import expression as codes
from aib2packer.diagnostics.model import Code, Findings, Severity
from aib2packer.diagnostics.place import Place, SourceText
from aib2packer.hcl.facts import items_of
from aib2packer.ir.values import (
    Access,
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
    by_name,
)

VECTORS = [
    pytest.param(own_vectors(), id="own"),
    pytest.param(
        shared_vectors(),
        id="shared",
        marks=pytest.mark.skipif(not shared_vectors(), reason="../shared is not beside this clone"),
    ),
]


def folded(vector: Vector, *, live: bool) -> Json:
    """The vector's value: with its parameters known from the start, or live and folded afterwards; an error as a list."""
    before = Evaluator(Scope(), Findings())
    known = {name: before.evaluate(value_of(value)) for name, value in vector.get("parameters", {}).items()}
    inputs = [
        Input(name=name, role=Role.PARAMETER, kind=kind_of(value), description="", given=value) for name, value in known.items()
    ]
    now = time_of(vector)
    scope = Scope(
        parameters={each.name: each.reference for each in inputs} if live else known,
        variables=variables_of(vector),
        functions=functions_of(vector),
        context=azure_of(vector),
        loops=loops_of(vector),
        utc_now=None if live else now,
    )
    findings = Findings()
    evaluator = Evaluator(scope, findings)
    result = fold(evaluator.evaluate(Literal(vector["expression"])), inputs, locals=evaluator.locals, utc_now=now)
    problems = [*findings, *([result.problem] if isinstance(result, Unresolved) and result.problem is not None else [])]
    if problems or isinstance(result, Unresolved):
        return [problem.message for problem in problems]
    return plain(result.value)


@pytest.mark.parametrize("live", [False, True], ids=["known", "live"])
@pytest.mark.parametrize("vectors", VECTORS)
def test_vectors(vectors: list[Vector], live: bool) -> None:
    check_all(lambda vector: check(vector, live=live), vectors, lambda vector: vector["expression"][:60])


def check(vector: Vector, *, live: bool) -> None:
    got = folded(vector, live=live)
    if "error" in vector:
        assert isinstance(got, list)
        assert got
    else:
        ordered = vector["expression"].startswith("[string(")
        assert json.dumps(got, sort_keys=not ordered) == json.dumps(vector["expected"], sort_keys=not ordered)


@for_all([vector for vector in own_vectors() if "error" in vector], lambda vector: vector["expression"][:60])
def test_error_says_what_is_wrong(vector: Vector) -> None:
    got = folded(vector, live=False)
    assert isinstance(got, list)
    assert str(got[0]).endswith(f"{vector['error']}.")


# ---- reading


@pytest.mark.parametrize(
    ("text", "message", "offset"),
    [
        ("[]", "The expression is empty. Write [[] for the string [].", 0),
        ("[concat('a'" + "]", "The ( after concat is not closed.", 7),
        ("[variables('a']", "The ( after variables is not closed.", 10),
        ("[variables('a'])]", "The ( after variables is closed by ].", 14),
        ("[a())]", "This ) has no opening bracket. Remove it.", 4),
        ("[concat('a]", "This string has no closing single quote.", 8),
        ("[concat('a' 'b')]", "Add a comma before this.", 12),
        ("[concat('a',)]", "Write a value before this ).", 12),
        ("[concat(x, 'b')]", "Add ( after the function x, or put the string in single quotes.", 8),
        ("[variables]", "Add ( after the function variables, or put the string in single quotes.", 1),
        ("[a().?b]", "The question mark is Bicep. Write tryGet(value, 'property').", 4),
        ("[a()?.b]", "The question mark is Bicep. Write tryGet(value, 'property').", 4),
        ('[concat("a")]', "Use single quotes for strings in expressions.", 8),
        ("[add(1.5, 2)]", "Write decimal numbers like float('1.5').", 5),
        ("[a().]", "Write the name of a property after the dot.", 4),
        ("['a' 'b']", "The expression ends before this. Join values with concat.", 5),
        ("[a(), b()]", "Commas are allowed between the arguments of a function only.", 4),
        ("[concat(${a})]", "Expressions have no ${...}. Use concat or format.", 8),
        ("[concat(“a”)]", "This is a typographic quote. Use the plain single quote.", 8),
        ("[createObject({})]", "Expressions have no braces. Use createObject or createArray.", 14),
    ],
)  # fmt: skip
def test_syntax_problem(text: str, message: str, offset: int) -> None:
    assert read(text) == SyntaxProblem(message, offset)


def test_operators_are_named() -> None:
    problem = read("[equals(1, 2) && true()]")
    assert isinstance(problem, SyntaxProblem)
    assert "&&" in problem.message


def test_long_and_deep_expressions_are_refused() -> None:
    assert isinstance(read("[" + "not(" * 199 + "true()" + ")" * 199 + "]"), Call)
    assert isinstance(read("[" + "not(" * 200 + "true()" + ")" * 200 + "]"), SyntaxProblem)
    long = read(f"[concat('{'x' * MAX_LENGTH}')]")
    deep = read("[" + "not(" * 300 + "true()" + ")" * 300 + "]")
    chained = read("[a()" + ".b" * 300 + "]")
    for problem in (long, deep, chained):
        assert isinstance(problem, SyntaxProblem)


@given(st.text("[]()',.ab1?-$ \n", max_size=40))
def test_no_text_makes_the_reader_raise(text: str) -> None:
    findings = Findings()
    evaluate(Literal(f"[{text}]"), Scope(), findings)


def test_parts_have_places_also_behind_escapes() -> None:
    for text, first in (
        ("{\"a\": \"[concat('x', variables('v').b)]\"}", "'x'"),
        ('{"a": "[concat(\\u0027\\"x\', variables(\'v\').b)]"}', "\\u0027\\\"x'"),
    ):
        source = SourceText("t.json", text)
        place = Place(source, 6, len(text) - 1)
        value = read(json.loads(text)["a"], place)
        assert isinstance(value, Call)
        places = [argument.place for argument in value.arguments]
        assert [text[each.start : each.end] for each in places if each] == [first, "variables('v').b"]


# ---- partial evaluation

NAME = Variable("name", Role.PARAMETER, Kind.TEXT)
COUNT = Variable("count", Role.PARAMETER, Kind.NUMBER)
WANTED = Variable("wanted", Role.PARAMETER, Kind.FLAG)
NAMES = Variable("names", Role.PARAMETER, Kind.LIST)
SETTINGS = Variable("settings", Role.PARAMETER, Kind.OBJECT)
PARAMETERS: dict[str, Value] = {each.name: each for each in (NAME, COUNT, WANTED, NAMES, SETTINGS)}
GROUP = Variable("resource_group", Role.AZURE, Kind.TEXT)


class InSight(TypedDict, total=False):
    """What an expression sees beside the live parameters."""

    variables: Mapping[str, Value]
    functions: Mapping[str, UserFunction]
    context: Mapping[str, Value]
    shapes: Mapping[str, Value]
    level: Level


def result(json_value: Json, findings: Findings | None = None, **scope: Unpack[InSight]) -> Value:
    """A template value evaluated with live parameters."""
    made = Scope(parameters=PARAMETERS, named_variables=False, **scope)
    return evaluate(value_of(json_value), made, Findings() if findings is None else findings)


def found(json_value: Json, **scope: Unpack[InSight]) -> list[tuple[str, Severity]]:
    findings = Findings()
    result(json_value, findings, **scope)
    return [(finding.code.id, finding.severity) for finding in findings]


def lit(*values: Json) -> ListOf:
    return ListOf(tuple([value_of(value) for value in values]))


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("[parameters('NAME')]", NAME),
        ("[concat('a', 'b', parameters('name'), 1, true())]", Joined((Literal("ab"), NAME, Literal("1True")))),
        ("[concat(concat('a', parameters('name')), 'b')]", Joined((Literal("a"), NAME, Literal("b")))),
        ("[concat('', parameters('name'))]", NAME),
        ("[format('{0}', parameters('count'))]", Joined((COUNT,))),
        ("[format('{0:D3}{{', parameters('count'))]",
         Joined((Call("format", (Literal("{0:D3}"), COUNT)), Literal("{")))),
        ("[concat(createArray('a'), createArray(parameters('name')))]", ListOf((Literal("a"), NAME))),
        ("[concat(createArray('a'), createArray('b'), parameters('names'))]", Call("concat", (lit("a", "b"), NAMES))),
        ("[if(true(), parameters('name'), parameters('nope'))]", NAME),
        ("[if(parameters('wanted'), 'x', 'x')]", Literal("x")),
        ("[and(parameters('wanted'), true())]", WANTED),
        ("[or(parameters('wanted'), true())]", Literal(True)),
        ("[and(parameters('wanted'), false())]", Literal(False)),
        ("[not(not(parameters('wanted')))]", WANTED),
        ("[coalesce(null(), parameters('name'))]", NAME),
        ("[coalesce(createArray(parameters('name')), 'x')]", ListOf((NAME,))),
        ("[createObject('A', parameters('name')).a]", NAME),
        ("[createArray('x', parameters('name'))[1]]", NAME),
        ("[tryGet(createObject('a', createArray(parameters('name'))), 'A', 0)]", NAME),
        ("[tryGet(createObject('a', parameters('name')), 'b', 'c')]", Literal(None)),
        ("[tryGet(createObject('a', parameters('settings')), 'a', 'c')]", Call("tryGet", (SETTINGS, Literal("c")))),
        ("[length(createArray(parameters('name')))]", Literal(1)),
        ("[empty(concat('x', parameters('name')))]", Literal(False)),
        ("[contains(createObject('A', parameters('name')), 'a')]", Literal(True)),
        ("[contains(createArray(parameters('name'), 'x'), 'x')]", Literal(True)),
        ("[equals(concat('a', parameters('name')), 'b')]", Literal(False)),
        ("[equals(parameters('name'), parameters('Name'))]", Literal(True)),
        ("[map(createArray(parameters('name'), 'b'), lambda('x', concat('-', lambdaVariables('x'))))]",
         ListOf((Joined((Literal("-"), NAME)), Literal("-b")))),
        ("[map(parameters('names'), lambda('X', toLower(lambdaVariables('x'))))]",
         Call("map", (NAMES, Lambda(("x",), Call("toLower", (Bound("x"),)))))),
        ("[filter(createArray('a', 'b'), lambda('x', or(equals(lambdaVariables('x'), 'a'), parameters('wanted'))))]",
         Call("concat", (lit("a"), Call("if", (WANTED, lit("b"), ListOf(())))))),
        ("[reduce(createArray('a', parameters('name')), '', lambda('r', 'x', concat(lambdaVariables('r'), "
         "lambdaVariables('x'))))]", Joined((Literal("a"), NAME))),
        ("[join(createArray('a', parameters('name')), ',')]", Joined((Literal("a,"), NAME))),
        ("[flatten(createArray(createArray(1), parameters('names')))]", Call("concat", (lit(1), NAMES))),
        ("[union(createArray(1, createObject('a', 1)), createArray(createObject('a', 2), createArray(parameters('name'))))]",
         ListOf((Literal(1), value_of({"a": 1}), value_of({"a": 2}), ListOf((NAME,))))),
        ("[union(createObject('A', createObject('x', parameters('name'))), createObject('a', createObject('y', 1)))]",
         ObjectOf((Entry(Literal("A"), ObjectOf((Entry(Literal("x"), NAME), Entry(Literal("y"), Literal(1))))),))),
        ("[items(createObject('b', 1, 'A', parameters('name')))[0].value]", NAME),
        ("[if(parameters('wanted'), createObject('a', 'x'), createObject('a', 'y')).a]",
         Call("if", (WANTED, Literal("x"), Literal("y")))),
        ("[range(0, parameters('count'))]", Call("range", (Literal(0), COUNT))),
        ("[parameters('settings').a['b']]", Access(Access(SETTINGS, Literal("a")), Literal("b"))),
        ("[reference('x').y]", Access(Call("reference", (Literal("x"),)), Literal("y"))),
        ("[utcNow()]", Call("utcNow", ())),
        ("[if(parameters('wanted'), createObject('a', 1), createObject()).a]",
         Access(Call("if", (WANTED, ObjectOf((Entry(Literal("a"), Literal(1)),)), ObjectOf(()))), Literal("a"))),
        ("[if(parameters('wanted'), createObject('a', true()), createObject('a', false())).a]", WANTED),
        ("[equals(concat(parameters('name'), 'x'), 'ab')]", Literal(False)),
        ("[equals(concat('x', parameters('name')), 'ab')]", Literal(False)),
        ("[equals(concat(parameters('name'), 'b'), 'ab')]", Call("equals", (Joined((NAME, Literal("b"))), Literal("ab")))),
        ("[objectKeys(createObject(parameters('name'), 1))]", Call("objectKeys", (ObjectOf((Entry(NAME, Literal(1)),)),))),
        ("[equals(concat('x', parameters('name')), 'xb')]", Call("equals", (Joined((Literal("x"), NAME)), Literal("xb")))),
        ("[format('')]", Literal("")),
        ("[concat(createArray(), createArray())]", ListOf(())),
        ("[concat(parameters('names'), createArray())]", NAMES),
        ("[tryGet(createObject('a', null()), 'a', 'b')]", Literal(None)),
        ("[length(map(parameters('names'), lambda('x', 1)))]", Call("length", (NAMES,))),
        ("[length(sort(createArray(parameters('count'), 1), lambda('a', 'b', less(lambdaVariables('a'), lambdaVariables('b')))))]",
         Literal(2)),
        ("[empty(concat(parameters('names'), createArray('a')))]", Literal(False)),
        ("[empty(concat('a', parameters('name')))]", Literal(False)),
        ("[contains(concat('abc', parameters('name')), 'b')]", Literal(True)),
        ("[contains(concat('abc', parameters('name')), 'z')]", Call("contains", (Joined((Literal("abc"), NAME)), Literal("z")))),
        ("[contains(createArray('a', parameters('name')), 'a')]", Literal(True)),
        ("[contains(createArray('a', parameters('name')), 'b')]", Call("contains", (ListOf((Literal("a"), NAME)), Literal("b")))),
        ("[array(parameters('names'))]", NAMES),
        ("[array(parameters('name'))]", ListOf((NAME,))),
        ("[array(parameters('settings').x)]", Call("array", (Access(SETTINGS, Literal("x")),))),
        ("[union(createObject('a', parameters('settings')), createObject('a', parameters('settings')))]",
         ObjectOf((Entry(Literal("a"), Call("union", (SETTINGS, SETTINGS))),))),
        ("[union(createObject('a', parameters('settings').x), createObject('a', parameters('settings')))]",
         Call("union", (ObjectOf((Entry(Literal("a"), Access(SETTINGS, Literal("x"))),)), ObjectOf((Entry(Literal("a"), SETTINGS),))))),
        ("[union(createObject('a', parameters('settings')), createObject('A', parameters('name')))]",
         ObjectOf((Entry(Literal("a"), NAME),))),
        ("[union(parameters('settings'), null())]", SETTINGS),
        ("[union(parameters('names'), null())]", Call("union", (NAMES, Literal(None)))),
        ("[union(createArray(parameters('name')), createArray(parameters('name'), parameters('count')))]",
         Call("union", (ListOf((NAME,)), ListOf((NAME, COUNT))))),
        ("[union(createArray(1), createArray(parameters('name')))]", Call("union", (ListOf((Literal(1),)), ListOf((NAME,))))),
        ("[shallowMerge(parameters('names'))]", Call("shallowMerge", (NAMES,))),
        ("[shallowMerge(createArray(parameters('settings')))]", Call("shallowMerge", (ListOf((SETTINGS,)),))),
        ("[not(if(parameters('wanted'), false(), true()))]", Call("if", (WANTED, Literal(True), Literal(False)))),
        ("[format(parameters('name'), 1)]", Call("format", (NAME, Literal(1)))),
        ("[join(createArray(parameters('settings'), 'a'), ',')]", Call("join", (ListOf((SETTINGS, Literal("a"))), Literal(",")))),
        ("[join(createArray(parameters('name'), 'a'), ',')]", Joined((NAME, Literal(",a")))),
        ("[bool(parameters('wanted'))]", WANTED),
        ("[int(parameters('count'))]", COUNT),
        ("[string(parameters('name'))]", NAME),
        ("[subscriptionResourceId('Microsoft.X/y', 'a')]",
         Joined((Literal("/subscriptions/"), Access(Call("subscription", ()), Literal("subscriptionId")), Literal("/providers/Microsoft.X/y/a")))),
        ("[resourceId(parameters('name'), 'Microsoft.X/y', 'a')]",
         Joined((Literal("/subscriptions/"), Access(Call("subscription", ()), Literal("subscriptionId")), Literal("/resourceGroups/"), NAME, Literal("/providers/Microsoft.X/y/a")))),
        ("[resourceId('Microsoft.Resources/resourceGroups', 'a')]",
         Joined((Literal("/subscriptions/"), Access(Call("subscription", ()), Literal("subscriptionId")), Literal("/resourceGroups/"), Access(Call("resourceGroup", ()), Literal("name")), Literal("/resourceGroups/a")))),
        ("[indexOf(createArray('a', parameters('name')), 'b')]", Call("indexOf", (ListOf((Literal("a"), NAME)), Literal("b")))),
        ("[indexOf(createArray('b', parameters('name')), 'b')]", Literal(0)),
        ("[take(createArray('a', parameters('name')), 1)]", ListOf((Literal("a"),))),
        ("[skip(createArray('a', parameters('name')), 1)]", ListOf((NAME,))),
        ("[last(createArray('a', parameters('name')))]", NAME),
        ("[indexFromEnd(createArray('a', parameters('name')), 1)]", NAME),
        ("[coalesce(parameters('settings').x, 'a', 'b')]", Call("coalesce", (Access(SETTINGS, Literal("x")), Literal("a")))),
        ("[padLeft(parameters('name'), 3)]", Call("padLeft", (NAME, Literal(3)))),
        ("[equals(createObject(parameters('name'), 1), createObject('a', 1))]",
         Call("equals", (ObjectOf((Entry(NAME, Literal(1)),)), value_of({"a": 1})))),
        ("[items(createObject(parameters('name'), 1))]", Call("items", (ObjectOf((Entry(NAME, Literal(1)),)),))),
        ("[union(createObject(parameters('name'), 1), createObject('a', 1))]",
         Call("union", (ObjectOf((Entry(NAME, Literal(1)),)), value_of({"a": 1})))),
        ("[intersection(createArray(concat('a', parameters('name')), 'b'), createArray(concat('a', parameters('name'))))]",
         ListOf((Joined((Literal("a"), NAME)),))),
        ("[intersection(createArray(parameters('name'), 'b'), createArray('b'))]",
         Call("intersection", (ListOf((NAME, Literal("b"))), lit("b")))),
        ("[groupBy(createArray(parameters('name')), lambda('x', lambdaVariables('x')))]",
         Call("groupBy", (ListOf((NAME,)), Lambda(("x",), Bound("x"))))),
        ("[toObject(createArray('a'), lambda('x', lambdaVariables('x')), lambda('x', parameters('name')))]",
         ObjectOf((Entry(Literal("a"), NAME),))),
        ("[listAdminKeys('x').a]", Access(Call("listAdminKeys", (Literal("x"),)), Literal("a"))),
        ("[listKeys('x', '2020-01-01').keys[0]]",
         Access(Access(Call("listKeys", (Literal("x"), Literal("2020-01-01"))), Literal("keys")), Literal(0))),
    ],
)  # fmt: skip
def test_partly_live(expression: str, value: Value) -> None:
    findings = Findings()
    assert result(expression, findings) == value
    assert [finding.message for finding in findings] == []


@pytest.mark.parametrize(
    ("expression", "kind", "items"),
    [
        ("[if(parameters('wanted'), parameters('name'), 'x')]", Kind.TEXT, Kind.ANY),
        ("[if(parameters('wanted'), parameters('names'), 'x')]", Kind.ANY, Kind.ANY),
        ("[if(parameters('wanted'), 'x', parameters('names'))]", Kind.ANY, Kind.ANY),
        ("[if(parameters('wanted'), split(parameters('name'), ','), createArray('x'))]", Kind.LIST, Kind.TEXT),
        ("[if(parameters('wanted'), split(parameters('name'), ','), range(0, parameters('count')))]", Kind.LIST, Kind.ANY),
        ("[if(parameters('wanted'), range(0, parameters('count')), split(parameters('name'), ','))]", Kind.LIST, Kind.ANY),
        ("[coalesce(parameters('settings').a, parameters('name'))]", Kind.ANY, Kind.ANY),
        ("[coalesce(tryGet(parameters('settings'), 'a'), null())]", Kind.ANY, Kind.ANY),
        ("[concat(parameters('name'), 'x')]", Kind.TEXT, Kind.ANY),
        ("[concat(parameters('settings').a, parameters('settings').b)]", Kind.ANY, Kind.ANY),
        ("[concat(parameters('settings').a, parameters('names'))]", Kind.LIST, Kind.ANY),
        ("[take(parameters('names'), parameters('count'))]", Kind.LIST, Kind.ANY),
        ("[take(split(parameters('name'), ','), parameters('count'))]", Kind.LIST, Kind.TEXT),
        ("[skip(parameters('name'), parameters('count'))]", Kind.TEXT, Kind.ANY),
        ("[first(parameters('name'))]", Kind.TEXT, Kind.ANY),
        ("[last(parameters('names'))]", Kind.ANY, Kind.ANY),
        ("[union(parameters('settings'), createObject('a', parameters('name')))]", Kind.OBJECT, Kind.ANY),
        ("[filter(range(0, parameters('count')), lambda('x', parameters('wanted')))]", Kind.LIST, Kind.NUMBER),
        ("[sort(split(parameters('name'), ','), lambda('x', 'y', less(lambdaVariables('x'), lambdaVariables('y'))))]",
         Kind.LIST, Kind.TEXT),
    ],
)  # fmt: skip
def test_kind_of_what_is_live(expression: str, kind: Kind, items: Kind) -> None:
    value = result(expression)
    assert (kind_of(value), items_of(value, lambda _: Kind.ANY)) == (kind, items)


def test_context_is_partly_live_and_open() -> None:
    group = ObjectOf((Entry(Literal("name"), GROUP),))
    assert result("[resourceGroup().NAME]", context={"resourceGroup": group}) == GROUP
    tags = Access(Call("resourceGroup", ()), Literal("tags"))
    assert result("[resourceGroup().tags]", context={"resourceGroup": group}) == tags
    assert result("[resourceGroup().tags]") == tags


@pytest.mark.parametrize(
    ("level", "expression", "text"),
    [
        (Level.RESOURCE_GROUP, "[resourceId('A.B/c/d', 'x', 'y')]", "/subscriptions/S/resourceGroups/G/providers/A.B/c/x/d/y"),
        (Level.RESOURCE_GROUP, "[resourceId('g2', 'A.B/c', 'x')]", "/subscriptions/S/resourceGroups/g2/providers/A.B/c/x"),
        (Level.SUBSCRIPTION, "[resourceId('A.B/c', 'x')]", "/subscriptions/S/providers/A.B/c/x"),
        (Level.TENANT, "[resourceId('A.B/c', 'x')]", "/providers/A.B/c/x"),
        (Level.RESOURCE_GROUP, "[tenantResourceId('A.B/c', 'x')]", "/providers/A.B/c/x"),
        (Level.RESOURCE_GROUP, "[extensionResourceId('/x', 'A.B/c', 'y')]", "/x/providers/A.B/c/y"),
    ],
)
def test_resource_ids(level: Level, expression: str, text: str) -> None:
    context = {"subscription": value_of({"subscriptionId": "S"}), "resourceGroup": value_of({"name": "G"})}
    assert result(expression, context=context, level=level) == Literal(text)


def test_resource_id_with_live_names() -> None:
    context = {"subscription": value_of({"subscriptionId": "S"}), "resourceGroup": ObjectOf((Entry(Literal("name"), GROUP),))}
    assert result("[resourceId('A.B/c', parameters('name'))]", context=context) == Joined(
        (Literal("/subscriptions/S/resourceGroups/"), GROUP, Literal("/providers/A.B/c/"), NAME)
    )
    assert result("[resourceId(parameters('name'), 'x', 'y')]") == Call("resourceId", (NAME, Literal("x"), Literal("y")))
    nameless = {"subscription": value_of({"subscriptionId": "S"}), "resourceGroup": value_of({"location": "x"})}
    group = Access(Call("resourceGroup", ()), Literal("name"))
    assert result("[resourceId('A.B/c', 'd')]", context=nameless) == Joined(
        (Literal("/subscriptions/S/resourceGroups/"), group, Literal("/providers/A.B/c/d"))
    )


def test_copy_loops_expand_or_stay() -> None:
    assert result({"copy": "x"}) == value_of({"copy": "x"})
    late: Json = {"copy": [{"name": "d", "count": 1, "input": "[copyIndex('d', parameters('count'))]"}]}
    assert result(late) == ObjectOf((Entry(Literal("d"), ListOf((Call("add", (Literal(0), COUNT)),))),))
    loop: Json = {"a": 1, "copy": [{"name": "d", "count": 2, "input": {"lun": "[copyIndex('D', 1)]"}}]}
    assert result(loop) == value_of({"a": 1, "d": [{"lun": 1}, {"lun": 2}]})
    live: Json = {"copy": [{"name": "d", "count": "[parameters('count')]", "input": "[concat('x', copyIndex('d'))]"}]}
    assert result(live) == ObjectOf(
        (Entry(Literal("d"), Repeated("d", COUNT, Call("concat", (Literal("x"), Bound("d"))))),)
    ) or result(live) == ObjectOf((Entry(Literal("d"), Repeated("d", COUNT, Joined((Literal("x"), Bound("d"))))),))


def test_copied_variables() -> None:
    variables = {"copy": value_of([{"name": "names", "count": "3", "input": "[concat('i', copyIndex('names', 1))]"}])}
    assert result("[variables('NAMES')]", variables=variables) == lit("i1", "i2", "i3")


def test_keys_may_be_expressions() -> None:
    assert result({"[concat('a', 'b')]": "[[x]"}) == value_of({"ab": "[x]"})
    assert result({"[parameters('name')]": 1}) == ObjectOf((Entry(NAME, Literal(1)),))


def test_variables_are_named_values_and_known_ones_stay_known() -> None:
    variables = {
        "Full": value_of("[concat('a-', parameters('name'))]"),
        "list": value_of(["[parameters('name')]"]),
        "known": value_of("[concat('a', 'b')]"),
        "lines": value_of("a\nb"),
        "signed": value_of("https://example.com/a?sig=b"),
    }
    evaluator = Evaluator(Scope(parameters=PARAMETERS, variables=variables), Findings())
    full = Local("Full", Kind.TEXT)
    assert evaluator.evaluate(Literal("[toUpper(variables('full'))]")) == Call("toUpper", (full,))
    assert evaluator.evaluate(Literal("[variables('list')[0]]")) == NAME
    for text, written in (
        ("[variables('known')]", Local("known", Kind.TEXT)),
        ("[concat('<', variables('known'), '>')]", Joined((Literal("<"), Local("known", Kind.TEXT), Literal(">")))),
        ("[format('{0}{0}', variables('known'))]", Joined((Local("known", Kind.TEXT), Local("known", Kind.TEXT)))),
        ("[toUpper(variables('known'))]", Literal("AB")),
        ("[concat(variables('lines'), variables('signed'))]", Literal("a\nbhttps://example.com/a?sig=b")),
    ):
        known = evaluator.evaluate(Literal(text))
        assert isinstance(known, Literal)
        assert by_name(known) == written
    assert evaluator.locals == {"Full": Joined((Literal("a-"), NAME)), "known": Literal("ab")}


def test_the_known_shape_of_a_live_object_tells_the_spelling() -> None:
    shapes = {"settings": value_of({"Image": {"Sku": "x"}})}
    spelled = Access(Access(SETTINGS, Literal("Image")), Literal("Sku"))
    assert result("[parameters('settings').image.SKU]", shapes=shapes) == spelled
    tried = Call("tryGet", (SETTINGS, Literal("Image"), Literal("Sku")))
    assert result("[tryGet(parameters('settings'), 'IMAGE', 'sku')]", shapes=shapes) == tried


def test_user_functions_see_only_their_own_parameters() -> None:
    double = UserFunction(parameters=("p",), output=value_of("[concat(parameters('p'), parameters('p'))]"))
    outside = UserFunction(parameters=(), output=value_of("[parameters('name')]"))
    functions = {"My.Double": double, "my.outside": outside}
    assert result("[my.double(parameters('name'))]", functions=functions) == Joined((NAME, NAME))
    assert found("[my.outside()]", functions=functions) == [(codes.UNDECLARED_PARAMETER.id, Severity.ERROR)]
    assert found("[my.double('a', 'b')]", functions=functions) == [(codes.ARGUMENT_COUNT.id, Severity.ERROR)]


# ---- problems


@pytest.mark.parametrize(
    ("expression", "code"),
    [
        ("[concat('a'", None),
        ("[concat('a')", None),
        ("[concat('a'" + "]", codes.SYNTAX),
        ("[parameter('name')]", codes.UNKNOWN_FUNCTION),
        ("[my.thing()]", codes.UNKNOWN_FUNCTION),
        ("[toLower()]", codes.ARGUMENT_COUNT),
        ("[equals(1)]", codes.ARGUMENT_COUNT),
        ("[parameters('nam')]", codes.UNDECLARED_PARAMETER),
        ("[variables('x')]", codes.UNDECLARED_VARIABLE),
        ("[variables(parameters('name'))]", codes.LIVE_NAME),
        ("[createObject('a', 1).b]", codes.NO_SUCH_PROPERTY),
        ("[createArray(1)[1]]", codes.INDEX_OUTSIDE),
        ("[createArray(1)[sub(0, 1)]]", codes.INDEX_OUTSIDE),
        ("[createArray(1).a]", codes.REFUSED_ARGUMENTS),
        ("[null().a]", codes.REFUSED_ARGUMENTS),
        ("[substring('abc', 2, 5)]", codes.REFUSED_ARGUMENTS),
        ("[concat(createArray(parameters('name')), 'x')]", codes.REFUSED_ARGUMENTS),
        ("[padLeft('x', 2000000000)]", codes.REFUSED_ARGUMENTS),
        ("[if('true', 1, 2)]", codes.REFUSED_ARGUMENTS),
        ("[copyIndex('x')]", codes.NO_LOOP),
        ("[fail('no')]", codes.DELIBERATE_FAILURE),
        ("[lambda('x', 1)]", codes.MISPLACED_LAMBDA),
        ("[lambdaVariables('x')]", codes.MISPLACED_LAMBDA),
        ("[map(createArray(1), 1)]", codes.REFUSED_ARGUMENTS),
        ("[parameters(parameters('name'))]", codes.LIVE_NAME),
        ("[json('" + "[" * 20_000 + "')]", codes.REFUSED_ARGUMENTS),
        ("[createObject('a', 1)[createArray()]]", codes.REFUSED_ARGUMENTS),
        ("[concat('a', null(), parameters('name'))]", codes.REFUSED_ARGUMENTS),
        ("[shallowMerge(createArray(createObject(parameters('name'), 1), 'x'))]", codes.REFUSED_ARGUMENTS),
        ("[map(range(0, 10000), lambda('x', range(0, 10000)))]", codes.TOO_LARGE),
        ("[map(range(0, 1000), lambda('x', map(range(0, 1000), lambda('y', 1))))]", codes.TOO_LARGE),
    ],
)
def test_problem(expression: str, code: Code | None) -> None:
    assert [each[0] for each in found(expression)] == ([] if code is None else [code.id])


@pytest.mark.parametrize(
    ("value", "code", "left"),
    [
        ({"copy": [{"name": "a", "count": 801, "input": 1}]}, codes.COPY_COUNT, value_of({"a": []})),
        ({"copy": [{"name": "a", "count": -1, "input": 1}]}, codes.COPY_COUNT, value_of({"a": []})),
        ({"copy": [{"name": "a"}]}, codes.MALFORMED_COPY, value_of({})),
        ({"copy": [{"name": "a", "input": 1}]}, codes.MALFORMED_COPY, value_of({})),
        ({"copy": [{"name": "a", "count": 1}]}, codes.MALFORMED_COPY, value_of({})),
        ({"[add(1, 1)]": 1}, codes.KEY_NOT_TEXT, ObjectOf((Entry(Literal(2), Literal(1)),))),
        ({"[createArray()]": 1}, codes.KEY_NOT_TEXT, ObjectOf((Entry(ListOf(()), Literal(1)),))),
    ],
)
def test_problem_of_an_object(value: Json, code: Code, left: Value) -> None:
    findings = Findings()
    assert result(value, findings) == left
    assert [finding.code for finding in findings] == [code]


def test_a_loop_that_costs_too_much_ends() -> None:
    findings = Findings()
    loop = result({"copy": [{"name": "a", "count": 800, "input": "[range(0, 10000)]"}]}, findings)
    assert [finding.code for finding in findings] == [codes.TOO_LARGE]
    assert isinstance(loop, ObjectOf)
    made = loop.get("a")
    assert isinstance(made, ListOf)
    assert len(made.items) < 40


def test_a_circle_of_variables_is_named() -> None:
    findings = Findings()
    variables = {"A": value_of("[variables('b')]"), "b": value_of("[concat('x', variables('a'))]")}
    result("[variables('a')]", findings, variables=variables)
    assert [finding.message for finding in findings] == ["The variables refer to each other in a cycle: A > b > A."]


def test_a_function_that_calls_itself_ends() -> None:
    again = UserFunction(parameters=("p",), output=value_of("[f.again(parameters('p'))]"))
    assert found("[f.again(1)]", functions={"f.again": again}) == [(codes.ENDLESS.id, Severity.ERROR)]


def multiplied(function: str, start: str) -> dict[str, Value]:
    """Variables of which each holds the one before it twenty times."""
    variables = {"v0": value_of(start)}
    for number in range(1, 30):
        uses = ", ".join([f"variables('v{number - 1}')"] * 20)
        variables[f"v{number}"] = value_of(f"[{function}({uses})]")
    return variables


def test_variables_that_multiply_are_stopped() -> None:
    assert found("[variables('v29')]", variables=multiplied("concat", "x" * 100))
    assert (codes.TOO_LARGE.id, Severity.ERROR) in found("[variables('v29')]", variables=multiplied("createArray", "x"))


def test_a_chain_of_variables_that_is_too_long_is_a_finding() -> None:
    chain = {f"v{n}": value_of(f"[toLower(variables('v{n - 1}'))]") for n in range(1, 256)}
    assert (codes.TOO_DEEP.id, Severity.ERROR) in found("[variables('v255')]", variables={"v0": value_of("x"), **chain})


def test_what_may_never_run_is_only_a_warning() -> None:
    assert found("[if(parameters('wanted'), createArray()[0], 'x')]") == [(codes.INDEX_OUTSIDE.id, Severity.WARNING)]
    assert found("[if(parameters('wanted'), nope(), 'x')]") == [(codes.UNKNOWN_FUNCTION.id, Severity.ERROR)]
    twice = "[createArray(if(parameters('wanted'), variables('v'), 1), variables('v'))]"
    assert found(twice, variables={"v": value_of("[createArray()[0]]")}) == [
        (codes.INDEX_OUTSIDE.id, Severity.WARNING),
        (codes.INDEX_OUTSIDE.id, Severity.ERROR),
    ]


def test_an_access_that_may_never_run_stays() -> None:
    lacking = Access(value_of({"a": 1}), Literal("b"))
    assert result("[if(parameters('wanted'), createObject('a', 1).b, 'x')]") == Call("if", (WANTED, lacking, Literal("x")))


def test_messages_name_the_near_miss() -> None:
    findings = Findings()
    said: Json = [
        "[paramters('name')]",
        "[parameters('nmae')]",
        "[createObject('imageName', 1).imagName]",
        "[createArray(1, 2)[2]]",
    ]
    result(said, findings)
    assert sorted(finding.message for finding in findings) == [
        "The index 2 is out of range: the array has 2 items.",
        "The object has no property 'imagName'. Did you mean 'imageName'?",
        "The parameter 'nmae' is not declared. Did you mean 'name'?",
        "There is no function paramters. Did you mean parameters?",
    ]


# ---- folding


def test_fold_names_what_it_used_and_what_is_missing() -> None:
    name = Input(name="name", role=Role.PARAMETER, kind=Kind.TEXT, description="", default=Literal("img"))
    count = Input(name="count", role=Role.PARAMETER, kind=Kind.NUMBER, description="", given=Literal(2), default=Literal(1))
    value = result("[concat(toUpper(parameters('name')), parameters('count'))]")
    assert fold(value, [name, count]) == Folded(value=Literal("IMG2"), used=(name, count))
    assert fold(value, [count]) == Unresolved(reason=Reason.NO_VALUE, inputs=(NAME,))


def test_fold_follows_named_values_and_computed_defaults() -> None:
    group = Input(name="resource_group", role=Role.AZURE, kind=Kind.TEXT, description="", given=Literal("rg"))
    name = Input(name="name", role=Role.PARAMETER, kind=Kind.TEXT, description="", default=Joined((Literal("a-"), GROUP)))
    value = Call("toUpper", (Local("full", Kind.TEXT),))
    assert fold(value, [group, name], locals={"full": Joined((NAME, Literal("!")))}) == Folded(
        value=Literal("A-RG!"), used=(name, group)
    )


def test_fold_tells_an_input_from_a_named_value_of_its_name() -> None:
    name = Input(name="name", role=Role.PARAMETER, kind=Kind.TEXT, description="", default=Literal("a"))
    both = Joined((NAME, Local("name", Kind.TEXT)))
    assert fold(both, [name], locals={"name": Literal("b")}) == Folded(value=Literal("ab"), used=(name,))


def test_fold_expands_what_was_live() -> None:
    count = Input(name="count", role=Role.PARAMETER, kind=Kind.NUMBER, description="", default=Literal(2))
    live = result({"copy": [{"name": "d", "count": "[parameters('count')]", "input": "[format('x{0}', copyIndex('d'))]"}]})
    assert isinstance(live, ObjectOf)
    folded_value = fold(live, [count])
    assert isinstance(folded_value, Folded)
    assert plain(folded_value.value) == {"d": ["x0", "x1"]}


def test_fold_resolves_items_on_a_condition() -> None:
    wanted = Input(name="wanted", role=Role.PARAMETER, kind=Kind.FLAG, description="", default=Literal(False))
    items = ListOf((Conditional(WANTED, Literal("a")), Conditional(Call("not", (WANTED,)), Literal("b"))))
    assert fold(items, [wanted]) == Folded(value=lit("b"), used=(wanted,))


def test_fold_says_why_azure_would_stop() -> None:
    name = Input(name="name", role=Role.PARAMETER, kind=Kind.TEXT, description="", default=Literal("secret"))
    unknown = fold(result("[substring(parameters('name'), 0, 99)]"), [name])
    assert isinstance(unknown, Unresolved)
    assert unknown.reason is Reason.FAILS
    assert unknown.inputs == (NAME,)
    assert unknown.problem is not None
    assert unknown.problem.message == "substring cannot be evaluated: start and length must be inside the string."


def test_fold_shows_no_value_of_a_secret() -> None:
    name = Input(name="name", role=Role.PARAMETER, kind=Kind.TEXT, description="", secret=True, given=Literal("secret"))
    assert fold(Call("fail", (NAME,)), [name]) == Unresolved(reason=Reason.FAILS, inputs=(name.reference,))


def test_every_function_of_the_tables_is_reachable_by_its_own_name() -> None:
    assert all(function.name.lower() == name for name, function in FUNCTIONS.items())
    assert len({code.id for code in codes.CODES}) == len(codes.CODES)


# ---- values that were evaluated before


LOOP = Repeated("i", COUNT, Bound("i"))


@pytest.mark.parametrize(
    ("value", "simpler"),
    [
        (ListOf((Conditional(WANTED, NAME), Literal("a"))), ListOf((Conditional(WANTED, NAME), Literal("a")))),
        (ListOf((Conditional(Literal(True), NAME), Conditional(Literal(False), COUNT))), ListOf((NAME,))),
        (LOOP, LOOP),
        (Repeated("i", Literal(2), Bound("i")), lit(0, 1)),
        (Repeated("i", Literal("2"), Bound("i")), lit(0, 1)),
        (Access(LOOP, Literal(3)), Literal(3)),
        (Call("length", (LOOP,)), COUNT),
        (Call("empty", (LOOP,)), Call("equals", (COUNT, Literal(0)))),
    ],
)
def test_what_was_evaluated_before_is_made_simpler(value: Value, simpler: Value) -> None:
    assert Evaluator(Scope(), Findings()).simplify(value) == simpler


@pytest.mark.parametrize("count", [True, "x", "1234567890", -1, 801, 1.5])
def test_a_loop_without_a_count_stays(count: bool | str | int | float) -> None:
    loop = Repeated("i", Literal(count), Bound("i"))
    findings = Findings()
    assert Evaluator(Scope(), findings).simplify(loop) == loop
    said = ["A copy loop needs a count from 0 to 800."] if count in (-1, 801) else []
    assert [finding.message for finding in findings] == said


def test_a_copy_loop_of_variables_without_a_name_is_told() -> None:
    loop = value_of({"count": 2, "input": 1})
    findings = Findings()
    Evaluator(Scope(variables={"copy": ListOf((loop,))}), findings)
    assert [finding.code for finding in findings] == [codes.MALFORMED_COPY]


def test_a_list_of_too_many_levels_stays_and_is_told() -> None:
    value: Value = Literal("[add(1, 2)]")
    for _ in range(300):
        value = ListOf((value,))
    findings = Findings()
    assert Evaluator(Scope(), findings).evaluate(value) == value
    assert [finding.code for finding in findings] == [codes.TOO_DEEP]


# ---- what the evaluator tells, and what it is told


def test_a_finding_has_the_path_that_the_evaluator_was_given() -> None:
    findings = Findings()
    Evaluator(Scope(), findings).evaluate(Literal("[nosuch()]"), path="properties.x")
    assert [finding.path for finding in findings] == ["properties.x"]


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("[reference('x').outputs.a]", Literal("known")),
        ("[reference('x').outputs.b]", Access(Access(Call("reference", (Literal("x"),)), Literal("outputs")), Literal("b"))),
        ("[list('x').outputs.a]", Access(Access(Call("list", (Literal("x"),)), Literal("outputs")), Literal("a"))),
        ("[parameters('settings').outputs.a]", Access(Access(SETTINGS, Literal("outputs")), Literal("a"))),
    ],
)
def test_an_output_of_another_deployment_of_the_file_is_known(expression: str, value: Value) -> None:
    scope = Scope(parameters=PARAMETERS, outputs=lambda _, keys: Literal("known") if keys == ("outputs", "a") else None)
    assert evaluate(Literal(expression), scope, Findings()) == value


@pytest.mark.parametrize(("text", "start", "end"), [("[add(1 2)]", 8, 12), ("[a()\\u002e]", 0, 13)])
def test_a_syntax_problem_is_placed_in_its_text(text: str, start: int, end: int) -> None:
    source = SourceText("t.json", f'"{text}"')
    findings = Findings()
    evaluate(Literal(json.loads(f'"{text}"'), place=Place(source, 0, len(text) + 2)), Scope(), findings)
    assert [(each.place.start, each.place.end) for each in findings if each.place] == (
        [(start, end)] if text.endswith("]") else []
    )


def test_what_only_the_build_knows_is_the_innermost_call() -> None:
    found = fold(Call("toLower", (Call("utcNow", ()),)), [])
    assert isinstance(found, Unresolved)
    assert (found.reason, found.functions) == (Reason.BUILD_TIME, ("utcNow",))
