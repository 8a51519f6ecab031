"""The keys that name a file by its URL, with its checksum, and how they are read.

Sources:
https://learn.microsoft.com/azure/virtual-machines/image-builder-overview
https://learn.microsoft.com/azure/virtual-machines/linux/image-builder-json#properties-customize
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import quote, unquote, urlsplit

from msgspec.structs import replace

from aib2packer.diagnostics.codes import customize as codes
from aib2packer.diagnostics.model import Findings
from aib2packer.ir.parts import Download, Secret
from aib2packer.ir.secret_parts import secret_parts
from aib2packer.ir.signatures import without_signature
from aib2packer.ir.text import known_text
from aib2packer.ir.values import Joined, Literal, Value, joined, walk
from aib2packer.schema.fields import Fields, Use
from aib2packer.schema.keys import Key, address, equivalent, text

_DIGITS = r"[0-9A-Fa-f]{64}\Z"
_READABLE = "and everyone who can read the project can read it. Make it a secure parameter."
_HOST = r"(?i)\s*https?://[^/?#\\\s\"]*"


def address_key(name: str, old_names: tuple[str, ...] = (), since: str = "2019-05-01-preview") -> Key:
    """The key that names a file by its URL."""
    return equivalent(
        name,
        address(),
        "`scripts/fetch.sh`, then a file in `scripts`",
        service="downloads the file when the template is submitted",
        project="downloads it when you first run the fetch script",
        old_names=old_names,
        since=since,
    )


def checksum_key() -> Key:
    """The key with the checksum of that file."""
    return equivalent(
        "sha256Checksum",
        text(),
        "checked by `scripts/fetch.sh`",
        service="compares it when the template is submitted",
        project="compares it in the fetch script",
        since="2019-05-01-preview",
    )


def read_download(fields: Fields, name: str, usual_name: str) -> Download | None:
    """The file that a key names, with its checksum; None where the key is absent."""
    url = fields.text(name)
    if url is None:
        return None
    _check_address(fields, name, url)
    url = _encoded(url)
    bare, signed = _without_signature(url)
    report_secret(fields, name, (bare,), f"`{name}` contains a password or token")
    return Download(
        url=bare,
        sha256=_checksum(fields),
        signed=signed,
        whole=Secret(url),
        path=fields.path_of(name),
        usual_name=usual_name,
    )


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
    host = re.match(_HOST, text)
    start = host.end() if host else 0
    return text[:start] + quote(text[start:], safe="%/:?#@!$&'()*+,;=~", errors="replace")


def _without_signature(url: Value) -> tuple[Value, bool]:
    parts = url.parts if isinstance(url, Joined) else (url,)
    for number, part in enumerate(parts):
        known = known_text(part) or ""
        start, signed = without_signature(known)
        if signed:
            return joined(*parts[:number], start), True
    return url, False


def _checksum(fields: Fields) -> Value | None:
    value = fields.text("sha256Checksum")
    known = known_text(value)
    if known is None:
        return value
    if not re.match(_DIGITS, known):
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


def report_secret(fields: Fields, name: str, values: Iterable[Value], what: str) -> None:
    """A warning for the first secret in the values of a key, which no finding shows; ``what`` begins the sentence.

    SAS tokens are cut off before; no other secret can be told from what belongs to a URL.
    """
    secret = _secret_in(values)
    if secret is not None:
        fields.reading.findings.hide(secret.place)
        fields.report_at(name, codes.SECRET_IN_TEXT, f"{what}, {_READABLE}")


def report_other_secrets(uses: Iterable[Use], findings: Findings) -> None:
    """A warning for each other setting that holds a secret, which lands in the project as the template says: tags, names, destinations."""
    told = {finding.path for finding in findings if finding.code == codes.SECRET_IN_TEXT}
    for use in uses:
        if use.is_container or use.path in told or use.key.holds.is_address:
            continue
        secret = _secret_in((use.value,))
        if secret is not None:
            findings.hide(secret.place)
            findings.add(codes.SECRET_IN_TEXT, f"`{use.key.name}` contains a password or token, {_READABLE}", path=use.path)


def _secret_in(values: Iterable[Value]) -> Literal | None:
    """The first text with a secret."""
    texts = (part for value in values for part in walk(value) if isinstance(part, Literal) and isinstance(part.value, str))
    return next((each for each in texts if secret_parts(unquote(str(each.value)))), None)


def _known_start(url: Value) -> str | None:
    first = url.parts[0] if isinstance(url, Joined) else url
    return known_text(first)
