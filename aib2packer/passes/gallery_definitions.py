"""Image definitions that the template's own file makes: what they say of the images that are published to them."""

from __future__ import annotations

from aib2packer.ir.outputs import ImageDefinition
from aib2packer.ir.parts import ResourceId
from aib2packer.ir.text import known_text
from aib2packer.ir.values import Joined, Literal, Value
from aib2packer.schema.fields import Reading
from aib2packer.schema.resource_ids import segments_of


def made_with(definition: ResourceId | None, reading: Reading) -> ImageDefinition | None:
    """The definition of the same file that an id names."""
    if definition is None:
        return None
    return next((each for each in reading.definitions if _is_same(each, definition.names, reading)), None)


def _is_same(made: ImageDefinition, names: tuple[Value, ...], reading: Reading) -> bool:
    segments = segments_of(Joined((Literal("/"), *made.name.parts))) or ()
    known = [known_text(reading.resolver.preview(name)) for name in names]
    return len(segments) == len(names) and all(
        segment == name or (text is not None and (known_text(segment) or "").lower() == text.lower())
        for segment, name, text in zip(segments, names, known, strict=True)
    )
