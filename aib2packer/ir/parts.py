"""What every part of an image template has: its place, and the ids, tags and files that it names. All of it frozen.

None means that the template says nothing; what Image Builder decides by itself then is filled in by `ir.defaults`.
Values are live where the template leaves them open.
"""

from __future__ import annotations

from msgspec import Struct

from aib2packer.diagnostics.place import Place
from aib2packer.ir.values import Value

Tags = tuple[tuple[Value, Value], ...] | Value
"""Names and values, or the live object that gives them."""


class ResourceId(Struct, frozen=True, kw_only=True):
    """An Azure resource id, taken apart; ``names`` are the resource's own name and those of its parents, outermost first."""

    subscription: Value
    resource_group: Value
    names: tuple[Value, ...]
    whole: Value


def index_of(path: str) -> int | None:
    """The index at the end of a path; None where it has none.

    >>> index_of("properties.customize[3]"), index_of("properties.source")
    (3, None)
    """
    index = path.rpartition("[")[2].rstrip("]")
    return int(index) if path.endswith("]") and index.isdecimal() else None


class Part(Struct, frozen=True, kw_only=True):
    """Anything that was written at one place of the template: ``path`` is its AIB path (``properties.customize[0]``)."""

    path: str
    place: Place | None = None

    @property
    def number(self) -> int:
        """Which of its list it is, counted from 1; 1 where it is in none."""
        return (index_of(self.path) or 0) + 1


class Secret(Struct, frozen=True):
    """A value that nobody may see: it is handed on in memory, and shows nothing of itself.

    >>> from aib2packer.ir.values import Literal
    >>> Secret(Literal("p"))
    Secret(...)
    """

    value: Value

    def __repr__(self) -> str:
        return "Secret(...)"


class Download(Struct, frozen=True, kw_only=True):
    """A file that the template names by its address, with the sha256 it must have (hexadecimal).

    ``signed``: the address carries a shared access signature; ``url`` is without it, only ``whole`` has it. ``usual_name`` is what
    the file is called where its URL has no name.
    """

    url: Value
    sha256: Value | None
    signed: bool
    whole: Secret
    path: str
    usual_name: str = "file"

    @property
    def key(self) -> tuple[Secret, Value | None]:
        """What tells the file from others, wherever it is named."""
        return self.whole, self.sha256


class Step(Part, frozen=True, kw_only=True):
    """Something done in the build VM. ``when`` is the condition it depends on, if any. Each kind is declared by its construct."""

    name: Value | None
    when: Value | None = None
