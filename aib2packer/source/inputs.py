"""What a command line names: files, patterns of file names, and folders, each looked through once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from glob import glob, has_magic
from pathlib import Path

from msgspec import Struct, field

from aib2packer.project_folder.drafts import is_in_draft
from aib2packer.source.readers import Reader, by_suffix

_SILENT = frozenset({".git", ".terraform"})


class Folder(Struct, frozen=True, kw_only=True):
    """The files of a folder, and of those in it.

    ``templates`` have a reader; a folder whose files are one template stands for them, and ``read`` has its bytes. ``others`` are for no
    reader; what belongs to git or to a draft of ours, or Terraform downloaded, is none of the user's, and what a template of several files reads is a part
    of it.
    """

    templates: tuple[Path, ...]
    others: tuple[Path, ...]
    read: Mapping[Path, tuple[bytes, Mapping[str, bytes]]]


class Inputs(Struct, frozen=True, kw_only=True):
    """The names, patterns replaced by the files that they fit, and what is in those that are folders."""

    names: tuple[str, ...]
    folders: Mapping[str, Folder] = field(default_factory=dict)


def inputs_of(templates: Sequence[str]) -> Inputs:
    """Looks up what was named; ``-`` is standard input."""
    names = tuple(dict.fromkeys(name for template in templates for name in _fitting(template)))
    return Inputs(names=names, folders={name: look_through(Path(name)) for name in names if name != "-" and Path(name).is_dir()})


def _fitting(template: str) -> list[str]:
    """The files that a pattern fits, where the shell left it as it is; a pattern that fits none is a name."""
    if template == "-" or not has_magic(template) or Path(template).exists():
        return [template]
    return sorted(glob(template, recursive=True)) or [template]  # noqa: PTH207 (a pattern may be absolute, Path.glob takes none)


def look_through(folder: Path) -> Folder:
    """Finds all files in one walk, and reads those templates that are folders."""
    files = [path for path in sorted(folder.rglob("*")) if path.is_file() and not _is_silent(path.relative_to(folder))]
    units = _units_of(files)
    read: dict[Path, tuple[bytes, Mapping[str, bytes]]] = {}
    for unit, reader in units.items():
        with suppress(OSError):
            if reader.gather is not None:
                read[unit] = reader.gather(unit)
    along = {path for unit, (_, beside) in read.items() for path in _read_by(unit, units[unit], beside)}
    templates: dict[Path, None] = {}
    others: list[Path] = []
    for path in files:
        reader_ = by_suffix(path.name)
        if path.resolve() in along:
            continue
        if reader_ is None or not reader_.in_folders or reader_.is_beside(path):
            others.append(path)
        else:
            templates[path.parent if units.get(path.parent) is reader_ else path] = None
    return Folder(templates=tuple(templates), others=tuple(others), read=read)


def _is_silent(path: Path) -> bool:
    return is_in_draft(path) or not _SILENT.isdisjoint(path.parts)


def _units_of(files: Sequence[Path]) -> dict[Path, Reader]:
    """The folders of the files that are one template each, with their readers."""
    pairs = {(path.parent, reader.name): reader for path in files if (reader := by_suffix(path.name)) is not None}
    return {folder: reader for (folder, _), reader in pairs.items() if reader.is_unit is not None and reader.is_unit(folder)}


def _read_by(unit: Path, reader: Reader, beside: Mapping[str, bytes]) -> Iterator[Path]:
    """The files that a folder reads beside those that make it a template."""
    return ((unit / name).resolve() for name in beside if "/" in name or not name.endswith(reader.suffixes))
