"""az commands as texts, for a person to read or to type."""

from __future__ import annotations

import shlex
from collections.abc import Callable

from aib2packer.constructs.project import Project, known_text, label
from aib2packer.constructs.requirements import Command, IdOf
from aib2packer.ir.values import Joined, Literal, Value, Variable


def spoken(words: Command, quote: str) -> Command:
    """A command as a text; what a shell takes apart is in quotes, and what is live in ``quote``."""
    return ("az", *(piece for word in words for piece in (" ", *_quoted(word, quote))))


def _quoted(word: str | Value, quote: str) -> Command:
    known = word if isinstance(word, str) else known_text(word)
    return (quote, word, quote) if known is None else (shlex.quote(known),)


def shown(words: Command, project: Project) -> str:
    """A text for a person to read.

    An input, and what is computed, is shown by the value that it has unless another is given; else by its name, or by what it
    comes from.
    """
    return "".join(_shown(word, project, "var.", _origin) for word in words)


def typed(words: Command, project: Project) -> str:
    """A command for a person to type; its inputs come from the environment, where Packer reads them too."""
    return _typed(spoken(words, '"'), project)


def typed_id(scope: Value | IdOf, project: Project) -> str:
    """What a role is for, as a word of such a command: an id, or the command that tells it."""
    if isinstance(scope, IdOf):
        return f"$({typed((*scope.show, '--query', 'id', '--output', 'tsv'), project)})"
    return _typed(_quoted(scope, '"'), project)


def _typed(words: Command, project: Project) -> str:
    return "".join(_shown(word, project, "$PKR_VAR_", lambda _: "...") for word in words)


def _origin(value: Value) -> str:
    return f"(from {label(value)})"


def _shown(word: str | Value, project: Project, variable: str, computed: Callable[[Value], str]) -> str:
    match word:
        case str():
            return word
        case Literal(value):
            return str(value)
        case Variable():
            return project.usual_text(word) or f"{variable}{project.name_of(word) or word.name}"
        case Joined(parts):
            return "".join(_shown(part, project, variable, computed) for part in parts)
        case _:
            spelled = project.spelled_out(word)
            if spelled is None:
                return known_text(project.settling.foreseen(word)) or computed(word)
            return "".join(_shown(part, project, variable, computed) for part in spelled)
