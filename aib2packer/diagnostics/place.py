"""Where something stands in the text that the user wrote."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SourceText:
    """A text as it was read: its display name (a path, or ``<stdin>``) and its characters."""

    name: str
    text: str

    def line_and_column(self, offset: int) -> tuple[int, int]:
        r"""Line and column of a character offset, both from 1; columns count characters.

        >>> SourceText("t.json", "{\n  1").line_and_column(4)
        (2, 3)
        """
        return self.text.count("\n", 0, offset) + 1, offset - self.text.rfind("\n", 0, offset)

    def line(self, number: int) -> str:
        """The text of a line (from 1), without its end."""
        lines = self.text.split("\n")
        return lines[number - 1].rstrip("\r") if 0 < number <= len(lines) else ""


@dataclass(frozen=True, slots=True)
class Place:
    """A stretch of a source text, from ``start`` up to but not including ``end`` (character offsets)."""

    source: SourceText
    start: int
    end: int

    @property
    def line(self) -> int:
        """The line it begins in, from 1."""
        return self.source.line_and_column(self.start)[0]

    @property
    def column(self) -> int:
        """The column it begins at, from 1."""
        return self.source.line_and_column(self.start)[1]
