"""What a project needs before its first build, for `aib2packer preflight`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from shlex import quote

from aib2packer.assemble.prerequisites import prerequisites, roles
from aib2packer.hcl.expressions import NoForm, expression
from aib2packer.hcl.nodes import Attribute, Expression
from aib2packer.hcl.printer import inline
from aib2packer.hcl.text import HclText
from aib2packer.ir.needs import Live, Need, RoleOn, Thing, VmSize, Word, Words
from aib2packer.ir.template import Security
from aib2packer.ir.text import known_text
from aib2packer.ir.values import Joined, Literal, Local, Value, Variable, joined, walk
from aib2packer.lowering.commands import shown, typed, typed_id
from aib2packer.lowering.lowered import Lowered
from aib2packer.lowering.requirements import Command, IdOf, NeededRole, Prerequisite
from aib2packer.lowering.say import Say
from aib2packer.passes.machine_sizes import generation_of

_PLAIN_STRING = re.compile(r'"([\w .-]*)"\Z')
_IMAGE = ("image_publisher", "image_offer", "image_sku", "image_version")
_OF_VM = (Security.TRUSTED_LAUNCH, Security.CONFIDENTIAL)
_FROM_IMAGE = tuple(each.value for each in Security if each not in _OF_VM)
"""Security types of image definitions that take a version made from a managed image."""


def needs_of(lowered: Lowered, say: Say) -> tuple[Need, ...]:
    """Everything the project needs, in the order in which a person would make it."""
    return tuple(_needs(lowered, say))


def _needs(lowered: Lowered, say: Say) -> Iterator[Need]:
    yield from _source_image(lowered, say)
    for each in prerequisites(say):
        title, look, make = (_words(words, say) for words in (each.what, each.look, each.make))
        yield Thing(title=title, look=look, make=make, answers=each.answers, expects=tuple(_expected(each, lowered, say)))
    for role in roles(say):
        yield _role(role, say)
    size = _setting("vm_size", lowered)
    if size is not None:
        yield VmSize(size=_of_setting(size), region=_region(say), subscription=_subscription(say))


def prerequisites_of(say: Say) -> tuple[tuple[str, str], ...]:
    """What must exist, for a person to read, and the az command that creates it; each once, however its id is written."""
    return tuple(dict.fromkeys(_described(say)))


def _described(say: Say) -> Iterator[tuple[str, str]]:
    for each in prerequisites(say):
        yield shown(each.what, say), f"`{typed(each.make, say)}`" if each.make else "(the template does not create it)"
    for role in roles(say):
        scope = typed_id(role.scope, say)
        on = shown(role.scope.what, say) if isinstance(role.scope, IdOf) else _scope(shown((role.scope,), say))
        command = f"az role assignment create --assignee OBJECT_ID --role {quote(role.name)} --scope {scope}"
        narrower = "; `--with build-group` narrows it to one group" if on == "the subscription" else ""
        yield f"role {role.name} on {on}", f"`{command}`{narrower}"


def _scope(scope: str) -> str:
    """What a role is for, in a few words.

    >>> _scope("/subscriptions/x"), _scope("/subscriptions/x/resourceGroups/images")
    ('the subscription', 'images')
    """
    parts = scope.split("/")
    return "the subscription" if len(parts) == 3 else parts[-1]


def _source_image(lowered: Lowered, say: Say) -> Iterator[Thing]:
    """The Marketplace image that the build starts from; Azure withdraws them in time."""
    settings = [_setting(name, lowered) for name in _IMAGE]
    words = [_of_setting(each) for each in settings if each is not None]
    if len(words) != len(_IMAGE):
        return
    known = [each for each in words if isinstance(each, str)]
    urn = ":".join(known) if len(known) == len(words) else Live(f'join(":", [{", ".join(map(_as_hcl, words))}])')
    where = ("--subscription", _subscription(say), "--location", _region(say))
    yield Thing(title=("Marketplace image ", urn), look=("vm", "image", "show", *where, "--urn", urn))


def _as_hcl(word: Word) -> str:
    return word.hcl if isinstance(word, Live) else f'"{word}"'


def _expected(each: Prerequisite, lowered: Lowered, say: Say) -> Iterator[tuple[str, tuple[str, ...]]]:
    """What an image definition must be like: as the command that makes it would make it."""
    if each.make[:3] != ("sig", "image-definition", "create"):
        return
    flags = {flag: word for flag, word in zip(each.make, each.make[1:], strict=False) if isinstance(flag, str)}
    yield "osState", ("Generalized",)
    yield "osType", (str(flags["--os-type"]),)
    if generation_of(say.template) is not None:
        yield "hyperVGeneration", (str(flags["--hyper-v-generation"]),)
    yield "architecture", (str(flags.get("--architecture", "x64")),)
    features = dict(feature.split("=", 1) for feature in str(flags.get("--features", "")).split())
    security = features.get("SecurityType", Security.STANDARD.value)
    makes_image = _setting("managed_image_name", lowered) is not None
    yield "SecurityType", _FROM_IMAGE if makes_image and security in _FROM_IMAGE else (security,)


def _role(role: NeededRole, say: Say) -> RoleOn:
    scope = _words(role.scope.show, say) if isinstance(role.scope, IdOf) else _word(role.scope, say)
    return RoleOn(role=role.name, also=role.also, scope=scope)


def _subscription(say: Say) -> Word:
    assert say.template.subscription is not None
    return _word(say.template.subscription, say)


def _region(say: Say) -> Word:
    return _word(say.template.location, say)


def _setting(name: str, lowered: Lowered) -> Expression | None:
    """The value of a setting of the source block."""
    items = (item for _, item in lowered.settings)
    return next((item.value for item in items if isinstance(item, Attribute) and item.name == name), None)


def _of_setting(value: Expression) -> Word:
    text = inline(value)
    plain = _PLAIN_STRING.match(text)
    return plain.group(1) if plain else Live(text)


def _words(words: Command, say: Say) -> Words:
    return tuple(_word(word, say) for word in words)


def _word(value: str | Value, say: Say) -> Word:
    if isinstance(value, str):
        return value
    if isinstance(value, Literal):
        return str(value.value)
    known = _with_subscription(value, say)
    if known != value:
        return _word(known, say)
    now = known_text(say.resolver.preview(value))
    found = expression(value, lambda each: say.mentioned_as(each) or HclText(f"var.{each.name}"))
    if isinstance(found, NoForm) or (now is not None and not _is_in_project(value, say)):
        return now or ""
    return Live(found)


def _is_in_project(value: Value, say: Say) -> bool:
    """Whether the project has every variable and local of the value, so that Packer can tell it."""
    return all(say.mentioned_as(part) is not None for part in walk(value) if isinstance(part, Variable | Local))


def _with_subscription(value: Value, say: Say) -> Value:
    """The value with the build's subscription in the place of one that the project does not ask for."""
    assert say.template.subscription is not None
    if isinstance(value, Variable) and value.name == "subscription_id" and say.name_of(value) is None:
        return say.template.subscription
    return joined(*(_with_subscription(part, say) for part in value.parts)) if isinstance(value, Joined) else value
