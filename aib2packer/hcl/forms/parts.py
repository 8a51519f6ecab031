"""What the forms share."""

from __future__ import annotations

import re

from aib2packer.hcl.writing import Form, NoFormError, Piece, Write, Writer
from aib2packer.ir.values import Call, Kind, Literal, Value

CONTAINERS = (Kind.LIST, Kind.OBJECT)


def table(*forms: Form) -> dict[str, Form]:
    """The forms by the names of their functions."""
    return {form.function: form for form in forms}


def wrapped(template: str) -> Write:
    """A form that puts the arguments, in their order, for each ``@`` of the template."""

    def form(writer: Writer, call: Call) -> Piece:
        texts = iter([writer.inner.text(argument) for argument in call.arguments])
        return Piece(re.sub("@", lambda _: next(texts), template))

    return form


def text_of(value: Value) -> str | None:
    """The text that a value is, where it is known."""
    return value.value if isinstance(value, Literal) and isinstance(value.value, str) else None


def number_of(value: Value) -> int | None:
    """The whole number that a value is, where it is known."""
    return value.value if isinstance(value, Literal) and type(value.value) is int else None


def undecided(call: Call) -> NoFormError:
    """The reason of a form that depends on a kind which the template does not tell."""
    return NoFormError(f"the type of the argument of {call.function} is unknown", call.place)


def lowered(writer: Writer, value: Value) -> str:
    """The text in lower case, for a comparison that ignores case."""
    known = text_of(value)
    return f"lower({writer.text(value)})" if known is None else writer.text(Literal(known.lower(), place=value.place))
