"""The whole run of a project: its stages in Image Builder's order, and whether it is more than `packer build`."""

from __future__ import annotations

from collections.abc import Iterator

from aib2packer.constructs.outputs.shared_image import definition_options, unvalidated_variable, waits_for_validators
from aib2packer.ir.template import GalleryOutput, ManagedImageOutput, Numbering
from aib2packer.lowering.build import VALIDATION, Build
from aib2packer.lowering.gallery_versions import counted_major, look_up_source
from aib2packer.lowering.lowered import Builder
from aib2packer.lowering.run_lines import (
    VERSION,
    VERSION_PASSED,
    Ask,
    Call,
    CallAz,
    CheckValues,
    CountVersion,
    Line,
    LookUpVersion,
    RunScript,
    Stage,
    TakeSecret,
    Validate,
)
from aib2packer.lowering.say import Say
from aib2packer.lowering.targets import LiveValues
from aib2packer.lowering.words import Words


def is_more_than_a_build(build: Build, say: Say) -> bool:
    """Whether the whole run of a project is more than `packer build`."""
    if say.builder is not Builder.AZURE or say.keeps_nothing:
        return False
    return build.checks is not None or counts_version(build, say) or distributes_apart(build, say)


def builds_image(build: Build, say: Say) -> bool:
    """With sourceValidationOnly only the validators run."""
    checks = say.template.checks
    return build.checks is None or checks is None or not checks.source_only


def counts_version(build: Build, say: Say) -> bool:
    """Whether the number of the gallery version is found by az before the build."""
    output = say.plan.one(GalleryOutput)
    if output is None or not builds_image(build, say):
        return False
    return output.numbering is Numbering.LATEST or (
        output.numbering is Numbering.SOURCE and look_up_source(say, Words(say, LiveValues())) is not None
    )


def overwrites_image(say: Say) -> bool:
    """Whether the run overwrites the image, as Image Builder does; not with a gallery version of a fixed number beside it."""
    version = say.plan.one(GalleryOutput)
    is_fixed = version is not None and version.numbering is Numbering.FIXED
    return say.plan.one(ManagedImageOutput) is not None and not is_fixed


def distributes_apart(build: Build, say: Say) -> bool:
    """Whether az makes its outputs in a stage of their own: after validators, or in a pipeline, where az signs in again for it."""
    has_any = bool(build.distribution.targets) and builds_image(build, say)
    return has_any and (validates_first(build, say) or say.choices.pipeline is not None)


def validates_first(build: Build, say: Say) -> bool:
    """Whether validators come between the build and what is distributed after it."""
    checks = say.template.checks
    has_any = build.checks is not None and say.builder is Builder.AZURE
    return has_any and checks is not None and not checks.distribute_anyway and not checks.source_only


def validations(build: Build, say: Say) -> tuple[Line, ...]:
    """The build that runs the validators; none where there are none, or on a machine that is generalized before them."""
    if build.checks is None or (say.builder is Builder.MACHINE and say.choices.generalize):
        return ()
    return (Validate(build.checks.build_options),)


def stages_of(build: Build, say: Say) -> tuple[Stage, ...]:
    """The whole run; only the stages that the project has."""
    found = (Stage(name=name, title=title, lines=tuple(lines(build, say))) for name, (title, lines) in _STAGES.items())
    return tuple(stage for stage in found if stage.lines)


def _fetch(build: Build, _: Say) -> Iterator[Line]:
    """One script downloads the files of the steps and of the validators."""
    if build.downloads:
        yield RunScript("scripts/fetch")


def _init(build: Build, say: Say) -> Iterator[Line]:
    if builds_image(build, say) and build.plugins:
        yield Call("packer init .")
    if build.checks is not None and build.checks.plugins:
        yield Call(f"packer init {VALIDATION}")


def _version(build: Build, say: Say) -> Iterator[Line]:
    """The number of the gallery version: found by az, and the same for the build, the validators and what follows."""
    output = say.plan.one(GalleryOutput)
    if output is None:
        return
    is_counted = counts_version(build, say)
    if is_counted:
        yield from _found_by_az(output, say)
    expression = build.gallery_version
    # The validators boot what the build made, and so need the number of its gallery version.
    boots_image = build.checks is not None and say.builder is Builder.AZURE and builds_image(build, say)
    if not boots_image or expression is None:
        return
    is_given = expression.text == "var.image_version" and (is_counted or not validates_first(build, say))
    if not is_given:
        yield Ask(VERSION, expression.text)


def _found_by_az(output: GalleryOutput, say: Say) -> Iterator[Line]:
    values = LiveValues()
    words = Words(say, values)
    found: Line
    if output.numbering is Numbering.SOURCE:
        found = LookUpVersion(look_up_source(say, words) or ())
    else:
        listed = ("sig", "image-version", "list")
        command = (*((word,) for word in listed), *definition_options(output, words), ("--query",), ("[].name",))
        found = CountVersion((*command, ("--output",), ("tsv",)), counted_major(output, say))
    if values.expressions:
        yield CheckValues()
    yield from _asked(values)
    yield found


def _asked(values: LiveValues) -> Iterator[Line]:
    yield from map(TakeSecret, values.secrets)
    yield from (Ask(name, expression.text) for name, expression in values.expressions.items())


def _build(build: Build, say: Say) -> Iterator[Line]:
    if not builds_image(build, say):
        return
    waiting = f" -var {unvalidated_variable(say)}=true" if _waiting(build, say) is not None else ""
    force, why = (" -force", "Image Builder overwrites the managed image, too") if overwrites_image(say) else ("", "")
    yield Call(f"packer build{build.build_options}{force}{waiting} .", why)


def _waiting(build: Build, say: Say) -> GalleryOutput | None:
    """The gallery version that must not be the latest before its validators have passed."""
    output = say.plan.one(GalleryOutput)
    if output is None or not validates_first(build, say):
        return None
    return output if waits_for_validators(output, say) else None


def _release(build: Build, say: Say) -> Iterator[Line]:
    output = _waiting(build, say)
    if output is None:
        return
    values = LiveValues()
    words = (
        *((word,) for word in ("sig", "image-version", "update")),
        *definition_options(output, Words(say, values)),
        *(("--gallery-image-version",), (VERSION_PASSED,)),
        *(("--set",), ("publishingProfile.excludeFromLatest=false",), ("--output",), ("none",)),
    )
    yield from _asked(values)
    yield CallAz(words)


def _distribute(build: Build, say: Say) -> Iterator[Line]:
    if distributes_apart(build, say):
        yield RunScript("distribute")


_STAGES = {
    "fetch": ("Download the files of the steps", _fetch),
    "init": ("Install the plugins", _init),
    "version": ("Choose the version", _version),
    "build": ("Build the image", _build),
    "validate": ("Validate the image", validations),
    "release": ("Let the version be the latest", _release),
    "distribute": ("Make the other outputs", _distribute),
}
