"""Reads the keys of one AIB object, and remembers which were read: what nobody read becomes a finding by construction."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct, field

from aib2packer.arm.containers import Containers
from aib2packer.arm.resolve import Resolver
from aib2packer.arm.unresolved import Need, Unresolved, report
from aib2packer.diagnostics.codes import shape as codes
from aib2packer.diagnostics.codes.template import LIVE_WHERE_KNOWN_NEEDED
from aib2packer.diagnostics.model import Code, Fidelity, Findings, Severity
from aib2packer.diagnostics.place import Place
from aib2packer.ir.outputs import ImageDefinition
from aib2packer.ir.parts import Tags
from aib2packer.ir.paths import above
from aib2packer.ir.values import Conditional, Entry, ListOf, Literal, ObjectOf, Repeated, Role, Value, holds_nothing
from aib2packer.schema.api_versions import is_strict
from aib2packer.schema.keys import Key, Shape


class Reading(Struct):
    """What the reading of one template shares: where findings go, how strict the service is, the objects read so far.

    ``location`` is the template's, ``definitions`` are the image definitions that the same file makes.
    """

    findings: Findings
    version: str
    resolver: Resolver
    location: Value | None = None
    definitions: tuple[ImageDefinition, ...] = ()
    objects: list[Fields] = field(default_factory=list)
    _by_path: dict[str, list[Fields]] = field(default_factory=dict)

    @property
    def strict(self) -> bool:
        """Whether the service refuses unknown keys and other letter case with the template's API version."""
        return is_strict(self.version)

    def resolve(self, value: Value, path: str, *, decides_step: bool = False) -> Value:
        """The value, known; itself, after a finding, where it cannot be told. A step that cannot be told is an error."""
        return self._or_finding(value, self.resolver.resolve(value, path), path, is_error=decides_step)

    def as_object(self, value: Value, path: str, *, decides_step: bool = False) -> Value:
        """The value as an object, list or null; itself, after a finding, where it cannot be told, as in ``resolve``."""
        return self._or_finding(value, Containers(self.resolver, path).as_object(value), path, is_error=decides_step)

    def as_list(self, value: Value, path: str, *, decides_step: bool = False) -> Value:
        """The value as a list of known length; itself, after a finding, where it cannot be told.

        It is an error where it ``decides_step``, unless the list is made of parameters, which may be passed.
        """
        found = Containers(self.resolver, path).as_list(value)
        is_passed = (
            isinstance(found, Unresolved) and bool(found.inputs) and all(each.role is Role.PARAMETER for each in found.inputs)
        )
        return self._or_finding(value, found, path, is_error=decides_step and not is_passed, is_loop=isinstance(value, Repeated))

    def _or_finding(self, value: Value, found: Value | Unresolved, path: str, *, is_error: bool, is_loop: bool = False) -> Value:
        if isinstance(found, Unresolved):
            severity = Severity.ERROR if is_error else None
            effect = "A build without it would not be this image." if is_error else "The setting is omitted."
            need = Need(
                code=LIVE_WHERE_KNOWN_NEEDED, place=value.place, path=path, severity=severity, effect=effect, says_kinds=is_loop
            )
            report(found, need, self.findings)
            return value
        return found

    def uses(self) -> Iterator[Use]:
        """Every key of the template that is declared and present, object by object."""
        return (use for fields in self.objects for use in fields.uses())

    def place_of(self, path: str) -> Place | None:
        """Where a path of the template stands, or what is nearest above it; to be asked when everything is read."""
        if not self._by_path:
            for each in self.objects:
                self._by_path.setdefault(each.path, []).append(each)
        while True:
            outer, _, name = path.rpartition(".")
            of_keys = (each.place_of_key(name) for each in self._by_path.get(outer, ()))
            of_objects = (each.place for each in self._by_path.get(path, ()))
            place = next((place for place in (*of_keys, *of_objects) if place is not None), None)
            if place is not None or not path:
                return place
            path = above(path)

    def report_unread(self) -> None:
        """A finding for each key that no construct took, and for each key whose declaration asks for one."""
        for fields in self.objects:
            fields.report()


class Use(Struct, frozen=True, kw_only=True, gc=False):
    """A declared key that is present: its declaration, its path and that of its object, its value and where it stands."""

    key: Key
    path: str
    parent: str
    value: Value
    place: Place | None

    @property
    def is_container(self) -> bool:
        """Whether the key only holds objects with keys of their own."""
        return self.key.holds.shape is not None or self.key.holds.group is not None

    @property
    def says_the_default(self) -> bool:
        """Whether the value asks for what holds anyway, so that nothing differs."""
        return self.key.default is not None and self.value == Literal(self.key.default)

    @property
    def fidelity(self) -> Fidelity:
        """How near the project comes to what the value asks for."""
        return Fidelity.EXACT if self.says_the_default else self.key.fidelity


class Fields:
    """The keys of one object of the template, under its path (``properties.vmProfile``)."""

    __slots__ = ("_entries", "_shape", "_taken", "path", "reading", "value")

    def __init__(self, value: ObjectOf, shape: Shape, path: str, reading: Reading) -> None:
        self.value = value
        self.path = path
        self.reading = reading
        self._shape = shape
        self._entries = {entry.name: entry for entry in value.entries if entry.name is not None}
        self._taken: set[str] = set()
        reading.objects.append(self)

    @property
    def place(self) -> Place | None:
        """Where the object stands."""
        return self.value.place

    def take(self, name: str) -> Value | None:
        """The value of a key, whatever it is; None where the key is absent or null."""
        if self._shape.key(name) is None:
            raise KeyError(f"{name} is not declared for {self._shape.name}")
        self._taken.add(name)
        entry = self._entries.get(name)
        if entry is None or (isinstance(entry.value, Literal) and entry.value.value is None):
            return None
        return entry.value

    def text(self, name: str) -> Value | None:
        """A text that is not empty, or a live value; an empty text means that nothing was said.

        Source: https://learn.microsoft.com/azure/templates/microsoft.virtualmachineimages/imagetemplates
        """
        value = self.take(name)
        return None if value == Literal("") else value

    def address(self, name: str) -> Value | None:
        """A text that is taken apart, an id or an address: as ``text``, but a named value is the text that it stands for."""
        value = self.text(name)
        return self.reading.resolver.expand(value) if value is not None else None

    def known_text(self, name: str) -> str | None:
        """A text that must be known now."""
        value = self.text(name)
        resolved = self.reading.resolve(value, self.path_of(name)) if value is not None else None
        return resolved.value if isinstance(resolved, Literal) and isinstance(resolved.value, str) else None

    def known_flag(self, name: str) -> bool:
        """A truth value that must be known now; false where nothing is said."""
        value = self.take(name)
        return value is not None and self.reading.resolve(value, self.path_of(name)) == Literal(True)

    def list_of_texts(self, name: str) -> tuple[Value, ...] | Value | None:
        """A list: its items, or the live value that gives one."""
        value = self.take(name)
        return value.items if isinstance(value, ListOf) else value

    def pairs(self, name: str) -> Tags:
        """An object of texts: its pairs, or the live value that gives one; no pairs where the key is absent."""
        value = self.take(name)
        if isinstance(value, ObjectOf):
            return tuple((entry.key, entry.value) for entry in value.entries)
        return () if value is None else value

    def fields(self, name: str) -> Fields | None:
        """A nested object with keys of its own."""
        value = self.take(name)
        key = self._shape.key(name)
        if key is None or key.holds.shape is None or not isinstance(value, ObjectOf):
            return None
        return Fields(value, key.holds.shape, self.path_of(name), self.reading)

    def each(self, name: str) -> list[tuple[ObjectOf, str]]:
        """The objects of a list, each with its path; those whose condition is known to be false are not among them."""
        return [(value, path) for value, path, condition in self.each_if(name) if self._holds(condition, path)]

    def _holds(self, condition: Value | None, path: str) -> bool:
        return condition is None or self.reading.resolve(condition, path) == Literal(True)

    def each_if(self, name: str) -> list[tuple[ObjectOf, str, Value | None]]:
        """The objects of a list, each with its path and the condition on which it is there, if any."""
        value = self.take(name)
        found: list[tuple[ObjectOf, str, Value | None]] = []
        for number, item in enumerate(value.items if isinstance(value, ListOf) else ()):
            inner = item.value if isinstance(item, Conditional) else item
            if isinstance(inner, ObjectOf):
                condition = item.condition if isinstance(item, Conditional) else None
                found.append((inner, f"{self.path_of(name)}[{number}]", condition))
        return found

    def path_of(self, name: str) -> str:
        """The path of one of the keys."""
        return f"{self.path}.{name}" if self.path else name

    def place_of(self, name: str) -> Place | None:
        """Where the value of a key stands; the object's own place where the key is absent."""
        entry = self._entries.get(name)
        return (entry.value.place or entry.key.place or self.place) if entry else self.place

    def place_of_key(self, name: str) -> Place | None:
        """Where a key stands that is declared and present."""
        return self._entries[name].key.place if name in self._entries and self._shape.key(name) is not None else None

    def report_at(self, name: str, code: Code, message: str, severity: Severity | None = None) -> None:
        """A finding about one of the keys, at its value."""
        self.reading.findings.add(code, message, place=self.place_of(name), path=self.path_of(name), severity=severity)

    def uses(self) -> Iterator[Use]:
        """The declared keys that are present."""
        for name, entry in self._entries.items():
            key = self._shape.key(name)
            if key is not None:
                yield Use(key=key, path=self.path_of(name), parent=self.path, value=entry.value, place=entry.key.place)

    def report(self) -> None:
        """A finding for each key that nobody took and for each whose declaration asks for one."""
        for name, entry in self._entries.items():
            key = self._shape.key(name)
            if (
                key is None
                or (key.finding is None and name in self._taken)
                or entry.value == Literal(None)
                or holds_nothing(entry.value)
            ):
                continue
            if key.finding is not None:
                self._report_declared(entry, name, key.finding, f"The key {key.project}.")
            elif entry.value != Literal(""):
                message = f"`{name}` has no meaning together with the other keys here and is not converted. Remove it."
                self._report_declared(entry, name, codes.NOT_READ, message)

    def _report_declared(self, entry: Entry, name: str, code: Code, message: str) -> None:
        self.reading.findings.add(code, message, place=entry.key.place, path=self.path_of(name))
