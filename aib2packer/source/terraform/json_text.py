"""JSON that Terraform makes as a text: parsed with the parts in it that only a build knows, each value with its place in the file."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable

from msgspec import Struct, field
from msgspec.structs import replace

from aib2packer.diagnostics.model import Findings, Severity
from aib2packer.diagnostics.place import Place, SourceText
from aib2packer.ir.values import Call, Entry, ListOf, Literal, ObjectOf, Value
from aib2packer.source.json_text import read_json
from aib2packer.source.terraform.arm_calls import concat
from aib2packer.source.terraform.nodes import Text
from aib2packer.source.terraform.scope import ProblemError

_MARK = re.compile("[\ue100\ue102](\\d+)\ue101")
_STRING_PART = re.compile(r'"|\\.', re.DOTALL)


class _Rendered(Struct):
    """The text with a mark for each live part, and where its stretches stand in the file."""

    text: str = ""
    in_string: bool = False
    starts: list[int] = field(default_factory=list)
    places: list[tuple[Place, bool]] = field(default_factory=list)
    live: list[Value] = field(default_factory=list)

    def add(self, text: str, place: Place, is_verbatim: bool) -> None:
        self.starts.append(len(self.text))
        self.places.append((place, is_verbatim))
        self.text += text
        if len(_STRING_PART.sub(lambda found: found.group()[:1] if found.group() == '"' else "", text).split('"')) % 2 == 0:
            self.in_string = not self.in_string

    def add_live(self, value: Value, place: Place) -> None:
        number = len(self.live)
        self.live.append(value)
        self.add(f"\ue100{number}\ue101" if self.in_string else f'"\ue102{number}\ue101"', place, False)

    def place(self, inner: Place | None) -> Place | None:
        """The place in the file of a place in the text."""
        if inner is None or not self.starts:
            return None
        start = self._at(inner.start)
        end = self._at(max(inner.end - 1, inner.start))
        same = start.source is end.source and end.end > start.start
        return replace(start, end=end.end if same else start.start + 1)

    def _at(self, offset: int) -> Place:
        number = max(bisect_right(self.starts, offset) - 1, 0)
        place, is_verbatim = self.places[number]
        if not is_verbatim:
            return place
        start = place.start + offset - self.starts[number]
        return Place(place.source, start, start + 1)


def parsed(pieces: Iterable[Text | Value], place: Place, findings: Findings) -> Value:
    """The value of a JSON text in pieces; raises ProblemError where it is not JSON."""
    rendered = _Rendered()
    for piece in pieces:
        if isinstance(piece, Text):
            rendered.add(piece.text, piece.place, piece.is_verbatim)
        elif isinstance(piece, Literal):
            rendered.add(str(piece.value), piece.place or place, False)
        else:
            rendered.add_live(piece, piece.place or place)
    own = Findings()
    value = read_json(SourceText(place.source.name, rendered.text), own)
    for finding in own:
        where = rendered.place(finding.place) or place
        if finding.severity is Severity.ERROR:
            raise ProblemError(finding.code, finding.message, where)
        findings.add(finding.code, finding.message, place=where)
    assert value is not None
    return _filled(value, rendered)


def _filled(value: Value, rendered: _Rendered) -> Value:
    place = rendered.place(value.place)
    match value:
        case Literal(str() as text) if _MARK.search(text):
            return replace(_text(text, rendered), place=place)
        case ListOf(items):
            filled = tuple(_filled(item, rendered) for item in items)
            whole = _whole_list(filled[0]) if len(filled) == 1 else None
            return whole if whole is not None else ListOf(filled, place=place)
        case ObjectOf(entries):
            pairs = (Entry(_filled(each.key, rendered), _filled(each.value, rendered)) for each in entries)
            return ObjectOf(tuple(pairs), place=place)
        case _:
            return replace(value, place=place)


def _text(text: str, rendered: _Rendered) -> Value:
    """A text with its live parts; one that is nothing but a live part outside of quotes is that part itself."""
    whole = _MARK.fullmatch(text)
    if whole is not None:
        live = rendered.live[int(whole.group(1))]
        return live.arguments[0] if text.startswith("\ue102") and isinstance(live, Call) and live.function == "string" else live
    parts: list[Value] = []
    position = 0
    for match in _MARK.finditer(text):
        parts += [Literal(text[position : match.start()])] if match.start() > position else []
        parts.append(rendered.live[int(match.group(1))])
        position = match.end()
    parts += [Literal(text[position:])] if position < len(text) else []
    return concat(parts)


def _whole_list(item: Value) -> Value | None:
    """The list of which `join` makes the items of a JSON list: quoted texts with commas between them."""
    if not isinstance(item, Call) or item.function != "join" or item.arguments[1] not in (Literal(","), Literal(", ")):
        return None
    listed = item.arguments[0]
    if not isinstance(listed, Call) or listed.function != "map":
        return None
    quoted = Call("concat", (Literal('"'), Call("lambdaVariables", (Literal("item"),)), Literal('"')))
    return listed.arguments[0] if listed.arguments[1] == Call("lambda", (Literal("item"), quoted)) else None
