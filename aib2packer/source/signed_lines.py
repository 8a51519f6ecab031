"""Shared access signatures in the lines of scripts: each becomes a sensitive variable, for a project is committed.

Source: https://learn.microsoft.com/azure/storage/common/storage-sas-overview
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Collection, Sequence

from msgspec import Struct, field
from msgspec.structs import replace

from aib2packer.diagnostics.codes import deployment as codes
from aib2packer.diagnostics.model import Findings
from aib2packer.diagnostics.place import Place
from aib2packer.ir.values import Input, Joined, Kind, ListOf, Literal, Local, ObjectOf, Role, Value, Variable, joined, rebuilt

_SIGNATURE = re.compile(
    r"(?<=[?&]sig=)[\w%+/.~-]{8,}|(?:(?<=[;'\"\s=]sig=)|(?<=\Asig=))[\w%+/-]{43,}(?:=|%3D)", re.IGNORECASE | re.ASCII
)
"""Outside of a query only what is as long as a signature: a script may call its own variable so."""
_ADDRESS = re.compile(r"https?://[^\s?#'\"<>]+\Z", re.IGNORECASE)


class _Cut(Struct):
    findings: Findings
    taken: set[str]
    inputs: dict[str, Input] = field(default_factory=dict)
    named: dict[str, None] = field(default_factory=dict)

    def variable(self, signature: str, before: str, place: Place | None) -> Variable:
        """The variable in the place of a signature; the same one for the same signature."""
        if signature not in self.inputs:
            names = itertools.chain(["signature"], map("signature_{}".format, itertools.count(2)))
            name = next(each for each in names if each not in self.taken)
            self.taken.add(name)
            address = _ADDRESS.search(before.rpartition("?")[0])
            description = f"Signature (sig=) of {address.group()}" if address else "Signature (sig=) in a line of a script"
            made = Input(name=name, role=Role.PLACEHOLDER, kind=Kind.TEXT, description=description, secret=True, place=place)
            self.inputs[signature] = made
            message = "A line contains a shared access signature, which is not written into the project."
            self.findings.add(codes.SECRET_LEFT_OUT, message, place=place, asks=(Role.PLACEHOLDER, name.lower()))
        self.findings.hide(place)
        return replace(self.inputs[signature].reference, place=place)


class Unsigned(Struct, frozen=True):
    """An image template resource and the values that it names, without signatures; ``inputs`` take their places."""

    value: ObjectOf
    locals: tuple[tuple[Local, Value], ...]
    inputs: tuple[Input, ...]


def without_signatures(
    value: ObjectOf, named: Sequence[tuple[Local, Value]], scripts: frozenset[str], taken: Collection[str], findings: Findings
) -> Unsigned:
    """Cuts the signatures out of scripts, and out of the ``named`` values that scripts mention.

    ``scripts`` are the names of the keys that hold scripts, in lower case; ``taken`` are names that other inputs have.
    """
    cut = _Cut(findings, {each.lower() for each in taken})
    found = _cut(value, False, scripts, cut, value.place)
    assert isinstance(found, ObjectOf)
    values = {local.name: each for local, each in named}
    done: set[str] = set()
    while waiting := [name for name in cut.named if name in values and name not in done]:
        done.add(waiting[0])
        values[waiting[0]] = _cut(values[waiting[0]], True, scripts, cut, None)
    return Unsigned(found, tuple((local, values[local.name]) for local, _ in named), tuple(cut.inputs.values()))


def _cut(value: Value, in_script: bool, scripts: frozenset[str], cut: _Cut, around: Place | None) -> Value:
    """A value without signatures; ``around`` is where the value that it is a part of stands."""
    place = value.place or around
    if isinstance(value, Literal):
        return _without(value, cut, place) if in_script and isinstance(value.value, str) else value
    if isinstance(value, ObjectOf):
        entries = [
            each.having(each.key, _cut(each.value, in_script or (each.name or "").lower() in scripts, scripts, cut, place))
            for each in value.entries
        ]
        return value.having(tuple(entries))
    if isinstance(value, ListOf):
        return value.having(tuple([_cut(each, in_script, scripts, cut, place) for each in value.items]))
    if isinstance(value, Local) and in_script:
        cut.named[value.name] = None
    changed = rebuilt(value, lambda part: _cut(part, in_script, scripts, cut, place))
    return replace(joined(*changed.parts), place=value.place) if isinstance(changed, Joined) and changed != value else changed


def _without(value: Literal, cut: _Cut, place: Place | None) -> Value:
    text = str(value.value)
    parts: list[Value | str] = []
    position = 0
    for match in _SIGNATURE.finditer(text):
        parts += [text[position : match.start()], cut.variable(match.group(), text[: match.start()], place)]
        position = match.end()
    return replace(joined(*parts, text[position:]), place=value.place) if parts else value
