"""Lowers an image template to a Packer project: which outputs the one build VM makes, and what stands where."""

from __future__ import annotations

from aib2packer.constructs import build_settings, deprovision, vm_profile
from aib2packer.constructs.fields import Settles
from aib2packer.constructs.project import Project, known_text
from aib2packer.constructs.registry import lowering
from aib2packer.constructs.source_asked import lower_asked_source
from aib2packer.diagnostics import construct_codes as codes
from aib2packer.diagnostics.model import Fidelity, Findings
from aib2packer.hcl.nodes import Attribute, Token, raw
from aib2packer.hcl.text import HclText
from aib2packer.ir.template import (
    AskedImage,
    DiskFileOutput,
    ExistingImage,
    GalleryOutput,
    ImageTemplate,
    ManagedImageOutput,
    Numbering,
    Output,
    ResourceId,
    Step,
)
from aib2packer.ir.values import Value


def lower_template(template: ImageTemplate, findings: Findings, settling: Settles) -> Project:
    """The whole project, not printed yet; what it cannot hold is in the findings."""
    project = Project(template=template, findings=findings, settling=settling)
    native = _native_outputs(template, project)
    project.source("source", Attribute(name="os_type", value=raw(f'"{template.os.value.capitalize()}"')))
    _lower_source(template, project)
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


def _lower_source(template: ImageTemplate, project: Project) -> None:
    if isinstance(template.source, AskedImage):
        lower_asked_source(template.source, project)
    else:
        lowering(template.source)(template.source, project)


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
            message = f"The output `{name}` is left: {reason}; make it from the others with az after the build."
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
        return f"one build VM makes one output of its kind, here `{other}`"
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
    if template.staging_group is not None:
        _intermediate_in_staging(template.source, template.staging_group, project)
        return
    group = _temporary_group(project)
    _set_intermediate(raw(group), raw(group), project)
    project.find_in(codes.INTERMEDIATE_IMAGE, f"{_ON_THE_WAY}; it vanishes with the temporary group.", template.source)


def _temporary_group(project: Project) -> HclText:
    return project.local(
        "temporary_group",
        raw('"pkr-${substr(uuidv4(), 0, 8)}"'),
        "The plugin wants a managed image beside this source; in a temporary group it vanishes with the group.",
    )


_ON_THE_WAY = "Packer makes a managed image named intermediate on the way, because its source is one"


def _intermediate_in_staging(source: ExistingImage, staging: ResourceId, project: Project) -> None:
    """In a group that stays, the image stays as well."""
    group, is_choice = build_settings.staging_group(staging, project)
    if is_choice:
        temporary = _temporary_group(project)
        _set_intermediate(raw(f"{group} == null ? {temporary} : null"), raw(f"coalesce({group}, {temporary})"), project)
    else:
        _set_intermediate(None, raw(group), project)
    name = project.label(staging.resource_group)
    project.find_in(codes.INTERMEDIATE_IMAGE, f"{_ON_THE_WAY}; it stays in {name}, so delete it after the build.", source)
    project.task(f"Delete the intermediate image after each build: `az image delete -g {name} -n intermediate`")


def _set_intermediate(temporary: Token | None, group: Token, project: Project) -> None:
    settings = {
        "temp_resource_group_name": temporary,
        "managed_image_name": raw('"intermediate"'),
        "managed_image_resource_group_name": group,
    }
    set_ones = (Attribute(name=name, value=value) for name, value in settings.items() if value is not None)
    project.source("an intermediate managed image", *set_ones)


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
    staging = template.staging_group
    first = f"`{project.label(staging.resource_group)}`" if staging is not None else "a temporary resource group"
    *places, last = dict.fromkeys([first, *names, *(["the subnet"] if template.machine.subnet is not None else [])])
    where = f"{', '.join(places)} and {last}" if places else last
    project.task(f"Give whoever builds the roles that Image Builder's identity had: Contributor on {where}")
