"""Prints HCL nodes as `packer fmt` would leave them, and tells in which line each origin came out.

Source of the form: hcl/FACTS.md 5.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from msgspec import Struct

from aib2packer.diagnostics.model import visible
from aib2packer.hcl.nodes import Attribute, Block, Comment, Expression, Gap, Item, Listing, Pairs, Token
from aib2packer.hcl.text import HclText, columns, quote

_STEP = "  "
_LONGEST_LIST = 100
"""Columns of a list with one item that stays on its line."""


class Printed(Struct, frozen=True):
    """Printed HCL: its text (ends in a line feed), and for each AIB path the first line that says it (from 1)."""

    text: HclText
    lines: tuple[tuple[str, int], ...]


def print_items(items: Sequence[Item]) -> Printed:
    """Prints the items of a file, in order.

    >>> from aib2packer.hcl.nodes import string
    >>> print(print_items([Block(kind="variable", labels=("a",), body=(Attribute(name="type", value=string("b")),))]).text)
    variable "a" {
      type = "b"
    }
    <BLANKLINE>
    """
    lines: list[str] = []
    origins: list[tuple[str, int]] = []
    for text, origin in _items(items, ""):
        lines.append(text)
        origins.extend((path, len(lines)) for path in origin)
    return Printed(HclText("\n".join([*lines, ""])), tuple(origins))


Line = tuple[str, tuple[str, ...]]


def _items(items: Sequence[Item], indent: str) -> Iterator[Line]:
    for aligned, group in groupby(items, key=_stands_on_one_line):
        if aligned:
            yield from _aligned([item for item in group if isinstance(item, Attribute)], indent)
        else:
            for item in group:
                yield from _item(item, indent)


def _stands_on_one_line(item: Item) -> bool:
    return isinstance(item, Attribute) and not _is_spread(item.value)


def _is_spread(value: Expression) -> bool:
    if isinstance(value, Token):
        return "\n" in value.text
    if isinstance(value, Pairs):
        return bool(value.pairs)
    if any(_is_spread(item) for item in value.items):
        return True
    return value.spread and (len(value.items) > 1 or columns(inline(value)) > _LONGEST_LIST)


def _aligned(group: Sequence[Attribute], indent: str) -> Iterator[Line]:
    width = max(len(attribute.name) for attribute in group)
    texts = [f"{indent}{attribute.name:<{width}} = {inline(attribute.value)}" for attribute in group]
    for texts_with_remark, rows in groupby(zip(texts, group, strict=True), key=lambda row: bool(row[1].remark)):
        run = list(rows)
        remark_column = max(columns(text) for text, _ in run)
        for text, attribute in run:
            line = f"{_padded(text, remark_column)} # {attribute.remark}" if texts_with_remark else text
            yield line, attribute.origin


def _padded(text: str, width: int) -> str:
    return text + " " * (width - columns(text))


def _item(item: Item, indent: str) -> Iterator[Line]:
    match item:
        case Gap():
            yield "", ()
        case Comment(text=text):
            for line in text.split("\n"):
                yield f"{indent}# {visible(line)}".rstrip(), ()
        case Attribute(name=name, value=value, origin=origin):
            first, *rest = _spread(value, indent)
            yield f"{indent}{name} = {first}", origin
            yield from ((line, ()) for line in rest)
        case Block(kind=kind, labels=labels, body=body, origin=origin):
            yield f"{indent}{' '.join([kind, *map(quote, labels)])} {{", origin
            yield from _items(body, indent + _STEP)
            yield f"{indent}}}", ()


def inline(value: Expression) -> HclText:
    """A value on one line, as part of a larger expression."""
    match value:
        case Token(text):
            return text
        case Listing(items):
            return HclText(f"[{', '.join(inline(item) for item in items)}]")
        case Pairs(pairs):
            return HclText("{ " + ", ".join(f"{key} = {inline(each)}" for key, each in pairs) + " }" if pairs else "{}")


def _spread(value: Expression, indent: str) -> list[str]:
    if not _is_spread(value):
        return [inline(value)]
    inner = indent + _STEP
    match value:
        case Listing(items):
            return ["[", *_comma_separated(items, inner), f"{indent}]"]
        case Pairs(pairs):
            return ["{", *_pairs(pairs, inner), f"{indent}}}"]
        case Token(text):
            first, *rest = text.split("\n")
            return [first, *(f"{indent}{line}" for line in rest)]


def _comma_separated(items: Iterable[Expression], indent: str) -> Iterator[str]:
    for item in items:
        *start, last = _spread(item, indent)
        lines = [*start, f"{last},"]
        yield f"{indent}{lines[0]}"
        yield from lines[1:]


def _pairs(pairs: Sequence[tuple[HclText, Expression]], indent: str) -> Iterator[str]:
    for single, run in groupby(pairs, key=lambda pair: not _is_spread(pair[1])):
        rows = list(run)
        width = max(columns(key) for key, _ in rows) if single else 0
        for key, value in rows:
            first, *rest = _spread(value, indent)
            yield f"{indent}{_padded(key, width)} = {first}"
            yield from rest
