"""What a project reads of its inputs: all of a value, or attributes and items of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from msgspec import Struct, field
from msgspec.structs import replace

from aib2packer.arm.kinds import common_kind, kind_of
from aib2packer.hcl.text import is_identifier
from aib2packer.ir.contents import everything_in
from aib2packer.ir.template import ImageTemplate
from aib2packer.ir.values import (
    Access,
    Bound,
    Call,
    Input,
    Kind,
    Lambda,
    Literal,
    Local,
    Role,
    Value,
    Variable,
    by_name,
    parts_of,
    walk,
)
from aib2packer.passes.inputs import definition_of, input_of

_OVER_ITEMS = frozenset({"map", "filter", "toObject", "groupBy"})
_FLAGS = frozenset({"and", "or", "not"})
_NUMBERS = frozenset({"add", "sub", "mul", "div", "mod", "range", "greater", "greaterOrEquals", "less", "lessOrEquals"})
InputKey = tuple[Role, str]
"""What tells inputs apart: role and name, in small letters."""


class Reads(Struct):
    """What is read of a value: all of it, or attributes and items of it; and of what kind it has to be.

    ``optional``: the template also does without it.
    """

    whole: bool = False
    optional: bool = False
    kind: Kind = Kind.ANY
    attributes: dict[str, Reads] = field(default_factory=dict)
    items: Reads | None = None

    def attribute(self, name: str) -> Reads:
        """What is read of an attribute, to be added to; HCL's types know only names that are identifiers."""
        self.whole = self.whole or not is_identifier(name)
        return self.attributes.setdefault(name, Reads())

    def item(self) -> Reads:
        """What is read of the items, to be added to."""
        self.items = self.items or Reads()
        return self.items


class Reader(Struct, frozen=True):
    """Notes what a value reads of inputs; ``of`` gives what is read of one so far, ``bound`` that of loop variables."""

    of: Callable[[Variable], Reads]
    bound: Mapping[str, Reads] = field(default_factory=dict)

    def note(self, value: Value, kind: Kind = Kind.ANY) -> None:
        """Notes a value that is used as a whole, where something of this kind is wanted."""
        found = self._path(value)
        if found is not None:
            found.whole = True
            found.kind = kind if found.kind is Kind.ANY else found.kind

    def _path(self, value: Value) -> Reads | None:
        """What is read of the part of an input that a value leads to; None, with its parts noted, for any other value."""
        match value:
            case Variable():
                return self.of(value)
            case Bound(name):
                return self.bound.get(name)
            case Access(base, key):
                return self._step(base, key)
            case Call("tryGet", (base, *keys)):
                for key in keys[:-1]:
                    base = Call("tryGet", (base, key))
                return self._maybe(base, keys[-1])
            case Call("contains", (base, key)) if kind_of(base) is not Kind.TEXT and isinstance(key, Literal):
                self._maybe(base, key)
            case Call("length" | "empty", (base,)):
                self._path(base)
            case Call(function, (over, Lambda((name, *_), body), *rest)) if function in _OVER_ITEMS:
                return self._over(function, over, name, body, rest)
            case Call(function, arguments):
                for argument in arguments:
                    self.note(argument, _wanted(function, arguments, argument))
            case _:
                for part in parts_of(value):
                    self.note(part)
        return None

    def _step(self, base: Value, key: Value) -> Reads | None:
        found = self._path(base)
        if isinstance(key, Literal) and isinstance(key.value, str):
            return found.attribute(key.value) if found is not None else None
        self.note(key)
        if found is None:
            return None
        if kind_of(key) is Kind.TEXT or kind_of(base) is Kind.OBJECT:
            found.whole = True
            return Reads()
        return found.item()

    def _maybe(self, base: Value, key: Value) -> Reads | None:
        found = self._step(base, key)
        if found is not None:
            found.optional = True
        return found

    def _over(self, function: str, over: Value, name: str, body: Value, rest: Sequence[Value]) -> Reads | None:
        found = self._path(over)
        item = found.item() if found is not None else Reads()
        inside = Reader(self.of, {**self.bound, name: item})
        inside.note(body, Kind.FLAG if function == "filter" else Kind.ANY)
        for each in rest:
            inside.note(each.body if isinstance(each, Lambda) else each)
        item.whole = item.whole or (function in ("toObject", "groupBy") and not rest)
        return found if function == "filter" else None


def _wanted(function: str, arguments: Sequence[Value], argument: Value) -> Kind:
    if function in _FLAGS or (function == "if" and argument is arguments[0]):
        return Kind.FLAG
    if function == "equals":
        return common_kind(each for each in arguments if each is not argument)
    return Kind.NUMBER if function in _NUMBERS else Kind.ANY


def key_of(declared: Variable | Input) -> InputKey:
    """What tells an input from all others."""
    return declared.role, declared.name.lower()


def reads_of(template: ImageTemplate) -> Mapping[InputKey, Reads]:
    """What the parts of a template read of each input, in the order of the first mention.

    Named values, and defaults that are computed, count where something mentions them.
    """
    found: dict[InputKey, Reads] = {}
    reader = Reader(lambda variable: found.setdefault(key_of(variable), Reads()))
    pending = [*everything_in(replace(template, inputs=(), locals=()), Value)]
    seen: set[Value] = set()
    for value in pending:
        if isinstance(value, Literal) and value.spelled is None:
            continue
        reader.note(value)
        for part in walk(by_name(value)):
            if not isinstance(part, Variable | Local) or part in seen:
                continue
            seen.add(part)
            behind = _behind(part, template)
            if behind is not None:
                pending.append(behind)
            if behind is not None and isinstance(part, Variable):
                # Variable and default are of the same type, so all of it counts as read.
                found[key_of(part)].whole = True
    return found


def _behind(part: Variable | Local, template: ImageTemplate) -> Value | None:
    """The definition of a named value; the default of an input that is computed."""
    if isinstance(part, Local):
        return definition_of(part, template)
    declared = input_of(part, template)
    return declared.default if declared is not None and declared.is_computed else None
