"""ManagedImage as an output.

Sources:
https://learn.microsoft.com/azure/virtual-machines/linux/image-builder-json#distribute-managedimage
https://learn.microsoft.com/azure/virtual-machines/linux/image-builder-json#properties-distribute
https://developer.hashicorp.com/packer/integrations/hashicorp/azure/latest/components/builder/arm
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from aib2packer.arm.unresolved import described
from aib2packer.constructs.output_keys import output_keys
from aib2packer.constructs.registry import Construct, type_key
from aib2packer.diagnostics.codes import distribute as codes
from aib2packer.diagnostics.model import Fidelity
from aib2packer.ir.outputs import GalleryOutput, ManagedImageOutput
from aib2packer.ir.sources import ExistingImage
from aib2packer.ir.text import known_text, label
from aib2packer.ir.values import Input, Value, Variable
from aib2packer.lowering.lowered import NOTHING, Lowered, differs, together
from aib2packer.lowering.pieces import result, setting
from aib2packer.lowering.requirements import Command, Requirement, contributor, group
from aib2packer.lowering.run_lines import BuildOption
from aib2packer.lowering.say import Say
from aib2packer.lowering.targets import Helper, Passed, Target
from aib2packer.lowering.words import Words
from aib2packer.passes.outputs import certainly_fits
from aib2packer.schema.fields import Fields
from aib2packer.schema.keys import Group, Shape, approximate, exact, text
from aib2packer.schema.resource_ids import MANAGED_IMAGE, read_id

_IMAGE_NAME = re.compile(r"[A-Za-z0-9][\w.-]{0,79}(?<![-.])\Z", re.ASCII)
_GROUP_NAME = re.compile(r"[A-Za-z0-9][\w.()-]{0,89}(?<![-.])\Z", re.ASCII)
_SHAPE = Shape(
    name="ManagedImage output",
    keys=(
        type_key("ManagedImage"),
        *output_keys(),
        approximate(
            "imageId",
            text(),
            "`managed_image_name`, `managed_image_resource_group_name`",
            service="overwrites an image of that name",
            project="overwrites it only with `packer build -force .`",
            required=True,
        ),
        exact("location", text(), "`location`", required=True),
    ),
)


def _read(fields: Fields) -> ManagedImageOutput | None:
    name = fields.text("runOutputName")
    tags = fields.pairs("artifactTags")
    image = read_id(fields, "imageId", MANAGED_IMAGE, "managed_image")
    location = fields.text("location")
    if name is None or image is None or location is None:
        return None
    _check_name(fields, "image", image.names[0], _IMAGE_NAME)
    _check_name(fields, "resource group", image.resource_group, _GROUP_NAME)
    return ManagedImageOutput(path=fields.path, place=fields.place, name=name, tags=tags, image=image, location=location)


def _check_name(fields: Fields, what: str, value: Value, form: re.Pattern[str]) -> None:
    known = known_text(value)
    if known is not None and not form.match(known):
        message = (
            f'Packer does not accept the {what} name "{known}". Use letters, digits, underscores, dots and '
            "hyphens. Begin with a letter or digit, and do not end in a dot or hyphen."
        )
        fields.report_at("imageId", codes.BAD_NAME, message)


def _lower(part: ManagedImageOutput, say: Say) -> Lowered:
    path = f"{part.path}.imageId"
    section = f"distribute: {say.shown(part.name)}"
    return together(
        setting(section, "managed_image_name", part.image.names[0], path, say),
        setting(section, "managed_image_resource_group_name", part.image.resource_group, path, say),
        result(part.name, say.never_braces(part.image.whole, path), part.path, say),
        NOTHING if certainly_fits(part, say.template) else _place_assumed(part, say),
        NOTHING if any(each.has_fixed_number for each in say.plan.native) else _overwritten(part),
    )


def _overwritten(part: ManagedImageOutput) -> Lowered:
    """The whole run overwrites the image, as Image Builder does; a gallery version of a fixed number would be, too."""
    why = "Image Builder overwrites the managed image, too"
    return Lowered(build_options=(BuildOption(words=("-force",), why=why, exact=f"{part.path}.imageId"),))


def _place_assumed(part: ManagedImageOutput, say: Say) -> Lowered:
    """Region or subscription of the image is another parameter than that of the build."""
    pairs = (
        ("`location`", part.location, say.template.location),
        ("the subscription of `imageId`", part.image.subscription, say.template.subscription),
    )
    assumed = " and ".join(
        f"{what} ({_named(one)}) must be that of the build ({_named(other)})"
        for what, one, other in pairs
        if other is not None and one != other
    )
    message = f"Packer captures a managed image in the region and subscription of the build: {assumed}."
    say.find_in(codes.PLACE_ASSUMED, message, part)
    return differs(part.path, "copies the image to its region", f"captures it where it builds: {assumed}", Fidelity.APPROXIMATE)


def _named(value: Value) -> str:
    return described([value]) if isinstance(value, Variable) else f"`{label(value)}`"


def _publish(output: ManagedImageOutput, say: Say, words: Words) -> Lowered:
    """From a disk of the gallery version: an image cannot be copied from an image.

    Source: https://learn.microsoft.com/cli/azure/image#az-image-create
    """
    version = say.plan.one(GalleryOutput)
    assert version is not None
    (passed,) = words.id_of(version)
    assert isinstance(passed, Passed)
    image, path = output.image, f"{output.path}.imageId"
    name = label(image.names[0])
    difference = differs(
        output.path,
        "makes this image from the build VM",
        f"makes it from the gallery version by `distribute.sh`, with a temporary disk `{name}-disk`",
        Fidelity.EQUIVALENT,
    )
    target = Target(
        name=words.name_of(output),
        source_version=passed.variable,
        helper=Helper.MANAGED_IMAGE,
        arguments=(words.word(image.names[0], path), words.region(output.location, f"{output.path}.location")),
        options=(
            *(
                ("--subscription",),
                words.word(image.subscription, path),
                ("--resource-group",),
                words.word(image.resource_group, path),
            ),
            *words.tags(output.tags, f"{output.path}.artifactTags"),
        ),
    )
    return difference + Lowered(targets=(target,))


def _requires(part: ManagedImageOutput, say: Say) -> Iterator[Requirement]:
    yield group(part.image, say.template.location)
    yield contributor(part.image)


def _undo(output: ManagedImageOutput) -> Command:
    image = output.image
    return ("image", "delete", "--subscription", image.subscription, "-g", image.resource_group, "-n", image.names[0])


def _boot(part: ManagedImageOutput) -> tuple[ExistingImage, tuple[Input, ...]]:
    return ExistingImage(path=part.path, place=part.place, image=part.image), ()


CONSTRUCTS = (
    Construct(
        group=Group.OUTPUT,
        type_name="ManagedImage",
        shape=_SHAPE,
        reads=(ManagedImageOutput,),
        read=_read,
        lower=_lower,
        boot=_boot,
        boot_order=1,
        publish=_publish,
        requires=_requires,
        undo=_undo,
        packer="`managed_image_name`, `managed_image_resource_group_name`",
    ),
)
