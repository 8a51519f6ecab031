"""Lowers an image template to a Packer project: which outputs the one build VM makes, and what stands where."""

from __future__ import annotations

from dataclasses import replace

from aib2packer.constructs import build_settings, deprovision, vm_profile
from aib2packer.constructs.distribution import (
    Made,
    Plan,
    Target,
    Word,
    Words,
    at_its_images,
    bound_to_region,
    fits,
    loses_tags,
    normal_region,
    number_of,
    plan_of,
    storage_differs_of,
)
from aib2packer.constructs.fields import Settles
from aib2packer.constructs.intermediate_image import lower_intermediate_image
from aib2packer.constructs.options import extra_tags, lower_options
from aib2packer.constructs.project import Project, Wording, known_text, label
from aib2packer.constructs.registry import lowering, publishing
from aib2packer.constructs.security import lower_security, report_security
from aib2packer.diagnostics import construct_codes as codes
from aib2packer.diagnostics.model import Fidelity, Findings
from aib2packer.emitters.checks_project import lower_checks
from aib2packer.emitters.steps import lower_source, lower_steps
from aib2packer.hcl.nodes import Attribute, Pairs, raw, string
from aib2packer.hcl.text import HclText
from aib2packer.ir.template import (
    Choices,
    ExistingImage,
    GalleryImage,
    GalleryOutput,
    ImageTemplate,
    ManagedImageOutput,
    Output,
    Region,
    Tags,
)
from aib2packer.ir.values import ListOf, ObjectOf


def lower_template(
    asked: ImageTemplate,
    findings: Findings,
    settling: Settles,
    choices: Choices,
) -> Project:
    """The whole project, not printed yet; what it cannot hold is in the findings.

    With ``choices.second_source`` an output that the build VM cannot feed gets a VM of its own.
    """
    template = at_its_images(asked)
    project = Project(template=template, findings=findings, settling=settling, choices=choices)
    if template is not asked:
        _say_moved(asked, project)
    template = project.template = _with_words(template, project)
    plan = plan_of(template)
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
        _lower_left(output, plan, project, choices.second_source)
    _distribute(plan, project)
    lower_options(project)
    build_settings.lower_tags(native, project)
    build_settings.lower_errors(project)
    deprovision.place_script(project)
    lower_steps(template.steps, project)
    deprovision.run_script(project)
    lower_checks(native, project)
    _roles(template, project)
    return project


def _with_words(template: ImageTemplate, project: Project) -> ImageTemplate:
    """Regions and tags that HCL has no words for as they are worked out now, as if the template named them."""
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
    """What the scripts do after the build."""
    project.distribution.extra_tags = extra_tags(project)
    targets = [
        publishing(output)(output, plan, project) for output in project.template.outputs if _is_finished_later(output, plan)
    ]
    targets += [_own_tags(output, project) for output in plan.native if loses_tags(output, plan.native)]
    if not targets:
        return
    words = Words(project)
    distribution = project.distribution
    distribution.targets = targets
    distribution.made = [
        Made(number=number_of(output), name=words.word(output.name, output.path), id=project.made_id(output))
        for output in plan.native
    ]
    if distribution.makes_disks:
        distribution.facts.update(_source_facts(plan, project, words))
    if distribution.copies_blobs:
        assert project.template.subscription is not None
        distribution.facts["storage_subscription"] = words.word(project.template.subscription, "subscription")
    live = Pairs(tuple((HclText(name), value) for name, value in distribution.live.items()))
    remark = "What scripts/distribute.sh has to be told; OUTPUT_n is what the VM made of properties.distribute[n]."
    distribution.live_local = project.local("distribute", live, remark)
    _say_data_disks_left(plan, project)
    for output in plan.later:
        ours = "az makes it from what the VM made, after the build: `scripts/distribute.sh`, or `distribute.ps1` on Windows."
        project.differs(output.path, "Makes this output too.", ours, Fidelity.EQUIVALENT)
    project.task(
        "Sign in to az where Packer runs (`az login`): after the build it makes the outputs that one VM cannot; where one fails, "
        "`sh scripts/distribute.sh` goes on later (on Windows: `scripts\\distribute.ps1`), and `run-outputs.json` says what there is"
    )
    if distribution.secrets:
        names = " and ".join(f"`{name}`" for name in distribution.secrets)
        project.task(f"Set {names} in the environment, not by `-var`: the scripts after the build take secrets from there, too")


def _say_data_disks_left(plan: Plan, project: Project) -> None:
    """Only gallery versions that come from another version, or from an image, have all its disks."""
    if not project.template.machine.data_disks_gb:
        return
    for output in plan.later:
        if isinstance(output, GalleryOutput):
            continue
        message = (
            f"The output `{label(output.name)}` is made from the operating system disk alone, without the additionalDataDisks: "
            "use the gallery version where they are needed."
        )
        project.find_in(codes.DATA_DISKS_LEFT, message, output)


def _is_finished_later(output: Output, plan: Plan) -> bool:
    return output in plan.later or (output in plan.native and storage_differs_of(output))


def _own_tags(output: Output, project: Project) -> Target:
    words = Words(project)
    return Target(
        number=number_of(output),
        name=words.word(output.name, output.path),
        does="add_tags",
        arguments=(project.made_id(output),),
        options=words.tags(output.tags, f"{output.path}.artifactTags"),
    )


def _source_facts(plan: Plan, project: Project, words: Words) -> dict[str, Word]:
    """The gallery version that disks are made from."""
    version = plan.one(GalleryOutput)
    assert isinstance(version, GalleryOutput)
    definition = version.definition
    names = ("version_subscription", "version_group", "version_gallery", "version_definition")
    values = words.all((definition.subscription, definition.resource_group, *definition.names), f"{version.path}.galleryImageId")
    return {
        "build_region": words.region(project.template.location, "location"),
        "version_id": project.made_id(version),
        **dict(zip(names, values, strict=True)),
    }


def _lower_vm(project: Project) -> None:
    """Where the VM comes from, what it is like, and how long anything may take."""
    project.source("source", Attribute(name="os_type", value=string(project.template.os.value.capitalize())))
    lower_source(project.template, project)
    build_settings.lower_location(project)
    vm_profile.lower_machine(project)
    build_settings.lower_limits(project)


def _lower_left(output: Output, plan: Plan, project: Project, second_source: bool) -> None:
    """An output that nothing of the build can feed: a VM of its own makes it where that is asked for and can be had."""
    assert isinstance(output, ManagedImageOutput)
    near = fits(output, project.template)
    obstacle = "" if near else bound_to_region(project.template)
    if obstacle or not second_source:
        _say_left(output, plan, obstacle, project)
        return
    own = replace(project.template, outputs=(output,), location=output.location, subscription=output.image.subscription)
    project.further_source(label(output.name), own, _lower_further)
    message = f"The output `{label(output.name)}` has a VM of its own, as asked: the steps run again on it, at the same time."
    project.find_in(codes.SECOND_SOURCE, message, output)
    project.differs(output.path, "Makes this output from the same VM.", "Makes it from a VM of its own.", Fidelity.APPROXIMATE)


def _lower_further(beside: Project) -> None:
    """The settings of a further source block."""
    (output,) = beside.template.outputs
    _lower_vm(beside)
    lowering(output)(output, beside)
    lower_options(beside)
    build_settings.lower_tags((output,), beside)


def _say_left(output: Output, plan: Plan, obstacle: str, project: Project) -> None:
    """An error where --second-source would help; where nothing would, the rest is converted, and this is for a person to do."""
    name, image = label(output.name), plan.one(ManagedImageOutput)
    reason = (
        "Packer captures a managed image in the region and subscription of the build only"
        if image is None
        else f"one VM gives one managed image, here `{label(image.name)}`"
    )
    why = f"{reason}, and other ones come from a gallery version, which the template does not make"
    if not obstacle:
        message = (
            f"The output `{name}` cannot come from the build VM: {why}; add a SharedImage output, from which it is then made too, or "
            "build it on a VM of its own with --second-source."
        )
        project.find_in(codes.TARGET_LEFT, message, output)
        return
    advice = f"add a SharedImage output, from which it is then made too ({obstacle} holds the VM where it is)"
    project.find_in(codes.TARGET_BOUND, f"The output `{name}` is not made: {why}; {advice}.", output)
    project.task(f"Make the output `{name}` yourself: {reason}; or {advice}")
    project.differs(output.path, "Makes this output too.", f"Left to you: {reason}.", Fidelity.MANUAL)


def _say_moved(asked: ImageTemplate, project: Project) -> None:
    here, there = (f"`{label(each)}`" for each in (asked.location, project.template.location))
    message = (
        f"The build runs in {there}, where the managed image is to be, and not in {here}: Packer captures an image where its VM is, "
        "so see that the VM size is to be had there."
    )
    project.find(codes.BUILT_ELSEWHERE, message, place=asked.location.place, path="location")
    ours = f"Builds in {there}, where the managed image is to be."
    project.differs("location", "Builds in this region, and copies the image to its own.", ours, Fidelity.EQUIVALENT)
    project.wordings["location"] = Wording(packer="`location`, of the managed image", project=ours, fidelity=Fidelity.EQUIVALENT)


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
    names = dict.fromkeys(f"`{known_text(group) or label(group)}`" for group in groups)
    staging = template.staging_group
    first = f"`{label(staging.resource_group)}`" if staging is not None else "a temporary resource group"
    *places, last = dict.fromkeys([first, *names, *(["the subnet"] if template.machine.subnet is not None else [])])
    where = f"{', '.join(places)} and {last}" if places else last
    reads = "; Reader on the source image" if isinstance(template.source, ExistingImage | GalleryImage) else ""
    project.task(f"Give whoever builds the roles that Image Builder's identity had: Contributor on {where}{reads}")
