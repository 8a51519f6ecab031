"""A managed image on the way to the gallery version; in the temporary group it vanishes with the group (packer-mapping 1.2)."""

from __future__ import annotations

from collections.abc import Sequence

from aib2packer.constructs.build_settings import build_group
from aib2packer.diagnostics.codes import construct as codes
from aib2packer.hcl.nodes import Attribute, Token, raw, string
from aib2packer.hcl.text import HclText
from aib2packer.ir.template import ExistingImage, GalleryOutput, ManagedImageOutput, Output
from aib2packer.lowering.project import Project
from aib2packer.lowering.security import IMAGE_FIRST, security_of

_NAME = "intermediate"


def lower_intermediate_image(native: Sequence[Output], project: Project) -> None:
    """Adds the image where the plugin or Azure wants one, and the outputs have none."""
    reason = _reason(native, project)
    if not reason or any(isinstance(output, ManagedImageOutput) for output in native):
        return
    chosen = build_group(project)
    if chosen is None:
        group = _temporary_group(project)
        _set(reason, raw(group), raw(group), project)
    elif chosen.may_be_null:
        group = _temporary_group(project)
        temporary = raw(f"{chosen.text} == null ? {group} : null")
        _set(reason, temporary, raw(f"coalesce({chosen.text}, {group})"), project)
    else:
        _set(reason, None, raw(chosen.text), project)
    if chosen is not None:
        name = project.shown(chosen.name)
        project.task(f"Delete the intermediate image after each build: `az image delete -g {name} -n {_NAME}`")
    where = (
        f"It stays in {project.shown(chosen.name)}. Delete it after the build."
        if chosen is not None
        else "Packer deletes it with the temporary resource group."
    )
    project.find(
        codes.INTERMEDIATE_IMAGE,
        f"Packer makes the managed image `{_NAME}` first, because {reason}. {where}",
        path="properties.distribute",
    )


def _reason(native: Sequence[Output], project: Project) -> str:
    for output in native:
        security = security_of(output, project) if isinstance(output, GalleryOutput) else None
        if security in IMAGE_FIRST:
            return f"Azure makes no {security} version from a VM"
    return "the plugin requires one if the source is one" if isinstance(project.template.source, ExistingImage) else ""


def _temporary_group(project: Project) -> HclText:
    return project.local(
        "temporary_group",
        raw('"pkr-Resource-Group-${substr(uuidv4(), 0, 8)}"'),
        "Packer deletes the intermediate managed image with this group.",
    )


def _set(reason: str, temporary: Token | None, group: Token, project: Project) -> None:
    settings = {
        "temp_resource_group_name": temporary,
        "managed_image_name": string(_NAME),
        "managed_image_resource_group_name": group,
    }
    set_ones = (Attribute(name=name, value=value) for name, value in settings.items() if value is not None)
    project.source(f"intermediate managed image: {reason}", *set_ones)
