"""What an expression asks of the configuration around it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from msgspec import Struct

from aib2packer.diagnostics.place import Place
from aib2packer.ir.values import Kind, Value
from aib2packer.source.terraform.nodes import Function
from aib2packer.source.terraform.scope import Sight


class Asked(Struct, frozen=True):
    """A value that is asked for: the name that its input should have, the expression as it is shown, and how to look it up."""

    name: str
    shown: str
    how: str
    kind: Kind = Kind.TEXT
    is_secret: bool = False


class World(Protocol):
    """Variables, locals, resources and files of a configuration."""

    def named(self, root: str, words: Sequence[Value], place: Place) -> tuple[Value, int]:
        """What a reference means (`var`, `x`), and how many of its words that takes; raises ProblemError."""

    def is_handle(self, value: Value) -> bool:
        """Whether a value stands for a whole resource or module, of which only parts have values."""

    def part_of(self, handle: Value, key: Value, place: Place) -> Value:
        """A part of such a resource or module; raises ProblemError."""

    def from_file(self, node: Function, sight: Sight) -> Value | None:
        """The value of a function that reads a file; None where it is an ordinary call."""
