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
        near = nearest(code_id, known, 0.5)
        hint = f"Did you mean {near}? " if near else ""
        raise NotIgnoredError(f"There is no code {code_id}. {hint}`aib2packer explain` lists them all.")
    if code.severity is Severity.ERROR:
        raise NotIgnoredError(f"{code.id} is an error. Only warnings and notes can be ignored. Correct the template instead.")
    return code.id
