"""What must be there before the first build, in the order in which a person would make it; for preflight and MIGRATION.md."""

from __future__ import annotations

from collections.abc import Iterable

from aib2packer.constructs import build_settings, vm_profile
from aib2packer.constructs.registry import requirements_of
from aib2packer.ir.outputs import Output
from aib2packer.ir.text import known_text
from aib2packer.ir.values import Joined, Literal, joined
from aib2packer.lowering.requirements import Command, IdOf, NeededRole, Prerequisite, Requirement, in_cloud
from aib2packer.lowering.say import Say
from aib2packer.passes.outputs import bound_to_region


def prerequisites(required: Iterable[Requirement]) -> tuple[Prerequisite, ...]:
    """Every thing that must exist, once, in the order of the first need."""
    found: dict[Command, Prerequisite] = {}
    for each in required:
        if isinstance(each, Prerequisite):
            found.setdefault(each.look, each)
    return tuple(found.values())


def roles(required: Iterable[Requirement]) -> tuple[NeededRole, ...]:
    """The roles that Image Builder's identity has, for the account that runs Packer; not those that another one implies."""
    needed = tuple(dict.fromkeys(each for each in required if isinstance(each, NeededRole)))
    return tuple(each for each in needed if not any(_implies(other, each) for other in needed))


def _implies(wide: NeededRole, narrow: NeededRole) -> bool:
    """Whether a role on something wider holds the rights of another one: on a subscription, say, and on a group in it."""
    if wide.name not in (narrow.name, *narrow.also) or isinstance(wide.scope, IdOf) or isinstance(narrow.scope, IdOf):
        return False
    outer, inner = (each.parts if isinstance(each, Joined) else (each,) for each in (joined(wide.scope, "/"), narrow.scope))
    *start, end = outer
    at = inner[len(start)] if len(inner) > len(start) else Literal("")
    return tuple(start) == inner[: len(start)] and (known_text(at) or "").startswith(known_text(end) or "/")


def requirements(say: Say) -> tuple[Requirement, ...]:
    """What the cloud and the parts of the template need."""
    template = say.template
    return (
        *in_cloud(template.cloud),
        *requirements_of(template.source, say),
        *build_settings.requirements(say),
        *vm_profile.requirements(template),
        *(each for output in template.outputs if _is_made(output, say) for each in requirements_of(output, say)),
    )


def _is_made(output: Output, say: Say) -> bool:
    """Whether the project makes an output, if on a second VM."""
    return output not in say.plan.left or (say.choices.second_source and not bound_to_region(say.template))
