"""What is known of values while a configuration is read: given and default values, and what is asked for instead."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count as count_from

from msgspec import Struct, field
from msgspec.structs import replace

from aib2packer.arm.evaluator import Evaluator as ArmEvaluator
from aib2packer.arm.kinds import kind_of
from aib2packer.arm.scope import Scope
from aib2packer.diagnostics.codes import deployment as deployment_codes
from aib2packer.diagnostics.codes import terraform as codes
from aib2packer.diagnostics.model import Findings
from aib2packer.diagnostics.place import Place
from aib2packer.ir.secret_names import is_called_secret
from aib2packer.ir.values import Call, Input, Kind, ListOf, Literal, ObjectOf, Role, Value, is_known, walk
from aib2packer.source.terraform.files import Files
from aib2packer.source.terraform.scope import ProblemError, as_secret, entry, object_of, text_in
from aib2packer.source.terraform.world import Asked

_KIND_NAMES = {
    Kind.TEXT: "string",
    Kind.NUMBER: "int",
    Kind.FLAG: "bool",
    Kind.LIST: "array",
    Kind.OBJECT: "object",
    Kind.ANY: "string",
}


class Shared(Struct):
    """What all modules of a configuration put together: inputs, named values, findings. ``parameters`` are declarations as ARM has them."""

    findings: Findings
    files: Files
    inputs: dict[str, Input] = field(default_factory=dict)
    parameters: dict[str, ObjectOf] = field(default_factory=dict)
    variables: dict[str, Value] = field(default_factory=dict)
    definitions: dict[str, Value] = field(default_factory=dict)
    is_quiet: bool = False
    decided: dict[str, None] = field(default_factory=dict)
    asked: dict[Asked, str] = field(default_factory=dict)
    told: set[Asked] = field(default_factory=set)
    undeclared: dict[str, Place] = field(default_factory=dict)
    is_whole: bool = True

    @contextmanager
    def quiet_if(self, is_quiet: bool) -> Iterator[None]:
        """While it lasts, inputs and decisions are no findings, for the project may not need them."""
        before = self.is_quiet
        self.is_quiet = before or is_quiet
        try:
            yield
        finally:
            self.is_quiet = before

    def keep_secret(self, body: Value | None) -> None:
        """The variables of a body that Terraform keeps out of its state are secrets."""
        for part in walk(body) if body is not None else ():
            if isinstance(part, Call) and part.function == "parameters" and isinstance(part.arguments[0], Literal):
                name = str(part.arguments[0].value)
                declared = self.parameters[name]
                entries = (
                    entry("type", as_secret(text_in(each.value) or ""), each.key.place) if each.name == "type" else each
                    for each in declared.entries
                )
                self.parameters[name] = replace(declared, entries=tuple(entries))


class Knowledge:
    """Answers from what all modules share."""

    def __init__(self, shared: Shared) -> None:
        self._shared = shared

    def definition(self, value: Value) -> Value:
        """What a local stands for; any other value itself."""
        if isinstance(value, Call) and value.function == "variables" and (name := text_in(value.arguments[0])) is not None:
            return self.definition(self._shared.definitions.get(name, Literal(None)))
        return value

    def kind(self, value: Value) -> Kind:
        """What a live value is when it becomes known."""
        value = self.definition(value)
        if isinstance(value, Call) and value.function == "parameters":
            found = self._shared.inputs.get((text_in(value.arguments[0]) or "").lower())
            return found.kind if found is not None else Kind.ANY
        return kind_of(value)

    def known(self, value: Value) -> Value | None:
        """The value with the given or default values of variables; None where that does not suffice."""
        if is_known(value):
            return value
        values: dict[str, Value] = {}
        for name in self.used(value):
            found = self._shared.inputs.get(name.lower())
            default = None if found is None or found.secret else found.given or found.default
            if default is None or not is_known(default):
                return None
            values[name] = default
        scope = Scope(parameters=values, variables=self._shared.variables, named_variables=False)
        result = ArmEvaluator(scope, Findings()).simplify(value)
        return result if is_known(result) else None

    def used(self, value: Value) -> list[str]:
        """The variables that decide a value."""
        names = dict.fromkeys(parameters_in(value))
        for part in walk(value):
            if isinstance(part, Call) and part.function == "variables":
                defined = self.definition(part)
                names |= dict.fromkeys(self.used(defined)) if defined is not part else {}
        return list(names)

    def fixed(self, value: Value, what: str, place: Place | None) -> Value | None:
        """As ``known``, with a finding where variables decided."""
        known = self.known(value)
        names = self.used(value)
        if known is not None and names and not self._shared.is_quiet:
            self._shared.decided |= dict.fromkeys(names)
            message = f"{what} was computed with the {'value' if len(names) == 1 else 'values'} of {', '.join(names)}. To change it, convert again with -p FILE.tfvars or --set."
            self._shared.findings.add(deployment_codes.FIXED_AT_CONVERSION, message, place=place)
        return known

    def unknown(self, value: Value, what: str, place: Place | None) -> ProblemError:
        """The problem of a value that has to be known."""
        names = ", ".join(self.used(value))
        if not names:
            return ProblemError(codes.NOT_KNOWN, f"{what} is unknown before Terraform runs. Write its value.", place)
        message = f"{what} depends on {names}. Give a value with --set, in terraform.tfvars, or as a default."
        return ProblemError(codes.NOT_KNOWN, message, place)

    def decided(self, value: Value, what: str, place: Place) -> bool:
        """A truth value that decides about the structure; given and default values of variables count."""
        known = self.fixed(value, what, place)
        if known is None:
            raise self.unknown(value, what, place)
        return known in (Literal(True), Literal("true"))

    def structure(self, value: Value, what: str) -> Value:
        """A list or an object whose length is known; given and default values of variables count."""
        if isinstance(value, ListOf | ObjectOf):
            return value
        resolved = self.definition(value)
        if isinstance(resolved, ListOf | ObjectOf):
            return resolved
        known = self.fixed(value, what, value.place)
        if known is None:
            raise self.unknown(value, what, value.place)
        return known

    def ask(self, asked: Asked, place: Place) -> Value:
        """An input for a value that only Terraform knows."""
        shared = self._shared
        name = shared.asked.get(asked) or self._declared(asked, place)
        shared.asked[asked] = name
        if not shared.is_quiet and asked not in shared.told:
            shared.told.add(asked)
            message = f"Only Terraform can tell {asked.shown}."
            shared.findings.add(codes.ASKED, message, place=place, asks=(Role.PARAMETER, name.lower()))
        return Call("parameters", (Literal(name),), place=place)

    def _declared(self, asked: Asked, place: Place) -> str:
        """The free name under which the input is declared."""
        parameters = self._shared.parameters
        taken = {each.lower() for each in parameters}
        names = (asked.name if number == 1 else f"{asked.name}_{number}" for number in count_from(1))
        name = next(each for each in names if each.lower() not in taken)
        is_secret = asked.is_secret or is_called_secret(name)
        kind = "securestring" if is_secret and asked.kind is Kind.TEXT else _KIND_NAMES[asked.kind]
        metadata = object_of(place, description=f"Value of {asked.shown} in Terraform: {asked.how}")
        parameters[name] = object_of(place, type=kind, metadata=metadata)
        return name


def parameters_in(value: Value) -> Iterator[str]:
    """The names of the parameters in a value."""
    for part in walk(value):
        if isinstance(part, Call) and part.function == "parameters" and (name := text_in(part.arguments[0])) is not None:
            yield name
