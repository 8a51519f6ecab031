"""Downloads at conversion (``--downloads vendor``), as Image Builder downloads when a template is submitted (aib-service 2.1).

The only part of a conversion that uses the network, a clock and the `az` command line. Everything stays in memory until the
project is written as a whole. Addresses may hold signatures, so messages name no more of them than the host.
"""

from __future__ import annotations

import http.client
import re
import shutil
import socket
import ssl
import subprocess
import time
import zlib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from email.message import Message
from hashlib import sha256
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from typing import Protocol
from urllib.error import HTTPError, URLError
from urllib.parse import SplitResult, quote, urljoin, urlsplit
from urllib.request import HTTPRedirectHandler, HTTPSHandler, OpenerDirector, Request, build_opener

from aib2packer import __version__
from aib2packer.constructs.project import Wanted
from aib2packer.constructs.vm_downloads import is_blob_host
from aib2packer.diagnostics import download_codes as codes
from aib2packer.diagnostics.model import Code, Findings
from aib2packer.ir.values import Literal

MIB = 1024 * 1024
STORAGE_VERSION = "2020-10-02"
"""Bearer tokens need at least 2017-11-09 (packer-mapping 5)."""
_TRANSIENT = frozenset({408, 429, 500, 502, 503, 504})
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_CHUNK = 64 * 1024
_PACKED = (".gz", ".tgz")
_PAGE = re.compile(rb"\s*(<!doctype html|<html)", re.IGNORECASE)
_TOKEN = ("account", "get-access-token", "--resource", "https://storage.azure.com/", "--query", "accessToken", "-o", "tsv")


@dataclass(frozen=True, slots=True, kw_only=True)
class Vendoring:
    """What is allowed, and how much of it: bytes of a file, seconds without an answer and altogether, attempts and redirects."""

    allow_http: bool = False
    sign_in: bool = False
    max_bytes: int = 100 * MIB
    stall: float = 30
    limit: float = 300
    attempts: int = 3
    pause: float = 1
    redirects: int = 5
    parallel: int = 8


class Watcher(Protocol):
    """Sees how far the downloads are, from several threads."""

    def begin(self, path: str) -> None:
        """A download begins, or begins again."""
        ...

    def advance(self, path: str, size: int, total: int | None) -> None:
        """So many bytes of a file are here; ``total``: of how many, where the server says it."""
        ...


class _Silence:
    def begin(self, path: str) -> None:
        pass

    def advance(self, path: str, size: int, total: int | None) -> None:
        pass


class _FailedError(Exception):
    """A download failed: under which code, why and what to do; ``passing``: another attempt may do better."""

    def __init__(self, code: Code, message: str, *, passing: bool = False) -> None:
        super().__init__(message)
        self.code = code
        self.passing = passing


def download_all(
    wanted: Mapping[str, Wanted], how: Vendoring, findings: Findings, watcher: Watcher | None = None
) -> dict[str, bytes]:
    """The files, by their paths in the project; a finding for each that could not be had."""
    results = _in_parallel(wanted, _Work(how, watcher or _Silence()))
    for path, result in results.items():
        if isinstance(result, _FailedError):
            findings.add(result.code, str(result), place=wanted[path].place, path=wanted[path].path)
    return {path: result for path, result in results.items() if isinstance(result, bytes)}


def _in_parallel(wanted: Mapping[str, Wanted], work: _Work) -> dict[str, bytes | _FailedError]:
    """By threads that nobody waits for when the run is broken off: a stalled connection must not hold it."""
    open_ones: SimpleQueue[tuple[str, Wanted]] = SimpleQueue()
    done: SimpleQueue[tuple[str, bytes | Exception]] = SimpleQueue()
    for each in wanted.items():
        open_ones.put(each)

    def download() -> None:
        with suppress(Empty):
            while True:
                path, each = open_ones.get_nowait()
                try:
                    done.put((path, work.file(path, each)))
                except Exception as error:
                    done.put((path, error))

    for _ in range(min(work.how.parallel, len(wanted))):
        Thread(target=download, daemon=True).start()
    results: dict[str, bytes | _FailedError] = {}
    for _ in wanted:
        path, result = done.get()
        if not isinstance(result, bytes | _FailedError):
            raise result
        results[path] = result
    return {path: results[path] for path in wanted}


@dataclass(slots=True)
class _Work:
    """What the downloads of one project share."""

    how: Vendoring
    watcher: Watcher
    _token: str | None = None
    _signing_in: Lock = field(default_factory=Lock)

    def file(self, path: str, wanted: Wanted) -> bytes | _FailedError:
        """One file, checked; or why there is none."""
        address = wanted.address.value
        assert isinstance(address, Literal)
        try:
            first = self._allowed(_normal(str(address.value)))
            got = self._again_and_again(first, path)
            return _checked(got, wanted, self.how)
        except _FailedError as failed:
            return failed

    def _allowed(self, address: str) -> str:
        if urlsplit(address).scheme != "https" and not self.how.allow_http:
            message = "The address has no encryption, so the file is not downloaded; write https, or allow it with --allow-http."
            raise _FailedError(codes.HTTP_REFUSED, message)
        return address

    def _again_and_again(self, address: str, path: str) -> _Got:
        """Asks again, after a growing pause, where the trouble may pass."""
        attempt = 1
        while True:
            try:
                return self._followed(address, path)
            except _FailedError as failed:
                if not failed.passing or attempt >= self.how.attempts:
                    raise
            time.sleep(self.how.pause * 2 ** (attempt - 1))
            attempt += 1

    def _followed(self, address: str, path: str) -> _Got:
        """The answer at the end of the redirects; the token goes nowhere but to the host that it is for."""
        deadline = time.monotonic() + self.how.limit
        token = self._token_for(address)
        current = address
        for _ in range(self.how.redirects + 1):
            same_host = urlsplit(current).netloc == urlsplit(address).netloc
            got = self._asked(current, token if same_host else None, path, deadline)
            if isinstance(got, _Got):
                return got
            current = _next_address(current, got)
        message = (
            f"{_host(address)} sent on to another address more than {self.how.redirects} times; write the address in the end."
        )
        raise _FailedError(codes.TOO_MANY_REDIRECTS, message)

    def _asked(self, address: str, token: str | None, path: str, deadline: float) -> _Got | str:
        """The answer of one address, or the address that it sends on to."""
        request = Request(address, headers={"Accept-Encoding": "identity", "User-Agent": f"aib2packer/{__version__}"})
        if token is not None:
            request.add_header("Authorization", f"Bearer {token}")
            request.add_header("x-ms-version", STORAGE_VERSION)
        self.watcher.begin(path)
        try:
            with _opener().open(request, timeout=self.how.stall) as answer:
                return _Got(self._read(answer, path, deadline), answer.headers, address)
        except HTTPError as answer:
            with answer:
                return _redirect_or_failure(answer, address)
        except (OSError, http.client.HTTPException) as error:
            raise _network_failure(error, address, self.how) from error

    def _read(self, answer: http.client.HTTPResponse, path: str, deadline: float) -> bytes:
        expected = answer.length
        if expected is not None and expected > self.how.max_bytes:
            raise _too_large(self.how)
        data = bytearray()
        while chunk := answer.read1(_CHUNK):
            data += chunk
            self.watcher.advance(path, len(data), expected)
            if len(data) > self.how.max_bytes:
                raise _too_large(self.how)
            if time.monotonic() > deadline:
                message = f"The download was not complete after {self.how.limit:g} seconds; convert again later, or use --downloads fetch."
                raise _FailedError(codes.TIMED_OUT, message)
        if expected is not None and len(data) < expected:
            raise http.client.IncompleteRead(bytes(data), expected - len(data))
        return bytes(data)

    def _token_for(self, address: str) -> str | None:
        parts = urlsplit(address)
        if not self.how.sign_in or parts.scheme != "https" or not is_blob_host(parts.hostname or "") or _is_signed(parts):
            return None
        with self._signing_in:
            self._token = self._token or _ask_az()
            return self._token


@dataclass(frozen=True, slots=True)
class _Got:
    """An answer: its bytes, its headers, and from which address it came in the end."""

    data: bytes
    headers: Message
    address: str


class _Stay(HTTPRedirectHandler):
    """Follows no redirect by itself: each is looked at first."""

    def redirect_request(self, *_: object, **__: object) -> None:
        return None


def _opener() -> OpenerDirector:
    """Proxies as the environment names them, certificates as the system trusts them."""
    return build_opener(_Stay(), HTTPSHandler(context=ssl.create_default_context()))


def _redirect_or_failure(answer: HTTPError, address: str) -> str:
    if answer.code in _REDIRECTS and answer.headers.get("Location"):
        return str(answer.headers["Location"])
    host = _host(address)
    if answer.code in (404, 410):
        message = f"{host} has no such file ({answer.code}); correct the address, or sign in to a private blob with --sign-in az."
        raise _FailedError(codes.NOT_FOUND, message)
    if answer.code in (401, 403, 409):
        message = f"{host} does not give the file away ({answer.code}); sign in with --sign-in az, or renew the signature in the address."
        raise _FailedError(codes.NOT_ALLOWED, message)
    passing = answer.code in _TRANSIENT
    message = f"{host} answered with the error {answer.code}{' again and again' if passing else ''}; convert again later, or check the address."
    raise _FailedError(codes.SERVER_FAILED, message, passing=passing)


def _next_address(current: str, location: str) -> str:
    following = _normal(urljoin(current, location))
    old, new = urlsplit(current).scheme, urlsplit(following).scheme
    if new not in ("http", "https") or (old, new) == ("https", "http"):
        message = f"{_host(current)} sends on to an address without encryption; write an https address that stays encrypted."
        raise _FailedError(codes.REDIRECTED_TO_HTTP, message)
    return following


def _network_failure(error: Exception, address: str, how: Vendoring) -> _FailedError:
    reason = error.reason if isinstance(error, URLError) else error
    host = _host(address)
    if isinstance(reason, ssl.SSLCertVerificationError):
        message = f"The certificate of {host} cannot be trusted ({reason.verify_message.rstrip('.')}); correct the address, or name your authority in SSL_CERT_FILE."
        return _FailedError(codes.NOT_TRUSTED, message)
    if isinstance(reason, ssl.SSLError) and not isinstance(reason, ssl.SSLEOFError):
        return _FailedError(codes.NOT_TRUSTED, f"{host} does not speak TLS as it should; correct the address.")
    if isinstance(reason, TimeoutError):
        message = f"{host} sent nothing for {how.stall:g} seconds; convert again later, or use --downloads fetch."
        return _FailedError(codes.TIMED_OUT, message, passing=True)
    if isinstance(reason, http.client.IncompleteRead):
        message = f"{host} broke off in the middle of the file; convert again later."
    elif isinstance(reason, socket.gaierror):
        message = f"There is no host {host}; correct the address, or check your network."
    else:
        message = f"{host} cannot be reached, or broke off; check the address and your network, then convert again."
    return _FailedError(codes.UNREACHABLE, message, passing=True)


def _too_large(how: Vendoring) -> _FailedError:
    message = f"The file is larger than {how.max_bytes / MIB:g} MiB; let the build VM download it with --downloads vm, or use --downloads fetch."
    return _FailedError(codes.TOO_LARGE, message)


def _checked(got: _Got, wanted: Wanted, how: Vendoring) -> bytes:
    """The bytes that the template means: as they were sent, or unpacked where the server packed them."""
    unpacked = _unpacked(got, how)
    if wanted.sha256 is not None:
        for data in (got.data, unpacked):
            if sha256(data).hexdigest() == wanted.sha256:
                return data
        message = (
            f"The download has the sha256 {sha256(got.data).hexdigest()}, not the sha256Checksum of the template; "
            "look at the file, then correct the address or the checksum."
        )
        raise _FailedError(codes.WRONG_CHECKSUM, message)
    data = got.data if wanted.file.lower().endswith(_PACKED) else unpacked
    if wanted.script and _PAGE.match(data):
        message = f"{_host(got.address)} answered with a web page, not with a script; write the address of the raw file."
        raise _FailedError(codes.SIGN_IN_PAGE, message)
    return data


def _unpacked(got: _Got, how: Vendoring) -> bytes:
    if str(got.headers.get("Content-Encoding", "")).strip().lower() not in ("gzip", "x-gzip"):
        return got.data
    try:
        data = zlib.decompressobj(16 + zlib.MAX_WBITS).decompress(got.data, how.max_bytes + 1)
    except zlib.error:
        return got.data
    if len(data) > how.max_bytes:
        raise _too_large(how)
    return data


def _ask_az() -> str:
    """A token for Azure Storage from the az command line."""
    az = shutil.which("az")
    if az is None:
        raise _FailedError(
            codes.SIGN_IN_FAILED, "There is no az command to sign in with; install the Azure CLI and run `az login`."
        )
    try:
        done = subprocess.run([az, *_TOKEN], capture_output=True, text=True, timeout=120, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise _FailedError(codes.SIGN_IN_FAILED, "The az command did not answer; run `az login`, then convert again.") from error
    token = done.stdout.strip()
    if done.returncode != 0 or not re.fullmatch(r"[\w.~+/=-]+", token):
        raise _FailedError(
            codes.SIGN_IN_FAILED, "The az command gave no token for Azure Storage; run `az login`, then convert again."
        )
    return token


def _normal(address: str) -> str:
    """The address without its fragment, with what may not stand in one as it is written there."""
    try:
        parts = urlsplit(address.strip())
        host = (parts.hostname or "").encode("idna").decode()
        port = f":{parts.port}" if parts.port is not None else ""
    except ValueError:
        host = port = ""
    if not host:
        raise _FailedError(codes.UNREACHABLE, "The address names no host that can be asked; correct it.")
    shown_host = f"[{host}]" if ":" in host else host
    path, query = (quote(text, safe="/%:@!$&'()*+,;=~-._?[]|") for text in (parts.path, parts.query))
    return SplitResult(parts.scheme.lower(), f"{shown_host}{port}", path or "/", query, "").geturl()


def _is_signed(parts: SplitResult) -> bool:
    return "sig=" in parts.query.lower()


def _host(address: str) -> str:
    return urlsplit(address).hostname or "The server"
