"""A rule as one test for all samples, goldens or codes, since thousands of tests cost more than their rules."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

_Value = TypeVar("_Value")


def for_all(values: Sequence[_Value], name: Callable[[_Value], str]) -> Callable[[Callable[[_Value], None]], Callable[[], None]]:
    """Makes a test without parameters of a rule; a failure names each value that the rule does not hold for."""

    def tested(rule: Callable[[_Value], None]) -> Callable[[], None]:
        def holds_for_all() -> None:
            check_all(rule, values, name)

        holds_for_all.__doc__ = rule.__doc__
        return holds_for_all

    return tested


def check_all(rule: Callable[[_Value], None], values: Iterable[_Value], name: Callable[[_Value], str]) -> None:
    """Fails with the names of all values that break a rule, and why."""
    broken: dict[str, str] = {}
    is_empty = True
    for value in values:
        is_empty = False
        try:
            rule(value)
        except AssertionError as error:
            broken[name(value)] = str(error)
        except Exception as error:
            error.add_note(f"in {name(value)}")
            raise
    assert not is_empty, "nothing is checked"
    assert not broken, "\n\n".join(f"{each}: {what}" for each, what in broken.items())
