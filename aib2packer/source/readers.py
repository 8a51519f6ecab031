"""The forms in which templates come, a reader each. Folders and single files know no others; a new form is one more of READERS."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path

from msgspec import Struct

from aib2packer.diagnostics.model import Findings
from aib2packer.diagnostics.place import SourceText
from aib2packer.ir.values import Value
from aib2packer.source.around import Around
from aib2packer.source.bicep.not_compiled import PARAMETERS
from aib2packer.source.json_text import read_json
from aib2packer.source.parameters import GivenValue
from aib2packer.source.terraform.suffixes import SUFFIXES

_BLOCK = r'(?m)^\s*(?:(?:resource|data)\s+"[\w-]+"\s+"[\w-]+"|(?:variable|module|provider)\s+"[\w-]+"|locals|terraform)\s*\{'


class Reader(Struct, frozen=True, kw_only=True):
    """One form: its name, the suffixes of its files, and the two functions that take a file through.

    ``read`` makes values of a text. ``recognises`` tells the form of a text whose name has none of the suffixes. ``lacks`` says, as
    a clause, what this machine lacks to load such files. ``is_beside`` tells of a file in a folder that another one, made of it, is read instead;
    where ``in_folders`` is not set, such files are templates only if they are named.

    A form whose files belong together has ``gather`` and ``read_with``. ``gather`` gives the bytes of a file, and those of the files
    beside it, by their paths from the folder; it alone opens files, and may run a program (or raise NotCompiledError). ``read_with``
    makes values of the text and of what is around it, in memory. ``is_unit`` tells of a folder that all its files are one template.
    """

    name: str
    suffixes: tuple[str, ...]
    read: Callable[[SourceText, Findings], Value | None]
    recognises: Callable[[str], bool]
    lacks: Callable[[], str] = lambda: ""
    is_beside: Callable[[Path], bool] = lambda _path: False
    in_folders: bool = True
    gather: Callable[[Path], tuple[bytes, Mapping[str, bytes]]] | None = None
    read_with: Callable[[SourceText, Around, Findings], Value | None] | None = None
    is_unit: Callable[[Path], bool] | None = None


def _lacks_compiler() -> str:
    from aib2packer.source.bicep.compiler import lacks_compiler

    return lacks_compiler()


def _is_compiled_beside(path: Path) -> bool:
    from aib2packer.source.bicep.compiler import is_compiled_beside

    return is_compiled_beside(path)


def _gathered_bicep(path: Path) -> tuple[bytes, Mapping[str, bytes]]:
    from aib2packer.source.bicep.compiler import gathered_bicep

    return gathered_bicep(path)


def _read_compiled(source: SourceText, around: Around, findings: Findings) -> Value | None:
    from aib2packer.source.bicep.places import read_compiled

    return read_compiled(source, around, findings)


def _gathered_terraform(path: Path) -> tuple[bytes, Mapping[str, bytes]]:
    from aib2packer.source.terraform.gathering import gathered

    return gathered(path)


def _is_configuration(path: Path) -> bool:
    from aib2packer.source.terraform.gathering import is_configuration

    return is_configuration(path)


def _read_terraform(source: SourceText, around: Around, findings: Findings) -> Value | None:
    from aib2packer.source.terraform.reader import read_terraform

    return read_terraform(source, around, findings)


JSON = Reader(name="JSON", suffixes=(".json", ".jsonc"), read=read_json, recognises=lambda _text: True)
"""Its messages suit whatever nobody else recognises."""
BICEP = Reader(
    name="Bicep",
    suffixes=(".bicep",),
    read=read_json,
    recognises=lambda _text: False,
    gather=_gathered_bicep,
    read_with=_read_compiled,
    lacks=_lacks_compiler,
    is_beside=_is_compiled_beside,
)
BICEP_PARAMETERS = Reader(
    name="Bicep parameter",
    suffixes=(PARAMETERS,),
    read=read_json,
    recognises=lambda _text: False,
    gather=_gathered_bicep,
    read_with=_read_compiled,
    lacks=_lacks_compiler,
    in_folders=False,
)
"""In a folder, its template is there by itself."""
TERRAFORM = Reader(
    name="Terraform",
    suffixes=SUFFIXES,
    read=lambda source, findings: _read_terraform(source, Around(), findings),
    recognises=lambda text: re.search(_BLOCK, text) is not None,
    gather=_gathered_terraform,
    read_with=_read_terraform,
    is_unit=_is_configuration,
)
READERS = (BICEP, BICEP_PARAMETERS, TERRAFORM, JSON)


def by_suffix(name: str) -> Reader | None:
    """The reader of files of this name.

    >>> [reader.name if (reader := by_suffix(name)) else None for name in ("a.Bicep", "a.jsonc", "a.txt")]
    ['Bicep', 'JSON', None]
    """
    return next((reader for reader in READERS if name.lower().endswith(reader.suffixes)), None)


def reader_of(source: SourceText) -> Reader:
    """The reader of a text, by its name, else by what it says."""
    if source.name.endswith("/"):
        return next(reader for reader in READERS if reader.is_unit is not None)
    return by_suffix(source.name) or next(reader for reader in READERS if reader.recognises(source.text))


def without_suffix(name: str) -> str:
    """The name of a file without the suffix of its form.

    >>> without_suffix("image.v2.bicep"), without_suffix("image.v2")
    ('image.v2', 'image.v2')
    """
    suffix = next((each for reader in READERS for each in reader.suffixes if name.lower().endswith(each)), "")
    return name[: len(name) - len(suffix)]


def for_path(name: str) -> Reader:
    """The reader that loads a file, or a folder that is one template."""
    path = Path(name)
    unit = next((reader for reader in READERS if reader.is_unit is not None and path.is_dir() and reader.is_unit(path)), None)
    return unit or by_suffix(name) or JSON


def is_variable_file(name: str) -> bool:
    """Whether a file that was passed with ``-p`` has values of Terraform's variables."""
    return name.lower().endswith((".tfvars", ".tfvars.json"))


def read_variables(source: SourceText, findings: Findings) -> tuple[GivenValue, ...]:
    """The values of such a file."""
    from aib2packer.source.terraform.reader import read_variable_file

    return read_variable_file(source, findings)
