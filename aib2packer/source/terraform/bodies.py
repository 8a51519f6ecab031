"""The body of an azapi resource in a file of its own: the properties of an image template, and nothing beside them."""

from __future__ import annotations

from aib2packer.ir.values import ListOf, Literal, ObjectOf, Value
from aib2packer.source.provider import IMAGE_TEMPLATE
from aib2packer.source.terraform.resources import as_template
from aib2packer.source.terraform.scope import entry, object_of


def body_template(root: Value) -> Value:
    """The deployment template with this body, whose location is a parameter."""
    assert isinstance(root, ObjectOf)
    location = object_of(root.place, type="string")
    resource = as_template(root)
    assert isinstance(resource, ObjectOf)
    head = (
        entry("type", Literal(IMAGE_TEMPLATE, place=root.place)),
        entry("location", Literal("[parameters('location')]", place=root.place)),
    )
    whole = ObjectOf((*head, *resource.entries), place=root.place)
    parameters = object_of(root.place, location=location)
    return object_of(root.place, contentVersion="1.0.0.0", parameters=parameters, resources=ListOf((whole,), place=root.place))
