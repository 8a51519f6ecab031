"""A source that is a parameter without a value: the Marketplace image to start from becomes variables of the project."""

from __future__ import annotations

from aib2packer.hcl.nodes import Attribute, raw
from aib2packer.ir.template import AskedImage
from aib2packer.ir.values import Input, Kind, Literal, Role
from aib2packer.lowering.project import Project

_ASKED = {
    "image_publisher": ("Publisher", None),
    "image_offer": ("Offer", None),
    "image_sku": ("Sku", None),
    "image_version": ("Version", Literal("latest")),
}


def lower_asked_source(part: AskedImage, project: Project) -> None:
    """Writes the settings of a Marketplace image, each as a variable."""
    for name, (word, default) in _ASKED.items():
        wanted = Input(
            name=f"source_{name}",
            role=Role.DECISION,
            kind=Kind.TEXT,
            description=f"{word} of the Marketplace image to start from; the template's source is a parameter without a value.",
            default=default,
        )
        project.source("source", Attribute(name=name, value=raw(project.declare(wanted)), origin=(part.path,)))
