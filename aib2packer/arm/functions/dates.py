"""Dates: .NET's format strings in the invariant culture, ISO 8601 durations (arm/FACTS.md 5).

Source: https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-date
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from aib2packer.arm.functions.table import Function, Json, RefusedError, table, text, whole
from aib2packer.ir.date_patterns import STANDARD
from aib2packer.ir.values import Kind

ISO = "yyyy-MM-ddTHH:mm:ssZ"

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)

_VERBS: dict[str, Callable[[datetime], str]] = {
    "yyyyy": lambda at: f"{at.year:05}",
    "yyyy": lambda at: f"{at.year:04}",
    "yyy": lambda at: f"{at.year:03}",
    "yy": lambda at: f"{at.year % 100:02}",
    "y": lambda at: str(at.year % 100),
    "MMMM": lambda at: _MONTHS[at.month - 1],
    "MMM": lambda at: _MONTHS[at.month - 1][:3],
    "MM": lambda at: f"{at.month:02}",
    "M": lambda at: str(at.month),
    "dddd": lambda at: _DAYS[at.weekday()],
    "ddd": lambda at: _DAYS[at.weekday()][:3],
    "dd": lambda at: f"{at.day:02}",
    "d": lambda at: str(at.day),
    "HH": lambda at: f"{at.hour:02}",
    "H": lambda at: str(at.hour),
    "hh": lambda at: f"{at.hour % 12 or 12:02}",
    "h": lambda at: str(at.hour % 12 or 12),
    "mm": lambda at: f"{at.minute:02}",
    "m": lambda at: str(at.minute),
    "ss": lambda at: f"{at.second:02}",
    "s": lambda at: str(at.second),
    "tt": lambda at: "AM" if at.hour < 12 else "PM",
    "t": lambda at: "A" if at.hour < 12 else "P",
    "K": lambda at: "Z",
    "zzz": lambda at: "+00:00",
    "zz": lambda at: "+00",
    "z": lambda at: "+0",
    "gg": lambda at: "A.D.",
    "g": lambda at: "A.D.",
}
_PIECE = re.compile(r"y+|M+|d+|H+|h+|m+|s+|t+|z+|g+|f{1,7}|F{1,7}|K|'[^']*'|\"[^\"]*\"|\\.|%|.", re.DOTALL)
_LONGEST = {"y": 5, "M": 4, "d": 4, "H": 2, "h": 2, "m": 2, "s": 2, "t": 2, "z": 3, "g": 2}


def format_date(at: datetime, pattern: str) -> str:
    """A UTC instant by a .NET standard or custom pattern.

    >>> format_date(datetime(2019, 3, 5, 17, 53, 18), "yyyyMMddThh:mm tt")
    '20190305T05:53 PM'
    """
    if len(pattern) == 1:
        if pattern not in STANDARD:
            raise RefusedError(f"'{pattern}' is not a standard date format")
        pattern = STANDARD[pattern]
    written = []
    for piece in _PIECE.findall(pattern):
        letter = piece[0]
        if letter in _LONGEST:
            written.append(_VERBS[piece[: _LONGEST[letter]]](at))
        elif letter == "K":
            written.append("Z")
        elif letter in "fF":
            fraction = f"{at.microsecond:06}0"[: len(piece)]
            written.append(fraction.rstrip("0") if letter == "F" else fraction)
        elif letter in "'\"" and len(piece) > 1:
            written.append(piece[1:-1])
        elif letter == "\\":
            written.append(piece[1:])
        elif letter != "%":
            written.append(piece)
    return "".join(written)


_INSTANT = re.compile(
    r"(\d{4})-?(\d\d)-?(\d\d)(?:[T ](\d\d):?(\d\d)(?::?(\d\d)(?:\.(\d{1,7}))?)?)?\s*(?:(Z)|([+-])(\d\d):?(\d\d))?\Z",
    re.IGNORECASE,
)


def parse_date(value: Json, what: str = "the date") -> datetime:
    """An ISO 8601 instant as UTC; also with a space for the T, and in the compact form of ``utcNow``.

    >>> parse_date("2020-04-07 14:53:14Z").isoformat()
    '2020-04-07T14:53:14+00:00'
    """
    match = _INSTANT.match(text(value, what).strip())
    if match is None:
        raise RefusedError(f"{what} must be in ISO 8601 form")
    year, month, day, hour, minute, second = (int(part or 0) for part in match.groups()[:6])
    fraction = int((match.group(7) or "").ljust(6, "0")[:6])
    try:
        at = datetime(year, month, day, hour, minute, second, fraction, tzinfo=UTC)
        if match.group(9):
            offset = timedelta(hours=int(match.group(10)), minutes=int(match.group(11)))
            at = at - offset if match.group(9) == "+" else at + offset
    except (ValueError, OverflowError):
        raise RefusedError(f"{what} does not exist") from None
    return at


_DURATION = re.compile(r"(-)?P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?\Z")
_UNITS = (365 * 86400, 30 * 86400, 7 * 86400, 86400, 3600, 60)

_MAX_DURATION = 100


def parse_duration(value: Json) -> timedelta:
    """An ISO 8601 duration; a year is 365 days, a month 30 (arm/FACTS.md 5).

    Source: https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-date
    """
    written = text(value, "the duration")
    match = _DURATION.match(written) if len(written) <= _MAX_DURATION else None
    if match is None or written.endswith(("P", "T")):
        raise RefusedError("the duration must be in ISO 8601 form, for example PT1H30M")
    seconds = sum(int(part or 0) * unit for part, unit in zip(match.groups()[1:7], _UNITS, strict=True))
    try:
        length = timedelta(seconds=seconds + float(match.group(8) or 0))
    except OverflowError:
        raise RefusedError("the duration is too long") from None
    return -length if match.group(1) else length


def add(base: Json, duration: Json, pattern: Json = ISO) -> str:
    """``dateTimeAdd``; without a format the result is ISO 8601."""
    try:
        return format_date(parse_date(base, "the base") + parse_duration(duration), text(pattern, "the format"))
    except OverflowError:
        raise RefusedError("the result is out of range") from None


def from_epoch(seconds: Json) -> str:
    """``dateTimeFromEpoch``."""
    try:
        return format_date(datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=whole(seconds)), ISO)
    except OverflowError:
        raise RefusedError("the result is out of range") from None


DATES = table(
    Function("dateTimeAdd", 2, 3, add, gives=Kind.TEXT),
    Function("dateTimeToEpoch", 1, 1, lambda value: int(parse_date(value).timestamp()), gives=Kind.NUMBER),
    Function("dateTimeFromEpoch", 1, 1, from_epoch, gives=Kind.TEXT),
    Function("utcNow", 0, 1, gives=Kind.TEXT, may_fail=False),
    Function("newGuid", 0, 0, gives=Kind.TEXT),
)
