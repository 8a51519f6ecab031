"""Whose change a difference is: the record of a project tells what it was when it was made."""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct

from aib2packer.comparison.facts import Step
from aib2packer.comparison.model import Author
from aib2packer.comparison.pairing import in_order
from aib2packer.diagnostics.place import Place
from aib2packer.project_folder.record import line_marks

Marks = tuple[str, ...]


class Lines:
    """The lines that the HCL files of a project had, as marks in order."""

    def __init__(self, marks: Iterable[str] = ()) -> None:
        self._marks = tuple(marks)
        self._positions: dict[str, list[int]] = defaultdict(list)
        self._starts: dict[Marks, Sequence[int]] = {}
        for position, mark in enumerate(self._marks):
            self._positions[mark].append(position)

    @property
    def are_known(self) -> bool:
        """Whether the record has any."""
        return bool(self._marks)

    def has(self, place: Place | None) -> bool:
        """Whether all lines of a place were there, wherever."""
        return place is not None and self._positions.keys() >= set(marks_of(place))

    def starts(self, marks: Marks) -> Sequence[int]:
        """The positions at which these lines began, one below the other."""
        if marks not in self._starts:
            at, rarest = min(enumerate(marks), key=lambda each: len(self._positions.get(each[1], ())))
            begins = [position - at for position in self._positions.get(rarest, ())]
            self._starts[marks] = [each for each in begins if self._marks[each : each + len(marks)] == marks]
        return self._starts[marks]


class Base(Struct, frozen=True, kw_only=True):
    """What is known of a project as it was made.

    ``made`` are its files of then, ``edited`` those that the project changed, ``rewritten`` those that a fresh conversion writes
    otherwise. ``is_of_another`` tells that it was made of another template, so that nobody changed this one to it.
    """

    template_changed: bool
    tool_changed: bool
    made: frozenset[str]
    edited: frozenset[str]
    rewritten: frozenset[str]
    is_of_another: bool
    lines: Lines

    @property
    def upstream(self) -> Author:
        """Who changed what a fresh conversion gives."""
        return Author.TOOL if self.tool_changed and not self.template_changed else Author.TEMPLATE

    def of_file(self, file: str) -> Author | None:
        """Who changed a file, where one side only can have done so, or nothing tells its lines apart.

        An edited file that a later conversion kept is as old as its lines in the record, whatever the template is since.
        """
        is_edited = file in self.edited or file not in self.made
        has_lines = file.endswith(".pkr.hcl") and self.lines.are_known
        if not (self.template_changed or self.tool_changed) and not (is_edited and has_lines):
            return Author.PERSON
        if not is_edited:
            return self.upstream
        if not file.endswith(".pkr.hcl"):
            return Author.BOTH if file in self.rewritten else Author.PERSON
        return None


def author_of(base: Base, file: str, ours: Place | None, theirs: Place | None) -> Author:
    """Whose change a difference is between two places of a file, of which one may be missing."""
    known = base.of_file(file)
    if known is not None:
        return known
    ours_was, theirs_was = base.lines.has(ours), base.lines.has(theirs)
    if theirs is None:
        return Author.PERSON if ours_was else base.upstream
    if theirs_was and not ours_was:
        return base.upstream
    return Author.PERSON if ours_was or ours is None else Author.BOTH


class StepAuthors:
    """Who took a step out, put one in, or moved it: counted in the steps of both sides and in the lines of then.

    ``folder`` is what the names of files in the record have before those of the steps.
    """

    def __init__(self, base: Base, folder: str, ours: Sequence[Step], theirs: Sequence[Step], paired: Mapping[int, int]) -> None:
        self._base = base
        self._folder = folder
        self._ours, self._theirs = ours, theirs
        self._counts = [Counter(map(marks_of, {step.place for step in steps})) for steps in (ours, theirs)]
        self._by_conversion, self._by_project = self._moves(paired)

    def of_one(self, step: Step, *, is_ours: bool) -> Author:
        """Who is the cause that a step stands on one side only: that side where it has more of it than there were, else the other."""
        marks = marks_of(step.place)
        is_new = self._counts[0 if is_ours else 1][marks] > len(self._base.lines.starts(marks))
        return self._by_file(step) or (self._base.upstream if is_new is is_ours else Author.PERSON)

    def of_moved(self, number: int, other: Step) -> Author:
        """Who moved a step of ours, which is ``other`` there."""
        by = (number in self._by_conversion, number in self._by_project)
        if not any(by):
            by = (bool(self._by_conversion), bool(self._by_project))
        told = Author.BOTH if by[0] is by[1] else self._base.upstream if by[0] else Author.PERSON
        return self._by_file(other) or told

    def _by_file(self, step: Step) -> Author | None:
        return self._base.of_file(f"{self._folder}{step.place.source.name}")

    def _moves(self, paired: Mapping[int, int]) -> tuple[set[int], set[int]]:
        """The steps that the conversion, and that the project, has in another order than there was."""
        free: dict[Marks, deque[int]] = {}
        positions: dict[int, int] = {}
        for number in sorted(paired, key=lambda each: paired[each]):
            for step in (self._theirs[paired[number]], self._ours[number]):
                marks = marks_of(step.place)
                found = free.setdefault(marks, deque(self._base.lines.starts(marks)))
                if found:
                    positions[number] = found.popleft()
                    break
        return _moved(sorted(positions), positions), _moved(sorted(positions, key=lambda each: paired[each]), positions)


def _moved(order: Sequence[int], positions: Mapping[int, int]) -> set[int]:
    stayed = in_order([positions[number] for number in order])
    return {number for at, number in enumerate(order) if at not in stayed}


def marks_of(place: Place) -> Marks:
    """The marks of all lines of a place."""
    text = place.source.text
    start = text.rfind("\n", 0, place.start) + 1
    end = text.find("\n", max(place.end - 1, place.start))
    return line_marks(text[start : end if end >= 0 else len(text)])
