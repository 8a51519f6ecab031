"""The folders of the projects of a run: each has one of its own, told from the others by its parent folders."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path, PurePath

_DEVICE = r"(?i)(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|\Z)"


def absolute(file: str) -> PurePath:
    """The path of a file from the root, without ``..``; links stay."""
    return PurePath(os.path.normpath(Path(file).absolute()))


def telling_apart(files: Sequence[str], stems: Sequence[Path]) -> list[Path]:
    """A folder for the project of each file: its stem, with as many parent folders before it as tell it from those of the others.

    Two files of one folder whose names differ in their suffixes only are told apart by these, as is a file beside a folder of its name.

    >>> names = ["a/template.json", "b/template.json", "c/other.json"]
    >>> [path.as_posix() for path in telling_apart(names, [Path(name).relative_to(name[0]).with_suffix("") for name in names])]
    ['a/template', 'b/template', 'other']
    """
    places = [absolute(file) for file in files]
    stems = _with_suffixes(places, stems)
    depths = [0] * len(stems)
    while True:
        folders = [_deeper(*each) for each in zip(places, stems, depths, strict=True)]
        counts = Counter(str(folder).lower() for folder in folders)
        clashing = [
            at for at, folder in enumerate(folders) if counts[str(folder).lower()] > 1 and depths[at] < len(places[at].parts)
        ]
        if not clashing:
            break
        for at in clashing:
            depths[at] += 1
    inside = {parent for folder in folders for parent in folder.parents}
    return [_suffixed(folder, file) if folder in inside else folder for folder, file in zip(folders, places, strict=True)]


def _with_suffixes(files: Sequence[PurePath], stems: Sequence[Path]) -> list[Path]:
    taken = {(file.parent, stem) for file, stem in zip(files, stems, strict=True) if not file.suffix}
    found: list[Path] = []
    for file, stem in zip(files, stems, strict=True):
        free = stem if not file.suffix or (file.parent, stem) not in taken else _suffixed(stem, file)
        taken.add((file.parent, free))
        found.append(free)
    return found


def _suffixed(folder: Path, file: PurePath) -> Path:
    suffix = file.suffix.lstrip(".")
    return folder.with_name(f"{folder.name}-{suffix}") if suffix and not folder.name.endswith(f"-{suffix}") else folder


def _deeper(file: PurePath, stem: Path, depth: int) -> Path:
    """The stem with further parent folders of its file before it."""
    parents = file.parent.relative_to(file.anchor).parts
    above = parents[: len(parents) - len(stem.parts) + 1]
    return Path(*above[max(0, len(above) - depth) :], stem) if depth else stem


def no_device(folder: Path) -> Path:
    """The folder by a name that Windows can give it.

    >>> no_device(Path("images/con")).as_posix(), no_device(Path("images/web")).as_posix()
    ('images/image-con', 'images/web')
    """
    return folder.with_name(f"image-{folder.name}") if is_device(folder.name) else folder


def is_device(name: str) -> bool:
    """Whether a name is that of a device on Windows, where no file can have it, with any extension.

    >>> is_device("aux"), is_device("NUL.sh"), is_device("console")
    (True, True, False)
    """
    return re.match(_DEVICE, name) is not None
