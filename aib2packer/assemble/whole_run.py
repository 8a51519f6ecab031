"""What the whole run of a project does beside `packer build`, as far as a project itself or its files depend on it."""

from __future__ import annotations

from aib2packer.ir.template import GalleryOutput, ManagedImageOutput, Numbering
from aib2packer.lowering.build import Build
from aib2packer.lowering.gallery_versions import look_up_source
from aib2packer.lowering.lowered import Builder
from aib2packer.lowering.targets import LiveValues
from aib2packer.lowering.words import Words


def is_more_than_a_build(project: Build) -> bool:
    """Whether the whole run of a project is more than `packer build`."""
    if project.builder is not Builder.AZURE or project.keeps_nothing:
        return False
    return project.checks is not None or counts_version(project)


def builds_image(project: Build) -> bool:
    """With sourceValidationOnly only the validators run."""
    checks = project.template.checks
    return project.checks is None or checks is None or not checks.source_only


def counts_version(project: Build) -> bool:
    """Whether the number of the gallery version is found by az before the build."""
    output = project.plan.one(GalleryOutput)
    if not isinstance(output, GalleryOutput) or not builds_image(project):
        return False
    return output.numbering is Numbering.LATEST or (
        output.numbering is Numbering.SOURCE and look_up_source(project.say, Words(project.say, LiveValues())) is not None
    )


def overwrites_image(project: Build) -> bool:
    """Whether the whole run overwrites the image: Image Builder does; a gallery version whose number is fixed it does not, but -force would."""
    version = project.plan.one(GalleryOutput)
    is_fixed = isinstance(version, GalleryOutput) and version.numbering is Numbering.FIXED
    return project.plan.one(ManagedImageOutput) is not None and not is_fixed
