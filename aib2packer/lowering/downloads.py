"""How the files that a template names by their URLs come into the project.

Image Builder downloads when a template is submitted; the project's fetch script does so before the build.

Source: https://learn.microsoft.com/azure/virtual-machines/image-builder-overview
"""

from __future__ import annotations

import re
from functools import partial
from urllib.parse import unquote, urlsplit

from aib2packer.arm.spelled import shortened, spelled
from aib2packer.arm.unresolved import Need, Unresolved, report
from aib2packer.diagnostics.codes import customize as codes
from aib2packer.diagnostics.codes import download as download_codes
from aib2packer.diagnostics.model import Code, Fidelity
from aib2packer.hcl.names import legal_name, snake_case
from aib2packer.hcl.nodes import Token, raw
from aib2packer.hcl.printer import inline
from aib2packer.hcl.text import HclText
from aib2packer.ir.choices import Downloads
from aib2packer.ir.clouds import CLOUDS
from aib2packer.ir.parts import Download, Secret
from aib2packer.ir.secret_parts import secret_parts
from aib2packer.ir.signatures import carries_signature, without_signature
from aib2packer.ir.text import known_text
from aib2packer.ir.values import Joined, Literal, Value, rebuilt
from aib2packer.lowering.lowered import NOTHING, Fetched, Lowered, Wanted, path_in_project, worded
from aib2packer.lowering.say import Say
from aib2packer.passes.inputs import holds_secret, holds_signature


def file_in_project(download: Download, say: Say, *, script: bool) -> tuple[HclText, Lowered]:
    """The expression for the path of the file, and its download, once for all steps: by the conversion or by the fetch script."""
    is_vendored = say.choices.downloads is Downloads.VENDOR
    file, lowered = say.names.files[download.key], NOTHING
    if file.path == download.path:
        wanted = _vendored(download, file.name, say, script) if is_vendored else _fetched(download, file.name, say)
        lowered = Lowered(downloads=(wanted,))
    if is_vendored:
        lowered += worded(download.path, "has the file in `scripts`, downloaded at conversion", Fidelity.EQUIVALENT)
        lowered += worded(checksum_path_of(download), "compared it at conversion", Fidelity.EQUIVALENT)
    return path_in_project(f"{'../' if say.keeps_nothing else ''}scripts/{file.name}"), lowered


def _vendored(download: Download, file: str, say: Say, script: bool) -> Wanted:
    """The whole URL must be known now; it is handed on without being shown."""
    sha256 = _resolved_text(download.sha256, checksum_path_of(download), say) if download.sha256 is not None else ""
    return Wanted(
        address=Secret(Literal(_resolved_text(download.whole.value, download.path, say))),
        file=file,
        sha256=sha256.lower() or None,
        script=script,
        path=download.path,
        place=download.whole.value.place,
    )


def checksum_path_of(download: Download) -> str:
    """The path of the checksum beside a URL."""
    return f"{download.path.rpartition('.')[0]}.sha256Checksum"


def _resolved_text(value: Value, path: str, say: Say) -> str:
    """The text of a value that must be known now; empty, after a finding, if it is unknown."""
    resolved = say.resolver.resolve(value, path, secrets=True)
    if isinstance(resolved, Literal):
        return str(resolved.value)
    if isinstance(resolved, Unresolved):
        need = Need(
            code=download_codes.ADDRESS_UNKNOWN,
            place=value.place,
            path=path,
            before="The file is downloaded at conversion.",
            instead="use --downloads fetch",
        )
        report(resolved, need, say.findings)
    else:
        message = f"`{path.rpartition('.')[2]}` is not a string. Correct it."
        say.findings.add(download_codes.ADDRESS_UNKNOWN, message, place=value.place, path=path)
    return ""


def _fetched(download: Download, file: str, say: Say) -> Fetched:
    """A URL with a secret, or without an HCL equivalent, comes from an environment variable."""
    url = say.sayable(download.url, download.path)
    what, code, reason = _why_asked(url, download, say)
    secret = f"{legal_name(snake_case(file)).upper()}_{_VARIABLES[what]}" if what else None
    if code is not None:
        shape = f""": `{shortened(spelled(_filled(url, say)).strip("'"))}`""" if what == "URL" else ""
        message = f"{reason} Set {secret} to the {what} before you run the fetch script{shape}."
        say.findings.add(code, message, path=download.path)
    sha256 = download.sha256
    return Fetched(
        path=download.path,
        file=file,
        url=None if what == "URL" else _text_or_expression(url, download.path, say),
        sha256=_text_or_expression(sha256, checksum_path_of(download), say) if sha256 is not None else None,
        secret=secret,
        may_be_blob=may_be_blob(download.url),
        is_plain_http=is_plain_http(download.url),
    )


_VARIABLES = {"URL": "URL", "SAS token": "SAS"}
"""How the environment variable of a URL, or of its SAS token, ends."""


def _why_asked(url: Value, download: Download, say: Say) -> tuple[str, Code | None, str]:
    """What the fetch script takes from the environment, with the finding and the reason; empty if nothing."""
    if holds_secret(url, say.template) or holds_signature(url, say.template):
        return "URL", codes.SECRET_ADDRESS, "The URL contains a secret, which is not written into the project."
    if not say.has_hcl_form(url):
        return "URL", codes.LIVE_ADDRESS, "HCL has no equivalent of the expression for this URL."
    if download.signed:
        return "SAS token", codes.SECRET_ADDRESS, "The SAS token of the URL is not written into the project."
    return "", None, ""


def _filled(value: Value, say: Say) -> Value:
    """A URL with the values that its parts have now; those that are secret stay names, signatures and passwords go."""
    known = known_text(say.resolver.preview(value))
    if known is not None:
        start, is_signed = without_signature(known)
        is_secret = carries_signature(Literal(start)) or secret_parts(unquote(start))
        return Literal("..." if is_secret else f"{start}?..." if is_signed else start)
    named = say.resolver.named(value)
    return _filled(named, say) if named is not None else rebuilt(value, partial(_filled, say=say))


def _text_or_expression(value: Value, path: str, say: Say) -> str | Token:
    value = say.sayable(value, path)
    known = known_text(value)
    return known if known is not None else raw(inline(say.plain(value, path)))


def is_blob_host(host: str) -> bool:
    """Whether a host is one of Azure's blob endpoints.

    >>> is_blob_host("contoso.blob.core.windows.net"), is_blob_host("blob.core.windows.net.example.com")
    (True, False)
    """
    return any(host.lower().endswith(f".blob.{cloud.storage}") for cloud in CLOUDS)


def may_be_blob(url: Value) -> bool:
    """Whether the file may be a blob of Azure Storage, as far as the host is known."""
    host = re.match(r"https://([^/?#]+)[/?#]", _start(url))
    return is_blob_host(urlsplit(host.group()).hostname or "") if host else not isinstance(url, Literal)


def is_plain_http(url: Value) -> bool:
    """Whether the URL is known not to be encrypted."""
    return _start(url).lower().startswith("http:")


def _start(url: Value) -> str:
    """What is known of the beginning of a URL."""
    return known_text(url.parts[0] if isinstance(url, Joined) else url) or ""
