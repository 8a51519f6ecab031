"""Which declared key each value of a template belongs to: the constructs' declarations, laid over a template."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from aib2packer.arm.functions.table import Json
from aib2packer.constructs.registry import constructs
from aib2packer.constructs.template import TEMPLATE
from aib2packer.schema.keys import Group, Holds, Key, Shape

Steps = tuple[str | int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """An object or a value of a template, with the shape or the key that declares it."""

    steps: Steps
    value: Json
    shape: Shape
    key: Key | None = None


def all_shapes() -> tuple[Shape, ...]:
    """Every shape of the mapping: the template's own, and those of all constructs."""
    shapes: list[Shape] = []
    pending = [TEMPLATE, *(construct.shape for group in Group for construct in constructs(group))]
    while pending:
        shape = pending.pop(0)
        if shape not in shapes:
            shapes.append(shape)
            pending += [key.holds.shape for key in shape.keys if key.holds.shape is not None]
    return tuple(shapes)


def objects_in(template: Json) -> Iterator[Found]:
    """The objects of a template that have a shape."""
    yield from (found for found in _walk(template, TEMPLATE, ()) if found.key is None)


def values_in(template: Json) -> Iterator[Found]:
    """The values of a template that have a declared key, those of nested objects included."""
    yield from (found for found in _walk(template, TEMPLATE, ()) if found.key is not None)


def _walk(value: Json, shape: Shape, steps: Steps) -> Iterator[Found]:
    if not isinstance(value, dict):
        return
    yield Found(steps=steps, value=value, shape=shape)
    for name, inner in value.items():
        key = _declared(name, shape)
        if key is not None:
            yield Found(steps=(*steps, name), value=inner, shape=shape, key=key)
            yield from _below(inner, key.holds, (*steps, name))


def _below(value: Json, holds: Holds, steps: Steps) -> Iterator[Found]:
    members = list(enumerate(value)) if holds.many and isinstance(value, list) else [(None, value)]
    for number, member in members:
        shape = holds.shape or _shape_of(member, holds.group)
        if shape is not None:
            yield from _walk(member, shape, steps if number is None else (*steps, number))


def _shape_of(member: Json, group: Group | None) -> Shape | None:
    if group is None or not isinstance(member, dict):
        return None
    written = next((value for name, value in member.items() if name.lower() == "type"), None)
    names = {construct.type_name.lower(): construct.shape for construct in constructs(group)}
    return names.get(str(written).lower())


def _declared(name: str, shape: Shape) -> Key | None:
    folded = name.lower()
    return next(
        (key for key in shape.keys if folded in {each.lower() for each in (key.name, *key.old_names, *key.misspelt)}), None
    )
