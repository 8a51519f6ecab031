"""Writes a live value as one HCL expression on one line: precedence, quoting, interpolation, the types of ``? :``.

What a function of the template becomes is in ``forms``. Facts: hcl/FACTS.md 1 and 6.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import IntEnum, StrEnum

from msgspec import Struct, field
from msgspec.structs import replace

from aib2packer.arm.kinds import kind_of
from aib2packer.diagnostics.place import Place
from aib2packer.hcl.facts import ItemKinds, agree, items_of, may_be_minus_zero, may_fail
from aib2packer.hcl.text import escape, is_identifier, quote
from aib2packer.ir.values import (
    Access,
    Bound,
    Call,
    Conditional,
    Entry,
    Joined,
    Kind,
    ListOf,
    Literal,
    Local,
    ObjectOf,
    Repeated,
    Scalar,
    Value,
    Variable,
)


class Level(IntEnum):
    """How tightly an expression holds together, from ``? :`` to a single term."""

    CHOICE = 0
    OR = 1
    AND = 2
    EQUALITY = 3
    ORDER = 4
    SUM = 5
    PRODUCT = 6
    SIGN = 7
    TERM = 8


class Mode(StrEnum):
    """What becomes of the texts inside an expression, where Packer renders its result once more as a Go template.

    OUTPUT: they are part of the result, so their braces are protected. INNER: a function works on them first, so they
    cannot be. FREE: they only decide something, or nothing renders the result.
    """

    OUTPUT = "output"
    INNER = "inner"
    FREE = "free"


class Piece(Struct, frozen=True):
    """An expression's text and how tightly it holds together."""

    text: str
    level: Level = Level.TERM

    def within(self, level: Level) -> str:
        """The text as an operand that must hold at least this tightly."""
        return self.text if self.level >= level else f"({self.text})"


class NoFormError(Exception):
    """HCL cannot say it; never leaves this package."""

    def __init__(self, reason: str, place: Place | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.place = place


class WhyNot(StrEnum):
    """Why HCL has no form of a function, as half a sentence with the function's name."""

    NO_EQUIVALENT = "HCL has no equivalent of {}"
    ONLY_AZURE = "only Azure can evaluate {}"
    EVALUATED = "the conversion always evaluates {}"


Write = Callable[["Writer", Call], Piece]
WritePart = Callable[["Writer", Call, Value], Piece]


class Form(Struct, frozen=True):
    """What HCL says for one ARM function: its name in ARM's spelling, and how the form is written.

    ``part`` writes a property of the result, where HCL can tell the properties only.
    """

    function: str
    how: Write | WhyNot
    part: WritePart | None = None


Names = Callable[[Variable | Local], str]

_TRAP = re.compile(r"[$%]+\Z")
_KEYWORDS = frozenset({"for", "if", "in", "null", "true", "false"})


class Writer(Struct, frozen=True):
    """Writes values; ``bound`` holds the HCL names of the loop and lambda variables around."""

    names: Names
    item_kinds: ItemKinds
    forms: Mapping[str, Form]
    mode: Mode
    bound: Mapping[str, str] = field(default_factory=dict)

    @property
    def free(self) -> Writer:
        """The same, for what only decides something."""
        return self if self.mode is Mode.FREE else replace(self, mode=Mode.FREE)

    @property
    def inner(self) -> Writer:
        """The same, for what a function works on before it is part of the result."""
        return replace(self, mode=Mode.INNER) if self.mode is Mode.OUTPUT else self

    def binding(self, *names: str) -> tuple[Writer, tuple[str, ...]]:
        """The same with further loop variables, and the HCL names that they have.

        A form's own loop variable begins with a space, so that it hides none of the template's.
        """
        bound = dict(self.bound)
        chosen = []
        for name in names:
            wished = re.sub(r"[^\w]", "_", name.strip())
            wished = wished if is_identifier(wished) and wished not in _KEYWORDS else f"_{wished}"
            number, free = 1, wished
            while free in bound.values():
                number += 1
                free = f"{wished}{number}"
            bound[name] = free
            chosen.append(free)
        return replace(self, bound=bound), tuple(chosen)

    def alias(self, name: str, known_as: str) -> Writer:
        """The same, with one more name for a loop variable that has its HCL name already."""
        return replace(self, bound={**self.bound, name: known_as})

    # ---- values

    def text(self, value: Value, level: Level = Level.CHOICE) -> str:
        """The value as an operand that must hold at least so tightly."""
        return self.piece(value).within(level)

    def piece(self, value: Value) -> Piece:
        """The value as an expression."""
        match value:
            case Literal(scalar):
                return self._literal(scalar, value.place)
            case Variable() | Local():
                return Piece(self.names(value))
            case Bound(name):
                return Piece(self.bound.get(name, name))
            case Joined(parts):
                return self.joined(parts)
            case ListOf(items):
                return self._list(items)
            case ObjectOf(entries):
                return self._object(entries)
            case Access():
                return self._access(value)
            case Repeated(index, count, body):
                inside, (name,) = self.binding(index)
                return Piece(f"[for {name} in range({self.free.text(count)}) : {inside.text(body)}]")
            case Call(function):
                return self._call(value, function)
            case _:
                raise NoFormError("a lambda is misplaced", value.place)

    def _literal(self, scalar: Scalar, place: Place | None = None) -> Piece:
        if isinstance(scalar, str):
            return Piece(quote(scalar, braces=self._protects(scalar, place)))
        if isinstance(scalar, bool):
            return Piece("true" if scalar else "false")
        if scalar is None:
            return Piece("null")
        return Piece(repr(scalar), Level.TERM if scalar >= 0 else Level.SIGN)

    def _protects(self, text: str, place: Place | None) -> bool:
        if self.mode is Mode.INNER and "{{" in text:
            raise NoFormError("Packer would expand the {{ in an argument", place)
        return self.mode is Mode.OUTPUT

    def _list(self, items: Sequence[Value]) -> Piece:
        """A list; an item that is there only on a condition becomes a list of one or none."""
        if not any(isinstance(item, Conditional) for item in items):
            return Piece(f"[{', '.join([self.text(item) for item in items])}]")
        pieces: list[Value] = []
        for item in items:
            if isinstance(item, Conditional):
                pieces.append(Call("if", (item.condition, ListOf((item.value,)), ListOf(()))))
            elif pieces and isinstance(pieces[-1], ListOf):
                pieces[-1] = ListOf((*pieces[-1].items, item))
            else:
                pieces.append(ListOf((item,)))
        return self.piece(Call("concat", tuple(pieces)))

    def _object(self, entries: Iterable[Entry]) -> Piece:
        pairs = [f"{self.key(entry.key)} = {self.text(entry.value)}" for entry in entries]
        return Piece(f"{{ {', '.join(pairs)} }}" if pairs else "{}")

    def key(self, key: Value) -> str:
        """A key of an object: a bare name, a quoted one, or an expression in brackets."""
        if isinstance(key, Literal) and isinstance(key.value, str):
            bare = is_identifier(key.value) and key.value not in _KEYWORDS
            return key.value if bare else self.text(key)
        return f"({self.text(key)})"

    def _call(self, call: Call, function: str) -> Piece:
        form = self.forms.get(function)
        how = WhyNot.NO_EQUIVALENT if form is None else form.how
        if isinstance(how, WhyNot):
            raise NoFormError(how.format(function), call.place)
        try:
            return how(self, call)
        except NoFormError as missing:
            missing.place = missing.place or call.place
            raise

    def _access(self, value: Access) -> Piece:
        form = self.forms.get(value.base.function) if isinstance(value.base, Call) else None
        if form is not None and form.part is not None and isinstance(value.base, Call):
            return form.part(self, value.base, value.key)
        return Piece(self.inner.path(value.base, (value.key,)))

    def path(self, base: Value, keys: Sequence[Value]) -> str:
        """``base.key[0]``: a walk from a value down to a part of it."""
        text = self.text(base, Level.TERM)
        for key in keys:
            name = key.value if isinstance(key, Literal) else None
            if isinstance(name, str) and is_identifier(name):
                text += f".{name}"
            else:
                text += f"[{self.free.text(key)}]"
        return text

    # ---- texts

    def joined(self, parts: Sequence[Value]) -> Piece:
        """A text of several parts, as a template string; a single part is converted to text."""
        if len(parts) == 1:
            return self.as_text(parts[0])
        pieces: list[str] = []
        for index, part in enumerate(parts):
            if isinstance(part, Literal) and isinstance(part.value, str):
                live_next = index + 1 < len(parts)
                pieces.append(self._escaped(part.value, before_live=live_next, place=part.place))
            else:
                pieces.append(f"${{{self._interpolated(part)}}}")
        return Piece(f'"{"".join(pieces)}"')

    def _escaped(self, text: str, *, before_live: bool, place: Place | None) -> str:
        """A ``$`` right before ``${`` would escape it, so it is written as an interpolation itself."""
        braces = self._protects(text, place)
        trap = _TRAP.search(text) if before_live else None
        if trap is None:
            return escape(text, braces=braces)
        return f'{escape(text[: trap.start()], braces=braces)}${{"{trap.group()}"}}'

    def _interpolated(self, part: Value) -> str:
        kind = kind_of(part)
        if kind in (Kind.LIST, Kind.OBJECT):
            raise NoFormError("HCL cannot write an array or object into a string as Azure does", part.place)
        if kind is Kind.FLAG:
            return self.as_text(part).text
        text = self._number(part) if kind is Kind.NUMBER else self.text(part)
        return f"({text})" if text.startswith("{") else text

    def _number(self, value: Value) -> str:
        """A number that will be written out: adding 0 turns -0 into 0."""
        return f"{self.text(value, Level.SUM)} + 0" if may_be_minus_zero(value) else self.text(value)

    def as_text(self, value: Value) -> Piece:
        """The value as a text: Azure writes truth as True and False."""
        match kind_of(value):
            case Kind.TEXT:
                return self.piece(value)
            case Kind.FLAG:
                return Piece(f'{self.free.text(value, Level.OR)} ? "True" : "False"', Level.CHOICE)
            case Kind.NUMBER:
                return Piece(f"convert({self._number(value)}, string)")
            case Kind.ANY:
                return Piece(f"convert({self.text(value)}, string)")
            case _:
                raise NoFormError("HCL cannot write an array or object as a string in Azure's form", value.place)

    # ---- choices

    def choice(self, condition: str, yes: Value, no: Value) -> Piece:
        """``condition ? yes : no``, or a form that keeps the branches' types apart (hcl/FACTS.md 1)."""
        first, second = self.text(yes, Level.OR), self.text(no)
        if agree(yes, no, self.item_kinds):
            return Piece(f"{condition} ? {first} : {second}", Level.CHOICE)
        if may_fail(yes) or may_fail(no):
            return Piece(f"jsondecode({condition} ? jsonencode({self.text(yes)}) : jsonencode({second}))")
        return Piece(f'{{ t = {self.text(yes)}, f = {second} }}[{condition} ? "t" : "f"]')

    def items_of(self, value: Value) -> Kind:
        """The kind of a list's items, or of an object's values, where all of them are known to have one kind."""
        return items_of(value, self.item_kinds)
