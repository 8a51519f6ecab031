"""Makes a project of what was lowered: first its parts, then what only the whole of them tells."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from aib2packer.assemble.declared import declared
from aib2packer.assemble.needs import needs_of, prerequisites_of
from aib2packer.assemble.packer_files import packer_files
from aib2packer.assemble.prerequisites import requirements
from aib2packer.assemble.source_blocks import source_block
from aib2packer.assemble.values_file import values_file
from aib2packer.assemble.whole_run import whole_run
from aib2packer.constructs.build_settings import whole_run_minutes
from aib2packer.diagnostics.model import Fidelity
from aib2packer.hcl.nodes import Block
from aib2packer.lowering.build import Build, Declarations, Distribution, Files, Notes, Run
from aib2packer.lowering.lowered import Builder, Difference, Fetched, Lowered, Task, Wanted, Wording, together
from aib2packer.lowering.plugins import AZURE
from aib2packer.lowering.say import Say


def finished(
    say: Say,
    parts: Sequence[Lowered],
    *,
    further: tuple[Block, ...] = (),
    checks: Build | None = None,
    is_kept_on_error: bool = False,
) -> Build:
    """The project: its parts, its run, and the variables and locals that all of it mentions; ``further`` are source blocks."""
    lowered = together(*parts)
    is_azure = say.builder is Builder.AZURE
    source = source_block("image", say.template.subscription if is_azure else None, lowered, say)
    found = declared((*parts, source, *further), lowered, say)
    build = _drafted(say, lowered, found, checks, ("-on-error=abort",) if is_kept_on_error else ())
    build = replace(build, packer_files=packer_files(build, (source, *further), lowered.steps, say))
    if say.keeps_nothing:
        return build
    build = replace(build, values=values_file(build))
    run = whole_run(build, lowered, say)
    build = replace(build, run=run, notes=_notes(lowered, run))
    if not is_azure:
        return build
    say = replace(say, template=replace(say.template, inputs=(*say.template.inputs, *lowered.inputs)))
    required = requirements(say)
    notes = replace(build.notes, prerequisites=prerequisites_of(required, say))
    return replace(build, needs=needs_of(required, say, found.names), notes=notes)


def _drafted(say: Say, lowered: Lowered, found: Declarations, checks: Build | None, options: tuple[str, ...]) -> Build:
    """The parts of a project, added up."""
    template = say.template
    plugins = (*((AZURE,) if say.builder is Builder.AZURE else ()), *lowered.plugins)
    run = Run(
        options=options, finds=lowered.found_by_run, minutes=whole_run_minutes(say), in_subnet=template.machine.subnet is not None
    )
    return Build(
        os=template.os,
        cloud=template.cloud,
        builder=say.builder,
        choices=say.choices,
        keeps_nothing=say.keeps_nothing,
        plugins=tuple(dict.fromkeys(plugins)),
        declared=found,
        distribution=Distribution(
            results=lowered.results,
            targets=lowered.targets,
            values=dict(lowered.passed),
            secrets=tuple(name for name, _ in lowered.secrets),
        ),
        files=Files(
            scripts=lowered.files,
            programs=lowered.programs,
            downloads=tuple(each for each in lowered.downloads if isinstance(each, Fetched)),
            vendored=tuple(each for each in lowered.downloads if isinstance(each, Wanted)),
            in_vm=lowered.in_vm,
        ),
        run=run,
        checks=checks,
    )


def _notes(lowered: Lowered, run: Run) -> Notes:
    """What MIGRATION.md says; what the script of the run does as Image Builder does it is no difference."""
    said = {note.path: note for note in lowered.notes if isinstance(note, Wording)}
    heeded = [each.exact for each in lowered.build_options if run.has_script and each.exact]
    return Notes(
        tasks=tuple(dict.fromkeys(note.text for note in lowered.notes if isinstance(note, Task))),
        differences=tuple(note for note in lowered.notes if isinstance(note, Difference)),
        wordings=said | {path: Wording(path=path, project="", fidelity=Fidelity.EXACT) for path in heeded},
    )
