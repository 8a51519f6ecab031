"""Downloads at conversion (``--downloads vendor``), as Image Builder downloads when a template is submitted.

The only part of a conversion that uses the network and the az command. Nothing is written before every file is there. URLs may
hold SAS tokens, so messages name the host only.

Source: https://learn.microsoft.com/azure/virtual-machines/image-builder-overview
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Mapping
from functools import cached_property
from hashlib import sha256
from typing import Protocol
from urllib.parse import SplitResult, urljoin, urlsplit
from urllib.request import getproxies, proxy_bypass

from msgspec import Struct
from urllib3 import BaseHTTPResponse, PoolManager, ProxyManager, Retry, Timeout
from urllib3.exceptions import HTTPError, MaxRetryError, NameResolutionError, SSLError

from aib2packer.diagnostics.codes import download as codes
from aib2packer.diagnostics.model import Code, Findings
from aib2packer.ir.values import Literal
from aib2packer.lowering.downloads import is_blob_host
from aib2packer.lowering.lowered import Wanted
from aib2packer.version import __version__

MIB = 1024 * 1024
_REDIRECTS = 5
_CHUNK = 64 * 1024
_PAGE = re.compile(rb"\s*(<!doctype html|<html)", re.IGNORECASE)
_TOKEN = ("account", "get-access-token", "--resource", "https://storage.azure.com/", "--query", "accessToken", "-o", "tsv")
_BY_STATUS = {
    **dict.fromkeys(
        (404, 410), (codes.NOT_FOUND, "has no such file", "Correct the URL, or read a private blob with --sign-in az.")
    ),
    **dict.fromkeys(
        (401, 403, 409), (codes.NOT_ALLOWED, "denied access", "Use --sign-in az, or renew the SAS token in the URL.")
    ),
}
_SERVER_FAILED = (codes.SERVER_FAILED, "failed", "Convert again later, or correct the URL.")


class Vendoring(Struct, frozen=True, kw_only=True):
    """What is allowed: http, the sign-in of az, bytes of a file, seconds without an answer, further attempts and their pauses."""

    allow_http: bool = False
    sign_in: bool = False
    max_bytes: int = 100 * MIB
    stall: float = 30
    retries: int = 3
    pause: float = 1


class Watcher(Protocol):
    """Sees the progress of the downloads."""

    def begin(self, path: str) -> None:
        """A download begins."""
        ...

    def advance(self, path: str, size: int, total: int | None) -> None:
        """So many bytes of a file are there; ``total`` is its size, if the server names it."""
        ...


class _FailedError(Exception):
    """A download failed: its finding."""

    def __init__(self, code: Code, message: str) -> None:
        super().__init__(message)
        self.code = code


def download_all(
    wanted: Mapping[str, Wanted], how: Vendoring, findings: Findings, watcher: Watcher | None = None
) -> dict[str, bytes]:
    """The files, by their paths in the project; a finding for each that could not be downloaded."""
    client, files = _Client(how), {}
    for path, each in wanted.items():
        if watcher is not None:
            watcher.begin(path)
        try:
            files[path] = _checked(client.download(_url(each), path, watcher), each)
        except _FailedError as failed:
            findings.add(failed.code, str(failed), place=each.place, path=each.path)
    return files


def _url(wanted: Wanted) -> str:
    url = wanted.address.value
    assert isinstance(url, Literal)
    return str(url.value).strip()


def _checked(data: bytes, wanted: Wanted) -> bytes:
    found = sha256(data).hexdigest()
    if wanted.sha256 not in (None, found):
        message = f"The sha256 of the download is {found}. Look at the file, then correct the URL or sha256Checksum."
        raise _FailedError(codes.WRONG_CHECKSUM, message)
    if wanted.script and wanted.sha256 is None and _PAGE.match(data):
        raise _FailedError(codes.SIGN_IN_PAGE, "The server answered with a web page. Write the URL of the raw file.")
    return data


class _Client:
    """Downloads the files of a project; one sign-in is enough for all."""

    def __init__(self, how: Vendoring) -> None:
        self._how = how
        self._timeout = Timeout(how.stall)
        self._retries = Retry(
            how.retries,
            redirect=False,
            status_forcelist=(408, 429, 500, 502, 503, 504),
            backoff_factor=how.pause,
            raise_on_status=False,
        )

    def download(self, url: str, path: str, watcher: Watcher | None) -> bytes:
        """The file at a URL."""
        try:
            answer = self._answer(url)
            return self._read(answer, path, watcher)
        except ValueError as error:
            raise _FailedError(codes.UNREACHABLE, "The URL, or a redirect, is not valid. Correct the URL.") from error
        except HTTPError as error:
            raise _failure(error, urlsplit(url).hostname or "The server") from error

    def _answer(self, url: str) -> BaseHTTPResponse:
        """The answer after the redirects; the token goes to the blob's own host only."""
        headers = {"Accept-Encoding": "identity", "User-Agent": f"aib2packer/{__version__}"}
        token = self._token_for(url)
        for _ in range(_REDIRECTS + 1):
            parts = urlsplit(url)
            if parts.scheme != "https" and not self._how.allow_http:
                raise _FailedError(
                    codes.HTTP_REFUSED, f"{parts.hostname} uses {parts.scheme}. Write an https URL, or use --allow-http."
                )
            answer = _pool(parts).request(
                "GET",
                url,
                headers={**headers, **token},
                redirect=False,
                timeout=self._timeout,
                retries=self._retries,
                preload_content=False,
            )
            location = answer.get_redirect_location()
            if not location:
                return _accepted(answer, parts.hostname)
            answer.close()
            url, token = urljoin(url, location), {}
        raise _FailedError(
            codes.TOO_MANY_REDIRECTS, f"{parts.hostname} redirects more than {_REDIRECTS} times. Write the final URL."
        )

    def _read(self, answer: BaseHTTPResponse, path: str, watcher: Watcher | None) -> bytes:
        size, data = answer.headers.get("Content-Length"), bytearray()
        total = int(size) if size and size.isdecimal() else None
        for chunk in answer.stream(_CHUNK, decode_content=False):
            data += chunk
            if max(len(data), total or 0) > self._how.max_bytes:
                limit = f"{self._how.max_bytes / MIB:g} MiB"
                raise _FailedError(codes.TOO_LARGE, f"The file is larger than {limit}. Use --downloads vm or --downloads fetch.")
            if watcher is not None:
                watcher.advance(path, len(data), total)
        return bytes(data)

    def _token_for(self, url: str) -> dict[str, str]:
        """The headers that read a private blob."""
        parts = urlsplit(url)
        is_signed = "sig=" in parts.query.lower()
        if not self._how.sign_in or parts.scheme != "https" or not is_blob_host(parts.hostname or "") or is_signed:
            return {}
        return {"Authorization": f"Bearer {self._token}", "x-ms-version": "2020-10-02"}

    @cached_property
    def _token(self) -> str:
        """A token for Azure Storage from the az command."""
        az = shutil.which("az")
        try:
            done = subprocess.run([az or "az", *_TOKEN], capture_output=True, text=True, timeout=120, check=True)
        except (OSError, subprocess.SubprocessError) as error:
            message = "The az command gave no token. Install the Azure CLI, run `az login`, then convert again."
            raise _FailedError(codes.SIGN_IN_FAILED, message) from error
        return done.stdout.strip()


def _pool(url: SplitResult) -> PoolManager:
    """Connects through the proxy that the environment names for the host."""
    proxy = None if proxy_bypass(url.netloc) else getproxies().get(url.scheme)
    return ProxyManager(proxy) if proxy else PoolManager()


def _accepted(answer: BaseHTTPResponse, host: str | None) -> BaseHTTPResponse:
    if answer.status < 300:
        return answer
    code, what, remedy = _BY_STATUS.get(answer.status, _SERVER_FAILED)
    raise _FailedError(code, f"{host} {what} (HTTP {answer.status}). {remedy}")


def _failure(error: Exception, host: str) -> _FailedError:
    reason = error.reason if isinstance(error, MaxRetryError) else error
    if isinstance(reason, SSLError):
        return _FailedError(
            codes.NOT_TRUSTED, f"The certificate of {host} is not trusted. Correct the URL, or set SSL_CERT_FILE."
        )
    what = "cannot be found" if isinstance(reason, NameResolutionError) else "cannot be reached, or the connection broke"
    return _FailedError(codes.UNREACHABLE, f"{host} {what}. Check the URL and the network, then convert again.")
