"""The whole run as data: its stages, and their lines, in no language yet."""

from __future__ import annotations

from msgspec import Struct

from aib2packer.lowering.targets import LiveValues, Passed, Word

VERSION = "PKR_VAR_image_version"
"""The environment variable by which Packer takes the number of the gallery version."""
VERSION_PASSED = Passed(VERSION)


class Call(Struct, frozen=True):
    """A command of plain words whose failure ends the run; ``why`` is a remark on it."""

    words: tuple[str, ...]
    why: str = ""


class RunScript(Struct, frozen=True):
    """The call of a script of the project, by its path without the suffix of its language."""

    stem: str


class CallAz(Struct, frozen=True):
    """A call of az."""

    words: tuple[Word, ...]


class Ask(Struct, frozen=True):
    """Takes the value of an HCL expression from Packer."""

    name: str
    expression: str


class TakeSecret(Struct, frozen=True):
    """Takes a secret from the environment."""

    name: str


class CheckValues(Struct, frozen=True):
    """Stops the run where a variable has no value; the version follows later."""


class LookUpVersion(Struct, frozen=True):
    """Takes the version from az."""

    words: tuple[Word, ...]


class CountVersion(Struct, frozen=True):
    """Finds the version above the highest that az lists, of a major number if one is given."""

    words: tuple[Word, ...]
    major: str


Line = Call | RunScript | CallAz | Ask | TakeSecret | CheckValues | LookUpVersion | CountVersion


class Stage(Struct, frozen=True, kw_only=True):
    """A part of the run: its name, what it does, and its lines."""

    name: str
    title: str
    lines: tuple[Line, ...]


class BuildOption(Struct, frozen=True, kw_only=True):
    """An option of the run's `packer build`, and a remark on it; ``exact`` is the setting of the template that it heeds."""

    words: tuple[str, ...]
    why: str = ""
    exact: str = ""


def asked(values: LiveValues) -> tuple[Line, ...]:
    """The lines that take live values, for az commands that have them as words."""
    return (*map(TakeSecret, values.secrets), *(Ask(name, each.text) for name, each in values.expressions.items()))


def sets_version(line: Line) -> bool:
    """Whether the line takes the number of the gallery version for all that follows."""
    return isinstance(line, LookUpVersion | CountVersion) or (isinstance(line, Ask) and line.name == VERSION)
