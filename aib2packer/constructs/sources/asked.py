"""A source that is a parameter without a value: the Marketplace image to start from becomes variables of the project."""

from __future__ import annotations

from aib2packer.hcl.nodes import Attribute, raw
from aib2packer.ir.sources import AskedImage
from aib2packer.ir.values import Input, Kind, Literal, Role
from aib2packer.lowering.lowered import Lowered, source_settings
from aib2packer.lowering.say import Say

_ASKED = {
    "image_publisher": ("Publisher", None),
    "image_offer": ("Offer", None),
    "image_sku": ("Sku", None),
    "image_version": ("Version", Literal("latest")),
}


def lower_asked_source(part: AskedImage, say: Say) -> Lowered:
    """The settings of a Marketplace image, each as a variable."""
    inputs = {name: _input(name, word, default) for name, (word, default) in _ASKED.items()}
    settings = (Attribute(name=name, value=raw(say.reference(each)), origin=(part.path,)) for name, each in inputs.items())
    return source_settings("source", *settings) + Lowered(inputs=tuple(inputs.values()))


def _input(name: str, word: str, default: Literal | None) -> Input:
    return Input(
        name=f"source_{name}",
        role=Role.DECISION,
        kind=Kind.TEXT,
        description=f"{word} of the Marketplace image to start from; the template's source is a parameter without a value.",
        default=default,
    )
