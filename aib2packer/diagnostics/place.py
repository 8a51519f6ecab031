"""A place in the user's text."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable
from functools import lru_cache

from msgspec import Struct


class SourceText(Struct, frozen=True):
    """A text as it was read: its display name (a path, or ``<stdin>``) and its characters."""

    name: str
    text: str

    def line_and_column(self, offset: int) -> tuple[int, int]:
        r"""Line and column of a character offset, both from 1; columns count characters.

        >>> SourceText("t.json", "{\n  1").line_and_column(4)
        (2, 3)
        """
        ends = _line_ends(self.text)
        line = bisect_left(ends, offset)
        return line + 1, offset - (ends[line - 1] if line else -1)

    def line(self, number: int, hidden: Iterable[Place] = ()) -> str:
        """The text of a line (from 1), without its end; a star for each character of it that is in a hidden place."""
        ends = _line_ends(self.text)
        if not 0 < number <= len(ends) + 1:
            return ""
        start = ends[number - 2] + 1 if number > 1 else 0
        end = ends[number - 1] if number <= len(ends) else len(self.text)
        line = self.text[start:end].rstrip("\r")
        for place in hidden:
            left, right = max(place.start - start, 0), min(place.end - start, len(line))
            if left < right and place.source == self:
                line = line[:left] + "*" * (right - left) + line[right:]
        return line


@lru_cache(maxsize=4)
def _line_ends(text: str) -> tuple[int, ...]:
    """The offsets of the line feeds; cached, because every finding and every row of a report needs them."""
    return tuple(match.start() for match in re.finditer("\n", text))


class Place(Struct, frozen=True, gc=False):
    """A stretch of a source text, from ``start`` up to but not including ``end`` (character offsets)."""

    source: SourceText
    start: int
    end: int

    def contains(self, other: Place) -> bool:
        """Whether another place is within this one."""
        return self.source == other.source and self.start <= other.start and other.end <= self.end

    @property
    def line(self) -> int:
        """The line it begins in, from 1."""
        return self.source.line_and_column(self.start)[0]

    @property
    def column(self) -> int:
        """The column it begins at, from 1."""
        return self.source.line_and_column(self.start)[1]


PlaceOf = Callable[[str], Place | None]
"""Tells where a path of the template stands."""
