"""Terraform's functions over known values, as plain Python data; what has no row here is asked for.

Source: https://developer.hashicorp.com/terraform/language/functions
"""

from __future__ import annotations

import base64
import hashlib
import json
import math
import operator
import re
from collections.abc import Callable, Mapping
from itertools import chain
from typing import Any
from urllib.parse import quote

Plain = Any
"""What JSON can say."""


class NotPossibleError(Exception):
    """Terraform refuses these arguments; the text says why, as a sentence without its full stop."""


def text_of(value: Plain) -> str:
    """A scalar as Terraform writes it into a text.

    >>> [text_of(each) for each in (True, 1.0, 2.5, "a")]
    ['true', '1', '2.5', 'a']
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if value is None or isinstance(value, list | dict):
        raise NotPossibleError("A null, a list or an object cannot be part of a text")
    return str(value)


def as_json(value: Plain) -> str:
    """The text that `jsonencode` makes."""
    text = json.dumps(value, separators=(",", ":"), sort_keys=True, ensure_ascii=False)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


_LONGEST = 1024
"""So many numbers Terraform's `range` gives at most."""
_VERB = re.compile(r"%(?:%|\[(\d+)\])?([-+0 #]*)(\d{1,3})?(?:\.(\d{1,2}))?([a-zA-Z])?")


def formatted(pattern: str, *values: Plain) -> str:
    """What `format` gives.

    >>> formatted("%s-%03d 100%%", "a", 7)
    'a-007 100%'
    """
    rest = iter(values)

    def one(match: re.Match[str]) -> str:
        if match.group() == "%%":
            return "%"
        number, flags, width, digits, verb = match.groups()
        value: Plain = values[int(number) - 1] if number else next(rest, None)
        if verb in ("s", "v"):
            text = text_of(value) if not isinstance(value, list | dict) else as_json(value)
            return text.ljust(int(width or 0)) if "-" in flags else text.rjust(int(width or 0))
        if verb == "q":
            return json.dumps(text_of(value), ensure_ascii=False)
        if verb in ("d", "x", "X", "o", "b"):
            return format(int(value or 0), f"{'0' if '0' in flags else ''}{width or ''}{verb}")
        if verb in ("f", "e", "g"):
            return format(float(value or 0), f"{width or ''}.{digits or 6}{verb}")
        raise NotPossibleError(f"`format` has no {match.group()}")

    return re.sub(r"%%|" + _VERB.pattern, one, pattern)


def _format_list(pattern: str, *values: Plain) -> list[str]:
    length = max((len(each) for each in values if isinstance(each, list)), default=1)
    rows = ([each[number] if isinstance(each, list) else each for each in values] for number in range(length))
    return [formatted(pattern, *row) for row in rows]


def _replaced(text: str, old: str, new: str) -> str:
    if len(old) > 1 and old.startswith("/") and old.endswith("/"):
        return re.sub(old[1:-1], re.sub(r"\$\{?(\w+)\}?", r"\\g<\1>", new), text)
    return text.replace(old, new)


def _found(pattern: str, text: str) -> Plain:
    match = re.search(pattern, text)
    if match is None:
        raise NotPossibleError("The pattern of `regex` does not match")
    return _groups(match)


def _groups(match: re.Match[str]) -> Plain:
    return match.groupdict() or list(match.groups()) or match.group()


def _merged(*objects: Plain) -> dict[str, Plain]:
    return dict(chain.from_iterable((each or {}).items() for each in objects))


def _first(*values: Plain) -> Plain:
    for value in values:
        if value not in (None, ""):
            return value
    raise NotPossibleError("No argument of `coalesce` has a value")


def _lookup(mapping: Mapping[str, Plain], key: str, *default: Plain) -> Plain:
    if key not in mapping and not default:
        raise NotPossibleError(f"The map has no key {key}")
    return mapping.get(key, default[0] if default else None)


def _flat(values: list[Plain]) -> list[Plain]:
    return list(chain.from_iterable(_flat(each) if isinstance(each, list) else [each] for each in values))


def _distinct(values: list[Plain]) -> list[Plain]:
    return list({as_json(each): each for each in values}.values())


def _set(values: list[Plain]) -> list[Plain]:
    unique = _distinct(values)
    return sorted(unique) if all(isinstance(each, str) for each in unique) else unique


def _part(text: str, start: int, length: int) -> str:
    return text[start:] if length < 0 else text[start : start + length]


def _indented(spaces: int, text: str) -> str:
    return text.replace("\n", "\n" + " " * int(spaces))


def _range(*limits: int) -> list[int]:
    numbers = range(*map(int, limits))
    if len(numbers) > _LONGEST:
        raise NotPossibleError(f"`range` gives at most {_LONGEST} numbers")
    return list(numbers)


def _number(value: Plain) -> Plain:
    number = float(value)
    return int(number) if number.is_integer() else number


def _truth(value: Plain) -> bool | None:
    return {"true": True, "false": False, True: True, False: False, None: None}[value]


def _one(values: list[Plain]) -> Plain:
    return values[0] if values else None


def _contained(values: list[Plain], value: Plain) -> bool:
    return any(each == value and isinstance(each, bool) == isinstance(value, bool) for each in values)


def _digest(name: str) -> Callable[[str], str]:
    return lambda text: hashlib.new(name, text.encode()).hexdigest()


FUNCTIONS: Mapping[str, Callable[..., Plain]] = {
    "abs": abs,
    "alltrue": all,
    "anytrue": any,
    "base64decode": lambda text: base64.b64decode(text).decode(),
    "base64encode": lambda text: base64.b64encode(text.encode()).decode(),
    "basename": lambda path: path.rstrip("/").rpartition("/")[2],
    "ceil": math.ceil,
    "chomp": lambda text: text.rstrip("\r\n"),
    "chunklist": lambda values, size: [values[at : at + size] for at in range(0, len(values), size)],
    "coalesce": _first,
    "coalescelist": lambda *lists: next((each for each in lists if each), []),
    "compact": lambda values: [each for each in values if each not in ("", None)],
    "concat": lambda *lists: list(chain.from_iterable(lists)),
    "contains": _contained,
    "dirname": lambda path: path.rpartition("/")[0] or ".",
    "distinct": _distinct,
    "element": lambda values, index: values[int(index) % len(values)],
    "endswith": str.endswith,
    "flatten": _flat,
    "floor": math.floor,
    "format": formatted,
    "formatlist": _format_list,
    "indent": _indented,
    "index": lambda values, value: values.index(value),
    "join": lambda separator, *lists: separator.join(text_of(each) for each in chain.from_iterable(lists)),
    "jsondecode": json.loads,
    "jsonencode": as_json,
    "keys": sorted,
    "length": len,
    "lookup": _lookup,
    "lower": lambda text: text_of(text).lower(),
    "max": max,
    "md5": _digest("md5"),
    "merge": _merged,
    "min": min,
    "nonsensitive": lambda value: value,
    "one": _one,
    "range": _range,
    "regex": _found,
    "regexall": lambda pattern, text: [_groups(each) for each in re.finditer(pattern, text)],
    "replace": _replaced,
    "reverse": lambda values: values[::-1],
    "sensitive": lambda value: value,
    "setunion": lambda *sets: _set(list(chain.from_iterable(sets))),
    "sha1": _digest("sha1"),
    "sha256": _digest("sha256"),
    "slice": lambda values, start, end: values[int(start) : int(end)],
    "sort": sorted,
    "split": lambda separator, text: text.split(separator) if separator else list(text),
    "startswith": str.startswith,
    "strcontains": lambda text, part: part in text,
    "strrev": lambda text: text[::-1],
    "substr": _part,
    "sum": sum,
    "title": lambda text: re.sub(r"\b[a-z]", lambda found: found.group().upper(), text),
    "tobool": _truth,
    "tolist": list,
    "tomap": dict,
    "tonumber": _number,
    "toset": _set,
    "tostring": lambda value: None if value is None else text_of(value),
    "trim": lambda text, characters: text.strip(characters),
    "trimprefix": str.removeprefix,
    "trimspace": str.strip,
    "trimsuffix": str.removesuffix,
    "upper": lambda text: text_of(text).upper(),
    "urlencode": lambda text: quote(text, safe="-_.~"),
    "values": lambda mapping: [mapping[key] for key in sorted(mapping)],
    "zipmap": lambda keys, values: dict(zip(keys, values, strict=True)),
}


_OPERATORS: Mapping[str, Callable[[float, float], float]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "%": operator.mod,
}


def operate(sign: str, left: Plain, right: Plain) -> bool | int | float:
    """The value of a comparison or a calculation; raises NotPossibleError.

    >>> operate("==", None, None), operate("/", "9", 3), operate("==", True, 1)
    (True, 3, False)
    """
    if sign in ("==", "!="):
        return (left == right and isinstance(left, bool) == isinstance(right, bool)) is (sign == "==")
    try:
        result: float = _OPERATORS[sign](run("tonumber", [left]), run("tonumber", [right]))
    except (KeyError, ZeroDivisionError) as error:
        raise NotPossibleError(f"`{sign}` does not take these values") from error
    return int(result) if isinstance(result, float) and result.is_integer() else result


def run(name: str, arguments: list[Plain]) -> Plain:
    """The value of a call; raises NotPossibleError."""
    try:
        return FUNCTIONS[name](*arguments)
    except NotPossibleError:
        raise
    except (TypeError, ValueError, LookupError, AttributeError, ArithmeticError, re.error) as error:
        raise NotPossibleError(f"`{name}` does not take these values") from error
