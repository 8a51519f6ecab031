"""The tree that the printer prints: blocks, attributes, values, comments. Each may carry the AIB path that it came from."""

from __future__ import annotations

from msgspec import Struct

from aib2packer.hcl.text import HclText, quote


class Token(Struct, frozen=True):
    """A value on one line that is HCL already: an expression, a quoted string, a number."""

    text: HclText


class Listing(Struct, frozen=True):
    """A list; ``spread`` puts each item on a line of its own."""

    items: tuple[Expression, ...]
    spread: bool = False


class Pairs(Struct, frozen=True):
    """An object, one pair a line; keys are HCL already (an identifier, a quoted string, or an expression in brackets)."""

    pairs: tuple[tuple[HclText, Expression], ...]


Expression = Token | Listing | Pairs


class Attribute(Struct, frozen=True, kw_only=True):
    """``name = value``, with an optional remark behind it; ``origin`` holds the AIB paths it says."""

    name: str
    value: Expression
    remark: str = ""
    origin: tuple[str, ...] = ()


class Comment(Struct, frozen=True, kw_only=True):
    """Lines of comment, without their ``#``."""

    text: str


class Gap(Struct, frozen=True):
    """An empty line."""


class Block(Struct, frozen=True, kw_only=True):
    """``kind "label" { body }``."""

    kind: str
    labels: tuple[str, ...] = ()
    body: tuple[Item, ...] = ()
    origin: tuple[str, ...] = ()


Item = Attribute | Comment | Gap | Block


def raw(text: str) -> Token:
    """An expression that our own code wrote (``var.x``, ``true``); never a text of the user's."""
    return Token(HclText(text))


def string(text: str, *, braces: bool = False) -> Token:
    """A text as a quoted string; ``braces`` as in ``escape``."""
    return Token(quote(text, braces=braces))


def boolean(value: bool) -> Token:
    """``true`` or ``false``."""
    return raw("true" if value else "false")


def number(value: int | float) -> Token:
    """A number."""
    return raw(str(value))
