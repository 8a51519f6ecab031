"""Writes values of the template as HCL, and remembers which variables and locals they mention."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from aib2packer.arm.resolve import Resolver
from aib2packer.arm.unresolved import Need, Unresolved, report
from aib2packer.diagnostics.codes import customize as customize_codes
from aib2packer.diagnostics.codes import template as template_codes
from aib2packer.diagnostics.model import Code, Findings, Severity
from aib2packer.hcl.names import Names, snake_case, take_free
from aib2packer.hcl.nodes import Expression, Listing, Pairs, Token, boolean, number, raw, string
from aib2packer.hcl.printer import inline
from aib2packer.hcl.text import HclText, is_identifier, quote, survives_hcl
from aib2packer.ir.choices import Choices
from aib2packer.ir.template import ImageTemplate, Part, Secret
from aib2packer.ir.text import holds_braces, known_text, label
from aib2packer.ir.values import (
    Input,
    Joined,
    Kind,
    ListOf,
    Literal,
    Local,
    ObjectOf,
    Role,
    Value,
    Variable,
    by_name,
    is_known,
    joined,
    locals_in,
    rebuilt,
    walk,
)
from aib2packer.lowering.lowered import Builder, LocalValue, Result
from aib2packer.lowering.sign_in import credentials
from aib2packer.lowering.targets import LiveValues
from aib2packer.lowering.variable_types import NEWER_TYPES, Reader, Reads, stands_in_local, type_of, used_part
from aib2packer.passes.inputs import definition_of, input_of, item_kind
from aib2packer.passes.outputs import Plan

RESERVED_FILES = frozenset({"fetch.sh", "fetch.ps1", "generalize.ps1", "deprovisioningscript.sh", "deprovisioningscript.ps1"})
"""Files of the project's own in `scripts`, in small letters."""


@dataclass(slots=True)
class Mentioned:
    """What the project has by now because a value mentioned it: variables, locals, files of downloads, needs of Packer's version.

    ``needs`` are versions of Packer by the name of what needs them (``rfc3339_parse``); ``file_of`` names the file of a URL and
    its checksum.
    """

    inputs: dict[str, Input] = field(default_factory=dict)
    reads: dict[tuple[Role, str], Reads] = field(default_factory=dict)
    locals: list[LocalValue] = field(default_factory=list)
    needs: dict[str, tuple[int, int]] = field(default_factory=dict)
    file_of: dict[tuple[Secret, Value | None], str] = field(default_factory=dict)
    named: dict[tuple[Role, str], str] = field(default_factory=dict)
    local_named: dict[str, str] = field(default_factory=dict)
    from_variables: list[str] = field(default_factory=list)
    variable_names: Names = field(default_factory=Names)
    local_names: Names = field(default_factory=Names)
    source_names: Names = field(default_factory=lambda: Names({"image"}))
    file_names: set[str] = field(default_factory=lambda: set(RESERVED_FILES))


@dataclass(frozen=True, slots=True, kw_only=True)
class Say:
    """What lowering is given: the template, the choices of the person who converts, and how values are written.

    ``resolver`` makes a live value known where HCL cannot say it (and says so in a finding). ``plan`` says which outputs are made
    how, and ``made`` what the build VM has made, by the paths of the outputs. A project of validators has ``keeps_nothing``, and
    ``first`` is what the image's project is written by.
    """

    template: ImageTemplate
    findings: Findings
    resolver: Resolver
    builder: Builder = Builder.AZURE
    choices: Choices = field(default_factory=Choices)
    plan: Plan = field(default_factory=Plan)
    made: Mapping[str, Result] = field(default_factory=dict)
    keeps_nothing: bool = False
    first: Say | None = None
    script_values: LiveValues = field(default_factory=LiveValues)
    mentioned: Mentioned = field(default_factory=Mentioned)

    def __post_init__(self) -> None:
        for name in credentials(self.choices.auth, self.choices.pipeline):
            if (Role.AZURE, name) not in self.mentioned.named:
                self.mentioned.named[(Role.AZURE, name)] = f"var.{self.mentioned.variable_names.take(name)}"

    # --- values -------------------------------------------------------------------------------------------------

    def rendered(self, value: Value, path: str) -> Expression:
        """A value for a setting that Packer renders once as a template: ``{{`` in it is escaped."""
        return self._expression(value, path, braces=True)

    def plain(self, value: Value, path: str) -> Expression:
        """A value for a place that Packer does not render: a variable, a local, the name of a step."""
        return self._expression(value, path, braces=False)

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
            self.findings.add(customize_codes.BRACES, message, place=value.place, path=path)
        return self._expression(value, path, braces=False)

    def _expression(self, value: Value, path: str, *, braces: bool) -> Expression:
        self._check_normal_form(value, path)
        return self._said(value, path, braces)

    def _said(self, value: Value, path: str, braces: bool) -> Expression:
        match value:
            case ListOf(items):
                return Listing(tuple(self._said(item, path, braces) for item in items))
            case ObjectOf(entries):
                return Pairs(tuple((self._key(entry.key, braces), self._said(entry.value, path, braces)) for entry in entries))
            case _:
                return self._live(value, path, braces)

    def has_hcl_form(self, value: Value) -> bool:
        """Whether HCL can express the value."""
        from aib2packer.hcl.expressions import NoForm, expression

        return is_known(value) or not isinstance(expression(value, _any_name, item_kinds=self._item_kind), NoForm)

    def sayable(self, value: Value, path: str) -> Value:
        """The value, if it has an HCL equivalent; else computed now, with a finding, where that is possible."""
        if self.has_hcl_form(value):
            return value
        resolved = self.resolver.resolve(value, path)
        return value if isinstance(resolved, Unresolved) else resolved

    def _live(self, value: Value, path: str, braces: bool) -> Expression:
        value = self._by_name(value)
        if isinstance(value, Literal):
            return _known(value, braces)
        from aib2packer.hcl.expressions import NoForm, expression, packer_needs

        found = expression(value, _any_name, braces=braces, item_kinds=self._item_kind)
        if isinstance(found, NoForm):
            return self._without_form(value, found.reason, path, braces)
        text = expression(value, self.reference, braces=braces, item_kinds=self._item_kind)
        assert not isinstance(text, NoForm)
        Reader(self._reads_of).note(value)
        for name, version in packer_needs(value).items():
            self.needs_packer(*version, name)
        return Token(text)

    def _by_name(self, value: Value) -> Value:
        """The value with the template's variables in it; not where they hold braces, which only a known text can protect."""
        wanted = {local.name for local in locals_in(value)}
        known = {local.name for local, definition in self.template.locals if not holds_braces(definition)}
        return by_name(value) if wanted <= known else value

    def _reads_of(self, value: Variable) -> Reads:
        return self.mentioned.reads.setdefault((value.role, value.name.lower()), Reads())

    def _without_form(self, value: Value, reason: str, path: str, braces: bool) -> Expression:
        """An expression without an HCL equivalent is computed now, or refused with a finding."""
        resolved = self.resolver.resolve(value, path)
        if not isinstance(resolved, Unresolved):
            return self._said(resolved, path, braces)
        in_part = self._sayable_in_part(value, path)
        if self.has_hcl_form(in_part):
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

    def key(self, key: Value, path: str) -> HclText:
        """A key of an object in a setting that Packer renders once."""
        self._check_normal_form(key, path)
        return self._key(key, True)

    def plain_key(self, key: Value) -> HclText:
        """A key of an object in a place that Packer does not render."""
        return self._key(key, False)

    def _key(self, key: Value, braces: bool) -> HclText:
        if isinstance(key, Literal) and isinstance(key.value, str):
            return HclText(key.value) if is_identifier(key.value) else quote(key.value, braces=braces)
        return HclText(f"({inline(self._live(key, '', braces))})")

    def _check_normal_form(self, value: Value, path: str) -> None:
        for part in walk(value):
            if isinstance(part, Literal) and isinstance(part.value, str) and not survives_hcl(part.value):
                message = "HCL changes this string, which is not in the Unicode form NFC or contains NUL. Use composed letters."
                self.findings.add(customize_codes.NOT_NORMAL_FORM, message, place=part.place or value.place, path=path)

    # --- names --------------------------------------------------------------------------------------------------

    def reference(self, value: Variable | Local) -> HclText:
        """How an input or a named value is written where it is used; declares it when it is met for the first time."""
        known = self.mentioned_as(value)
        if known is not None:
            return known
        if isinstance(value, Local):
            return self._define(value)
        declared = input_of(value, self.template)
        if declared is None:
            raise LookupError(f"{value.name} ({value.role}) is not declared")
        return self.declare(declared)

    def mentioned_as(self, value: Variable | Local) -> HclText | None:
        """How an input or a named value is written in the project, if the project mentions it by now."""
        if isinstance(value, Local):
            name = self.mentioned.local_named.get(value.name.lower())
            return HclText(f"local.{name}") if name is not None else None
        known = self.mentioned.named.get((value.role, value.name.lower()))
        return HclText(known) if known is not None else None

    def name_of(self, value: Variable) -> str | None:
        """The name of the variable that an input has in the project, if it has one by now."""
        return (self.mentioned_as(value) or "").rpartition(".")[2] or None

    def _define(self, value: Local) -> HclText:
        definition = definition_of(value, self.template) or Literal(None)
        legal = self.mentioned.local_named[value.name.lower()] = self.mentioned.local_names.take(value.name)
        text = self.plain(definition, f"variables.{value.name}")
        self.mentioned.locals.insert(
            len(self.mentioned.from_variables), LocalValue(name=legal, value=text)
        )  # above the locals of ours
        self.mentioned.from_variables.append(legal)
        return HclText(f"local.{legal}")

    def declare(self, wanted: Input) -> HclText:
        """Declares an input; gives the text that refers to it: ``var.location``, or a local where its default is computed."""
        key = (wanted.role, wanted.name.lower())
        if key not in self.mentioned.named:
            wish = wanted.name if wanted.role is Role.PARAMETER else snake_case(wanted.name)
            name = self.mentioned.variable_names.take(wish)
            self.mentioned.inputs[name] = wanted
            self._check_braces(wanted)
            self.mentioned.named[key] = f"var.{name}"
            if wanted.default is not None and stands_in_local(wanted):
                self.mentioned.named[key] = self._with_default(name, wanted, wanted.default)
        return HclText(self.mentioned.named[key])

    def _check_braces(self, wanted: Input) -> None:
        """``{{`` in known parts of a setting is escaped (hcl/FACTS.md 4); in the value of a variable it cannot be."""
        known = [each for each in (wanted.default, wanted.given) if each is not None]
        if not wanted.secret and any(map(holds_braces, known)):
            message = (
                f"The value of {wanted.name} contains "
                "{{, which Packer expands in most settings. Choose another value, or write the string into the template."
            )
            self.findings.add(customize_codes.BRACES_IN_VALUE, message, place=wanted.place, path=f"parameters.{wanted.name}")

    def _with_default(self, name: str, wanted: Input, default: Value) -> str:
        """A local with the default, which counts unless the variable is given (hcl/FACTS.md 8).

        Both are of the same type then, so all of it counts as read.
        """
        legal = self.mentioned.local_names.take(name)
        self._reads_of(wanted.reference).whole = True
        otherwise = inline(self.plain(default, f"parameters.{name}.defaultValue"))
        self.mentioned.locals.append(LocalValue(name=legal, value=raw(f"var.{name} != null ? var.{name} : {otherwise}")))
        return f"local.{legal}"

    def variables(self) -> dict[str, tuple[Input, str]]:
        """The inputs by the names of their variables, with only what the project reads of their values, and their types."""
        found = {}
        for name, each in self.mentioned.inputs.items():
            reads = self.mentioned.reads.get((each.role, each.name.lower()), Reads(whole=True))
            used = replace(each, default=used_part(each.default, reads), given=used_part(each.given, reads))
            found[name] = (used, type_of(used, reads))
        for newer in NEWER_TYPES:
            if any(f"{newer}(" in held for _, held in found.values()):
                self.needs_packer(1, 16, newer)
        return found

    def local(self, name: str, value: Expression, remark: str = "") -> HclText:
        """Defines a local of ours, which no value of the template means; gives the text that refers to it."""
        is_free = all(local.name.lower() != name for local, _ in self.template.locals)
        legal = self.mentioned.local_names.take(name if is_free else f"build_{name}")
        self.mentioned.locals.append(LocalValue(name=legal, value=value, remark=remark))
        return HclText(f"local.{legal}")

    # --- files, needs and findings ------------------------------------------------------------------------------

    def free_file_name(self, wish: str) -> str:
        """A file name in ``scripts`` that no other file has; it is taken then."""
        stem, dot, extension = wish.rpartition(".")
        base, suffix = (stem, dot + extension) if dot else (wish, "")
        return take_free(wish, self.mentioned.file_names, lambda number: f"{base}-{number}{suffix}")

    def needs_packer(self, major: int, minor: int, name: str) -> None:
        """Says that the project uses something by this name (``rfc3339_parse``) that Packer has since a version."""
        self.mentioned.needs[name] = (major, minor)

    def shown(self, value: Value) -> str:
        """The text of a value as it is now, for a heading or a message; what is unknown is shown by its name."""
        return known_text(self.resolver.preview(value)) or label(value)

    def find_in(self, code: Code, message: str, part: Part) -> None:
        """A finding about a whole part of the template."""
        self.findings.add(code, message, place=part.place, path=part.path)


def _known(value: Literal, braces: bool) -> Token:
    """A known text, number, truth value or null."""
    if value.value is None:
        return raw("null")
    if isinstance(value.value, bool):
        return boolean(value.value)
    return string(value.value, braces=braces) if isinstance(value.value, str) else number(value.value)


def _any_name(_: Variable | Local) -> HclText:
    return HclText("var.any")
