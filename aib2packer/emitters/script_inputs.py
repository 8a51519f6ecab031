"""What a script that a person starts takes from the environment: the variables that Packer reads too (``PKR_VAR_name``)."""

from __future__ import annotations

from collections.abc import Iterable

from aib2packer.constructs.distribution import Passed, Word
from aib2packer.constructs.project import Project
from aib2packer.emitters.script_languages import Asked, Language
from aib2packer.hcl.names import environment_name
from aib2packer.ir.values import Input, ListOf, Literal, ObjectOf, Value, Variable


class ScriptInputs:
    """Makes words for a script of live values, and remembers what the script has to take for them.

    ``before``: the inputs of an earlier part of the script, which need not be taken again.
    """

    def __init__(self, project: Project, before: ScriptInputs | None = None) -> None:
        self._project = project
        self._before: frozenset[str] = frozenset(before._asked) if before is not None else frozenset()
        self._asked: dict[str, Asked] = {}

    def word(self, value: str | Value) -> Word | None:
        """A text, or a value of texts and inputs, as one word; None for a value that holds more than these."""
        if isinstance(value, str):
            return (value,)
        parts = self._project.spelled_out(value)
        return tuple(map(self._piece, parts)) if parts is not None else None

    def can_say(self, values: Iterable[str | Value]) -> bool:
        """Whether all of them are texts, or values of texts and inputs."""
        return all(isinstance(value, str) or self._project.spelled_out(value) is not None for value in values)

    def words(self, values: Iterable[str | Value]) -> tuple[Word, ...] | None:
        """A word for each of them; None, and nothing asked for, where one of them is more than texts and inputs."""
        wanted = list(values)
        if not self.can_say(wanted):
            return None
        return tuple(word for value in wanted if (word := self.word(value)) is not None)

    def sentence(self, values: Iterable[str | Value]) -> Word | None:
        """All of them as one word."""
        words = self.words(values)
        return tuple(piece for word in words for piece in word) if words is not None else None

    def ask(self, variable: str, what: str, default: Word | None = None, name: str = "") -> Passed:
        """A variable of the environment (``name`` is Packer's); without a default a person is asked for ``what``."""
        if variable not in self._before:
            self._asked[variable] = Asked(variable=variable, name=name, default=default, what=what)
        return Passed(variable)

    @property
    def needed(self) -> tuple[str, ...]:
        """The variables of the environment that a person has to set."""
        return tuple(asked.variable for asked in self._asked.values() if asked.default is None)

    def lines(self, language: Language) -> list[str]:
        """The lines that take everything."""
        return [language.taking(asked) for asked in self._asked.values()]

    def values(self, language: Language) -> dict[str, object]:
        """What the template of a script needs to take everything."""
        return {"takes": self.lines(language), "takes_later": False}

    def _piece(self, part: Literal | Variable) -> str | Passed:
        if isinstance(part, Literal):
            return str(part.value)
        name = self._project.reference(part).rpartition(".")[2]
        declared = self._project.inputs.get(name)
        what = declared.description if declared is not None else name
        return self.ask(environment_name(name), what, self._default(declared), name)

    def _default(self, declared: Input | None) -> Word | None:
        """What holds where nothing is given; a secret has nothing that could stand in a script."""
        known = (declared.given or declared.default) if declared is not None and not declared.secret else None
        if known is None or isinstance(known, ListOf | ObjectOf):
            return None
        return ("",) if known == Literal(None) else self.word(known)
