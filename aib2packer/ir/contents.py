"""What is in a template, or in a part of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import TypeVar

from aib2packer.diagnostics.place import Place
from aib2packer.ir.values import Value

_Kind = TypeVar("_Kind")


def everything_in(part: object, kind: type[_Kind]) -> Iterator[_Kind]:
    """The outermost things of this kind in a part of the IR, in the order of its fields.

    >>> from aib2packer.ir.template import Machine
    >>> from aib2packer.ir.values import Literal
    >>> list(everything_in(Machine(size=Literal("Standard_B2s"), identities=(Literal("a"),)), Value))
    [Literal(value='Standard_B2s'), Literal(value='a')]
    """
    if isinstance(part, kind):
        yield part
    elif isinstance(part, tuple):
        for each in part:
            yield from everything_in(each, kind)
    elif is_dataclass(part) and not isinstance(part, Value | Place):
        for field in fields(part):
            yield from everything_in(getattr(part, field.name), kind)
