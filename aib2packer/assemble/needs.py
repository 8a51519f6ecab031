"""What a project needs before its first build, for `aib2packer preflight`."""

from __future__ import annotations

from collections.abc import Iterator
from shlex import quote

from aib2packer.assemble.prerequisites import prerequisites, roles
from aib2packer.hcl.expressions import NoForm, expression
from aib2packer.hcl.text import HclText
from aib2packer.ir.needs import Live, Need, RoleOn, Thing, VmSize, Word, Words
from aib2packer.ir.text import known_text
from aib2packer.ir.values import Joined, Literal, Local, Value, Variable, joined, walk
from aib2packer.lowering.commands import shown, typed, typed_id
from aib2packer.lowering.requirements import Command, IdOf, NeededRole
from aib2packer.lowering.say import Say
from aib2packer.passes.machine_sizes import default_size


def needs_of(say: Say) -> tuple[Need, ...]:
    """Everything the project needs, in the order in which a person would make it."""
    return tuple(_needs(say))


def _needs(say: Say) -> Iterator[Need]:
    yield from _source_image(say)
    for each in prerequisites(say):
        title, look, make = (_words(words, say) for words in (each.what, each.look, each.make))
        yield Thing(title=title, look=look, make=make, answers=each.answers, expects=each.expects)
    for role in roles(say):
        yield _role(role, say)
    size = say.template.machine.size or Literal(default_size(say.template)[0])
    yield VmSize(size=_word(size, say), region=_region(say), subscription=_subscription(say))


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


def _source_image(say: Say) -> Iterator[Thing]:
    """The Marketplace image that the build starts from; Azure withdraws them in time."""
    words = [_word(each, say) for each in say.template.source.urn]
    if not words:
        return
    known = [each for each in words if isinstance(each, str)]
    urn = ":".join(known) if len(known) == len(words) else Live(f'join(":", [{", ".join(map(_as_hcl, words))}])')
    where = ("--subscription", _subscription(say), "--location", _region(say))
    yield Thing(title=("Marketplace image ", urn), look=("vm", "image", "show", *where, "--urn", urn))


def _as_hcl(word: Word) -> str:
    return word.hcl if isinstance(word, Live) else f'"{word}"'


def _role(role: NeededRole, say: Say) -> RoleOn:
    scope = _words(role.scope.show, say) if isinstance(role.scope, IdOf) else _word(role.scope, say)
    return RoleOn(role=role.name, also=role.also, scope=scope)


def _subscription(say: Say) -> Word:
    assert say.template.subscription is not None
    return _word(say.template.subscription, say)


def _region(say: Say) -> Word:
    return _word(say.template.location, say)


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
