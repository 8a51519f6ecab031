"""Brings a template to today's spelling: key and type names, values written as text, null as absent; each change is a finding.

Forgiving before API 2024-02-01, exact since. The variants are those of real templates (constructs/FACTS.md 4).

Source: https://learn.microsoft.com/azure/virtual-machines/image-builder-api-update-release-notes
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from aib2packer.arm.kinds import kind_of
from aib2packer.constructs.registry import meant
from aib2packer.diagnostics.codes import input as input_codes
from aib2packer.diagnostics.codes import shape as codes
from aib2packer.diagnostics.model import Severity
from aib2packer.diagnostics.place import Place
from aib2packer.ir.values import Conditional, Entry, Kind, ListOf, Literal, ObjectOf, Scalar, Value
from aib2packer.schema.api_versions import is_before
from aib2packer.schema.fields import Reading
from aib2packer.schema.keys import Group, Holds, Key, Shape


def in_todays_spelling(value: Value, holds: Holds, path: str, reading: Reading) -> Value:
    """The value with every name and simple value as the newest API spells it; unknown keys stay as they are."""
    if holds.shape is None and holds.group is None:
        return _simple(value, holds, path, reading)
    if holds.many:
        return _each(reading.as_list(value, path, decides_step=holds.group is Group.STEP), holds, path, reading)
    return _member(reading.as_object(value, path), holds, path, reading)


def _each(value: Value, holds: Holds, path: str, reading: Reading) -> Value:
    if not isinstance(value, ListOf):
        return value
    items = tuple(_item(item, holds, f"{path}[{number}]", reading) for number, item in enumerate(value.items))
    return value.having(items)


def _item(item: Value, holds: Holds, path: str, reading: Reading) -> Value:
    if isinstance(item, Conditional):
        return Conditional(item.condition, _item(item.value, holds, path, reading), place=item.place)
    return _member(reading.as_object(item, path, decides_step=holds.group is Group.STEP), holds, path, reading)


def _member(value: Value, holds: Holds, path: str, reading: Reading) -> Value:
    if not isinstance(value, ObjectOf):
        return value
    if holds.shape is not None:
        return _object(value, holds.shape, path, reading)
    assert holds.group is not None
    return _typed(value, holds.group, path, reading)


def _typed(value: ObjectOf, group: Group, path: str, reading: Reading) -> Value:
    written = value.get("type")
    is_step = group is Group.STEP
    resolved = reading.resolve(written, f"{path}.type", decides_step=is_step) if written is not None else None
    if not isinstance(resolved, Literal) or not isinstance(resolved.value, str):
        return value
    construct = meant(group, resolved.value)
    if construct is None:
        return value
    name = construct.type_name
    if name != resolved.value:
        _report_spelling(resolved.value, name, resolved.place, f"{path}.type", reading)
    _report_age(f"the type {name}", construct.since, construct.until, "", resolved.place, f"{path}.type", reading)
    renamed = tuple(
        Entry(entry.key, Literal(name, place=entry.value.place)) if entry.value is written and written != Literal(name) else entry
        for entry in value.entries
    )
    return _object(value.having(renamed), construct.shape, path, reading)


def _object(value: ObjectOf, shape: Shape, path: str, reading: Reading) -> ObjectOf:
    entries: dict[str, Entry] = {}
    written: dict[str, str] = {}
    rest: list[Entry] = []
    for entry in value.entries:
        name = entry.name
        key = _meant(name, shape) if name is not None else None
        if name is None:
            _report_live_key(entry, shape, path, reading)
        elif key is None:
            rest += [entry] if not _is_null(entry.value) else []
        elif key.name in written:
            _report_twice(name, written[key.name], entry.key.place, f"{path}.{key.name}".lstrip("."), reading)
        elif not _is_null(entry.value):
            written[key.name] = name
            _keep(entries, entry, name, key, path, reading)
    return value.having((*entries.values(), *rest))


def _keep(entries: dict[str, Entry], entry: Entry, name: str, key: Key, path: str, reading: Reading) -> None:
    key_path = f"{path}.{key.name}" if path else key.name
    if name != key.name:
        _report_key(name, key, entry.key.place, key_path, reading)
    _report_age(f"`{key.name}`", key.since, key.until, key.instead, entry.key.place, key_path, reading)
    value = in_todays_spelling(entry.value, key.holds, key_path, reading)
    if _is_null(value):
        return
    as_today = entry.key if name == key.name else Literal(key.name, place=entry.key.place)
    entries[key.name] = entry.having(as_today, value)


def _report_twice(name: str, other: str, place: Place | None, path: str, reading: Reading) -> None:
    """Two spellings of one key; equal ones are a finding of the JSON reader."""
    if name != other:
        message = f"`{name}` and `{other}` are the same key. Remove one of them."
        reading.findings.add(input_codes.DUPLICATE_KEY, message, place=place, path=path)


def _report_live_key(entry: Entry, shape: Shape, path: str, reading: Reading) -> None:
    message = f"A key of {shape.name} cannot be a placeholder or an expression. It is not converted. Write its name."
    reading.findings.add(codes.UNKNOWN_KEY, message, place=entry.key.place, path=path)


def _meant(name: str, shape: Shape) -> Key | None:
    exact = shape.key(name)
    if exact is not None:
        return exact
    folded = name.lower()
    return next(
        (key for key in shape.keys if folded in (key.name.lower(), *(old.lower() for old in (*key.old_names, *key.misspelt)))),
        None,
    )


def _is_null(value: Value) -> bool:
    return isinstance(value, Literal) and value.value is None


def _report_key(name: str, key: Key, place: Place | None, path: str, reading: Reading) -> None:
    if name in key.misspelt and not reading.strict:
        message = f"`{name}` is read as `{key.name}`, but Image Builder ignores it. Check that you want it."
        reading.findings.add(codes.MISSPELT_KEY, message, place=place, path=path)
    else:
        _report_spelling(name, key.name, place, path, reading)


def _report_spelling(written: str, today: str, place: Place | None, path: str, reading: Reading) -> None:
    if reading.strict:
        message = f"API {reading.version} refuses `{written}`. Write `{today}`."
        reading.findings.add(codes.OLD_SPELLING, message, place=place, path=path, severity=Severity.ERROR)
    else:
        message = f"`{written}` is read as `{today}`, the current spelling."
        reading.findings.add(codes.OLD_SPELLING, message, place=place, path=path)


def _report_age(what: str, since: str, until: str | None, instead: str, place: Place | None, path: str, reading: Reading) -> None:
    if is_before(reading.version, since):
        message = f"API {reading.version} does not have {what}, which came with {since}. It is read all the same."
        reading.findings.add(codes.NEWER_THAN_VERSION, message, place=place, path=path)
    if until is not None and is_before(until, reading.version):
        message = (
            f"API {reading.version} no longer has {what}, last in {until}{instead and f'; {instead} replaced it'}. It "
            "is read all the same."
        )
        reading.findings.add(codes.NO_LONGER, message, place=place, path=path)


def _simple(value: Value, holds: Holds, path: str, reading: Reading) -> Value:
    wanted = holds.schema.get("type")
    if wanted == "array":
        return _list(value, holds, path, reading)
    if wanted == "object" and isinstance(value, ObjectOf):
        return ObjectOf(tuple(entry for entry in value.entries if not _is_null(entry.value)), place=value.place)
    if isinstance(value, Literal) and isinstance(value.value, str):
        return _from_text(value.value, value, holds.schema, path, reading)
    return value


def _list(value: Value, holds: Holds, path: str, reading: Reading) -> Value:
    items = holds.schema.get("items")
    item_schema = items if isinstance(items, Mapping) else {}
    if isinstance(value, Literal) and isinstance(value.value, str | int) and not isinstance(value.value, bool):
        _report_form(path, "a list", value.place, reading)
        value = ListOf((value,), place=value.place)
    if kind_of(value) is Kind.TEXT:
        value = ListOf((value,), place=value.place)
    if not isinstance(value, ListOf) or item_schema == _TEXT:
        return value
    item_holds = Holds(item_schema)
    spelt = tuple(_simple(item, item_holds, f"{path}[{number}]", reading) for number, item in enumerate(value.items))
    return value.having(spelt)


_TEXT = {"type": "string"}
"""Such items stay as they are."""
_WHOLE = r"\s*-?[0-9]{1,18}\s*"
_FROM_TEXT: dict[str, Callable[[str], Scalar]] = {
    "boolean": lambda text: {"true": True, "false": False}.get(text.strip().lower(), text),
    "integer": lambda text: int(text) if re.fullmatch(_WHOLE, text) else text,
}


def _from_text(text: str, value: Literal, schema: Mapping[str, object], path: str, reading: Reading) -> Value:
    convert = _FROM_TEXT.get(str(schema.get("type")))
    if convert is not None:
        converted = convert(text)
        if converted != text:
            _report_form(path, str(converted).lower() + " without quotes", value.place, reading)
        return Literal(converted, place=value.place)
    allowed = schema.get("enum")
    if isinstance(allowed, list) and text not in allowed:
        for choice in allowed:
            if choice.lower() == text.lower():
                _report_spelling(text, choice, value.place, path, reading)
                return Literal(choice, place=value.place)
    return value


def _report_form(path: str, form: str, place: Place | None, reading: Reading) -> None:
    name = path.rpartition(".")[2]
    message = f"`{name}` is a string. It is read as {form}, the current form."
    reading.findings.add(codes.OLD_SPELLING, message, place=place, path=path)
