"""The outline of a Bicep file: where its declarations, objects, arrays and other expressions stand.

It is what places need, not a parser: the compiler has accepted the file, and expressions are not looked into.

Source: https://learn.microsoft.com/azure/azure-resource-manager/bicep/file
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from msgspec import Struct, field

_TOKEN = re.compile(
    r"""
      (?P<space>   (?: [^\S\n]+ | //[^\n]* | /\*.*?(?:\*/|\Z) | \#[^\n]* )+ )
    | (?P<line>    \n )
    | (?P<text>    '''.*?(?:'''+|\Z) | ' )
    | (?P<mark>    \.\.\. | => | == | != | =~ | !~ | >= | <= | \?\? | && | \|\| | [{}()\[\],:=?.@|] )
    | (?P<word>    \w+ )
    | (?P<other>   . )
    """,
    re.VERBOSE | re.DOTALL,
)
_CLOSERS = {"{": "}", "[": "]", "(": ")"}
_GOES_ON = frozenset({"?", ":", "??", "&&", "||", "."})
"""A line that begins so goes on with the expression before it."""
_DECLARATIONS = frozenset({"param", "var", "resource", "module", "output", "using", "func", "type", "metadata"})
_ENDS = frozenset({",", "}", "]", ")"})


class Stretch(Struct, frozen=True):
    """From a character up to another one."""

    start: int
    end: int


class Node(Struct, frozen=True, kw_only=True):
    """An expression: where it stands, the entries of an object (by key, with where the key stands), the items of an array.

    ``name`` is set if it is one word, as of a variable. ``body`` is what a loop repeats.
    """

    start: int
    end: int
    entries: Mapping[str, tuple[Stretch, Node]] = field(default_factory=dict)
    items: tuple[Node, ...] = ()
    name: str = ""
    body: Node | None = None

    def at(self, key: str) -> Node | None:
        """The value of a key of an object."""
        return self.entries[key][1] if key in self.entries else None


class Declaration(Struct, frozen=True, kw_only=True):
    """A statement: its keyword, its name, the text behind that (a resource's type, a module's path), and what it is set to."""

    keyword: str
    name: str
    label: str
    start: int
    end: int
    is_existing: bool = False
    value: Node | None = None


class _Token(Struct, frozen=True):
    kind: str
    text: str
    start: int
    end: int


_END = "end"


def outline(text: str) -> tuple[Declaration, ...]:
    r"""The declarations of a file, those in the bodies of resources after the one that they are in; none where it nests too deeply.

    >>> [(each.keyword, each.name, each.label) for each in outline("param a string\nresource b 'T@1' = {\n  name: a\n}\n")]
    [('param', 'a', ''), ('resource', 'b', 'T@1')]
    """
    try:
        return tuple(_Reader(text).declarations())
    except RecursionError:
        return ()


class _Reader(Struct):
    text: str
    inner: list[Declaration] = field(default_factory=list)
    _tokens: list[_Token] = field(default_factory=list)
    _next: int = 0

    def __post_init__(self) -> None:
        self._tokens = list(_tokens(self.text))

    def declarations(self) -> Iterator[Declaration]:
        while self._peek().kind != _END:
            token = self._peek()
            if token.text in _DECLARATIONS:
                yield self._declaration()
                yield from self.inner
                self.inner = []
            else:
                self._statement_end()

    def _declaration(self) -> Declaration:
        keyword = self._take()
        name = self._take() if self._peek().kind == "word" else keyword
        label, words = "", set()
        while self._peek().text not in ("=", "\n") and self._peek().kind != _END:
            token = self._peek()
            if token.kind == "text" and not label:
                label = token.text.strip("'")
            words.add(token.text)
            self._skip()
        value = None
        if self._peek().text == "=":
            self._take()
            value = self._value()
        end = self._tokens[self._next - 1].end
        self._statement_end()
        existing = "existing" in words
        return Declaration(
            keyword=keyword.text, name=name.text, label=label, start=keyword.start, end=end, is_existing=existing, value=value
        )

    def _statement_end(self) -> None:
        while self._peek().kind not in (_END, "line"):
            self._skip()
        self._lines()

    def _value(self) -> Node:
        """The expression that begins here; its end is a line's, or what stands around it."""
        self._lines()
        if self._peek().text == "if":
            self._take()
            self._skip()
        first = self._peek()
        node = self._object() if first.text == "{" else self._array() if first.text == "[" else None
        end, count = node.end if node is not None else first.start, 0
        while not self._is_over():
            self._lines()
            self._skip()
            end, count = self._tokens[self._next - 1].end, count + 1
        if node is not None and count == 0:
            return node
        return Node(start=first.start, end=end, name=first.text if first.kind == "word" and count == 1 else "")

    def _is_over(self) -> bool:
        token = self._peek()
        if token.kind != "line":
            return token.kind == _END or token.text in _ENDS
        after = self._next
        while self._tokens[after].kind == "line":
            after += 1
        return self._tokens[after].text not in _GOES_ON

    def _object(self) -> Node:
        start = self._take().start
        entries: dict[str, tuple[Stretch, Node]] = {}
        while self._between() and self._peek().text != "}":
            key = self._peek()
            if key.text == "resource" and self._tokens[self._next + 1].kind == "word":
                self.inner.append(self._declaration())
            elif key.text in ("...", "@"):
                self._take()
                self._value()
            else:
                self._take()
                self._take()
                entries[key.text.strip("'")] = (Stretch(key.start, key.end), self._value())
        return Node(start=start, end=self._take().end, entries=entries)

    def _array(self) -> Node:
        start = self._take().start
        if self._between() and self._peek().text == "for":
            while self._peek().text != ":" and self._peek().kind != _END:
                self._skip()
            self._take()
            body = self._value()
            self._between()
            return Node(start=start, end=self._take().end, body=body)
        items: list[Node] = []
        while self._between() and self._peek().text not in _ENDS:
            items.append(self._value())
        return Node(start=start, end=self._take().end, items=tuple(items))

    def _between(self) -> bool:
        """Passes over ends of lines and commas; whether anything follows."""
        while self._peek().kind == "line" or self._peek().text == ",":
            self._take()
        return self._peek().kind != _END

    def _skip(self) -> None:
        """Passes over one token, or over all that is between two brackets."""
        closer = _CLOSERS.get(self._take().text)
        while closer is not None and self._peek().kind != _END:
            if self._peek().text == closer:
                self._take()
                return
            self._skip()

    def _lines(self) -> None:
        while self._peek().kind == "line":
            self._take()

    def _peek(self) -> _Token:
        return self._tokens[self._next]

    def _take(self) -> _Token:
        token = self._tokens[self._next]
        self._next = min(self._next + 1, len(self._tokens) - 1)
        return token


def _tokens(text: str) -> Iterator[_Token]:
    position = 0
    while match := _TOKEN.match(text, position):
        start, position = match.span()
        kind = match.lastgroup or ""
        if kind == "text" and match.group() == "'":
            position = _text_end(text, position)
        if kind != "space":
            yield _Token(kind, text[start:position], start, position)
    yield _Token(_END, "", len(text), len(text))


def _text_end(text: str, position: int) -> int:
    """Behind the string whose first quote is before the position; strings are in its interpolations, too."""
    while position < len(text) and text[position] != "'":
        if text.startswith("${", position):
            position = _hole_end(text, position + 2)
        else:
            position += 2 if text[position] == "\\" else 1
    return min(position + 1, len(text))


def _hole_end(text: str, position: int) -> int:
    depth = 1
    while position < len(text) and depth:
        mark = text[position]
        depth += (mark == "{") - (mark == "}")
        position = _text_end(text, position + 1) if mark == "'" else position + 1
    return position
