"""Texts with parts in them, as Terraform writes them in quotation marks, heredocs and template files: taken apart, and put together.

python-hcl2 knows no ``$${`` and ``%%{`` without a closing brace, so these become characters of private use of the same length before
it reads, and what they mean afterwards.

Source: https://developer.hashicorp.com/terraform/language/expressions/strings
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from aib2packer.diagnostics.place import Place, SourceText
from aib2packer.source.terraform.nodes import Node, Text, TextFor, TextIf

_LITERAL = {"$${": "\ue0f0\ue0f2\ue0f2", "%%{": "\ue0f1\ue0f2\ue0f2"}
_MEANING = {"\ue0f0\ue0f2\ue0f2": "${", "\ue0f1\ue0f2\ue0f2": "%{"}
_OPEN = re.compile(r"[$%]\{")
_IN_EXPRESSION = re.compile(r'[{}"]')
_QUOTE = re.compile(r'"|#[^\n]*|//[^\n]*|/\*.*?\*/|<<-?([\w.-]+)\r?\n.*?^[ \t]*\1\r?$', re.DOTALL | re.MULTILINE)
"""A quotation mark, or what hides those in it."""
_FOR = re.compile(r"for\s+([\w-]+)\s*(?:,\s*([\w-]+)\s*)?in\b")
_LINE_END = re.compile(r"[ \t]*\r?\n[ \t]*\Z")
_LINE_START = re.compile(r"\A[ \t]*\r?\n[ \t]*")
ReadExpression = Callable[[str, int], Node]
"""Reads an expression that stands at an offset of the source."""


class NotTerraformError(Exception):
    """A text that is not Terraform's language: what is wrong, and where."""

    def __init__(self, message: str, place: Place) -> None:
        super().__init__(message)
        self.message = message
        self.place = place


def marked(text: str) -> str:
    """A text as the library can read it; ``restored`` gives what it says."""
    for literal, mark in _LITERAL.items():
        text = text.replace(literal, mark)
    return text


def restored(text: str) -> str:
    """A part of a marked text as it is meant."""
    for mark, meaning in _MEANING.items():
        text = text.replace(mark, meaning)
    return text


class Piece(Struct, frozen=True):
    """A part of a text before ``if`` and ``for`` are put together: its word, and what belongs to it."""

    word: str
    node: Node | None = None
    names: tuple[str, ...] = ()
    strips: tuple[bool, bool] = (False, False)
    place: Place | None = None


def pieces(text: str, offset: int, source: SourceText, expression: ReadExpression) -> Iterator[Piece]:
    """The parts of a text that stands at an offset of the source as it is."""
    position = 0
    while True:
        match = _OPEN.search(text, position)
        end = match.start() if match else len(text)
        if end > position:
            place = Place(source, offset + position, offset + end)
            plain = restored(text[position:end])
            yield Piece("text", Text(plain, "\ue0f2" not in text[position:end], place=place))
        if match is None:
            return
        close = _closing(text, match.end())
        place = Place(source, offset + match.start(), offset + min(close + 1, len(text)))
        if close >= len(text):
            raise NotTerraformError(
                f"The {match.group()} is not closed by }}. Write {text[match.start()]}{match.group()} for the characters themselves.",
                place,
            )
        inner, start = text[match.end() : close], match.end()
        strips = (inner.startswith("~"), inner.endswith("~"))
        start += strips[0]
        inner = inner[strips[0] : len(inner) - strips[1]]
        if match.group() == "${":
            yield Piece("value", expression(inner, offset + start), strips=strips, place=place)
        else:
            yield replace(_directive(inner, offset + start, expression, place), strips=strips, place=place)
        position = close + 1


def _closing(text: str, position: int) -> int:
    """Where the brace that is open at a position closes; the end of the text where it does not."""
    depth = 1
    while (match := _IN_EXPRESSION.search(text, position)) is not None:
        position = match.end()
        if match.group() == '"':
            position = _end_of_string(text, position)
            continue
        depth += 1 if match.group() == "{" else -1
        if depth == 0:
            return match.start()
    return len(text)


def unclosed_string(text: str) -> int | None:
    """Where a string begins that does not end in its line; None where there is none."""
    position = 0
    while (match := _QUOTE.search(text, position)) is not None:
        position = match.end()
        if match.group() == '"':
            position = _end_of_string(text, position)
            if "\n" in text[match.start() : position] or position > len(text):
                return match.start()
    return None


def _end_of_string(text: str, position: int) -> int:
    while position < len(text):
        if text[position] == "\\":
            position += 2
        elif text.startswith(("${", "%{"), position):
            position = _closing(text, position + 2) + 1
        elif text[position] == '"':
            return position + 1
        else:
            position += 1
    return position


def _directive(inner: str, offset: int, expression: ReadExpression, place: Place) -> Piece:
    word = inner.strip()
    at = offset + len(inner) - len(inner.lstrip())
    if word in ("else", "endif", "endfor"):
        return Piece(word)
    if re.match(r"if\b", word):
        return Piece("if", expression(word[2:], at + 2))
    loop = _FOR.match(word)
    if loop is not None:
        names = tuple(name for name in loop.groups() if name is not None)
        return Piece("for", expression(word[loop.end() :], at + loop.end()), names)
    raise NotTerraformError(
        "Write %{ if }, %{ else }, %{ endif }, %{ for } or %{ endfor } here, or %%{ for the characters.", place
    )


def assembled(parts: Sequence[Piece], source: SourceText) -> tuple[Node, ...]:
    """The parts of a text, with what stands between ``if`` and ``endif`` inside of it."""
    stripped = list(_stripped(parts))
    nodes, rest = _until(stripped, 0, frozenset())
    if rest < len(stripped):
        place = stripped[rest].place or Place(source, 0, 0)
        raise NotTerraformError(f"There is no directive that this %{{ {stripped[rest].word} }} belongs to.", place)
    return nodes


def _stripped(parts: Sequence[Piece]) -> Iterator[Piece]:
    for number, piece in enumerate(parts):
        node = piece.node
        strips_before = number > 0 and parts[number - 1].strips[1]
        strips_behind = number + 1 < len(parts) and parts[number + 1].strips[0]
        if not isinstance(node, Text) or not (strips_before or strips_behind):
            yield piece
            continue
        start, end = 0, len(node.text)
        if strips_behind:
            end = len(_LINE_END.sub("", node.text) if _LINE_END.search(node.text) else node.text.rstrip(" \t"))
        if strips_before:
            match = _LINE_START.match(node.text)
            start = match.end() if match else len(node.text) - len(node.text.lstrip(" \t"))
        text = node.text[start : max(start, end)]
        yield replace(piece, node=Text(text, node.is_verbatim, place=replace(node.place, start=node.place.start + start)))


def _until(parts: Sequence[Piece], position: int, ends: frozenset[str]) -> tuple[tuple[Node, ...], int]:
    nodes: list[Node] = []
    while position < len(parts) and parts[position].word not in ends:
        piece = parts[position]
        position += 1
        if piece.word in ("text", "value") and piece.node is not None:
            nodes.append(piece.node)
        elif piece.node is None or piece.place is None:
            return tuple(nodes), position - 1
        else:
            node, position = _closed(piece, piece.node, piece.place, parts, position)
            nodes.append(node)
    return tuple(nodes), position


def _closed(piece: Piece, node: Node, place: Place, parts: Sequence[Piece], position: int) -> tuple[Node, int]:
    """An ``if`` or ``for`` with all that belongs to it, and the position behind its end."""
    end = "endif" if piece.word == "if" else "endfor"
    other: tuple[Node, ...] = ()
    then, position = _until(parts, position, frozenset({end, "else"} if piece.word == "if" else {end}))
    if position < len(parts) and parts[position].word == "else":
        other, position = _until(parts, position + 1, frozenset({end}))
    if position >= len(parts) or parts[position].word != end:
        raise NotTerraformError(f"This %{{ {piece.word} }} has no %{{ {end} }}. Add it.", place)
    made = TextIf(node, then, other, place=place) if piece.word == "if" else TextFor(piece.names, node, then, place=place)
    return made, position + 1


def without_indent(parts: Sequence[Piece], body: str) -> Iterator[Piece]:
    """The parts of a `<<-` heredoc without the indentation that all of its lines have."""
    lines = [line for line in body.splitlines() if line.strip()]
    indent = min((len(line) - len(line.lstrip(" \t")) for line in lines), default=0)
    begins = True
    for piece in parts:
        node = piece.node
        if not isinstance(node, Text) or piece.word != "text":
            begins = False
            yield piece
            continue
        at = node.place.start
        for line in node.text.splitlines(keepends=True):
            cut = min(indent, len(line) - len(line.lstrip(" \t"))) if begins else 0
            place = replace(node.place, start=at + cut, end=at + len(line))
            yield replace(piece, node=Text(line[cut:], node.is_verbatim, place=place))
            at += len(line)
            begins = line.endswith("\n")
