"""Shared access signatures in the lines of scripts: each becomes a sensitive variable, for a project is committed.

Source: https://learn.microsoft.com/azure/storage/common/storage-sas-overview
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Collection
from dataclasses import dataclass, field, replace

from aib2packer.diagnostics.codes import deployment as codes
from aib2packer.diagnostics.model import Findings
from aib2packer.ir.values import Entry, Input, Joined, Kind, Literal, ObjectOf, Role, Value, Variable, joined, rebuilt

_SIGNATURE = re.compile(r"(?<=[?&]sig=)[\w%+/.~-]{8,}", re.IGNORECASE)
_ADDRESS = re.compile(r"https?://[^\s?#'\"<>]+\Z", re.IGNORECASE)


@dataclass(slots=True)
class _Cut:
    findings: Findings
    taken: set[str]
    inputs: dict[str, Input] = field(default_factory=dict)

    def variable(self, signature: str, before: str, value: Value) -> Variable:
        """The variable in the place of a signature; the same one for the same signature."""
        if signature not in self.inputs:
            names = itertools.chain(["signature"], map("signature_{}".format, itertools.count(2)))
            name = next(each for each in names if each not in self.taken)
            self.taken.add(name)
            address = _ADDRESS.search(before.rpartition("?")[0])
            description = f"Signature (sig=) of {address.group()}" if address else "Signature (sig=) in a line of a script"
            made = Input(
                name=name, role=Role.PLACEHOLDER, kind=Kind.TEXT, description=description, secret=True, place=value.place
            )
            self.inputs[signature] = made
            message = (
                f"A line contains a shared access signature. The project has the sensitive variable {name} in its place. Set "
                f"PKR_VAR_{name} for the build."
            )
            self.findings.add(codes.SECRET_LEFT_OUT, message, place=value.place)
        self.findings.hide(value.place)
        return replace(self.inputs[signature].reference, place=value.place)


def without_signatures(
    value: ObjectOf, scripts: frozenset[str], taken: Collection[str], findings: Findings
) -> tuple[ObjectOf, tuple[Input, ...]]:
    """An image template resource without signatures in its scripts, and the inputs that take their places.

    ``scripts`` are the names of the keys that hold scripts, in lower case; ``taken`` are names that other inputs have.
    """
    cut = _Cut(findings, {each.lower() for each in taken})
    found = _cut(value, False, scripts, cut)
    assert isinstance(found, ObjectOf)
    return found, tuple(cut.inputs.values())


def _cut(value: Value, in_script: bool, scripts: frozenset[str], cut: _Cut) -> Value:
    if isinstance(value, ObjectOf):
        entries = (
            Entry(each.key, _cut(each.value, in_script or (each.name or "").lower() in scripts, scripts, cut))
            for each in value.entries
        )
        return replace(value, entries=tuple(entries))
    if isinstance(value, Literal):
        return _without(value, cut) if in_script and isinstance(value.value, str) else value
    changed = rebuilt(value, lambda part: _cut(part, in_script, scripts, cut))
    return replace(joined(*changed.parts), place=value.place) if isinstance(changed, Joined) and changed != value else changed


def _without(value: Literal, cut: _Cut) -> Value:
    text = str(value.value)
    parts: list[Value | str] = []
    position = 0
    for match in _SIGNATURE.finditer(text):
        parts += [text[position : match.start()], cut.variable(match.group(), text[: match.start()], value)]
        position = match.end()
    return replace(joined(*parts, text[position:]), place=value.place) if parts else value
