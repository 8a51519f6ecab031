"""Which type the variable of an input has: from what the project reads of it, and from the values that are known.

Packer hands `-var` on as HCL only where the variable has a type. `optional` and `any` need Packer 1.16 (hcl/FACTS.md 7).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from aib2packer.arm.kinds import common_kind, kind_of
from aib2packer.hcl.text import is_identifier
from aib2packer.ir.values import (
    Access,
    Bound,
    Call,
    Entry,
    Input,
    Kind,
    Lambda,
    ListOf,
    Literal,
    ObjectOf,
    Role,
    Value,
    Variable,
    is_known,
    parts_of,
)

NEWER_TYPES = ("optional", "any")
"""What a type may have in it since Packer 1.16 only."""
_TYPES = {Kind.TEXT: "string", Kind.NUMBER: "number", Kind.FLAG: "bool", Kind.LIST: "list(string)", Kind.OBJECT: "map(string)"}
_OVER_ITEMS = frozenset({"map", "filter", "toObject", "groupBy"})
_FLAGS = frozenset({"and", "or", "not"})
_NUMBERS = frozenset({"add", "sub", "mul", "div", "mod", "range", "greater", "greaterOrEquals", "less", "lessOrEquals"})


@dataclass(slots=True)
class Reads:
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


@dataclass(frozen=True, slots=True)
class Reader:
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
                    base = Access(base, key)
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


def type_of(declared: Input, reads: Reads | None = None) -> str:
    """The type of a variable, on several lines where it is an object of some size."""
    known = [each for each in (declared.default, declared.given) if each is not None]
    if declared.kind not in (Kind.OBJECT, Kind.LIST):
        return _TYPES.get(declared.kind, "string")
    if declared.role in (Role.OPTION, Role.AZURE) and declared.kind is Kind.OBJECT:
        return "map(string)"
    found = _type(reads or Reads(whole=True), known, declared.kind)
    return _spread(found) if len(found) > 80 else found


def _type(reads: Reads, known: Sequence[Value], kind: Kind = Kind.ANY) -> str:
    values = [each for each in known if each != Literal(None)]
    objects = [each for each in values if isinstance(each, ObjectOf)]
    lists = [each for each in values if isinstance(each, ListOf)]
    if len(objects) == len(values) and (objects or reads.attributes):
        return _object(reads, objects)
    if len(lists) == len(values) and (lists or reads.items is not None):
        return _list(reads, lists)
    if objects or lists:
        return "any"
    kind = common_kind(values) if kind is Kind.ANY else kind
    return _TYPES.get(reads.kind if kind is Kind.ANY else kind, "string")


def _object(reads: Reads, objects: Sequence[ObjectOf]) -> str:
    names = dict.fromkeys([*reads.attributes, *(_names(objects) if reads.whole else ())])
    types = {name: _attribute(reads.attributes.get(name), name, objects, reads.whole) for name in names}
    if reads.whole and set(types.values()) <= {"string", "optional(string)"}:
        return "map(string)"
    if not all(map(is_identifier, types)):
        return "any"
    return f"object({{ {', '.join(f'{name} = {held}' for name, held in types.items())} }})"


def _names(objects: Iterable[ObjectOf]) -> Iterable[str]:
    return (entry.name for each in objects for entry in each.entries if entry.name is not None)


def _attribute(reads: Reads | None, name: str, objects: Sequence[ObjectOf], whole: bool) -> str:
    values = [entry.value for each in objects for entry in each.entries if entry.name == name]
    held = _type(reads if reads is not None and not whole else Reads(whole=True), values)
    return f"optional({held})" if (reads is not None and reads.optional) or len(values) < len(objects) else held


def _list(reads: Reads, lists: Sequence[ListOf]) -> str:
    items = reads.items if reads.items is not None and not reads.whole else Reads(whole=True)
    return f"list({_type(items, [item for each in lists for item in each.items])})"


def _spread(held: str) -> str:
    """The outermost object of a type with an attribute a line."""
    start, _, inside = held.partition("({ ")
    pairs: list[str] = []
    for piece in inside[: inside.rindex(" })")].split(", "):
        if pairs and pairs[-1].count("(") > pairs[-1].count(")"):
            pairs[-1] += f", {piece}"
        else:
            pairs.append(piece)
    width = max(pair.index(" = ") for pair in pairs)
    lines = [f"  {name:<{width}} = {rest}" for name, _, rest in (pair.partition(" = ") for pair in pairs)]
    return "\n".join([f"{start}({{", *lines, inside[inside.rindex(" })") + 1 :]])


def used_part(value: Value | None, reads: Reads) -> Value | None:
    """A known value without what the project does not read of it."""
    if reads.whole or value is None:
        return value
    if isinstance(value, ObjectOf) and reads.attributes:
        kept = [entry for entry in value.entries if entry.name in reads.attributes]
        return ObjectOf(tuple(Entry(each.key, _used(each.value, reads.attributes[each.name or ""])) for each in kept))
    if isinstance(value, ListOf) and reads.items is not None:
        items = reads.items
        return ListOf(tuple(_used(item, items) for item in value.items))
    return value


def _used(value: Value, reads: Reads) -> Value:
    return used_part(value, reads) or value


def stands_in_local(declared: Input) -> bool:
    """Whether the default of a variable is computed: then a local has it, and the variable's default is null."""
    return declared.default is not None and not is_known(declared.default)
