r"""JSON with places: a text to values, iteratively, with one located message where it is not JSON.

It accepts what Azure Resource Manager accepts beyond the standard: ``//`` and ``/* */`` comments, and line breaks and
tabs inside strings. It is a scanner over one regular expression and not a grammar of a library,
because a place for every value, comments, messages for people and the speed were not to be had together.

Sources:
https://learn.microsoft.com/azure/azure-resource-manager/templates/syntax#comments-and-metadata
https://learn.microsoft.com/azure/azure-resource-manager/templates/syntax#multi-line-strings
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from math import inf
from sys import intern

from msgspec import Struct, field

from aib2packer.diagnostics.codes import input as codes
from aib2packer.diagnostics.model import Findings
from aib2packer.diagnostics.place import Place, SourceText
from aib2packer.ir.secret_names import is_called_secret
from aib2packer.ir.values import Entry, ListOf, Literal, ObjectOf, Value

MAX_DEPTH = 100
"""Azure's limit is lower; Python's own recursion ends at about twice as many levels."""
_MAX_DIGITS = 300

_TOKEN = re.compile(
    r"""
    (?: [\s\ufeff]++ | //[^\n]*+ | /\*.*?\*/ )*+
    (?: (?P<string>  "[^"\\]*+(?:\\.[^"\\]*+)*+" )
      | (?P<mark>    [{}\[\],:] )
      | (?P<number>  -?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?(?![\w.]) )
      | (?P<word>    (?:true|false|null)\b )
      | (?P<bad>     . )
    )
    """,
    re.VERBOSE | re.DOTALL,
)
_DECODER = json.JSONDecoder(strict=False)
_WORDS = {"true": True, "false": False, "null": None}
_LONE_SURROGATE = r"[\ud800-\udfff]"


class _NotJsonError(Exception):
    """Ends the reading; never leaves this module."""

    def __init__(self, message: str, start: int, end: int, too_deep: bool = False) -> None:
        super().__init__(message)
        self.message, self.start, self.end, self.too_deep = message, start, end, too_deep


class _Open(Struct):
    """An object or list whose end was not met yet."""

    start: int
    closer: str
    items: list[Value] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    key: Literal | None = None


def read_json(source: SourceText, findings: Findings) -> Value | None:
    """Reads a whole text; None, with one finding, where it is not JSON. Duplicate keys are findings too.

    >>> from aib2packer.ir.values import is_known
    >>> is_known(read_json(SourceText("t", '{"a": [1, true] /* x */}'), Findings()))
    True
    """
    try:
        return _Reader(source, findings).read()
    except _NotJsonError as problem:
        code = codes.TOO_DEEP if problem.too_deep else codes.NOT_JSON
        findings.add(code, problem.message, place=Place(source, problem.start, problem.end))
        findings.hide(*_texts_around(source, problem.start))
        return None


def _texts_around(source: SourceText, at: int) -> Iterator[Place]:
    """The values in the line of a mistake that may be secrets: what is no JSON does not tell which parameters are."""
    start, end = source.text.rfind("\n", 0, at) + 1, source.text.find("\n", at)
    for text in _TEXT_VALUE.finditer(source.text, start, end if end >= 0 else len(source.text)):
        if text.group(1).lower() in ("value", "defaultvalue") or is_called_secret(text.group(1)):
            yield Place(source, text.start(2), text.end(2))


_TEXT_VALUE = re.compile(r'"([^"\\\n]*)"\s*:\s*"((?:[^"\\\n]|\\.)+)')


class _Reader:
    def __init__(self, source: SourceText, findings: Findings) -> None:
        self._source = source
        self._text = source.text
        self._findings = findings
        self._position = 0
        self._open: list[_Open] = []
        self._last_broken_string: int | None = None

    def read(self) -> Value:
        kind, token, start = self._next()
        if kind == "end":
            raise _NotJsonError("The file is empty. Give the file that has the template.", 0, 0)
        value = self._value(kind, token, start)
        while value is None or self._open:
            value = self._advance(value)
        kind, _, start = self._next()
        if kind != "end":
            raise _NotJsonError("The JSON ends before this. Remove the rest of the file.", start, start + 1)
        return value

    def _advance(self, value: Value | None) -> Value | None:
        """One step inside the innermost open object or list; ``value`` is the one just completed, if any."""
        top = self._open[-1]
        if value is None:
            return self._first(top)
        if top.key is None:
            top.items.append(value)
        else:
            top.entries.append(Entry(top.key, value))
        kind, token, start = self._next()
        if token == top.closer:
            return self._close(top, start + 1)
        if token != ",":
            raise self._missing_comma(top, kind, token, start)
        kind, token, start = self._next()
        if token == top.closer:
            message = f"The comma before this {token} is ignored. Remove it."
            self._findings.add(codes.TRAILING_COMMA, message, place=Place(self._source, start, start + 1))
            return self._close(top, start + 1)
        return self._entry_or_item(top, kind, token, start)

    def _first(self, top: _Open) -> Value | None:
        kind, token, start = self._next()
        if token == top.closer:
            return self._close(top, start + 1)
        return self._entry_or_item(top, kind, token, start)

    def _entry_or_item(self, top: _Open, kind: str, token: str, start: int) -> Value | None:
        if top.closer == "}":
            top.key = self._key(kind, token, start)
            kind, token, start = self._next()
            if token != ":":
                self._raise_if_string_runs_on()
                raise _NotJsonError(f'Add a colon after the key "{top.key.value}".', start, start + 1)
            kind, token, start = self._next()
        return self._value(kind, token, start)

    def _key(self, kind: str, token: str, start: int) -> Literal:
        if kind != "string":
            message = "The object is not closed." if kind == "end" else "Write a key in double quotes here."
            raise self._unexpected(kind, start, message)
        return self._string(token, start)

    def _value(self, kind: str, token: str, start: int) -> Value | None:
        """The value that begins here; None where it is an object or list that was opened and is still to be read."""
        if kind == "string":
            return self._string(token, start)
        if kind == "number":
            return Literal(_number(token, start), place=Place(self._source, start, start + len(token)))
        if kind == "word":
            return Literal(_WORDS[token], place=Place(self._source, start, start + len(token)))
        if token in ("{", "["):
            if len(self._open) >= MAX_DEPTH:
                raise _NotJsonError(
                    f"The JSON is nested more than {MAX_DEPTH} levels deep. Remove levels.",
                    start,
                    start + 1,
                    too_deep=True,
                )
            self._open.append(_Open(start, "}" if token == "{" else "]"))
            return None
        raise self._unexpected(kind, start, "Write a value here.")

    def _string(self, token: str, start: int) -> Literal:
        place = Place(self._source, start, start + len(token))
        if "\n" in token:
            self._last_broken_string = start
        if "\\" not in token:
            # Keys and types stand there again and again; each text is kept once.
            return Literal(intern(token[1:-1]), place=place)
        try:
            text: str = _DECODER.decode(token)
        except json.JSONDecodeError as error:
            at = start + error.pos
            message = "JSON has no such escape. Write \\\\ for a backslash, for example in a Windows path."
            raise _NotJsonError(message, at, at + 2) from None
        if re.search(_LONE_SURROGATE, text):
            message = "The string contains half of a character (an escape \\ud8.. or \\udc.. alone). Write the whole character."
            self._findings.add(codes.LONE_SURROGATE, message, place=place)
            text = re.sub(_LONE_SURROGATE, "�", text)
        return Literal(text, place=place)

    def _close(self, top: _Open, end: int) -> Value:
        self._open.pop()
        place = Place(self._source, top.start, end)
        if top.closer == "]":
            return ListOf(tuple(top.items), place=place)
        self._report_duplicates(top.entries)
        return ObjectOf(tuple(top.entries), place=place)

    def _report_duplicates(self, entries: list[Entry]) -> None:
        first: dict[str | None, Entry] = {}
        for entry in entries:
            earlier = first.setdefault(entry.name, entry)
            if earlier is not entry:
                here = earlier.key.place
                line = here.line if here else "?"
                message = f'The key "{entry.name}" is already used in line {line}. Remove one of them.'
                self._findings.add(codes.DUPLICATE_KEY, message, place=entry.key.place)

    def _next(self) -> tuple[str, str, int]:
        """Kind, text and offset of the next token; the kind is ``end`` at the end, ``bad`` where there is none."""
        match = _TOKEN.match(self._text, self._position)
        if match is None:
            return "end", "", len(self._text)
        kind = str(match.lastgroup)
        if kind != "bad":
            self._position = match.end()
        return kind, match.group(kind), match.start(kind)

    def _missing_comma(self, top: _Open, kind: str, token: str, start: int) -> _NotJsonError:
        if kind == "end":
            return self._unexpected(kind, start, "")
        self._raise_if_string_runs_on()
        if token in ("}", "]"):
            opened = "object" if top.closer == "}" else "list"
            line = self._source.line_and_column(top.start)[0]
            return _NotJsonError(f"The {opened} from line {line} is closed by {token}. It needs {top.closer}.", start, start + 1)
        if kind == "bad" and token not in "'\"/":
            return self._unexpected(kind, start, "Write a comma or a closing bracket here.")
        before = len(self._text[:start].rstrip())
        return _NotJsonError(f"Add a comma before {_shown(token)}.", before, start + len(token))

    def _raise_if_string_runs_on(self) -> None:
        """A string may have several lines; if an error follows it, its closing quote is missing."""
        if self._last_broken_string is not None:
            start = self._last_broken_string
            line_end = self._text.find("\n", start)
            raise _NotJsonError("This string has no closing double quote.", start, line_end)

    def _unexpected(self, kind: str, start: int, message: str) -> _NotJsonError:
        if kind == "end":
            unclosed = self._open[-1]
            line = self._source.line_and_column(unclosed.start)[0]
            what = "object" if unclosed.closer == "}" else "list"
            return _NotJsonError(
                f"The file ends, but the {what} from line {line} is not closed by {unclosed.closer}.", start, start
            )
        return _NotJsonError(self._explain(start) or message, start, start + 1)

    def _explain(self, start: int) -> str | None:
        rest = self._text[start : start + 20]
        for pattern, message in _MISTAKES:
            if re.match(pattern, rest):
                return message
        return None


_MISTAKES = (
    (r"'", "JSON has no single quotes. Use double quotes."),
    (r'"', "This string has no closing double quote."),
    (r"[“”„]", "This is a typographic quote. Use the plain double quote."),
    (r"/\*", "This comment is not closed by */."),
    (r"(?i)(true|false|null|none)\b", "Write true, false and null in lower case, without quotes."),
    (r"[-+.]?[0-9]", "JSON has no such number. Write digits, such as 30 or 1.5."),
    (r"(?i)[-+]?(nan|inf)", "JSON has no such number. Write digits, such as 30 or 1.5."),
    (r"[A-Za-z_$<][^\n:]*:", "Put the key in double quotes."),
    (r"[A-Za-z_$<]", "Put the string in double quotes."),
    (r"[,:}\]]", "Write a value before this."),
)


def _number(token: str, start: int) -> int | float:
    is_whole = not any(sign in token for sign in ".eE")
    number = int(token) if is_whole and len(token) <= _MAX_DIGITS else float(token)
    if abs(number) == inf or (is_whole and isinstance(number, float)):
        raise _NotJsonError("The number is too large. Azure reads whole numbers of 64 bits.", start, start + len(token))
    return number


def _shown(token: str) -> str:
    return token if len(token) <= 30 else f"{token[:27]}..."
