"""Names for files that are downloaded, after their URLs."""

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit

from aib2packer.ir.parts import Download
from aib2packer.ir.text import known_text
from aib2packer.ir.values import Joined, Value
from aib2packer.project_folder.naming import is_device

_UNSAFE = r"[^A-Za-z0-9._-]+"


def file_name(download: Download) -> str:
    """A safe name for a file that is downloaded, after its URL without the parts that are expressions."""
    return _safe_name(download.url, download.usual_name)


def _safe_name(url: Value, fallback: str) -> str:
    """A safe name for the file at a URL; the fallback where nothing is left.

    >>> from aib2packer.ir.values import Literal
    >>> _safe_name(Literal("https://x.example/a%20b/r%20(old).txt?v=1"), "file"), _safe_name(Literal("https://x.example/"), "file")
    ('r-old.txt', 'file')
    >>> _safe_name(Literal("https://x.example/con.sh"), "file"), _safe_name(Literal("https://x.example/NUL"), "file")
    ('con-file.sh', 'NUL-file')
    """
    texts = [known_text(part) or "" for part in (url.parts if isinstance(url, Joined) else (url,))]
    path = urlsplit(texts[0]).path if len(texts) == 1 else "".join(texts).partition("?")[0]
    name = re.sub(_UNSAFE, "-", unquote(path).rpartition("/")[2]).strip("-")[:80]
    stem, dot, extension = name.partition(".")
    stem = f"{stem}-file" if is_device(stem) else stem
    return f"{stem.rstrip('-') or fallback.partition('.')[0]}{dot}{extension}".rstrip("-.") if name.strip("-.") else fallback
