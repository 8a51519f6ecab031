"""The names of the service's keys that stages before the constructs tell apart. They follow from the declarations of the keys."""

from __future__ import annotations

from msgspec import Struct


class KeyNames(Struct, frozen=True, kw_only=True):
    """Names in lower case, old spellings among them.

    ``properties`` are the keys of `properties`, ``scripts`` those that hold lines of a script or another text with a syntax of
    its own, ``addresses`` those that hold the address of a file, whose signature is cut off.
    """

    properties: frozenset[str]
    scripts: frozenset[str]
    addresses: frozenset[str]
