"""What a template names by its URL: `scriptUri` and `sourceUri` with their `sha256Checksum` (aib-service 2.1, 2.2).

Image Builder downloads when a template is submitted; the project's fetch script does so before the build (packer-mapping 5).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from urllib.parse import quote, unquote, urlsplit

from aib2packer.constructs.fields import Fields
from aib2packer.constructs.keys import Key, text
from aib2packer.constructs.project import Fetched, Project, Wanted, Wording, joined, known_text, path_in_project
from aib2packer.diagnostics import construct_codes as codes
from aib2packer.diagnostics import download_codes
from aib2packer.diagnostics.model import Code, Fidelity
from aib2packer.hcl.names import legal_name, snake_case
from aib2packer.hcl.nodes import Token, raw
from aib2packer.hcl.printer import inline
from aib2packer.hcl.text import HclText
from aib2packer.ir.template import Download, Downloads, Secret
from aib2packer.ir.values import Joined, Literal, Role, Value, Variable, walk

_DIGITS = re.compile(r"[0-9A-Fa-f]{64}\Z")
_DEVICE = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)\Z", re.IGNORECASE)
"""Device names of Windows, which no file can have, with any extension."""
_SECRET = re.compile(
    r"[?&](?:sig|token|access_token|x-(?:amz|goog)-signature)=[\w%+/.~-]{8,}|://[^\s/:@?#]*:[^\s/@?#]+@", re.IGNORECASE
)
"""A signature, token or password in a URL."""
_HOST = re.compile(r"\s*https?://[^/?#\\\s\"]*", re.IGNORECASE)
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")


def address_key(name: str, old_names: tuple[str, ...] = (), since: str = "2019-05-01-preview") -> Key:
    """The key that names a file by its URL."""
    return Key(
        name=name,
        holds=text(),
        fidelity=Fidelity.EQUIVALENT,
        packer="`scripts/fetch.sh`, then a file in `scripts`",
        service="downloads the file when the template is submitted",
        project="downloads it when you run the fetch script",
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
        service="compares it when the template is submitted",
        project="compares it in the fetch script",
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
    say_secret(fields, name, (bare,), f"`{name}` contains a password or token")
    return Download(url=bare, sha256=_checksum(fields), signed=signed, whole=Secret(url), path=fields.path_of(name))


def _encoded(url: Value) -> Value:
    """The URL with its known parts percent-encoded: no program that downloads has to, and none needs quotes for them."""
    parts = url.parts if isinstance(url, Joined) else (url,)
    spelled = joined(*(_percent_encoded(known) if (known := known_text(part)) is not None else part for part in parts))
    return replace(spelled, place=url.place)


def _percent_encoded(text: str) -> str:
    """The text without characters that a URL cannot hold; scheme and host stay.

    >>> _percent_encoded('https://x.example/a b/"é"%20.sh?v=[1]')
    'https://x.example/a%20b/%22%C3%A9%22%20.sh?v=%5B1%5D'
    """
    host = _HOST.match(text)
    start = host.end() if host else 0
    return text[:start] + quote(text[start:], safe="%/:?#@!$&'()*+,;=~", errors="replace")


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
        message = "`sha256Checksum` is not 64 hexadecimal digits. Write the output of `sha256sum FILE`."
        fields.report_at("sha256Checksum", codes.BAD_CHECKSUM, message)
        return None
    if known != known.lower():
        message = "`sha256Checksum` has capital letters, which Image Builder refuses. The project compares it in lower case."
        fields.report_at("sha256Checksum", codes.UPPER_CASE_CHECKSUM, message)
    return Literal(known.lower(), place=value.place if value else None)


def _check_address(fields: Fields, name: str, url: Value) -> None:
    start = _known_start(url)
    if start is None:
        return
    scheme = start.partition(":")[0].lower()
    if scheme not in ("http", "https") or "://" not in start or not _is_url(start):
        message = f"`{name}` is not an http or https URL. Write the whole URL, beginning with https://."
        fields.report_at(name, codes.BAD_ADDRESS, message)
    elif scheme == "http":
        if fields.text("sha256Checksum") is None:
            message = f"`{name}` uses http and has no checksum. Use https, or add a sha256Checksum."
        else:
            message = f"`{name}` uses http; its checksum is compared. Use https if you can."
        fields.report_at(name, codes.PLAIN_HTTP, message)


def _is_url(text: str) -> bool:
    try:
        urlsplit(text)
    except ValueError:  # brackets that are no IPv6 address
        return False
    return True


def say_secret(fields: Fields, name: str, values: Iterable[Value], what: str) -> None:
    """A warning for the first secret in the values of a key, which no finding shows; ``what`` begins the sentence.

    SAS tokens are cut off before; no other secret can be told from what belongs to a URL.
    """
    for part in (part for value in values for part in walk(value)):
        if isinstance(part, Literal) and isinstance(part.value, str) and _SECRET.search(part.value):
            if part.place is not None:
                part.place.hide()
            message = f"{what}, and everyone who can read the project can read it. Make it a secure parameter."
            fields.report_at(name, codes.SECRET_IN_TEXT, message)
            return


def _known_start(url: Value) -> str | None:
    first = url.parts[0] if isinstance(url, Joined) else url
    return known_text(first)


def file_in_project(download: Download, project: Project, fallback: str, *, script: bool) -> HclText:
    """Lets the conversion or the fetch scripts download the file, once for all steps; gives the expression for its path."""
    first, key = project.first or project, (download.whole, download.sha256)
    vendor = project.choices.downloads is Downloads.VENDOR
    if key not in first.file_of:
        file = first.file_of[key] = first.free_file_name(file_name(download.url, fallback))
        if vendor:
            first.vendored.append(_vendored(download, file, first, script))
        else:
            first.downloads.append(_fetched(download, file, first))
    if vendor:
        project.wordings |= {download.path: _VENDORED, checksum_path_of(download): _CHECKED_NOW}
    return path_in_project(f"{'../' if project.first else ''}scripts/{first.file_of[key]}")


def _vendored(download: Download, file: str, project: Project, script: bool) -> Wanted:
    """The whole URL must be known now; it is handed on without being shown."""
    sha256 = _settled_text(download.sha256, checksum_path_of(download), project) if download.sha256 is not None else ""
    return Wanted(
        address=Secret(Literal(_settled_text(download.whole.value, download.path, project))),
        file=file,
        sha256=sha256.lower() or None,
        script=script,
        path=download.path,
        place=download.whole.value.place,
    )


_VENDORED = Wording(
    project="has the file in `scripts`, downloaded at conversion",
    fidelity=Fidelity.EQUIVALENT,
)
_CHECKED_NOW = Wording(
    project="compared it at conversion",
    fidelity=Fidelity.EQUIVALENT,
)


def checksum_path_of(download: Download) -> str:
    """The path of the checksum beside a URL."""
    return f"{download.path.rpartition('.')[0]}.sha256Checksum"


def _settled_text(value: Value, path: str, project: Project) -> str:
    """The text of a value that must be known now; empty, after a finding, if it is unknown."""
    settled = project.settling.settle(value, path, secrets=True)
    if isinstance(settled, Literal):
        return str(settled.value)
    key = path.rpartition(".")[2]
    in_template = any(isinstance(part, Variable) and part.role is not Role.PARAMETER for part in walk(value))
    how = "Write it into the template" if in_template else "Pass it with -p or --set"
    message = f"`{key}` must be known to download the file now, but {settled}. {how}, or use --downloads fetch."
    project.find(download_codes.ADDRESS_UNKNOWN, message, place=value.place, path=path)
    return ""


def _fetched(download: Download, file: str, project: Project) -> Fetched:
    """A URL with a secret, or without an HCL equivalent, comes from an environment variable."""
    url = project.sayable(download.url, download.path)
    what, code, reason = _why_asked(url, download, project)
    secret = f"{legal_name(snake_case(file)).upper()}_{_VARIABLES[what]}" if what else None
    if code is not None:
        project.find(code, f"{reason} Set {secret} to the {what} before you run the fetch script.", path=download.path)
    sha256 = download.sha256
    return Fetched(
        download=download,
        file=file,
        url=None if what == "URL" else _text_or_expression(url, download.path, project),
        sha256=_text_or_expression(sha256, checksum_path_of(download), project) if sha256 is not None else None,
        secret=secret,
    )


_VARIABLES = {"URL": "URL", "SAS token": "SAS"}
"""How the environment variable of a URL, or of its SAS token, ends."""


def _why_asked(url: Value, download: Download, project: Project) -> tuple[str, Code | None, str]:
    """What the fetch script takes from the environment, with the finding and the reason; empty if nothing."""
    if project.holds_secret(url) or project.holds_signature(url):
        return "URL", codes.SECRET_ADDRESS, "The URL contains a secret, which is not written into the project."
    if not project.has_hcl_form(url):
        return "URL", codes.LIVE_ADDRESS, "HCL has no equivalent of the expression for this URL."
    if download.signed:
        return "SAS token", codes.SECRET_ADDRESS, "The SAS token of the URL is not written into the project."
    return "", None, ""


def _text_or_expression(value: Value, path: str, project: Project) -> str | Token:
    value = project.sayable(value, path)
    known = known_text(value)
    return known if known is not None else raw(inline(project.plain(value, path)))


def file_name(url: Value, fallback: str) -> str:
    """A safe name for the file at a URL, without the parts that are expressions; the fallback where nothing is left.

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
