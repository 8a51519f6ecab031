"""What the fetch scripts of a project download, read back from the lines that aib2packer writes into them."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping
from hashlib import sha256

from msgspec import Struct

from aib2packer.comparison.reading import PackerProject
from aib2packer.diagnostics.place import Place, SourceText

SCRIPTS = ("scripts/fetch.sh", "scripts/fetch.ps1")
_CALLS = ("fetch ", "Get-File ")
_GIVEN = re.compile(r"^\$?(url|sum) ?= ?(.*)$")


class Download(Struct, frozen=True, kw_only=True):
    """A file that is fetched: from where and with which checksum, as the script writes them; the checksum may be empty."""

    url: str
    sha256: str
    place: Place


def downloads_of(project: PackerProject) -> Mapping[str, Mapping[str, Download]]:
    """For each fetch script of a project what it downloads, by the names of the files."""
    texts = {name: project.text(name) for name in SCRIPTS}
    return {name: downloads_in(SourceText(name, text)) for name, text in texts.items() if text is not None}


def frame_of(text: str) -> str:
    """A fetch script without what it downloads."""
    return "\n".join(line for line in text.splitlines() if not line.startswith(_CALLS) and not _GIVEN.match(line))


def is_content(content: bytes, checksum: str) -> bool:
    """Whether a file is the one that a checksum is of."""
    return sha256(content).hexdigest() == checksum.lower()


def downloads_in(script: SourceText) -> dict[str, Download]:
    """What a fetch script downloads, by the names of the files."""
    found: dict[str, Download] = {}
    given: dict[str, str] = {}
    position = 0
    for line in script.text.splitlines(keepends=True):
        assigned = _GIVEN.match(line.rstrip())
        if assigned is not None:
            given[f"${assigned.group(1)}"] = assigned.group(2)
        elif line.startswith(_CALLS):
            words = _words(line.strip())
            if len(words) > 2:
                url, name, *sums = (given.get(word, word) for word in words[1:])
                place = Place(script, position, position + len(line.rstrip()))
                found[name] = Download(url=url, sha256=sums[0] if sums else "", place=place)
                given = {}
        position += len(line)
    return found


def _words(line: str) -> list[str]:
    try:
        return shlex.split(line.replace("''", "'\\''") if line.startswith("Get-File") else line)
    except ValueError:
        return []
