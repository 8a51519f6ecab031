"""An image template as a whole: where it starts from, what it does in which VM, what it makes."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from msgspec import Struct

from aib2packer.ir.choices import Os
from aib2packer.ir.clouds import Cloud
from aib2packer.ir.outputs import Output
from aib2packer.ir.parts import Part, ResourceId, Step, Tags
from aib2packer.ir.sources import Source
from aib2packer.ir.values import Input, Local, Role, Value


class Subnet(Struct, frozen=True, kw_only=True):
    """The subnet that the build VM stands in."""

    network: ResourceId
    name: Value
    path: str


class Machine(Struct, frozen=True, kw_only=True):
    """The build VM; sizes in GB."""

    size: Value | None = None
    disk_gb: Value | None = None
    data_disks_gb: tuple[Value, ...] = ()
    identities: tuple[Value, ...] | Value = ()
    subnet: Subnet | None = None


class Checks(Part, frozen=True, kw_only=True):
    """What is checked in a VM made from the image, before it is distributed; ``source_only``: from the source instead."""

    steps: tuple[Step, ...]
    distribute_anyway: bool = False
    source_only: bool = False

    @property
    def come_first(self) -> bool:
        """Whether they must pass before the image is distributed."""
        return not (self.distribute_anyway or self.source_only)


class ErrorHandling(Struct, frozen=True, kw_only=True):
    """What happens to the build VM after an error: True keeps it."""

    keep_after_customizer: bool = False
    keep_after_validation: bool = False


class ImageTemplate(Struct, frozen=True, kw_only=True, dict=True):
    """A whole image template, as read from ``file``. ``inputs`` declares every Variable in it, ``locals`` defines every Local."""

    name: str
    file: str
    api_version: str
    os: Os
    cloud: Cloud
    location: Value
    source: Source
    machine: Machine
    steps: tuple[Step, ...]
    outputs: tuple[Output, ...]
    checks: Checks | None
    build_minutes: Value | None
    staging_group: ResourceId | None
    resource_tags: Tags
    errors: ErrorHandling
    identities: tuple[Value, ...]
    subscription: Value | None
    inputs: tuple[Input, ...]
    locals: tuple[tuple[Local, Value], ...] = ()

    def input_named(self, role: Role, name: str) -> Input | None:
        """The declaration of an input, where it has one."""
        return self._inputs.get((role, name.lower()))

    def local_named(self, name: str) -> Value | None:
        """What a named value stands for."""
        return self._locals.get(name)

    @cached_property
    def _inputs(self) -> Mapping[tuple[Role, str], Input]:
        return {(each.role, each.name.lower()): each for each in reversed(self.inputs)}

    @cached_property
    def _locals(self) -> Mapping[str, Value]:
        return {local.name: value for local, value in reversed(self.locals)}
