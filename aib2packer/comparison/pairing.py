"""Which steps of two projects belong together: those of the same content first, then those that are alike, never others."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from posixpath import basename

from aib2packer.comparison.evaluating import spelled
from aib2packer.comparison.facts import RUNS, Role, Step
from aib2packer.comparison.meaning import meaning

_ALIKE = 0.5
"""Steps that have less in common are two steps."""
_FOR_NAME = 0.2
_COMMON = 40
"""A word that stands in more steps than this tells nothing."""
_CANDIDATES = 12
_LETTERS = 4000
"""So much of a text tells whether two are alike."""
_WORD = re.compile(r"[\w./:@-]{3,}")
_WITHOUT_CONTENT = frozenset({"windows-restart", "windows-update", "manifest", "hcp_packer_registry"})


_Key = Callable[[Step], Hashable]


def pairs(ours: Sequence[Step], theirs: Sequence[Step]) -> dict[int, int]:
    """The number of the step in ``theirs`` for that of each step in ``ours`` that has one."""
    found = _same_ends(ours, theirs)
    for key in (_content_and_name, _content, _role):
        found |= _by_key(_left(ours, found), _left(theirs, found.values()), key)
    found |= _by_likeness(_left(ours, found), _left(theirs, found.values()))
    for key in (_file, _kind_without_content):
        found |= _by_key(_left(ours, found), _left(theirs, found.values()), key)
    return found


def in_order(numbers: Sequence[int]) -> set[int]:
    """The positions of a longest increasing subsequence: what stayed where it was.

    >>> sorted(in_order([1, 2, 0, 3]))
    [0, 1, 3]
    """
    tails: list[int] = []
    ends: list[int] = []
    before: list[int | None] = []
    for position, number in enumerate(numbers):
        at = bisect_left(tails, number)
        before.append(ends[at - 1] if at else None)
        tails[at : at + 1] = [number]
        ends[at : at + 1] = [position]
    stayed: set[int] = set()
    last = ends[-1] if ends else None
    while last is not None:
        stayed.add(last)
        last = before[last]
    return stayed


def alike(one: Step, other: Step) -> float:
    """How much two steps have in common, from 0 to 1; a common name adds to it, but is not enough."""
    if (one.kind, one.when) != (other.kind, other.when):
        return 0.0
    score = _likeness(_text(one), _text(other))
    return min(1.0, score + _FOR_NAME) if one.name and one.name == other.name else score


def _left(steps: Sequence[Step], taken: Iterable[int]) -> list[tuple[int, Step]]:
    gone = frozenset(taken)
    return [(number, step) for number, step in enumerate(steps) if number not in gone]


def _same_ends(ours: Sequence[Step], theirs: Sequence[Step]) -> dict[int, int]:
    """The steps before the first and behind the last that is another: of several of one content these stayed."""
    keys, others = (list(map(_content_and_name, steps)) for steps in (ours, theirs))
    shorter = min(len(keys), len(others))
    start = next((at for at in range(shorter) if keys[at] != others[at]), shorter)
    end = next((at for at in range(shorter - start) if keys[-1 - at] != others[-1 - at]), shorter - start)
    return {at: at for at in range(start)} | {len(keys) - at: len(others) - at for at in range(1, end + 1)}


def _by_key(ours: Sequence[tuple[int, Step]], theirs: Sequence[tuple[int, Step]], key: _Key) -> dict[int, int]:
    """Those of one key in order."""
    free: dict[Hashable, deque[int]] = defaultdict(deque)
    for number, step in theirs:
        free[key(step)].append(number)
    return {number: free[of].popleft() for number, step in ours if (of := key(step)) is not None and free[of]}


def _role(step: Step) -> Hashable:
    return step.role if step.role in (Role.GENERALIZE, Role.DEPROVISIONING_FILE) else None


def _content(step: Step) -> tuple[Hashable, ...]:
    said = [
        (name, spelled(meaning(name, fact.value)))
        for name, fact in step.facts.items()
        if not fact.is_default and not name.startswith("(")
    ]
    return (step.kind, step.role, *sorted(said))


def _file(step: Step) -> Hashable:
    return (step.kind, step.role, step.file) if step.file else None


def _content_and_name(step: Step) -> Hashable:
    return (*_content(step), step.name)


def _kind_without_content(step: Step) -> Hashable:
    return (step.kind, step.role) if step.kind in _WITHOUT_CONTENT else None


def _by_likeness(ours: Sequence[tuple[int, Step]], theirs: Sequence[tuple[int, Step]]) -> dict[int, int]:
    """The most alike first; of several that are equally alike those nearest to each other."""
    others, index = dict(theirs), _index(theirs)
    beside = {number: other for (number, _), (other, _) in zip(ours, theirs, strict=False)}
    scored = [
        (alike(step, others[other]), -abs(number - other), -number, -other)
        for number, step in ours
        for other in {*_candidates(step, index), *([beside[number]] if number in beside else [])}
    ]
    found: dict[int, int] = {}
    taken: set[int] = set()
    for score, _, number, other in sorted(scored, reverse=True):
        if score >= _ALIKE and -number not in found and -other not in taken:
            found[-number] = -other
            taken.add(-other)
    return found


def _index(steps: Iterable[tuple[int, Step]]) -> Mapping[str, Sequence[int]]:
    """In which steps each word stands."""
    index: dict[str, list[int]] = defaultdict(list)
    for number, step in steps:
        for word in _words(step):
            index[word].append(number)
    return index


def _candidates(step: Step, index: Mapping[str, Sequence[int]]) -> Iterator[int]:
    """The steps that share the most words with one; words that stand in many steps tell nothing."""
    shared = Counter(number for word in _words(step) if len(numbers := index.get(word, ())) <= _COMMON for number in numbers)
    ordered = sorted(shared.items(), key=lambda each: (-each[1], each[0]))
    yield from (number for number, _ in ordered[:_CANDIDATES])


def _words(step: Step) -> set[str]:
    return {*_WORD.findall(_text(step)), f"name {step.name}"} if step.name else {*_WORD.findall(_text(step))}


def _text(step: Step) -> str:
    """What tells a step from others: what it runs or copies, else its settings."""
    named = [step.facts[name] for name in (RUNS, "content", "script", "source", "destination") if name in step.facts]
    texts = [fact.value if isinstance(fact.value, str) else spelled(fact.value) for fact in named]
    if RUNS not in step.facts and step.file:
        texts.append(basename(step.file))
    return "\n".join(texts) or "\n".join(f"{name} = {spelled(fact.value)}" for name, fact in step.facts.items())


def _likeness(one: str, other: str) -> float:
    if one == other:
        return 1.0
    if one.count("\n") > 3 and other.count("\n") > 3:
        lines, others = Counter(one.splitlines()), Counter(other.splitlines())
        return 2 * (lines & others).total() / (lines.total() + others.total())
    return SequenceMatcher(None, one[:_LETTERS], other[:_LETTERS], autojunk=False).ratio()
