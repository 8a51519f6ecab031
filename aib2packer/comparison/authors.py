"""Whose change a difference is: the record of a project tells what it was when it was made."""

from __future__ import annotations

from dataclasses import dataclass, field

from aib2packer.comparison.model import Author
from aib2packer.diagnostics.place import Place
from aib2packer.project_folder.record import line_marks


@dataclass(frozen=True, slots=True, kw_only=True)
class Base:
    """What is known of a project as it was made.

    ``made`` are its files of then, ``edited`` those that the project changed, ``rewritten`` those that a fresh conversion writes
    otherwise. ``lines`` has a mark for each line that its HCL files had.
    """

    template_changed: bool
    tool_changed: bool
    made: frozenset[str]
    edited: frozenset[str]
    rewritten: frozenset[str]
    lines: frozenset[str] = field(default_factory=frozenset)

    @property
    def upstream(self) -> Author:
        """Who changed what a fresh conversion gives."""
        return Author.TOOL if self.tool_changed and not self.template_changed else Author.TEMPLATE


def author_of(base: Base, file: str, ours: Place | None, theirs: Place | None) -> Author:
    """Whose change a difference is between two places of a file, of which one may be missing.

    A file that a later conversion kept is as old as its lines in the record, whatever the template is since.
    """
    is_edited = file in base.edited or file not in base.made
    if not (base.template_changed or base.tool_changed) and not (is_edited and file.endswith(".pkr.hcl") and base.lines):
        return Author.PERSON
    if not is_edited:
        return base.upstream
    if not file.endswith(".pkr.hcl"):
        return Author.BOTH if file in base.rewritten else Author.PERSON
    ours_was, theirs_was = _was(ours, base.lines), _was(theirs, base.lines)
    if theirs is None:
        return Author.PERSON if ours_was else base.upstream
    if theirs_was and not ours_was:
        return base.upstream
    return Author.PERSON if ours_was or ours is None else Author.BOTH


def _was(place: Place | None, known: frozenset[str]) -> bool:
    """Whether all lines of a place were there."""
    if place is None:
        return False
    text = place.source.text
    start = text.rfind("\n", 0, place.start) + 1
    end = text.find("\n", max(place.end - 1, place.start))
    return line_marks(text[start : end if end >= 0 else len(text)]) <= known
