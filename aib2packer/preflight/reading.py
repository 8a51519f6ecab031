"""Reads from `.aib2packer.json` what a project needs."""

from __future__ import annotations

from pathlib import Path

from aib2packer.ir.needs import Need, from_json
from aib2packer.project_folder.record import FILE, NotARecordError, read_record


class NotReadError(Exception):
    """The folder has no list of needs that this version can read; the text gives the reason and the remedy."""


def read_needs(folder: Path) -> tuple[Need, ...]:
    """What the project in a folder needs."""
    file = folder / FILE
    try:
        return tuple(map(from_json, read_record(file.read_bytes()).needs))
    except FileNotFoundError as error:
        below = next(iter(sorted(folder.glob(f"*/{FILE}"))), None)
        remedy = f"There is one in {below.parent}." if below is not None else "Convert the template again."
        raise NotReadError(f"{folder} has no {FILE}. {remedy}") from error
    except OSError as error:
        raise NotReadError(f"{file} cannot be read: {error.strerror}.") from error
    except NotARecordError as error:
        raise NotReadError(f"{file} {error}.") from error
    except ValueError as error:
        raise NotReadError(f"{file} is damaged. Convert the template again.") from error
