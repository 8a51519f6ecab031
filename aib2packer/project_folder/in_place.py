"""Changes the files of a folder that is there: to the new project, or back to what was before.

A process can be killed between two files. So the new record stands in the folder first, under the name GUARD: Packer reads it, and refuses
the folder because of it. Its last move to the name of a record is the end of the change. The next conversion takes the files that
either record names for its own, and completes what was begun.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Collection, Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from pathlib import Path

from msgspec import Struct

from aib2packer.project_folder.drafts import PREFIX, NotWrittenError, if_failed, inside, make_folder, new_draft, remove_folder
from aib2packer.project_folder.record import FILE as RECORD
from aib2packer.project_folder.record import Files, NotARecordError, Record, digest, is_same_template, read_record, with_kept

GUARD = "interrupted-convert-again.pkr.json"
_DRAFT = f"{PREFIX}change-"
_BEFORE = ".before"
"""The folder of a draft for the files that it replaces."""


class Wanted(Struct, frozen=True):
    """A project that is to be written: ``force`` writes over files of a person, but not over those of ``filled_in``."""

    folder: Path
    files: Files
    force: bool
    filled_in: frozenset[str]


class Placed(Struct, frozen=True, kw_only=True):
    """Files of an earlier conversion: ``kept`` because a person changed them, or ``removed``."""

    kept: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()


class Change(Struct, frozen=True):
    """What becomes of a folder: the complete project in it, and which of its files are moved to their places; all is done if none."""

    wanted: Wanted
    draft: Path
    is_done: bool
    paths: tuple[str, ...]
    placed: Placed


def change_in_place(wanted: Wanted, stack: ExitStack) -> Change:
    """Decides on a change and makes its draft; no other run changes the folder until the stack ends. Raises NotWrittenError."""
    folder, files = wanted.folder, wanted.files
    stack.enter_context(_alone_in(folder))
    known = _known(wanted)
    theirs = {path for path in {*files, *known} if path != RECORD and _is_of_a_person(folder, path, known.get(path, set()))}
    same = {path for path in files if _holds(folder, path, files[path])}
    kept = [path for path in files if path in theirs - same and (path in wanted.filled_in or not wanted.force)]
    before = _record(folder / RECORD, wanted)
    if kept and before is not None:
        files = {**files, RECORD: with_kept(files[RECORD], before, kept)}
        same = {path for path in files if _holds(folder, path, files[path])}
    old = [path for path in known if path not in files and os.path.lexists(folder / path)]
    paths = tuple(path for path in files if path not in {*kept, *same, RECORD})
    return Change(
        wanted=wanted,
        is_done=not paths and not set(old) - theirs and RECORD in same and not (folder / GUARD).is_file(),
        draft=new_draft(folder, files, stack, of=folder, prefix=_DRAFT),
        paths=paths,
        placed=Placed(
            kept=(*kept, *(path for path in old if path in theirs)),
            removed=tuple(path for path in old if path not in theirs),
        ),
    )


def place_changes(change: Change, stack: ExitStack) -> Placed:
    """Moves the files to their places, and those that are no longer needed away. Raises NotWrittenError; the stack undoes it then."""
    folder, draft = change.wanted.folder, change.draft
    if change.is_done:
        return change.placed
    moves = [*((path, False) for path in change.placed.removed), *((path, True) for path in change.paths)]
    for path, _ in moves:
        if not (folder / path).parent.resolve().is_relative_to(folder.resolve()):
            raise NotWrittenError(f"{folder / path} is outside of {folder} because of a symbolic link")
    at = folder / GUARD
    try:
        if (draft / RECORD).is_file():
            _replace(draft / RECORD, at, stack)
        for path, is_new in moves:
            at = folder / path
            _set_aside(at, draft / _BEFORE / path, stack)
            if is_new:
                make_folder(at.parent, stack)
                (draft / path).rename(at)
                if_failed(stack, at.unlink)
        at = folder / RECORD
        if (folder / GUARD).is_file():
            _replace(folder / GUARD, at, stack)
    except OSError as error:
        raise NotWrittenError(f"{at}: {error.strerror}") from error
    return change.placed


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """Keeps other runs out of a folder, as far as the system can, and removes the drafts of those that were killed."""
    if sys.platform == "win32":
        yield
        return
    import fcntl

    try:
        held = os.open(folder, os.O_RDONLY)
    except OSError as error:
        raise NotWrittenError(f"{folder}: {error.strerror}") from error
    try:
        with suppress(OSError):  # some network folders have no locks
            try:
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise NotWrittenError(f"{folder} is in use by another run of aib2packer") from error
        for each in folder.glob(f"{_DRAFT}*"):
            remove_folder(each)
        yield
    finally:
        os.close(held)


def _known(wanted: Wanted) -> dict[str, set[str]]:
    """The checksums of the files that earlier conversions wrote to the folder; raises NotWrittenError where it is somebody else's."""
    folder = wanted.folder
    try:
        records = [record for name in (RECORD, GUARD) if (record := _record(folder / name, wanted)) is not None]
        if not records and not wanted.force and any(folder.iterdir()):
            raise NotWrittenError(f"{folder} already exists and is not empty", taken=True)
    except OSError as error:
        raise NotWrittenError(f"{folder}: {error.strerror}") from error
    known: dict[str, set[str]] = {}
    for record in records:
        for path, checksum in record.files.items():
            inside(folder, path)
            known.setdefault(path, set()).add(checksum)
    return known


def _record(place: Path, wanted: Wanted) -> Record | None:
    """What an earlier conversion recorded; with --force that of another template counts as well, and a damaged one for nothing."""
    if not place.is_file() or RECORD not in wanted.files:
        return None
    try:
        before = read_record(place.read_bytes())
    except NotARecordError as error:
        if wanted.force:
            return None
        raise NotWrittenError(f"{place} {error}", taken=True) from error
    if not wanted.force and not is_same_template(before, read_record(wanted.files[RECORD])):
        raise NotWrittenError(f"{wanted.folder} holds the project of {before.template.file} ({before.image})", taken=True)
    return before


def _is_of_a_person(folder: Path, path: str, known: Collection[str]) -> bool:
    """Whether a person made or changed what is there since the last conversion."""
    place = folder / path
    is_ours = place.is_file() and not place.is_symlink() and digest(place.read_bytes()) in known
    return os.path.lexists(place) and not is_ours


def _holds(folder: Path, path: str, content: str | bytes) -> bool:
    place = folder / path
    return place.is_file() and not place.is_symlink() and digest(place.read_bytes()) == digest(content)


def _replace(new: Path, place: Path, stack: ExitStack) -> None:
    """Moves a small file over another; at no moment is there none."""
    before = place.read_bytes() if place.is_file() else None
    new.replace(place)
    if_failed(stack, partial(place.unlink, missing_ok=True) if before is None else partial(place.write_bytes, before))


def _set_aside(place: Path, aside: Path, stack: ExitStack) -> None:
    if place.is_dir() and not place.is_symlink():
        raise NotWrittenError(f"{place} is a folder")
    if os.path.lexists(place):
        aside.parent.mkdir(parents=True, exist_ok=True)
        place.rename(aside)
        if_failed(stack, partial(aside.rename, place))
