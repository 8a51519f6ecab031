"""What is in a template, or in a part of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar

from msgspec import Struct
from msgspec.structs import astuple

from aib2packer.diagnostics.place import Place
from aib2packer.ir.values import Value

_Kind = TypeVar("_Kind")
_LEAVES = (Value, Place)


def everything_in(part: object, kind: type[_Kind]) -> Iterator[_Kind]:
    """The outermost things of this kind in a part of the IR, in the order of its fields.

    >>> from aib2packer.ir.template import Machine
    >>> from aib2packer.ir.values import Literal
    >>> list(everything_in(Machine(size=Literal("Standard_B2s"), identities=(Literal("a"),)), Value))
    [Literal(value='Standard_B2s'), Literal(value='a')]
    """
    pending = [part]
    while pending:
        each = pending.pop()
        if isinstance(each, kind):
            yield each
        elif isinstance(each, tuple):
            pending.extend(reversed(each))
        elif isinstance(each, Struct) and not isinstance(each, _LEAVES):
            pending.extend(filter(None, reversed(astuple(each))))
