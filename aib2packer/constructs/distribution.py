"""What is published after the build: which outputs Packer makes from the build VM, and from which of these az makes the others.

Source: packer-mapping 1.7 (what one source block makes) and 2 (the rest, with az, by a script after the build).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from aib2packer.diagnostics import construct_codes as codes
from aib2packer.diagnostics.model import Severity
from aib2packer.hcl.names import environment_name, snake_case, take_free
from aib2packer.hcl.nodes import Expression, Token, raw
from aib2packer.hcl.printer import inline
from aib2packer.hcl.text import HclText
from aib2packer.ir.template import (
    DiskFileOutput,
    ExistingImage,
    GalleryOutput,
    ImageTemplate,
    Language,
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
    """A live value in a script, by the script's variable that holds it; ``many``: a word for each of its items."""

    variable: str
    many: bool = False


Word = tuple[str | Passed, ...]
"""One word of a command: texts and live values, written one after the other."""


class Helper(StrEnum):
    """A function of the distribute scripts that makes an output in more than one az command."""

    NEXT_VERSION = "next_version"
    MANAGED_IMAGE = "managed_image"
    COPY_BLOB = "copy_blob"


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """An output that the distribute scripts make or complete: with one az command, or with a helper and its arguments."""

    name: Word
    helper: Helper | None = None
    arguments: tuple[Word, ...] = ()
    options: tuple[Word, ...] = ()


_RESERVED = (
    "args error event false foreach home host input matches null path pid profile pwd sender switch this true "
    "account blob build command container failed generation group image last name options outcome region source state value "
    "version version_id versions wanted"
)
"""Names of variables that a shell, PowerShell (first line) or the scripts themselves (the others) use."""


@dataclass(slots=True)
class LiveValues:
    """The live values of a script: HCL expressions, by the names of the script's variables.

    ``secrets`` are the secret inputs, by the names of environment variables: no file and no command line may hold those.
    """

    expressions: dict[str, Token] = field(default_factory=dict)
    secrets: dict[str, Variable] = field(default_factory=dict)
    taken: set[str] = field(default_factory=lambda: set(_RESERVED.split()))

    def passed(self, expression: Token, wish: str) -> Passed:
        """The variable for a live value, named as wished; the same value has one variable only.

        >>> LiveValues().passed(raw("var.imageName"), ""), LiveValues().passed(raw("upper(var.x)"), "1st")
        (Passed(variable='image_name', many=False), Passed(variable='live', many=False))
        """
        known = next((name for name, each in self.expressions.items() if each.text == expression.text), None)
        if known is not None:
            return Passed(known)
        own = re.fullmatch(r"(?:var|local)\.(\w+)", expression.text, re.ASCII)
        wish = snake_case(own.group(1) if own is not None else wish)
        wish = wish if wish.isascii() and wish.isidentifier() else "live"
        name = take_free(wish, self.taken, lambda number: f"{wish}_{number}")
        self.expressions[name] = expression
        return Passed(name)


@dataclass(slots=True)
class Distribution:
    """What the distribute scripts do, in the template's order.

    ``values`` stand in the manifest of the build, where the scripts find them; ``extra_tags`` is the variable of --with tags.
    ``source_version`` is the variable with the id of the gallery version that images are made from; ``source_blob`` are the options of az that
    name the VHD that others are copied from.
    """

    targets: list[Target] = field(default_factory=list)
    values: LiveValues = field(default_factory=LiveValues)
    source_version: str = ""
    source_blob: tuple[Word, ...] = ()
    extra_tags: HclText | None = None

    @property
    def helpers(self) -> frozenset[Helper]:
        """The functions of the scripts that are called."""
        return frozenset(target.helper for target in self.targets if target.helper is not None)


def passed_name(path: str) -> str:
    """The name of a variable for a setting: its key, and the place of its output in the template.

    >>> passed_name("properties.distribute[2].replicationRegions"), passed_name("location")
    ('replication_regions_2', 'location')
    """
    start, _, name = path.rpartition(".")
    number = start.rpartition("[")[2].rstrip("]")
    return "_".join(filter(None, (snake_case(name), number if number.isdecimal() else "")))


def _check_for_az(key: Value, value: Value, path: str, project: Project) -> None:
    """az takes tags as NAME=VALUE: a name ends at its first =; a hyphen begins an option, @ a file."""
    name, text = (str(each.value) if isinstance(each, Literal) else "" for each in (key, value))
    if "=" in name or name.startswith(("-", "@")):
        message = f'az misreads the tag name "{name[:40]}". Use no = in the name, and no hyphen or @ at its start.'
        project.find(codes.AZ_READS_OTHERWISE, message, place=key.place or value.place, path=path)
    elif text.startswith("@"):
        message = (
            f'The value of the tag "{name[:40]}" begins with @, so az reads a file of that name if one exists. Choose '
            "another value."
        )
        project.find(codes.AZ_READS_OTHERWISE, message, place=value.place or key.place, path=path, severity=Severity.WARNING)
    elif Language.POWERSHELL in project.choices.languages and re.search(r'[&|<>^%"]', name + text):
        message = f'On Windows az is a batch file, and cmd changes & | < > ^ % " in the tag "{name[:40]}". Choose another string.'
        project.find(codes.AZ_READS_OTHERWISE, message, place=value.place or key.place, path=path, severity=Severity.WARNING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The outputs of a template, apart: those of the build VM itself, those made from them, and those that nothing can feed."""

    native: tuple[Output, ...] = ()
    later: tuple[Output, ...] = ()
    left: tuple[Output, ...] = ()

    def one(self, kind: type[Output]) -> Output | None:
        """The native output of a kind."""
        return next((output for output in self.native if isinstance(output, kind)), None)


def plan_of(template: ImageTemplate) -> Plan:
    """One managed image, one gallery version and one VHD come from the VM, the first that fits each; the others from these."""
    chosen: dict[type[Output], Output] = {}
    for output in sorted(template.outputs, key=lambda each: _preference(each, template)):
        if type(output) not in chosen and fits(output, template):
            chosen[type(output)] = output
    if _better_later(template, chosen):
        del chosen[GalleryOutput]
    native = tuple(output for output in template.outputs if output in chosen.values())
    rest = [output for output in template.outputs if output not in native]
    later = tuple(output for output in rest if _is_fed(output, chosen))
    return Plan(native=native, later=later, left=tuple(output for output in rest if output not in later))


def _is_fed(output: Output, chosen: Mapping[type[Output], Output]) -> bool:
    """Whether an output can be made from those of the VM: an image from a gallery version, a VHD from one whose name is known."""
    if isinstance(output, ManagedImageOutput):
        return GalleryOutput in chosen
    if isinstance(output, DiskFileOutput):
        made = chosen.get(DiskFileOutput)
        return isinstance(made, DiskFileOutput) and made.uri is not None
    return True


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


def _preference(output: Output, template: ImageTemplate) -> tuple[bool, bool]:
    """An output that Packer certainly makes as the template says comes before others of its kind."""
    if isinstance(output, DiskFileOutput):
        return (output.uri is None, False)
    if isinstance(output, GalleryOutput):
        return (storage_differs(output), output.numbering not in (Numbering.FIXED, Numbering.CLOCK))
    return (isinstance(output, ManagedImageOutput) and not certainly_fits(output, template), False)


def fits(output: Output, template: ImageTemplate) -> bool:
    """Whether the VM can make the output. A managed image must not be known to belong elsewhere than where the VM is."""
    if not isinstance(output, ManagedImageOutput):
        return True
    return all(one is None or other is None or one == other for one, other in _places(output, template))


def certainly_fits(output: ManagedImageOutput, template: ImageTemplate) -> bool:
    """Whether region and subscription of an image are those of the build, whatever values its parameters are given."""
    return same_place(output.location, template.location) and _same_text(output.image.subscription, template.subscription)


def _places(output: ManagedImageOutput, template: ImageTemplate) -> Iterator[tuple[str | None, str | None]]:
    """Region and subscription, of the image and of the build, as far as they are known; None where they are not."""
    for one, other in ((output.location, template.location), (output.image.subscription, template.subscription)):
        if one != other:
            yield _usual_name(one, template), _usual_name(other, template)


def _usual_name(value: Value | None, template: ImageTemplate) -> str | None:
    """The name of a region or subscription in short form, or that of its parameter's value."""
    if isinstance(value, Variable):
        declared = next((each for each in template.inputs if (each.role, each.name) == (value.role, value.name)), None)
        value = (declared.given or declared.default) if declared is not None else None
    return str(value.value).replace(" ", "").lower() if isinstance(value, Literal) and value.value else None


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
    after = [later for later in native[native.index(output) + 1 :] if not isinstance(later, DiskFileOutput)]
    others = [later for later in after if later.tags not in ((), output.tags)]
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


def label_of(output: Output) -> str:
    """The runOutputName as the name of a variable; a live one gives the place of the output."""
    if isinstance(output.name, Literal):
        return snake_case(str(output.name.value))
    return f"output_{output.path.rpartition('[')[2].rstrip(']')}"


_REFERENCE = re.compile(r"[\w.]+\Z")
SEPARATOR = "\\u001e"
"""Between the items of a live list, as HCL writes it: a character that no text of a template has; a tag may have line feeds."""


def _joined(items: str) -> Token:
    return raw(f'join("{SEPARATOR}", {items})')


def _joined_pairs(pairs: str) -> Token:
    return _joined(f'[for name, value in {pairs} : "${{name}}=${{value}}"]')


def _apart(expression: str) -> str:
    """An expression for one side of a comparison."""
    return expression if _REFERENCE.match(expression) else f"({expression})"


class Words:
    """Writes values as words of a script: known ones as texts, live ones as variables of the script."""

    def __init__(self, project: Project, values: LiveValues | None = None) -> None:
        self._project = project
        self._values = project.distribution.values if values is None else values

    def word(self, value: Value, path: str, wish: str = "") -> Word:
        """A value as one word; ``wish`` names the variable for a live one, else its path does."""
        match value:
            case Literal(bool() as flag):
                return ("true" if flag else "false",)
            case Literal(scalar):
                return (str(scalar),)
            case _ if self._project.holds_secret(value):
                return self._secret(value, path)
            case Joined(parts) if all(isinstance(part, Literal | Variable | Local) for part in parts):
                return tuple(piece for part in parts for piece in self.word(part, path, wish))
            case _:
                return (self._passed(value, path, wish or passed_name(path)),)

    def region(self, name: Value, path: str) -> Word:
        """The name of a region, in short form."""
        return self.word(normal_region(name), path)

    def id_of(self, output: Output) -> Word:
        """The id of an output of the build VM."""
        if isinstance(output, ManagedImageOutput) and isinstance(output.image.whole, Literal):
            return self.word(output.image.whole, output.path)
        return (self._values.passed(self._project.result_of(output), f"{label_of(output)}_id"),)

    def tags(self, pairs: Tags, path: str, option: str = "--tags") -> tuple[Word, ...]:
        """The words of an option with tags; none where there are none."""
        extra = self._project.distribution.extra_tags if option == "--tags" else None
        own = self._own_tags(pairs, path)
        words = (*own, self._many(_joined_pairs(extra), "extra_tags")) if extra is not None else own
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
        or_none = f"merge({{}}, {pairs})" if self._project.may_be_null(value) else pairs  # merge passes over null
        return self._many(_joined_pairs(or_none), passed_name(path))

    def items(self, expression: Token, value: Value, path: str) -> Word:
        """A list of texts, made of the value, as a word for each of them."""
        if self._project.holds_secret(value):
            return self.refused(value, path)
        return self._many(_joined(expression.text), passed_name(path))

    def option(self, name: str, value: Value, path: str) -> tuple[Word, ...]:
        """An option with its value; nothing at all where the value turns out to be null."""
        if not self._project.may_be_null(value) or self._project.holds_secret(value):
            return (name,), self.word(value, path)
        text = inline(self._project.never_braces(value, path))
        return (self._many(raw(f'{_apart(text)} == null ? "" : "{name}{SEPARATOR}${{{text}}}"'), passed_name(path)),)

    def _many(self, expression: Token, name: str) -> Word:
        return (Passed(self._values.passed(expression, name).variable, many=True),)

    def _passed(self, value: Value, path: str, wish: str) -> Passed:
        expression = self._project.never_braces(value, path)
        assert isinstance(expression, Token)
        if self._project.may_be_null(value):
            expression = raw(f'{_apart(expression.text)} == null ? "" : {expression.text}')
        return self._values.passed(expression, wish)

    def _secret(self, value: Value, path: str) -> Word:
        """A text with secret inputs, each by the environment variable that Packer reads it from."""
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
        self._values.secrets[variable] = secret
        return (Passed(variable),)

    def refused(self, value: Value, path: str) -> Word:
        """A finding, and no word, for what only HCL can compute from a secret."""
        message = (
            "az needs this value after the build, but only Packer can compute it from a secure parameter. Pass "
            "the whole string in one secure parameter, or use a plain one."
        )
        self._project.find(codes.SECRET_WORKED_OUT, message, place=value.place, path=path)
        return ("",)
