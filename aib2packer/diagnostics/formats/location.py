"""Where a file is, for a program that reads findings in another folder or on another machine."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import quote


def path_in(folder: Path, name: str) -> str:
    """The path of a file from a folder, with slashes; the whole path of a file that is not in the folder.

    >>> path_in(Path("/work"), "a/../b.json"), path_in(Path("/work"), "/work/c.json"), path_in(Path("/work"), "../d.json")
    ('b.json', 'c.json', '/d.json')
    """
    path = Path(os.path.normpath(folder / name))
    return (path.relative_to(folder) if path.is_relative_to(folder) else path).as_posix()


def uri_in(folder: Path, name: str) -> str:
    """The same as a URI reference: relative in the folder, else with the scheme file.

    >>> uri_in(Path("/work"), "a b.json"), uri_in(Path("/work"), "/c.json")
    ('a%20b.json', 'file:///c.json')
    """
    path = path_in(folder, name)
    return Path(path).as_uri() if Path(path).is_absolute() else quote(path.encode("utf-8", "replace"))
