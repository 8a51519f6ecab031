"""What is published after the build: which outputs the one VM makes by itself, and from which of these the others come.

Source: packer-mapping 1.7 (what one source block makes) and 2 (the rest, with az, by a script after the build).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from aib2packer.diagnostics import construct_codes as codes
from aib2packer.diagnostics.model import Severity
from aib2packer.hcl.names import environment_name, snake_case, take_free
from aib2packer.hcl.nodes import Expression, Token, raw
from aib2packer.hcl.printer import inline
from aib2packer.hcl.text import HclText, escape
from aib2packer.ir.template import (
    DiskFileOutput,
    ExistingImage,
    GalleryOutput,
    ImageTemplate,
    ManagedImageOutput,
    Numbering,
    Output,
    Tags,
)
from aib2packer.ir.values import Call, Joined, Literal, Local, Value, Variable

if TYPE_CHECKING:
    from aib2packer.constructs.project import Project

DEFAULT_STORAGE = "Standard_LRS"


@dataclass(frozen=True, slots=True)
class Passed:
    """A live value in a script: the environment variable that it comes in; ``many``: a word for each of its items."""

    variable: str
    many: bool = False


Word = tuple[str | Passed, ...]
"""One word of a command: texts and live values, written one after the other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """An output that the scripts make or finish: the function of theirs that does it, and the function's arguments.

    ``number`` is its place among the outputs of the template, from 0; ``options`` go to az as they are.
    """

    number: int
    name: Word
    does: str
    arguments: tuple[Word, ...]
    options: tuple[Word, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """An output that the build VM made by itself; ``id`` is what the manifest says of it."""

    number: int
    name: Word
    id: Word


@dataclass(slots=True)
class Distribution:
    """What the distribute scripts do; ``live`` are the values that HCL passes to them, by the names of variables, and
    ``live_local`` is the local of the project that holds them. ``secrets`` are the secret inputs that the scripts take from the
    environment themselves, by the names of variables: HCL would pass them on a command line, where others can read them.
    ``extra_tags`` is the variable with the tags of whoever builds, where there is one.
    """

    made: list[Made] = field(default_factory=list)
    targets: list[Target] = field(default_factory=list)
    facts: dict[str, Word] = field(default_factory=dict)
    live: dict[str, Token] = field(default_factory=dict)
    secrets: dict[str, Variable] = field(default_factory=dict)
    live_local: str = ""
    extra_tags: HclText | None = None
    _names: dict[str, str] = field(default_factory=dict)

    @property
    def needs(self) -> frozenset[str]:
        """The functions of the scripts that are called."""
        return frozenset(target.does for target in self.targets)

    @property
    def makes_disks(self) -> bool:
        """Whether an output is made by way of a disk of the gallery version."""
        return bool(self.needs & {"managed_image", "vhd"})

    @property
    def copies_blobs(self) -> bool:
        """Whether an output is the copy of a blob."""
        return bool(self.needs & {"vhd", "vhd_copy"})

    def passed(self, expression: Token, wish: str) -> Passed:
        """The variable that brings a live value to the scripts, named as wished; the same value has one variable only."""
        text = expression.text
        known = self._names.get(text)
        if known is not None:
            return Passed(known)
        wish = _as_packer_names_it(text) or wish
        self._names[text] = name = take_free(wish, {each.lower() for each in self.live}, lambda number: f"{wish}_{number}")
        self.live[name] = expression
        return Passed(name)

    def said(self, word: Word) -> HclText:
        """A word in HCL again: texts, and the live values that its variables bring."""
        parts = (escape(piece) if isinstance(piece, str) else f"${{{self.live[piece.variable].text}}}" for piece in word)
        return HclText(f'"{"".join(parts)}"')


def _as_packer_names_it(text: str) -> str | None:
    """The environment variable of what is a variable or a local as it stands."""
    for start, prefix in (("var.", "PKR_VAR_"), ("local.", "PKR_LOCAL_")):
        rest = text.removeprefix(start)
        if rest != text and rest.isidentifier() and rest.isascii():
            return f"{prefix}{rest}"
    return None


def passed_name(path: str) -> str:
    """The environment variable for a setting: its name, and the place of its output in the template.

    >>> passed_name("properties.distribute[2].replicationRegions"), passed_name("location")
    ('REPLICATION_REGIONS_2', 'LOCATION')
    """
    start, _, name = path.rpartition(".")
    number = start.rpartition("[")[2].rstrip("]")
    return "_".join(filter(None, (snake_case(name).upper(), number if number.isdecimal() else "")))


def _check_for_az(key: Value, value: Value, path: str, project: Project) -> None:
    """az takes tags as NAME=VALUE: it ends a name at its first =, takes what begins with a hyphen for an option, and @ for a file."""
    name, text = (str(each.value) if isinstance(each, Literal) else "" for each in (key, value))
    if "=" in name or name.startswith(("-", "@")):
        message = f'The tag "{name[:40]}" has a name that az would read otherwise (no = in it, no hyphen or @ first): nothing is converted; rename it.'
        project.find(codes.AZ_READS_OTHERWISE, message, place=key.place or value.place, path=path)
    elif text.startswith("@"):
        message = f'The value of the tag "{name[:40]}" begins with @: where there is a file of that name, az takes what is in it; choose another value.'
        project.find(codes.AZ_READS_OTHERWISE, message, place=value.place or key.place, path=path, severity=Severity.WARNING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The outputs of a template, apart: those of the build VM itself, those made from them, and those that nothing can feed."""

    native: tuple[Output, ...]
    later: tuple[Output, ...]
    left: tuple[Output, ...]

    def one(self, kind: type[Output]) -> Output | None:
        """The native output of a kind."""
        return next((output for output in self.native if isinstance(output, kind)), None)


def plan_of(template: ImageTemplate) -> Plan:
    """One managed image, one gallery version and one VHD come from the VM, the first that fits each; the others from these."""
    chosen: dict[type[Output], Output] = {}
    for output in sorted(template.outputs, key=_preference):
        if type(output) not in chosen and fits(output, template):
            chosen[type(output)] = output
    if _better_later(template, chosen):
        del chosen[GalleryOutput]
    native = tuple(output for output in template.outputs if output in chosen.values())
    rest = [output for output in template.outputs if output not in native]
    later = tuple(output for output in rest if not isinstance(output, ManagedImageOutput) or GalleryOutput in chosen)
    return Plan(native=native, later=later, left=tuple(output for output in rest if output not in later))


def at_its_images(template: ImageTemplate) -> ImageTemplate:
    """The template, built where its first managed image is to be, if none is to be where the template is.

    Packer captures an image where the VM is. Not where a gallery version can feed the images, nor where the VM has to be near
    something of its region.
    """
    images = [output for output in template.outputs if isinstance(output, ManagedImageOutput)]
    is_fed = any(isinstance(output, GalleryOutput) for output in template.outputs)
    if not images or is_fed or any(fits(image, template) for image in images) or bound_to_region(template):
        return template
    return replace(template, location=images[0].location, subscription=images[0].image.subscription)


def bound_to_region(template: ImageTemplate) -> str:
    """What holds the build VM in the region of the template; empty where it could be made in another."""
    if isinstance(template.source, ExistingImage):
        return "the source image"
    if template.machine.subnet is not None:
        return "the subnet"
    return "the staging resource group" if template.staging_group is not None else ""


def _preference(output: Output) -> tuple[bool, bool]:
    """A VHD with an address comes before others of its kind, as does a gallery version that Packer can say in full."""
    if isinstance(output, DiskFileOutput):
        return (output.uri is None, False)
    if isinstance(output, GalleryOutput):
        return (storage_differs(output), output.numbering not in (Numbering.FIXED, Numbering.CLOCK))
    return (False, False)


def fits(output: Output, template: ImageTemplate) -> bool:
    """A managed image is captured where the VM is; the other outputs can go anywhere."""
    if not isinstance(output, ManagedImageOutput):
        return True
    return same_place(output.location, template.location) and _same_text(output.image.subscription, template.subscription)


def _better_later(template: ImageTemplate, chosen: dict[type[Output], Output]) -> bool:
    """Packer has one storage type for all regions, az one for each: where a managed image can feed the version, az makes it."""
    gallery = chosen.get(GalleryOutput)
    if not isinstance(gallery, GalleryOutput) or not storage_differs(gallery) or ManagedImageOutput not in chosen:
        return False
    needing = [each for each in template.outputs if isinstance(each, ManagedImageOutput | DiskFileOutput)]
    return all(output in chosen.values() for output in needing)


def storage_differs(output: GalleryOutput) -> bool:
    """Whether the regions of a version have more than one storage type (a region that names none has Image Builder's default)."""
    if output.storage is not None or not isinstance(output.regions, tuple):
        return False
    types = [region.storage or Literal(DEFAULT_STORAGE) for region in output.regions]
    return any(each != types[0] for each in types)


def loses_tags(output: Output, native: tuple[Output, ...]) -> bool:
    """Whether a later output of the same VM gives one of the tags another value: Packer has one set of tags for all."""
    if isinstance(output, DiskFileOutput) or storage_differs_of(output) or output.tags == ():
        return False
    own = _known_tags(output)
    others = [later for later in native[native.index(output) + 1 :] if later.tags not in ((), output.tags)]
    if not isinstance(output.tags, tuple) or not all(isinstance(later.tags, tuple) for later in others):
        return bool(others)  # nobody can tell before the build
    return any(own.get(name, value) != value for later in others for name, value in _known_tags(later).items())


def storage_differs_of(output: Output) -> bool:
    """As ``storage_differs``, of any output."""
    return isinstance(output, GalleryOutput) and storage_differs(output)


def _known_tags(output: Output) -> dict[str, Value]:
    if not isinstance(output.tags, tuple):
        return {}
    return {str(key.value).lower(): value for key, value in output.tags if isinstance(key, Literal)}


def same_place(one: Value, other: Value) -> bool:
    """Whether two regions are one, however they are written."""
    return normal_region(one) == normal_region(other)


def normal_region(name: Value) -> Value:
    """A region in Azure's own short form: ``West US 2`` is ``westus2``.

    >>> normal_region(Literal("West US 2"))
    Literal(value='westus2')
    """
    if isinstance(name, Literal):
        return Literal(str(name.value).replace(" ", "").lower())
    return Call("toLower", (Call("replace", (name, Literal(" "), Literal(""))),))


def _same_text(one: Value, other: Value | None) -> bool:
    if isinstance(one, Literal) and isinstance(other, Literal):
        return str(one.value).lower() == str(other.value).lower()
    return one == other


def number_of(output: Output) -> int:
    """The place of an output in the template, from 0: that of ``properties.distribute[2]`` is 2."""
    return int(output.path.rpartition("[")[2].rstrip("]"))


_REFERENCE = re.compile(r"[\w.]+\Z")
_SEPARATOR = "\\u001e"
"""Between the items of a live list: a character that no text of a template has; a tag may have line feeds."""


def _joined(items: str) -> Token:
    return raw(f'join("{_SEPARATOR}", {items})')


def _joined_pairs(pairs: str) -> Token:
    return _joined(f'[for name, value in {pairs} : "${{name}}=${{value}}"]')


def _apart(expression: str) -> str:
    """An expression for one side of a comparison."""
    return expression if _REFERENCE.match(expression) else f"({expression})"


def _joined_pairs_or_none(pairs: str) -> Token:
    return _joined(f'flatten([for each in [{pairs}] : [for name, value in each : "${{name}}=${{value}}"] if each != null])')


class Words:
    """Puts values into the scripts: known ones as they are, live ones by the environment."""

    def __init__(self, project: Project) -> None:
        self._project = project

    def word(self, value: Value, path: str) -> Word:
        """A value as one word."""
        match value:
            case Literal(bool() as flag):
                return ("true" if flag else "false",)
            case Literal(scalar):
                return (str(scalar),)
            case _ if self._project.holds_secret(value):
                return self._secret(value, path)
            case Joined(parts) if all(isinstance(part, Literal | Variable | Local) for part in parts):
                return tuple(piece for part in parts for piece in self.word(part, path))
            case _:
                return (self._passed(value, path),)

    def region(self, name: Value, path: str) -> Word:
        """The name of a region, in short form."""
        return self.word(normal_region(name), path)

    def tags(self, pairs: Tags, path: str, option: str = "--tags") -> tuple[Word, ...]:
        """The words of an option with tags; none where there are none."""
        extra = self._project.distribution.extra_tags if option == "--tags" else None
        own = self._own_tags(pairs, path)
        words = (*own, self._many(_joined_pairs(extra), "EXTRA_TAGS")) if extra is not None else own
        return ((option,), *words) if words else ()

    def _own_tags(self, pairs: Tags, path: str) -> tuple[Word, ...]:
        if isinstance(pairs, tuple):
            for key, value in pairs:
                _check_for_az(key, value, path, self._project)
            return tuple((*self.word(key, path), "=", *self.word(value, path)) for key, value in pairs)
        return (self.pairs(self._project.never_braces(pairs, path), pairs, path),)

    def pairs(self, expression: Expression, value: Value, path: str) -> Word:
        """An object, made of the value, as a word for each of its entries: ``name=value``."""
        if self._project.holds_secret(value):
            return self.refused(value, path)
        pairs = inline(expression)
        return self._many(
            _joined_pairs_or_none(pairs) if self._project.may_be_null(value) else _joined_pairs(pairs), passed_name(path)
        )

    def items(self, expression: Token, value: Value, path: str) -> Word:
        """A list of texts, made of the value, as a word for each of them."""
        if self._project.holds_secret(value):
            return self.refused(value, path)
        return self._many(_joined(expression.text), passed_name(path))

    def _many(self, expression: Token, name: str) -> Word:
        return (Passed(self._project.distribution.passed(expression, name).variable, many=True),)

    def all(self, values: Iterable[Value], path: str) -> tuple[Word, ...]:
        """A word for each of the values."""
        return tuple(self.word(value, path) for value in values)

    def _passed(self, value: Value, path: str) -> Passed:
        expression = self._project.never_braces(value, path)
        assert isinstance(expression, Token)
        if self._project.may_be_null(value):
            expression = raw(f'{_apart(expression.text)} == null ? "" : {expression.text}')
        return self._project.distribution.passed(expression, passed_name(path))

    def option(self, name: str, value: Value, path: str) -> tuple[Word, ...]:
        """An option with its value; nothing at all where the value turns out to be null."""
        if not self._project.may_be_null(value) or self._project.holds_secret(value):
            return (name,), self.word(value, path)
        text = inline(self._project.never_braces(value, path))
        return (self._many(raw(f'{_apart(text)} == null ? "" : "{name}{_SEPARATOR}${{{text}}}"'), passed_name(path)),)

    def _secret(self, value: Value, path: str) -> Word:
        """A text with secret inputs, each by the variable of the environment that Packer reads it from, too."""
        if isinstance(value, Variable):
            return self._from_environment(value, path)
        parts = self._project.spelled_out(value)
        if parts is None:
            return self.refused(value, path)
        return tuple(piece for part in parts for piece in self.word(part, path))

    def _from_environment(self, secret: Variable, path: str) -> Word:
        kind, _, name = self._project.reference(secret).partition(".")
        if kind != "var":  # its default is computed
            return self.refused(secret, path)
        variable = environment_name(name)
        self._project.distribution.secrets[variable] = secret
        return (Passed(variable),)

    def refused(self, value: Value, path: str) -> Word:
        """A finding, and no word, for what only HCL could work out from a secret."""
        message = (
            "az makes this after the build, from secret parameters that hold more than one text or are worked on by a function: "
            "nothing is converted; give each text a parameter of its own, as it is needed, or make it a plain one."
        )
        self._project.find(codes.SECRET_WORKED_OUT, message, place=value.place, path=path)
        return ("",)
