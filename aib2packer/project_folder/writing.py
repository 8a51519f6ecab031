"""Writes projects to disk: all of them or none, never outside of their folders, and without overwriting unless forced."""

from __future__ import annotations

import errno
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath

from aib2packer.project_folder.record import FILE as RECORD
from aib2packer.project_folder.record import Files, NotARecordError, Record, digest, is_same_template, read_record

_READ_BY_PACKER = ("*.pkr.hcl", "*.pkr.json", "*.auto.pkrvars.hcl", "*.auto.pkrvars.json")
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")
_DEVICE = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|\Z)", re.IGNORECASE)
"""Names that are devices on Windows, with any extension."""


class NotWrittenError(Exception):
    """The projects could not be written; ``taken`` if a folder is not empty."""

    def __init__(self, message: str, *, taken: bool = False) -> None:
        super().__init__(message)
        self.taken = taken


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """Files of an earlier conversion: ``kept`` because a person changed them, or ``removed``."""

    kept: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()


def folder_name(name: str) -> str:
    """A folder name for an image; it never leads outside of the folder that it is put in.

    >>> folder_name("ubuntu 22.04"), folder_name(".."), folder_name("../../etc"), folder_name("aux"), len(folder_name("a" * 300))
    ('ubuntu-22.04', 'image', 'etc', 'image-aux', 100)
    """
    safe = _UNSAFE.sub("-", name).strip("-.")[:100].strip("-.") or "image"
    return f"image-{safe}" if _DEVICE.match(safe) else safe


def write_projects(projects: Mapping[Path, Files], *, force: bool) -> dict[Path, Placed]:
    """Writes each project to its folder; its files are texts or bytes, by their paths in it.

    A folder that an earlier conversion of the same template wrote is brought up to date: files that a person changed since are kept,
    those that are no longer needed go, all others stay. With ``force`` it writes into any folder, over files of the same names.
    Raises NotWrittenError, after which nothing of what was to be written is there.
    """
    undo: list[Callable[[], None]] = []
    with ExitStack() as drafts:
        try:
            plans = [(_draft(folder, files, drafts), folder, _plan(folder, files, force)) for folder, files in projects.items()]
            for draft, folder, plan in plans:
                undo += _place(draft, folder, plan)
        except OSError as error:
            _undo(undo)
            raise NotWrittenError(f"{error.filename or folder}: {error.strerror or error}") from error
        except NotWrittenError:
            _undo(undo)
            raise
    return {folder: plan.placed for _, folder, plan in plans}


def read_along(folder: Path, files: Collection[str]) -> list[str]:
    """Other files in the folders of a project that Packer also reads; sorted paths in the project."""
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
        raise NotWrittenError(f"{path!r} is not a path inside the project")
    return folder.joinpath(*parts)


def _write_file(path: Path, text: str | bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    if path.suffix == ".sh":
        path.chmod(0o777 & ~_umask())


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plan:
    """What becomes of a folder: the paths that are written, whether over what is there, and what else is done."""

    paths: tuple[str, ...]
    over: bool
    placed: Placed


def _plan(folder: Path, files: Files, force: bool) -> _Plan:
    if not folder.is_dir() or not any(folder.iterdir()):
        return _Plan(paths=tuple(files), over=False, placed=Placed())
    before = _earlier(folder, files, force)
    if before is None and not force:
        raise NotWrittenError(f"{folder} already exists and is not empty", taken=True)
    known = before.files if before is not None else {}
    changed = (
        () if force else tuple(path for path in files if path != RECORD and _is_of_a_person(folder / path, path, files, known))
    )
    old = [path for path in known if path not in files and _inside(folder, path).is_file()]
    left = () if force else tuple(path for path in old if digest((folder / path).read_bytes()) != known[path])
    return _Plan(
        paths=tuple(path for path in files if path not in changed),
        over=True,
        placed=Placed(kept=(*changed, *left), removed=tuple(path for path in old if path not in left)),
    )


def _earlier(folder: Path, files: Files, force: bool) -> Record | None:
    """The record of the conversion that wrote the folder; None where there is none, or --force makes it count for nothing."""
    if not (folder / RECORD).is_file() or RECORD not in files:
        return None
    ours = read_record(files[RECORD])
    try:
        before = read_record((folder / RECORD).read_bytes())
    except NotARecordError as error:
        if force:
            return None
        raise NotWrittenError(f"{folder / RECORD} {error}", taken=True) from error
    if is_same_template(before, ours):
        return before
    if force:
        return None
    raise NotWrittenError(f"{folder} holds the project of {before.template.file} ({before.image})", taken=True)


def _is_of_a_person(place: Path, path: str, files: Files, known: Mapping[str, str]) -> bool:
    """Whether a person wrote or changed the file since the last conversion; one that is as it would be written now is no matter."""
    return place.is_file() and digest(place.read_bytes()) not in (known.get(path), digest(files[path]))


def _place(draft: Path, folder: Path, plan: _Plan) -> list[Callable[[], None]]:
    """Moves a draft into its place, and returns the function that undoes it. Checking that a place is free and taking it are one step."""
    if plan.over:
        _move_over(draft, folder, plan.paths)
        for path in plan.placed.removed:
            (folder / path).unlink(missing_ok=True)
        return []
    if folder.is_dir():
        return _fill(draft, folder, plan.paths)
    if folder.exists() or folder.is_symlink():
        raise NotWrittenError(f"{folder} already exists and is not a folder", taken=True)
    try:
        draft.rename(folder)
    except OSError as error:
        if error.errno in (errno.ENOTEMPTY, errno.EEXIST):
            raise NotWrittenError(f"{folder} already exists and is not empty", taken=True) from error
        raise
    return [partial(shutil.rmtree, folder)]


def _fill(draft: Path, folder: Path, paths: Iterable[str]) -> list[Callable[[], None]]:
    """Fills a folder that was empty a moment ago; a link is not made over a file that came there since."""
    undo: list[Callable[[], None]] = []
    try:
        for path in paths:
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            os.link(draft / path, folder / path)
            undo.append((folder / path).unlink)
    except FileExistsError as error:
        _undo(undo)
        raise NotWrittenError(f"{folder} already exists and is not empty", taken=True) from error
    return undo


def _move_over(draft: Path, folder: Path, paths: Iterable[str]) -> None:
    """Each file is complete before it takes its place; folders are made before the first file moves."""
    for path in paths:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        if not (folder / path).parent.resolve().is_relative_to(folder.resolve()):
            raise NotWrittenError(f"{folder / path} is outside of {folder} because of a symbolic link")
    for path in paths:
        (draft / path).replace(folder / path)


def _umask() -> int:
    mask = os.umask(0o022)
    os.umask(mask)
    return mask
