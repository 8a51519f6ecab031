"""run.sh and run.ps1: the whole run, where it is more than `packer build`."""

from __future__ import annotations

from aib2packer.assemble.whole_run import is_more_than_a_build
from aib2packer.constructs.build_settings import whole_run_minutes
from aib2packer.emit.script_languages import own_script
from aib2packer.emit.stages import stages_in
from aib2packer.ir.choices import Language
from aib2packer.lowering.build import Build
from aib2packer.lowering.lowered import Script


def run_scripts(project: Build) -> tuple[Script, ...]:
    """The script in each of the languages that were chosen; none for a project that `packer build` runs as a whole."""
    if not is_more_than_a_build(project):
        return ()
    return tuple(_script(project, language) for language in project.choices.languages)


def _script(project: Build, language: Language) -> Script:
    path = "run.sh" if language is Language.SH else "run.ps1"
    # A value that two stages take is taken once.
    lines = dict.fromkeys(line for stage in stages_in(project, language) for line in stage.commands)
    values: dict[str, object] = {
        "minutes": whole_run_minutes(project.say) or "MINUTES",
        "has_templates": any("${var." in line or "${local." in line for line in lines),
        "lines": list(lines),
    }
    return own_script(path, f"{path}.j2", values)
