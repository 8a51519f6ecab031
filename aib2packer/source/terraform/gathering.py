"""Which files belong to a Terraform configuration: found on disk for the batch layer, which hands their bytes on."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path

from aib2packer.source.terraform.suffixes import SUFFIXES

MAX_BYTES = 4 * 1024 * 1024
"""Larger files beside a configuration are not loaded."""
_MAX_FILES = 2000
_READ_BY = re.compile(r'\b(?:file|templatefile|filebase64|filesha256|filemd5|fileexists|fileset)\(\s*\\?"([^"\\\n]+)\\?"')
_MODULE = re.compile(r'^\s*"?source"?\s*[=:]\s*"(\.{1,2}(?:/[^"\n]*)?)"', re.MULTILINE)
_HERE = re.compile(r"\$\{path\.(?:module|root|cwd)\}/?")
_LIVE = re.compile(r"\$\{[^}]*\}")


def is_configuration(folder: Path) -> bool:
    """Whether a folder has .tf files of its own."""
    return folder.is_dir() and any(path.is_file() for path in _in(folder))


def gathered(path: Path) -> tuple[bytes, Mapping[str, bytes]]:
    """What stands for a configuration, and the files of it: of a folder all .tf files, of a file itself alone.

    A folder is stood for by a list of its files with their checksums. Beside them are variable files, the .tf files of modules below
    or next to it, and what file() and templatefile() name. Raises OSError.
    """
    is_folder = path.is_dir()
    folder = path if is_folder else path.parent
    files: dict[str, bytes] = {}
    own = _in(folder) if is_folder else [path]
    for each in [*own, *sorted(folder.glob("*.tfvars")), *sorted(folder.glob("*.tfvars.json"))]:
        if each.is_file():
            files[each.name] = each.read_bytes()
    pending = [(".", each.name) for each in own]
    while pending and len(files) < _MAX_FILES:
        inner, name = pending.pop()
        text = files[name].decode(errors="replace")
        for found in _read_by(text, folder, inner):
            files.setdefault(found, (folder / found).read_bytes())
        for module in (_joined(inner, match.group(1)) for match in _MODULE.finditer(text)):
            for each in _in(folder / module):
                key = _joined(module, each.name)
                if key not in files and each.is_file():
                    files[key] = each.read_bytes()
                    pending.append((module, key))
    if not is_folder:
        return files[path.name], files
    lines = (f"{sha256(data).hexdigest()}  {name}\n" for name, data in sorted(files.items()))
    return "".join(lines).encode(), files


def _in(folder: Path) -> list[Path]:
    """The files of a configuration in a folder, in either syntax."""
    return sorted(path for suffix in SUFFIXES for path in folder.glob(f"*{suffix}"))


def _read_by(text: str, folder: Path, inner: str) -> Iterator[str]:
    """The paths of the files that a text names, from the folder; live parts of a name are any characters."""
    for match in _READ_BY.finditer(text):
        said = match.group(1)
        for start in {inner, "."} if _HERE.match(said) else {"."}:
            pattern = _LIVE.sub("*", _joined(start, _HERE.sub("", said)))
            yield from (each for each in _matching(folder, pattern) if (folder / each).stat().st_size <= MAX_BYTES)
    if "fileset" in text:
        yield from (each for each in _matching(folder, f"{inner}/**/*") if (folder / each).stat().st_size <= MAX_BYTES)


def _matching(folder: Path, pattern: str) -> Iterator[str]:
    if pattern.startswith("/"):
        return
    if "*" not in pattern:
        if (folder / pattern).is_file():
            yield pattern
        return
    root = Path(*(part for part in pattern.split("/") if part == ".."))
    for path in sorted((folder / root).glob("/".join(part for part in pattern.split("/") if part != ".."))):
        if path.is_file():
            yield _joined(root.as_posix(), path.relative_to(folder / root).as_posix())


def _joined(folder: str, path: str) -> str:
    from posixpath import join, normpath

    return normpath(join(folder, path))
