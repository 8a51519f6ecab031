"""The forms in which templates come, a reader each. Folders and single files know no others; a new form is one more of READERS."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from aib2packer.diagnostics.model import Findings
from aib2packer.diagnostics.place import SourceText
from aib2packer.ir.values import Value
from aib2packer.source.bicep import PARAMETERS, compiled, is_compiled_beside, lacks_compiler, with_template
from aib2packer.source.json_text import read_json


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """One form: its name, the suffixes of its files, and the two functions that take a file through.

    ``load`` gives the bytes of a file, and may run a program for it (or raise NotCompiledError); ``read`` makes values of their
    text. ``recognises`` tells the form of a text whose name has none of the suffixes. ``lacks`` says, as a clause, what this
    machine lacks to load such files. ``is_beside`` tells of a file in a folder that another one, made of it, is read instead;
    where ``in_folders`` is not set, such files are templates only if they are named.
    """

    name: str
    suffixes: tuple[str, ...]
    read: Callable[[SourceText, Findings], Value | None]
    recognises: Callable[[str], bool]
    load: Callable[[Path], bytes] = Path.read_bytes
    lacks: Callable[[], str] = lambda: ""
    is_beside: Callable[[Path], bool] = lambda _path: False
    in_folders: bool = True


JSON = Reader(name="JSON", suffixes=(".json", ".jsonc"), read=read_json, recognises=lambda _text: True)
"""Its messages suit whatever nobody else recognises."""
BICEP = Reader(
    name="Bicep",
    suffixes=(".bicep",),
    read=read_json,
    recognises=lambda _text: False,
    load=compiled,
    lacks=lacks_compiler,
    is_beside=is_compiled_beside,
)
BICEP_PARAMETERS = Reader(
    name="Bicep parameter",
    suffixes=(PARAMETERS,),
    read=read_json,
    recognises=lambda _text: False,
    load=with_template,
    lacks=lacks_compiler,
    in_folders=False,
)
"""In a folder, its template is there by itself."""
READERS = (BICEP, BICEP_PARAMETERS, JSON)


def by_suffix(name: str) -> Reader | None:
    """The reader of files of this name.

    >>> [reader.name if (reader := by_suffix(name)) else None for name in ("a.Bicep", "a.jsonc", "a.txt")]
    ['Bicep', 'JSON', None]
    """
    return next((reader for reader in READERS if name.lower().endswith(reader.suffixes)), None)


def reader_of(source: SourceText) -> Reader:
    """The reader of a text, by its name, else by what it says."""
    return by_suffix(source.name) or next(reader for reader in READERS if reader.recognises(source.text))


def without_suffix(name: str) -> str:
    """The name of a file without the suffix of its form.

    >>> without_suffix("image.v2.bicep"), without_suffix("image.v2")
    ('image.v2', 'image.v2')
    """
    suffix = next((each for reader in READERS for each in reader.suffixes if name.lower().endswith(each)), "")
    return name[: len(name) - len(suffix)]


def in_folder(folder: Path) -> list[Path]:
    """The files of a folder, and of those in it, that have a reader."""
    files = ((path, by_suffix(path.name)) for path in sorted(folder.rglob("*")) if path.is_file())
    return [path for path, reader in files if reader is not None and reader.in_folders and not reader.is_beside(path)]
