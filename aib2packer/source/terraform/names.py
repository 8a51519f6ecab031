"""The variables and locals of one configuration."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from msgspec.structs import replace

from aib2packer.diagnostics.codes import terraform as codes
from aib2packer.diagnostics.place import Place
from aib2packer.ir.values import Call, ListOf, Literal, ObjectOf, Value
from aib2packer.source.terraform.knowledge import Shared
from aib2packer.source.terraform.nodes import Block, Node
from aib2packer.source.terraform.resources import as_template
from aib2packer.source.terraform.scope import ProblemError, object_of
from aib2packer.source.terraform.trail import Trail

HANDLE = "terraform handle"
"""The call that stands for a whole resource or module, of which only parts have values."""


class Names:
    """What they mean. ``arguments`` are what a call of a module gives; None for the outermost configuration."""

    def __init__(
        self,
        shared: Shared,
        folder: str,
        prefix: str,
        arguments: Mapping[str, Value] | None,
        blocks: Mapping[tuple[str, ...], Block],
        locals_: Mapping[str, Node],
        value: Callable[[Node], Value],
        trail: Trail,
    ) -> None:
        self._shared = shared
        self._folder = folder
        self._prefix = prefix
        self._arguments = arguments
        self._blocks = blocks
        self._locals = locals_
        self._value = value
        self._trail = trail
        self._local_values: dict[str, Value] = {}

    def variable(self, name: str, place: Place) -> Value:
        """A variable: a parameter, or the argument of a module."""
        if self._arguments is None:
            if name.lower() not in self._shared.inputs and name not in self._shared.undeclared:
                self._undeclared(name, place)
            return Call("parameters", (Literal(name, place=place),), place=place)
        if name in self._arguments:
            return self._arguments[name]
        block = self._blocks.get(("variable", name))
        default = block.get("default") if block is not None else None
        if default is None:
            message = f"The call of the module in {self._folder} gives no value for its variable {name}. Add the argument."
            raise ProblemError(codes.UNDECLARED, message, place)
        return self._value(default)

    def _undeclared(self, name: str, place: Place) -> None:
        self._shared.undeclared[name] = place
        self._shared.parameters[name] = object_of(place, type="string")
        if self._shared.is_whole:
            raise ProblemError(codes.UNDECLARED, f"No file of the folder declares the variable {name}. Declare it.", place)
        message = (
            f"The variable {name} is declared in another file. It became a string. Pass the folder, to read all of its .tf files."
        )
        self._shared.findings.add(codes.DECLARED_ELSEWHERE, message, place=place)

    def local(self, name: str, place: Place) -> Value:
        """A local, evaluated once."""
        if name not in self._local_values:
            node = self._locals.get(name)
            if node is None:
                remedy = "Declare it." if self._shared.is_whole else "Pass the folder, to read all of its .tf files."
                raise ProblemError(codes.UNDECLARED, f"The local {name} is not declared. {remedy}", place)
            with self._trail.through(f"local.{name}", place):
                self._local_values[name] = self._kept(name, self._value(node), node.place)
        return (
            replace(self._local_values[name], place=place)
            if isinstance(self._local_values[name], Call)
            else self._local_values[name]
        )

    def _kept(self, name: str, value: Value, place: Place) -> Value:
        """The local's value; a scalar, or a live one, is an ARM variable from now on."""
        is_container = isinstance(value, ListOf | ObjectOf) or (isinstance(value, Call) and value.function == HANDLE)
        if is_container or (isinstance(value, Literal) and not isinstance(value.value, str)):
            return value
        whole = f"{self._prefix}{name}"
        self._shared.variables[whole] = as_template(value)
        self._shared.definitions[whole] = value
        return Call("variables", (Literal(whole),), place=place)
