"""Masks what looks like a secret in a resource: the files are meant for version control."""

from __future__ import annotations

from collections.abc import Callable

from aib2packer.ir.secret_names import is_called_secret
from aib2packer.ir.secret_parts import without_secrets

MASK = "REDACTED"
"""In place of a signature the conversion takes it for one, and asks for it."""


def masked(value: object, report: Callable[[str], None], path: str = "", name: str = "") -> object:
    """The value without its secrets; ``report`` gets the path of each that was masked.

    >>> found = []
    >>> masked({"scriptUri": "https://x.net/a.sh?se=1&sig=abc%3D", "inline": ["curl https://me:pw@x.net/?sig=$SIG"]}, found.append)
    {'scriptUri': 'https://x.net/a.sh?se=1&sig=REDACTED', 'inline': ['curl https://me:REDACTED@x.net/?sig=$SIG']}
    >>> found
    ['scriptUri', 'inline[0]']
    >>> masked("az storage blob list --account-key 'abc=='", found.append)
    "az storage blob list --account-key 'REDACTED'"
    """
    if isinstance(value, dict):
        return {key: masked(each, report, f"{path}.{key}" if path else str(key), str(key)) for key, each in value.items()}
    if isinstance(value, list):
        return [masked(each, report, f"{path}[{number}]") for number, each in enumerate(value)]
    if not isinstance(value, str):
        return value
    text = MASK if value and is_called_secret(name) else without_secrets(value, MASK)
    if text != value:
        report(path)
    return text
