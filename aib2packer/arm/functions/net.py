"""What ARM inherits from .NET: text forms of values, composite formatting, UTF-16 lengths, letters of either case."""

from __future__ import annotations

import json
import re

from aib2packer.arm.functions.table import Json, RefusedError, check_size

_LAST_BASIC = "\uffff"
_ALSO_ESCAPED = {"\u0085": "\\u0085", "\u2028": "\\u2028", "\u2029": "\\u2029"}
_ALSO_ESCAPED_PATTERN = "[\u0085\u2028\u2029]"


def compact_json(value: Json, quote: str = '"') -> str:
    """JSON without spaces, in the order of insertion, with JSON's own escapes only (arm/FACTS.md 3)."""
    check_size(_letters(value))
    return _written(value, quote)


def _letters(value: Json) -> int:
    """How long its JSON is at least."""
    if isinstance(value, list):
        return sum(map(_letters, value))
    if isinstance(value, dict):
        return sum(len(key) + _letters(item) for key, item in value.items())
    return len(value) if isinstance(value, str) else 1


def _written(value: Json, quote: str) -> str:
    if isinstance(value, str):
        return _quoted(value, quote)
    if isinstance(value, list):
        return f"[{','.join([_written(item, quote) for item in value])}]"
    if isinstance(value, dict):
        pairs = [f"{_quoted(key, quote)}:{_written(item, quote)}" for key, item in value.items()]
        return f"{{{','.join(pairs)}}}"
    return json.dumps(value)


def _quoted(value: str, quote: str) -> str:
    written = json.dumps(value, ensure_ascii=False)
    if not written.isascii():
        written = re.sub(_ALSO_ESCAPED_PATTERN, lambda match: _ALSO_ESCAPED[match.group()], written)
    if quote == '"':
        return written
    return quote + written[1:-1].replace('\\"', '"').replace(quote, "\\" + quote) + quote


def text_form(value: Json) -> str:
    """What ``format``, ``join`` and ``concat`` write for a value: True, False, nothing for null, single-quoted JSON.

    >>> text_form(True), text_form(None), text_form({"a": ["b", 1]})
    ('True', '', "{'a':['b',1]}")
    """
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, float):
        return repr(value).removesuffix(".0")
    if isinstance(value, bool | int):
        return str(value)
    return compact_json(value, "'")


def string_form(value: Json) -> str:
    """What ``string`` gives: as ``text_form``, but arrays and objects as ordinary JSON (arm/FACTS.md 3)."""
    return compact_json(value) if isinstance(value, list | dict) else text_form(value)


def units(value: str) -> int:
    """The length in UTF-16 units, which is how ARM counts."""
    return len(value) + sum(character > _LAST_BASIC for character in value) if not value.isascii() else len(value)


def slice_units(value: str, start: int, length: int) -> str:
    """Part of a text by UTF-16 units."""
    if units(value) == len(value):
        return value[start : start + length]
    encoded = value.encode("utf-16-le", "surrogatepass")
    return encoded[2 * start : 2 * (start + length)].decode("utf-16-le", "surrogatepass")


def lower(value: str) -> str:
    """Lower case by the invariant culture: character by character, none becomes two."""
    if value.isascii():
        return value.lower()
    return "".join([small if len(small := each.lower()) == 1 else each for each in value])


def upper(value: str) -> str:
    """Upper case by the invariant culture."""
    if value.isascii():
        return value.upper()
    return "".join([large if len(large := each.upper()) == 1 else each for each in value])


_HOLE = r"\{\{|\}\}|\{(\d+)\s*(?:,\s*(-?\d+)\s*)?(?::([^{}]*))?\}|[{}]"

_MAX_HOLE = 6
""".NET takes indexes and widths of up to six digits."""


def format_parts(template: str) -> list[str | tuple[int, int, str]]:
    """A composite format string in parts: literal text, or the index, width and specifier of a placeholder.

    >>> format_parts("a{{{0}-{1,5:D3}")
    ['a{', (0, 0, ''), '-', (1, 5, 'D3')]
    """
    parts: list[str | tuple[int, int, str]] = []
    literal: list[str] = []
    position = 0
    for match in re.finditer(_HOLE, template):
        literal.append(template[position : match.start()])
        position = match.end()
        token = match.group()
        if token in ("{{", "}}"):
            literal.append(token[0])
        elif match.group(1) is None:
            raise RefusedError(f"the {token} in the format string must be doubled, or part of a placeholder {{0}}")
        else:
            if text := "".join(literal):
                parts.append(text)
            literal = []
            if max(len(match.group(1)), len(match.group(2) or "")) > _MAX_HOLE:
                raise RefusedError("an index or width in the format string is too large")
            parts.append((int(match.group(1)), int(match.group(2) or 0), match.group(3) or ""))
    literal.append(template[position:])
    if text := "".join(literal):
        parts.append(text)
    return parts


def formatted(value: Json, width: int, specifier: str) -> str:
    """One placeholder's text: the value by its specifier, padded to the width (negative: on the right)."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    try:
        written = _number_format(value, specifier) if specifier and is_number else text_form(value)
    except OverflowError:
        raise RefusedError("the number is too large for the format") from None
    return written.rjust(width) if width >= 0 else written.ljust(-width)


_STANDARD = r"([A-Za-z])(\d{0,2})\Z"
_ZEROS = r"(#,##)?(0+)(?:\.(0+))?\Z"


def _number_format(value: Json, specifier: str) -> str:
    assert isinstance(value, int | float)
    standard = re.match(_STANDARD, specifier)
    if standard:
        return _standard_format(value, standard.group(1), int(standard.group(2)) if standard.group(2) else None)
    zeros = re.match(_ZEROS, specifier)
    if zeros is None:
        raise RefusedError(f"aib2packer does not know the format {{0:{specifier}}}")
    decimals = len(zeros.group(3) or "")
    grouping = "," if zeros.group(1) else ""
    whole = len(zeros.group(2))
    number = f"{abs(value):{grouping}.{decimals}f}"
    width = whole + (decimals + 1 if decimals else 0)
    return ("-" if value < 0 else "") + number.zfill(width)


def _standard_format(value: int | float, letter: str, digits: int | None) -> str:
    sign = "-" if value < 0 else ""
    size = abs(value)
    match letter.upper():
        case "D" if isinstance(value, int):
            return sign + str(size).zfill(digits or 0)
        case "X" if isinstance(value, int):
            bits = value if value >= 0 else value + 2**64
            return (f"{bits:X}" if letter == "X" else f"{bits:x}").zfill(digits or 0)
        case "F":
            return f"{value:.{2 if digits is None else digits}f}"
        case "N":
            return f"{value:,.{2 if digits is None else digits}f}"
        case "P":
            return f"{value * 100:,.{2 if digits is None else digits}f} %"
        case "G" | "R" if digits is None:
            return text_form(value)
        case _:
            raise RefusedError(f"aib2packer does not know the format {{0:{letter}}} for this number")
