"""Deployments within a template, and what ``reference()`` gives of their outputs.

Sources:
https://learn.microsoft.com/azure/azure-resource-manager/templates/linked-templates#get-values-from-linked-template
https://learn.microsoft.com/azure/azure-resource-manager/templates/outputs
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from msgspec import Struct, field

from aib2packer.arm.evaluator import Evaluator
from aib2packer.diagnostics.model import Findings
from aib2packer.ir.values import Call, Entry, Joined, ListOf, Literal, ObjectOf, Value

_MARK = "/providers/microsoft.resources/deployments/"


class Module(Struct, frozen=True):
    """A deployment within a template: its symbolic name (empty: none), its name, its template, and what evaluates that."""

    symbol: str
    name: Value | None
    template: ObjectOf
    evaluator: Callable[[], Evaluator]
    loops: Mapping[str, Value]

    def is_meant(self, wanted: Value, symbolic: bool) -> bool:
        """Whether the first argument of ``reference`` names it; symbolic names count only in the template that has them."""
        if symbolic and self.symbol and isinstance(wanted, Literal):
            return str(wanted.value).lower() == self.symbol.lower()
        if self.name is None:
            return False
        return _folded(self.name) in (_folded(wanted), _folded(_name_in(wanted)))


class Modules(Struct):
    """The deployments of a file. ``findings`` are those of the evaluators: what is wrong with an output is not for this conversion to say."""

    findings: Findings
    _all: list[tuple[ObjectOf, Module]] = field(default_factory=list)
    _open: set[tuple[int, str]] = field(default_factory=set)

    def add(self, template: ObjectOf, module: Module) -> None:
        """Keeps a deployment of a template."""
        self._all.append((template, module))

    def output(self, template: ObjectOf, call: Call, keys: tuple[str, ...]) -> Value | None:
        """What a chain of keys behind ``reference`` in a template leads to; None where the file does not tell."""
        if len(keys) != 3 or keys[0].lower() != "outputs" or keys[2].lower() != "value" or not call.arguments:
            return None
        wanted = call.arguments[0]
        meant = [each for within, each in self._all if each.is_meant(wanted, within is template)]
        if len({id(each.template) for each in meant}) != 1 or len(meant) != 1:
            return None
        mark = (id(meant[0]), keys[1].lower())
        if mark in self._open:
            return None
        self._open.add(mark)
        try:
            with self.findings.apart() as said:
                value = _value_of(meant[0], keys[1])
            return None if said.has_errors() else value
        finally:
            self._open.discard(mark)


def _value_of(module: Module, name: str) -> Value | None:
    outputs = module.template.get("outputs")
    output = outputs.get(name) if isinstance(outputs, ObjectOf) else None
    kind = output.get("type") if isinstance(output, ObjectOf) else None
    if not isinstance(output, ObjectOf) or str(getattr(kind, "value", "")).lower().startswith("secure"):
        return None
    evaluator = module.evaluator()
    condition, value, copy = (output.get(key) for key in ("condition", "value", "copy"))
    if condition is not None and evaluator.evaluate(condition, loops=module.loops) != Literal(True):
        return None
    if isinstance(copy, ObjectOf):
        return _copies(copy, evaluator, module.loops)
    return evaluator.evaluate(value, loops=module.loops) if value is not None else None


def _copies(copy: ObjectOf, evaluator: Evaluator, loops: Mapping[str, Value]) -> Value | None:
    """The items of an output that is a loop; its index has no name."""
    count, body = copy.get("count"), copy.get("input")
    if count is None or body is None:
        return None
    loop = ObjectOf((Entry(Literal("name"), Literal("")), Entry(Literal("count"), count), Entry(Literal("input"), body)))
    made = evaluator.evaluate(ObjectOf((Entry(Literal("copy"), ListOf((loop,))),)), loops=loops)
    return made.get("") if isinstance(made, ObjectOf) else None


def _name_in(wanted: Value) -> Value | None:
    """The name of the deployment in an id."""
    parts = wanted.parts if isinstance(wanted, Joined) else (wanted,)
    for index, part in enumerate(parts):
        text = part.value if isinstance(part, Literal) else None
        if isinstance(text, str) and _MARK in text.lower():
            rest = text[text.lower().index(_MARK) + len(_MARK) :]
            left = (*((Literal(rest),) if rest else ()), *parts[index + 1 :])
            return left[0] if len(left) == 1 else Joined(left) if left else None
    return None


def _folded(value: Value | None) -> Value | None:
    """A name as it is compared: letter case says nothing."""
    if isinstance(value, Joined):
        return Joined(tuple(_folded(part) or part for part in value.parts))
    return Literal(value.value.lower()) if isinstance(value, Literal) and isinstance(value.value, str) else value
