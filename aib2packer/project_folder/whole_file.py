"""One file, written whole or not at all."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path


def replace_file(file: Path, content: bytes) -> None:
    """Writes a file; what stood there stays until all of the new content is on the disk. Raises OSError."""
    part = file.with_name(f".{file.name}.part")
    part.unlink(missing_ok=True)  # of an interrupted run, or a link
    try:
        part.write_bytes(content)
        part.replace(file)
    except BaseException:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise
