"""What a template names by its address: `scriptUri` and `sourceUri` with their `sha256Checksum` (aib-service 2.1, 2.2).

Image Builder downloads when a template is submitted; the project's fetch scripts do so before the build (packer-mapping 5).
"""

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit

from aib2packer.constructs.fields import Fields
from aib2packer.constructs.keys import Key, text
from aib2packer.constructs.project import Project, joined, known_text, signature_variable
from aib2packer.diagnostics import construct_codes as codes
from aib2packer.diagnostics.model import Fidelity
from aib2packer.hcl.text import HclText
from aib2packer.ir.template import Download
from aib2packer.ir.values import Joined, Literal, Value

_DIGITS = re.compile(r"[0-9A-Fa-f]{64}\Z")
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")


def address_key(name: str, old_names: tuple[str, ...] = (), since: str = "2019-05-01-preview") -> Key:
    """The key that names a file by its address."""
    return Key(
        name=name,
        holds=text(),
        fidelity=Fidelity.EQUIVALENT,
        packer="`scripts/fetch.sh`, then a file of the project",
        service="Downloads when the template is submitted, and keeps a copy.",
        project="Downloads when you run `scripts/fetch.sh` (or `fetch.ps1`), before the build.",
        old_names=old_names,
        since=since,
    )


def checksum_key() -> Key:
    """The key with the checksum of that file."""
    return Key(
        name="sha256Checksum",
        holds=text(),
        fidelity=Fidelity.EQUIVALENT,
        packer="checked by `scripts/fetch.sh`",
        service="Compares it when the template is submitted.",
        project="The fetch scripts compare it after the download.",
        since="2019-05-01-preview",
    )


def read_download(fields: Fields, name: str) -> Download | None:
    """The file that a key names, with its checksum; None where the key is absent."""
    url = fields.text(name)
    if url is None:
        return None
    _check_address(fields, name, url)
    bare, signed = _without_signature(url)
    return Download(url=bare, sha256=_checksum(fields), signed=signed, path=fields.path_of(name))


def _without_signature(url: Value) -> tuple[Value, bool]:
    parts = url.parts if isinstance(url, Joined) else (url,)
    for number, part in enumerate(parts):
        known = known_text(part) or ""
        start, mark, query = known.partition("?")
        if mark and "sig=" in query.lower():
            return joined(*parts[:number], start), True
    return url, False


def _checksum(fields: Fields) -> Value | None:
    value = fields.text("sha256Checksum")
    known = known_text(value)
    if known is None:
        return value
    if not _DIGITS.match(known):
        message = "`sha256Checksum` is not 64 hexadecimal digits: nothing is converted; write the output of `sha256sum`."
        fields.report_at("sha256Checksum", codes.BAD_CHECKSUM, message)
        return None
    if known != known.lower():
        message = "`sha256Checksum` is in capital letters, which Image Builder refuses; it is read as the same in small letters."
        fields.report_at("sha256Checksum", codes.UPPER_CASE_CHECKSUM, message)
    return Literal(known.lower(), place=value.place if value else None)


def _check_address(fields: Fields, name: str, url: Value) -> None:
    start = _known_start(url)
    if start is None:
        return
    scheme = start.partition(":")[0].lower()
    if scheme not in ("http", "https") or "://" not in start:
        message = f"`{name}` is no http or https address: nothing is converted; write it from https:// on."
        fields.report_at(name, codes.BAD_ADDRESS, message)
    elif scheme == "http":
        if fields.text("sha256Checksum") is None:
            message = f"`{name}` is fetched without encryption and without a checksum; use https, or add a sha256Checksum."
        else:
            message = f"`{name}` is fetched without encryption; its checksum is compared, but use https if you can."
        fields.report_at(name, codes.PLAIN_HTTP, message)


def _known_start(url: Value) -> str | None:
    first = url.parts[0] if isinstance(url, Joined) else url
    return known_text(first)


def fetched_file(download: Download, project: Project, fallback: str) -> HclText:
    """Lets the fetch scripts download the file; gives the expression for its path in the project."""
    file = project.free_file_name(_file_name(download.url) or fallback)
    path = project.fetch(download, file)
    if download.signed:
        message = (
            "The address carries a shared access signature, which is not written into the project: the fetch scripts take it "
            f"from the environment variable {signature_variable(file)}."
        )
        project.find(codes.SECRET_ADDRESS, message, path=download.path)
    return path


def _file_name(url: Value) -> str:
    last = url.parts[-1] if isinstance(url, Joined) else url
    known = known_text(last)
    if known is None:
        return ""
    path = unquote(urlsplit(known).path if isinstance(url, Literal) else known.partition("?")[0])
    return _UNSAFE.sub("-", path.rpartition("/")[2]).strip("-.")[:80]
