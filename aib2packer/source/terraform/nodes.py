"""What a Terraform file says, as frozen nodes with places: blocks, attributes, expressions, and texts with parts in them."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import replace

from aib2packer.diagnostics.place import Place
from aib2packer.ir.values import Scalar


class Node(Struct, frozen=True, kw_only=True):
    """Any expression; ``place`` is where it was written."""

    place: Place


class Constant(Node, frozen=True):
    """A number, a truth value or null."""

    value: Scalar


class Text(Node, frozen=True):
    """A known part of a text. ``is_verbatim``: its characters stand in the file as they are, from its place on."""

    text: str
    is_verbatim: bool = False


class TextIf(Node, frozen=True):
    """``%{if}``: the parts of a text that are there if a condition holds, and those that are there otherwise."""

    condition: Node
    then: tuple[Node, ...]
    other: tuple[Node, ...]


class TextFor(Node, frozen=True):
    """``%{for}``: the parts of a text once for each item of a collection."""

    names: tuple[str, ...]
    collection: Node
    body: tuple[Node, ...]


class Template(Node, frozen=True):
    """A quoted text, a heredoc, or the text of a template file: its parts in order."""

    parts: tuple[Node, ...]


class Name(Node, frozen=True):
    """The first word of a reference: `var`, `local`, a type of resources, a name that `for` binds."""

    name: str


class Index(Node, frozen=True):
    """``base.key`` or ``base[key]``."""

    base: Node
    key: Node


class Splat(Node, frozen=True):
    """``base[*]`` with the keys that are taken of each item."""

    base: Node
    keys: tuple[Node, ...]


class Function(Node, frozen=True):
    """The call of a function; ``is_spread`` where the last argument is a list of arguments."""

    name: str
    arguments: tuple[Node, ...]
    is_spread: bool = False


class Choice(Node, frozen=True):
    """``condition ? then : other``."""

    condition: Node
    then: Node
    other: Node


class Binary(Node, frozen=True):
    """An operator between two values."""

    operator: str
    left: Node
    right: Node


class Unary(Node, frozen=True):
    """``!value`` or ``-value``."""

    operator: str
    value: Node


class Items(Node, frozen=True):
    """A list as it is written."""

    items: tuple[Node, ...]


class Pairs(Node, frozen=True):
    """An object as it is written: keys and values."""

    pairs: tuple[tuple[Node, Node], ...]


class For(Node, frozen=True):
    """A ``for`` expression; with ``key`` it makes an object, without a list. ``is_grouped``: values of one key become a list."""

    names: tuple[str, ...]
    collection: Node
    key: Node | None
    body: Node
    condition: Node | None
    is_grouped: bool = False


class Attribute(Struct, frozen=True):
    """``name = value``."""

    name: str
    value: Node
    place: Place


class Block(Struct, frozen=True):
    """A block: its kind, its labels, and what stands in it. ``end`` is where it ends, 0 where that is not known."""

    kind: str
    labels: tuple[str, ...]
    attributes: tuple[Attribute, ...]
    blocks: tuple[Block, ...]
    place: Place
    end: int = 0

    @property
    def whole(self) -> Place:
        """From its first word to the brace that closes it."""
        return replace(self.place, end=max(self.place.end, self.end))

    def get(self, name: str) -> Node | None:
        """The value of an attribute."""
        return next((each.value for each in self.attributes if each.name == name), None)

    def inner(self, kind: str) -> Iterator[Block]:
        """The blocks of a kind in this one, ``dynamic`` ones aside."""
        return (each for each in self.blocks if each.kind == kind)


def word_of(node: Node | None) -> str | None:
    """The text of a quoted text without parts, or a bare name; None for anything else."""
    match node:
        case Name(name):
            return name
        case Template(parts) if all(isinstance(part, Text) for part in parts):
            return "".join(part.text for part in parts if isinstance(part, Text))
        case _:
            return None
