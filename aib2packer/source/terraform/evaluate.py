"""Evaluates Terraform's expressions as far as they are known; what is live becomes a call of the ARM expression language.

A variable is a parameter of the same name, a local with a live or a scalar value is an ARM variable of the same name. Where the
structure of a template depends on a variable, its given or default value counts, and a finding says so.

Source: https://developer.hashicorp.com/terraform/language/expressions
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from aib2packer.diagnostics.codes import terraform as codes
from aib2packer.diagnostics.place import Place
from aib2packer.ir.values import Access, Call, Entry, ListOf, Literal, ObjectOf, Value, is_known
from aib2packer.source.terraform import arm_calls, plain
from aib2packer.source.terraform.calls import Calls
from aib2packer.source.terraform.knowledge import Knowledge
from aib2packer.source.terraform.loops import Loops, bindings, bound_to, function_of
from aib2packer.source.terraform.nodes import (
    Binary,
    Choice,
    Constant,
    For,
    Function,
    Index,
    Items,
    Name,
    Node,
    Pairs,
    Splat,
    Template,
    Text,
    TextFor,
    TextIf,
    Unary,
)
from aib2packer.source.terraform.scope import ProblemError, Sight, not_evaluated, text_in, to_plain
from aib2packer.source.terraform.world import World


class Evaluator:
    """Evaluates nodes. ``world`` answers what lies outside of an expression: variables, locals, resources, files."""

    def __init__(self, world: World, knowledge: Knowledge) -> None:
        self._world = world
        self._knowledge = knowledge
        self._calls = Calls(knowledge)
        self._loops = Loops(knowledge, self.value)

    def value(self, node: Node, sight: Sight) -> Value:
        """The value of an expression; raises ProblemError."""
        match node:
            case Constant(scalar):
                return Literal(scalar, place=node.place)
            case Template():
                return self._text(node, sight)
            case Items(items):
                return ListOf(tuple(self.value(each, sight) for each in items), place=node.place)
            case Pairs(pairs):
                return self._object(pairs, node.place, sight)
            case Name() | Index():
                return self._reference(node, sight)
            case Function():
                return self._function(node, sight)
            case Choice():
                return self._choice(node, sight)
            case Binary() | Unary():
                return self._operation(node, sight)
            case For():
                return self._loops.value(node, sight)
            case Splat(base, keys):
                return self._splat(self.value(base, sight), keys, node, sight)
            case _:
                raise not_evaluated("aib2packer cannot evaluate this expression. Write its value.", node.place)

    # ---- containers

    def _object(self, pairs: Sequence[tuple[Node, Node]], place: Place, sight: Sight) -> Value:
        entries: dict[Value, Entry] = {}
        for key_node, value_node in pairs:
            key, value = self.value(key_node, sight), self.value(value_node, sight)
            if isinstance(key, Literal) and not isinstance(key.value, str):
                key = replace(key, value=plain.text_of(key.value), spelled=None)
            entries[key] = Entry(key, value)
        return ObjectOf(tuple(entries.values()), place=place)

    # ---- texts

    def pieces(self, parts: Sequence[Node], sight: Sight) -> Iterator[Text | Value]:
        """The parts of a text in order, with what `if` and `for` make of them; ``Text`` is as it stands in the file."""
        for part in parts:
            match part:
                case Text():
                    yield part
                case TextIf(condition, then, other):
                    chosen = then if self._knowledge.decided(self.value(condition, sight), "The condition", part.place) else other
                    yield from self.pieces(chosen, sight)
                case TextFor(names, collection, body):
                    for bound in bindings(
                        names, self._knowledge.structure(self.value(collection, sight), "The collection"), part.place
                    ):
                        yield from self.pieces(body, replace(sight, names={**sight.names, **bound}))
                case _:
                    yield self.value(part, sight)

    def _text(self, node: Template, sight: Sight) -> Value:
        if len(node.parts) == 1 and not isinstance(node.parts[0], Text | TextIf | TextFor):
            return replace(self.value(node.parts[0], sight), place=node.place)
        parts: list[Value] = []
        for piece in self.pieces(node.parts, sight):
            part = Literal(piece.text) if isinstance(piece, Text) else self.as_text(piece, node.place)
            if isinstance(part, Literal) and parts and isinstance(parts[-1], Literal):
                parts[-1] = Literal(f"{parts[-1].value}{part.value}")
            elif part != Literal(""):
                parts.append(part)
        if all(isinstance(part, Literal) for part in parts):
            return Literal("".join(str(part.value) for part in parts if isinstance(part, Literal)), place=node.place)
        return replace(arm_calls.concat(parts), place=node.place)

    def as_text(self, value: Value, place: Place | None) -> Value:
        """A value as a part of a text."""
        if isinstance(value, Literal):
            try:
                return Literal(plain.text_of(value.value), place=value.place)
            except plain.NotPossibleError as error:
                raise not_evaluated(f"{error}. Write a text.", place) from None
        if isinstance(value, ListOf | ObjectOf):
            raise not_evaluated("A list or an object cannot be part of a text. Use jsonencode().", place)
        return value

    # ---- references

    def _reference(self, node: Name | Index, sight: Sight) -> Value:
        root, keys = _chain(node)
        if not isinstance(root, Name):
            return self._within(self.value(root, sight), keys, node.place, sight)
        if root.name in sight.names:
            return self._within(sight.names[root.name], keys, node.place, sight)
        if root.name in ("each", "count"):
            return self._repetition(root.name, keys, node, sight)
        words = [self.value(key, sight) for key in keys]
        found, used = self._world.named(root.name, words, node.place)
        return self._within(found, keys[used:], node.place, sight)

    def _repetition(self, name: str, keys: Sequence[Node], node: Node, sight: Sight) -> Value:
        key = text_in(self.value(keys[0], sight)) if keys else None
        if name == "count" and sight.count is not None and key == "index":
            return sight.count
        if name == "each" and sight.each is not None and key in ("key", "value"):
            return self._within(sight.each[key == "value"], keys[1:], node.place, sight)
        raise not_evaluated(f"`{name}` exists only in a resource with {'for_each' if name == 'each' else 'count'}.", node.place)

    def _within(self, value: Value, keys: Sequence[Node], place: Place, sight: Sight) -> Value:
        for key in keys:
            value = self.item(value, self.value(key, sight), place)
        return value

    def item(self, value: Value, key: Value, place: Place) -> Value:
        """An item of a list or an object."""
        if self._world.is_handle(value):
            return self._world.part_of(value, key, place)
        key = self._knowledge.known(key) or key if isinstance(value, ListOf | ObjectOf) else key
        if isinstance(value, ListOf) and isinstance(key, Literal):
            index = int(str(key.value)) if str(key.value).isdigit() else -1
            if 0 <= index < len(value.items):
                return value.items[index]
            raise ProblemError(codes.UNDECLARED, f"The list has no item {key.value}. Correct the index.", place)
        if isinstance(value, ObjectOf) and isinstance(key, Literal):
            found = next((each.value for each in value.entries if each.key == key), None)
            if found is None:
                raise ProblemError(codes.UNDECLARED, f"The object has no key {key.value}. Correct the name.", place)
            return found
        return Access(value, key, place=place)

    def _splat(self, base: Value, keys: Sequence[Node], node: Node, sight: Sight) -> Value:
        if isinstance(base, ListOf):
            return ListOf(tuple(self._within(each, keys, node.place, sight) for each in base.items), place=node.place)
        if isinstance(base, ObjectOf | Literal) or self._world.is_handle(base):
            return ListOf((self._within(base, keys, node.place, sight),), place=node.place)
        body = self._within(bound_to("item"), keys, node.place, sight)
        return Call("map", (base, function_of(("item",), body)), place=node.place)

    # ---- decisions

    def _choice(self, node: Choice, sight: Sight) -> Value:
        condition = self.value(node.condition, sight)
        if isinstance(condition, Literal):
            return self.value(node.then if condition.value in (True, "true") else node.other, sight)
        return Call("if", (condition, self.value(node.then, sight), self.value(node.other, sight)), place=node.place)

    def _operation(self, node: Binary | Unary, sight: Sight) -> Value:
        if isinstance(node, Unary):
            value = self.value(node.value, sight)
            if isinstance(value, Literal) and isinstance(value.value, int | float):
                return Literal(not value.value if node.operator == "!" else -value.value, place=node.place)
            return (
                Call("not", (value,), place=node.place)
                if node.operator == "!"
                else Call("sub", (Literal(0), value), place=node.place)
            )
        left, right = self.value(node.left, sight), self.value(node.right, sight)
        if node.operator in ("&&", "||") and (early := _short(node.operator, left, right)) is not None:
            return early
        if is_known(left) and is_known(right):
            return Literal(_computed(node, to_plain(left), to_plain(right)), place=node.place)
        if node.operator not in arm_calls.OPERATORS:
            return self._calls.asked(node)
        return replace(arm_calls.OPERATORS[node.operator](left, right), place=node.place)

    # ---- functions

    def _function(self, node: Function, sight: Sight) -> Value:
        if node.name in ("try", "can"):
            return self._try(node, sight)
        if node.name in ("file", "filebase64", "templatefile", "fileexists", "filesha256", "filemd5", "fileset", "jsondecode"):
            special = self._world.from_file(node, sight)
            if special is not None:
                return special
        arguments = [self.value(each, sight) for each in node.arguments]
        if node.is_spread:
            last = self._knowledge.structure(arguments.pop(), "The list of arguments")
            arguments += last.items if isinstance(last, ListOf) else ()
        return self._calls.value(node, arguments)

    def _try(self, node: Function, sight: Sight) -> Value:
        """The first argument that has a value. A key that a live object may not have is looked up so that it may be missing."""
        for argument in node.arguments:
            try:
                value = self.value(argument, sight)
            except ProblemError:
                continue
            if node.name == "can":
                return Literal(True, place=node.place)
            if isinstance(value, Access) and len(node.arguments) > 1:
                other = self.value(node.arguments[-1], sight)
                return Call("coalesce", (Call("tryGet", (value.base, value.key)), other), place=node.place)
            return value
        if node.name == "can":
            return Literal(False, place=node.place)
        raise not_evaluated("No argument of try() has a value. Correct the call.", node.place)


def _chain(node: Node) -> tuple[Node, list[Node]]:
    keys: list[Node] = []
    while isinstance(node, Index):
        keys.insert(0, node.key)
        node = node.base
    return node, keys


def _short(operator: str, left: Value, right: Value) -> Value | None:
    """What `&&` and `||` give where one side decides."""
    decides = operator == "||"
    for one, other in ((left, right), (right, left)):
        if isinstance(one, Literal) and isinstance(one.value, bool):
            return one if one.value is decides else other
    return None


def _computed(node: Binary, left: object, right: object) -> bool | int | float:
    try:
        return plain.operate(node.operator, left, right)
    except plain.NotPossibleError:
        raise not_evaluated(f"`{node.operator}` needs two numbers. Correct the expression.", node.place) from None
