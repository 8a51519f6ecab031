"""The second project, in `validate/`: runs the in-VM validators in a VM made from the image, and keeps nothing.

Image Builder boots a VM of its own from the result; Packer can do so only in another build (lowering/FACTS.md 4). With
sourceValidationOnly that VM is made from the template's source instead.

Source: https://learn.microsoft.com/azure/virtual-machines/linux/image-builder-json#properties-validate
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from aib2packer.assemble.finish import finished
from aib2packer.assemble.steps import lower_source, lower_steps
from aib2packer.constructs import build_settings, vm_profile
from aib2packer.constructs.registry import bootable, booting, undoing
from aib2packer.constructs.sources.platform_image import lower_plan
from aib2packer.diagnostics.codes import template as codes
from aib2packer.diagnostics.model import Fidelity
from aib2packer.hcl.nodes import Attribute, raw, string
from aib2packer.ir.outputs import Output
from aib2packer.ir.sources import Source
from aib2packer.ir.template import Checks, ImageTemplate
from aib2packer.ir.values import Literal
from aib2packer.lowering.build import Build
from aib2packer.lowering.commands import typed
from aib2packer.lowering.lowered import NOTHING, Builder, Lowered, Task, Wording, differs, source_settings, task, together
from aib2packer.lowering.machine import lower_connection
from aib2packer.lowering.options import lower_options
from aib2packer.lowering.say import Say
from aib2packer.lowering.security import lower_security
from aib2packer.passes.machine_sizes import default_size

_BEFORE = "validates the image in a second VM, and distributes it only if that succeeds"
_ANYWAY = "validates the image in a second VM, and distributes it even if that fails"
_SOURCE = "validates the source image in a VM, and builds nothing"


def lower_checks(native: tuple[Output, ...], say: Say) -> tuple[Build | None, Lowered]:
    """The second project, with the validators, if the template has any and an output can be booted; and what the first has of it."""
    checks = say.template.checks
    if checks is None:
        return None, NOTHING
    made = bootable(native)
    on_machine = say.builder is Builder.MACHINE
    if made is None and not checks.source_only and not on_machine:
        return None, _nothing_to_boot(checks, say)
    second, lowered = _second(say.template, checks, made, say)
    steps = lower_steps(checks.steps, second)
    kept = say.template.errors.keep_after_validation and not on_machine
    parts = (lowered, *(replace(each, downloads=()) for each in steps))
    build = finished(second, parts, is_kept_on_error=kept)
    of_steps = together(*steps)
    wordings = tuple(note for note in (*lowered.notes, *of_steps.notes) if isinstance(note, Wording))
    tasks = tuple(note for note in of_steps.notes if isinstance(note, Task))
    of_first = Lowered(downloads=of_steps.downloads, notes=(*tasks, *wordings))
    return build, of_first if on_machine else of_first + _what_differs(checks, native, say)


def _second(template: ImageTemplate, checks: Checks, made: Output | None, say: Say) -> tuple[Say, Lowered]:
    """Both projects share their findings: what is found twice is kept once."""
    second = Say(
        template=replace(template, steps=checks.steps, outputs=(), checks=None),
        findings=say.findings,
        resolver=say.resolver,
        names=say.names,
        builder=say.builder,
        choices=say.choices,
        keeps_nothing=True,
    )
    if say.builder is Builder.MACHINE:
        return second, lower_connection(second)
    return _lower_machine(checks, made, second)


def _lower_machine(checks: Checks, made: Output | None, say: Say) -> tuple[Say, Lowered]:
    template = say.template
    source, inputs = (template.source, ()) if checks.source_only or made is None else booting(made)
    size = template.machine.size or Literal(default_size(template)[0])
    say = replace(say, template=replace(template, source=source, machine=replace(template.machine, size=size, data_disks_gb=())))
    origin = (f"{checks.path}.sourceValidationOnly",)
    os_type = Attribute(name="os_type", value=string(template.os.value.capitalize()), origin=origin)
    return say, together(
        Lowered(inputs=inputs),
        source_settings("source", os_type),
        lower_source(say.template, say),
        NOTHING if source is template.source else _plan_of_source(template.source, say),
        build_settings.lower_location(say),
        vm_profile.lower_machine(say),
        lower_security(made, say),
        build_settings.lower_limits(say),
        _keep_nothing(source, say),
        lower_options(say),
        build_settings.lower_tags((), say),
    )


def _plan_of_source(source: Source, say: Say) -> Lowered:
    """Images made from a Marketplace image have its purchase plan."""
    plan = source.purchase_plan
    return lower_plan(plan, f"{source.path}.planInfo", say) if plan is not None else NOTHING


def _keep_nothing(source: Source, say: Say) -> Lowered:
    """No image; but the plugin requires its name where the source is a managed image (lowering/FACTS.md 3)."""
    section = "nothing is kept"
    lowered = source_settings(section, Attribute(name="skip_create_image", value=raw("true")))
    if source.managed_image is None:
        return lowered
    group = say.rendered(source.managed_image.resource_group, source.path)
    remark = "required by the plugin; skip_create_image makes none"
    return lowered + source_settings(
        section,
        Attribute(name="managed_image_name", value=string("not-made"), remark=remark),
        Attribute(name="managed_image_resource_group_name", value=group),
    )


def _nothing_to_boot(checks: Checks, say: Say) -> Lowered:
    message = "The validators are not converted, because no output can be booted. Run them in a VM made from the image."
    say.find_in(codes.VALIDATORS_LEFT, message, checks)
    service = _ANYWAY if checks.distribute_anyway else _BEFORE
    return together(
        task("Run the validators of the template in a VM made from the image before you use the image"),
        differs(checks.path, service, "does not validate, because no output can be booted", Fidelity.MANUAL),
    )


def _what_differs(checks: Checks, native: tuple[Output, ...], say: Say) -> Lowered:
    if checks.source_only:
        ours = "validates the source image in `run.sh`; only `packer build .` builds"
        return differs(checks.path, _SOURCE, ours, Fidelity.EQUIVALENT)
    if checks.distribute_anyway:
        ours = "distributes, then validates in `run.sh`, whose exit code is not 0 if that fails"
        return differs(checks.path, _ANYWAY, ours, Fidelity.EQUIVALENT)
    kept = " Until then a gallery version is excluded from latest." if any(each.may_be_latest for each in native) else ""
    ours = f"validates in `run.sh` after Packer has published.{kept} If that fails: {', '.join(_taking_back(native, say))}"
    return differs(checks.path, _BEFORE, ours, Fidelity.APPROXIMATE)


def _taking_back(native: tuple[Output, ...], say: Say) -> Iterator[str]:
    """What deletes each output of the build."""
    for output in native:
        words = undoing(output)
        yield f"`{typed(words, say)}`" if words else f"the blob of `{say.shown(output.name)}`"
