"""Derives from the declarations of all keys the names that earlier stages tell apart."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cache

from aib2packer.constructs.registry import constructs
from aib2packer.constructs.template import PROPERTIES, TEMPLATE
from aib2packer.ir.key_names import KeyNames
from aib2packer.schema.keys import Group, Holds, Key, Shape


@cache
def key_names() -> KeyNames:
    """The names of the keys of the template and of every construct."""
    return names_in((TEMPLATE, *(construct.shape for group in Group for construct in constructs(group))))


def names_in(shapes: Iterable[Shape]) -> KeyNames:
    """The names of the keys of some shapes, those below them included."""
    keys = tuple(key for shape in shapes for key in _keys_of(shape))
    return KeyNames(
        properties=_spellings(PROPERTIES.keys),
        scripts=_spellings(_holding(keys, lambda holds: holds.is_script)),
        addresses=_spellings(_holding(keys, lambda holds: holds.is_address)),
    )


def _keys_of(shape: Shape) -> Iterator[Key]:
    for key in shape.keys:
        yield key
        if key.holds.shape is not None:
            yield from _keys_of(key.holds.shape)


def _holding(keys: Iterable[Key], what: Callable[[Holds], bool]) -> Iterator[Key]:
    return (key for key in keys if what(key.holds))


def _spellings(keys: Iterable[Key]) -> frozenset[str]:
    return frozenset(name.lower() for key in keys for name in (key.name, *key.old_names, *key.misspelt))
