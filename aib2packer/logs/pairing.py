"""Which step of one build is which step of another: by what they run, by what they print, then by their order."""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Container, Hashable, Iterable, Sequence
from itertools import islice, takewhile

from aib2packer.comparison.pairing import in_order
from aib2packer.logs.model import Step

Pairs = dict[int, int]
"""Numbers of the steps on the left, and of their counterparts on the right."""
_NEAR = 8
"""So far ahead in a gap a counterpart is looked for."""
_LIKE = 4
"""One line in so many is enough to know a step by its output."""


def pair_steps(left: Sequence[Step], right: Sequence[Step]) -> Pairs:
    """The pairs; it takes time in proportion to the steps and their output."""
    pairs: Pairs = {}
    _pair_unique(pairs, [_named(step) for step in left], [_named(step) for step in right])
    _pair_by_output(pairs, left, right)
    _pair_in_gaps(pairs, left, right)
    _pair_in_order(pairs, [_named(step) for step in left], [_named(step) for step in right])
    return pairs


def moved(pairs: Pairs) -> frozenset[int]:
    """The steps on the left that are at another place on the right: as few as can be."""
    numbers = sorted(pairs)
    stayed = in_order([pairs[number] for number in numbers])
    return frozenset(number for position, number in enumerate(numbers) if position not in stayed)


def _named(step: Step) -> Hashable:
    return (step.kind, step.what) if step.what else None


def _can_be(one: Step, other: Step) -> bool:
    """Whether both may be one step: a temporary file may hold any script."""
    return one.kind == other.kind and (one.what == other.what or not one.what or not other.what)


def _free(count: int, taken: Iterable[int]) -> list[int]:
    gone = set(taken)
    return [index for index in range(count) if index not in gone]


def _pair_unique(pairs: Pairs, left: Sequence[Hashable], right: Sequence[Hashable]) -> None:
    """Pairs what is there once on each side."""
    counts = (Counter(left), Counter(right))
    there = {key: index for index, key in enumerate(right)}
    for index, key in enumerate(left):
        if key is not None and all(count[key] == 1 for count in counts):
            pairs[index] = there[key]


def _pair_by_output(pairs: Pairs, left: Sequence[Step], right: Sequence[Step]) -> None:
    """Pairs steps that share lines which no other step prints."""
    lefts, rights = _free(len(left), pairs), _free(len(right), pairs.values())
    owners = (_owners(left, lefts), _owners(right, rights))
    votes: Counter[tuple[int, int]] = Counter()
    for line, one in owners[0].items():
        other = owners[1].get(line)
        if one is not None and other is not None and _can_be(left[one], right[other]):
            votes[one, other] += 1
    taken: set[int] = set()
    for (one, other), common in sorted(votes.items(), key=lambda each: (-each[1], each[0])):
        enough = common * _LIKE >= min(len(left[one].printed), len(right[other].printed))
        if enough and one not in pairs and other not in taken:
            pairs[one] = other
            taken.add(other)


def _owners(steps: Sequence[Step], numbers: Iterable[int]) -> dict[int, int | None]:
    """The step that prints a line; None where several do."""
    owners: dict[int, int | None] = {}
    for number in numbers:
        for line in set(steps[number].printed):
            owners[line] = None if line in owners else number
    return owners


def _pair_in_gaps(pairs: Pairs, left: Sequence[Step], right: Sequence[Step]) -> None:
    """Pairs what is left between the same neighbours: from both ends of the gap, then in order."""
    taken = frozenset(pairs.values())
    neighbours = [(-1, -1), *sorted(pairs.items())]
    gaps = [(_run(one + 1, len(left), pairs), _run(other + 1, len(right), taken)) for one, other in neighbours]
    for lefts, rights in gaps:
        while lefts and rights and _can_be(left[lefts[0]], right[rights[0]]):
            pairs[lefts.popleft()] = rights.popleft()
        while lefts and rights and _can_be(left[lefts[-1]], right[rights[-1]]):
            pairs[lefts.pop()] = rights.pop()
        for number in lefts:
            near = list(islice(rights, _NEAR))
            match = next((each for each in near if _can_be(left[number], right[each])), None)
            if match is not None:
                pairs[number] = match
                while rights.popleft() != match:
                    pass


def _run(start: int, end: int, taken: Container[int]) -> deque[int]:
    """The numbers from a start up to the first that is taken."""
    return deque(takewhile(lambda number: number not in taken, range(start, end)))


def _pair_in_order(pairs: Pairs, left: Sequence[Hashable], right: Sequence[Hashable]) -> None:
    """Pairs what has the same name, first with first."""
    waiting: defaultdict[Hashable, list[int]] = defaultdict(list)
    for number in reversed(_free(len(right), pairs.values())):
        waiting[right[number]].append(number)
    for number in _free(len(left), pairs):
        if left[number] is not None and waiting[left[number]]:
            pairs[number] = waiting[left[number]].pop()
