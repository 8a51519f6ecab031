"""The tree that the printer prints: blocks, attributes, values, comments. Each may carry the AIB path that it came from."""

from __future__ import annotations

from dataclasses import dataclass

from aib2packer.hcl.text import HclText, quote


@dataclass(frozen=True, slots=True)
class Token:
    """A value on one line that is HCL already: an expression, a quoted string, a number."""

    text: HclText


@dataclass(frozen=True, slots=True)
class Listing:
    """A list; ``spread`` puts each item on a line of its own."""

    items: tuple[Expression, ...]
    spread: bool = False


@dataclass(frozen=True, slots=True)
class Pairs:
    """An object, one pair a line; keys are HCL already (an identifier, a quoted string, or an expression in brackets)."""

    pairs: tuple[tuple[HclText, Expression], ...]


Expression = Token | Listing | Pairs


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribute:
    """``name = value``, with an optional remark behind it; ``origin`` holds the AIB paths it says."""

    name: str
    value: Expression
    remark: str = ""
    origin: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """Lines of comment, without their ``#``."""

    text: str


@dataclass(frozen=True, slots=True)
class Gap:
    """An empty line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
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
