"""az commands as texts, for a person to read or to type."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from itertools import pairwise

from aib2packer.hcl.names import snake_case
from aib2packer.ir.text import known_text, label
from aib2packer.ir.values import Access, Joined, Literal, Local, Value, Variable, joined, walk
from aib2packer.lowering.requirements import Command, IdOf
from aib2packer.lowering.say import Say
from aib2packer.passes.inputs import input_of, spelled_out

_COMPUTED = {"-g": "RESOURCE_GROUP", "-r": "GALLERY", "-i": "IMAGE_DEFINITION"}
"""What an option takes, where the value is computed from several inputs, whose names would say less."""
_PARTS_OF_ID = {2: "SUBSCRIPTION", 4: "RESOURCE_GROUP", 8: "NAME", 10: "IMAGE"}


def shown(words: Command, say: Say) -> str:
    """A text for a person to read.

    An input, and what is computed, is shown by the value that it has unless another is given; else by the word that stands for it in
    commands, or by what it comes from.
    """
    return "".join(_shown(word, say, _capitals, _origin) for word in words)


def typed(words: Command, say: Say) -> str:
    """A command for a person to type; what is not known is in capitals."""
    return shlex.join(
        ("az", *(_typed(word, say, str(option)) for option, word in pairwise(("", *with_joined_options(words, say)))))
    )


def with_joined_options(words: Command, say: Say) -> Command:
    """The words, but ``--option=-value`` as one: az takes a value that begins with a hyphen for another option."""
    said: list[str | Value] = []
    for option, word in pairwise(("", *words)):
        known = None if isinstance(word, str) else known_text(say.resolver.preview(word))
        if isinstance(option, str) and option.startswith("-") and known is not None and known.startswith("-"):
            said[-1] = joined(f"{option}=", word)
        else:
            said.append(word)
    return tuple(said)


def typed_id(scope: Value | IdOf, say: Say) -> str:
    """What a role is for, as a word of such a command: an id, or the command that gives it."""
    if isinstance(scope, IdOf):
        return f"$({typed((*scope.show, '--query', 'id', '--output', 'tsv'), say)})"
    return shlex.quote(_typed(scope, say))


def _typed(word: str | Value, say: Say, option: str = "") -> str:
    return _shown(word, say, _capitals, lambda value: _to_fill_in(value, option))


def _origin(value: Value) -> str:
    return _part_of_id(value) or f"(from {' and '.join(_inputs_of(value)) or label(value)})"


def _part_of_id(value: Value) -> str:
    """The word for a part of an id that is split in a local; empty for all else."""
    if isinstance(value, Access) and isinstance(value.base, Local) and isinstance(value.key, Literal):
        return "_".join(filter(None, (_capitals(value.base.name), _PARTS_OF_ID.get(int(value.key.value or 0)))))
    return ""


def _capitals(name: str) -> str:
    return snake_case(name).upper()


def _to_fill_in(value: Value, option: str) -> str:
    if part := _part_of_id(value):
        return part
    return _COMPUTED[option] if option in _COMPUTED and len(_inputs_of(value)) > 1 else _capitals(label(value))


def _inputs_of(value: Value) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part.name for part in walk(value) if isinstance(part, Variable | Local)))


def _shown(word: str | Value, say: Say, variable: Callable[[str], str], computed: Callable[[Value], str]) -> str:
    match word:
        case str():
            return word
        case Literal(value):
            return str(value)
        case Variable():
            return _usual_text(word, say) or variable(say.names.variable(word))
        case Joined(parts):
            return "".join(_shown(part, say, variable, computed) for part in parts)
        case _:
            spelled = spelled_out(word, say.template)
            if spelled is None:
                return known_text(say.resolver.preview(word)) or computed(word)
            return "".join(_shown(part, say, variable, computed) for part in spelled)


def _usual_text(value: Variable, say: Say) -> str | None:
    """The text that an input has unless another is given; None where there is none, or it is secret."""
    declared = input_of(value, say.template)
    if declared is None or declared.secret:
        return None
    return known_text(declared.given) or known_text(declared.default)
