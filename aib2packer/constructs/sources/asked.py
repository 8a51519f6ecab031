"""A source that is a parameter without a value: the Marketplace image to start from becomes variables of the project."""

from __future__ import annotations

from aib2packer.hcl.nodes import Attribute, raw
from aib2packer.ir.template import AskedImage
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
    return source_settings("source", *(_setting(part, name, word, default, say) for name, (word, default) in _ASKED.items()))


def _setting(part: AskedImage, name: str, word: str, default: Literal | None, say: Say) -> Attribute:
    wanted = Input(
        name=f"source_{name}",
        role=Role.DECISION,
        kind=Kind.TEXT,
        description=f"{word} of the Marketplace image to start from; the template's source is a parameter without a value.",
        default=default,
    )
    return Attribute(name=name, value=raw(say.declare(wanted)), origin=(part.path,))
