"""A Bicep file as places ask for it: its text, and its declarations by name and kind."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from aib2packer.diagnostics.place import Place, SourceText
from aib2packer.source.bicep.outline import Declaration, Node, Stretch, outline

_DEPLOYMENTS = "microsoft.resources/deployments"
_LOADED = re.compile(r"\bload\w+\([^()]*\)")
_LOADED_VARIABLE = re.compile(r"\$fxv#(\d+)")


class BicepFile:
    """One file, by its path from the folder of the main one."""

    def __init__(self, path: str, source: SourceText) -> None:
        self._folder = posixpath.dirname(path)
        self._source = source
        self._all = outline(source.text)
        self._named = {(each.keyword, each.name): each for each in self._all}
        self.start = Place(source, 0, 0)

    def named(self, keyword: str, name: str) -> Declaration | None:
        """A declaration."""
        return self._named.get((keyword, name))

    def symbol(self, name: str) -> Declaration | None:
        """The resource or module of a symbolic name; that of an inner resource ends with its own."""
        inner = name.rpartition("::")[2]
        return self.named("resource", inner) or self.named("module", inner)

    def using(self) -> Declaration | None:
        """Which template a parameter file is for."""
        return next((each for each in self._all if each.keyword == "using"), None)

    def of_type(self, kind: str) -> Iterator[Declaration]:
        """The resources of a type, in their order; modules become deployments behind these."""
        for each in self._all:
            if each.keyword == "resource" and not each.is_existing and each.label.partition("@")[0].lower() == kind:
                yield each
        if kind == _DEPLOYMENTS:
            yield from (each for each in self._all if each.keyword == "module")

    def loaded(self, variable: str) -> Place:
        """Where the file is loaded that the compiler put into a variable of its own; the calls have numbers in their order."""
        calls = {call.group(): call.span() for call in reversed(list(_LOADED.finditer(self._source.text)))}
        spans = sorted(calls.values())
        match = _LOADED_VARIABLE.fullmatch(variable)
        number = int(match.group(1)) if match else len(spans)
        return Place(self._source, *spans[number]) if number < len(spans) else self.start

    def path_of(self, module: Declaration) -> str:
        """The path of a module, from the folder of the main file."""
        return posixpath.normpath(posixpath.join(self._folder, module.label))

    def place(self, found: Declaration | Node | Stretch) -> Place:
        """Where a declaration, an expression or a key stands."""
        return Place(self._source, found.start, found.end)
