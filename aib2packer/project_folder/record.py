""".aib2packer.json: how a project was made, so that it can be made again, compared, and checked before its first build.

It holds no path of a machine, no time and no secret.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping, Sequence
from hashlib import sha256
from zlib import crc32

import msgspec
from msgspec import Struct, field

from aib2packer.version import __version__

FILE = ".aib2packer.json"
FORMAT = 1
"""Increased when an older aib2packer could misread the file."""
_MARK = 6

Files = Mapping[str, str | bytes]


class NotARecordError(Exception):
    """This version cannot read the file as a record; the message gives the reason."""


class Origin(Struct, frozen=True, kw_only=True):
    """A file that a conversion read: its name without its folder, and the sha256 of its content."""

    file: str
    sha256: str


class Record(Struct, frozen=True, kw_only=True):
    """``image`` and ``outputs`` name the image and its runOutputNames, ``options`` are words of the command line; ``files`` maps each file written to its sha256, ``downloads`` each file that is fetched to the setting that names it. ``version`` is that of aib2packer, ``lines`` holds the marks of the lines of each HCL file."""

    template: Origin
    image: str
    outputs: Sequence[str]
    options: Sequence[str]
    parameters: Sequence[Origin]
    files: Mapping[str, str]
    downloads: Mapping[str, str]
    needs: Sequence[object]
    version: str = __version__
    lines: Mapping[str, str] = field(default_factory=dict)


def is_same_template(one: Record, other: Record) -> bool:
    """Whether two conversions were of the same template, which may have changed between them."""
    names = (one.template.file, one.image) == (other.template.file, other.image)
    return names and (not one.outputs or not other.outputs or bool({*one.outputs} & {*other.outputs}))


def origin(name: str, data: bytes) -> Origin:
    """A file as the record names it."""
    return Origin(file=file_name(name), sha256=digest(data))


def file_name(path: str) -> str:
    r"""The name of a file without its folder; a question mark for each byte of it that is no UTF-8.

    >>> file_name("images/web.json"), file_name(r"images\web.json"), file_name("w\udcff.json")
    ('web.json', 'web.json', 'w?.json')
    """
    return path.replace("\\", "/").rstrip("/").rpartition("/")[2].encode(errors="replace").decode()


def digest(content: str | bytes) -> str:
    """The sha256 of a file, in hexadecimal digits."""
    return sha256(content.encode() if isinstance(content, str) else content).hexdigest()


def line_marks(content: str | bytes) -> tuple[str, ...]:
    r"""A mark of six digits for each line that says something, in order, whatever its spaces are.

    >>> line_marks("a = 1\n") == line_marks("  a   =  1\n\n")
    True
    """
    text = content if isinstance(content, str) else content.decode(errors="replace")
    lines = (" ".join(line[0].split()) for line in re.finditer(".+", text))
    return tuple(f"{crc32(line.encode()) & 0xFFFFFF:06x}" for line in lines if line)


def marks_in(text: str) -> tuple[str, ...]:
    """The marks that stand in one text, as a record holds them."""
    return tuple(text[at : at + _MARK] for at in range(0, len(text), _MARK))


def with_record(record: Record, files: Files) -> dict[str, str | bytes]:
    """The files of a project, and the record of them."""
    others = {path: text for path, text in files.items() if path != FILE}
    said = {
        "aib2packer": __version__,
        "format": FORMAT,
        "template": {
            "file": record.template.file,
            "image": record.image,
            "outputs": list(record.outputs),
            "sha256": record.template.sha256,
        },
        "options": list(record.options),
        "parameters": [{"file": each.file, "sha256": each.sha256} for each in record.parameters],
        "files": {path: digest(others[path]) for path in sorted(others)},
        "lines": {path: "".join(line_marks(others[path])) for path in sorted(others) if path.endswith(".pkr.hcl")},
        "downloads": dict(record.downloads),
        "needs": record.needs,
    }
    return {**others, FILE: _as_text(said)}


def with_kept(text: str | bytes, before: Record, kept: Collection[str]) -> str:
    """A record of files of which some were kept: of these it has what ``before`` says, so that their changes can still be told."""
    said = json.loads(text)
    for name, earlier in (("files", before.files), ("lines", before.lines)):
        rest = {path: mark for path, mark in said[name].items() if path not in kept}
        said[name] = dict(sorted({**rest, **{path: earlier[path] for path in kept if path in earlier}}.items()))
    return _as_text(said)


def _as_text(said: Mapping[str, object]) -> str:
    needs = said["needs"]
    assert isinstance(needs, Sequence)
    text = msgspec.json.format(msgspec.json.encode({**said, "needs": []}), indent=2).decode()
    return text.removesuffix("[]\n}") + _one_a_line(needs) + "\n}\n"


def _one_a_line(needs: Sequence[object]) -> str:
    lines = ",\n".join(f"    {msgspec.json.format(msgspec.json.encode(each), indent=0).decode()}" for each in needs)
    return f"[\n{lines}\n  ]" if needs else "[]"


def read_record(text: str | bytes) -> Record:
    """The record in a file; raises NotARecordError."""
    try:
        said = json.loads(text)
        if said["format"] > FORMAT:
            raise NotARecordError(f"was written by a newer aib2packer ({said['aib2packer']})")
        return Record(
            template=Origin(file=str(said["template"]["file"]), sha256=str(said["template"]["sha256"])),
            image=str(said["template"]["image"]),
            outputs=[str(each) for each in said["template"]["outputs"]],
            options=[str(each) for each in said["options"]],
            parameters=[Origin(file=str(each["file"]), sha256=str(each["sha256"])) for each in said["parameters"]],
            files={str(path): str(each) for path, each in said["files"].items()},
            downloads={str(path): str(each) for path, each in said["downloads"].items()},
            needs=list(said["needs"]),
            version=str(said["aib2packer"]),
            lines={str(path): str(each) for path, each in said.get("lines", {}).items()},
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise NotARecordError("is damaged") from error
