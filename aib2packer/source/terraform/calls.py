"""Calls of Terraform's functions: computed, as calls of the ARM expression language, or asked for."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from aib2packer.diagnostics.place import Place
from aib2packer.ir.values import Call, ListOf, Literal, ObjectOf, Value, is_known
from aib2packer.source.parameters import from_plain
from aib2packer.source.terraform import arm_calls, plain
from aib2packer.source.terraform.knowledge import Knowledge
from aib2packer.source.terraform.nodes import Function, Node
from aib2packer.source.terraform.scope import not_evaluated, to_plain
from aib2packer.source.terraform.world import Asked

_SETS = frozenset({"toset", "keys", "distinct", "sort", "compact"})


class Calls:
    """What calls give, as far as the arguments are known."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._knowledge = knowledge

    def value(self, node: Function, arguments: list[Value]) -> Value:
        """The value of a call: computed, as an ARM call, or asked for."""
        name = node.name.removeprefix("core::")
        if name == "jsonencode" and arguments and not is_known(arguments[0]):
            return Call("string", (arguments[0],), place=node.place)
        structural = _structural(name, arguments)
        if structural is not None:
            return replace(structural, place=node.place)
        if name in plain.FUNCTIONS and all(is_known(each) for each in arguments):
            return self._computed_call(name, arguments, node.place)
        made = arm_calls.FUNCTIONS[name](*arguments) if name in arm_calls.FUNCTIONS else None
        if made is not None:
            return replace(made, place=node.place) if isinstance(made, Call) else made
        if name in plain.FUNCTIONS:
            known = [self._knowledge.known(each) for each in arguments]
            if all(each is not None for each in known):
                for each in arguments:
                    self._knowledge.fixed(each, f"{name}()", node.place)
                return self._computed_call(name, [each for each in known if each is not None], node.place)
        return self.asked(node)

    def _computed_call(self, name: str, arguments: list[Value], place: Place) -> Value:
        try:
            result = plain.run(name, [to_plain(each) for each in arguments])
        except plain.NotPossibleError as error:
            raise not_evaluated(f"{error}. Correct the call.", place) from None
        return replace(from_plain(result), place=place)

    def asked(self, node: Node) -> Value:
        """An input in the place of an expression that neither ARM nor Packer has."""
        source = node.place.source.text[node.place.start : node.place.end]
        shown = " ".join(source.split())
        shown = shown if len(shown) <= 100 else f"{shown[:96]}..."
        name = node.name.replace("::", "_") if isinstance(node, Function) else "value"
        return self._knowledge.ask(Asked(f"{name}_result", shown, "`terraform console` prints it."), node.place)


def _structural(name: str, arguments: Sequence[Value]) -> Value | None:
    """What functions give whose arguments have a known structure, though parts of it may be live."""
    lists = [each for each in arguments if isinstance(each, ListOf)]
    objects = [each for each in arguments if isinstance(each, ObjectOf)]
    if name == "concat" and len(lists) == len(arguments):
        return ListOf(tuple(item for each in lists for item in each.items))
    if name == "merge" and len(objects) == len(arguments):
        merged = {each.key: each for part in objects for each in part.entries}
        return ObjectOf(tuple(merged.values()))
    if name == "flatten" and lists and all(isinstance(item, ListOf | ObjectOf | Literal) for item in lists[0].items):
        return ListOf(tuple(item for each in lists[0].items for item in (each.items if isinstance(each, ListOf) else (each,))))
    if name in ("tolist", "tomap", "toset", "nonsensitive", "sensitive") and arguments and not is_known(arguments[0]):
        return arguments[0]
    if name == "compact" and lists and not any(isinstance(item, Literal) and item.value in ("", None) for item in lists[0].items):
        return lists[0] if not is_known(lists[0]) else None
    if name == "length" and (lists or objects):
        return Literal(len(lists[0].items if lists else objects[0].entries))
    if name == "lookup" and objects and arguments[0] is objects[0] and isinstance(arguments[1], Literal):
        return next((each.value for each in objects[0].entries if each.key == arguments[1]), arguments[-1])
    if name == "values" and objects:
        return ListOf(tuple(each.value for each in sorted(objects[0].entries, key=lambda each: each.name or "")))
    if name == "keys" and objects:
        return ListOf(tuple(each.key for each in sorted(objects[0].entries, key=lambda each: each.name or "")))
    if (
        name == "element"
        and lists
        and isinstance(arguments[1], Literal)
        and isinstance(arguments[1].value, int)
        and lists[0].items
    ):
        return lists[0].items[arguments[1].value % len(lists[0].items)]
    if name == "one" and lists:
        return lists[0].items[0] if lists[0].items else Literal(None)
    return None
