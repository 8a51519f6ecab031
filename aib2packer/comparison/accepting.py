"""Differences that are wanted: a file in the project names their keys, each with a reason."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping

from msgspec import Struct
from msgspec.structs import replace

from aib2packer.comparison.model import Comparison, Row, Verdict
from aib2packer.comparison.reading import NotReadError

FILE = ".aib2packer-accept.toml"
_EXAMPLE = """[accept]
"vmProfile.vmSize" = "the reason"
"location" = { value = "westus3", reason = "the reason" }"""


class Wanted(Struct, frozen=True):
    """Why a difference is wanted, and the only value of the project that is; None for any."""

    reason: str
    value: str | None = None


def read_accepted(content: bytes) -> Mapping[str, Wanted]:
    """What is wanted, by the keys of rows; raises NotReadError.

    >>> read_accepted(b'[accept]\\n"vmProfile.vmSize" = "Builds faster."')
    {'vmProfile.vmSize': Wanted(reason='Builds faster.', value=None)}
    """
    try:
        said = tomllib.loads(content.decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise NotReadError(f"{FILE}: The file is not TOML ({error}).") from error
    unknown = next((name for name in said if name != "accept"), None)
    if unknown is not None:
        raise NotReadError(f"{FILE}: {unknown} has no meaning. Write the keys below [accept]:\n\n{_EXAMPLE}")
    listed = said.get("accept", {})
    if not isinstance(listed, dict):
        raise NotReadError(f"{FILE}: [accept] is not a table of keys with reasons. Write:\n\n{_EXAMPLE}")
    return {key: _wanted(key, each) for key, each in listed.items()}


def _wanted(key: str, said: object) -> Wanted:
    match said:
        case str(reason) if reason.strip():
            return Wanted(reason)
        case {"value": str(value), "reason": str(reason), **rest} if reason.strip() and not rest:
            return Wanted(reason, value)
    raise NotReadError(f"{FILE}: {key} needs a reason, and the key quotes. Write:\n\n{_EXAMPLE}")


def with_accepted(comparison: Comparison, wanted: Mapping[str, Wanted]) -> Comparison:
    """The comparison in which these differences are wanted; those that do not occur are told."""
    found = {row.key for row in comparison.rows if row.verdict not in (None, Verdict.SAME)}
    rows = tuple(_accepted(row, wanted[row.key]) if row.key in wanted else row for row in comparison.rows)
    return replace(comparison, rows=rows, stale=tuple(key for key in wanted if key not in found))


def _accepted(row: Row, wanted: Wanted) -> Row:
    if row.verdict is Verdict.SAME:
        return row
    if wanted.value is None or wanted.value == (row.project.text if row.project is not None else ""):
        return replace(row, accepted=wanted.reason)
    return replace(row, change="; ".join(each for each in (row.change, f"the accepted value is {wanted.value}") if each))
