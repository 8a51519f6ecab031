"""Truth, comparison and numbers.

Sources:
https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-logical
https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-comparison
https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-numeric
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from aib2packer.arm.functions.table import (
    Function,
    Json,
    Like,
    RefusedError,
    array,
    equal,
    finite,
    in_range,
    table,
    truth,
    type_name,
    whole,
)
from aib2packer.ir.values import Kind


def to_bool(value: Json) -> bool:
    """``bool`` of true and false in any case, or of an int (0 is false)."""
    if isinstance(value, bool):
        return value
    if isinstance(value, str):
        if value.strip().lower() not in ("true", "false"):
            raise RefusedError("its argument must be true or false")
        return value.strip().lower() == "true"
    return whole(value) != 0


_WHOLE = re.compile(r"\s*[+-]?[0-9]+\s*\Z")
_DECIMAL = re.compile(r"\s*[+-]?[0-9]*\.?[0-9]+([eE][+-]?[0-9]+)?\s*\Z")


def to_int(value: Json) -> int:
    """``int`` of a number or its decimal text."""
    if isinstance(value, str):
        if not _WHOLE.match(value) or len(value) > 40:
            raise RefusedError("its argument is not an integer")
        return in_range(int(value))
    if isinstance(value, float):
        return in_range(int(value))
    return whole(value)


def to_float(value: Json) -> float:
    """``float`` of a number or its text."""
    if isinstance(value, str):
        if not _DECIMAL.match(value):
            raise RefusedError("its argument is not a number")
        return finite(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise RefusedError(f"its argument must be a number or a string, not {type_name(value)}")
    return float(value)


def divide(left: Json, right: Json) -> int:
    """``div``: truncates toward zero."""
    dividend, divisor = whole(left), whole(right)
    if divisor == 0:
        raise RefusedError("division by 0")
    quotient = abs(dividend) // abs(divisor)
    return in_range(quotient if (dividend < 0) == (divisor < 0) else -quotient)


def modulo(left: Json, right: Json) -> int:
    """``mod``: the sign of the dividend."""
    return whole(left) - divide(left, right) * whole(right)


def _extreme(choose: Callable[[list[int]], int]) -> Callable[..., Json]:
    def run(*values: Json) -> Json:
        items = [item for value in values for item in (array(value) if isinstance(value, list) else [value])]
        if not items:
            raise RefusedError("an empty array has no smallest or largest item")
        return choose([whole(item, "each value") for item in items])

    return run


_PUNCTUATION = " _-,;:!?.'\"()[]{}@*/\\&#%`^+<=>|~$"


def _order(value: str) -> tuple[list[tuple[int, str]], str, list[bool]]:
    """A sort key in linguistic order: letters first, then accents, then small before capital.

    Source: https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-comparison#greater
    """
    plain = unicodedata.normalize("NFD", value)
    base = [each for each in plain if not unicodedata.combining(each)]
    letters = [(_PUNCTUATION.find(each), "") if each in _PUNCTUATION else (99, each.casefold()) for each in base]
    accents = "".join([each for each in plain if unicodedata.combining(each)])
    return letters, accents, [each != each.lower() for each in base]


def compare(left: Json, right: Json) -> int:
    """-1, 0 or 1: two ints, or two texts in linguistic order."""
    if isinstance(left, str) and isinstance(right, str):
        first, second = _order(left), _order(right)
        return (first > second) - (first < second)
    a, b = _number(left), _number(right)
    return (a > b) - (a < b)


def _number(value: Json) -> int | float:
    return value if isinstance(value, float) else whole(value, "each argument")


LOGIC = table(
    Function("if", 3, 3, gives=Like(1, 3), items=Like(1, 3), may_fail=False),
    Function("and", 2, None, gives=Kind.FLAG, may_fail=False),
    Function("or", 2, None, gives=Kind.FLAG, may_fail=False),
    Function("coalesce", 1, None, gives=Like(), may_fail=False),
    Function("not", 1, 1, lambda value: not truth(value), gives=Kind.FLAG, may_fail=False),
    Function("true", 0, 0, lambda: True, gives=Kind.FLAG),
    Function("false", 0, 0, lambda: False, gives=Kind.FLAG),
    Function("bool", 1, 1, to_bool, gives=Kind.FLAG),
    Function("equals", 2, 2, equal, gives=Kind.FLAG, may_fail=False),
    Function("greater", 2, 2, lambda left, right: compare(left, right) > 0, gives=Kind.FLAG, may_fail=False),
    Function("greaterOrEquals", 2, 2, lambda left, right: compare(left, right) >= 0, gives=Kind.FLAG, may_fail=False),
    Function("less", 2, 2, lambda left, right: compare(left, right) < 0, gives=Kind.FLAG, may_fail=False),
    Function("lessOrEquals", 2, 2, lambda left, right: compare(left, right) <= 0, gives=Kind.FLAG, may_fail=False),
)

NUMBERS = table(
    Function("add", 2, 2, lambda left, right: in_range(whole(left) + whole(right)), gives=Kind.NUMBER, may_fail=False),
    Function("sub", 2, 2, lambda left, right: in_range(whole(left) - whole(right)), gives=Kind.NUMBER, may_fail=False),
    Function("mul", 2, 2, lambda left, right: in_range(whole(left) * whole(right)), gives=Kind.NUMBER, may_fail=False),
    Function("div", 2, 2, divide, gives=Kind.NUMBER),
    Function("mod", 2, 2, modulo, gives=Kind.NUMBER),
    Function("min", 1, None, _extreme(min), gives=Kind.NUMBER),
    Function("max", 1, None, _extreme(max), gives=Kind.NUMBER),
    Function("int", 1, 1, to_int, gives=Kind.NUMBER),
    Function("float", 1, 1, to_float, gives=Kind.NUMBER),
)
