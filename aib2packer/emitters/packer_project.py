"""Lowers an image template to a Packer project: which outputs the one build VM makes, and what stands where."""

from __future__ import annotations

from aib2packer.constructs import build_settings, deprovision, vm_profile
from aib2packer.constructs.fields import Settles
from aib2packer.constructs.project import Project, known_text
from aib2packer.constructs.registry import lowering
from aib2packer.diagnostics import construct_codes as codes
from aib2packer.diagnostics.model import Fidelity, Findings
from aib2packer.hcl.nodes import Attribute, Expression, Token, raw
from aib2packer.hcl.text import HclText
from aib2packer.ir.template import (
    DiskFileOutput,
    ExistingImage,
    GalleryOutput,
    ImageTemplate,
    ManagedImageOutput,
    Numbering,
    Output,
    Step,
)
from aib2packer.ir.values import Value


def lower_template(template: ImageTemplate, findings: Findings, settling: Settles) -> Project:
    """The whole project, not printed yet; what it cannot hold is in the findings."""
    project = Project(template=template, findings=findings, settling=settling)
    native = _native_outputs(template, project)
    project.source("source", Attribute(name="os_type", value=raw(f'"{template.os.value.capitalize()}"')))
    lowering(template.source)(template.source, project)
    vm_profile.lower_machine(project)
    build_settings.lower_limits(project)
    for output in native:
        lowering(output)(output, project)
    _intermediate_image(template, native, project)
    if not native:
        _no_outputs(project)
    build_settings.lower_staging_group(project)
    build_settings.lower_tags(native, project)
    build_settings.lower_errors(project)
    deprovision.place_script(project)
    for step in template.steps:
        project.condition = _condition(step, project)
        lowering(step)(step, project)
    project.condition = None
    deprovision.run_script(project)
    _roles(template, project)
    return project


def _condition(step: Step, project: Project) -> HclText | None:
    if step.when is None:
        return None
    expression = project.plain(step.when, step.path)
    return expression.text if isinstance(expression, Token) else None


def _native_outputs(template: ImageTemplate, project: Project) -> tuple[Output, ...]:
    """One managed image, one gallery version and one VHD, the first that fits each; the others are left, with a finding."""
    chosen: dict[type[Output], Output] = {}
    for output in sorted(template.outputs, key=_preference):
        reason = _why_not(output, template, chosen)
        if reason is None:
            chosen[type(output)] = output
        else:
            name = known_text(output.name) or output.path
            message = f"The output {name} is left: {reason}; make it from the others with az after the build."
            project.find_in(codes.TARGET_LEFT, message, output)
            project.task(f"Make the output `{name}` yourself after the build: {reason}")
            project.differs(output.path, "Makes this output too.", f"Left to you: {reason}.", Fidelity.MANUAL)
    return tuple(output for output in template.outputs if output in chosen.values())


def _preference(output: Output) -> int:
    """A VHD with an address, and a gallery version whose number can be told, come before others of their kind."""
    if isinstance(output, DiskFileOutput):
        return 0 if output.uri is not None else 1
    if isinstance(output, GalleryOutput):
        return 0 if output.numbering in (Numbering.FIXED, Numbering.CLOCK) else 1
    return 0


def _why_not(output: Output, template: ImageTemplate, chosen: dict[type[Output], Output]) -> str | None:
    if type(output) in chosen:
        other = known_text(chosen[type(output)].name) or chosen[type(output)].path
        return f"one build VM makes one output of its kind, which is {other}"
    if isinstance(output, ManagedImageOutput):
        if not _same_place(output.location, template.location):
            where = known_text(output.location) or "another region"
            return f"its region {where} is not that of the build"
        if output.image.subscription != template.subscription:
            return "its subscription is not that of the build"
    return None


def _same_place(one: Value, other: Value) -> bool:
    texts = known_text(one), known_text(other)
    if texts[0] is not None and texts[1] is not None:
        return texts[0].replace(" ", "").lower() == texts[1].replace(" ", "").lower()
    return one == other


def _intermediate_image(template: ImageTemplate, native: tuple[Output, ...], project: Project) -> None:
    """The plugin wants a managed image where the source is one (packer-mapping 1.2); it goes with the temporary group."""
    has_image = any(isinstance(output, ManagedImageOutput) for output in native)
    if not isinstance(template.source, ExistingImage) or has_image:
        return
    group = project.local(
        "temporary_group",
        raw('"pkr-${substr(uuidv4(), 0, 8)}"'),
        "The plugin wants a managed image beside this source; it is made in the temporary group and vanishes with it.",
    )
    section = "an intermediate managed image, in the temporary group"
    settings: list[tuple[str, Expression]] = [
        ("managed_image_name", raw('"intermediate"')),
        ("managed_image_resource_group_name", raw(group)),
    ]
    if template.staging_group is None:
        settings.insert(0, ("temp_resource_group_name", raw(group)))
    else:
        settings[1] = ("managed_image_resource_group_name", project.rendered(template.staging_group.resource_group, ""))
    project.source(section, *(Attribute(name=name, value=value) for name, value in settings))
    message = (
        "Packer makes a managed image named intermediate on the way, because its source is one; it vanishes with the temporary "
        "group."
    )
    project.find_in(codes.INTERMEDIATE_IMAGE, message, template.source)


def _no_outputs(project: Project) -> None:
    if not project.template.outputs:
        message = "The template has no outputs: the project builds the VM, runs the steps and keeps nothing; add an output."
        project.find(codes.NO_OUTPUTS, message, path="properties.distribute")
    project.source("distribute: nothing is kept", Attribute(name="skip_create_image", value=raw("true")))


def _roles(template: ImageTemplate, project: Project) -> None:
    if not template.identities:
        return
    groups = [output.definition.resource_group for output in template.outputs if isinstance(output, GalleryOutput)]
    groups += [output.image.resource_group for output in template.outputs if isinstance(output, ManagedImageOutput)]
    names = dict.fromkeys(f"`{known_text(group) or project.label(group)}`" for group in groups)
    places = ", ".join(["a temporary resource group", *names])
    subnet = " and on the subnet" if template.machine.subnet is not None else ""
    project.task(f"Give whoever builds the roles that Image Builder's identity had: Contributor on {places}{subnet}")
    project.differs(
        "identity",
        "Works with the rights of the identity.",
        "Works with the rights of whoever runs Packer.",
        Fidelity.MANUAL,
    )
