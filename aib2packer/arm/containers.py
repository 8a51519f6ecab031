"""Takes a live value apart: arrays whose length and objects whose keys are known, though what is in them may be live."""

from __future__ import annotations

import itertools
from collections.abc import Mapping

from msgspec import Struct
from msgspec.structs import replace

from aib2packer.arm.resolve import Resolver
from aib2packer.arm.unresolved import Unresolved
from aib2packer.diagnostics.model import Findings
from aib2packer.ir.values import (
    Access,
    Call,
    Conditional,
    Entry,
    Lambda,
    ListOf,
    Literal,
    Local,
    ObjectOf,
    Repeated,
    Value,
    Variable,
    rebuilt,
)


class Containers(Struct, frozen=True):
    """The array or object at one path of a template; what decides about its length or keys is resolved."""

    resolver: Resolver
    path: str

    def as_object(self, value: Value) -> Value | Unresolved:
        """The value as an object, list or null whose parts may be live; or why it cannot be told."""
        if isinstance(value, Literal | ObjectOf | ListOf):
            return value
        named = self.resolver.named(value)
        if named is not None:
            return self.as_object(named)
        if isinstance(value, Call) and value.function == "if":
            condition = self._resolve(value.arguments[0])
            if isinstance(condition, Literal):
                return self.as_object(value.arguments[1 if condition.value is True else 2])
        if isinstance(value, Call) and value.function in ("shallowMerge", "union"):
            return self._merged(value)
        return self._resolve(value)

    def _merged(self, value: Call) -> Value | Unresolved:
        """One object of several: the last of the same key counts, spelled as the first (`shallowMerge`; `union` where no value is an object itself)."""
        parts: tuple[Value, ...] = value.arguments
        if value.function == "shallowMerge":
            listed = self.as_object(parts[0])
            if not isinstance(listed, ListOf):
                return listed if isinstance(listed, Unresolved) else self._resolve(value)
            parts = listed.items
        entries: dict[str | Value, Entry] = {}
        for part in parts:
            found = self.as_object(part)
            if isinstance(found, Unresolved):
                return found
            if not isinstance(found, ObjectOf):
                return self._resolve(value)
            for entry in found.entries:
                folded = entry.name.lower() if entry.name is not None else entry.key
                entries[folded] = entry.having(entries.get(folded, entry).key, entry.value)
        return ObjectOf(tuple(entries.values()), place=value.place)

    def as_list(self, value: Value) -> Value | Unresolved:
        """The value as a list of known length whose items may be live, or be there on a condition; or why it cannot be told.

        What is known to be no list is handed back as it is: it is for the check of the shape to say so.
        """
        if isinstance(value, ObjectOf) or (isinstance(value, Literal) and value.value is not None):
            return value
        items = self._items(value)
        if isinstance(items, Unresolved):
            return items
        found = tuple(items)
        return value.having(found) if isinstance(value, ListOf) else ListOf(found, place=value.place)

    def _items(self, value: Value) -> list[Value] | Unresolved:
        match value:
            case ListOf(items):
                return [_item(item) for item in items]
            case Literal(None):
                return []
            case Literal() | ObjectOf():
                return [value]
            case Local() if (named := self.resolver.named(value)) is not None:
                return self._items(named)
            case Call("concat", arguments):
                return self._all_items(arguments)
            case Call("union", arguments):
                merged = self._all_items(arguments)
                return merged if isinstance(merged, Unresolved) else _without_repetitions(merged)
            case Call("if", (condition, yes, no)):
                return self._either(condition, yes, no)
            case _:
                resolved = self._resolve(value)
                if not isinstance(resolved, Unresolved):
                    return self._items(resolved)
                repeated = self._repeated(value)
                return resolved if repeated is None else repeated

    def _repeated(self, value: Value) -> list[Value] | Unresolved | None:
        """The items of a loop that runs a known number of times, though what is in them may be live; None for no such loop."""
        match value:
            case Repeated(_, count, _):
                pass
            case Call("map", (over, Lambda())):
                count = Call("length", (over,))
            case _:
                return None
        times = self._resolve(count)
        if not isinstance(times, Literal) or not isinstance(times.value, int):
            return None
        unrolled = self._unrolled(_counted(value, times.value), count)
        return unrolled if isinstance(unrolled, Unresolved) else [_item(item) for item in unrolled]

    def _unrolled(self, loop: Value, count: Value) -> tuple[Value, ...] | Unresolved:
        """The turns of a loop, by the evaluator with its bounds; the inputs that ``count`` used are fixed everywhere in it."""
        from aib2packer.arm.evaluator import Evaluator
        from aib2packer.arm.fold import failure
        from aib2packer.arm.scope import Scope

        folded = self.resolver.fold(count)
        used = () if isinstance(folded, Unresolved) else folded.used
        said = Findings()
        loop = _with_fixed(loop, {each.reference: each.given or each.default for each in used})
        result = Evaluator(Scope(), said).simplify(loop)
        if isinstance(result, ListOf):
            self.resolver.findings.take(said)
            return result.items
        return failure(said, used)

    def _all_items(self, values: tuple[Value, ...]) -> list[Value] | Unresolved:
        found: list[Value] = []
        for value in values:
            items = self._items(value)
            if isinstance(items, Unresolved):
                return items
            found += items
        return found

    def _either(self, condition: Value, yes: Value, no: Value) -> list[Value] | Unresolved:
        chosen, other = self._items(yes), self._items(no)
        if isinstance(chosen, Unresolved) or isinstance(other, Unresolved):
            resolved = self._resolve(condition)
            if isinstance(resolved, Unresolved):
                return resolved
            return self._items(yes if resolved == Literal(True) else no)
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

    def _resolve(self, value: Value) -> Value | Unresolved:
        return self.resolver.resolve(value, self.path)


def _item(item: Value) -> Value:
    """An item that is an object or null, as the condition says, is there only if the condition holds."""
    match item:
        case Call("if", (condition, ObjectOf() as value, Literal(None))):
            return Conditional(condition, value, place=item.place)
        case Call("if", (condition, Literal(None), ObjectOf() as value)):
            return Conditional(Call("not", (condition,)), value, place=item.place)
        case _:
            return item


def _counted(loop: Value, times: int) -> Value:
    """A loop with the number of its turns known; ``map`` over a live array is one over that many items of it."""
    if isinstance(loop, Repeated):
        return replace(loop, count=Literal(times, place=loop.count.place))
    assert isinstance(loop, Call)
    over, function = loop.arguments
    items = tuple(Access(over, Literal(turn)) for turn in range(times))
    return replace(loop, arguments=(ListOf(items), function))


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
