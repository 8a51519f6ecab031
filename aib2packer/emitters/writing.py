"""Writes projects to disk: all of a project or nothing, and nothing over what is there unless asked."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Collection, Mapping
from pathlib import Path, PurePosixPath

_READ_BY_PACKER = ("*.pkr.hcl", "*.pkr.json", "*.auto.pkrvars.hcl", "*.auto.pkrvars.json")


class NotWrittenError(Exception):
    """The project could not be written; ``taken`` where the folder holds something already."""

    def __init__(self, message: str, *, taken: bool = False) -> None:
        super().__init__(message)
        self.taken = taken


def write_project(folder: Path, files: Mapping[str, str | bytes], *, force: bool) -> None:
    """Writes a project; ``files`` maps paths in it to texts or bytes. Raises NotWrittenError and leaves nothing half-written.

    With ``force`` it writes into a folder that is not empty, over files of the same names; others stay.
    """
    try:
        if not force and folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise NotWrittenError(f"{folder} is there already and not empty", taken=True)
        _write(folder, files)
    except OSError as error:
        raise NotWrittenError(f"{folder}: {error.strerror or error}") from error


def read_along(folder: Path, files: Collection[str]) -> list[str]:
    """What else Packer will read, of what is in the folders of a project already: paths in it, in order."""
    places = {PurePosixPath(path).parent for path in files if path.endswith(".pkr.hcl")}
    found = (place / each.name for place in places for pattern in _READ_BY_PACKER for each in (folder / place).glob(pattern))
    return sorted(str(each) for each in found if str(each) not in files)


def _write(folder: Path, files: Mapping[str, str | bytes]) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        for path, text in files.items():
            _write_file(draft / path, text)
        draft.chmod(0o777 & ~_umask())
        if folder.exists():
            _move_over(draft, folder, files)
        else:
            draft.rename(folder)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _write_file(path: Path, text: str | bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    if path.suffix == ".sh":
        path.chmod(0o777 & ~_umask())


def _move_over(draft: Path, folder: Path, files: Mapping[str, str | bytes]) -> None:
    """Each file is complete before it takes its place; folders are made before the first file moves."""
    for path in files:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
    for path in files:
        (draft / path).replace(folder / path)


def _umask() -> int:
    mask = os.umask(0o022)
    os.umask(mask)
    return mask
