"""Which codes a person may ignore: those of warnings and notes."""

from __future__ import annotations

from aib2packer.constructs.registry import codes
from aib2packer.diagnostics.model import Severity
from aib2packer.diagnostics.nearest import nearest


class NotIgnoredError(Exception):
    """A code that cannot be ignored; the message tells why, and what to do."""


def ignorable(code_id: str) -> str:
    """The id of a code that may be ignored, as it is declared; raises NotIgnoredError.

    >>> ignorable("a2p607")
    'A2P607'
    """
    known = {code.id: code for code in codes()}
    code = known.get(code_id.upper())
    if code is None:
        raise NotIgnoredError(no_such_code(code_id))
    if code.severity is Severity.ERROR:
        raise NotIgnoredError(f"{code.id} is an error. Only warnings and notes can be ignored. Correct the template instead.")
    return code.id


def no_such_code(code_id: str) -> str:
    """What there is to say of a code that is none; the code that differs by one sign is meant, no other.

    >>> no_such_code("A2P6077"), no_such_code("")
    ('There is no code A2P6077. Did you mean A2P607? `aib2packer explain` lists them all.', 'The code is empty. `aib2packer explain` lists them all.')
    """
    near = nearest(code_id, (code.id for code in codes()), 0.8)
    hint = f" Did you mean {near}?" if near else ""
    said = f"There is no code {code_id}." if code_id.strip() else "The code is empty."
    return f"{said}{hint} `aib2packer explain` lists them all."
