"""The names that a project has for what a template names; all of them are known before anything is lowered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct, field

from aib2packer.hcl.names import FreeNames, legal_name, snake_case, take_free
from aib2packer.hcl.text import HclText
from aib2packer.ir.choices import Choices
from aib2packer.ir.contents import everything_in
from aib2packer.ir.parts import Download, Secret
from aib2packer.ir.template import ImageTemplate
from aib2packer.ir.values import Local, Role, Value, Variable
from aib2packer.lowering.file_names import file_name
from aib2packer.lowering.reads import InputKey, Reads, key_of, reads_of
from aib2packer.lowering.sign_in import credentials

RESERVED_FILES = frozenset({"fetch.sh", "fetch.ps1", "generalize.ps1", "deprovisioningscript.sh", "deprovisioningscript.ps1"})
"""Files of the project's own in `scripts`, in small letters."""


class DownloadedFile(Struct, frozen=True, kw_only=True):
    """A file of `scripts` that is downloaded, and the path of the setting that names it first."""

    name: str
    path: str


class Names(Struct, frozen=True, kw_only=True):
    """Names of variables by input, of locals by named value, of locals with computed defaults by input, of files by URL and checksum.

    The template's own come first. What the project adds avoids them, whether they are used or not. ``reads`` is what the template
    reads of each input.
    """

    variables: Mapping[InputKey, str] = field(default_factory=dict)
    locals: Mapping[str, str] = field(default_factory=dict)
    defaults: Mapping[InputKey, str] = field(default_factory=dict)
    files: Mapping[tuple[Secret, Value | None], DownloadedFile] = field(default_factory=dict)
    reads: Mapping[InputKey, Reads] = field(default_factory=dict)

    def reference(self, value: Variable | Local) -> HclText:
        """How an input or a named value is written where it is used."""
        if isinstance(value, Local):
            return HclText(f"local.{self.locals[value.name.lower()]}")
        default = self.defaults.get(key_of(value))
        return HclText(f"local.{default}" if default is not None else f"var.{self.variable(value)}")

    def variable(self, value: Variable) -> str:
        """The name of the variable of an input."""
        known = self.variables.get(key_of(value))
        return known if known is not None else _beside(snake_case(value.name), self.variables.values())

    def local_of_ours(self, wish: str) -> str:
        """The name of a local that no value of the template means."""
        own = f"build_{wish}" if wish in self.locals else wish
        return _beside(own, (*self.locals.values(), *self.defaults.values()))

    def script(self, wish: str) -> str:
        """The name of a step's script, which no other file of `scripts` has."""
        return _numbered(wish, {*RESERVED_FILES, *(each.name.lower() for each in self.files.values())})


def names_of(template: ImageTemplate, choices: Choices) -> Names:
    """The names for everything that the parts of a template mention: variables of the sign-in first, then parameters."""
    reads, free = reads_of(template), FreeNames()
    variables = {(Role.AZURE, name): free.take(name) for name in credentials(choices.auth, choices.pipeline)}
    inputs = sorted((each for each in template.inputs if key_of(each) in reads), key=lambda each: each.role is not Role.PARAMETER)
    for each in inputs:
        if key_of(each) not in variables:
            variables[key_of(each)] = free.take(each.name if each.role is Role.PARAMETER else snake_case(each.name))
    free = FreeNames()
    locals_ = {local.name.lower(): free.take(local.name) for local, _ in template.locals}
    defaults = {key_of(each): free.take(variables[key_of(each)]) for each in inputs if each.is_computed}
    return Names(variables=variables, locals=locals_, defaults=defaults, files=dict(_files(template)), reads=reads)


def _files(template: ImageTemplate) -> Iterator[tuple[tuple[Secret, Value | None], DownloadedFile]]:
    """The downloads of steps and validators; a file that several of them name is downloaded once."""
    taken, seen = set(RESERVED_FILES), set()
    for each in everything_in((template.steps, template.checks), Download):
        if each.key in seen:
            continue
        seen.add(each.key)
        name = _numbered(file_name(each), taken)
        taken.add(name.lower())
        yield each.key, DownloadedFile(name=name, path=each.path)


def _beside(wish: str, taken: Iterable[str]) -> str:
    legal = legal_name(wish)
    return take_free(legal, {each.lower() for each in taken}, lambda number: f"{legal}_{number}")


def _numbered(wish: str, taken: set[str]) -> str:
    stem, dot, extension = wish.rpartition(".")
    base, suffix = (stem, dot + extension) if dot else (wish, "")
    return take_free(wish, set(taken), lambda number: f"{base}-{number}{suffix}")
