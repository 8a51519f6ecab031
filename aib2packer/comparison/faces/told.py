"""What a row says about two values, in the form that every face shows: a few words, two short values, or lines with signs."""

from __future__ import annotations

from msgspec import Struct

from aib2packer.comparison.faces.differing_text import Line, all_lines, changed_lines, cut, differing_lines, parted
from aib2packer.comparison.model import Row
from aib2packer.diagnostics.model import visible


class Told(Struct, frozen=True, kw_only=True):
    """``said`` in words; ``old`` and ``new`` where a value has one line and the other side does not say the same; else ``lines``."""

    said: str
    old: str = ""
    new: str = ""
    lines: tuple[Line, ...] = ()

    @property
    def arrow(self) -> str:
        """Both values on one line, or the one that there is."""
        return " → ".join(each for each in (self.old, self.new) if each)


def tell(row: Row, width: int) -> Told:
    """The row beside a project; each value and line has at most ``width`` columns, and what differs never looks alike."""
    before, after = values(row)
    said = visible(row.change)
    if before == after:
        return Told(said=said)
    several = "\n" in before.rstrip("\n") or "\n" in after.rstrip("\n")
    if row.project is None:
        return (
            Told(said=said, lines=(*all_lines(before, "-", width),))
            if several
            else Told(said=said, old=cut(visible(before), width))
        )
    if not (row.packer or row.template):
        return (
            Told(said=said, lines=(*all_lines(after, "+", width),))
            if several
            else Told(said=said, new=cut(visible(after), width))
        )
    if several:
        return Told(said=said or changed_lines(before, after), lines=(*differing_lines(before, after, width),))
    old, new = parted(before, after, width)
    return Told(said=said, old=old, new=new)


def values(row: Row) -> tuple[str, str]:
    """What a fresh conversion says (else the template), and what the project says; empty where one says nothing."""
    before = row.packer or row.template
    return before.text if before else "", row.project.text if row.project else ""
