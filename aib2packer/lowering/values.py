"""Writes values of the template as HCL: known ones as they are, live ones as expressions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from aib2packer.arm.resolve import Resolver
from aib2packer.arm.unresolved import Need, Unresolved, report
from aib2packer.diagnostics.codes import customize as customize_codes
from aib2packer.diagnostics.codes import template as template_codes
from aib2packer.diagnostics.model import Findings, Severity
from aib2packer.hcl.nodes import Expression, Listing, Pairs, Token, boolean, number, raw, string
from aib2packer.hcl.printer import inline
from aib2packer.hcl.text import HclText, is_identifier, quote, survives_hcl
from aib2packer.ir.template import ImageTemplate
from aib2packer.ir.text import holds_braces
from aib2packer.ir.values import (
    Joined,
    Kind,
    ListOf,
    Literal,
    Local,
    ObjectOf,
    Value,
    Variable,
    by_name,
    is_known,
    joined,
    locals_in,
    rebuilt,
    walk,
)
from aib2packer.lowering.names import Names
from aib2packer.passes.inputs import item_kind

if TYPE_CHECKING:
    from aib2packer.hcl.expressions import NoForm


class ValueWriter(Struct, frozen=True, kw_only=True):
    """Writes the values of a template, with the names that the project has for what they mention.

    ``resolver`` makes a live value known where HCL cannot say it (and says so in a finding). ``braces``: Packer renders the
    result once as a template, so ``{{`` in it is escaped.
    """

    template: ImageTemplate
    findings: Findings
    resolver: Resolver
    names: Names

    def write(self, value: Value, path: str, *, braces: bool) -> Expression:
        """A value; a finding where HCL cannot hold it."""
        self.check_normal_form(value, path)
        return self._said(value, path, braces)

    def write_key(self, key: Value, *, braces: bool) -> HclText:
        """A key of an object."""
        if isinstance(key, Literal) and isinstance(key.value, str):
            return HclText(key.value) if is_identifier(key.value) else quote(key.value, braces=braces)
        return HclText(f"({inline(self._live(key, '', braces))})")

    def check_normal_form(self, value: Value, path: str) -> None:
        """A finding for each text that HCL would change."""
        for part in walk(value):
            if isinstance(part, Literal) and isinstance(part.value, str) and not survives_hcl(part.value):
                message = "HCL changes this string, which is not in the Unicode form NFC or contains NUL. Use composed letters."
                self.findings.add(customize_codes.NOT_NORMAL_FORM, message, place=part.place or value.place, path=path)

    def has_hcl_form(self, value: Value) -> bool:
        """Whether HCL can express the value."""
        if is_known(value):
            return True
        from aib2packer.hcl.expressions import NoForm

        return not isinstance(self.expression(value), NoForm)

    def sayable(self, value: Value, path: str) -> Value:
        """The value, if it has an HCL equivalent; else computed now, with a finding, where that is possible."""
        if self.has_hcl_form(value):
            return value
        resolved = self.resolver.resolve(value, path)
        return value if isinstance(resolved, Unresolved) else resolved

    def expression(self, value: Value, *, braces: bool = False) -> HclText | NoForm:
        """A live value as HCL, or why there is none."""
        from aib2packer.hcl.expressions import expression

        return expression(value, self.names.reference, braces=braces, item_kinds=self._item_kind)

    def _said(self, value: Value, path: str, braces: bool) -> Expression:
        match value:
            case ListOf(items):
                return Listing(tuple(self._said(item, path, braces) for item in items))
            case ObjectOf(entries):
                pairs = ((self.write_key(each.key, braces=braces), self._said(each.value, path, braces)) for each in entries)
                return Pairs(tuple(pairs))
            case _:
                return self._live(value, path, braces)

    def _live(self, value: Value, path: str, braces: bool) -> Expression:
        value = _by_name(value, self.template)
        if isinstance(value, Literal):
            return _known(value, braces)
        from aib2packer.hcl.expressions import NoForm

        found = self.expression(value, braces=braces)
        return self._without_form(value, found.reason, path, braces) if isinstance(found, NoForm) else Token(found)

    def _without_form(self, value: Value, reason: str, path: str, braces: bool) -> Expression:
        """An expression without an HCL equivalent is computed now, or refused with a finding."""
        resolved = self.resolver.resolve(value, path)
        if not isinstance(resolved, Unresolved):
            return self._said(resolved, path, braces)
        in_part = self._sayable_in_part(value, path)
        if in_part != value and self.has_hcl_form(in_part):
            return self._said(in_part, path, braces)
        before = f"HCL has no equivalent of this expression ({reason})."
        code = template_codes.LIVE_WHERE_KNOWN_NEEDED
        need = Need(code=code, place=value.place, path=path, severity=Severity.ERROR, before=before, subject="" if path else "It")
        report(resolved, need, self.findings)
        return raw("null")

    def _sayable_in_part(self, value: Value, path: str) -> Value:
        """The value with the parts computed that HCL cannot express, where their inputs have values."""
        if self.has_hcl_form(value):
            return value
        resolved = self.resolver.resolve(value, path)
        if not isinstance(resolved, Unresolved):
            return resolved
        changed = rebuilt(value, lambda part: self._sayable_in_part(part, path))
        return replace(joined(*changed.parts), place=value.place) if isinstance(changed, Joined) else changed

    def _item_kind(self, value: Variable | Local) -> Kind:
        return item_kind(value, self.template)


def _by_name(value: Value, template: ImageTemplate) -> Value:
    """The value with the template's variables in it; not where they hold braces, which only a known text can protect."""
    if isinstance(value, Literal) and value.spelled is None:
        return value
    wanted = [template.local_named(local.name) for local in locals_in(value)]
    return by_name(value) if all(each is not None and not holds_braces(each) for each in wanted) else value


def _known(value: Literal, braces: bool) -> Token:
    """A known text, number, truth value or null."""
    if value.value is None:
        return raw("null")
    if isinstance(value.value, bool):
        return boolean(value.value)
    return string(value.value, braces=braces) if isinstance(value.value, str) else number(value.value)
