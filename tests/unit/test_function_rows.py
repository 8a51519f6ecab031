"""One row a function: what a row says is true, and every function of ARM has a row on the HCL side, too."""

from __future__ import annotations

import importlib
import json
import pkgutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import ModuleType

from paths import SHARED

from aib2packer.arm import functions, shapes, special
from aib2packer.arm.evaluator import Evaluator
from aib2packer.arm.functions.catalogue import ROWS
from aib2packer.arm.functions.table import Json
from aib2packer.arm.kinds import kind_of
from aib2packer.arm.partial import plain, value_of
from aib2packer.arm.reader import read
from aib2packer.arm.scope import Scope
from aib2packer.arm.shapes.catalogue import SHAPES
from aib2packer.arm.special.catalogue import SPECIAL
from aib2packer.diagnostics.model import Findings
from aib2packer.hcl import forms
from aib2packer.hcl.facts import items_of
from aib2packer.hcl.forms.catalogue import FORMS
from aib2packer.hcl.writing import WhyNot
from aib2packer.ir.values import Call, Kind, Lambda, ListOf, Literal, ObjectOf, Value, is_known, parts_of

VECTORS = [Path(__file__).with_name("arm_vectors.json"), SHARED / "reference" / "arm-expression-vectors.json"]


def test_every_function_has_a_row_on_both_sides_in_modules_of_the_same_name() -> None:
    assert FORMS.keys() == ROWS.keys()
    rows = modules_of(functions, ROWS)
    assert modules_of(forms, FORMS) == rows
    assert modules_of(shapes, SHAPES).items() <= rows.items()
    assert modules_of(special, SPECIAL).items() <= rows.items()


def modules_of(package: ModuleType, rows: Mapping[str, object]) -> dict[str, str]:
    """The module of each row, by the function's name in lower case."""
    found: dict[str, str] = {}
    names = {name.lower() for name in rows}
    for module in pkgutil.iter_modules(package.__path__):
        content = vars(importlib.import_module(f"{package.__name__}.{module.name}"))
        for name, table in content.items():
            if name.isupper() and isinstance(table, dict) and module.name != "catalogue":
                found.update({each.lower(): module.name for each in table if each.lower() in names})
    assert found.keys() == names
    return found


def test_what_has_no_form_says_why() -> None:
    for name, form in FORMS.items():
        row = ROWS[name]
        if form.how is WhyNot.ONLY_AZURE:
            assert row.run is None, name
        elif form.how is WhyNot.EVALUATED:
            assert name in SPECIAL or name in SHAPES or row.run is not None, name


def test_every_function_is_evaluated_somewhere() -> None:
    assert SPECIAL.keys() <= ROWS.keys()
    assert SHAPES.keys() <= ROWS.keys()
    of_the_scope = {"variables", *(name for name in ROWS if name.endswith("esourceId"))}
    only_later = {name for name, form in FORMS.items() if form.how is WhyNot.ONLY_AZURE} | {"newGuid", "externalInput"}
    for name, row in ROWS.items():
        places = [row.run is not None, name in SHAPES, name in SPECIAL, name in of_the_scope, name in only_later]
        assert any(places), name
        assert not (row.run is not None and name in SPECIAL), name


def test_rows_say_things_that_fit_together() -> None:
    for name, row in ROWS.items():
        assert row.most is None or row.least <= row.most, name
        assert not row.asked or isinstance(FORMS[name].how, WhyNot), name
        if isinstance(row.items, Kind) and row.items is not Kind.ANY:
            assert row.gives in (Kind.LIST, Kind.OBJECT), name


# ---- what rows say of results


def calls() -> Iterator[Call]:
    """Every call in the vectors whose value is known, outside of lambdas, with known arguments."""
    for path in VECTORS:
        for vector in json.loads(path.read_text(encoding="utf-8")) if path.exists() else []:
            tree = read(str(vector["expression"])) if str(vector["expression"]).startswith("[") else None
            if isinstance(tree, Value):
                yield from _known_calls(tree, Evaluator(_scope(vector), Findings()))


def _scope(vector: dict[str, Json]) -> Scope:
    parameters, variables, context = (vector.get(key) or {} for key in ("parameters", "variables", "context"))
    assert isinstance(parameters, dict)
    assert isinstance(variables, dict)
    assert isinstance(context, dict)
    before = Evaluator(Scope(), Findings())
    return Scope(
        parameters={name: before.evaluate(value_of(value)) for name, value in parameters.items()},
        variables={name: value_of(value) for name, value in variables.items()},
        context={name: value_of(context[name]) for name in ("subscription", "resourceGroup", "environment") if name in context},
        named_variables=False,
    )


def _known_calls(value: Value, evaluator: Evaluator) -> Iterator[Call]:
    if isinstance(value, Lambda) or (isinstance(value, Call) and value.function == "lambda"):
        return
    for part in parts_of(value):
        yield from _known_calls(part, evaluator)
    if isinstance(value, Call) and _is_computed(value.function):
        arguments = tuple(evaluator.simplify(argument) for argument in value.arguments)
        if all(map(is_known, arguments)):
            yield Call(value.function, arguments)


def _is_computed(name: str) -> bool:
    return name in SHAPES or (name in ROWS and ROWS[name].run is not None)


def _result(call: Call) -> Value | None:
    """What plain evaluation gives; None where ARM refuses the arguments."""
    findings = Findings()
    result = Evaluator(Scope(), findings).simplify(call)
    return result if is_known(result) and not len(findings) else None


def _no_item_kind(_: object) -> Kind:
    return Kind.ANY


def test_kinds_agree_with_what_evaluation_gives() -> None:
    seen: set[str] = set()
    for call in calls():
        result = _result(call)
        if result is None or result == Literal(None):
            continue
        seen.add(call.function)
        assert kind_of(call) in (Kind.ANY, kind_of(result)), (call.function, plain(result))
        said, items = items_of(call, _no_item_kind), _items(result)
        assert said is Kind.ANY or not items or items == {said}, (call.function, plain(result))
    told = {name for name, row in ROWS.items() if _is_computed(name) and row.gives is not Kind.ANY}
    assert told <= seen, f"no vector has {told - seen}"


def _items(result: Value) -> set[Kind]:
    if isinstance(result, ListOf):
        return {kind_of(item) for item in result.items}
    return {kind_of(entry.value) for entry in result.entries} if isinstance(result, ObjectOf) else set()
