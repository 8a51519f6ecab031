"""``build.sh``, the whole run in one command; ``preflight.sh``, which looks for what must be there before it.

Live values come from the environment variables that Packer reads too (``PKR_VAR_name``), else from their defaults.
"""

from __future__ import annotations

from aib2packer.constructs.distribution import Passed, Word, plan_of
from aib2packer.constructs.project import Builder, Project, Script
from aib2packer.emitters.checks_project import FOLDER
from aib2packer.emitters.distribute_scripts import shell_word
from aib2packer.emitters.prerequisites import Command, Prerequisite, prerequisites, roles
from aib2packer.emitters.render import render
from aib2packer.ir.template import GalleryOutput, ManagedImageOutput, Numbering
from aib2packer.ir.values import Joined, Literal, Value, Variable

BUILD, PREFLIGHT = "scripts/build.sh", "scripts/preflight.sh"


def run_scripts(project: Project) -> tuple[Script, ...]:
    """Both scripts; a rehearsal and the validators have none of their own."""
    if project.builder is not Builder.AZURE or project.keeps_nothing:
        return ()
    return (_build_script(project), _preflight_script(project))


class _Environment:
    """The live values of a script, and the lines of shell that see to them."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self.lines: dict[str, str] = {}

    def values(self) -> dict[str, object]:
        """The lines, for a template; and whether a person may have to be asked."""
        lines = list(self.lines.values())
        return {"needed": lines, "asks": any("|| need " in line for line in lines)}

    def words(self, words: Command) -> list[str] | None:
        """The words of a command as a shell reads them; None where one of them is more than variables and texts."""
        found = [word if isinstance(word, str) else self._quoted(word) for word in words]
        return [word for word in found if word is not None] if None not in found else None

    def text(self, words: Command) -> str | None:
        """The words of a sentence as one word."""
        found = [(word,) if isinstance(word, str) else self._word(word) for word in words]
        return shell_word(tuple(piece for word in found if word is not None for piece in word)) if None not in found else None

    def _quoted(self, value: Value) -> str | None:
        word = self._word(value)
        return shell_word(word) if word is not None else None

    def _word(self, value: Value) -> Word | None:
        pieces: list[str | Passed] = []
        for part in value.parts if isinstance(value, Joined) else (value,):
            if isinstance(part, Literal):
                pieces.append(str(part.value))
            elif isinstance(part, Variable):
                pieces.append(Passed(self._variable(part)))
            else:
                return None
        return tuple(pieces)

    def _variable(self, part: Variable) -> str:
        name = self._project.reference(part).rpartition(".")[2]
        variable = f"PKR_VAR_{name.replace('-', '_')}"
        declared = self._project.inputs.get(name)
        known = (declared.given or declared.default) if declared is not None else None
        if isinstance(known, Literal) and known.value is not None:
            otherwise = f"{variable}={shell_word((str(known.value),))}"
        else:
            otherwise = f"need {variable} {shell_word((declared.description if declared else name,))}"
        self.lines[variable] = f'[ -n "${{{variable}:-}}" ] || {otherwise}'
        return variable


def _build_script(project: Project) -> Script:
    environment = _Environment(project)
    checks = project.template.checks if project.checks is not None else None
    plan = plan_of(project.template)
    values: dict[str, object] = {
        "fetches": bool(project.downloads),
        "fetches_checks": project.checks is not None and bool(project.checks.downloads),
        "minutes": project.time_limit.removesuffix("m"),
        "on_error": project.on_error,
        "checks_on_error": project.checks.on_error if project.checks is not None else "",
        "overwrites": plan.one(ManagedImageOutput) is not None and plan.one(GalleryOutput) is None,
        "look_up": _look_up(project, environment),
        "counts": _is_counted(project),
        "checks": FOLDER if checks is not None else "",
        "source_only": checks is not None and checks.source_only,
        "checks_first": checks is not None and not checks.distribute_anyway and bool(project.distribution.targets),
        **environment.values(),
    }
    return Script(path=BUILD, text=render("build.sh.j2", values))


def _look_up(project: Project, environment: _Environment) -> str:
    """The az command that lists the versions there are, where the next one is counted from them."""
    output = plan_of(project.template).one(GalleryOutput)
    if not isinstance(output, GalleryOutput) or not _is_counted(project):
        return ""
    gallery, image = output.definition.names
    place: Command = ("--subscription", output.definition.subscription, "-g", output.definition.resource_group)
    words = environment.words((*place, "-r", gallery, "-i", image))
    return " ".join(words) if words is not None else ""


def _is_counted(project: Project) -> bool:
    output = plan_of(project.template).one(GalleryOutput)
    return isinstance(output, GalleryOutput) and output.numbering is Numbering.LATEST


def _preflight_script(project: Project) -> Script:
    environment = _Environment(project)
    checks = [_check(each, environment) for each in prerequisites(project.template)]
    wanted = [(each.name, environment.text((each.scope,))) for each in roles(project.template)]
    values: dict[str, object] = {
        "checks": [each for each in checks if each],
        "needs_true": any(each.startswith("need_true") for each in checks),
        "roles": [(shell_word((name,)), scope) for name, scope in wanted if scope is not None],
        **environment.values(),
    }
    return Script(path=PREFLIGHT, text=render("preflight.sh.j2", values))


def _check(each: Prerequisite, environment: _Environment) -> str:
    what, look = environment.text(each.what), environment.words(each.look)
    if what is None or look is None:
        return ""
    remedy = environment.text(("az", *(piece for word in each.make for piece in (" ", word)))) if each.make else _NO_REMEDY
    return f"{'need_true' if each.answers else 'need_there'} {what} \\\n  {remedy} \\\n  {' '.join(look)}"


_NO_REMEDY = "'The template names it, but does not make it: correct its id, or make it.'"
