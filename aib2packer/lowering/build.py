"""A finished project, not printed yet: everything that its files are made of, frozen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from aib2packer.hcl.nodes import Item, Token
from aib2packer.hcl.text import HclText
from aib2packer.ir.choices import Choices
from aib2packer.ir.template import ImageTemplate
from aib2packer.ir.values import Value
from aib2packer.lowering.lowered import (
    Builder,
    Difference,
    Fetched,
    InVm,
    Lowered,
    Result,
    Script,
    Task,
    Wanted,
    Wording,
)
from aib2packer.lowering.say import Say
from aib2packer.lowering.targets import Helper, Target, Word
from aib2packer.passes.outputs import Plan

Sections = Mapping[str, tuple[Item, ...]]
"""The settings of a source block, by the headings that they stand under, in their order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FurtherSource:
    """A source block for an output on a second VM: its name, where it builds, and its settings, by section."""

    name: str
    subscription: Value
    sections: Sections


@dataclass(frozen=True, slots=True, kw_only=True)
class Distribution:
    """What the distribute scripts do, in the template's order; ``values`` stand in the manifest, where the scripts find them."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Build:
    """A project: the image's, or that of its validators, which keeps nothing and is the ``checks`` of the image's.

    ``generalizes`` is false in a rehearsal that leaves the machine as it is; ``on_error`` is Packer's word for what becomes of
    the VM.
    """

    say: Say
    sections: Sections
    steps: tuple[Item, ...]
    distribution: Distribution
    wordings: Mapping[str, Wording]
    further: tuple[FurtherSource, ...] = ()
    checks: Build | None = None
    generalizes: bool = True
    on_error: str = "cleanup"
    results: tuple[Result, ...] = ()
    scripts: tuple[Script, ...] = ()
    downloads: tuple[Fetched, ...] = ()
    vendored: tuple[Wanted, ...] = ()
    in_vm: tuple[InVm, ...] = ()
    plugins: tuple[str, ...] = ()
    found_by_run: tuple[str, ...] = ()
    tasks: tuple[str, ...] = ()
    differences: tuple[Difference, ...] = ()

    @property
    def template(self) -> ImageTemplate:
        """The template, as it was lowered."""
        return self.say.template

    @property
    def choices(self) -> Choices:
        """What the person who converts chose."""
        return self.say.choices

    @property
    def builder(self) -> Builder:
        """What the steps run on."""
        return self.say.builder

    @property
    def plan(self) -> Plan:
        """Which outputs are made how."""
        return self.say.plan

    @property
    def keeps_nothing(self) -> bool:
        """Whether this is the project of validators."""
        return self.say.keeps_nothing

    @property
    def gallery_version(self) -> Token | None:
        """The number of the gallery version that the VM makes."""
        return next((each.version for each in self.results if each.version is not None), None)

    def manifest_key(self, name: str) -> HclText:
        """Where the manifest has a live value of the distribute scripts: under a runOutputName, or under its own name."""
        text = self.distribution.values[name].text
        known = (each.key for each in self.results if each.value.text == text and not each.key.startswith("("))
        return next(known, HclText(name))


def build_of(
    say: Say,
    lowered: Lowered,
    *,
    further: tuple[FurtherSource, ...] = (),
    checks: Build | None = None,
    generalizes: bool = True,
    is_kept_on_error: bool = False,
) -> Build:
    """The parts of a project, added up, as a whole."""
    return Build(
        say=say,
        sections=sections_of(lowered),
        steps=lowered.steps,
        distribution=Distribution(
            targets=lowered.targets, values=say.script_values.expressions, secrets=say.script_values.secrets
        ),
        wordings={note.path: note for note in lowered.notes if isinstance(note, Wording)},
        further=further,
        checks=checks,
        generalizes=generalizes,
        on_error="abort" if is_kept_on_error else "cleanup",
        results=lowered.results,
        scripts=lowered.files,
        downloads=tuple(each for each in lowered.downloads if isinstance(each, Fetched)),
        vendored=tuple(each for each in lowered.downloads if isinstance(each, Wanted)),
        in_vm=lowered.in_vm,
        plugins=tuple(dict.fromkeys(("azure", *lowered.plugins))) if say.builder is Builder.AZURE else lowered.plugins,
        found_by_run=lowered.found_by_run,
        tasks=tuple(dict.fromkeys(note.text for note in lowered.notes if isinstance(note, Task))),
        differences=tuple(note for note in lowered.notes if isinstance(note, Difference)),
    )


def sections_of(lowered: Lowered) -> Sections:
    """The settings of a source block, those of one heading together."""
    found: dict[str, list[Item]] = {}
    for section, item in lowered.settings:
        found.setdefault(section, []).extend([item] if item is not None else [])
    return {section: tuple(items) for section, items in found.items()}
