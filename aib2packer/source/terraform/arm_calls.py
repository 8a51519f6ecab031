"""What Terraform's operators and functions are in the ARM expression language, over values that only a build knows.

A row is here only where both mean the same.

Source: https://developer.hashicorp.com/terraform/language/functions
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from aib2packer.ir.values import Call, ListOf, Literal, Value

Made = Value | None


def _named(function: str) -> Callable[..., Made]:
    return lambda *arguments: Call(function, arguments)


def _not(value: Value) -> Value:
    return Call("not", (value,))


OPERATORS: Mapping[str, Callable[[Value, Value], Value]] = {
    "==": lambda left, right: Call("equals", (left, right)),
    "!=": lambda left, right: _not(Call("equals", (left, right))),
    "&&": lambda left, right: Call("and", (left, right)),
    "||": lambda left, right: Call("or", (left, right)),
    "<": lambda left, right: Call("less", (left, right)),
    "<=": lambda left, right: Call("lessOrEquals", (left, right)),
    ">": lambda left, right: Call("greater", (left, right)),
    ">=": lambda left, right: Call("greaterOrEquals", (left, right)),
    "+": lambda left, right: Call("add", (left, right)),
    "-": lambda left, right: Call("sub", (left, right)),
    "*": lambda left, right: Call("mul", (left, right)),
    "%": lambda left, right: Call("mod", (left, right)),
}

_WORDS = re.compile(r"%%|%[sv]")


def _format(pattern: Value, *values: Value) -> Made:
    """A text of its parts, where the pattern has nothing but `%s`, `%v` and `%%`."""
    text = pattern.value if isinstance(pattern, Literal) else None
    if not isinstance(text, str) or "%" in _WORDS.sub("", text):
        return None
    rest, position = iter(values), 0
    parts: list[Value] = []
    for match in _WORDS.finditer(text):
        parts.append(Literal(text[position : match.start()]))
        value = Literal("%") if match.group() == "%%" else next(rest, None)
        if value is None:
            return None
        parts.append(value)
        position = match.end()
    parts.append(Literal(text[position:]))
    return concat([part for part in parts if part != Literal("")])


def _format_list(pattern: Value, *values: Value) -> Made:
    """A text made of each item of one list."""
    if len(values) != 1:
        return None
    item = Call("lambdaVariables", (Literal("item"),))
    made = _format(pattern, item)
    return Call("map", (values[0], Call("lambda", (Literal("item"), made)))) if made is not None else None


def concat(parts: list[Value]) -> Value:
    """Texts one after the other."""
    return Call("concat", tuple(parts)) if parts else Literal("")


def _replace(text: Value, old: Value, new: Value) -> Made:
    said = old.value if isinstance(old, Literal) else None
    if not isinstance(said, str) or (said.startswith("/") and said.endswith("/") and len(said) > 1):
        return None
    return Call("replace", (text, old, new))


def _substr(text: Value, start: Value, length: Value) -> Made:
    if isinstance(length, Literal) and isinstance(length.value, int) and length.value < 0:
        return Call("substring", (text, start))
    return Call("substring", (text, start, length))


def _join(separator: Value, *lists: Value) -> Made:
    return Call("join", (lists[0], separator)) if len(lists) == 1 else None


def _lookup(mapping: Value, key: Value, *default: Value) -> Made:
    found = Call("tryGet", (mapping, key))
    return Call("coalesce", (found, *default)) if default else None


_NOW = "yyyy-MM-ddTHH:mm:ssZ"
_DATE_WORDS = {"YYYY": "yyyy", "YY": "yy", "MM": "MM", "DD": "dd", "hh": "HH", "mm": "mm", "ss": "ss"}
_DATE_PART = re.compile(r"([A-Za-z])\1*|'[^']*'")


def _format_date(pattern: Value, date: Value) -> Made:
    """The time of the build in another format, where ARM has each of its parts."""
    text = pattern.value if isinstance(pattern, Literal) else None
    if not isinstance(text, str) or date != Call("utcNow", (Literal(_NOW),)):
        return None
    if any(part.group() not in _DATE_WORDS and not part.group().startswith("'") for part in _DATE_PART.finditer(text)):
        return None
    return Call("utcNow", (Literal(_DATE_PART.sub(lambda part: _DATE_WORDS.get(part.group(), part.group()), text)),))


def _coalesce(*values: Value) -> Made:
    """The first value that is neither null nor an empty text; ARM's `coalesce` would take the empty text."""
    *others, result = values
    for value in reversed(others):
        if isinstance(value, Literal):
            result = value if value.value not in (None, "") else result
        else:
            result = Call("if", (Call("empty", (value,)), result, value))
    return result


def _same(value: Value) -> Made:
    return value


FUNCTIONS: Mapping[str, Callable[..., Made]] = {
    "base64decode": _named("base64ToString"),
    "base64encode": _named("base64"),
    "coalesce": _coalesce,
    "concat": _named("concat"),
    "contains": _named("contains"),
    "endswith": lambda text, part: Call("endsWith", (text, part)),
    "flatten": _named("flatten"),
    "format": _format,
    "formatdate": _format_date,
    "formatlist": _format_list,
    "join": _join,
    "jsondecode": _named("json"),
    "length": _named("length"),
    "lookup": _lookup,
    "lower": _named("toLower"),
    "max": _named("max"),
    "merge": lambda *objects: Call("shallowMerge", (ListOf(objects),)),
    "min": _named("min"),
    "nonsensitive": _same,
    "replace": _replace,
    "sensitive": _same,
    "split": lambda separator, text: Call("split", (text, separator)),
    "timestamp": lambda: Call("utcNow", (Literal(_NOW),)),
    "startswith": lambda text, part: Call("startsWith", (text, part)),
    "strcontains": lambda text, part: Call("contains", (text, part)),
    "substr": _substr,
    "tolist": _same,
    "tomap": _same,
    "toset": _same,
    "tostring": _same,
    "trimspace": _named("trim"),
    "upper": _named("toUpper"),
    "urlencode": _named("uriComponent"),
    "distinct": _named("distinct"),
}
