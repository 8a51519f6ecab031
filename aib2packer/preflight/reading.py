"""Reads from `.aib2packer.json` what a project needs."""

from __future__ import annotations

import json
from pathlib import Path

from aib2packer.ir.needs import FILE, FORMAT, Need, from_json


class NotReadError(Exception):
    """The folder holds no list of needs that this version can read; the text says why, and what to do."""


def read_needs(folder: Path) -> tuple[Need, ...]:
    """What the project in a folder needs."""
    file = folder / FILE
    try:
        record = json.loads(file.read_bytes())
    except FileNotFoundError as error:
        raise NotReadError(f"{folder} has no {FILE}. Convert the template again with this version of aib2packer.") from error
    except OSError as error:
        raise NotReadError(f"{file} cannot be read: {error.strerror}.") from error
    except ValueError as error:
        raise NotReadError(f"{file} is not valid JSON. {_AGAIN}") from error
    if not isinstance(record, dict):
        raise NotReadError(f"{file} is not a JSON object. {_AGAIN}")
    written = record.get("format")
    if isinstance(written, int) and written > FORMAT:
        raise NotReadError(f"{file} was written by a newer aib2packer. Update aib2packer.")
    needs = record.get("needs")
    if not isinstance(needs, list):
        raise NotReadError(f"{file} does not list what the project needs. {_AGAIN}")
    try:
        return tuple(map(from_json, needs))
    except ValueError as error:
        raise NotReadError(f"{file} lists something that this version does not know. {_AGAIN}") from error


_AGAIN = "Convert the template again."
