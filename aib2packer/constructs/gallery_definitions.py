"""Image definitions that the template's own file makes: what they say of the images that are published to them."""

from __future__ import annotations

from aib2packer.constructs.fields import Reading
from aib2packer.constructs.resource_ids import segments_of
from aib2packer.ir.template import ImageDefinition, ResourceId
from aib2packer.ir.values import Joined, Literal, Value


def made_with(definition: ResourceId | None, reading: Reading) -> ImageDefinition | None:
    """The definition of the same file that an id names."""
    if definition is None:
        return None
    return next((each for each in reading.definitions if _is_same(each, definition.names, reading)), None)


def _is_same(made: ImageDefinition, names: tuple[Value, ...], reading: Reading) -> bool:
    parts = made.name.parts if isinstance(made.name, Joined) else (made.name,)
    if segments_of(Joined((Literal("/"), *parts))) == names:
        return True
    known = [reading.settling.foreseen(name) for name in names]
    text = "/".join(str(name.value) for name in known if isinstance(name, Literal))
    return made.known_name is not None and made.known_name.lower() == text.lower()
