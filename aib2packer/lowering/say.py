"""What the lowering of a part is given: the template, the choices of the person who converts, and how values are written."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import field

from aib2packer.diagnostics.codes import customize as codes
from aib2packer.diagnostics.model import Code
from aib2packer.hcl.nodes import Expression, Listing
from aib2packer.hcl.text import HclText
from aib2packer.ir.choices import Choices
from aib2packer.ir.parts import Part
from aib2packer.ir.text import holds_braces, known_text, label
from aib2packer.ir.values import Input, Local, Value, Variable
from aib2packer.lowering.lowered import Builder, Result
from aib2packer.lowering.values import ValueWriter
from aib2packer.passes.outputs import Plan


class Say(ValueWriter, frozen=True, kw_only=True):
    """The ways to write a value, by what Packer does with the setting that takes it.

    ``plan`` says which outputs are made how, and ``made`` what the build VM has made, by the paths of the outputs. A project of
    validators has ``keeps_nothing``.
    """

    builder: Builder = Builder.AZURE
    choices: Choices = field(default_factory=Choices)
    plan: Plan = field(default_factory=Plan)
    made: Mapping[str, Result] = field(default_factory=dict)
    keeps_nothing: bool = False

    def rendered(self, value: Value, path: str) -> Expression:
        """A value for a setting that Packer renders once as a template: ``{{`` in it is escaped."""
        return self.write(value, path, braces=True)

    def plain(self, value: Value, path: str) -> Expression:
        """A value for a place that Packer does not render: a variable, a local, the name of a step."""
        return self.write(value, path, braces=False)

    def optional(self, value: Value | None, path: str) -> Expression | None:
        """As ``rendered``; None for None."""
        return None if value is None else self.rendered(value, path)

    def listing(self, values: tuple[Value, ...] | Value, path: str) -> Expression:
        """A list of values, or the live value that gives one."""
        if isinstance(values, tuple):
            return Listing(tuple(self.rendered(value, path) for value in values))
        return self.rendered(values, path)

    def never_braces(self, value: Value, path: str) -> Expression:
        """A value for a setting that Packer renders in a loop: ``{{`` cannot be written there at all (hcl/FACTS.md 4)."""
        if holds_braces(value):
            message = "Packer cannot use a string with {{ in this setting. Choose another string."
            self.findings.add(codes.BRACES, message, place=value.place, path=path)
        return self.write(value, path, braces=False)

    def key(self, key: Value, path: str) -> HclText:
        """A key of an object in a setting that Packer renders once."""
        self.check_normal_form(key, path)
        return self.write_key(key, braces=True)

    def plain_key(self, key: Value) -> HclText:
        """A key of an object in a place that Packer does not render."""
        return self.write_key(key, braces=False)

    def reference(self, wanted: Input | Variable | Local) -> HclText:
        """How an input or a named value is written where it is used."""
        return self.names.reference(wanted.reference if isinstance(wanted, Input) else wanted)

    def shown(self, value: Value) -> str:
        """The text of a value as it is now, for a heading or a message; what is unknown is shown by its name."""
        return known_text(self.resolver.preview(value)) or label(value)

    def find_in(self, code: Code, message: str, part: Part) -> None:
        """A finding about a whole part of the template."""
        self.findings.add(code, message, place=part.place, path=part.path)
