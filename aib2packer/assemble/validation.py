"""The second project, in `validate/`: runs the in-VM validators in a VM made from the image, and keeps nothing.

Image Builder boots a VM of its own from the result (aib-service 2.9); Packer can do so only in another build
(packer-mapping 1.12). With sourceValidationOnly that VM is made from the template's source instead.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from aib2packer.assemble.steps import lower_source, lower_steps
from aib2packer.constructs import build_settings, vm_profile
from aib2packer.constructs.outputs.shared_image import waits_for_validators
from aib2packer.constructs.registry import undoing
from aib2packer.constructs.sources.platform_image import lower_plan
from aib2packer.diagnostics.codes import construct as codes
from aib2packer.diagnostics.model import Fidelity, Findings
from aib2packer.hcl.nodes import Attribute, raw, string
from aib2packer.ir.template import (
    Checks,
    ExistingImage,
    GalleryImage,
    GalleryOutput,
    ImageTemplate,
    ManagedImageOutput,
    MarketplaceImage,
    Output,
    Source,
)
from aib2packer.ir.values import Input, Kind, Literal, Role, Value
from aib2packer.lowering.commands import typed
from aib2packer.lowering.machine import lower_connection
from aib2packer.lowering.options import lower_options
from aib2packer.lowering.project import Builder, Project
from aib2packer.lowering.security import lower_security
from aib2packer.passes.machine_sizes import default_size

FOLDER = "validate"
_BEFORE = "validates the image in a second VM, and distributes it only if that succeeds"
_ANYWAY = "validates the image in a second VM, and distributes it even if that fails"
_SOURCE = "validates the source image in a VM, and builds nothing"


def lower_checks(native: tuple[Output, ...], project: Project) -> None:
    """Adds a second project with the validators, if the template has any and an output can be booted."""
    checks = project.template.checks
    if checks is None:
        return
    made = _bootable(native)
    on_machine = project.builder is Builder.MACHINE
    if made is None and not checks.source_only and not on_machine:
        _say_nothing_to_boot(checks, project)
        return
    second = _second_project(project.template, checks, made, project)
    told = len(second.tasks)
    lower_steps(checks.steps, second)
    for task in second.tasks[told:]:
        project.task(task)
    _hand_on(second.findings, project.findings, checks.path)
    project.wordings |= second.wordings
    project.checks = second
    if not on_machine:
        _say_what_differs(checks, native, project)


def _bootable(native: tuple[Output, ...]) -> Output | None:
    """The gallery version, else the managed image; a VHD cannot be booted as it is."""
    candidates = [output for kind in (GalleryOutput, ManagedImageOutput) for output in native if isinstance(output, kind)]
    return next(iter(candidates), None)


def _second_project(template: ImageTemplate, checks: Checks, made: Output | None, project: Project) -> Project:
    """What both projects say alike is said about the first; of the second only what is about the validators is passed on."""
    second = Project(
        template=replace(template, steps=checks.steps, outputs=(), checks=None),
        findings=Findings(),
        settling=project.settling,
        builder=project.builder,
        choices=project.choices,
        keeps_nothing=True,
        first=project,
    )
    if project.builder is Builder.MACHINE:
        second.plugins.clear()
        lower_connection(second)
        return second
    _lower_machine(checks, made, second)
    if template.errors.keep_after_validation:
        second.on_error = "abort"
    return second


def _lower_machine(checks: Checks, made: Output | None, second: Project) -> None:
    template = second.template
    source = template.source if checks.source_only or made is None else _source_of(made, second)
    second.source(
        "source",
        Attribute(name="os_type", value=string(template.os.value.capitalize()), origin=(f"{checks.path}.sourceValidationOnly",)),
    )
    size = template.machine.size or Literal(default_size(template)[0])
    second.template = replace(template, source=source, machine=replace(template.machine, size=size, data_disks_gb=()))
    lower_source(second.template, second)
    if source is not template.source and isinstance(template.source, MarketplaceImage) and template.source.plan is not None:
        lower_plan(template.source.plan, f"{template.source.path}.planInfo", second)
    build_settings.lower_location(second)
    vm_profile.lower_machine(second)
    lower_security(made, second)
    build_settings.lower_limits(second)
    _keep_nothing(source, second)
    lower_options(second)
    build_settings.lower_tags((), second)


def _source_of(made: Output, second: Project) -> Source:
    """What the first project made, as the image to boot."""
    if isinstance(made, ManagedImageOutput):
        return ExistingImage(path=made.path, place=made.place, image=made.image)
    assert isinstance(made, GalleryOutput)
    return GalleryImage(path=made.path, place=made.place, definition=made.definition, version=_version_of(made, second))


def _version_of(made: GalleryOutput, second: Project) -> Value:
    """The version that the build has published: run.sh sets the variable for it."""
    default = made.version if isinstance(made.version, Literal) else None
    wanted = Input(
        name="image_version",
        role=Role.DECISION,
        kind=Kind.TEXT,
        description="Version of the gallery image to validate, such as 1.2.3; run.sh sets it.",
        default=default,
    )
    second.declare(wanted)
    return wanted.reference


def _keep_nothing(source: Source, second: Project) -> None:
    """No image; but the plugin requires its name where the source is a managed image (packer-mapping 1.2)."""
    section = "nothing is kept"
    second.source(section, Attribute(name="skip_create_image", value=raw("true")))
    if isinstance(source, ExistingImage):
        group = second.rendered(source.image.resource_group, source.path)
        remark = "required by the plugin; skip_create_image makes none"
        second.source(
            section,
            Attribute(name="managed_image_name", value=string("not-made"), remark=remark),
            Attribute(name="managed_image_resource_group_name", value=group),
        )


def _hand_on(found: Findings, findings: Findings, path: str) -> None:
    for each in found:
        if each.path.startswith(path):
            findings.add(each.code, each.message, place=each.place, path=each.path, severity=each.severity)


def _say_nothing_to_boot(checks: Checks, project: Project) -> None:
    message = "The validators are not converted, because no output can be booted. Run them in a VM made from the image."
    project.find_in(codes.VALIDATORS_LEFT, message, checks)
    project.task("Run the validators of the template in a VM made from the image before you use the image")
    service = _ANYWAY if checks.distribute_anyway else _BEFORE
    project.differs(checks.path, service, "does not validate, because no output can be booted", Fidelity.MANUAL)


def _say_what_differs(checks: Checks, native: tuple[Output, ...], project: Project) -> None:
    if checks.source_only:
        ours = "validates the source image in `run.sh`; only `packer build .` builds"
        project.differs(checks.path, _SOURCE, ours, Fidelity.EQUIVALENT)
    elif checks.distribute_anyway:
        ours = "distributes, then validates in `run.sh`, whose exit code is not 0 if that fails"
        project.differs(checks.path, _ANYWAY, ours, Fidelity.EQUIVALENT)
    else:
        kept = " Until then a gallery version is excluded from latest." if any(_waits(each, project) for each in native) else ""
        ours = f"validates in `run.sh` after Packer has published.{kept} If that fails: "
        project.differs(checks.path, _BEFORE, f"{ours}{', '.join(_taking_back(native, project))}", Fidelity.APPROXIMATE)


def _waits(output: Output, project: Project) -> bool:
    return isinstance(output, GalleryOutput) and waits_for_validators(output, project)


def _taking_back(native: tuple[Output, ...], project: Project) -> Iterator[str]:
    """What deletes each output of the build."""
    for output in native:
        words = undoing(output)
        yield f"`{typed(words, project)}`" if words else f"the blob of `{project.shown(output.name)}`"
