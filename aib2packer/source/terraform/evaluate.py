"""Evaluates Terraform's expressions as far as they are known; what is live becomes a call of the ARM expression language.

A variable is a parameter of the same name, a local with a live or a scalar value is an ARM variable of the same name. Where the
structure of a template depends on a variable, its given or default value counts, and a finding says so.

Source: https://developer.hashicorp.com/terraform/language/expressions
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from aib2packer.diagnostics.codes import terraform as codes
from aib2packer.diagnostics.place import Place
from aib2packer.ir.values import Access, Call, Entry, Kind, ListOf, Literal, ObjectOf, Value, is_known
from aib2packer.source.parameters import from_plain
from aib2packer.source.terraform import arm_calls, plain
from aib2packer.source.terraform.knowledge import Knowledge
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
from aib2packer.source.terraform.world import Asked, World

_SETS = frozenset({"toset", "keys", "distinct", "sort", "compact"})


class Evaluator:
    """Evaluates nodes. ``world`` answers what lies outside of an expression: variables, locals, resources, files."""

    def __init__(self, world: World, knowledge: Knowledge) -> None:
        self._world = world
        self._knowledge = knowledge

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
                return self._for(node, sight)
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
                    chosen = then if self.decided(self.value(condition, sight), "The condition", part.place) else other
                    yield from self.pieces(chosen, sight)
                case TextFor(names, collection, body):
                    for bound in self._bindings(
                        names, self.structure(self.value(collection, sight), "The collection"), part.place
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
        body = self._within(_bound("item"), keys, node.place, sight)
        return Call("map", (base, _lambda(("item",), body)), place=node.place)

    # ---- decisions

    def decided(self, value: Value, what: str, place: Place) -> bool:
        """A truth value that decides about the structure; given and default values of variables count."""
        known = self._knowledge.fixed(value, what, place)
        if known is None:
            raise self._knowledge.unknown(value, what, place)
        return known in (Literal(True), Literal("true"))

    def structure(self, value: Value, what: str) -> Value:
        """A list or an object whose length is known; given and default values of variables count."""
        if isinstance(value, ListOf | ObjectOf):
            return value
        resolved = self._knowledge.definition(value)
        if isinstance(resolved, ListOf | ObjectOf):
            return resolved
        known = self._knowledge.fixed(value, what, value.place)
        if known is None:
            raise self._knowledge.unknown(value, what, value.place)
        return known

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
            return self._asked(node)
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
            last = self.structure(arguments.pop(), "The list of arguments")
            arguments += last.items if isinstance(last, ListOf) else ()
        return self.call(node, arguments)

    def call(self, node: Function, arguments: list[Value]) -> Value:
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
        return self._asked(node)

    def _computed_call(self, name: str, arguments: list[Value], place: Place) -> Value:
        try:
            result = plain.run(name, [to_plain(each) for each in arguments])
        except plain.NotPossibleError as error:
            raise not_evaluated(f"{error}. Correct the call.", place) from None
        return replace(from_plain(result), place=place)

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

    def _asked(self, node: Node) -> Value:
        """An input in the place of an expression that neither ARM nor Packer has."""
        source = node.place.source.text[node.place.start : node.place.end]
        shown = " ".join(source.split())
        shown = shown if len(shown) <= 100 else f"{shown[:96]}..."
        name = node.name.replace("::", "_") if isinstance(node, Function) else "value"
        return self._knowledge.ask(Asked(f"{name}_result", shown, "`terraform console` prints it."), node.place)

    # ---- for

    def _for(self, node: For, sight: Sight) -> Value:
        collection = self.value(node.collection, sight)
        defined = self._knowledge.definition(collection)
        if not isinstance(defined, ListOf | ObjectOf) and not isinstance(defined, Literal):
            live = self._live_for(node, collection, sight)
            if live is not None:
                return live
        bound = self._bindings(node.names, self.structure(collection, "The collection of `for`"), node.place)
        return self._unrolled(node, bound, sight)

    def _unrolled(self, node: For, bound: Sequence[dict[str, Value]], sight: Sight) -> Value:
        items: list[Value] = []
        entries: dict[Value, list[Value]] = {}
        for names in bound:
            inner = replace(sight, names={**sight.names, **names})
            if node.condition is not None and not self.decided(
                self.value(node.condition, inner), "The condition of `for`", node.place
            ):
                continue
            value = self.value(node.body, inner)
            if node.key is None:
                items.append(value)
            else:
                entries.setdefault(self.value(node.key, inner), []).append(value)
        if node.key is None:
            return ListOf(tuple(items), place=node.place)
        pairs = (Entry(key, ListOf(tuple(each)) if node.is_grouped else each[-1]) for key, each in entries.items())
        return ObjectOf(tuple(pairs), place=node.place)

    def _live_for(self, node: For, collection: Value, sight: Sight) -> Value | None:
        """The loop over a list that only a build knows, as `map`, `filter` and `toObject`."""
        if self._knowledge.kind(collection) is not Kind.LIST or len(node.names) != 1 or node.is_grouped:
            return None
        name = node.names[0]
        inner = replace(sight, names={**sight.names, name: _bound(name)})

        def loop(body: Node) -> Value:
            return _lambda((name,), self.value(body, inner))

        if node.condition is not None:
            collection = Call("filter", (collection, loop(node.condition)), place=node.place)
        if node.key is not None:
            return Call("toObject", (collection, loop(node.key), loop(node.body)), place=node.place)
        is_itself = isinstance(node.body, Name) and node.body.name == name
        return collection if is_itself else Call("map", (collection, loop(node.body)), place=node.place)

    def _bindings(self, names: Sequence[str], collection: Value, place: Place) -> list[dict[str, Value]]:
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


def _chain(node: Node) -> tuple[Node, list[Node]]:
    keys: list[Node] = []
    while isinstance(node, Index):
        keys.insert(0, node.key)
        node = node.base
    return node, keys


def _bound(name: str) -> Value:
    return Call("lambdaVariables", (Literal(name),))


def _lambda(names: tuple[str, ...], body: Value) -> Value:
    return Call("lambda", (*(Literal(name) for name in names), body))


def _short(operator: str, left: Value, right: Value) -> Value | None:
    """What `&&` and `||` give where one side decides."""
    decides = operator == "||"
    for one, other in ((left, right), (right, left)):
        if isinstance(one, Literal) and isinstance(one.value, bool):
            return one if one.value is decides else other
    return None


def _computed(node: Binary, left: object, right: object) -> bool | int | float:
    compare: dict[str, Callable[[float, float], bool | float]] = {
        "<": lambda one, other: one < other,
        "<=": lambda one, other: one <= other,
        ">": lambda one, other: one > other,
        ">=": lambda one, other: one >= other,
        "+": lambda one, other: one + other,
        "-": lambda one, other: one - other,
        "*": lambda one, other: one * other,
        "/": lambda one, other: one / other,
        "%": lambda one, other: one % other,
    }
    if node.operator in ("==", "!="):
        return (left == right and isinstance(left, bool) == isinstance(right, bool)) is (node.operator == "==")
    try:
        result = compare[node.operator](plain.run("tonumber", [left]), plain.run("tonumber", [right]))
    except (plain.NotPossibleError, ZeroDivisionError):
        raise not_evaluated(f"`{node.operator}` needs two numbers. Correct the expression.", node.place) from None
    return int(result) if isinstance(result, float) and result.is_integer() else result


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
