"""`for` expressions: unrolled over what is known, else the loops of the ARM expression language."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from msgspec.structs import replace

from aib2packer.diagnostics.place import Place
from aib2packer.ir.values import Call, Entry, Kind, ListOf, Literal, ObjectOf, Value
from aib2packer.source.terraform.knowledge import Knowledge
from aib2packer.source.terraform.nodes import For, Name, Node
from aib2packer.source.terraform.scope import Sight, not_evaluated


class Loops:
    """Evaluates them; ``value`` evaluates what is in them."""

    def __init__(self, knowledge: Knowledge, value: Callable[[Node, Sight], Value]) -> None:
        self._knowledge = knowledge
        self._value = value

    def value(self, node: For, sight: Sight) -> Value:
        """The list or object that the loop makes, or its live form."""
        collection = self._value(node.collection, sight)
        defined = self._knowledge.definition(collection)
        if not isinstance(defined, ListOf | ObjectOf) and not isinstance(defined, Literal):
            live = self._live_for(node, collection, sight)
            if live is not None:
                return live
        bound = bindings(node.names, self._knowledge.structure(collection, "The collection of `for`"), node.place)
        return self._unrolled(node, bound, sight)

    def _unrolled(self, node: For, bound: Sequence[dict[str, Value]], sight: Sight) -> Value:
        items: list[Value] = []
        entries: dict[Value, list[Value]] = {}
        for names in bound:
            inner = replace(sight, names={**sight.names, **names})
            if node.condition is not None and not self._knowledge.decided(
                self._value(node.condition, inner), "The condition of `for`", node.place
            ):
                continue
            value = self._value(node.body, inner)
            if node.key is None:
                items.append(value)
            else:
                entries.setdefault(self._value(node.key, inner), []).append(value)
        if node.key is None:
            return ListOf(tuple(items), place=node.place)
        pairs = (Entry(key, ListOf(tuple(each)) if node.is_grouped else each[-1]) for key, each in entries.items())
        return ObjectOf(tuple(pairs), place=node.place)

    def _live_for(self, node: For, collection: Value, sight: Sight) -> Value | None:
        """The loop over a list that only a build knows, as `map`, `filter` and `toObject`."""
        if self._knowledge.kind(collection) is not Kind.LIST or len(node.names) != 1 or node.is_grouped:
            return None
        name = node.names[0]
        inner = replace(sight, names={**sight.names, name: bound_to(name)})

        def loop(body: Node) -> Value:
            return function_of((name,), self._value(body, inner))

        if node.condition is not None:
            collection = Call("filter", (collection, loop(node.condition)), place=node.place)
        if node.key is not None:
            return Call("toObject", (collection, loop(node.key), loop(node.body)), place=node.place)
        is_itself = isinstance(node.body, Name) and node.body.name == name
        return collection if is_itself else Call("map", (collection, loop(node.body)), place=node.place)


def bindings(names: Sequence[str], collection: Value, place: Place) -> list[dict[str, Value]]:
    """What the names of a loop are bound to, once for each item; objects go in the order of their keys."""
    pairs: list[tuple[Value, Value]]
    if isinstance(collection, ObjectOf):
        ordered = sorted(collection.entries, key=lambda each: each.name or "")
        pairs = [(each.key, each.value) for each in ordered]
    elif isinstance(collection, ListOf):
        pairs = [(Literal(number), each) for number, each in enumerate(collection.items)]
    else:
        raise not_evaluated("This is neither a list nor an object. Correct it.", place)
    if len(names) == 1:
        return [{names[0]: value} for _, value in pairs]
    return [dict(zip(names, pair, strict=True)) for pair in pairs]


def bound_to(name: str) -> Value:
    """The item that a live loop binds."""
    return Call("lambdaVariables", (Literal(name),))


def function_of(names: tuple[str, ...], body: Value) -> Value:
    """What a live loop does with each item."""
    return Call("lambda", (*(Literal(name) for name in names), body))
