"""Resolves live values where Packer needs a literal one, from the values that the parameters have, and notes it."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from aib2packer.arm.kinds import kind_of
from aib2packer.arm.unresolved import Reason, Unresolved, listed
from aib2packer.diagnostics.codes import deployment as codes
from aib2packer.diagnostics.model import Findings
from aib2packer.ir.signatures import signs_addresses_only
from aib2packer.ir.values import (
    Access,
    Call,
    Conditional,
    Entry,
    Input,
    Joined,
    Lambda,
    ListOf,
    Literal,
    Local,
    ObjectOf,
    Repeated,
    Value,
    Variable,
    is_known,
    rebuilt,
)


@dataclass(frozen=True, slots=True)
class Resolver:
    """Resolves the values of one image template; it holds its inputs and named values.

    ``addresses`` are the names of the keys whose signatures are cut off, in lower case.
    """

    inputs: tuple[Input, ...]
    locals: tuple[tuple[Local, Value], ...]
    findings: Findings
    addresses: frozenset[str]
    _named: dict[str, Value] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._named.update({local.name: value for local, value in self.locals})

    def resolve(self, value: Value, path: str, *, secrets: bool = False) -> Value | Unresolved:
        """The value, known; or why it is not. With ``secrets`` for what is not going to be written down."""
        if is_known(value):
            return value
        from aib2packer.arm.fold import Folded, fold

        folded = fold(value, self.inputs, locals=self._named)
        if isinstance(folded, Folded):
            hidden = [each.reference for each in folded.used if not secrets and self._is_hidden(each, folded.value)]
            if hidden:
                return Unresolved(reason=Reason.SECRET, inputs=tuple(hidden))
            if folded.used:
                those = f"value{'' if len(folded.used) == 1 else 's'} of {listed(f'`{each.name}`' for each in folded.used)}"
                message = f"Computed from the current {those} and written as a constant. Convert again to change it."
                self.findings.add(codes.FIXED_AT_CONVERSION, message, place=value.place, path=path)
            return folded.value
        return folded

    def _is_hidden(self, each: Input, value: Value) -> bool:
        """Whether a secret that was given may stand in the value; a signature at the end of an address is cut off there."""
        if not each.secret or each.given is None:
            return False
        return not each.signed or not signs_addresses_only(value, each.given, self.addresses)

    def preview(self, value: Value) -> Value | None:
        """The current value, as a default that a person can change; None if it is unknown or secret."""
        from aib2packer.arm.fold import Folded, fold

        folded = fold(value, self.inputs, locals=self._named)
        return folded.value if isinstance(folded, Folded) and not any(each.secret for each in folded.used) else None

    def define(self, wish: str, value: Value) -> Local:
        """A named value of the project for a value that several settings use; the same one for the same value."""
        taken = {name.lower() for name in self._named}
        names = itertools.chain([wish], (f"{wish}_{number}" for number in itertools.count(2)))
        known = next((name for name, each in self._named.items() if each == value), None)
        name = known or next(each for each in names if each.lower() not in taken)
        self._named[name] = value
        return Local(name, kind_of(value), place=value.place)

    def definitions(self) -> tuple[tuple[Local, Value], ...]:
        """Every named value, with what it stands for."""
        return tuple((Local(name), value) for name, value in self._named.items())

    def expand(self, value: Value) -> Value:
        """A text whose beginning is known, also where it is a named value, or begins with one; else the value itself."""
        parts = self._expanded_parts(value)
        if not isinstance(parts[0], Literal) or not isinstance(parts[0].value, str):
            return value
        return replace(parts[0], place=value.place) if len(parts) == 1 else Joined(parts, place=value.place)

    def _expanded_parts(self, value: Value) -> tuple[Value, ...]:
        if isinstance(value, Local) and value.name in self._named:
            return self._expanded_parts(self._named[value.name])
        if isinstance(value, Joined):
            return (*self._expanded_parts(value.parts[0]), *value.parts[1:])
        return (value,)

    def as_object(self, value: Value, path: str) -> Value | Unresolved:
        """The value as an object, list or null whose parts may be live; or why it cannot be told."""
        if isinstance(value, Literal | ObjectOf | ListOf):
            return value
        if isinstance(value, Local) and value.name in self._named:
            return self.as_object(self._named[value.name], path)
        if isinstance(value, Call) and value.function == "if":
            condition = self.resolve(value.arguments[0], path)
            if isinstance(condition, Literal):
                return self.as_object(value.arguments[1 if condition.value is True else 2], path)
        if isinstance(value, Call) and value.function in ("shallowMerge", "union"):
            return self._merged(value, path)
        return self.resolve(value, path)

    def _merged(self, value: Call, path: str) -> Value | Unresolved:
        """One object of several: the last of the same key counts (`shallowMerge`; `union` where no value is an object itself)."""
        parts: tuple[Value, ...] = value.arguments
        if value.function == "shallowMerge":
            listed = self.as_object(parts[0], path)
            if not isinstance(listed, ListOf):
                return listed if isinstance(listed, Unresolved) else self.resolve(value, path)
            parts = listed.items
        entries: dict[str | Value, Entry] = {}
        for part in parts:
            found = self.as_object(part, path)
            if isinstance(found, Unresolved):
                return found
            if not isinstance(found, ObjectOf):
                return self.resolve(value, path)
            entries |= {entry.name.lower() if entry.name is not None else entry.key: entry for entry in found.entries}
        return ObjectOf(tuple(entries.values()), place=value.place)

    def as_list(self, value: Value, path: str) -> Value | Unresolved:
        """The value as a list of known length whose items may be live, or be there on a condition; or why it cannot be told.

        What is known to be no list is handed back as it is: it is for the check of the shape to say so.
        """
        if isinstance(value, ObjectOf) or (isinstance(value, Literal) and value.value is not None):
            return value
        items = self._items(value, path)
        return items if isinstance(items, Unresolved) else ListOf(tuple(items), place=value.place)

    def _items(self, value: Value, path: str) -> list[Value] | Unresolved:
        match value:
            case ListOf(items):
                return [self._item(item) for item in items]
            case Literal(None):
                return []
            case Literal() | ObjectOf():
                return [value]
            case Local(name) if name in self._named:
                return self._items(self._named[name], path)
            case Call("concat", arguments):
                return self._all_items(arguments, path)
            case Call("union", arguments):
                merged = self._all_items(arguments, path)
                return merged if isinstance(merged, Unresolved) else _without_repetitions(merged)
            case Call("if", (condition, yes, no)):
                return self._either(condition, yes, no, path)
            case _:
                resolved = self.resolve(value, path)
                if not isinstance(resolved, Unresolved):
                    return self._items(resolved, path)
                repeated = self._repeated(value, path)
                return resolved if repeated is None else repeated

    def _repeated(self, value: Value, path: str) -> list[Value] | Unresolved | None:
        """The items of a loop that runs a known number of times, though what is in them may be live; None for no such loop."""
        match value:
            case Repeated(_, count, _):
                pass
            case Call("map", (over, Lambda())):
                count = Call("length", (over,))
            case _:
                return None
        times = self.resolve(count, path)
        if not isinstance(times, Literal) or not isinstance(times.value, int):
            return None
        unrolled = self._unrolled(_counted(value, times), count)
        return unrolled if isinstance(unrolled, Unresolved) else [self._item(item) for item in unrolled]

    def _unrolled(self, loop: Value, count: Value) -> tuple[Value, ...] | Unresolved:
        """The turns of a loop, by the evaluator with its bounds; the inputs that ``count`` used are fixed everywhere in it."""
        from aib2packer.arm.evaluator import Evaluator
        from aib2packer.arm.fold import Folded, failure, fold
        from aib2packer.arm.scope import Scope

        folded = fold(count, self.inputs, locals=self._named)
        used = folded.used if isinstance(folded, Folded) else ()
        said = Findings()
        loop = _with_fixed(loop, {each.reference: each.given or each.default for each in used})
        result = Evaluator(Scope(), said).simplify(loop)
        if isinstance(result, ListOf):
            self.findings.take(said)
            return result.items
        return failure(said, used)

    def _item(self, item: Value) -> Value:
        """An item that is an object or null, as the condition says, is there only if the condition holds."""
        match item:
            case Call("if", (condition, ObjectOf() as value, Literal(None))):
                return Conditional(condition, value, place=item.place)
            case Call("if", (condition, Literal(None), ObjectOf() as value)):
                return Conditional(Call("not", (condition,)), value, place=item.place)
            case _:
                return item

    def _all_items(self, values: tuple[Value, ...], path: str) -> list[Value] | Unresolved:
        found: list[Value] = []
        for value in values:
            items = self._items(value, path)
            if isinstance(items, Unresolved):
                return items
            found += items
        return found

    def _either(self, condition: Value, yes: Value, no: Value, path: str) -> list[Value] | Unresolved:
        chosen, other = self._items(yes, path), self._items(no, path)
        if isinstance(chosen, Unresolved) or isinstance(other, Unresolved):
            resolved = self.resolve(condition, path)
            if isinstance(resolved, Unresolved):
                return resolved
            return self._items(yes if resolved == Literal(True) else no, path)
        same = _in_common(chosen, other)
        rest = _in_common(chosen[same:][::-1], other[same:][::-1])
        end, other_end = len(chosen) - rest, len(other) - rest
        contrary = Call("not", (condition,))
        return [
            *chosen[:same],
            *_under(condition, chosen[same:end]),
            *_under(contrary, other[same:other_end]),
            *chosen[end:],
        ]


def _counted(loop: Value, times: Literal) -> Value:
    """A loop with the number of its turns known; ``map`` over a live array is one over that many items of it."""
    match loop:
        case Repeated():
            return replace(loop, count=replace(times, place=loop.count.place))
        case Call("map", (over, function)) if isinstance(times.value, int):
            items = tuple(Access(over, Literal(turn)) for turn in range(times.value))
            return replace(loop, arguments=(ListOf(items), function))
        case _:
            return loop


def _with_fixed(value: Value, fixed: Mapping[Variable, Value | None]) -> Value:
    """The value with what the inputs are that decided how often a loop runs: they are fixed, so everywhere in it."""
    if isinstance(value, Variable):
        return fixed.get(value) or value
    return rebuilt(value, lambda part: _with_fixed(part, fixed))


def _without_repetitions(items: list[Value]) -> list[Value]:
    """`union` keeps the first of equal items.

    Source: https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-array
    """
    kept: list[Value] = []
    for item in items:
        if item not in kept:
            kept.append(item)
    return kept


def _in_common(one: list[Value], other: list[Value]) -> int:
    """How many items two lists begin with alike."""
    pairs = itertools.takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False))
    return sum(1 for _ in pairs)


def _under(condition: Value, items: list[Value]) -> list[Value]:
    return [
        Conditional(Call("and", (condition, item.condition)), item.value, place=item.place)
        if isinstance(item, Conditional)
        else Conditional(condition, item, place=item.place)
        for item in items
    ]
