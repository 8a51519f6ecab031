"""A finished project, not printed yet: everything that its files are made of, frozen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec import Struct, field

from aib2packer.hcl.nodes import Expression, Item, Token
from aib2packer.hcl.text import HclText
from aib2packer.ir.choices import Choices, Os
from aib2packer.ir.clouds import Cloud
from aib2packer.ir.needs import Need
from aib2packer.ir.values import Input
from aib2packer.lowering.lowered import Builder, Difference, Fetched, InVm, LocalValue, Result, Script, Wanted, Wording
from aib2packer.lowering.plugins import Plugin
from aib2packer.lowering.run_lines import Line, Stage
from aib2packer.lowering.targets import Helper, Target, Word

VALUES = "values.auto.pkrvars.hcl"
"""The file with the values that a person gives."""
VALIDATION = "validate"
"""The folder of the project of validators."""


class PackerFile(Struct, frozen=True):
    """A file that Packer reads, in no format yet: its name without a suffix, and what stands in it."""

    name: str
    items: tuple[Item, ...]


class Distribution(Struct, frozen=True, kw_only=True):
    """What comes of the build: the ``results`` of Packer, and what the distribute scripts make, in the template's order.

    ``values`` stand in the manifest, where the scripts find them.
    """

    results: tuple[Result, ...] = ()
    targets: tuple[Target, ...] = ()
    values: Mapping[str, Token]
    secrets: Iterable[str] = ()

    @property
    def helpers(self) -> frozenset[Helper]:
        """The functions of the scripts that are called."""
        return frozenset(target.helper for target in self.targets if target.helper is not None)

    @property
    def source_version(self) -> str:
        """The variable with the id of the gallery version that images are made from."""
        return next((target.source_version for target in self.targets if target.source_version), "")

    @property
    def source_blob(self) -> tuple[Word, ...]:
        """The options of az that name the VHD that others are copied from."""
        return next((target.source_blob for target in self.targets if target.source_blob), ())

    @property
    def gallery_version(self) -> Token | None:
        """The number of the gallery version that the VM makes."""
        return next((each.version for each in self.results if each.version is not None), None)

    def manifest_key(self, name: str) -> HclText:
        """Where the manifest has one of the ``values``: under a runOutputName, or under its own name."""
        value = self.values[name]
        known = (each.key for each in self.results if each.value == value and not each.key.startswith("("))
        return next(known, HclText(name))


class Declared(Struct, frozen=True, kw_only=True):
    """A variable of the project: its declaration, with what is read of its values; its type; the value given at conversion."""

    input: Input
    type: str
    given: Expression | None = None

    @property
    def is_open(self) -> bool:
        """Whether it has no value yet; a secret has none in a file."""
        return self.input.default is None and (self.input.given is None or self.input.secret)


class Declarations(Struct, frozen=True, kw_only=True):
    """What a project declares: variables by name, locals, and the first Packer for what needs a newer one, by its name."""

    variables: Mapping[str, Declared] = field(default_factory=dict)
    locals: tuple[LocalValue, ...] = ()
    packer: Mapping[str, tuple[int, int]] = field(default_factory=dict)

    @property
    def names(self) -> frozenset[str]:
        """How the variables and locals are written where they are used."""
        return frozenset((*(f"var.{name}" for name in self.variables), *(each.reference for each in self.locals)))


class Files(Struct, frozen=True, kw_only=True):
    """What the steps need beside the HCL: scripts, ``programs`` as in Lowered, and files.

    These are downloaded before the build, at conversion (``vendored``), or in the build VM.
    """

    scripts: tuple[Script, ...] = ()
    programs: tuple[str, ...] = ()
    downloads: tuple[Fetched, ...] = ()
    vendored: tuple[Wanted, ...] = ()
    in_vm: tuple[InVm, ...] = ()


class Notes(Struct, frozen=True, kw_only=True):
    """What MIGRATION.md says: what is left to do, what differs, and how a setting is treated here, by its path.

    ``prerequisites`` are what must exist and the command that creates it.
    """

    tasks: tuple[str, ...] = ()
    differences: tuple[Difference, ...] = ()
    wordings: Mapping[str, Wording] = field(default_factory=dict)
    prerequisites: tuple[tuple[str, str], ...] = ()


class Run(Struct, frozen=True, kw_only=True):
    """The whole run, for which there is a script if ``has_script``: its stages, and what runs the validators.

    ``options`` are those of every `packer build`; ``finds`` are the variables that the run itself gives a value.
    ``minutes`` is the time limit of the template, None where a value decides it.
    """

    options: tuple[str, ...] = ()
    finds: tuple[str, ...] = ()
    minutes: int | None = None
    in_subnet: bool = False
    stages: tuple[Stage, ...] = ()
    validations: tuple[Line, ...] = ()
    has_script: bool = False


class Build(Struct, frozen=True, kw_only=True):
    """A project: the image's, or that of its validators, which ``keeps_nothing`` and is the ``checks`` of the image's.

    ``packer_files`` are what Packer reads, ``values`` the file of values; ``needs`` are what `aib2packer preflight` looks for.
    The notes on the validators stand in the image's.
    """

    os: Os
    cloud: Cloud
    builder: Builder
    choices: Choices
    keeps_nothing: bool
    plugins: tuple[Plugin, ...]
    declared: Declarations
    distribution: Distribution
    files: Files
    run: Run
    checks: Build | None = None
    notes: Notes = field(default_factory=Notes)
    packer_files: tuple[PackerFile, ...] = ()
    values: tuple[Item, ...] = ()
    needs: tuple[Need, ...] = ()
