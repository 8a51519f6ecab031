"""The whole run as data: its stages, and their lines, in no language yet."""

from __future__ import annotations

from dataclasses import dataclass

from aib2packer.lowering.targets import LiveValues, Passed, Word

VERSION = "PKR_VAR_image_version"
"""The environment variable by which Packer takes the number of the gallery version."""
VERSION_PASSED = Passed(VERSION)


@dataclass(frozen=True, slots=True)
class Call:
    """A command of plain words whose failure ends the run; ``why`` is a remark on it."""

    words: tuple[str, ...]
    why: str = ""


@dataclass(frozen=True, slots=True)
class RunScript:
    """The call of a script of the project, by its path without the suffix of its language."""

    stem: str


@dataclass(frozen=True, slots=True)
class CallAz:
    """A call of az."""

    words: tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class Ask:
    """Takes the value of an HCL expression from Packer."""

    name: str
    expression: str


@dataclass(frozen=True, slots=True)
class TakeSecret:
    """Takes a secret from the environment."""

    name: str


@dataclass(frozen=True, slots=True)
class CheckValues:
    """Stops the run where a variable has no value; the version follows later."""


@dataclass(frozen=True, slots=True)
class LookUpVersion:
    """Takes the version from az."""

    words: tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class CountVersion:
    """Finds the version above the highest that az lists, of a major number if one is given."""

    words: tuple[Word, ...]
    major: str


Line = Call | RunScript | CallAz | Ask | TakeSecret | CheckValues | LookUpVersion | CountVersion


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A part of the run: its name, what it does, and its lines."""

    name: str
    title: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildOption:
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
