"""Values of a template: known ones, and live ones that are only known when the image is built.

A live value is written in the terms of the ARM expression language (its functions by their ARM names), because that
is what it means; how Packer says it is the business of ``aib2packer.hcl``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from functools import cache, cached_property
from operator import attrgetter, is_

from msgspec import Struct
from msgspec.structs import replace

from aib2packer.diagnostics.place import Place

Scalar = str | int | float | bool | None


class Value(Struct, frozen=True, kw_only=True, eq=False, gc=False):
    """Any value; ``place`` is where the user wrote it, and two values are equal wherever they were written."""

    place: Place | None = None

    def __eq__(self, other: object) -> bool:
        meaning = _meaning(type(self))
        return type(self) is type(other) and meaning(self) == meaning(other)

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return hash(_meaning(type(self))(self))

    def __repr__(self) -> str:
        said = ", ".join(f"{name}={getattr(self, name)!r}" for name in _fields_of_meaning(type(self)))
        return f"{type(self).__name__}({said})"


def _fields_of_meaning(kind: type[Value]) -> tuple[str, ...]:
    return tuple(name for name in kind.__struct_fields__ if name not in ("place", "spelled"))


@cache
def _meaning(kind: type[Value]) -> attrgetter[object]:
    return attrgetter(*_fields_of_meaning(kind))


class Literal(Value, frozen=True):
    """A known text, number, truth value or null.

    ``spelled`` is how the template's variables make it up, where they do: a ``Local``, or a ``Joined`` of literals, each one with
    a name or none. It may be lost on the way, for the value counts; what keeps it is written by these names.
    """

    value: Scalar
    spelled: Value | None = None


class ListOf(Value, frozen=True):
    """A list of known length; its items may be live."""

    items: tuple[Value, ...]

    def having(self, items: tuple[Value, ...]) -> ListOf:
        """The list with these items; itself where nothing changed, for most of a template stays as it is."""
        return self if _is_same(items, self.items) else ListOf(items, place=self.place)


_LARGE = 20
"""From so many keys on an object is looked up by an index."""


class Entry(Struct, frozen=True, gc=False):
    """One key of an object with its value; the key is a ``Literal`` text unless it is live."""

    key: Value
    value: Value

    @property
    def name(self) -> str | None:
        """The key's text, or None where the key is live."""
        key = self.key.value if isinstance(self.key, Literal) else None
        return key if isinstance(key, str) else None

    def having(self, key: Value, value: Value) -> Entry:
        """The entry with this key and value; itself where nothing changed."""
        return self if key is self.key and value is self.value else Entry(key, value)


class ObjectOf(Value, frozen=True, dict=True, gc=True):
    """An object of known keys, in the order they were written (a key written twice is here twice)."""

    entries: tuple[Entry, ...]

    def having(self, entries: tuple[Entry, ...]) -> ObjectOf:
        """The object with these entries; itself where nothing changed."""
        return self if _is_same(entries, self.entries) else ObjectOf(entries, place=self.place)

    def get(self, name: str) -> Value | None:
        """The value of a key: of exactly this spelling first, else of any case, as ARM looks keys up."""
        folded = name.lower()
        if len(self.entries) > _LARGE:
            return self._by_name.get(name) or self._by_folded_name.get(folded)
        other = None
        for entry in self.entries:
            if entry.name == name:
                return entry.value
            if other is None and entry.name is not None and entry.name.lower() == folded:
                other = entry.value
        return other

    @cached_property
    def has_known_keys(self) -> bool:
        """Whether no key is live."""
        return all(entry.name is not None for entry in self.entries)

    @cached_property
    def _by_name(self) -> Mapping[str, Value]:
        return {entry.name: entry.value for entry in reversed(self.entries) if entry.name is not None}

    @cached_property
    def _by_folded_name(self) -> Mapping[str, Value]:
        return {entry.name.lower(): entry.value for entry in reversed(self.entries) if entry.name is not None}


def _is_same(parts: tuple[object, ...], before: tuple[object, ...]) -> bool:
    return len(parts) == len(before) and all(map(is_, parts, before))


class Kind(StrEnum):
    """What a live value is when it becomes known; ANY where the template does not tell."""

    TEXT = "text"
    NUMBER = "number"
    FLAG = "flag"
    LIST = "list"
    OBJECT = "object"
    ANY = "any"


class Role(StrEnum):
    """Where the need for an input comes from, and so under which heading its variable is declared."""

    PARAMETER = "parameter"
    PLACEHOLDER = "placeholder"
    AZURE = "azure"
    MACHINE = "machine"
    DECISION = "decision"
    OPTION = "option"


class Variable(Value, frozen=True):
    """An input of the project, by its name in the template (``imageName``, ``subscriptionID``) and its role.

    Its declaration (an ``Input`` of the same role and name, regardless of case) travels beside the values.
    """

    name: str
    role: Role
    kind: Kind = Kind.ANY
    secret: bool = False


class Local(Value, frozen=True):
    """A named value of the project (an ARM variable, or what the conversion had to compute); defined once, used often."""

    name: str
    kind: Kind = Kind.ANY


class Joined(Value, frozen=True):
    """Texts written one after the other; at least one part is live."""

    parts: tuple[Value, ...]


class Call(Value, frozen=True):
    """An ARM function that was not evaluated, by its ARM name in ARM's own spelling (``toLower``), and its arguments."""

    function: str
    arguments: tuple[Value, ...]


class Access(Value, frozen=True):
    """A property of an object, or an item of a list: ``base.key`` or ``base[key]``."""

    base: Value
    key: Value


class Lambda(Value, frozen=True):
    """A function of ``map``, ``filter`` and their kin: parameter names and body."""

    parameters: tuple[str, ...]
    body: Value


class Bound(Value, frozen=True):
    """A lambda's parameter, or the index of a repetition, inside its body."""

    name: str


class Repeated(Value, frozen=True):
    """A list made by repeating ``body`` ``count`` times; ``Bound(index)`` in the body counts from 0."""

    index: str
    count: Value
    body: Value


class Conditional(Value, frozen=True):
    """An item of a list that is there only if a condition holds."""

    condition: Value
    value: Value


class Rule(Struct, frozen=True, kw_only=True):
    """A limit on an input: ``allowed`` values, or bounds (inclusive) of its value or its length."""

    allowed: tuple[Scalar, ...] = ()
    min_value: int | None = None
    max_value: int | None = None
    min_length: int | None = None
    max_length: int | None = None


class Input(Struct, frozen=True, kw_only=True):
    """The declaration of an input: what a person who runs the build may or must give.

    ``default`` is what holds when nothing is given (None: it must be given); a live ``default`` is computed.
    ``given`` is a value that came with the conversion (a parameter file, ``--set``). ``signed``: it is a secret only because
    texts in its value carry shared access signatures.
    """

    name: str
    role: Role
    kind: Kind
    description: str
    secret: bool = False
    signed: bool = False
    default: Value | None = None
    given: Value | None = None
    rule: Rule = Rule()
    place: Place | None = None

    @property
    def reference(self) -> Variable:
        """The value that stands for this input."""
        return Variable(self.name, self.role, self.kind, self.secret, place=self.place)

    @property
    def is_computed(self) -> bool:
        """Whether its default is an expression: then a local has it, and the default of the variable is null."""
        return self.default is not None and not is_known(self.default)


def one_text(parts: Sequence[Literal], text: str, place: Place | None = None) -> Literal:
    """The text that several known values make up, spelled by the names that they have."""
    if all(part.spelled is None for part in parts):
        return Literal(text, place=place)
    pieces: list[Literal] = []
    for part in parts:
        for each in part.spelled.parts if isinstance(part.spelled, Joined) else (part,):
            assert isinstance(each, Literal)
            if pieces and each.spelled is None and pieces[-1].spelled is None:
                pieces[-1] = Literal(f"{pieces[-1].value}{each.value}", place=each.place)
            elif each.value != "":
                pieces.append(each)
    return Literal(text, spelled=pieces[0].spelled if len(pieces) == 1 else Joined(tuple(pieces)), place=place)


def joined(*parts: Value | str) -> Value:
    """Texts and live values written one after the other.

    >>> joined("a", Literal("b")), joined("", Variable("v", Role.PARAMETER, Kind.TEXT), "").name
    (Literal(value='ab'), 'v')
    """
    flat: list[Value] = []
    for part in parts:
        value = Literal(part) if isinstance(part, str) else part
        for each in value.parts if isinstance(value, Joined) else (value,):
            if flat and isinstance(each, Literal) and isinstance(flat[-1], Literal):
                flat[-1] = one_text((flat[-1], each), f"{flat[-1].value}{each.value}", flat[-1].place)
            elif each != Literal(""):
                flat.append(each)
    return flat[0] if len(flat) == 1 else Joined(tuple(flat)) if flat else Literal("")


def by_name(value: Value) -> Value:
    """The value with the template's variables in it wherever they make up a known part of it."""
    if isinstance(value, Literal):
        return value if value.spelled is None else by_name(value.spelled)
    named = rebuilt(value, by_name)
    if not isinstance(named, Joined):
        return named
    parts = (part.parts if isinstance(part, Joined) else (part,) for part in named.parts)
    return Joined(tuple(each for part in parts for each in part), place=value.place)


def locals_in(value: Value) -> Iterator[Local]:
    """The named values in a value, and those that make up its known parts."""
    return (part for part in walk(by_name(value)) if isinstance(part, Local))


def is_known(value: Value) -> bool:
    """Whether the value can be told now, down to its last part."""
    if isinstance(value, Literal):
        return True
    if isinstance(value, ListOf):
        return all(is_known(item) for item in value.items)
    if isinstance(value, ObjectOf):
        return all(is_known(entry.key) and is_known(entry.value) for entry in value.entries)
    return False


def holds_nothing(value: Value) -> bool:
    """Whether it is an empty list or object."""
    match value:
        case ListOf(()) | ObjectOf(()):
            return True
        case _:
            return False


def walk(value: Value) -> Iterator[Value]:
    """The value and every value in it, outermost first."""
    return iter((value,)) if isinstance(value, Literal) else _walk(value)


def _walk(value: Value) -> Iterator[Value]:
    pending = [value]
    while pending:
        current = pending.pop()
        yield current
        if not isinstance(current, Literal):
            pending.extend(reversed(parts_of(current)))


def texts_in(value: Value) -> Iterator[str]:
    """The known texts in a value, outermost first."""
    return (part.value for part in walk(value) if isinstance(part, Literal) and isinstance(part.value, str))


def between_slashes(parts: Iterable[Value]) -> list[list[Value]]:
    """The parts of a text between its known slashes.

    >>> between_slashes([Literal("/a/b"), Bound("c"), Literal("d")])
    [[Literal(value='')], [Literal(value='a')], [Literal(value='b'), Bound(name='c'), Literal(value='d')]]
    """
    between: list[list[Value]] = [[]]
    for part in parts:
        if isinstance(part, Literal) and "/" in str(part.value):
            first, *rest = str(part.value).split("/")
            between[-1].append(Literal(first, place=part.place))
            between += [[Literal(each, place=part.place)] for each in rest]
        else:
            between[-1].append(part)
    return between


def parts_of(value: Value) -> tuple[Value, ...]:
    """The direct parts of a value."""
    match value:
        case ListOf(items):
            return items
        case ObjectOf(entries):
            return tuple(part for entry in entries for part in (entry.key, entry.value))
        case Joined(parts) | Call(_, parts):
            return parts
        case Access(base, key):
            return (base, key)
        case Lambda(_, body):
            return (body,)
        case Conditional(condition, inner):
            return (condition, inner)
        case Repeated(_, count, body):
            return (count, body)
        case _:
            return ()


def rebuilt(value: Value, change: Callable[[Value], Value]) -> Value:
    """The value with each of its direct parts changed.

    >>> v = Variable("v", Role.PARAMETER, Kind.TEXT)
    >>> alive = ListOf((Conditional(v, Lambda(("x",), v)), Repeated("i", v, Call("f", (v,))), Access(v, Literal("k")), Joined((v, v))))
    >>> all(rebuilt(each, lambda part: part) == each for each in alive.items), sum(part == v for part in walk(alive))
    (True, 7)
    """
    match value:
        case ListOf(items):
            return value.having(tuple([change(item) for item in items]))
        case ObjectOf(entries):
            return value.having(tuple([entry.having(change(entry.key), change(entry.value)) for entry in entries]))
        case Joined(parts):
            return Joined(tuple(change(part) for part in parts), place=value.place)
        case Call(function, arguments):
            return Call(function, tuple(change(each) for each in arguments), place=value.place)
        case Access(base, key):
            return Access(change(base), change(key), place=value.place)
        case Lambda(parameters, body):
            return Lambda(parameters, change(body), place=value.place)
        case Repeated(index, count, body):
            return Repeated(index, change(count), change(body), place=value.place)
        case Conditional(condition, inner):
            return Conditional(change(condition), change(inner), place=value.place)
        case _:
            return value


def all_at(value: Value, place: Place | None) -> Value:
    """The value, it and all that is in it at one place."""
    return replace(rebuilt(value, lambda part: all_at(part, place)), place=place)
