"""Live values in ARM's words, as messages and descriptions show them."""

from __future__ import annotations

import re

from aib2packer.ir.values import Access, Call, Joined, Literal, Local, Value, Variable

WORD = re.compile(r"[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])")
"""A word of a name."""
_SEGMENT = re.compile(r"/([A-Za-z]+)/[^/]*\Z")
_LONGEST = 120


def spelled(value: Value) -> str:
    """The expression; inputs in it by their names, those in texts as `<name>`, those in ids in capitals.

    >>> from aib2packer.ir.values import Kind, Role
    >>> name = Variable("myName", Role.PARAMETER, Kind.TEXT)
    >>> spelled(Call("uri", (name, Joined((Literal("a-"), name))))), spelled(Joined((Literal("/x/accounts/"), name)))
    ("uri(myName, 'a-<myName>')", "'/x/accounts/MY_NAME'")
    """
    match value:
        case Literal(str() as text):
            return f"'{text}'"
        case Literal(scalar):
            return str(scalar).lower()
        case Variable(name) | Local(name):
            return name
        case Joined(parts):
            text = ""
            for part in parts:
                text += str(part.value) if isinstance(part, Literal) else _part(part, text)
            return f"'{text}'"
        case Call(function, arguments):
            return f"{function}({', '.join(spelled(each) for each in arguments)})"
        case Access(base, Literal(key)):
            return f"{spelled(base)}.{key}"
        case _:
            return "..."


def shortened(text: str) -> str:
    """An expression, cut where it is too long for a sentence."""
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 4]}...)"


def singular(kind: str) -> str:
    """The name of one resource of a kind.

    >>> singular("userAssignedIdentities"), singular("galleries"), singular("subnets")
    ('userAssignedIdentity', 'gallery', 'subnet')
    """
    return re.sub("ie$", "y", kind.removesuffix("s"))


def _part(part: Value, before: str) -> str:
    """A live part of a text. That of an id is a word to fill in: an input's name, else what an id has there."""
    segment = _SEGMENT.search(before) if before.startswith("/") else None
    if segment is None:
        return f"<{spelled(part)}>"
    name = part.name if isinstance(part, Variable | Local) else singular(segment.group(1))
    return "_".join(WORD.findall(name)).upper()
