"""What an expression can see, the files beside the configuration, and how a problem leaves an evaluation."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct, field

from aib2packer.diagnostics.codes import terraform as codes
from aib2packer.diagnostics.model import Code
from aib2packer.diagnostics.place import Place
from aib2packer.ir.values import Entry, Literal, ObjectOf, Scalar, Value


class Sight(Struct, frozen=True, kw_only=True):
    """The names in sight: those that `for` and templatefile() bind, and `each` and `count` of a repeated resource."""

    names: Mapping[str, Value] = field(default_factory=dict)
    each: tuple[Value, Value] | None = None
    count: Value | None = None


class ProblemError(Exception):
    """Ends the evaluation of one resource: a finding."""

    def __init__(self, code: Code, message: str, place: Place | None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.place = place


def not_evaluated(message: str, place: Place | None) -> ProblemError:
    """The problem of an expression that Terraform, or aib2packer, cannot evaluate."""
    return ProblemError(codes.NOT_EVALUATED, message, place)


def entry(name: str, value: Value | Scalar, place: Place | None = None) -> Entry:
    """A key with its value."""
    return Entry(Literal(name, place=place), value if isinstance(value, Value) else Literal(value, place=place))


def object_of(place: Place | None, **values: Value | Scalar | None) -> ObjectOf:
    """An object of the values that are there."""
    return ObjectOf(tuple(entry(name, each, place) for name, each in values.items() if each is not None), place=place)


def as_secret(kind: str) -> str:
    """The kind of a parameter whose value nobody shall see; other kinds than texts and objects have none."""
    return {"string": "securestring", "object": "secureObject"}.get(kind, kind)


def text_in(value: Value | None) -> str | None:
    """A known text; None for any other value."""
    return value.value if isinstance(value, Literal) and isinstance(value.value, str) else None


def to_plain(value: Value) -> object:
    """A known value as plain Python data."""
    from aib2packer.ir.values import ListOf

    match value:
        case Literal(scalar):
            return scalar
        case ListOf(items):
            return [to_plain(item) for item in items]
        case ObjectOf(entries):
            return {each.name: to_plain(each.value) for each in entries if each.name is not None}
        case _:
            raise TypeError(type(value).__name__)
