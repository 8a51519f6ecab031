"""The whole run of a project: its stages in Image Builder's order, and whether it is more than `packer build`."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from aib2packer.lowering.build import VALIDATION, VALUES, Build, Run
from aib2packer.lowering.lowered import Builder, Lowered
from aib2packer.lowering.run_lines import VERSION, Ask, Call, Line, RunScript, Stage
from aib2packer.lowering.say import Say


def whole_run(build: Build, lowered: Lowered, say: Say) -> Run:
    """The run of a drafted project, with its stages."""
    return replace(
        build.run,
        stages=_stages(build, lowered, say),
        validations=_validations(build, say),
        has_script=_is_more_than_a_build(build, lowered, say),
    )


def _is_more_than_a_build(build: Build, lowered: Lowered, say: Say) -> bool:
    if say.builder is not Builder.AZURE:
        return False
    return build.checks is not None or bool(_counted(lowered, say)) or distributes_apart(build, say)


def _builds_image(say: Say) -> bool:
    """With sourceValidationOnly only the validators run."""
    checks = say.template.checks
    return checks is None or not checks.source_only


def _counted(lowered: Lowered, say: Say) -> tuple[Line, ...]:
    """The lines by which az finds the number of the gallery version before the build."""
    return _lines_of("version", lowered) if _builds_image(say) else ()


def _lines_of(stage: str, lowered: Lowered) -> tuple[Line, ...]:
    return tuple(line for name, line in lowered.run if name == stage)


def distributes_apart(build: Build, say: Say) -> bool:
    """Whether az makes its outputs in a stage of their own: after validators, or in a pipeline, where az signs in again for it."""
    has_any = bool(build.distribution.targets) and _builds_image(say)
    return has_any and (_validates_first(build, say) or say.choices.pipeline is not None)


def _validates_first(build: Build, say: Say) -> bool:
    """Whether validators come between the build and what is distributed after it."""
    checks = say.template.checks
    return build.checks is not None and say.builder is Builder.AZURE and checks is not None and checks.come_first


def _validations(build: Build, say: Say) -> tuple[Line, ...]:
    """The build that runs the validators; none where there are none, or on a machine that is generalized before them.

    Packer does not look for the file of values in the folder of the validators.
    """
    if build.checks is None or (say.builder is Builder.MACHINE and say.choices.generalize):
        return ()
    values = (f"-var-file={VALUES}",) if build.values else ()
    return (Call(("packer", "build", *build.checks.run.options, *values, VALIDATION)),)


def _stages(build: Build, lowered: Lowered, say: Say) -> tuple[Stage, ...]:
    """Only the stages that the project has."""
    lines = {
        ("fetch", "Download the files of the steps"): _fetch(build),
        ("init", "Install the plugins"): _init(build, say),
        ("version", "Choose the version"): _version(build, lowered, say),
        ("build", "Build the image"): _build(build, lowered, say),
        ("validate", "Validate the image"): _validations(build, say),
        ("release", "Let the version be the latest"): _lines_of("release", lowered),
        ("distribute", "Make the other outputs"): _distribute(build, say),
    }
    stages = (Stage(name=name, title=title, lines=tuple(said)) for (name, title), said in lines.items())
    return tuple(stage for stage in stages if stage.lines)


def _fetch(build: Build) -> Iterator[Line]:
    """One script downloads the files of the steps and of the validators."""
    if build.files.downloads:
        yield RunScript("scripts/fetch")


def _init(build: Build, say: Say) -> Iterator[Line]:
    if _builds_image(say) and build.plugins:
        yield Call(("packer", "init", "."))
    if build.checks is not None and build.checks.plugins:
        yield Call(("packer", "init", VALIDATION))


def _version(build: Build, lowered: Lowered, say: Say) -> Iterator[Line]:
    """The number of the gallery version: found by az, and the same for the build, the validators and what follows."""
    counted = _counted(lowered, say)
    yield from counted
    expression = build.distribution.gallery_version
    # The validators boot what the build made, and so need the number of its gallery version.
    boots_image = build.checks is not None and say.builder is Builder.AZURE and _builds_image(say)
    if not boots_image or expression is None:
        return
    is_given = expression.text == "var.image_version" and (counted or not _validates_first(build, say))
    if not is_given:
        yield Ask(VERSION, expression.text)


def _build(build: Build, lowered: Lowered, say: Say) -> Iterator[Line]:
    if _builds_image(say):
        options = (word for words in dict.fromkeys(each.words for each in lowered.build_options) for word in words)
        why = next((each.why for each in lowered.build_options if each.why), "")
        yield Call(("packer", "build", *build.run.options, *options, "."), why)


def _distribute(build: Build, say: Say) -> Iterator[Line]:
    if distributes_apart(build, say):
        yield RunScript("distribute")
