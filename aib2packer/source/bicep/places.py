"""The places of compiled JSON in the Bicep files that it was compiled of.

Objects and arrays keep their form when they are compiled, so each value is found by its keys. What became one expression has one
place. The values of a module have places in its own file.

Source: https://learn.microsoft.com/azure/azure-resource-manager/bicep/compare-template-syntax
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator, Mapping

from msgspec.structs import replace

from aib2packer.diagnostics.model import Findings
from aib2packer.diagnostics.place import Place, SourceText
from aib2packer.ir.values import Entry, ListOf, Literal, ObjectOf, Value, all_at
from aib2packer.source.around import Around
from aib2packer.source.bicep.file import BicepFile
from aib2packer.source.bicep.outline import Declaration, Node
from aib2packer.source.encoding import decoded
from aib2packer.source.json_text import read_json

_SECTIONS = {"parameters": "param", "variables": "var", "outputs": "output"}
_GENERATOR = "_generator"


def read_compiled(source: SourceText, around: Around, findings: Findings) -> Value | None:
    """The values of what a compiler made of a Bicep file, placed in that file and its modules, which are around it."""
    root = read_json(source, findings)
    main = source.name.removeprefix(around.folder)
    texts = {path: decoded(data, posixpath.normpath(around.folder + path), Findings()) for path, data in around.files.items()}
    files = {path: text for path, text in texts.items() if text is not None}
    if not isinstance(root, ObjectOf) or main not in files:
        return root
    placing = _Placing(main, files)
    return placing.of_template(root) if root.get("resources") is not None else placing.of_parameters(root)


class _Placing:
    """The declarations of one file, and what was compiled of them."""

    def __init__(self, path: str, files: Mapping[str, SourceText]) -> None:
        self._files = files
        self._file = BicepFile(path, files[path])
        self._values = _Values(self._file)

    def of_template(self, root: ObjectOf) -> ObjectOf:
        """A deployment template; that a compiler made it says nothing new."""
        return ObjectOf(tuple(self._section(each) for each in root.entries), place=self._file.start)

    def of_parameters(self, root: ObjectOf) -> Value:
        """What was made of a parameter file: the template that it uses, and the values."""

        def part(name: str, value: Value) -> Value:
            if name == "template":
                return self._of_module(value, self._file.using())
            return _each(value, lambda key, inner: self._declared(inner, "param") if key == "parameters" else None, start)

        start = self._file.start
        return _each(root, part, start)

    def _section(self, entry: Entry) -> Entry:
        name, start = (entry.name or "").lower(), self._file.start
        if name in _SECTIONS:
            value = self._declared(entry.value, _SECTIONS[name])
        elif name == "resources":
            value = self._resources(entry.value)
        elif name == "metadata" and isinstance(entry.value, ObjectOf):
            value = all_at(ObjectOf(tuple(each for each in entry.value.entries if each.name != _GENERATOR)), start)
        else:
            value = all_at(entry.value, start)
        return Entry(all_at(entry.key, start), value)

    def _declared(self, section: Value, keyword: str) -> Value:
        """Parameters, variables or outputs, each at its declaration."""

        def one(name: str, value: Value) -> Value:
            found = self._file.named(keyword, name)
            if found is None:
                return self._loops(value, keyword) if name == "copy" else all_at(value, self._file.loaded(name))
            place = self._file.place(found)
            if keyword == "var":
                return self._values.of(value, found.value, place)
            keys = ("defaultValue", "value") if keyword == "param" else ()
            return _each(value, lambda key, inner: self._values.of(inner, found.value, place) if key in keys else None, place)

        names = [each.name or "" for each in section.entries] if isinstance(section, ObjectOf) else []
        first = next((found for name in names if (found := self._file.named(keyword, name))), None)
        return _each(section, one, self._file.place(first) if first is not None else self._file.start)

    def _loops(self, copies: Value, keyword: str) -> Value:
        """The loops of variables, which are in one list."""

        def one(copy: Value) -> Value:
            found = self._file.named(keyword, _text(copy, "name"))
            return self._values.loop(copy, found.value if found else None, self._file.place(found) if found else start)

        start = self._file.start
        return ListOf(tuple(map(one, copies.items)), place=start) if isinstance(copies, ListOf) else all_at(copies, start)

    def _resources(self, section: Value) -> Value:
        start = self._file.start
        if isinstance(section, ObjectOf):
            return _each(section, lambda name, value: self._resource(value, self._file.symbol(name)), start)
        if not isinstance(section, ListOf):
            return all_at(section, start)
        left: dict[str, Iterator[Declaration]] = {}
        items: list[Value] = []
        for item in section.items:
            kind = _text(item, "type").lower()
            items.append(self._resource(item, next(left.setdefault(kind, self._file.of_type(kind)), None)))
        return ListOf(tuple(items), place=start)

    def _resource(self, value: Value, found: Declaration | None) -> Value:
        if found is None:
            return all_at(value, self._file.start)
        place = self._file.place(found)
        body = found.value.body if found.value is not None and found.value.body is not None else found.value
        if found.keyword == "module":
            return _each(value, lambda name, inner: self._of_call(name, inner, found, body), place)
        return self._values.of_object(_as_written(value, body), body, place)

    def _of_call(self, name: str, value: Value, found: Declaration, body: Node | None) -> Value | None:
        """One key of the deployment that a module became."""
        place = self._file.place(found)
        params = body.at("params") if body is not None else None

        def given(name: str, value: Value) -> Value:
            node = params.at(name) if params is not None else None
            return _each(value, lambda _key, inner: self._values.of(inner, node, place), place)

        def part(key: str, inner: Value) -> Value | None:
            if key == "template":
                return self._of_module(inner, found)
            return _each(inner, given, place) if key == "parameters" else None

        return _each(value, part, place) if name == "properties" else self._values.entry(name, value, body, place)

    def _of_module(self, template: Value, found: Declaration | None) -> Value:
        if found is None:
            return all_at(template, self._file.start)
        path = self._file.path_of(found)
        if path in self._files and isinstance(template, ObjectOf):
            return _Placing(path, self._files).of_template(template)
        return all_at(template, self._file.place(found))


class _Values:
    """The expressions of one file, and the values that were compiled of them."""

    def __init__(self, file: BicepFile) -> None:
        self._file = file

    def of(self, value: Value, node: Node | None, place: Place) -> Value:
        """A value at its expression; the name of a variable whose value the compiler put there leads to that."""
        if node is None:
            return all_at(value, place)
        here = self._file.place(node)
        named = self._file.named("var", node.name)
        if named is not None and isinstance(value, ObjectOf | ListOf):
            return self.of(value, named.value, here)
        if isinstance(value, ListOf) and len(value.items) == len(node.items):
            pairs = zip(value.items, node.items, strict=True)
            return ListOf(tuple(self.of(item, inner, here) for item, inner in pairs), place=here)
        return self.of_object(value, node, here)

    def of_object(self, value: Value, node: Node | None, place: Place) -> Value:
        """An object, each of its keys where it stands."""
        keys = {name: self._file.place(stretch) for name, (stretch, _) in node.entries.items()} if node is not None else {}
        return _each(value, lambda name, inner: self.entry(name, inner, node, place), place, keys)

    def entry(self, name: str, value: Value, node: Node | None, place: Place) -> Value | None:
        """The value of a key of an object; what stands in ``copy`` are loops of other keys. None: the object has no such key."""
        if node is None:
            return None
        if name == "copy" and isinstance(value, ListOf):
            return ListOf(tuple(self.loop(each, node.at(_text(each, "name")), place) for each in value.items), place=place)
        found = node.at(name)
        return self.of(value, found, place) if found is not None else None

    def loop(self, copy: Value, node: Node | None, place: Place) -> Value:
        """What is repeated, at the body of the loop."""
        here = self._file.place(node) if node is not None else place
        body = node.body if node is not None else None
        return _each(copy, lambda key, inner: self.of(inner, body, here) if key == "input" else None, here)


_NO_KEYS: Mapping[str, Place] = {}


def _each(
    value: Value, change: Callable[[str, Value], Value | None], place: Place, keys: Mapping[str, Place] = _NO_KEYS
) -> Value:
    """An object with its values changed; where ``change`` gives None, they are at the place of the object."""
    if not isinstance(value, ObjectOf):
        return all_at(value, place)
    entries: list[Entry] = []
    for entry in value.entries:
        name = entry.name or ""
        changed = change(name, entry.value) or all_at(entry.value, place)
        entries.append(Entry(all_at(entry.key, keys.get(name, changed.place or place)), changed))
    return ObjectOf(tuple(entries), place=place)


def _as_written(resource: Value, body: Node | None) -> Value:
    """A resource without the order that the compiler found by itself."""
    if body is None or body.at("dependsOn") is not None or not isinstance(resource, ObjectOf):
        return resource
    return replace(resource, entries=tuple(each for each in resource.entries if each.name != "dependsOn"))


def _text(value: Value, name: str) -> str:
    found = value.get(name) if isinstance(value, ObjectOf) else None
    return str(found.value) if isinstance(found, Literal) else ""
