"""ManagedImage as a source: a managed image in the subscription and region of the build.

Sources:
https://learn.microsoft.com/azure/virtual-machines/linux/image-builder-json#properties-source
https://developer.hashicorp.com/packer/integrations/hashicorp/azure/latest/components/builder/arm
"""

from __future__ import annotations

from collections.abc import Iterator

from aib2packer.constructs.registry import Construct, type_key
from aib2packer.diagnostics.codes import source as codes
from aib2packer.ir.sources import ExistingImage
from aib2packer.lowering.lowered import Lowered, together
from aib2packer.lowering.pieces import check_subscription, setting
from aib2packer.lowering.requirements import Prerequisite, Requirement, reader
from aib2packer.lowering.say import Say
from aib2packer.schema.fields import Fields
from aib2packer.schema.keys import Group, Shape, exact, text
from aib2packer.schema.resource_ids import MANAGED_IMAGE, read_id

_SHAPE = Shape(
    name="ManagedImage",
    keys=(
        type_key("ManagedImage"),
        exact("imageId", text(), "`custom_managed_image_name`, `custom_managed_image_resource_group_name`", required=True),
    ),
)


def _read(fields: Fields) -> ExistingImage | None:
    image = read_id(fields, "imageId", MANAGED_IMAGE, "source_image")
    return ExistingImage(path=fields.path, place=fields.place, image=image) if image else None


def _lower(part: ExistingImage, say: Say) -> Lowered:
    path = f"{part.path}.imageId"
    check_subscription(part.image, "The source image", codes.SOURCE_ELSEWHERE, path, say)
    group = part.image.resource_group
    return together(
        setting("source", "custom_managed_image_name", part.image.names[0], path, say),
        setting("source", "custom_managed_image_resource_group_name", group, path, say),
    )


def _requires(part: ExistingImage, _: Say) -> Iterator[Requirement]:
    image = part.image
    words = ("--subscription", image.subscription, "-g", image.resource_group, "-n", image.names[0])
    yield Prerequisite(what=("source image ", image.names[0]), look=("image", "show", *words), make=())
    yield reader(image)


CONSTRUCTS = (
    Construct(
        group=Group.SOURCE,
        type_name="ManagedImage",
        shape=_SHAPE,
        reads=(ExistingImage,),
        read=_read,
        lower=_lower,
        requires=_requires,
        packer="`custom_managed_image_name`, `custom_managed_image_resource_group_name`",
        since="2019-02-01-preview",
    ),
)
