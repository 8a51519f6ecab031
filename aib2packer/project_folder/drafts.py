"""Projects that are complete and not yet in their place; what a failed run undoes."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import ExitStack, suppress
from pathlib import Path, PurePosixPath
from time import time
from types import TracebackType

from aib2packer.project_folder.record import Files

PREFIX = ".aib2packer-"
"""How the names of drafts begin."""
_LEFT_AFTER = 3600
"""Seconds; a draft moves to its place at once, so an older one is of a run that was killed."""


class NotWrittenError(Exception):
    """The projects could not be written; ``taken`` if a folder holds something else."""

    def __init__(self, message: str, *, taken: bool = False) -> None:
        super().__init__(message)
        self.taken = taken


def if_failed(stack: ExitStack, undo: Callable[[], object]) -> None:
    """Undoes a step when the stack ends by an exception."""

    def end(kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if kind is not None:
            with suppress(OSError):
                undo()

    stack.push(end)


def make_folder(folder: Path, stack: ExitStack) -> None:
    """Makes a folder and those above it; if the stack fails, they go again."""
    missing = [each for each in (folder, *folder.parents) if not each.exists()]
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise NotWrittenError(f"{folder}: {error.strerror}") from error
    for each in reversed(missing):
        if_failed(stack, each.rmdir)


def new_draft(where: Path, files: Files, stack: ExitStack, *, of: Path, prefix: str = PREFIX) -> Path:
    """The files of a project in a folder of their own, which is gone when the stack ends; messages name ``of``, where they will be."""
    try:
        draft = where / f"{prefix}{os.urandom(4).hex()}"
        draft.mkdir(mode=0o700)
        stack.callback(remove_folder, draft)
        places = {inside(draft, path): text for path, text in files.items()}
        for folder in dict.fromkeys(place.parent for place in places if place.parent != draft):
            folder.mkdir(parents=True, exist_ok=True)
        for place, text in places.items():
            place.write_bytes(text.encode() if isinstance(text, str) else text)
            if place.suffix == ".sh":
                place.chmod(0o777 & ~_umask())
        draft.chmod(0o777 & ~_umask())
    except OSError as error:
        raise NotWrittenError(f"{of}: {error.strerror}") from error
    return draft


def is_in_draft(path: Path) -> bool:
    """Whether a file belongs to a draft, which a run that was killed leaves behind."""
    return any(part.startswith(PREFIX) for part in path.parts[:-1])


def remove_left_drafts(folder: Path) -> None:
    """Removes the drafts in a folder that runs which were killed left; those of the moment may be another run's."""
    with suppress(OSError):
        old = [each for each in folder.glob(f"{PREFIX}*") if each.is_dir() and each.stat().st_mtime < time() - _LEFT_AFTER]
        for each in old:
            remove_folder(each)


def remove_folder(folder: Path) -> None:
    """Removes a folder, if it is there, with all that is in it, as far as the system lets it."""
    if folder.exists():
        import shutil

        shutil.rmtree(folder, ignore_errors=True)


def inside(folder: Path, path: str) -> Path:
    """The place of a file of a project; raises NotWrittenError for one that would be outside."""
    parts = PurePosixPath(path).parts
    if not parts or "\\" in path or any(part in ("..", "/") for part in parts):
        raise NotWrittenError(f"{path!r} is not a path inside the project")
    return folder.joinpath(*parts)


def _umask() -> int:
    mask = os.umask(0o022)
    os.umask(mask)
    return mask
