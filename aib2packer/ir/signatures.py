"""Shared access signatures in the values of parameters: secrets, so none is written into the project.

Source: https://learn.microsoft.com/azure/storage/common/storage-sas-overview
"""

from __future__ import annotations

import re
from urllib.parse import unquote

from msgspec.structs import replace

from aib2packer.ir.values import Entry, ListOf, Literal, ObjectOf, Value, texts_in

SIG = r"(?:s|%[57]3)(?:i|%[46]9)(?:g|%[46]7)"
"""The name of a signature in a query (to be read in any case), percent-encoded or not."""
_QUERY = r"(?i)\?|%3f"
_SIGNATURE = r"(?i)(?:^|[?&])sig=([^&]+)"


def carries_signature(value: Value) -> bool:
    """Whether a text in it has a shared access signature."""
    return any(re.search(_SIGNATURE, unquote(text)) for text in texts_in(value))


def without_signature(address: str) -> tuple[str, bool]:
    """An address without its query, if a signature is in that, percent-encoded or not; and whether one is.

    >>> without_signature("https://a.example/f?sv=1&%73ig%3Dx"), without_signature("https://a.example/f?a=1")
    (('https://a.example/f', True), ('https://a.example/f?a=1', False))
    """
    start, *query = re.split(_QUERY, address, maxsplit=1)
    is_signed = any(re.search(_SIGNATURE, unquote(each)) for each in query)
    return (start, True) if is_signed else (address, False)


def signs_addresses_only(value: Value, within: Value, addresses: frozenset[str]) -> bool:
    """Whether a value that was made of another one, ``within``, has signatures of it only where they are cut off.

    That is at the end of addresses; ``addresses`` are the names of their keys, in lower case.
    """
    signatures = [found.group(1) for text in texts_in(within) for found in re.finditer(_SIGNATURE, unquote(text))]
    rest = list(map(unquote, texts_in(_without_signatures(value, addresses))))
    return not any(signature in text for signature in signatures for text in rest)


def _without_signatures(value: Value, addresses: frozenset[str]) -> Value:
    if isinstance(value, ListOf):
        return ListOf(tuple(_without_signatures(each, addresses) for each in value.items))
    if not isinstance(value, ObjectOf):
        return value
    return ObjectOf(tuple(replace(each, value=_without_signature(each, addresses)) for each in value.entries))


def _without_signature(entry: Entry, addresses: frozenset[str]) -> Value:
    text = entry.value.value if isinstance(entry.value, Literal) else None
    if (entry.name or "").lower() not in addresses or not isinstance(text, str):
        return _without_signatures(entry.value, addresses)
    return Literal(without_signature(text)[0])
