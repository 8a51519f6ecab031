"""Which variables, locals and functions an HCL expression mentions, and which functions are new in Packer."""

from __future__ import annotations

import re
from collections.abc import Iterator

from aib2packer.hcl.text import HclText

_PIECE = re.compile(r'\\.|\$\$\{|%%\{|[$%]\{|[{}"]|(?<![\w.-])(?:(?:var|local)\.[\w-]+|\w+\()')
_SIGNS = ("var.", "local.", "(")
"""One of them is in every text that mentions something; most texts have none."""
PACKER_SINCE = {"strcontains": (1, 12), "startswith": (1, 13), "endswith": (1, 13), "rfc3339_parse": (1, 16)}
"""The HCL functions that not every Packer has, each with the first that does."""


def references(text: HclText) -> Iterator[str]:
    r"""The names in an expression, as they are written, each as often as it is: ``var.x``, ``local.y``, ``upper(``.

    >>> list(references(HclText(r'"var.a \"${upper(local.b)}$${var.c}" == {x = var.d-e}')))
    ['upper(', 'local.b', 'var.d-e']
    """
    if not any(sign in text for sign in _SIGNS):
        return
    in_string = [False]
    for match in _PIECE.finditer(text):
        piece = match.group()
        if piece == '"':
            if in_string[-1]:
                in_string.pop()
            else:
                in_string.append(True)
        elif piece in ("${", "%{") or (piece == "{" and not in_string[-1]):
            in_string.append(False)
        elif in_string[-1]:
            continue
        elif piece == "}":
            in_string.pop()
        else:
            yield piece
