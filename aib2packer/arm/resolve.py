"""Resolves live values where Packer needs a literal one, from the values that the parameters have, and notes it."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import replace

from aib2packer.arm.kinds import kind_of
from aib2packer.arm.unresolved import Reason, Unresolved, listed
from aib2packer.diagnostics.codes import deployment as codes
from aib2packer.diagnostics.model import Findings
from aib2packer.ir.signatures import signs_addresses_only
from aib2packer.ir.values import Input, Joined, Literal, Local, Role, Value, is_known

if TYPE_CHECKING:
    from aib2packer.arm.fold import Folded


class Resolver(Struct, frozen=True):
    """Resolves the values of one image template; it holds its inputs and named values.

    ``addresses`` are the names of the keys whose signatures are cut off, in lower case.
    """

    inputs: tuple[Input, ...]
    locals: tuple[tuple[Local, Value], ...]
    findings: Findings
    addresses: frozenset[str]
    _named: dict[str, Value] = field(default_factory=dict)
    _by_name: dict[tuple[Role, str], Input] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._named.update({local.name: value for local, value in self.locals})
        self._by_name.update({(each.role, each.name.lower()): each for each in self.inputs})

    def resolve(self, value: Value, path: str, *, secrets: bool = False) -> Value | Unresolved:
        """The value, known; or why it is not. With ``secrets`` for what is not going to be written down."""
        if is_known(value):
            return value
        folded = self.fold(value)
        if isinstance(folded, Unresolved):
            return folded
        hidden = [each.reference for each in folded.used if not secrets and self._is_hidden(each, folded.value)]
        if hidden:
            return Unresolved(reason=Reason.SECRET, inputs=tuple(hidden))
        if folded.used:
            those = f"value{'' if len(folded.used) == 1 else 's'} of {listed(f'`{each.name}`' for each in folded.used)}"
            message = (
                f"Computed from the current {those} and written as a constant. To change it, convert again with -p or --set."
            )
            self.findings.add(codes.FIXED_AT_CONVERSION, message, place=value.place, path=path)
        return folded.value

    def fold(self, value: Value) -> Folded | Unresolved:
        """The current value, with the inputs that it comes from; or why it is not known."""
        from aib2packer.arm.fold import fold

        return fold(value, self._by_name, locals=self._named)

    def _is_hidden(self, each: Input, value: Value) -> bool:
        """Whether a secret that was given may stand in the value; a signature at the end of an address is cut off there."""
        if not each.secret or each.given is None:
            return False
        return not each.signed or not signs_addresses_only(value, each.given, self.addresses)

    def preview(self, value: Value) -> Value | None:
        """The current value, as a default that a person can change; None if it is unknown or secret."""
        folded = self.fold(value)
        return None if isinstance(folded, Unresolved) or any(each.secret for each in folded.used) else folded.value

    def named(self, value: Value) -> Value | None:
        """What a named value stands for; None for any other value."""
        return self._named.get(value.name) if isinstance(value, Local) else None

    def define(self, wish: str, value: Value) -> Local:
        """A named value of the project for a value that several settings use; the same one for the same value."""
        taken = {name.lower() for name in self._named}
        names = itertools.chain([wish], (f"{wish}_{number}" for number in itertools.count(2)))
        known = next((name for name, each in self._named.items() if each == value), None)
        name = known or next(each for each in names if each.lower() not in taken)
        self._named[name] = value
        return Local(name, kind_of(value), place=value.place)

    def definitions(self) -> tuple[tuple[Local, Value], ...]:
        """Every named value, with what it stands for."""
        return tuple((Local(name), value) for name, value in self._named.items())

    def expand(self, value: Value) -> Value:
        """A text whose beginning is known, also where it is a named value, or begins with one; else the value itself."""
        parts = self._expanded_parts(value)
        if not isinstance(parts[0], Literal) or not isinstance(parts[0].value, str):
            return value
        return replace(parts[0], place=value.place) if len(parts) == 1 else Joined(parts, place=value.place)

    def _expanded_parts(self, value: Value) -> tuple[Value, ...]:
        named = self.named(value)
        if named is not None:
            return self._expanded_parts(named)
        if isinstance(value, Joined):
            return (*self._expanded_parts(value.parts[0]), *value.parts[1:])
        return (value,)
