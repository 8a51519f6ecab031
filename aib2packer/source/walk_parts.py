"""What goes down and up when a deployment template is gone through: levels, and the image templates that were found."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct, field

from aib2packer.arm.evaluator import Evaluator
from aib2packer.diagnostics.model import Findings
from aib2packer.diagnostics.place import Place
from aib2packer.ir.outputs import ImageDefinition
from aib2packer.ir.values import (
    Input,
    Local,
    ObjectOf,
    Value,
)


class Deployed(Struct, frozen=True, kw_only=True):
    """An image template of a deployment: its evaluated resource, what it needs, its named values, and the file's image definitions.

    ``said`` are the findings about it alone. ``is_lost`` if it cannot be told how often it is deployed; ``value`` is then as it
    stands in the file. ``parent`` is the name of the deployment that it is in (empty: the file itself). ``asked`` are the names of
    the inputs in what only Azure knows, and in the image definitions.
    """

    value: ObjectOf
    said: Findings
    is_lost: bool
    parent: str
    inputs: tuple[Input, ...]
    locals: tuple[tuple[Local, Value], ...]
    definitions: tuple[ImageDefinition, ...]
    asked: tuple[str, ...] = ()


class Area(Struct, frozen=True):
    """A resource of the file, and the findings about all that is in it."""

    place: Place | None
    said: Findings = field(default_factory=Findings)

    def contains(self, place: Place | None) -> bool:
        return place is None or (self.place is not None and self.place.contains(place))


class Nesting(Struct, frozen=True):
    """A template on the way down: its evaluator, how deep it is nested, and the deployments that it is in."""

    evaluator: Evaluator
    depth: int
    loops: Mapping[str, Value] = field(default_factory=dict)
    areas: tuple[Area, ...] = ()
    parent: str = ""


class Image(Struct, frozen=True):
    """An image template on the way up: its resource, and the areas that it is in, its own at the end."""

    value: ObjectOf
    areas: tuple[Area, ...]
    parent: str
    is_lost: bool = False

    def said(self) -> Findings:
        """The findings about it, and about the deployments that it is in."""
        all_ = Findings()
        for area in self.areas:
            all_.take(area.said)
        return all_
