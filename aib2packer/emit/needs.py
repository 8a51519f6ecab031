"""What a project needs before its first build, for `aib2packer preflight`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from aib2packer.emit.prerequisites import prerequisites, roles
from aib2packer.hcl.expressions import NoForm, expression
from aib2packer.hcl.nodes import Attribute, Expression
from aib2packer.hcl.printer import inline
from aib2packer.ir.needs import Live, Need, RoleOn, Thing, VmSize, Word, Words, as_json
from aib2packer.ir.template import Security
from aib2packer.ir.values import Joined, Literal, Value, Variable, joined
from aib2packer.lowering.build import Build
from aib2packer.lowering.lowered import Builder
from aib2packer.lowering.requirements import Command, IdOf, NeededRole, Prerequisite
from aib2packer.passes.machine_sizes import generation_of

_PLAIN_STRING = re.compile(r'"([\w .-]*)"\Z')
_IMAGE = ("image_publisher", "image_offer", "image_sku", "image_version")
_OF_VM = (Security.TRUSTED_LAUNCH, Security.CONFIDENTIAL)
_FROM_IMAGE = tuple(each.value for each in Security if each not in _OF_VM)
"""Security types of image definitions that take a version made from a managed image."""


def needs_of(project: Build) -> list[dict[str, object]]:
    """Everything the project needs, in the order in which a person would make it, as `.aib2packer.json` lists it."""
    return [as_json(need) for need in _needs(project)]


def _needs(project: Build) -> Iterator[Need]:
    if project.builder is not Builder.AZURE:
        return
    yield from _source_image(project)
    for each in prerequisites(project):
        title, look, make = (_words(words, project) for words in (each.what, each.look, each.make))
        yield Thing(title=title, look=look, make=make, answers=each.answers, expects=tuple(_expected(each, project)))
    for role in roles(project):
        yield _role(role, project)
    size = _setting("vm_size", project)
    if size is not None:
        yield VmSize(size=_of_setting(size), region=_region(project), subscription=_subscription(project))


def _source_image(project: Build) -> Iterator[Thing]:
    """The Marketplace image that the build starts from; Azure withdraws them in time."""
    settings = [_setting(name, project) for name in _IMAGE]
    words = [_of_setting(each) for each in settings if each is not None]
    if len(words) != len(_IMAGE):
        return
    known = [each for each in words if isinstance(each, str)]
    urn = ":".join(known) if len(known) == len(words) else Live(f'join(":", [{", ".join(map(_as_hcl, words))}])')
    where = ("--subscription", _subscription(project), "--location", _region(project))
    yield Thing(title=("Marketplace image ", urn), look=("vm", "image", "show", *where, "--urn", urn))


def _as_hcl(word: Word) -> str:
    return word.hcl if isinstance(word, Live) else f'"{word}"'


def _expected(each: Prerequisite, project: Build) -> Iterator[tuple[str, tuple[str, ...]]]:
    """What an image definition must be like: as the command that makes it would make it."""
    if each.make[:3] != ("sig", "image-definition", "create"):
        return
    flags = {flag: word for flag, word in zip(each.make, each.make[1:], strict=False) if isinstance(flag, str)}
    yield "osState", ("Generalized",)
    yield "osType", (str(flags["--os-type"]),)
    if generation_of(project.template) is not None:
        yield "hyperVGeneration", (str(flags["--hyper-v-generation"]),)
    yield "architecture", (str(flags.get("--architecture", "x64")),)
    features = dict(feature.split("=", 1) for feature in str(flags.get("--features", "")).split())
    security = features.get("SecurityType", Security.STANDARD.value)
    makes_image = _setting("managed_image_name", project) is not None
    yield "SecurityType", _FROM_IMAGE if makes_image and security in _FROM_IMAGE else (security,)


def _role(role: NeededRole, project: Build) -> RoleOn:
    scope = _words(role.scope.show, project) if isinstance(role.scope, IdOf) else _word(role.scope, project)
    return RoleOn(role=role.name, also=role.also, scope=scope)


def _subscription(project: Build) -> Word:
    assert project.template.subscription is not None
    return _word(project.template.subscription, project)


def _region(project: Build) -> Word:
    return _word(project.template.location, project)


def _setting(name: str, project: Build) -> Expression | None:
    """The value of a setting of the source block."""
    items = (item for section in project.sections.values() for item in section)
    return next((item.value for item in items if isinstance(item, Attribute) and item.name == name), None)


def _of_setting(value: Expression) -> Word:
    text = inline(value)
    plain = _PLAIN_STRING.match(text)
    return plain.group(1) if plain else Live(text)


def _words(words: Command, project: Build) -> Words:
    return tuple(_word(word, project) for word in words)


def _word(value: str | Value, project: Build) -> Word:
    if isinstance(value, str):
        return value
    if isinstance(value, Literal):
        return str(value.value)
    known = _with_subscription(value, project)
    if known != value:
        return _word(known, project)
    found = expression(value, project.say.reference)
    return Live(found) if not isinstance(found, NoForm) else str(project.say.settling.foreseen(value))


def _with_subscription(value: Value, project: Build) -> Value:
    """The value with the build's subscription in the place of one that the project does not ask for."""
    assert project.template.subscription is not None
    if isinstance(value, Variable) and value.name == "subscription_id" and project.say.name_of(value) is None:
        return project.template.subscription
    return joined(*(_with_subscription(part, project) for part in value.parts)) if isinstance(value, Joined) else value
