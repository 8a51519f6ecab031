"""What lowering gives: blocks, files, downloads and notes, each part of the template its own, frozen, added up by the assembler."""

from __future__ import annotations

from enum import StrEnum
from itertools import chain

from msgspec import Struct
from msgspec.structs import astuple

from aib2packer.diagnostics.model import Fidelity
from aib2packer.diagnostics.place import Place
from aib2packer.hcl.nodes import Attribute, Comment, Expression, Item, Token, string
from aib2packer.hcl.text import HclText
from aib2packer.ir.parts import Secret
from aib2packer.ir.values import Input
from aib2packer.lowering.plugins import Plugin
from aib2packer.lowering.run_lines import BuildOption, Line
from aib2packer.lowering.targets import Target


class Builder(StrEnum):
    """What the steps run on: a VM that Packer makes in Azure, or a machine that is there already."""

    AZURE = "azure-arm"
    MACHINE = "null"


class Script(Struct, frozen=True, kw_only=True):
    """A file of the project beside its HCL: its path in the project, and its text, exactly."""

    path: str
    text: str


class Fetched(Struct, frozen=True, kw_only=True):
    """A file that the fetch scripts download: its URL and the sha256 that it must have, each a known text or an HCL expression (Token).

    ``secret`` is an environment variable: the SAS token that follows the URL's question mark, or the whole URL where ``url`` is None.
    """

    path: str
    file: str
    url: str | Token | None
    sha256: str | Token | None
    secret: str | None
    may_be_blob: bool
    is_plain_http: bool


class Wanted(Struct, frozen=True, kw_only=True):
    """A file that is downloaded at conversion: from which address, to which path of the project, with which sha256.

    ``script`` says that it is run, ``path`` and ``place`` where the template names it.
    """

    address: Secret
    file: str
    sha256: str | None
    script: bool
    path: str
    place: Place | None


VM_VALUES = ("url", "sha256", "identity", "destination")
"""What a script that downloads in the build VM works with; the identity is a percent-encoded resource id."""


class InVm(Struct, frozen=True, kw_only=True):
    """A script of a step (``path`` in the project) that downloads the file ``name`` in the build VM.

    It then runs it, or, where it has a ``destination``, puts it there. ``known`` are the values that the script says itself,
    ``asked`` those that Packer hands it in environment variables, by the names of VM_VALUES; ``failure`` is the exit code of a
    download that failed.
    """

    path: str
    name: str
    plain_http: bool
    known: tuple[tuple[str, str], ...]
    asked: tuple[str, ...]
    failure: int = 1

    def has(self, name: str) -> bool:
        """Whether the script has a value of this name, known or asked."""
        return name in self.asked or any(known == name for known, _ in self.known)


class Wording(Struct, frozen=True, kw_only=True):
    """What MIGRATION.md says of the setting at a path, where the way of the conversion makes it another than that of its key."""

    path: str
    project: str
    fidelity: Fidelity


class Difference(Struct, frozen=True, kw_only=True):
    """A place where the project does something else than Image Builder: what either does."""

    path: str
    service: str
    project: str
    fidelity: Fidelity


class LocalValue(Struct, frozen=True, kw_only=True):
    """A local of the project: its name, its value, and the remark above it."""

    name: str
    value: Expression
    remark: str = ""

    @property
    def reference(self) -> HclText:
        """How it is written where it is used."""
        return HclText(f"local.{self.name}")


class Task(Struct, frozen=True):
    """Something a person has to do before the first build (Markdown, one sentence)."""

    text: str


Note = Task | Difference | Wording


class Result(Struct, frozen=True, kw_only=True):
    """What an output of the build VM makes: its key in the manifest, its id or URL, and the number of a gallery version."""

    path: str
    key: HclText
    value: Token
    version: Token | None = None


class Lowered(Struct, frozen=True, kw_only=True):
    """What one part of the template becomes in the project.

    ``settings`` are those of the source block, each with the heading that it stands under; ``steps`` are provisioners, in the
    order in which they run; ``targets`` are outputs that az makes after the build, and ``passed`` the live values in them, by
    the names that the scripts have for them; ``secrets`` are variables, by the environment variables that hold them.
    ``inputs`` and ``locals`` are of our own, for where something mentions them. ``run`` are lines of the whole run beside those of
    every project, each with its stage. ``programs`` names the scripts that are the same in every project, ``found_by_run`` the
    variables that run.sh sets.
    """

    settings: tuple[tuple[str, Item | None], ...] = ()
    steps: tuple[Item, ...] = ()
    results: tuple[Result, ...] = ()
    targets: tuple[Target, ...] = ()
    files: tuple[Script, ...] = ()
    programs: tuple[str, ...] = ()
    run: tuple[tuple[str, Line], ...] = ()
    build_options: tuple[BuildOption, ...] = ()
    downloads: tuple[Fetched | Wanted, ...] = ()
    in_vm: tuple[InVm, ...] = ()
    inputs: tuple[Input, ...] = ()
    locals: tuple[LocalValue, ...] = ()
    passed: tuple[tuple[str, Token], ...] = ()
    secrets: tuple[tuple[str, HclText], ...] = ()
    plugins: tuple[Plugin, ...] = ()
    found_by_run: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()

    def __add__(self, other: Lowered) -> Lowered:
        return together(self, other)


NOTHING = Lowered()
_NAMES = Lowered.__struct_fields__


def together(*parts: Lowered) -> Lowered:
    """The parts added up, in their order."""
    some = [part for part in parts if part is not NOTHING]
    if len(some) < 2:
        return some[0] if some else NOTHING
    columns = zip(*map(astuple, some), strict=True)
    return Lowered(**dict(zip(_NAMES, map(tuple, map(chain.from_iterable, columns)), strict=True)))


def source_settings(section: str, *items: Item | None) -> Lowered:
    """Settings of the source block under a heading; None is passed over, and a heading may stand alone."""
    return Lowered(settings=((section, None), *((section, item) for item in items if item is not None)))


def provisioners(*items: Item) -> Lowered:
    """Provisioners, and comments on them."""
    return Lowered(steps=items)


def task(text: str) -> Lowered:
    """Something a person has to do before the first build (Markdown, one sentence)."""
    return Lowered(notes=(Task(text),))


def differs(path: str, service: str, project: str, fidelity: Fidelity) -> Lowered:
    """What Image Builder does at a place, and what the project does instead."""
    return Lowered(notes=(Difference(path=path, service=service, project=project, fidelity=fidelity),))


def worded(path: str, project: str, fidelity: Fidelity) -> Lowered:
    """What MIGRATION.md says of a setting."""
    return Lowered(notes=(Wording(path=path, project=project, fidelity=fidelity),))


def path_in_project(path: str) -> HclText:
    """The expression for a file of the project; relative paths would be relative to where Packer is started."""
    return HclText(f'"${{path.root}}/{path}"')


def comment(text: str) -> Comment:
    """A remark of ours; a text of the user's in it is kept on one line."""
    return Comment(text=text)


def text_setting(name: str, text: str) -> Attribute:
    """A setting with a text that our own code chose."""
    return Attribute(name=name, value=string(text))
