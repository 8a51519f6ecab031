"""Writes projects to disk: all of them or none, never outside of their folders, and without overwriting unless forced.

A folder that is not there yet appears complete, by one rename. One that is there is changed in place, for it may be a mount point or
somebody's working directory: see ``in_place``.
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Mapping
from contextlib import ExitStack
from functools import partial
from pathlib import Path, PurePosixPath

from msgspec import Struct

from aib2packer.project_folder.drafts import NotWrittenError, if_failed, make_folder, new_draft, remove_folder
from aib2packer.project_folder.in_place import Change, Placed, Wanted, change_in_place, place_changes
from aib2packer.project_folder.naming import is_device
from aib2packer.project_folder.record import Files

_READ_BY_PACKER = (".pkr.hcl", ".pkr.json", ".auto.pkrvars.hcl", ".auto.pkrvars.json")
_UNSAFE = r"[^A-Za-z0-9._-]+"


def folder_name(name: str) -> str:
    """A folder name for an image; it never leads outside of the folder that it is put in.

    >>> folder_name("ubuntu 22.04"), folder_name(".."), folder_name("../../etc"), folder_name("aux"), len(folder_name("a" * 300))
    ('ubuntu-22.04', 'image', 'etc', 'image-aux', 100)
    """
    safe = re.sub(_UNSAFE, "-", name).strip("-.")[:100].strip("-.") or "image"
    return f"image-{safe}" if is_device(safe) else safe


def write_projects(projects: Mapping[Path, Files], *, force: bool, filled_in: Collection[str] = ()) -> dict[Path, Placed]:
    """Writes each project to its folder; its files are texts or bytes, by their paths in it.

    A folder that an earlier conversion of the same template wrote is brought up to date: files that a person changed since are kept,
    those that are no longer needed go, all others stay. With ``force`` it writes into any folder, over files of the same names, but not
    over ``filled_in``, the files that a person fills in. Raises NotWrittenError, after which everything is as it was before.
    """
    with ExitStack() as stack:
        drafts = [_drafted(Wanted(folder, files, force, frozenset(filled_in)), stack) for folder, files in projects.items()]
        return {each.wanted.folder: _placed(each, stack) for each in drafts}


def read_along(folder: Path, files: Collection[str]) -> list[str]:
    """Other files in the folders of a project that Packer also reads; sorted paths in the project."""
    places = {PurePosixPath(path).parent for path in files if path.endswith(".pkr.hcl")}
    found = (place / each.name for place in places for each in (folder / place).iterdir() if each.name.endswith(_READ_BY_PACKER))
    return sorted(str(each) for each in found if str(each) not in files)


class _New(Struct, frozen=True):
    """A project for a folder that is not there yet, and its draft."""

    wanted: Wanted
    draft: Path


def _drafted(wanted: Wanted, stack: ExitStack) -> _New | Change:
    folder = wanted.folder
    if os.path.lexists(folder):
        if folder.is_dir():
            return change_in_place(wanted, stack)
        raise NotWrittenError(f"{folder} already exists and is not a folder")
    make_folder(folder.parent, stack)
    return _New(wanted, new_draft(folder.parent, wanted.files, stack, of=folder))


def _placed(each: _New | Change, stack: ExitStack) -> Placed:
    if isinstance(each, Change):
        return place_changes(each, stack)
    folder = each.wanted.folder
    try:
        each.draft.rename(folder)
    except OSError as error:
        if folder.is_dir():  # another run made it a moment ago
            return place_changes(change_in_place(each.wanted, stack), stack)
        raise NotWrittenError(f"{folder}: {error.strerror}") from error
    if_failed(stack, partial(remove_folder, folder))
    return Placed()
