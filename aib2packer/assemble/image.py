"""Lowers an image template to a Packer project: which outputs the build VM makes, and in which order the settings come."""

from __future__ import annotations

from dataclasses import replace

from aib2packer.assemble.intermediate_image import lower_intermediate_image
from aib2packer.assemble.steps import lower_source, lower_steps
from aib2packer.assemble.validation import lower_checks
from aib2packer.assemble.whole_run import is_more_than_a_build, overwrites_image
from aib2packer.constructs import build_settings, vm_profile
from aib2packer.constructs.registry import lowering, publishing
from aib2packer.diagnostics.codes import construct as codes
from aib2packer.diagnostics.model import Fidelity, Findings
from aib2packer.hcl.nodes import Attribute, raw, string
from aib2packer.ir.template import Choices, GalleryOutput, ImageTemplate, ManagedImageOutput, Output, Region, Tags
from aib2packer.ir.text import label
from aib2packer.ir.values import ListOf, ObjectOf
from aib2packer.lowering import deprovision
from aib2packer.lowering.distribution import Target, Words
from aib2packer.lowering.options import extra_tags, lower_options
from aib2packer.lowering.project import Project, Wording
from aib2packer.lowering.security import lower_security, report_security
from aib2packer.passes.outputs import (
    Plan,
    at_its_images,
    bound_to_region,
    fits,
    loses_tags,
    normal_region,
    plan_of,
    storage_differs_of,
)
from aib2packer.schema.fields import Settles


def lower_template(
    asked: ImageTemplate,
    findings: Findings,
    settling: Settles,
    choices: Choices,
) -> Project:
    """The whole project, not printed yet; what it cannot hold is in the findings.

    With ``choices.second_source`` an output that the build VM cannot make gets a second VM.
    """
    template = at_its_images(asked)
    project = Project(template=template, findings=findings, settling=settling, choices=choices)
    if template is not asked:
        _say_moved(asked, project)
    template = project.template = _with_words(template, project)
    plan = project.plan = plan_of(template)
    native = plan.native
    _lower_vm(project)
    lower_security(plan.one(GalleryOutput), project)
    for output in native:
        lowering(output)(output, project)
    report_security(native, project)
    lower_intermediate_image(native, project)
    if not native:
        _no_outputs(project)
    for output in plan.left:
        _lower_left(output, project)
    _distribute(plan, project)
    lower_options(project)
    build_settings.lower_tags(native, project)
    build_settings.lower_errors(project)
    deprovision.place_script(project)
    lower_steps(template.steps, project)
    deprovision.run_script(project)
    lower_checks(native, project)
    _say_overwritten(project)
    return project


def _say_overwritten(project: Project) -> None:
    """The whole run overwrites the managed image, as Image Builder does."""
    image = project.plan.one(ManagedImageOutput)
    if image is not None and is_more_than_a_build(project) and overwrites_image(project):
        project.wordings[f"{image.path}.imageId"] = Wording(project="", fidelity=Fidelity.EXACT)


def _with_words(template: ImageTemplate, project: Project) -> ImageTemplate:
    """Regions and tags without an HCL equivalent, computed now as if the template named them."""
    path = "properties.managedResourceTags"
    return replace(
        template,
        outputs=tuple(_output_with_words(output, project) for output in template.outputs),
        resource_tags=_tags_with_words(template.resource_tags, path, project),
    )


def _output_with_words(output: Output, project: Project) -> Output:
    output = replace(output, tags=_tags_with_words(output.tags, f"{output.path}.artifactTags", project))
    if not isinstance(output, GalleryOutput) or isinstance(output.regions, tuple):
        return output
    names = project.sayable(output.regions, f"{output.path}.replicationRegions")
    if not isinstance(names, ListOf):
        return output
    named = (project.template.location, *names.items)
    return replace(output, regions=tuple({normal_region(name): Region(name=name) for name in named}.values()))


def _tags_with_words(tags: Tags, path: str, project: Project) -> Tags:
    if isinstance(tags, tuple):
        return tags
    pairs = project.sayable(tags, path)
    return tuple((entry.key, entry.value) for entry in pairs.entries) if isinstance(pairs, ObjectOf) else tags


def _distribute(plan: Plan, project: Project) -> None:
    """What the distribute scripts do after the build."""
    distribution = project.distribution
    distribution.extra_tags = extra_tags(project)
    for output in project.template.outputs:
        if output in plan.later or (output in plan.native and storage_differs_of(output)):
            distribution.targets.append(publishing(output)(output, project))
            _say_as_before(output, project)
        elif output in plan.native and loses_tags(output, plan.native):
            distribution.targets.append(_own_tags(output, project))
    if not distribution.targets:
        return
    made = [label(output.name) for output in project.template.outputs if output in plan.later]
    if made:
        project.source(f"distribute: {', '.join(made)} {'is' if len(made) == 1 else 'are'} made by az after the build")
    _say_data_disks_left(plan, project)
    if distribution.values.secrets:
        names = " and ".join(f"`{name}`" for name in distribution.values.secrets)
        project.task(f"Set {names} in the environment, not with `-var`, for `distribute.sh`")


def _say_as_before(output: Output, project: Project) -> None:
    """What az does as Image Builder does: tags of the output's own, and an image of the same name gives way."""
    same = Wording(project="", fidelity=Fidelity.EXACT)
    project.wordings |= {f"{output.path}.{name}": same for name in ("artifactTags", "imageId")}


def _say_data_disks_left(plan: Plan, project: Project) -> None:
    """Only gallery versions made from another version, or from an image, have all disks."""
    if not project.template.machine.data_disks_gb:
        return
    for output in plan.later:
        if isinstance(output, GalleryOutput):
            continue
        message = (
            f"The output `{label(output.name)}` has the OS disk only. Use the gallery version where the additionalDataDisks are "
            "needed."
        )
        project.find_in(codes.DATA_DISKS_LEFT, message, output)


def _own_tags(output: Output, project: Project) -> Target:
    words = Words(project)
    return Target(
        name=words.word(output.name, output.path),
        options=(
            *(("tag",), ("update",), ("--resource-id",)),
            words.id_of(output),
            *(("--operation",), ("Merge",)),
            *words.tags(output.tags, f"{output.path}.artifactTags"),
        ),
    )


def _lower_vm(project: Project) -> None:
    """Where the VM comes from, what it is like, and how long anything may take."""
    project.source("source", Attribute(name="os_type", value=string(project.template.os.value.capitalize())))
    lower_source(project.template, project)
    build_settings.lower_location(project)
    vm_profile.lower_machine(project)
    build_settings.lower_limits(project)


def _lower_left(output: Output, project: Project) -> None:
    """An output that cannot come from the build VM: a second VM makes it, where --second-source is given and can help."""
    if not isinstance(output, ManagedImageOutput):
        message = f"Packer writes one VHD, and `{label(output.name)}` is another one. Give it a uri, or remove it."
        project.find_in(codes.TARGET_LEFT, message, output)
        return
    obstacle = "" if fits(output, project.template) else bound_to_region(project.template)
    if obstacle or not project.choices.second_source:
        _say_left(output, obstacle, project)
        return
    own = replace(project.template, outputs=(output,), location=output.location, subscription=output.image.subscription)
    project.further_source(label(output.name), own, _lower_further)
    message = f"The output `{label(output.name)}` is built on a second VM (--second-source), which runs all steps again."
    project.find_in(codes.SECOND_SOURCE, message, output)
    project.differs(output.path, "makes this output from the same VM", "makes it from a second VM", Fidelity.APPROXIMATE)


def _lower_further(beside: Project) -> None:
    """The settings of a further source block."""
    (output,) = beside.template.outputs
    _lower_vm(beside)
    lowering(output)(output, beside)
    lower_options(beside)
    build_settings.lower_tags((output,), beside)


def _say_left(output: Output, obstacle: str, project: Project) -> None:
    """An error if --second-source would help; else a warning and a task, and the rest is converted."""
    name, image = label(output.name), project.plan.one(ManagedImageOutput)
    reason = (
        "Packer captures a managed image in the region and subscription of the build only"
        if image is None
        else f"a build VM produces one managed image (`{label(image.name)}`)"
    )
    if not obstacle:
        message = (
            f"The output `{name}` cannot be made: {reason}, and others need a SharedImage output. Add one, or use "
            "--second-source."
        )
        project.find_in(codes.TARGET_LEFT, message, output)
        return
    advice = (
        f"{obstacle[0].upper()}{obstacle[1:]} ties the build to one region. Add a SharedImage output, so that `distribute.sh` "
        "can make it"
    )
    project.find_in(codes.TARGET_BOUND, f"The output `{name}` is not made: {reason}. {advice}.", output)
    project.task(f"Make the output `{name}` yourself: {reason}. {advice}")
    project.differs(output.path, "makes this output", f"does not make it: {reason}", Fidelity.MANUAL)


def _say_moved(asked: ImageTemplate, project: Project) -> None:
    here, there = (f"`{label(each)}`" for each in (asked.location, project.template.location))
    message = (
        f"The build runs in {there}, the region of the managed image, instead of {here}: Packer captures a managed image in the "
        "region of the build VM. Check that the VM size is available there."
    )
    project.find(codes.BUILT_ELSEWHERE, message, place=asked.location.place, path="location")
    ours = f"builds in {there}, the region of the managed image"
    project.differs("location", "builds in this region, and copies the image to its region", ours, Fidelity.EQUIVALENT)
    project.wordings["location"] = Wording(project=ours, fidelity=Fidelity.EQUIVALENT)


def _no_outputs(project: Project) -> None:
    if not project.template.outputs:
        message = "The template has no outputs. The project builds the VM, runs the steps and keeps nothing. Add an output."
        project.find(codes.NO_OUTPUTS, message, path="properties.distribute")
    project.source("distribute: nothing is kept", Attribute(name="skip_create_image", value=raw("true")))
