"""The files of a project, on disk or in memory; a file is read when it is asked for."""

from __future__ import annotations

from pathlib import Path
from posixpath import dirname, normpath
from typing import Protocol

from msgspec import Struct

from aib2packer.project_folder.record import Files

_MAX_BYTES = 4 * 1024 * 1024


class TooLargeError(Exception):
    """A file is larger than anything that Packer or a shell would be given."""


class ProjectFiles(Protocol):
    """Files by their paths from the folder of the project, with slashes."""

    def listed(self, folder: str = "") -> tuple[str, ...]:
        """The names of the files in a folder, sorted."""
        ...

    def content(self, path: str) -> bytes | None:
        """What is in a file; None where there is none. Raises OSError and TooLargeError."""
        ...


class InMemory(Struct, frozen=True):
    """Files that a conversion gave."""

    files: Files

    def listed(self, folder: str = "") -> tuple[str, ...]:
        """The names of the files in a folder, sorted."""
        return tuple(sorted(path.rpartition("/")[2] for path in self.files if dirname(path) == folder))

    def content(self, path: str) -> bytes | None:
        """What is in a file; None where there is none."""
        found = self.files.get(normpath(path))
        return found.encode() if isinstance(found, str) else found


class OnDisk(Struct, frozen=True):
    """The files of a folder, and those that its files name outside of it."""

    folder: Path

    def listed(self, folder: str = "") -> tuple[str, ...]:
        """The names of the files in a folder, sorted."""
        path = self.folder / folder
        return tuple(sorted(each.name for each in path.iterdir() if each.is_file())) if path.is_dir() else ()

    def content(self, path: str) -> bytes | None:
        """What is in a file; None where there is none. Raises OSError and TooLargeError."""
        found = self.folder / path
        if not found.is_file():
            return None
        if found.stat().st_size > _MAX_BYTES:
            raise TooLargeError
        return found.read_bytes()


class Below(Struct, frozen=True):
    """The files in a folder of others."""

    files: ProjectFiles
    folder: str

    def listed(self, folder: str = "") -> tuple[str, ...]:
        """The names of the files in a folder, sorted."""
        return self.files.listed(f"{self.folder}/{folder}".rstrip("/"))

    def content(self, path: str) -> bytes | None:
        """What is in a file; None where there is none. Raises OSError and TooLargeError."""
        return self.files.content(f"{self.folder}/{path}")


class With(Struct, frozen=True):
    """Files with one more in the folder itself."""

    files: ProjectFiles
    name: str
    text: bytes

    def listed(self, folder: str = "") -> tuple[str, ...]:
        """The names of the files in a folder, sorted."""
        names = self.files.listed(folder)
        return names if folder else tuple(sorted((*names, self.name)))

    def content(self, path: str) -> bytes | None:
        """What is in a file; None where there is none. Raises OSError and TooLargeError."""
        return self.text if path == self.name else self.files.content(path)
