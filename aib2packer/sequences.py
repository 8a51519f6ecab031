"""What stayed where it was, of things that are in another order."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence


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
