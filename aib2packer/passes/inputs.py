"""What a template tells of its inputs and named values: whether they are known, secret, or null."""

from __future__ import annotations

from aib2packer.ir.signatures import carries_signature
from aib2packer.ir.template import ImageTemplate
from aib2packer.ir.text import known_text
from aib2packer.ir.values import Call, Input, Joined, Kind, ListOf, Literal, Local, Value, Variable, walk


def input_of(value: Variable, template: ImageTemplate) -> Input | None:
    """The declaration of an input, where it has one."""
    return template.input_named(value.role, value.name)


def definition_of(value: Local, template: ImageTemplate) -> Value | None:
    """What a named value stands for."""
    return template.local_named(value.name)


def now(value: Value, template: ImageTemplate) -> Value | None:
    """The value that an input has unless another is given: given at conversion, or its default."""
    declared = input_of(value, template) if isinstance(value, Variable) else None
    return (declared.given or declared.default) if declared is not None else None


def spelled_out(value: Value, template: ImageTemplate) -> tuple[Literal | Variable, ...] | None:
    """The texts and inputs that make up a value, one after the other; None where it is more than these."""
    match value:
        case Literal() | Variable():
            return (value,)
        case Local():
            definition = definition_of(value, template)
            return spelled_out(definition, template) if definition is not None else None
        case Joined(parts):
            spelled = [spelled_out(part, template) for part in parts]
            known = [each for each in spelled if each is not None]
            return tuple(each for part in known for each in part) if len(known) == len(spelled) else None
        case _:
            return None


def holds_secret(value: Value, template: ImageTemplate) -> bool:
    """Whether a secret input is part of the value."""
    return any(_is_secret(part, template) for part in walk(value))


def _is_secret(part: Value, template: ImageTemplate) -> bool:
    if isinstance(part, Local):
        definition = definition_of(part, template)
        return definition is not None and holds_secret(definition, template)
    declared = input_of(part, template) if isinstance(part, Variable) else None
    return declared is not None and declared.secret


def holds_signature(value: Value, template: ImageTemplate) -> bool:
    """Whether a text with a shared access signature is part of the value, wherever in it."""
    for part in walk(value):
        definition = definition_of(part, template) if isinstance(part, Local) else None
        if carries_signature(part) or (definition is not None and holds_signature(definition, template)):
            return True
    return False


def may_be_null(value: Value, template: ImageTemplate) -> bool:
    """Whether the value can be null: a parameter is not given, or a condition says so. To ARM it is absent then."""
    match value:
        case Literal(scalar):
            return scalar is None
        case Variable():
            declared = input_of(value, template)
            return declared is not None and declared.default == Literal(None)
        case Local():
            definition = definition_of(value, template)
            return definition is not None and may_be_null(definition, template)
        case Call("if", (_, *branches)):
            return any(may_be_null(branch, template) for branch in branches)
        case _:
            return False


def item_kind(value: Variable | Local, template: ImageTemplate) -> Kind:
    """What the items of a list input are, where its default or its given value tells."""
    known = now(value, template)
    items = known.items if isinstance(known, ListOf) else ()
    return Kind.TEXT if items and all(known_text(item) is not None for item in items) else Kind.ANY
