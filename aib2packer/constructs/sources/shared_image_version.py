"""SharedImageVersion: a version of a gallery image, of one's own, of a community's, or shared directly.

The plugin's forms exclude each other, and it checks `id` case-sensitively and only at run time, so an id is taken apart.

Sources:
https://learn.microsoft.com/azure/virtual-machines/linux/image-builder-json#sharedimageversion-source
https://github.com/hashicorp/packer-plugin-azure/blob/v2.6.3/builder/azure/arm/config.go
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from aib2packer.constructs.registry import Construct, exact_version_key, type_key
from aib2packer.hcl.nodes import Attribute, Block, Expression
from aib2packer.ir.sources import GalleryImage, SharedGalleryImage
from aib2packer.ir.text import known_text
from aib2packer.ir.values import Literal, Value
from aib2packer.lowering.lowered import Lowered, source_settings
from aib2packer.lowering.requirements import Command, Prerequisite, Requirement, in_gallery, reader
from aib2packer.lowering.say import Say
from aib2packer.schema.fields import Fields
from aib2packer.schema.keys import Group, Shape, exact, text
from aib2packer.schema.resource_ids import read_gallery_image, segments_of

_SHAPE = Shape(
    name="SharedImageVersion",
    keys=(
        type_key("SharedImageVersion"),
        exact("imageVersionId", text(), "`shared_image_gallery`", required=True, old_names=("imageVersionID",)),
        exact_version_key(),
    ),
)
_Image = GalleryImage | SharedGalleryImage
_FOREIGN = {"communitygalleries": True, "sharedgalleries": False}


def _read(fields: Fields) -> _Image | None:
    value = fields.address("imageVersionId")
    if value is None:
        return None
    segments = segments_of(value)
    first = (known_text(segments[0]) or "").lower() if segments else ""
    if segments is not None and first in _FOREIGN:
        return SharedGalleryImage(path=fields.path, place=fields.place, id=value, community=_FOREIGN[first])
    definition, version = read_gallery_image(fields, "imageVersionId", "source_gallery", newest="latest")
    if definition is None:
        return None
    return GalleryImage(path=fields.path, place=fields.place, definition=definition, version=version)


def _lower_own(part: GalleryImage, say: Say) -> Lowered:
    path = f"{part.path}.imageVersionId"
    gallery, image = part.definition.names
    values = {
        "subscription": part.definition.subscription,
        "resource_group": part.definition.resource_group,
        "gallery_name": gallery,
        "image_name": image,
        "image_version": part.version,
    }
    return source_settings("source", _gallery_block({name: say.optional(value, path) for name, value in values.items()}, path))


def _lower_foreign(part: SharedGalleryImage, say: Say) -> Lowered:
    path = f"{part.path}.imageVersionId"
    name = "community_gallery_image_id" if part.community else "direct_shared_gallery_image_id"
    return source_settings("source", _gallery_block({name: say.rendered(_without_latest(part.id), path)}, path))


def _without_latest(image: Value) -> Value:
    """Without a version the newest is meant; that Packer reads `latest` as Image Builder does is nowhere said."""
    known = known_text(image)
    return image if known is None else Literal(re.sub(r"(?i)/versions/latest/?\Z", "", known), place=image.place)


def _gallery_block(values: dict[str, Expression | None], path: str) -> Block:
    body = tuple(Attribute(name=name, value=value) for name, value in values.items() if value is not None)
    return Block(kind="shared_image_gallery", body=body, origin=(path,))


def _lower(part: _Image, say: Say) -> Lowered:
    return _lower_own(part, say) if isinstance(part, GalleryImage) else _lower_foreign(part, say)


def _requires(part: _Image, _: Say) -> Iterator[Requirement]:
    """A gallery that others share with everybody cannot be looked into by its owner's names."""
    if not isinstance(part, GalleryImage):
        return
    words, name = in_gallery(part.definition), part.definition.names[1]
    if isinstance(part.version, Literal):
        look: Command = ("sig", "image-version", "show", *words, "-e", part.version)
        yield Prerequisite(what=("source image version ", name, "/", part.version), look=look, make=())
    else:
        yield Prerequisite(what=("source image definition ", name), look=("sig", "image-definition", "show", *words), make=())
    yield reader(part.definition)


CONSTRUCTS: tuple[Construct[_Image]] = (
    Construct(
        group=Group.SOURCE,
        type_name="SharedImageVersion",
        shape=_SHAPE,
        reads=(GalleryImage, SharedGalleryImage),
        read=_read,
        lower=_lower,
        requires=_requires,
        packer="`shared_image_gallery`",
        since="2019-05-01-preview",
    ),
)
