"""The settings of a template, and what the project makes of each."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from aib2packer.diagnostics.codes.template import NOT_ABOUT_THE_IMAGE
from aib2packer.diagnostics.model import Fidelity
from aib2packer.diagnostics.place import Place, PlaceOf
from aib2packer.ir.paths import short, without_numbers
from aib2packer.ir.template import ImageTemplate
from aib2packer.ir.values import Literal, holds_nothing
from aib2packer.lowering.build import Build
from aib2packer.lowering.lowered import Builder
from aib2packer.schema.fields import Reading, Use
from aib2packer.schema.keys import Key

OF_STEPS = ("properties.customize", "properties.validate.inVMValidations")


class Setting(Struct, frozen=True, kw_only=True):
    """A setting by its path: where its key and its value stand, how near the project comes, and what either does (clauses).

    ``value`` is None for what the template does not say itself: a default of the service.
    """

    path: str
    place: Place | None
    value: Place | None
    fidelity: Fidelity
    service: str = ""
    project: str = ""


def uses_of(build: Build, template: ImageTemplate, reading: Reading) -> list[Use]:
    """The keys of the template in the order of its text, as this conversion treats them; a rehearsal has no part for those that are not about its steps."""
    uses = [_worded(use, build) for use in reading.uses() if not use.is_container]
    uses.sort(key=lambda use: use.place.start if use.place else 0)
    if template.checks is not None and build.checks is None:
        start = template.checks.path
        uses = [replace(use, key=_without_row(use.key, Fidelity.MANUAL)) if use.path.startswith(start) else use for use in uses]
    if build.builder is Builder.AZURE:
        return uses
    return [use if use.path.startswith(OF_STEPS) else replace(use, key=_without_row(use.key, Fidelity.DROPPED)) for use in uses]


def settings_of(build: Build, uses: Sequence[Use], place_of: PlaceOf) -> tuple[Setting, ...]:
    """Every setting of the template in the order of its text, then what differs without a setting of its own."""
    differences = {each.path: each for each in build.notes.differences}
    own = {use.path for use in uses}
    found: list[Setting] = []
    for use in uses:
        if (said := differences.get(use.path)) is not None:
            found.append(_setting(use, said.fidelity, said.service, said.project))
        elif differs(use):
            found.append(_setting(use, use.key.fidelity, use.key.service, use.key.project))
        else:
            found.append(_setting(use, use.fidelity if not says_nothing(use) else Fidelity.EXACT))
    others = [each for each in build.notes.differences if each.path not in own]
    return (
        *found,
        *(
            Setting(
                path=each.path,
                place=place_of(each.path),
                value=None,
                fidelity=each.fidelity,
                service=each.service,
                project=each.project,
            )
            for each in others
        ),
    )


def by_hand(settings: Sequence[Setting]) -> tuple[tuple[str, str], ...]:
    """What is left to a person: paths without numbers, and what the project does; each once."""
    manual = [each for each in settings if each.fidelity is Fidelity.MANUAL and each.project]
    return tuple(dict.fromkeys((without_numbers(short(each.path)), each.project) for each in manual))


def differs(use: Use) -> bool:
    """Whether what is declared of a key is a difference for its value."""
    has_words = bool(use.key.service and use.key.project)
    return has_words and is_about_the_image(use) and not use.says_the_default and not says_nothing(use)


def is_about_the_image(use: Use) -> bool:
    """Whether the key affects the image or its build; a finding says of each other that it does not."""
    return use.key.finding is not NOT_ABOUT_THE_IMAGE


def says_nothing(use: Use) -> bool:
    """Whether the value is as good as none: an empty string, list or object."""
    return use.value == Literal("") or holds_nothing(use.value)


def _setting(use: Use, fidelity: Fidelity, service: str = "", project: str = "") -> Setting:
    return Setting(path=use.path, place=use.place, value=use.value.place, fidelity=fidelity, service=service, project=project)


def _worded(use: Use, build: Build) -> Use:
    """The setting as this conversion treats it."""
    wording = build.notes.wordings.get(use.path)
    if wording is None:
        return use
    return replace(use, key=replace(use.key, project=wording.project, fidelity=wording.fidelity))


def _without_row(key: Key, fidelity: Fidelity) -> Key:
    return replace(key, fidelity=fidelity, service="", project="", default=None)
