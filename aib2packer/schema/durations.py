"""Durations as Go writes them: a number with a unit, or several of them.

Source: https://pkg.go.dev/time#ParseDuration
"""

from __future__ import annotations

import re

from aib2packer.diagnostics.codes import customize as codes
from aib2packer.ir.text import known_text
from aib2packer.ir.values import Value
from aib2packer.schema.fields import Fields

_DURATION = r"(?:\d+(?:\.\d+)?(?:ns|us|µs|ms|s|m|h))+\Z"


def is_duration(text: str) -> bool:
    """Whether Go's parser takes the text.

    >>> is_duration("1h30m"), is_duration("60"), is_duration("PT5M")
    (True, False, False)
    """
    return re.match(_DURATION, text) is not None


def check_duration(fields: Fields, name: str) -> Value | None:
    """The duration that a key holds; a finding where it is none."""
    value = fields.text(name)
    known = known_text(value)
    if known is not None and not is_duration(known):
        message = f"`{name}` is not a duration. Write a number with its unit, such as 5m, 90s or 1h30m."
        fields.report_at(name, codes.BAD_DURATION, message)
    return value
