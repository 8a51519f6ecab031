"""Dates and what is new at each build (arm/FACTS.md 5).

Source: https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-date
"""

from __future__ import annotations

from aib2packer.hcl import date_forms
from aib2packer.hcl.forms.parts import table, text_of, wrapped
from aib2packer.hcl.writing import Form, NoFormError, Piece, Writer
from aib2packer.ir.date_patterns import DEFAULT_NOW
from aib2packer.ir.values import Call, Value


def _utc_now(writer: Writer, call: Call) -> Piece:
    pattern = text_of(call.arguments[0]) if call.arguments else DEFAULT_NOW
    if pattern is None:
        raise NoFormError("the date format is unknown", call.place)
    return Piece(date_forms.formatted(pattern, "timestamp()"))


def _date_time_add(writer: Writer, call: Call) -> Piece:
    base, length, *rest = call.arguments
    iso, pattern = text_of(length), text_of(rest[0]) if rest else ""
    if iso is None or pattern is None:
        raise NoFormError("the duration or format of dateTimeAdd is unknown", call.place)
    added = f'timeadd({_instant(writer, base)}, "{date_forms.duration(iso)}")'
    return Piece(date_forms.formatted(pattern, added) if pattern else added)


def _instant(writer: Writer, base: Value) -> str:
    """The base as RFC 3339; ``utcNow`` to the second is the run's own time.

    A live one may have the compact form that ``utcNow`` has by default.
    """
    if isinstance(base, Call) and base.function == "utcNow":
        pattern = text_of(base.arguments[0]) if base.arguments else DEFAULT_NOW
        if pattern in date_forms.ISO:
            return "timestamp()"
    known = text_of(base)
    if known is not None and "-" not in known:
        raise NoFormError("timeadd cannot read a date without dashes", base.place)
    text = writer.inner.text(base)
    readable = f'replace({text}, " ", "T")'
    if known is not None:
        return readable
    return f'regex_replace({readable}, "^(....)(..)(..T..)(..)(..Z)$", "$1-$2-$3:$4:$5")'


def _date_from_epoch(writer: Writer, call: Call) -> Piece:
    return Piece(f'timeadd("1970-01-01T00:00:00Z", "${{{writer.free.text(call.arguments[0])}}}s")')


def _date_to_epoch(writer: Writer, call: Call) -> Piece:
    return Piece(f"rfc3339_parse({_instant(writer, call.arguments[0])}).unix")


DATES = table(
    Form("dateTimeAdd", _date_time_add),
    Form("dateTimeToEpoch", _date_to_epoch),
    Form("dateTimeFromEpoch", _date_from_epoch),
    Form("utcNow", _utc_now),
    Form("newGuid", wrapped("uuidv4()")),
)
