"""Image definitions among the resources of a deployment: what they say with the values that parameters have now."""

from __future__ import annotations

from collections.abc import Callable

from aib2packer.ir.choices import Os
from aib2packer.ir.outputs import ImageDefinition
from aib2packer.ir.values import Joined, ListOf, Literal, ObjectOf, Value

TYPE = "microsoft.compute/galleries/images"

Fold = Callable[[Value], Value | None]
"""Gives a value that is known now; None for any other."""


def read_definition(resource: ObjectOf, fold: Fold) -> ImageDefinition | None:
    """The definition that an evaluated resource makes; None where the resource has no name or no properties."""
    name, properties = resource.get("name"), resource.get("properties")
    if name is None or not isinstance(properties, ObjectOf):
        return None
    identifier = properties.get("identifier")
    publisher, offer, sku = (_text(identifier, key, fold) for key in ("publisher", "offer", "sku"))
    os = (_text(properties, "osType", fold) or "").lower()
    parts = name.parts if isinstance(name, Joined) else (name,)
    return ImageDefinition(
        name=Joined(tuple(fold(part) or part for part in parts)),
        os=next((each for each in Os if each.value == os), None),
        publisher=publisher,
        offer=offer,
        sku=sku,
        generation=_text(properties, "hyperVGeneration", fold),
        architecture=_text(properties, "architecture", fold),
        features=_features(properties.get("features"), fold),
    )


def _features(value: Value | None, fold: Fold) -> tuple[tuple[str, str], ...]:
    listed = fold(value) if value is not None else None
    items = listed.items if isinstance(listed, ListOf) else ()
    pairs = [(_text(item, "name", fold), _text(item, "value", fold)) for item in items]
    return tuple((name, text) for name, text in pairs if name and text)


def _text(value: Value | None, key: str, fold: Fold) -> str | None:
    found = value.get(key) if isinstance(value, ObjectOf) else None
    known = fold(found) if found is not None else None
    return known.value if isinstance(known, Literal) and isinstance(known.value, str) and known.value else None
