"""Paths of settings in a template, as findings and reports name them."""

from __future__ import annotations

import re

_NUMBER = re.compile(r"\[\d+\]")


def short(path: str) -> str:
    """A path as people name it.

    >>> short("properties.customize[0].inline")
    'customize[0].inline'
    """
    return path.removeprefix("properties.")


def above(path: str) -> str:
    """What holds a path.

    >>> above("properties.customize[0].inline"), above("properties.customize[0]")
    ('properties.customize[0]', 'properties.customize')
    """
    return path.rpartition("[" if path.endswith("]") else ".")[0]


def without_numbers(path: str) -> str:
    """A path that is the same for every step and output.

    >>> without_numbers("customize[2].inline")
    'customize[*].inline'
    """
    return _NUMBER.sub("[*]", path)
