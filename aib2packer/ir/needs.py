"""What a project needs before its first build, as `.aib2packer.json` lists it: a conversion writes it, `preflight` reads it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec import Struct


class Live(Struct, frozen=True):
    """A word that only Packer knows: an HCL expression."""

    hcl: str


Word = str | Live
Words = tuple[Word, ...]


class Thing(Struct, frozen=True, kw_only=True):
    """A resource that must exist: its title, the words of the az commands that look for it and make it.

    ``answers``: the first command prints whether it exists. ``expects``: values that its properties must have, one of each.
    """

    title: Words
    look: Words
    make: Words = ()
    answers: bool = False
    expects: tuple[tuple[str, tuple[str, ...]], ...] = ()


class RoleOn(Struct, frozen=True, kw_only=True):
    """A role that the account that builds needs on ``scope``, an id or what an az command prints; ``also`` include its rights."""

    role: str
    also: tuple[str, ...]
    scope: Word | Words


class VmSize(Struct, frozen=True, kw_only=True):
    """A size of VM, which the region must offer with enough quota."""

    size: Word
    region: Word
    subscription: Word


Need = Thing | RoleOn | VmSize
_KINDS: dict[str, type[Need]] = {"thing": Thing, "role": RoleOn, "vm size": VmSize}


def as_json(need: Need) -> dict[str, object]:
    """A need as JSON; what is empty is left out.

    >>> as_json(VmSize(size="Standard_D2s_v5", region=Live("var.region"), subscription="s"))
    {'kind': 'vm size', 'size': 'Standard_D2s_v5', 'region': {'hcl': 'var.region'}, 'subscription': 's'}
    """
    kind = next(name for name, each in _KINDS.items() if isinstance(need, each))
    said = {name: getattr(need, name) for name in need.__struct_fields__}
    return {"kind": kind, **{name: _plain(name, value) for name, value in said.items() if value}}


def from_json(data: object) -> Need:
    """A need as it was written; raises ValueError for anything else.

    >>> from_json({"kind": "vm size", "size": "Standard_D2s_v5", "region": {"hcl": "var.region"}, "subscription": "s"})
    VmSize(size='Standard_D2s_v5', region=Live(hcl='var.region'), subscription='s')
    """
    if not isinstance(data, dict) or data.get("kind") not in _KINDS:
        raise ValueError(f"not a need: {data!r}")
    try:
        return _KINDS[data["kind"]](**{name: _READERS[name](value) for name, value in data.items() if name != "kind"})
    except (KeyError, TypeError) as error:
        raise ValueError(f"not a need: {data!r}") from error


def _plain(name: str, value: object) -> object:
    if isinstance(value, Live):
        return {"hcl": str(value.hcl)}
    if name == "expects":
        assert isinstance(value, tuple)
        return {key: list(values) for key, values in value}
    return [_plain("", each) for each in value] if isinstance(value, tuple) else value


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return value


def _texts(value: object) -> tuple[str, ...]:
    return tuple(map(_text, _items(value)))


def _word(value: object) -> Word:
    return Live(_text(value["hcl"])) if isinstance(value, dict) else _text(value)


def _words(value: object) -> Words:
    return tuple(map(_word, _items(value)))


def _items(value: object) -> list[object]:
    if not isinstance(value, list):
        raise TypeError(value)
    return value


def _flag(value: object) -> bool:
    return value is True


def _scope(value: object) -> Word | Words:
    return _words(value) if isinstance(value, list) else _word(value)


def _expected(value: object) -> tuple[tuple[str, tuple[str, ...]], ...]:
    if not isinstance(value, dict):
        raise TypeError(value)
    return tuple((key, _texts(values)) for key, values in value.items())


_READERS: dict[str, Callable[[object], Any]] = {
    "title": _words,
    "look": _words,
    "make": _words,
    "answers": _flag,
    "expects": _expected,
    "role": _text,
    "also": _texts,
    "scope": _scope,
    "size": _word,
    "region": _word,
    "subscription": _word,
}
"""How each field is read, by its name, which means the same in every kind of need."""
