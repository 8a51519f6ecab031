"""Values as words of az commands: known ones as texts, live ones as variables of the script."""

from __future__ import annotations

import re

from aib2packer.diagnostics.codes import distribute as codes
from aib2packer.diagnostics.model import Severity
from aib2packer.hcl.names import environment_name, snake_case
from aib2packer.hcl.nodes import Expression, Token, raw
from aib2packer.hcl.printer import inline
from aib2packer.ir.choices import Language
from aib2packer.ir.outputs import ManagedImageOutput, Output
from aib2packer.ir.parts import Tags
from aib2packer.ir.values import Joined, Literal, Local, Value, Variable
from aib2packer.lowering.options import extra_tags
from aib2packer.lowering.say import Say
from aib2packer.lowering.targets import LiveValues, Passed, Word, passed_name
from aib2packer.passes.inputs import holds_secret, may_be_null, spelled_out
from aib2packer.passes.outputs import normal_region


def _check_for_az(key: Value, value: Value, path: str, say: Say) -> None:
    """az takes tags as NAME=VALUE: a name ends at its first =; a hyphen begins an option, @ a file."""
    name, text = (str(each.value) if isinstance(each, Literal) else "" for each in (key, value))
    if "=" in name or name.startswith(("-", "@")):
        message = f'az misreads the tag name "{name[:40]}". Use no = in the name, and no hyphen or @ at its start.'
        say.findings.add(codes.AZ_READS_OTHERWISE, message, place=key.place or value.place, path=path)
    elif text.startswith("@"):
        message = (
            f'The value of the tag "{name[:40]}" begins with @, so az reads a file of that name if one exists. Choose '
            "another value."
        )
        say.findings.add(codes.AZ_READS_OTHERWISE, message, place=value.place or key.place, path=path, severity=Severity.WARNING)
    elif Language.POWERSHELL in say.choices.languages and re.search(r'[&|<>^%"]', name + text):
        message = f'On Windows az is a batch file, and cmd changes & | < > ^ % " in the tag "{name[:40]}". Choose another string.'
        say.findings.add(codes.AZ_READS_OTHERWISE, message, place=value.place or key.place, path=path, severity=Severity.WARNING)


def az_words(*words: str) -> tuple[Word, ...]:
    """Texts as words."""
    return tuple((word,) for word in words)


def label_of(output: Output) -> str:
    """The runOutputName as the name of a variable; a live one gives the place of the output."""
    if isinstance(output.name, Literal):
        return snake_case(str(output.name.value))
    return f"output_{output.path.rpartition('[')[2].rstrip(']')}"


_REFERENCE = r"[\w.]+\Z"
SEPARATOR = "\\u001e"
"""Between the items of a live list, as HCL writes it: a character that no text of a template has; a tag may have line feeds."""


def _joined(items: str) -> Token:
    return raw(f'join("{SEPARATOR}", {items})')


def _joined_pairs(pairs: str) -> Token:
    return _joined(f'[for name, value in {pairs} : "${{name}}=${{value}}"]')


def _apart(expression: str) -> str:
    """An expression for one side of a comparison."""
    return expression if re.match(_REFERENCE, expression) else f"({expression})"


class Words:
    """Writes values as words of a script: known ones as texts, live ones as variables of the script."""

    def __init__(self, say: Say, values: LiveValues) -> None:
        self._say = say
        self._values = values

    def passed(self, expression: Token, wish: str) -> Passed:
        """An expression of our own, by the script's variable for it, named as wished."""
        return self._values.passed(expression, wish)

    def word(self, value: Value, path: str, wish: str = "") -> Word:
        """A value as one word of an az command; ``wish`` names the variable for a live one, else its path does."""
        said = self._said(value, path, wish)
        start = said[0] if said else ""
        if isinstance(start, str) and start.startswith("-"):
            message = f'az takes the value "{start[:40]}" for an option. Choose one without a hyphen at its start.'
            self._say.findings.add(codes.AZ_READS_OTHERWISE, message, place=value.place, path=path)
        return said

    def _said(self, value: Value, path: str, wish: str = "") -> Word:
        match value:
            case Literal(bool() as flag):
                return ("true" if flag else "false",)
            case Literal(scalar):
                return (str(scalar),)
            case _ if holds_secret(value, self._say.template):
                return self._secret(value, path)
            case Joined(parts) if all(isinstance(part, Literal | Variable | Local) for part in parts):
                return tuple(piece for part in parts for piece in self._said(part, path, wish))
            case _:
                return (self._passed(value, path, wish or passed_name(path)),)

    def region(self, name: Value, path: str) -> Word:
        """The name of a region, in short form."""
        return self.word(normal_region(name), path)

    def name_of(self, output: Output) -> Word:
        """The runOutputName of an output, which is no word of az."""
        return self._said(output.name, output.path)

    def id_of(self, output: Output) -> Word:
        """The id of an output of the build VM."""
        if isinstance(output, ManagedImageOutput) and isinstance(output.image.whole, Literal):
            return self.word(output.image.whole, output.path)
        return (self._values.passed(self._say.made[output.path].value, f"{label_of(output)}_id"),)

    def tags(self, pairs: Tags, path: str, option: str = "--tags") -> tuple[Word, ...]:
        """The words of an option with tags; none where there are none."""
        extra = extra_tags(self._say) if option == "--tags" else None
        own = self._own_tags(pairs, path)
        words = (*own, self._many(_joined_pairs(extra), "extra_tags")) if extra is not None else own
        return ((option,), *words) if words else ()

    def _own_tags(self, pairs: Tags, path: str) -> tuple[Word, ...]:
        if isinstance(pairs, tuple):
            for key, value in pairs:
                _check_for_az(key, value, path, self._say)
            return tuple((*self._said(key, path), "=", *self._said(value, path)) for key, value in pairs)
        return (self.pairs(self._say.never_braces(pairs, path), pairs, path),)

    def pairs(self, expression: Expression, value: Value, path: str) -> Word:
        """An object, made of the value, as a word for each of its entries: ``name=value``."""
        if holds_secret(value, self._say.template):
            return self.refused(value, path)
        pairs = inline(expression)
        or_none = f"merge({{}}, {pairs})" if may_be_null(value, self._say.template) else pairs  # merge passes over null
        return self._many(_joined_pairs(or_none), passed_name(path))

    def items(self, expression: Token, value: Value, path: str) -> Word:
        """A list of texts, made of the value, as a word for each of them."""
        if holds_secret(value, self._say.template):
            return self.refused(value, path)
        return self._many(_joined(expression.text), passed_name(path))

    def option(self, name: str, value: Value, path: str) -> tuple[Word, ...]:
        """An option with its value; nothing at all where the value turns out to be null."""
        if not may_be_null(value, self._say.template) or holds_secret(value, self._say.template):
            return (name,), self.word(value, path)
        text = inline(self._say.never_braces(value, path))
        return (self._many(raw(f'{_apart(text)} == null ? "" : "{name}{SEPARATOR}${{{text}}}"'), passed_name(path)),)

    def _many(self, expression: Token, name: str) -> Word:
        return (Passed(self._values.passed(expression, name).variable, many=True),)

    def _passed(self, value: Value, path: str, wish: str) -> Passed:
        expression = self._say.never_braces(value, path)
        assert isinstance(expression, Token)
        if may_be_null(value, self._say.template):
            expression = raw(f'{_apart(expression.text)} == null ? "" : {expression.text}')
        return self._values.passed(expression, wish)

    def _secret(self, value: Value, path: str) -> Word:
        """A text with secret inputs, each by the environment variable that Packer reads it from."""
        if isinstance(value, Variable):
            reference = self._say.reference(value)
            variable = environment_name(reference.removeprefix("var."))
            self._values.secrets[variable] = reference
            return (Passed(variable),)
        parts = spelled_out(value, self._say.template)
        if parts is None:
            return self.refused(value, path)
        return tuple(piece for part in parts for piece in self._said(part, path))

    def refused(self, value: Value, path: str) -> Word:
        """A finding, and no word, for what only HCL can compute from a secret."""
        message = (
            "az needs this value after the build, but only Packer can compute it from a secure parameter. Pass "
            "the whole string in one secure parameter, or use a plain one."
        )
        self._say.findings.add(codes.SECRET_WORKED_OUT, message, place=value.place, path=path)
        return ("",)
