"""Knows every construct. A construct registers itself by being a module of `sources`, `steps` or `outputs` with ``CONSTRUCTS`` in it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

from msgspec import Struct, field

from aib2packer.diagnostics.codes.template import NOT_ABOUT_THE_IMAGE
from aib2packer.diagnostics.model import Code, Fidelity
from aib2packer.ir.choices import Os
from aib2packer.ir.outputs import Output
from aib2packer.ir.parts import Part, Step
from aib2packer.ir.sources import Source
from aib2packer.ir.values import Input
from aib2packer.passes.operating_system import OsOfStep
from aib2packer.schema.api_versions import OLDEST
from aib2packer.schema.keys import Group, Key, Shape, dropped, exact, one_of, text

if TYPE_CHECKING:
    from aib2packer.lowering.lowered import Lowered
    from aib2packer.lowering.requirements import Command, Requirement
    from aib2packer.lowering.say import Say
    from aib2packer.lowering.words import Words
    from aib2packer.schema.fields import Fields


_Part = TypeVar("_Part", bound=Part)


class Construct(Struct, Generic[_Part], frozen=True, kw_only=True):
    """One ``type`` of a group: its keys, the two functions that take it through, and what else is known of it.

    ``read`` takes the fields of one object and gives a part of the IR (of one of the types in ``reads``), or None after a
    finding; ``lower`` takes that part and gives what it becomes in the project; ``publish``, of an output, gives how
    the distribute scripts make it from what the build VM made. ``requires`` tells what must be there for it, in the order in
    which a person would make it, and ``undo`` which words of az take an output back.

    ``boot``, of an output, gives the source that starts a VM from it in the project of the validators, and its inputs; of several outputs that of
    the lowest ``boot_order``.

    ``runs_on`` tells the one operating system that a step is for, if it is for one, and ``os_words`` why, before its name.
    ``packer_defaults`` are what Packer does where a setting is left out, by the label of its block and its name.
    """

    group: Group
    type_name: str
    shape: Shape
    reads: tuple[type[_Part], ...]
    read: Callable[[Fields], _Part | None]
    lower: Callable[[_Part, Say], Lowered]
    packer: str
    fidelity: Fidelity = Fidelity.EXACT
    since: str = OLDEST
    until: str | None = None
    old_names: tuple[str, ...] = ()
    publish: Callable[[_Part, Say, Words], Lowered] | None = None
    requires: Callable[[_Part, Say], Iterable[Requirement]] = lambda _part, _say: ()
    undo: Callable[[_Part], Command] = lambda _output: ()
    boot: Callable[[_Part], tuple[Source, tuple[Input, ...]]] | None = None
    boot_order: int = 0
    runs_on: Callable[[_Part], Os | None] = lambda _part: None
    os_words: str = ""
    packer_defaults: Mapping[tuple[str, str], str] = field(default_factory=dict)


@cache
def constructs(group: Group) -> tuple[Construct[Any], ...]:
    """The constructs of a group, by type name."""
    return tuple(sorted((construct for construct in _all() if construct.group is group), key=lambda each: each.type_name))


def find(group: Group, type_name: str) -> Construct[Any] | None:
    """The construct of exactly this type name."""
    found = meant(group, type_name)
    return found if found is not None and found.type_name == type_name else None


def meant(group: Group, written: str) -> Construct[Any] | None:
    """The construct of this type name, of today or of old, in any letter case."""
    return _by_name(group).get(written.lower())


@cache
def _by_name(group: Group) -> Mapping[str, Construct[Any]]:
    return {name.lower(): each for each in constructs(group) for name in (each.type_name, *each.old_names)}


def lowering(part: _Part) -> Callable[[_Part, Say], Lowered]:
    """The function that lowers this part of the IR."""
    return _of(part).lower


def requirements_of(part: Part, say: Say) -> Iterable[Requirement]:
    """What must be there for this part of the IR."""
    construct = _by_part().get(type(part))
    return construct.requires(part, say) if construct is not None else ()


def undoing(output: Output) -> Command:
    """The words of az that take an output back; none where there is no command for it."""
    return _of(output).undo(output)


def publishing(output: _Part) -> Callable[[_Part, Say, Words], Lowered]:
    """The function that tells how an output is made after the build."""
    found = _of(output).publish
    assert found is not None
    return found


def bootable(outputs: Iterable[Output]) -> Output | None:
    """The output that the VM of the validators starts from; None where none can be booted as it is."""
    candidates = [output for output in outputs if _of(output).boot is not None]
    return min(candidates, key=lambda output: _of(output).boot_order, default=None)


def booting(output: Output) -> tuple[Source, tuple[Input, ...]]:
    """The source that starts a VM from a bootable output, and the inputs in it that the template does not declare."""
    boot = _of(output).boot
    assert boot is not None
    return boot(output)


def oses_of(steps: Iterable[Step]) -> list[OsOfStep]:
    """The steps that are for one operating system, each with it."""
    return [
        OsOfStep(step, os, construct.os_words or f"{construct.type_name} runs on")
        for step in steps
        if (os := (construct := _of(step)).runs_on(step)) is not None
    ]


@cache
def packer_defaults() -> Mapping[tuple[str, str], str]:
    """What Packer does where a setting is left out that a construct may write."""
    return {key: value for construct in _all() for key, value in construct.packer_defaults.items()}


def _of(part: _Part) -> Construct[_Part]:
    """The construct that reads parts of exactly this type: the one place where it is told from the type of a part."""
    return cast("Construct[_Part]", _by_part()[type(part)])


@cache
def _by_part() -> Mapping[type[Part], Construct[Any]]:
    return {kind: construct for construct in reversed(_all()) for kind in construct.reads}


@cache
def _all() -> tuple[Construct[Any], ...]:
    found: list[Construct[Any]] = []
    for group in ("sources", "steps", "outputs"):
        package = import_module(f"aib2packer.constructs.{group}")
        for module in sorted(iter_modules(package.__path__), key=lambda each: each.name):
            loaded = import_module(f"{package.__name__}.{module.name}")
            found.extend(getattr(loaded, "CONSTRUCTS", ()))
    return tuple(found)


def type_key(*names: str) -> Key:
    """The ``type`` key that every member of a group has."""
    return exact("type", one_of(*names), "block type", required=True)


def exact_version_key() -> Key:
    """The version that the service found for ``latest``; it writes it into the sources that can be so."""
    return dropped(
        "exactVersion",
        text(),
        service="writes the version that it found for `latest`",
        project="does not affect the build",
        finding=NOT_ABOUT_THE_IMAGE,
    )


@cache
def codes() -> tuple[Code, ...]:
    """Every code that any module of the diagnostics declares, by id."""
    package = import_module("aib2packer.diagnostics.codes")
    found: list[Code] = []
    for module in iter_modules(package.__path__):
        loaded = import_module(f"aib2packer.diagnostics.codes.{module.name}")
        found.extend(value for value in vars(loaded).values() if isinstance(value, Code))
    return tuple(sorted(found, key=lambda code: code.id))
