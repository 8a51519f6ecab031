"""Differences that are wanted: a file in the project names their keys, each with a reason."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import replace

from aib2packer.comparison.model import Comparison, Verdict
from aib2packer.comparison.reading import NotReadError

FILE = ".aib2packer-accept.toml"


def read_accepted(content: bytes) -> Mapping[str, str]:
    """The reasons by the keys of rows; raises NotReadError.

    >>> read_accepted(b'[accept]\\n"vmProfile.vmSize" = "Builds faster."')
    {'vmProfile.vmSize': 'Builds faster.'}
    """
    try:
        said = tomllib.loads(content.decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise NotReadError(f"{FILE}: The file is not TOML ({error}).") from error
    accepted = said.get("accept", {})
    unknown = next((name for name in said if name != "accept"), None)
    if unknown is not None:
        raise NotReadError(f"{FILE}: {unknown} has no meaning. Write the keys below [accept].")
    wrong = next((key for key, reason in accepted.items() if not isinstance(reason, str) or not reason.strip()), None)
    if wrong is not None:
        raise NotReadError(f'{FILE}: "{wrong}" has no reason. Write "{wrong}" = "the reason".')
    return dict(accepted)


def with_accepted(comparison: Comparison, reasons: Mapping[str, str]) -> Comparison:
    """The comparison in which these differences are wanted; those that do not occur are told."""
    found = {row.key for row in comparison.rows if row.verdict not in (None, Verdict.SAME)}
    rows = tuple(
        replace(row, accepted=reasons[row.key]) if row.key in reasons and row.verdict is not Verdict.SAME else row
        for row in comparison.rows
    )
    return replace(comparison, rows=rows, stale=tuple(key for key in reasons if key not in found))
