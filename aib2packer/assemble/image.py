"""Lowers an image template to a Packer project: which outputs the build VM makes, and in which order the settings come."""

from __future__ import annotations

from msgspec.structs import replace

from aib2packer.arm.resolve import Resolver
from aib2packer.assemble.finish import finished
from aib2packer.assemble.intermediate_image import lower_intermediate_image
from aib2packer.assemble.source_blocks import source_block
from aib2packer.assemble.steps import lower_source, lower_steps
from aib2packer.assemble.validation import lower_checks
from aib2packer.constructs import build_settings, vm_profile
from aib2packer.constructs.registry import lowering, publishing
from aib2packer.diagnostics.codes import distribute as codes
from aib2packer.diagnostics.model import Fidelity, Findings
from aib2packer.hcl.names import FreeNames
from aib2packer.hcl.nodes import Attribute, Block, raw, string
from aib2packer.ir.choices import Choices
from aib2packer.ir.outputs import GalleryOutput, Home, ManagedImageOutput, Output, Region
from aib2packer.ir.parts import Tags
from aib2packer.ir.template import ImageTemplate
from aib2packer.ir.text import label
from aib2packer.ir.values import ListOf, ObjectOf
from aib2packer.lowering import deprovision
from aib2packer.lowering.build import Build
from aib2packer.lowering.lowered import NOTHING, Lowered, Wording, differs, source_settings, task, together, worded
from aib2packer.lowering.names import names_of
from aib2packer.lowering.options import lower_options
from aib2packer.lowering.say import Say
from aib2packer.lowering.security import lower_security, report_security
from aib2packer.lowering.targets import RESERVED, LiveValues, Target
from aib2packer.lowering.words import Words
from aib2packer.passes.outputs import (
    Plan,
    at_its_images,
    bound_to_region,
    fits,
    loses_tags,
    normal_region,
    plan_of,
)


def lower_template(asked: ImageTemplate, findings: Findings, resolver: Resolver, choices: Choices) -> Build:
    """The whole project, not printed yet; what it cannot hold is in the findings.

    With ``choices.second_source`` an output that the build VM cannot make gets a second VM.
    """
    template = at_its_images(asked)
    say = Say(template=template, findings=findings, resolver=resolver, names=names_of(asked, choices), choices=choices)
    moved = NOTHING if template is asked else _moved(asked, say)
    template = _with_words(template, say)
    say = replace(say, template=template, plan=plan_of(template))
    native = say.plan.native
    source = together(_lower_vm(say), lower_security(say.plan.one(GalleryOutput), say))
    outputs = tuple(lowering(output)(output, say) for output in native)
    report_security(native, say)
    intermediate = together(lower_intermediate_image(native, say), _no_outputs(say) if not native else NOTHING)
    sources, further = _lower_left(say)
    say = replace(say, made={each.path: each for output in outputs for each in output.results})
    settings = (
        *(moved, source, *outputs, intermediate, *further),
        *_distribute(say),
        lower_options(say),
        build_settings.lower_tags(native, say),
    )
    build_settings.report_errors(say)
    steps = (deprovision.place_script(say), *lower_steps(template.steps, say), deprovision.run_script(say))
    checks, of_checks = lower_checks(native, say)
    kept = template.errors.keep_after_customizer
    return finished(say, (*settings, *steps, of_checks), further=sources, checks=checks, is_kept_on_error=kept)


def _with_words(template: ImageTemplate, say: Say) -> ImageTemplate:
    """Regions and tags without an HCL equivalent, computed now as if the template named them."""
    path = "properties.managedResourceTags"
    return replace(
        template,
        outputs=tuple(_output_with_words(output, say) for output in template.outputs),
        resource_tags=_tags_with_words(template.resource_tags, path, say),
    )


def _output_with_words(output: Output, say: Say) -> Output:
    output = replace(output, tags=_tags_with_words(output.tags, f"{output.path}.artifactTags", say))
    if not isinstance(output, GalleryOutput) or isinstance(output.regions, tuple):
        return output
    names = say.sayable(output.regions, f"{output.path}.replicationRegions")
    if not isinstance(names, ListOf):
        return output
    named = (say.template.location, *names.items)
    return replace(output, regions=tuple({normal_region(name): Region(name=name) for name in named}.values()))


def _tags_with_words(tags: Tags, path: str, say: Say) -> Tags:
    if isinstance(tags, tuple):
        return tags
    pairs = say.sayable(tags, path)
    return tuple((entry.key, entry.value) for entry in pairs.entries) if isinstance(pairs, ObjectOf) else tags


def _distribute(say: Say) -> tuple[Lowered, ...]:
    """What the distribute scripts do after the build, after the live values in it."""
    plan, outputs = say.plan, say.template.outputs
    values = LiveValues(taken={*RESERVED.split(), *(label(each.name).lower() for each in (*plan.native, *plan.left))})
    words = Words(say, values)
    lowered = together(*(_published(output, say, words) for output in outputs))
    if not lowered.targets:
        return (lowered,)
    made = [label(output.name) for output in outputs if output in plan.later]
    section = f"distribute: {', '.join(made)} {'is' if len(made) == 1 else 'are'} made by az after the build"
    _report_data_disks_left(plan, say)
    names = " and ".join(f"`{name}`" for name in values.secrets)
    return (
        Lowered(passed=tuple(values.expressions.items()), secrets=tuple(values.secrets.items())),
        lowered,
        source_settings(section) if made else NOTHING,
        task(f"Set {names} in the environment, not with `-var`, for `distribute.sh`") if names else NOTHING,
    )


def _published(output: Output, say: Say, words: Words) -> Lowered:
    """An output that az makes or completes."""
    plan = say.plan
    if output in plan.later or (output in plan.native and output.storage_differs):
        return publishing(output)(output, say, words) + _as_before(output)
    if output in plan.native and loses_tags(output, plan.native):
        return Lowered(targets=(_own_tags(output, words),))
    return NOTHING


def _as_before(output: Output) -> Lowered:
    """What az does as Image Builder does: tags of the output's own, and an image of the same name gives way."""
    return together(*(worded(f"{output.path}.{name}", "", Fidelity.EXACT) for name in ("artifactTags", "imageId")))


def _report_data_disks_left(plan: Plan, say: Say) -> None:
    """Only gallery versions made from another version, or from an image, have all disks."""
    if not say.template.machine.data_disks_gb:
        return
    for output in plan.later:
        if output.has_data_disks:
            continue
        message = (
            f"The output `{label(output.name)}` has the OS disk only. Use the gallery version where the additionalDataDisks are "
            "needed."
        )
        say.find_in(codes.DATA_DISKS_LEFT, message, output)


def _own_tags(output: Output, words: Words) -> Target:
    return Target(
        name=words.name_of(output),
        options=(
            *(("tag",), ("update",), ("--resource-id",)),
            words.id_of(output),
            *(("--operation",), ("Merge",)),
            *words.tags(output.tags, f"{output.path}.artifactTags"),
        ),
    )


def _lower_vm(say: Say) -> Lowered:
    """Where the VM comes from, what it is like, and how long anything may take."""
    return together(
        source_settings("source", Attribute(name="os_type", value=string(say.template.os.value.capitalize()))),
        lower_source(say.template, say),
        build_settings.lower_location(say),
        vm_profile.lower_machine(say),
        build_settings.lower_limits(say),
    )


def _lower_left(say: Say) -> tuple[tuple[Block, ...], tuple[Lowered, ...]]:
    """The outputs that cannot come from the build VM: source blocks for those that a second VM makes, and what the project has of all."""
    free = FreeNames({"image"})
    made = [_lower_one_left(output, say, free) for output in say.plan.left]
    return tuple(source for source, _ in made if source is not None), tuple(lowered for _, lowered in made)


def _lower_one_left(output: Output, say: Say, free: FreeNames) -> tuple[Block | None, Lowered]:
    """A second VM makes it, where --second-source is given and can help."""
    home = output.home
    if home is None:
        message = f"Packer writes one VHD, and `{label(output.name)}` is another one. Give it a uri, or remove it."
        say.find_in(codes.TARGET_LEFT, message, output)
        return None, NOTHING
    obstacle = "" if fits(output, say.template) else bound_to_region(say.template)
    if obstacle or not say.choices.second_source:
        return None, _left(output, obstacle, say)
    own = replace(say.template, outputs=(output,), location=home.location, subscription=home.subscription)
    source, lowered = _further(output, home, replace(say, template=own), free.take(label(output.name)))
    message = f"The output `{label(output.name)}` is built on a second VM (--second-source), which runs all steps again."
    say.find_in(codes.SECOND_SOURCE, message, output)
    ours = "makes it from a second VM"
    return source, lowered + differs(output.path, "makes this output from the same VM", ours, Fidelity.APPROXIMATE)


def _further(output: Output, home: Home, say: Say, name: str) -> tuple[Block, Lowered]:
    """A further source block, and what the project has of it beside its settings; its notes stand for the first one, too."""
    lowered = together(
        _lower_vm(say), lowering(output)(output, say), lower_options(say), build_settings.lower_tags((output,), say)
    )
    return source_block(name, home.subscription, lowered, say), replace(
        lowered, settings=(), notes=tuple(each for each in lowered.notes if isinstance(each, Wording))
    )


def _left(output: Output, obstacle: str, say: Say) -> Lowered:
    """An error if --second-source would help; else a warning and a task, and the rest is converted."""
    name, image = label(output.name), say.plan.one(ManagedImageOutput)
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
        say.find_in(codes.TARGET_LEFT, message, output)
        return NOTHING
    advice = (
        f"{obstacle[0].upper()}{obstacle[1:]} ties the build to one region. Add a SharedImage output, so that `distribute.sh` "
        "can make it"
    )
    say.find_in(codes.TARGET_BOUND, f"The output `{name}` is not made: {reason}. {advice}.", output)
    return together(
        task(f"Make the output `{name}` yourself: {reason}. {advice}"),
        differs(output.path, "makes this output", f"does not make it: {reason}", Fidelity.MANUAL),
    )


def _moved(asked: ImageTemplate, say: Say) -> Lowered:
    here, there = (f"`{label(each)}`" for each in (asked.location, say.template.location))
    message = (
        f"The build runs in {there}, the region of the managed image, instead of {here}: Packer captures a managed image in the "
        "region of the build VM. Check that the VM size is available there."
    )
    say.findings.add(codes.BUILT_ELSEWHERE, message, place=asked.location.place, path="location")
    ours = f"builds in {there}, the region of the managed image"
    service = "builds in this region, and copies the image to its region"
    return differs("location", service, ours, Fidelity.EQUIVALENT) + worded("location", ours, Fidelity.EQUIVALENT)


def _no_outputs(say: Say) -> Lowered:
    if not say.template.outputs:
        message = "The template has no outputs. The project builds the VM, runs the steps and keeps nothing. Add an output."
        say.findings.add(codes.NO_OUTPUTS, message, path="properties.distribute")
    return source_settings("distribute: nothing is kept", Attribute(name="skip_create_image", value=raw("true")))
