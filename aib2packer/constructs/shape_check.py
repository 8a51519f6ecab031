"""Checks the shape of a template against a JSON schema that is put together from the constructs.

The schema uses `enum` and `if/then` and never `oneOf`, so that each error names the very place (constructs/FACTS.md 2); the
published ARM schemas cannot validate real templates (constructs/FACTS.md 1). A live value fits every schema.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from aib2packer.constructs.registry import constructs, find
from aib2packer.diagnostics.codes import shape as codes
from aib2packer.diagnostics.model import Code, Severity
from aib2packer.diagnostics.nearest import nearest
from aib2packer.diagnostics.place import Place
from aib2packer.ir.text import known_text
from aib2packer.ir.values import Conditional, ListOf, Literal, ObjectOf, Value
from aib2packer.schema.fields import Reading
from aib2packer.schema.keys import Group, Holds, Schema, Shape

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import ValidationError

Plain = dict[str, "Plain"] | list["Plain"] | str | int | float | bool | None


class _Live(str):
    """Stands for a value that is not known yet: it fits every schema, but is no particular value."""

    __slots__ = ()


_LIVE = _Live("live")


def check_shape(value: ObjectOf, shape: Shape, reading: Reading) -> None:
    """A finding, at its place, for everything that is not of the shape; the value is in today's spelling already."""
    if surely_has(value, shape):
        return
    for error in sorted(_validator(shape).iter_errors(_plain(value)), key=lambda each: list(map(str, each.absolute_path))):
        _Report(error, value, reading).add()


def surely_has(value: ObjectOf, shape: Shape) -> bool:
    """Whether an object is of a shape; a False only means: ask jsonschema.

    Loading jsonschema costs as much as a conversion, and nearly every template fits.
    """
    present = {entry.name for entry in value.entries}
    return all(key.name in present for key in shape.keys if key.required) and all(
        (key := shape.key(entry.name)) is not None and _fits(entry.value, key.holds)
        for entry in value.entries
        if entry.name is not None
    )


def _fits(value: Value, holds: Holds) -> bool:
    if not isinstance(value, _KNOWN):
        return True
    if holds.shape is None and holds.group is None:
        return _fits_schema(value, holds.schema)
    if holds.many:
        return isinstance(value, ListOf) and all(_is_member(each, holds) for each in value.items)
    return _is_member(value, holds)


def _is_member(value: Value, holds: Holds) -> bool:
    if isinstance(value, Conditional):
        value = value.value
    if not isinstance(value, ObjectOf):
        return not isinstance(value, _KNOWN)
    if holds.group is None:
        return holds.shape is not None and surely_has(value, holds.shape)
    construct = find(holds.group, known_text(value.get("type")) or "")
    return construct is not None and surely_has(value, construct.shape)


def _fits_schema(value: Value, schema: Schema) -> bool:
    return not isinstance(value, _KNOWN) or all(_RULES[keyword](value, wanted) for keyword, wanted in schema.items())


def _fits_type(value: Value, wanted: Any) -> bool:
    kind = type(value.value) if isinstance(value, Literal) else type(value)
    return kind is _TYPES[wanted]


def _number(value: Value) -> int:
    return value.value if isinstance(value, Literal) and isinstance(value.value, int) else 0


_KNOWN = (Literal, ListOf, ObjectOf)
_TYPES: Mapping[str, type] = {"string": str, "integer": int, "boolean": bool, "array": ListOf, "object": ObjectOf}
_RULES: Mapping[str, Callable[[Value, Any], bool]] = {
    "type": _fits_type,
    "items": lambda value, wanted: isinstance(value, ListOf) and all(_fits_schema(each, wanted) for each in value.items),
    "additionalProperties": lambda value, wanted: (
        isinstance(value, ObjectOf) and all(_fits_schema(entry.value, wanted) for entry in value.entries)
    ),
    "enum": lambda value, wanted: isinstance(value, Literal) and value.value in wanted,
    "pattern": lambda value, wanted: re.search(wanted, known_text(value) or "") is not None,
    "minimum": lambda value, wanted: _number(value) >= wanted,
    "maximum": lambda value, wanted: _number(value) <= wanted,
    "description": lambda value, wanted: True,
}
"""The keywords of the schemas of single keys; ``type`` comes first, so the others have a value of their type."""


@cache
def _schema_of(shape: Shape) -> Schema:
    return schema_of(shape)


def schema_of(shape: Shape) -> dict[str, object]:
    """The JSON schema of a shape, with everything below it."""
    return {
        "type": "object",
        "properties": {key.name: _schema(key.holds) for key in shape.keys},
        "required": [key.name for key in shape.keys if key.required],
        "additionalProperties": False,
    }


def _schema(holds: Holds) -> dict[str, object]:
    if holds.shape is not None:
        schema = schema_of(holds.shape)
    elif holds.group is not None:
        schema = _union(holds.group)
    else:
        return dict(holds.schema)
    return {"type": "array", "items": schema} if holds.many else schema


def _union(group: Group) -> dict[str, object]:
    members = constructs(group)
    return {
        "type": "object",
        "required": ["type"],
        "properties": {"type": {"type": "string", "enum": [member.type_name for member in members]}},
        "allOf": [
            {
                "if": {"properties": {"type": {"const": member.type_name}}, "required": ["type"]},
                "then": schema_of(member.shape),
            }
            for member in members
        ],
    }


@cache
def _validator(shape: Shape) -> Draft202012Validator:
    from jsonschema import Draft202012Validator
    from jsonschema.validators import extend
    from referencing import Registry

    rules = {name: rule if name == "const" else _unless_live(rule) for name, rule in Draft202012Validator.VALIDATORS.items()}
    lenient: Any = extend(Draft202012Validator, validators=rules)  # type: ignore[no-untyped-call]
    validator: Draft202012Validator = lenient(_schema_of(shape), registry=Registry())
    return validator


Rule = Callable[[Any, Any, Any, Any], Iterator[Any] | None]


def _unless_live(rule: Rule) -> Rule:
    def check(validator: Any, value: Any, instance: Any, schema: Any) -> Iterator[Any] | None:
        return None if isinstance(instance, _Live) else rule(validator, value, instance, schema)

    return check


def _plain(value: Value) -> Plain:
    match value:
        case Literal(scalar):
            return scalar
        case ListOf(items):
            return [_plain(item) for item in items]
        case ObjectOf(entries):
            return {entry.name: _plain(entry.value) for entry in entries if entry.name is not None}
        case Conditional(_, inner):
            return _plain(inner)
        case _:
            return _LIVE


_TYPE_WORDS = {
    "string": "a string",
    "integer": "an integer",
    "boolean": "true or false, without quotes",
    "array": "a list",
    "object": "an object",
}


class _Report:
    """Turns one error of the schema into a finding for the author of the template."""

    def __init__(self, error: ValidationError, root: Value, reading: Reading) -> None:
        self._rule = str(error.validator)
        self._wanted: Any = error.validator_value
        self._instance: Any = error.instance
        self._schema: Any = error.schema
        self._reading = reading
        self._steps = list(error.absolute_path)
        self._value = _at(root, self._steps)

    def add(self) -> None:
        tell = _TELL.get(self._rule)
        if tell is not None:
            tell(self)

    @property
    def _path(self) -> str:
        return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in self._steps).lstrip(".")

    @property
    def _name(self) -> str:
        """The key without its path, which the finding has already."""
        return f"`{self._path.rpartition('.')[2]}`" if self._path else "The template"

    def _say(self, code: Code, message: str, *, place: Place | None = None, path: str | None = None) -> None:
        place = place or (self._value.place if self._value else None)
        self._reading.findings.add(code, message, place=place, path=self._path if path is None else path)

    def _wrong_type(self) -> None:
        wanted = _TYPE_WORDS.get(str(self._wanted), str(self._wanted))
        self._say(
            codes.WRONG_TYPE,
            f"{self._name} is {_described(self._instance)}. Image Builder requires {wanted}.",
        )

    def _missing(self) -> None:
        present = set(self._instance)
        for name in self._wanted:
            if name not in present:
                message = f"{self._name} has no `{name}`. Add it."
                self._say(codes.MISSING_KEY, message)

    def _unknown_keys(self) -> None:
        known = list(self._schema["properties"])
        entries = self._value.entries if isinstance(self._value, ObjectOf) else ()
        for entry in entries:
            if entry.name is not None and entry.name not in known:
                self._unknown_key(entry.name, known, entry.key.place)

    def _unknown_key(self, name: str, known: list[str], place: Place | None) -> None:
        meant = nearest(name, known, 0.7)
        question = f"Did you mean `{meant}`?" if meant else "Remove it, or correct its name."
        path = f"{self._path}.{name}" if self._path else name
        if self._reading.strict:
            message = f"Image Builder knows no `{name}` here, and API {self._reading.version} refuses it. "
        else:
            message = f"Image Builder knows no `{name}` here and ignores it. It is not converted. "
        severity = Severity.ERROR if self._reading.strict else None
        self._reading.findings.add(codes.UNKNOWN_KEY, message + question, place=place, path=path, severity=severity)

    def _not_allowed(self) -> None:
        allowed = [str(each) for each in self._wanted]
        written = str(self._instance)
        is_type = bool(self._steps) and self._steps[-1] == "type"
        meant = nearest(written, allowed)
        choice = f"Did you mean {meant}?" if meant else f"Use one of {', '.join(allowed)}."
        message = f"{self._name} is {_described(self._instance)}, which Image Builder does not know. {choice}"
        self._say(codes.UNKNOWN_TYPE if is_type else codes.NOT_ALLOWED, message)

    def _out_of_range(self) -> None:
        schema = self._schema
        low, high = schema.get("minimum"), schema.get("maximum")
        bounds = f"from {low} to {high}" if high is not None else f"of at least {low}"
        message = f"{self._name} is {self._instance}. Image Builder requires a number {bounds}."
        self._say(codes.OUT_OF_RANGE, message)

    def _bad_form(self) -> None:
        message = (
            f"{self._name} is {_described(self._instance)}. Image Builder requires "
            f"{self._schema.get('description', self._wanted)}."
        )
        self._say(codes.BAD_FORM, message)


_TELL: Mapping[str, Callable[[_Report], None]] = {
    "type": _Report._wrong_type,
    "required": _Report._missing,
    "additionalProperties": _Report._unknown_keys,
    "enum": _Report._not_allowed,
    "minimum": _Report._out_of_range,
    "maximum": _Report._out_of_range,
    "pattern": _Report._bad_form,
}


def _described(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return f'the string "{value}"' if len(value) <= 40 else "a long string"
    if isinstance(value, int | float):
        return f"the number {value}"
    if value is None:
        return "null"
    return "a list" if isinstance(value, list) else "an object"


def _at(root: Value, steps: list[str | int]) -> Value | None:
    value: Value | None = root
    for step in steps:
        if isinstance(value, Conditional):
            value = value.value
        if isinstance(value, ListOf) and isinstance(step, int):
            value = value.items[step]
        elif isinstance(value, ObjectOf):
            value = value.get(str(step))
        else:
            return None
    return value
