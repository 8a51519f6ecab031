"""What a construct declares about its keys: name, what it holds, since when, where it goes, and how faithfully.

From these declarations come the schema, the accepted old spellings, the mapping table, the report and the findings
about keys that have no counterpart. Source of names, types and versions: constructs/FACTS.md 3 and
https://learn.microsoft.com/azure/templates/microsoft.virtualmachineimages/imagetemplates
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from typing import TypedDict, Unpack

from msgspec import Struct
from msgspec.structs import replace

from aib2packer.diagnostics.model import Code, Fidelity
from aib2packer.schema.api_versions import OLDEST

Schema = Mapping[str, object]


class Group(StrEnum):
    """A list or place of the template whose members are told apart by their ``type``."""

    SOURCE = "source"
    STEP = "customize"
    VALIDATOR = "inVMValidations"
    OUTPUT = "distribute"


class Holds(Struct, frozen=True):
    """What a key holds: a JSON schema of its shape, and the nested keys or the group where it has some.

    ``is_script``: texts with a syntax of their own, in which `<word>` may be anything; ``is_address``: the address of a file.
    """

    schema: Schema
    shape: Shape | None = None
    group: Group | None = None
    many: bool = False
    is_script: bool = False
    is_address: bool = False


class Key(Struct, frozen=True, kw_only=True):
    """One key of an AIB object.

    ``packer`` is where it goes, in Packer's words (Markdown). ``service`` and ``project`` are clauses for the table of differences:
    what Image Builder does, and what the project does. A key with a ``finding`` needs no reader: where it is present, the finding
    consists of its name and ``project``. ``instead`` names the key that replaced this one. A value that equals ``default``, the
    service's own, is no difference.
    """

    name: str
    holds: Holds
    fidelity: Fidelity
    packer: str = ""
    service: str = ""
    project: str = ""
    since: str = OLDEST
    until: str | None = None
    instead: str = ""
    old_names: tuple[str, ...] = ()
    misspelt: tuple[str, ...] = ()
    required: bool = False
    default: str | bool | None = None
    finding: Code | None = None


class Shape(Struct, frozen=True, kw_only=True, eq=False):
    """A named set of keys."""

    name: str
    keys: tuple[Key, ...]

    def key(self, name: str) -> Key | None:
        """The key of exactly this name."""
        return _by_name(self).get(name)


@cache
def _by_name(shape: Shape) -> Mapping[str, Key]:
    return {key.name: key for key in shape.keys}


class Details(TypedDict, total=False):
    """What may be said of a key besides; see Key."""

    service: str
    project: str
    since: str
    until: str
    instead: str
    old_names: tuple[str, ...]
    misspelt: tuple[str, ...]
    required: bool
    default: str | bool
    finding: Code


def exact(name: str, holds: Holds, packer: str, **details: Unpack[Details]) -> Key:
    """A key that Packer has as well."""
    return Key(name=name, holds=holds, fidelity=Fidelity.EXACT, packer=packer, **details)


def equivalent(name: str, holds: Holds, packer: str, **details: Unpack[Details]) -> Key:
    """A key whose effect is the same, by other means."""
    return Key(name=name, holds=holds, fidelity=Fidelity.EQUIVALENT, packer=packer, **details)


def approximate(name: str, holds: Holds, packer: str, **details: Unpack[Details]) -> Key:
    """A key whose effect is nearly the same."""
    return Key(name=name, holds=holds, fidelity=Fidelity.APPROXIMATE, packer=packer, **details)


def manual(name: str, holds: Holds, packer: str, **details: Unpack[Details]) -> Key:
    """A key that leaves something to a person."""
    return Key(name=name, holds=holds, fidelity=Fidelity.MANUAL, packer=packer, **details)


def dropped(name: str, holds: Holds, **details: Unpack[Details]) -> Key:
    """A key without a counterpart."""
    return Key(name=name, holds=holds, fidelity=Fidelity.DROPPED, packer="none", **details)


def refused(name: str, holds: Holds, **details: Unpack[Details]) -> Key:
    """A key of what is refused."""
    return Key(name=name, holds=holds, fidelity=Fidelity.REFUSED, packer="none", **details)


def text() -> Holds:
    """A text."""
    return Holds({"type": "string"})


def text_of_form(pattern: str, words: str) -> Holds:
    """A text that fits a pattern; ``words`` say the same to a person."""
    return Holds({"type": "string", "pattern": pattern, "description": words})


def one_of(*values: str) -> Holds:
    """One of these texts."""
    return Holds({"type": "string", "enum": list(values)})


def whole(minimum: int | None = None, maximum: int | None = None) -> Holds:
    """A whole number, within bounds (inclusive)."""
    bounds = {"minimum": minimum, "maximum": maximum}
    return Holds({"type": "integer"} | {name: bound for name, bound in bounds.items() if bound is not None})


def flag() -> Holds:
    """true or false."""
    return Holds({"type": "boolean"})


def texts() -> Holds:
    """A list of texts."""
    return Holds({"type": "array", "items": {"type": "string"}})


def script_text() -> Holds:
    """A command, or a text in another language."""
    return replace(text(), is_script=True)


def script_texts() -> Holds:
    """A list of such texts: the lines of a script."""
    return replace(texts(), is_script=True)


def address() -> Holds:
    """The address of a file that is downloaded."""
    return replace(text(), is_address=True)


def wholes() -> Holds:
    """A list of whole numbers."""
    return Holds({"type": "array", "items": {"type": "integer"}})


def text_map() -> Holds:
    """An object whose values are texts."""
    return Holds({"type": "object", "additionalProperties": {"type": "string"}})


def anything() -> Holds:
    """Any value at all."""
    return Holds({})


def open_object() -> Holds:
    """An object with any keys."""
    return Holds({"type": "object"})


def nested(shape: Shape, *, many: bool = False) -> Holds:
    """An object with keys of its own; ``many``: a list of such objects."""
    return Holds({}, shape=shape, many=many)


def member(group: Group, *, many: bool = False) -> Holds:
    """An object told apart by its ``type``; ``many``: a list of such objects."""
    return Holds({}, group=group, many=many)
