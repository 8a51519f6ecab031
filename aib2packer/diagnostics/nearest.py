"""The word that was probably meant by one that nobody knows."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

_WORDS, _LETTERS = 200, 100
"""So many words, and letters of each, are looked at: a list that a program wrote would take hours."""


def nearest(word: str, known: Iterable[str], cutoff: float = 0.6) -> str | None:
    """The known word that is most like this one, regardless of case; None where none is as like as the cutoff says.

    >>> nearest("Locaton", ["name", "location"]), nearest("x", ["name"])
    ('location', None)
    """
    from difflib import get_close_matches

    by_case = {each.lower()[:_LETTERS]: each for each in islice(known, _WORDS)}
    found = get_close_matches(word.lower()[:_LETTERS], by_case, n=1, cutoff=cutoff)
    return by_case[found[0]] if found else None
