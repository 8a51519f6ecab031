"""run.sh and run.ps1: the whole run, where it is more than `packer build`."""

from __future__ import annotations

from aib2packer.constructs.project import Project, Script, label
from aib2packer.emitters.script_languages import own_script
from aib2packer.emitters.stages import is_more_than_a_build, stages_in
from aib2packer.ir.defaults import BUILD_MINUTES
from aib2packer.ir.template import Language
from aib2packer.ir.values import Literal


def run_scripts(project: Project) -> tuple[Script, ...]:
    """The script in each of the languages that were chosen; none for a project that `packer build` runs as a whole."""
    if not is_more_than_a_build(project):
        return ()
    return tuple(_script(project, language) for language in project.choices.languages)


def _script(project: Project, language: Language) -> Script:
    path = "run.sh" if language is Language.SH else "run.ps1"
    # A value that two stages take is taken once.
    lines = dict.fromkeys(line for stage in stages_in(project, language) for line in stage.commands)
    return own_script(path, f"{path}.j2", {"minutes": _minutes(project), "lines": list(lines)})


def _minutes(project: Project) -> str:
    """The time limit of the template, or the name of what holds it."""
    minutes = project.template.build_minutes or Literal(0)
    return str(minutes.value or BUILD_MINUTES) if isinstance(minutes, Literal) else f"${label(minutes)}"
