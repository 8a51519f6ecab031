"""What is known around a file: the files beside it, and the values that were given for parameters."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct, field

from aib2packer.source.parameters import GivenValue


class Around(Struct, frozen=True, kw_only=True):
    """``files`` are those beside the file, by their paths from its folder; a form's ``gather`` loaded them.

    ``folder`` is how messages call that folder, with a slash at its end; empty for the working one. ``as_text`` names the given
    values that came as text.
    """

    files: Mapping[str, bytes] = field(default_factory=dict)
    folder: str = ""
    given: tuple[GivenValue, ...] = ()
    as_text: frozenset[str] = frozenset()
