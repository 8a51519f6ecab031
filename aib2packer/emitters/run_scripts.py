"""``build``, the whole run in one command; ``preflight``, which looks for what must be there before it: each for a shell and for PowerShell."""

from __future__ import annotations

from dataclasses import dataclass

from aib2packer.constructs.distribute_shared_image import waits_for_validators
from aib2packer.constructs.distribution import Word, plan_of
from aib2packer.constructs.project import SIGN_IN, Builder, Project, Script
from aib2packer.constructs.requirements import IdOf, Prerequisite
from aib2packer.emitters.checks_project import FOLDER
from aib2packer.emitters.prerequisites import prerequisites, roles, shown, spoken
from aib2packer.emitters.script_inputs import ScriptInputs
from aib2packer.emitters.script_languages import LANGUAGES, Language, own_script
from aib2packer.ir.defaults import BUILD_MINUTES
from aib2packer.ir.template import GalleryOutput, ManagedImageOutput, Numbering, Output
from aib2packer.ir.values import Literal, Value

_NO_REMEDY: Word = ("The template names it, but does not make it: correct its id, or make it.",)


def run_scripts(project: Project) -> tuple[Script, ...]:
    """All four scripts; a rehearsal and the validators have none of their own."""
    if project.builder is not Builder.AZURE or project.keeps_nothing:
        return ()
    return tuple(
        own_script(f"scripts/{name}{language.suffix}", f"{name}{language.suffix}.j2", values(project, language))
        for name, values in (("build", _build_values), ("preflight", _preflight_values))
        for language in LANGUAGES
    )


def _build_values(project: Project, language: Language) -> dict[str, object]:
    inputs = ScriptInputs(project)
    checks = project.template.checks if project.checks is not None else None
    plan = plan_of(project.template)
    counted = _counted_version(project)
    look_up = _look_up(counted, inputs) if counted is not None else None
    minutes = _minutes(project, inputs)
    is_live = not all(isinstance(piece, str) for piece in minutes)
    source_only = checks is not None and checks.source_only
    secrets = {} if source_only else project.distribution.secrets  # nothing is built then, and nothing distributed
    for secret in secrets.values():
        inputs.word(secret)  # asked for at the beginning, not when the image is built
    return {
        "fetches": bool(project.downloads),
        "fetches_checks": project.checks is not None and bool(project.checks.downloads),
        "minutes": language.word(minutes) if is_live else minutes[0],
        "minutes_live": is_live,
        "default_minutes": BUILD_MINUTES,
        "on_error": project.on_error,
        "checks_on_error": project.checks.on_error if project.checks is not None else "",
        "overwrites": plan.one(ManagedImageOutput) is not None and _is_new(plan.one(GalleryOutput)),
        "look_up": language.words(look_up) if look_up is not None else "",
        "counts": counted is not None,
        "checks": FOLDER if checks is not None else "",
        "checks_variables": [*SIGN_IN, *project.checks.inputs] if project.checks is not None else [],
        "left_out": _only_of(project, project.checks) if source_only else _only_of(project.checks, project),
        "source_only": source_only,
        "waits": project.checks is not None and _waits(plan.one(GalleryOutput), project),
        "distributes": bool(project.distribution.targets) and not source_only,
        "anyway": checks is not None and checks.distribute_anyway,
        "secrets": list(secrets),
        **inputs.values(language),
    }


def _only_of(project: Project | None, other: Project | None) -> list[str]:
    """The variables that only one of two projects has: Packer refuses a -var that a project does not declare."""
    if project is None or other is None:
        return []
    return [name for name in project.inputs if name not in other.inputs]


def _minutes(project: Project, inputs: ScriptInputs) -> Word:
    """The time limit of the whole run; where the template computes it, as it is now."""
    minutes = project.template.build_minutes
    if minutes is None:
        return (str(BUILD_MINUTES),)
    word = inputs.word(minutes)
    if word is not None:
        return word
    foreseen = project.settling.foreseen(minutes)
    known = foreseen.value if isinstance(foreseen, Literal) else None
    return (str(known or BUILD_MINUTES),)


def _waits(version: Output | None, project: Project) -> bool:
    """Whether there is a version that is not the latest before its validators have passed."""
    return isinstance(version, GalleryOutput) and waits_for_validators(version, project)


def _is_new(version: Output | None) -> bool:
    """Whether -force has nothing of a gallery to replace: it is for images, and would take a version of that number away as well."""
    return not isinstance(version, GalleryOutput) or version.numbering in (Numbering.LATEST, Numbering.CLOCK)


def _counted_version(project: Project) -> GalleryOutput | None:
    """The version that Packer publishes, where its number is counted from those that there are."""
    output = plan_of(project.template).one(GalleryOutput)
    return output if isinstance(output, GalleryOutput) and output.numbering is Numbering.LATEST else None


def _look_up(output: GalleryOutput, inputs: ScriptInputs) -> tuple[Word, ...] | None:
    """The words of the az command that lists the versions; None where the place of the definition is computed."""
    gallery, image = output.definition.names
    place = ("--subscription", output.definition.subscription, "-g", output.definition.resource_group)
    return inputs.words(("sig", "image-version", "list", *place, "-r", gallery, "-i", image))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Check:
    """What preflight looks for: what it is, what to do where it is missing, and the words of az that find it."""

    what: Word
    remedy: Word
    look: tuple[Word, ...]
    answers: bool


def _preflight_values(project: Project, language: Language) -> dict[str, object]:
    inputs = ScriptInputs(project)
    needed = [(each, _check(each, inputs)) for each in prerequisites(project)]
    for_roles = ScriptInputs(project, inputs)
    wanted = [(each, _scope(each.scope, for_roles, language)) for each in roles(project)]
    return {
        "checks": [
            {
                "answers": check.answers,
                "what": language.word(check.what),
                "remedy": language.word(check.remedy),
                "look": language.words(check.look),
            }
            for _, check in needed
            if check is not None
        ],
        "unknown": [language.word((shown(each.what, project),)) for each, check in needed if check is None],
        "needs_there": any(check is not None and not check.answers for _, check in needed),
        "needs_true": any(check is not None and check.answers for _, check in needed),
        "roles": [
            (language.word((each.name,)), scope, [language.word((name,)) for name in each.also])
            for each, scope in wanted
            if scope is not None
        ],
        "finds_scopes": any(isinstance(each.scope, IdOf) for each, _ in wanted),
        "role_takes": for_roles.lines(language),
        **inputs.values(language),
        "takes_later": bool(for_roles.lines(language)),
    }


def _scope(scope: Value | IdOf, inputs: ScriptInputs, language: Language) -> str | None:
    """What a role is for, as a word of the script; None where the template computes it."""
    if isinstance(scope, IdOf):
        words = inputs.words(scope.show)
        return language.answer("find-id", words) if words is not None else None
    word = inputs.word(scope)
    return language.word(word) if word is not None else None


def _check(each: Prerequisite, inputs: ScriptInputs) -> _Check | None:
    if not inputs.can_say((*each.what, *each.look, *each.make)):
        return None
    what, look = inputs.sentence(each.what), inputs.words(each.look)
    remedy = inputs.sentence(spoken(each.make, "'")) if each.make else _NO_REMEDY
    if what is None or look is None or remedy is None:
        return None
    return _Check(what=what, remedy=remedy, look=look, answers=each.answers)
