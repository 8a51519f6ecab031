"""The files of a run, and the folder for the project of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from msgspec import Struct

from aib2packer.project_folder.naming import absolute, no_device, telling_apart
from aib2packer.source.inputs import Inputs
from aib2packer.source.readers import JSON, READERS, by_suffix


class Job(Struct, frozen=True, kw_only=True):
    """A file to convert (``-``: standard input), and the folder for its project; ``scanned`` where a folder was named.

    ``shown`` is its name in a table: that in the folder. ``earlier`` is the file before it whose project goes to the same folder.
    ``lacking`` are the files of folders that cannot be loaded for ``lack``, what this machine lacks; they are one job, so that it is
    said once. ``read`` is what was read already.
    """

    name: str
    folder: Path
    scanned: bool = False
    shown: str = ""
    earlier: str = ""
    lacking: tuple[str, ...] = ()
    lack: str = ""
    read: tuple[bytes, Mapping[str, bytes]] | None = None


def jobs_for(inputs: Inputs, output: Path | None) -> list[Job]:
    """The files that were named, and those in folders.

    The project of one file that was named goes to the output folder itself. Those of several, and of a folder, which may get more, go below it.
    """
    found = _files(inputs)
    single = len(found) == 1
    lacking = {} if single else _lacking([name for name, _, scanned in found if scanned])
    left = {name for names in lacking.values() for name in names}
    found = [each for each in found if each[0] not in left]
    stems = telling_apart([name for name, _, _ in found], [stem for _, stem, _ in found])
    read = {str(unit): each for folder in inputs.folders.values() for unit, each in folder.read.items()}
    jobs: list[Job] = []
    first: dict[Path, str] = {}
    for (name, _, scanned), stem in zip(found, stems, strict=True):
        folder = _folder(stem, output, single and not scanned)
        jobs.append(
            Job(
                name=name,
                shown=shown_name(name, inputs),
                folder=folder,
                scanned=scanned,
                earlier=first.get(folder, ""),
                read=read.get(name),
            )
        )
        first.setdefault(folder, name)
    return jobs + [_lacking_job(lack, names, inputs) for lack, names in lacking.items()]


def _files(inputs: Inputs) -> list[tuple[str, Path, bool]]:
    """Each file once: its path, the folder of its project, and whether it was found in a folder."""
    found: list[tuple[str, Path, bool]] = []
    for template in inputs.names:
        path = Path(template)
        if template in inputs.folders:
            inside = inputs.folders[template].templates
            found += [(str(each), _stem(each, path), inside != (path,)) for each in inside]
        else:
            found.append((template, Path("template" if template == "-" else path.stem), False))
    return [(file, no_device(stem), scanned) for file, stem, scanned in {absolute(each[0]): each for each in found}.values()]


def _lacking_job(lack: str, names: Sequence[str], inputs: Inputs) -> Job:
    shown = _all_of(names)
    return Job(
        name=shown,
        shown=shown_name(shown, inputs),
        folder=Path(names[0]).parent,
        scanned=True,
        lacking=tuple(names),
        lack=lack,
    )


def shown_name(name: str, inputs: Inputs) -> str:
    """The name of a file in a table: its path in the folder, if one folder was named."""
    is_one = len(inputs.names) == 1 and inputs.names[0] in inputs.folders
    return Path(name).relative_to(inputs.names[0]).as_posix() if is_one else name


def _stem(path: Path, folder: Path) -> Path:
    """The folder of a file's project; two files whose names differ in their forms only have two."""
    inner = path.relative_to(folder)
    if path.is_dir():
        return inner if inner.name else Path(path.resolve().name)
    is_alone = by_suffix(path.name) is JSON or not any(path.with_suffix(suffix).is_file() for suffix in JSON.suffixes)
    return inner.with_suffix("") if is_alone else inner.with_name(f"{inner.stem}-{inner.suffix.lstrip('.')}")


def _all_of(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{names[0]} and {len(names) - 1} more"


def _lacking(names: Sequence[str]) -> dict[str, list[str]]:
    """The files that this machine cannot load, by what it lacks."""
    lacks = {reader.name: reader.lacks() for reader in READERS}
    found: dict[str, list[str]] = {}
    for name in names:
        reader = by_suffix(name)
        if reader is not None and lacks[reader.name]:
            found.setdefault(lacks[reader.name], []).append(name)
    return found


def _folder(stem: Path, output: Path | None, single: bool) -> Path:
    if output is None:
        return stem.with_name(f"{stem.name}-packer")
    return output if single else output / stem
