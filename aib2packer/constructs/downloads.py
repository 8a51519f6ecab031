"""What a template names by its address: `scriptUri` and `sourceUri` with their `sha256Checksum` (aib-service 2.1, 2.2).

Image Builder downloads when a template is submitted; the project's fetch scripts do so before the build (packer-mapping 5).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from urllib.parse import unquote, urlsplit

from aib2packer.constructs.fields import Fields
from aib2packer.constructs.keys import Key, text
from aib2packer.constructs.project import Project, Wanted, Wording, joined, known_text, signature_variable
from aib2packer.diagnostics import construct_codes as codes
from aib2packer.diagnostics import download_codes
from aib2packer.diagnostics.model import Fidelity
from aib2packer.hcl.text import HclText
from aib2packer.ir.template import Download, Downloads, Secret
from aib2packer.ir.values import Joined, Literal, Role, Value, Variable, walk

_DIGITS = re.compile(r"[0-9A-Fa-f]{64}\Z")
_DEVICE = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)\Z", re.IGNORECASE)
"""What Windows takes for a device, whatever its extension."""
_SECRET = re.compile(
    r"[?&](?:sig|token|access_token|x-(?:amz|goog)-signature)=[\w%+/.~-]{8,}|://[^\s/:@?#]*:[^\s/@?#]+@", re.IGNORECASE
)
"""A signature, a token or a password, in an address: who has the address has the file."""
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
    url = _encoded(url)
    bare, signed = _without_signature(url)
    say_secret(fields, name, (bare,), f"`{name}` carries a password or token")
    return Download(url=bare, sha256=_checksum(fields), signed=signed, whole=Secret(url), path=fields.path_of(name))


def _encoded(url: Value) -> Value:
    """The address with its known spaces as %20, for not every program that downloads takes them as they are."""
    parts = url.parts if isinstance(url, Joined) else (url,)
    spelled = joined(*(known.replace(" ", "%20") if (known := known_text(part)) is not None else part for part in parts))
    return replace(spelled, place=url.place)


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


def say_secret(fields: Fields, name: str, values: Iterable[Value], what: str) -> None:
    """A warning of the first secret in the values of a key, which no finding shows; ``what`` begins the sentence.

    Signatures of Azure's are cut off before; other secrets cannot be told from what belongs to an address.
    """
    for part in (part for value in values for part in walk(value)):
        if isinstance(part, Literal) and isinstance(part.value, str) and _SECRET.search(part.value):
            if part.place is not None:
                part.place.hide()
            message = f"{what}, which the project shows to whoever reads it, as the template does; make it a secure parameter."
            fields.report_at(name, codes.SECRET_IN_TEXT, message)
            return


def _known_start(url: Value) -> str | None:
    first = url.parts[0] if isinstance(url, Joined) else url
    return known_text(first)


def file_in_project(download: Download, project: Project, fallback: str, *, script: bool) -> HclText:
    """Lets the conversion or the fetch scripts download the file; gives the expression for its path in the project."""
    file = project.free_file_name(file_name(download.url, fallback))
    if project.choices.downloads is Downloads.VENDOR:
        return _vendored(download, file, project, script)
    return _fetched(download, file, project)


def _vendored(download: Download, file: str, project: Project, script: bool) -> HclText:
    """The whole address must be known now; it is handed on without being shown."""
    whole = _settled_text(download.whole.value, download.path, project)
    checksum_path = checksum_path_of(download)
    sha256 = _settled_text(download.sha256, checksum_path, project) if download.sha256 is not None else None
    project.wordings[download.path] = _VENDORED
    project.wordings[checksum_path] = _CHECKED_NOW
    return project.vendor(
        Wanted(
            address=Secret(Literal(whole)),
            file=file,
            sha256=sha256.lower() if sha256 else None,
            script=script,
            path=download.path,
            place=download.whole.value.place,
        )
    )


_VENDORED = Wording(
    packer="a file of the project, downloaded at conversion",
    project="Downloaded when the template was converted; the file is part of the project.",
    fidelity=Fidelity.EQUIVALENT,
)
_CHECKED_NOW = Wording(
    packer="checked at conversion",
    project="Compared when the template was converted.",
    fidelity=Fidelity.EQUIVALENT,
)


def checksum_path_of(download: Download) -> str:
    """The path of the checksum that stands beside an address."""
    return f"{download.path.rpartition('.')[0]}.sha256Checksum"


def _settled_text(value: Value, path: str, project: Project) -> str:
    """The text of a value that must be known now; empty, after a finding, where it cannot be."""
    settled = project.settling.settle(value, path, secrets=True)
    if isinstance(settled, Literal):
        return str(settled.value)
    key = path.rpartition(".")[2]
    in_template = any(isinstance(part, Variable) and part.role is not Role.PARAMETER for part in walk(value))
    how = "write it into the template" if in_template else "give it with -p or --set"
    message = f"`{key}` must be known to download the file now, but {settled}: {how}, or use --downloads fetch."
    project.find(download_codes.ADDRESS_UNKNOWN, message, place=value.place, path=path)
    return ""


def _known_checksum(download: Download, project: Project) -> str | None:
    """The checksum as the fetch scripts compare it, where it can be known."""
    if download.sha256 is None or isinstance(download.sha256, Literal):
        return known_text(download.sha256)
    path = checksum_path_of(download)
    settled = project.settling.settle(download.sha256, path)
    if isinstance(settled, Literal):
        return str(settled.value).lower() or None
    message = f"The fetch scripts do not compare this checksum, for {settled}; give it with -p or --set."
    project.find(download_codes.CHECKSUM_UNKNOWN, message, place=download.sha256.place, path=path)
    return None


def _fetched(download: Download, file: str, project: Project) -> HclText:
    path = project.fetch(download, file, _known_checksum(download, project))
    if download.signed:
        message = (
            "The address carries a shared access signature, which is not written into the project: the fetch scripts take it "
            f"from the environment variable {signature_variable(file)}."
        )
        project.find(codes.SECRET_ADDRESS, message, path=download.path)
    return path


def file_name(url: Value, fallback: str) -> str:
    """A safe name for the file at an address; what is live in it is left out, and where nothing is left, it is the fallback.

    >>> file_name(Literal("https://x.example/a%20b/r%20(old).txt?v=1"), "file"), file_name(Literal("https://x.example/"), "file")
    ('r-old.txt', 'file')
    >>> file_name(Literal("https://x.example/con.sh"), "file"), file_name(Literal("https://x.example/NUL"), "file")
    ('con-file.sh', 'NUL-file')
    """
    texts = [known_text(part) or "" for part in (url.parts if isinstance(url, Joined) else (url,))]
    path = urlsplit(texts[0]).path if len(texts) == 1 else "".join(texts).partition("?")[0]
    name = _UNSAFE.sub("-", unquote(path).rpartition("/")[2]).strip("-")[:80]
    stem, dot, extension = name.partition(".")
    stem = f"{stem}-file" if _DEVICE.match(stem) else stem
    return f"{stem.rstrip('-') or fallback.partition('.')[0]}{dot}{extension}".rstrip("-.") if name.strip("-.") else fallback
