"""Makes a project of what was lowered: first its parts, then what only the whole of them tells."""

from __future__ import annotations

from dataclasses import replace

from aib2packer.assemble.needs import needs_of, prerequisites_of
from aib2packer.assemble.whole_run import distributes_apart, is_more_than_a_build, stages_of, validations
from aib2packer.constructs.build_settings import whole_run_minutes
from aib2packer.hcl.nodes import Expression, Item
from aib2packer.ir.values import Value
from aib2packer.lowering.build import Build, Declared, Distribution, FurtherSource, Sections
from aib2packer.lowering.lowered import Builder, Difference, Fetched, Lowered, Task, Wanted, Wording
from aib2packer.lowering.plugins import AZURE
from aib2packer.lowering.say import Say


def drafted(
    say: Say,
    lowered: Lowered,
    *,
    checks: Build | None = None,
    generalizes: bool = True,
    is_kept_on_error: bool = False,
) -> Build:
    """The parts of a project, added up."""
    template = say.template
    is_azure = say.builder is Builder.AZURE
    return Build(
        name=template.name,
        api_version=template.api_version,
        os=template.os,
        cloud=template.cloud,
        builder=say.builder,
        choices=say.choices,
        keeps_nothing=say.keeps_nothing,
        sections=sections_of(lowered),
        steps=lowered.steps,
        distribution=Distribution(
            targets=lowered.targets, values=say.script_values.expressions, secrets=tuple(say.script_values.secrets)
        ),
        wordings={note.path: note for note in lowered.notes if isinstance(note, Wording)},
        checks=checks,
        generalizes=generalizes,
        on_error="abort" if is_kept_on_error else "cleanup",
        results=lowered.results,
        scripts=lowered.files,
        downloads=tuple(each for each in lowered.downloads if isinstance(each, Fetched)),
        vendored=tuple(each for each in lowered.downloads if isinstance(each, Wanted)),
        in_vm=lowered.in_vm,
        plugins=tuple(dict.fromkeys((*((AZURE,) if is_azure else ()), *lowered.plugins))),
        found_by_run=lowered.found_by_run,
        tasks=tuple(dict.fromkeys(note.text for note in lowered.notes if isinstance(note, Task))),
        differences=tuple(note for note in lowered.notes if isinstance(note, Difference)),
        downloaded=_downloaded(say),
        in_subnet=template.machine.subnet is not None,
        minutes=whole_run_minutes(say),
    )


def sections_of(lowered: Lowered) -> Sections:
    """The settings of a source block, those of one heading together."""
    found: dict[str, list[Item]] = {}
    for section, item in lowered.settings:
        found.setdefault(section, []).extend([item] if item is not None else [])
    return {section: tuple(items) for section, items in found.items()}


def _downloaded(say: Say) -> tuple[str, ...]:
    folder, first = ("../scripts", say.first) if say.first is not None else ("scripts", say)
    return tuple(f"{folder}/{name}" for name in first.mentioned.file_of.values())


def finished(build: Build, say: Say, further: tuple[tuple[str, Value, Sections], ...] = ()) -> Build:
    """The project with its run, and with the variables and locals that all of it mentions; ``further`` are source blocks."""
    if not say.keeps_nothing:
        build = replace(
            build,
            stages=stages_of(build, say),
            validations=validations(build, say),
            has_run=is_more_than_a_build(build, say),
            distributes_in_build=bool(build.distribution.targets) and not distributes_apart(build, say),
        )
    subscription = _written(say.template.subscription, say) if say.builder is Builder.AZURE else None
    sources = tuple(FurtherSource(name=name, subscription=_written(at, say), sections=sections) for name, at, sections in further)
    variables = {
        name: Declared(
            input=each,
            type=held,
            given=say.plain(each.given, each.name) if each.given is not None and not each.secret else None,
        )
        for name, (each, held) in say.variables().items()
    }
    build = replace(
        build,
        subscription=subscription,
        further=sources,
        locals=tuple(say.mentioned.locals),
        variables=variables,
        packer=dict(say.mentioned.needs),
    )
    if say.keeps_nothing or say.builder is not Builder.AZURE:
        return build
    return replace(build, needs=needs_of(build, say), prerequisites=prerequisites_of(say))


def _written(subscription: Value | None, say: Say) -> Expression:
    assert subscription is not None
    return say.rendered(subscription, "")
