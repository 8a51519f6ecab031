"""Evaluates HCL expressions with Packer, and checks that its version and its plugins fit the project."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from msgspec import Struct

from aib2packer.preflight.model import Row, State
from aib2packer.programs import running
from aib2packer.programs.running import Unknown

PACKER = "Packer"
_NAME = re.compile(r"\b(?:var|local)\.[\w-]+")
_REQUIRED = re.compile(r'^\S+ (?P<source>\S+) "(?P<version>[^"]*)"(?P<installed>.*)$', re.MULTILINE)


class Packer(Struct, frozen=True):
    """Packer, if it is installed, and the folder of the project."""

    program: str | None
    folder: Path

    def values(self, expressions: Iterable[str]) -> dict[str, str | Unknown]:
        """The value of each expression as a text, with the project's values; one call evaluates all of them if none fails."""
        wanted = list(dict.fromkeys(expressions))
        found = self._console(wanted) if wanted else []
        if isinstance(found, Unknown):  # one that is not set hides all others
            return {each: self._value(each) for each in wanted}
        return {each: _text(each, value) for each, value in zip(wanted, found, strict=True)}

    def rows(self) -> Iterator[Row]:
        """Packer itself, and each plugin that the project requires."""
        if self.program is None:
            yield Row(state=State.MISSING, what=PACKER, reason="packer is not on PATH.")
            return
        version = running.run(self.program, ["version"]).output.partition("\n")[0].strip()
        required = running.run(self.program, ["plugins", "required", str(self.folder)])
        if required.code != 0:
            is_old = required.code == 127 or "Unsupported Packer Core version" in required.errors + required.output
            yield Row(
                state=State.MISSING if is_old else State.UNKNOWN,
                what=PACKER,
                reason=f"{version} is too old. Install the version in plugins.pkr.hcl." if is_old else _problem(required),
            )
            return
        yield Row(state=State.THERE, what=version)
        for plugin in _REQUIRED.finditer(required.output):
            is_there = bool(plugin["installed"].strip())
            yield Row(
                state=State.THERE if is_there else State.MISSING,
                what=f"plugin {plugin['source']} {plugin['version']}",
                command=() if is_there else ("packer", "init", str(self.folder)),
            )

    def _value(self, expression: str) -> str | Unknown:
        found = self._console([expression])
        return found if isinstance(found, Unknown) else _text(expression, found[0])

    def _console(self, expressions: list[str]) -> list[object] | Unknown:
        assert self.program is not None
        line = f"jsonencode([{', '.join(expressions)}])\n"
        ran = running.run(self.program, ["console", str(self.folder)], given=line)
        if ran.code != 0:
            problem = _problem(ran)
            is_unset = problem == "Unsupported attribute"  # Packer has no local whose variables have no value
            return _unset(expressions) if is_unset else Unknown(f"Packer cannot evaluate {_names(expressions)}: {problem}")
        try:
            found = json.loads(ran.output)
        except ValueError:
            return _unset(expressions)
        assert isinstance(found, list)
        return found


def _text(expression: str, value: object) -> str | Unknown:
    if value is None or value == "":
        return _unset([expression])
    text = value if isinstance(value, str) else json.dumps(value)
    return Unknown(f"{_names([expression])} is sensitive, so Packer does not print it.") if "<sensitive>" in text else text


def _unset(expressions: Iterable[str]) -> Unknown:
    names = _names(expressions)
    return Unknown(f"{names} {'have' if ', ' in names else 'has'} no value. Fill in values.auto.pkrvars.hcl.")


def title(expression: str) -> str:
    """An expression without a value for the eye: a text without its quotes, of a call its variables.

    >>> title('"rg-${var.name}"'), title('join(":", [var.publisher, "x"])')
    ('rg-${var.name}', 'var.publisher')
    """
    return expression[1:-1] if expression.startswith('"') else _names([expression])


def _names(expressions: Iterable[str]) -> str:
    """The variables and locals in the expressions; an expression without any stands for itself."""
    return ", ".join(dict.fromkeys(name for each in expressions for name in _NAME.findall(each) or [each]))


def _problem(ran: running.Ran) -> str:
    """Packer's first line about an error."""
    lines = [line.strip() for line in f"{ran.errors}\n{ran.output}".splitlines() if line.strip()]
    return next(
        (line.removeprefix("Error: ") for line in lines if line.startswith("Error: ")), lines[0] if lines else "no answer"
    )
