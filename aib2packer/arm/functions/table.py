"""The form of a function's entry in the tables, and the checks that the functions share.

The functions work on plain JSON values; what they refuse they say with ``RefusedError``, which the evaluator turns
into a finding. A message never shows a value: it may be a secret.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import isinf
from typing import TypeAlias

from msgspec import Struct

from aib2packer.ir.values import Kind

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"

LARGEST_TEXT = 4 * 1024 * 1024
LARGEST = 2**63 - 1
SMALLEST = -(2**63)


class RefusedError(Exception):
    """ARM itself would refuse these arguments; the text says why, without the function's name."""


class Like(Struct, frozen=True):
    """A kind that the arguments from ``first`` up to ``end`` share; null and the empty array share every kind."""

    first: int = 0
    end: int | None = None


Result: TypeAlias = Kind | Like | Callable[[Sequence[Kind]], Kind]
"""The kind of a result: always the same one, that of some arguments, or computed from the kinds of all arguments."""


class Function(Struct, frozen=True):
    """A function of the language: its name in ARM's spelling, and every fact about it that is not about HCL.

    ``least``, ``most``: how many arguments it takes; ``most`` None means any number.
    ``run``: what it does with plain values for which its shape gives nothing. None: its shape does it all, the evaluator does it
    (it is lazy, or needs the scope), or only Azure can.
    ``gives``: the kind of the result. ``items``: the kind of the items of a list, or of the values of an object.
    ``may_fail``: Packer may stop at it, so it may only stand in a branch that is taken.
    ``asked``: where it is live, only Azure can tell its value, so it becomes an input of the project.
    """

    name: str
    least: int
    most: int | None
    run: Callable[..., Json] | None = None
    gives: Result = Kind.ANY
    items: Kind | Like = Kind.ANY
    may_fail: bool = True
    asked: bool = False


def table(*functions: Function) -> dict[str, Function]:
    """The functions by their names in lower case."""
    return {function.name.lower(): function for function in functions}


def type_name(value: Json) -> str:
    """What ARM's reference calls the type of a value."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "a bool"
    if isinstance(value, int | float):
        return "a number"
    if isinstance(value, str):
        return "a string"
    return "an array" if isinstance(value, list) else "an object"


def text(value: Json, what: str = "its argument", wanted: str = "a string") -> str:
    """The value, which must be a string, or else what shapes know; ``wanted`` are all that the function takes."""
    if isinstance(value, str):
        return value
    raise RefusedError(f"{what} must be {wanted}, not {type_name(value)}")


def whole(value: Json, what: str = "its argument") -> int:
    """The value, which must be an int."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    raise RefusedError(f"{what} must be an int, not {type_name(value)}")


def truth(value: Json, what: str = "its argument") -> bool:
    """The value, which must be a bool."""
    if isinstance(value, bool):
        return value
    raise RefusedError(f"{what} must be a bool, not {type_name(value)}")


def array(value: Json, what: str = "its argument") -> list[Json]:
    """The value, which must be an array."""
    if isinstance(value, list):
        return value
    raise RefusedError(f"{what} must be an array, not {type_name(value)}")


def mapping(value: Json, what: str = "its argument") -> dict[str, Json]:
    """The value, which must be an object."""
    if isinstance(value, dict):
        return value
    raise RefusedError(f"{what} must be an object, not {type_name(value)}")


def in_range(number: int) -> int:
    """The number, if it fits the 64 bits of ARM's int."""
    if SMALLEST <= number <= LARGEST:
        return number
    raise RefusedError("the result does not fit a 64-bit int")


def finite(written: str) -> float:
    """The number of a text, if a double can hold it."""
    number = float(written)
    if isinf(number):
        raise RefusedError("the number does not fit a 64-bit float")
    return number


def bounded(parts: Sequence[str], delimiter: str = "") -> str:
    """The texts joined, unless that is longer than a whole template may be after expansion.

    Source: https://learn.microsoft.com/azure/azure-resource-manager/templates/best-practices#template-limits
    """
    check_size(sum(map(len, parts)) + len(delimiter) * len(parts))
    return delimiter.join(parts)


def check_size(length: int) -> None:
    """Refuses a result longer than a whole template may be, before it fills the memory."""
    if length > LARGEST_TEXT:
        raise RefusedError("the result is larger than 4 MB, the limit of Azure for a template")


def equal(left: Json, right: Json) -> bool:
    """Deep equality without conversion, with regard to case (arm/FACTS.md 2); 1, 1.0 and true all differ."""
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(equal(a, b) for a, b in zip(left, right, strict=True))
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(equal(left[key], right[key]) for key in left)
    return type(left) is type(right) and left == right


def without_case(value: str) -> str:
    """A form of the text that is equal for texts which differ only in case (ordinal, character by character)."""
    if value.isascii():
        return value.upper()
    return "".join([each_upper if len(each_upper := each.upper()) == 1 else each for each in value])


def find_key(value: dict[str, Json], name: str) -> str | None:
    """The stored spelling of a key: exactly this one first, else one of any case."""
    if name in value:
        return name
    folded = without_case(name)
    return next((key for key in value if without_case(key) == folded), None)


def distinct(values: Sequence[Json]) -> list[Json]:
    """The values without those that are deeply equal to an earlier one."""
    kept: list[Json] = []
    seen: set[tuple[type, Json]] = set()
    for value in values:
        if isinstance(value, list | dict):
            if not any(equal(value, other) for other in kept):
                kept.append(value)
        elif (type(value), value) not in seen:
            seen.add((type(value), value))
            kept.append(value)
    return kept
