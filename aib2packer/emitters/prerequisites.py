"""What must be there before the first build, in the order in which a person would make it; for preflight and MIGRATION.md."""

from __future__ import annotations

import shlex

from aib2packer.constructs import build_settings, vm_profile
from aib2packer.constructs.project import Project, known_text
from aib2packer.constructs.registry import requirements_of
from aib2packer.constructs.requirements import Command, NeededRole, Prerequisite, Requirement
from aib2packer.ir.values import Joined, Literal, Value, Variable


def prerequisites(project: Project) -> tuple[Prerequisite, ...]:
    """Every thing that must exist; what is needed twice stands there once, where it is needed first."""
    found: dict[Command, Prerequisite] = {}
    for each in _requirements(project):
        if isinstance(each, Prerequisite):
            found.setdefault(each.look, each)
    return tuple(found.values())


def roles(project: Project) -> tuple[NeededRole, ...]:
    """The roles that Image Builder's identity has, for whoever builds."""
    return tuple(dict.fromkeys(each for each in _requirements(project) if isinstance(each, NeededRole)))


def _requirements(project: Project) -> tuple[Requirement, ...]:
    template = project.template
    return (
        *requirements_of(template.source, project),
        *build_settings.requirements(template),
        *vm_profile.requirements(template),
        *(each for output in template.outputs for each in requirements_of(output, project)),
    )


def spoken(words: Command) -> Command:
    """A command as a text, its words in quotes where a shell wants them."""
    said = [
        shlex.quote(known) if (known := word if isinstance(word, str) else known_text(word)) is not None else word
        for word in words
    ]
    return ("az", *(piece for word in said for piece in (" ", word)))


def shown(words: Command, project: Project, variable: str) -> str:
    """A text for a person to read; an input is shown by its name after ``variable`` (``var.``), what is live otherwise as dots."""
    return "".join(_shown(word, project, variable) for word in words)


def _shown(word: str | Value, project: Project, variable: str) -> str:
    match word:
        case str():
            return word
        case Literal(value):
            return str(value)
        case Joined(parts):
            return shown(parts, project, variable)
        case Variable():
            name = project.name_of(word)
            return f"{variable}{name}" if name is not None else "..."
        case _:
            spelled = project.spelled_out(word)
            return shown(spelled, project, variable) if spelled is not None else "..."
