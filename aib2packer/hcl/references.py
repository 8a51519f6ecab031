"""Which variables, locals and functions an HCL expression mentions, and which functions are new in Packer."""

from __future__ import annotations

import re
from collections.abc import Iterator

from aib2packer.hcl.nodes import Attribute, Block, Expression, Item, Listing, Pairs, Token
from aib2packer.hcl.text import HclText

_PIECE = re.compile(r'\\.|\$\$\{|%%\{|[$%]\{|[{}"]|(?<![\w.-])(?:(?:var|local)\.[\w-]+|\w+\()')
_SIGN = re.compile(r"var\.|local\.|\(")
"""One of them is in every text that mentions something; most texts have none."""
PACKER_SINCE = {"strcontains": (1, 12), "startswith": (1, 13), "endswith": (1, 13), "rfc3339_parse": (1, 16)}
"""The HCL functions that not every Packer has, each with the first that does."""


def expressions_in(node: Item | Expression) -> Iterator[HclText]:
    """The expressions in a tree, keys of objects among them, in their order."""
    pending = [node]
    while pending:
        each = pending.pop()
        if isinstance(each, Token):
            yield each.text
        elif isinstance(each, Attribute):
            pending.append(each.value)
        elif isinstance(each, Listing):
            pending.extend(reversed(each.items))
        elif isinstance(each, Block):
            pending.extend(reversed(each.body))
        elif isinstance(each, Pairs):
            pending.extend(part for key, value in reversed(each.pairs) for part in (value, Token(key)))


def references(text: HclText) -> Iterator[str]:
    r"""The names in an expression, as they are written, each as often as it is: ``var.x``, ``local.y``, ``upper(``.

    >>> list(references(HclText(r'"var.a \"${upper(local.b)}$${var.c}" == {x = var.d-e}')))
    ['upper(', 'local.b', 'var.d-e']
    """
    if not _SIGN.search(text):
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
