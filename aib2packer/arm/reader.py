"""The text of one ARM expression to a value tree, each part with its place; mistakes are data, said for people.

lark reads the grammar (LALR, so that nesting costs no stack) and is imported with the first expression, not before.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator, Sequence
from importlib import resources
from typing import TYPE_CHECKING, cast

from msgspec import Struct

from aib2packer.arm.functions.catalogue import spelling
from aib2packer.arm.functions.table import LARGEST, SMALLEST
from aib2packer.diagnostics.place import Place
from aib2packer.ir.values import Access, Call, Literal, Value

if TYPE_CHECKING:
    from lark import Lark, Token

MAX_LENGTH = 24_576
MAX_DEPTH = 200


class SyntaxProblem(Struct, frozen=True):
    """What is wrong with the text of an expression, for a person, and where: an offset into the whole text."""

    message: str
    offset: int


class Parsed(Struct, frozen=True):
    """A part of an expression as it was read: offsets into the text between the brackets, not yet places of a file."""

    kind: str
    text: str
    start: int
    end: int
    parts: tuple[Parsed, ...] = ()


def is_expression(text: str) -> bool:
    """Whether ARM reads the text as an expression.

    Source: https://learn.microsoft.com/azure/azure-resource-manager/templates/template-expressions#escape-characters

    >>> [is_expression(text) for text in ("[a()]", "[[a()]", "[a] b", " [a()]", "[]")]
    [True, False, False, False, True]
    """
    return text.startswith("[") and text.endswith("]") and not text.startswith("[[")


def unescaped(text: str) -> str:
    """The literal that a text stands for which is no expression: ``[[`` is ``[`` if the text also ends with ``]``.

    >>> unescaped("[[a]"), unescaped("[[a")
    ('[a]', '[[a')
    """
    return text[1:] if text.startswith("[[") and text.endswith("]") else text


def read(text: str, place: Place | None = None) -> Value | SyntaxProblem:
    """Reads a template string: a ``Literal`` where it is none of an expression, else a tree of Literal, Call, Access.

    ``place`` is the JSON string's; the parts get places inside it.

    >>> read("[concat('a', variables('b').c)]").function
    'concat'
    >>> read("[concat('a'").value, read("[concat('a']").message
    ("[concat('a'", 'The ( after concat is not closed.')
    """
    if not is_expression(text):
        return Literal(unescaped(text), place=place)
    parsed = parse(text)
    return parsed if isinstance(parsed, SyntaxProblem) else placed(parsed, place)


def parse(text: str) -> Parsed | SyntaxProblem:
    """Reads the text of an expression, with its outer brackets, without regard to where it stands."""
    inner = text[1:-1]
    if len(text) > MAX_LENGTH:
        return SyntaxProblem(f"The expression has {len(text):,} characters, but Azure allows {MAX_LENGTH:,}.", 0)
    if not inner.strip():
        return SyntaxProblem("The expression is empty. Write [[] for the string [].", 0)
    from lark.exceptions import UnexpectedInput

    try:
        parsed = _node(cast("Token | Parsed", _loaded().parse(inner)))
    except UnexpectedInput as error:
        offset = error.pos_in_stream if error.pos_in_stream is not None and error.pos_in_stream >= 0 else len(inner)
        message, at = _explained(inner, offset)
        return SyntaxProblem(message, at + 1)
    if _LONG_NUMBER.search(inner) and any(_is_too_large(number) for number in _numbers(parsed)):
        return SyntaxProblem("The expression has a number that does not fit 64 bits.", 0)
    if _opening_marks(inner) > MAX_DEPTH and _depth(parsed) > MAX_DEPTH:
        return SyntaxProblem(f"The expression is nested more than {MAX_DEPTH} levels deep. Put parts of it into variables.", 0)
    return parsed


def placed(parsed: Parsed, place: Place | None) -> Value:
    """The value tree of what was read, with places if the JSON string's is known."""
    return _placed(parsed, _locator(place))


def _placed(parsed: Parsed, at: Callable[[int, int], Place | None]) -> Value:
    place = at(parsed.start, parsed.end)
    match parsed.kind:
        case "text":
            return Literal(parsed.text, place=place)
        case "number":
            return Literal(int(parsed.text), place=place)
        case "access":
            base, key = parsed.parts
            return Access(_placed(base, at), _placed(key, at), place=place)
        case _:
            return Call(parsed.text, tuple([_placed(part, at) for part in parsed.parts]), place=place)


def _locator(place: Place | None) -> Callable[[int, int], Place | None]:
    """From offsets between the brackets to a place in the file: exact in a JSON string, else the whole ``place``."""
    if place is None:
        return lambda start, end: None
    source, first = place.source, place.start + 2
    raw = source.text[place.start : place.end]
    if not raw.startswith('"['):
        return lambda start, end: place
    if "\\" not in raw:
        return lambda start, end: Place(source, first + start, first + end)
    offsets = _raw_offsets(raw)
    last = len(offsets) - 1

    def escaped(start: int, end: int) -> Place:
        return Place(source, place.start + offsets[min(start + 1, last)], place.start + offsets[min(end + 1, last)])

    return escaped


_RAW_CHARACTER = re.compile(r"\\u[dD][89abAB]..\\u[dD][c-fC-F]..|\\u....|\\.|.", re.DOTALL)


def _raw_offsets(raw: str) -> list[int]:
    """For each character of a decoded JSON string, where it stands in the raw text with its quotes."""
    return [match.start() + 1 for match in _RAW_CHARACTER.finditer(raw[1:])]


@functools.cache
def _loaded() -> Lark:
    from lark import Lark

    grammar = resources.files(__package__).joinpath("grammar.lark").read_text(encoding="utf-8")
    return Lark(grammar, parser="lalr", lexer="basic", maybe_placeholders=False, transformer=_Builder())


class _Builder:
    """Called by lark for each rule of the grammar."""

    def call(self, children: Sequence[Token | Parsed]) -> Parsed:
        name, *arguments, closing = children
        text = spelling(_SPACE.sub("", str(name)[:-1]))
        start, end = _start(name), _end(closing)
        return Parsed("call", text, start, end, tuple([_node(argument) for argument in arguments]))

    def chain(self, children: Sequence[Token | Parsed]) -> Parsed:
        base = _node(children[0])
        for key in children[1:]:
            part = _node(key)
            base = Parsed("access", "", base.start, part.end, (base, part))
        return base

    def index(self, children: Sequence[Token | Parsed]) -> Parsed:
        return _node(children[0])


_SPACE = re.compile(r"\s+")


def _node(part: Token | Parsed) -> Parsed:
    if isinstance(part, Parsed):
        return part
    if part.type == "PROPERTY":
        name = part[1:].lstrip()
        return Parsed("text", name, _end(part) - len(name), _end(part))
    if part.type == "NUMBER":
        return Parsed("number", str(part), _start(part), _end(part))
    return Parsed("text", part[1:-1].replace("''", "'"), _start(part), _end(part))


def _start(part: Token | Parsed) -> int:
    return part.start if isinstance(part, Parsed) else part.start_pos or 0


def _end(part: Token | Parsed) -> int:
    return part.end if isinstance(part, Parsed) else part.end_pos or 0


def _opening_marks(text: str) -> int:
    return sum(text.count(mark) for mark in "([.")


_LONG_NUMBER = re.compile(r"\d{19}")


def _numbers(parsed: Parsed) -> Iterator[str]:
    pending = [parsed]
    while pending:
        node = pending.pop()
        if node.kind == "number":
            yield node.text
        pending.extend(node.parts)


def _is_too_large(number: str) -> bool:
    return len(number) > 20 or not SMALLEST <= int(number) <= LARGEST


def _depth(parsed: Parsed) -> int:
    deepest, pending = 0, [(parsed, 1)]
    while pending:
        node, depth = pending.pop()
        deepest = max(deepest, depth)
        pending.extend((part, depth + 1) for part in node.parts)
    return deepest


_TOKENS = re.compile(r"'(?:[^']|'')*'|'|[()\[\]]|[^'()\[\]]+")


def _explained(text: str, offset: int) -> tuple[str, int]:
    """What is wrong where reading stopped, and where to point: the nearest cause that a person would name."""
    rest = text[offset:]
    for pattern, message in _MISTAKES_HERE:
        match = re.match(pattern, rest)
        if match:
            return match.expand(message) if match.groups() else message, offset
    unclosed = _unclosed(text)
    if unclosed is not None:
        return unclosed
    before = text[:offset].rstrip()
    return _out_of_place(before, rest), offset


_MISTAKES_HERE = (
    (r"\.\?|\?\.|\[\?|\?", "The question mark is Bicep. Write tryGet(value, 'property')."),
    (r'"', "Use single quotes for strings in expressions."),
    (
        r"(==|!=|<=|>=|=~|&&|\|\||[<>+*/%=!&|])",
        r"Expressions have no operators such as \1. Use functions: equals, less, greater, add, and, or, not.",
    ),
    (r"\$\{", "Expressions have no ${...}. Use concat or format."),
    (r"[{}]", "Expressions have no braces. Use createObject or createArray."),
    (r"-?\d*\.\d", "Write decimal numbers like float('1.5')."),
    (r"[“”‘’„]", "This is a typographic quote. Use the plain single quote."),
)


def _unclosed(text: str) -> tuple[str, int] | None:
    """The first string without end, the bracket that does not fit, or the last one that is not closed."""
    opened: list[tuple[str, int, str]] = []
    before = ""
    for match in _TOKENS.finditer(text):
        token = match.group()
        if token == "'":
            return "This string has no closing single quote.", match.start()
        if token in "([":
            opened.append((token, match.start(), before))
        elif token in ")]":
            if not opened:
                return f"This {token} has no opening bracket. Remove it.", match.start()
            mark, _, name = opened.pop()
            if (mark == "(") != (token == ")"):
                return f"The {mark} after {_last_word(name)} is closed by {token}.", match.start()
        before = token
    if opened:
        mark, start, name = opened[-1]
        return f"The {mark} after {_last_word(name)} is not closed.", start
    return None


def _last_word(text: str) -> str:
    words = re.findall(r"[\w$.'-]+", text)
    return words[-1] if words else "the beginning"


def _out_of_place(before: str, rest: str) -> str:
    """A message for what may not stand where it stands; the text's brackets and quotes are in order."""
    awaited = not before or before[-1] in "(,["
    if awaited:
        return _not_a_value(rest)
    if rest[0] == ".":
        return "Write the name of a property after the dot."
    if rest[0] == "," and not _inside(before):
        return "Commas are allowed between the arguments of a function only."
    if re.match(r"[\w$'-]", rest):
        return "Add a comma before this." if _inside(before) else "The expression ends before this. Join values with concat."
    return f"The character {rest[0]} is not allowed here."


def _not_a_value(rest: str) -> str:
    name = re.match(r"[^\W\d][\w$.]*", rest)
    if name:
        return f"Add ( after the function {name.group()}, or put the string in single quotes."
    if rest[0] in ",)]":
        return f"Write a value before this {rest[0]}."
    return "Write a value here: a function call, a string in single quotes or an integer."


def _inside(before: str) -> bool:
    marks = [token for token in _TOKENS.findall(before) if token in "()[]"]
    return sum(1 if mark in "([" else -1 for mark in marks) > 0
