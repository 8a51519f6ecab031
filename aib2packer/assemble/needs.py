"""What a project needs before its first build, for `aib2packer preflight`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from shlex import quote

from aib2packer.assemble.prerequisites import prerequisites, roles
from aib2packer.ir.needs import Live, Need, RoleOn, Thing, VmSize, Word, Words
from aib2packer.ir.text import known_text
from aib2packer.ir.values import Joined, Literal, Local, Value, Variable, joined, walk
from aib2packer.lowering.commands import shown, typed, typed_id, with_joined_options
from aib2packer.lowering.requirements import Command, IdOf, NeededRole, Requirement
from aib2packer.lowering.say import Say
from aib2packer.passes.machine_sizes import default_size


def needs_of(required: Sequence[Requirement], say: Say, there: frozenset[str]) -> tuple[Need, ...]:
    """Everything the project needs, in the order in which a person would make it; ``there`` is what it declares."""
    return tuple(_needs(required, say, there))


def _needs(required: Sequence[Requirement], say: Say, there: frozenset[str]) -> Iterator[Need]:
    yield from _source_image(say, there)
    for each in prerequisites(required):
        title, look, make = (_words(words, say, there) for words in (each.what, each.look, each.make))
        yield Thing(title=title, look=look, make=make, answers=each.answers, expects=each.expects)
    for role in roles(required):
        yield _role(role, say, there)
    size = say.template.machine.size or Literal(default_size(say.template)[0])
    yield VmSize(size=_word(size, say, there), region=_region(say, there), subscription=_subscription(say, there))


def prerequisites_of(required: Sequence[Requirement], say: Say) -> tuple[tuple[str, str], ...]:
    """What must exist, for a person to read, and the az command that creates it; each once, however its id is written."""
    return tuple(dict.fromkeys(_described(required, say)))


def _described(required: Sequence[Requirement], say: Say) -> Iterator[tuple[str, str]]:
    for each in prerequisites(required):
        deployed = "the deployment or Terraform configuration of the template creates it; without that: " if each.deployed else ""
        command = f"{deployed}`{typed(each.make, say)}`" if each.make else "(the template does not create it)"
        yield shown(each.what, say), command
    for role in roles(required):
        scope = typed_id(role.scope, say)
        on = shown(role.scope.what, say) if isinstance(role.scope, IdOf) else _scope(shown((role.scope,), say))
        command = f"az role assignment create --assignee OBJECT_ID --role {quote(role.name)} --scope {scope}"
        narrower = "; `aib2packer convert --with build-group` narrows it to one group" if on == "the subscription" else ""
        yield f"role {role.name} on {on}", f"`{command}`{narrower}"


def _scope(scope: str) -> str:
    """What a role is for, in a few words.

    >>> _scope("/subscriptions/x"), _scope("/subscriptions/x/resourceGroups/images")
    ('the subscription', 'images')
    """
    parts = scope.split("/")
    return "the subscription" if len(parts) == 3 else parts[-1]


def _source_image(say: Say, there: frozenset[str]) -> Iterator[Thing]:
    """The Marketplace image that the build starts from; Azure withdraws them in time."""
    words = [_word(each, say, there) for each in say.template.source.urn]
    if not words:
        return
    known = [each for each in words if isinstance(each, str)]
    urn = ":".join(known) if len(known) == len(words) else Live(f'join(":", [{", ".join(map(_as_hcl, words))}])')
    where = ("--subscription", _subscription(say, there), "--location", _region(say, there))
    yield Thing(title=("Marketplace image ", urn), look=("vm", "image", "show", *where, "--urn", urn))


def _as_hcl(word: Word) -> str:
    return word.hcl if isinstance(word, Live) else f'"{word}"'


def _role(role: NeededRole, say: Say, there: frozenset[str]) -> RoleOn:
    scope = _words(role.scope.show, say, there) if isinstance(role.scope, IdOf) else _word(role.scope, say, there)
    return RoleOn(role=role.name, also=role.also, scope=scope)


def _subscription(say: Say, there: frozenset[str]) -> Word:
    assert say.template.subscription is not None
    return _word(say.template.subscription, say, there)


def _region(say: Say, there: frozenset[str]) -> Word:
    return _word(say.template.location, say, there)


def _words(words: Command, say: Say, there: frozenset[str]) -> Words:
    return tuple(_word(word, say, there) for word in with_joined_options(words, say))


def _word(value: str | Value, say: Say, there: frozenset[str]) -> Word:
    if isinstance(value, str):
        return value
    if isinstance(value, Literal):
        return str(value.value)
    from aib2packer.hcl.expressions import NoForm

    known = _with_subscription(value, say, there)
    if known != value:
        return _word(known, say, there)
    now = known_text(say.resolver.preview(value))
    found = say.expression(value)
    if isinstance(found, NoForm) or (now is not None and not _is_in_project(value, say, there)):
        return now or ""
    return Live(found)


def _is_in_project(value: Value, say: Say, there: frozenset[str]) -> bool:
    """Whether the project has every variable and local of the value, so that Packer can tell it."""
    return all(say.reference(part) in there for part in walk(value) if isinstance(part, Variable | Local))


def _with_subscription(value: Value, say: Say, there: frozenset[str]) -> Value:
    """The value with the build's subscription in the place of one that the project does not ask for."""
    assert say.template.subscription is not None
    if isinstance(value, Variable) and value.name == "subscription_id" and say.reference(value) not in there:
        return say.template.subscription
    return joined(*(_with_subscription(part, say, there) for part in value.parts)) if isinstance(value, Joined) else value
