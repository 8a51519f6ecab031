"""Writes projects to disk: all of them or none, never outside of their folders, and over nothing that is there unless asked."""

from __future__ import annotations

import errno
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import ExitStack
from functools import partial
from pathlib import Path, PurePosixPath

Files = Mapping[str, str | bytes]
_READ_BY_PACKER = ("*.pkr.hcl", "*.pkr.json", "*.auto.pkrvars.hcl", "*.auto.pkrvars.json")
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")
_DEVICE = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|\Z)", re.IGNORECASE)
"""Names that Windows takes for devices, whatever their extension."""


class NotWrittenError(Exception):
    """The projects could not be written; ``taken`` where a folder holds something already."""

    def __init__(self, message: str, *, taken: bool = False) -> None:
        super().__init__(message)
        self.taken = taken


def folder_name(name: str) -> str:
    """A name for a folder that stays where it is put, whatever the name of the image.

    >>> folder_name("ubuntu 22.04"), folder_name(".."), folder_name("../../etc"), folder_name("aux"), len(folder_name("a" * 300))
    ('ubuntu-22.04', 'image', 'etc', 'image-aux', 100)
    """
    safe = _UNSAFE.sub("-", name).strip("-.")[:100].strip("-.") or "image"
    return f"image-{safe}" if _DEVICE.match(safe) else safe


def write_projects(projects: Mapping[Path, Files], *, force: bool) -> None:
    """Writes each project to its folder; its files are texts or bytes, by their paths in it.

    With ``force`` it writes into folders that are not empty, over files of the same names; others stay. Raises NotWrittenError, after
    which nothing of what was to be written is there.
    """
    undo: list[Callable[[], None]] = []
    with ExitStack() as drafts:
        try:
            for folder, files in projects.items():
                draft = _draft(folder, files, drafts)
                undo += _place(draft, folder, files, force)
        except OSError as error:
            _undo(undo)
            raise NotWrittenError(f"{folder}: {error.strerror or error}") from error
        except NotWrittenError:
            _undo(undo)
            raise


def read_along(folder: Path, files: Collection[str]) -> list[str]:
    """What else Packer will read, of what is in the folders of a project already: paths in it, in order."""
    places = {PurePosixPath(path).parent for path in files if path.endswith(".pkr.hcl")}
    found = (place / each.name for place in places for pattern in _READ_BY_PACKER for each in (folder / place).glob(pattern))
    return sorted(str(each) for each in found if str(each) not in files)


def _undo(steps: Iterable[Callable[[], None]]) -> None:
    for step in reversed([*steps]):
        step()


def _draft(folder: Path, files: Files, drafts: ExitStack) -> Path:
    """The project, complete, in a folder of its own beside the one that it is for."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=".aib2packer-", dir=folder.parent))
    drafts.callback(shutil.rmtree, draft, ignore_errors=True)
    for path, text in files.items():
        _write_file(_inside(draft, path), text)
    draft.chmod(0o777 & ~_umask())
    return draft


def _inside(folder: Path, path: str) -> Path:
    parts = PurePosixPath(path).parts
    if not parts or "\\" in path or any(part in ("..", "/") for part in parts):
        raise NotWrittenError(f"{path!r} is no path inside of a project")
    return folder.joinpath(*parts)


def _write_file(path: Path, text: str | bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    if path.suffix == ".sh":
        path.chmod(0o777 & ~_umask())


def _place(draft: Path, folder: Path, files: Files, force: bool) -> list[Callable[[], None]]:
    """Puts a draft into its place, and gives what takes it back. Looking whether a place is free and taking it are one step."""
    if not folder.exists() and not folder.is_symlink():
        try:
            draft.rename(folder)
        except OSError as error:
            if error.errno in (errno.ENOTEMPTY, errno.EEXIST):
                raise NotWrittenError(f"{folder} is there already and not empty", taken=True) from error
            raise
        return [partial(shutil.rmtree, folder)]
    if force and folder.is_dir():
        _move_over(draft, folder, files)
        return []
    if not folder.is_dir() or any(folder.iterdir()):
        raise NotWrittenError(f"{folder} is there already and not empty", taken=True)
    return _fill(draft, folder, files)


def _fill(draft: Path, folder: Path, files: Files) -> list[Callable[[], None]]:
    """Fills a folder that was empty a moment ago; a link is not made over a file that came there since."""
    undo: list[Callable[[], None]] = []
    try:
        for path in files:
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            os.link(draft / path, folder / path)
            undo.append((folder / path).unlink)
    except FileExistsError as error:
        _undo(undo)
        raise NotWrittenError(f"{folder} is there already and not empty", taken=True) from error
    return undo


def _move_over(draft: Path, folder: Path, files: Files) -> None:
    """Each file is complete before it takes its place; folders are made before the first file moves."""
    for path in files:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        if not (folder / path).parent.resolve().is_relative_to(folder.resolve()):
            raise NotWrittenError(f"{folder / path} leads out of {folder} by a link")
    for path in files:
        (draft / path).replace(folder / path)


def _umask() -> int:
    mask = os.umask(0o022)
    os.umask(mask)
    return mask
