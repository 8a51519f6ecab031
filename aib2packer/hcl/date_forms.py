"""Dates in HCL: .NET patterns as ``formatdate`` patterns, ISO durations as Packer's.

Source: https://developer.hashicorp.com/packer/docs/templates/hcl_templates/functions/datetime/formatdate
"""

from __future__ import annotations

import re

from aib2packer.hcl.text import quote
from aib2packer.hcl.writing import NoFormError
from aib2packer.ir.date_patterns import DEFAULT_NOW, STANDARD

ISO = ("yyyy-MM-ddTHH:mm:ssZ", "u", DEFAULT_NOW, "yyyy-MM-ddTHH:mm:ssK", "yyyy-MM-dd HH:mm:ssZ")

_VERBS = {
    "yyyy": "YYYY",
    "yy": "YY",
    "MMMM": "MMMM",
    "MMM": "MMM",
    "MM": "MM",
    "M": "M",
    "dddd": "EEEE",
    "ddd": "EEE",
    "dd": "DD",
    "d": "D",
    "HH": "hh",
    "H": "h",
    "hh": "HH",
    "h": "H",
    "mm": "mm",
    "m": "m",
    "ss": "ss",
    "s": "s",
    "tt": "AA",
    "zzz": "ZZZZZ",
}
_PIECE = re.compile(r"y+|M+|d+|H+|h+|m+|s+|t+|z+|f+|F+|g+|K|'[^']*'|\"[^\"]*\"|\\.|.", re.DOTALL)
_LITERAL_LETTER = re.compile(r"[A-Za-z]")


def formatted(pattern: str, instant: str) -> str:
    """An HCL expression for an instant (an HCL expression itself) by a .NET pattern.

    >>> print(formatted("u", "timestamp()"))
    formatdate("YYYY-MM-DD hh:mm:ss'Z'", timestamp())
    """
    pieces = [_piece(piece) for piece in _PIECE.findall(STANDARD.get(pattern, "") if len(pattern) == 1 else pattern)]
    if not pieces:
        raise NoFormError(f"formatdate has no equivalent of the date format {pattern}")
    written = "".join(pieces).replace("''", "")
    return f"formatdate({quote(written)}, {instant})"


def _piece(piece: str) -> str:
    """The piece as ``formatdate`` writes it."""
    if piece in _VERBS:
        return _VERBS[piece]
    if piece[0] in "'\"\\" and len(piece) > 1:
        literal = piece[1:-1] if piece[0] != "\\" else piece[1:]
    elif piece == "K":
        literal = "Z"
    elif piece[0] in "yMdHhmstzfFg%":
        raise NoFormError(f"formatdate has no equivalent of {piece} in a date format")
    else:
        literal = piece
    if "'" in literal or '"' in literal or "\\" in literal:
        raise NoFormError("formatdate cannot write a quote")
    return f"'{literal}'" if _LITERAL_LETTER.search(literal) else literal


_DURATION = re.compile(r"(-)?P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?\Z")
_HOURS = (8760, 720, 168, 24, 1)


def duration(iso: str) -> str:
    """An ISO 8601 duration in Packer's hours, minutes and seconds; a year is 365 days, a month 30.

    >>> duration("P1YT30M"), duration("-P2D"), duration("PT15M")
    ('8760h30m', '-48h', '15m')
    """
    match = _DURATION.match(iso)
    if match is None:
        raise NoFormError("the duration is not written in whole ISO 8601 units")
    numbers = [int(part or 0) for part in match.groups()[1:]]
    hours = sum(number * unit for number, unit in zip(numbers[:5], _HOURS, strict=True))
    parts = [f"{amount}{unit}" for amount, unit in ((hours, "h"), (numbers[5], "m"), (numbers[6], "s")) if amount]
    return (match.group(1) or "") + ("".join(parts) or "0s")
