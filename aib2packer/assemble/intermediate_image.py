"""A managed image on the way to the gallery version; in the temporary group it vanishes with the group (lowering/FACTS.md 3)."""

from __future__ import annotations

from collections.abc import Sequence

from aib2packer.constructs.build_settings import BuildGroup, build_group
from aib2packer.diagnostics.codes import source as codes
from aib2packer.hcl.nodes import Attribute, Token, raw, string
from aib2packer.ir.outputs import Output
from aib2packer.lowering.lowered import NOTHING, LocalValue, Lowered, source_settings, task
from aib2packer.lowering.say import Say
from aib2packer.lowering.security import why_image_first

_NAME = "intermediate"


def lower_intermediate_image(native: Sequence[Output], say: Say) -> Lowered:
    """The image, where the plugin or Azure wants one, and the outputs have none."""
    reason = why_image_first(native, say)
    if not reason or any(output.home is not None for output in native):
        return NOTHING
    chosen = build_group(say)
    lowered = _settings(reason, chosen, say)
    where = "Packer deletes it with the temporary resource group."
    if chosen is not None:
        name = say.shown(chosen.name)
        where = f"It stays in {name}. Delete it after the build."
        lowered += task(f"Delete the intermediate image after each build: `az image delete -g {name} -n {_NAME}`")
    message = f"Packer makes the managed image `{_NAME}` first, because {reason}. {where}"
    say.findings.add(codes.INTERMEDIATE_IMAGE, message, path="properties.distribute")
    return lowered


def _temporary_group(say: Say) -> LocalValue:
    return LocalValue(
        name=say.names.local_of_ours("temporary_group"),
        value=raw('"pkr-Resource-Group-${substr(uuidv4(), 0, 8)}"'),
        remark="Packer deletes the intermediate managed image with this group.",
    )


def _settings(reason: str, chosen: BuildGroup | None, say: Say) -> Lowered:
    """The image's name and group: the group of the build, which is Packer's temporary one where nobody chose another."""
    temporary: Token | None = None
    ours = _temporary_group(say)
    if chosen is None:
        temporary = group = raw(ours.reference)
    elif chosen.may_be_null:
        temporary = raw(f"{chosen.text} == null ? {ours.reference} : null")
        group = raw(f"coalesce({chosen.text}, {ours.reference})")
    else:
        group = raw(chosen.text)
    values = {
        "temp_resource_group_name": temporary,
        "managed_image_name": string(_NAME),
        "managed_image_resource_group_name": group,
    }
    attributes = (Attribute(name=name, value=value) for name, value in values.items() if value is not None)
    return source_settings(f"intermediate managed image: {reason}", *attributes) + Lowered(locals=(ours,))
