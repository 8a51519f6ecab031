"""A file server on loopback, with TLS and with the troubles that a download can meet; and a throwaway authority for it."""

from __future__ import annotations

import shutil
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

BLOB_HOST = "contoso.blob.core.windows.net"
NAMES = f"DNS:localhost,DNS:{BLOB_HOST}"
"""What the certificate is for; 127.0.0.1 is not among it."""
TOKEN = "a-token.for_storage"
SCRIPT = b'#!/bin/sh\necho "it ran: $0" $*\n'
PAGE = b"\n<!DOCTYPE html><html><body>Sign in</body></html>"
ALL = bytes(range(256)) * 400
"""Every byte there is."""
FILES = {
    "setup": SCRIPT,
    "tool": ALL,
    "windows-lines": SCRIPT.replace(b"\n", b"\r\n"),
    "bash": b'echo "$BASH_VERSION"\n',
    "fails": b"#!/bin/sh\necho it ran and fails\nexit 7\n",
    "shows": b"#!/bin/sh\nenv | grep -c ^DOWNLOAD_ || true\n",
    "page": PAGE,
}

has_openssl = shutil.which("openssl") is not None


def checksum(data: bytes) -> str:
    """Its sha256, as templates write it."""
    return sha256(data).hexdigest()


@dataclass(frozen=True, slots=True)
class Authority:
    """A certificate authority that only a test trusts, and a server's certificate signed by it."""

    folder: Path

    @property
    def certificate(self) -> Path:
        """The authority's own certificate."""
        return self.folder / "ca.pem"

    def make(self) -> Authority:
        """Makes both, valid for a day; since 3.13 Python wants to read what an authority may do."""
        (self.folder / "names").write_text(f"subjectAltName={NAMES}\n")
        usage = "-addext keyUsage=critical,keyCertSign,cRLSign"
        self._openssl(f"req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=tests -keyout ca.key -out ca.pem {usage}")
        self._openssl("req -newkey rsa:2048 -nodes -subj /CN=server -keyout server.key -out server.csr")
        self._openssl("x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 1 -extfile names -out server.pem")
        return self

    def _openssl(self, arguments: str) -> None:
        subprocess.run(["openssl", *arguments.split()], cwd=self.folder, check=True, capture_output=True)


@dataclass(slots=True)
class FileServer:
    """What is served, and what was asked for."""

    secure: ThreadingHTTPServer
    plain: ThreadingHTTPServer
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    """Each request: path and query to the letter, and its headers."""
    command_lines: list[str] = field(default_factory=list, repr=False)
    """Of every process on this machine, at the time of each request."""

    @property
    def port(self) -> int:
        """The port with TLS."""
        return int(self.secure.server_address[1])

    @property
    def paths(self) -> list[str]:
        """What was asked for."""
        return [path for path, _ in self.asked]

    @property
    def signed_in(self) -> list[str | None]:
        """The token of each request."""
        return [headers.get("Authorization") for _, headers in self.asked]

    def url(self, path: str, host: str = "localhost") -> str:
        """A URL with TLS."""
        return f"https://{host}:{self.port}{path}"

    def plain_url(self, path: str) -> str:
        """A URL without."""
        return f"http://localhost:{self.plain.server_address[1]}{path}"


def _command_lines() -> Iterator[str]:
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):  # a process may be gone by now
            yield path.read_bytes().replace(b"\0", b" ").decode(errors="replace")


@contextmanager
def serving(authority: Authority) -> Iterator[FileServer]:
    """A server that runs for as long as the block."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(authority.folder / "server.pem", authority.folder / "server.key")
    secure, plain = _Server(("127.0.0.1", 0), _Handler), _Server(("127.0.0.1", 0), _Handler)
    secure.socket = context.wrap_socket(secure.socket, server_side=True, do_handshake_on_connect=False)
    served = FileServer(secure, plain)
    for server in (secure, plain):
        server.served = served
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield served
    finally:
        for server in (secure, plain):
            server.shutdown()
            server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    served: FileServer

    def handle_error(self, *_: object) -> None:
        """A client that goes away is what some tests are about."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def log_message(self, *_: object) -> None:
        """Says nothing."""

    def do_GET(self) -> None:
        """Answers by the first name in the path."""
        served = self.server.served
        served.asked.append((self.path, dict(self.headers.items())))
        served.command_lines += _command_lines()
        name = self.path.partition("?")[0].strip("/").split("/")[0].split(".")[0]
        if name in FILES:
            self._send(FILES[name])
        else:
            getattr(self, f"_{name.replace('-', '_')}", self._missing)()

    def _send(self, data: bytes, status: int = 200, **headers: str) -> None:
        self.send_response(status)
        for key, value in headers.items():
            self.send_header(key, value)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def _missing(self) -> None:
        self._send(b"nothing here", 404)

    def _flaky(self) -> None:
        is_first = self.server.served.paths.count(self.path) == 1
        self._send(b"not now" if is_first else SCRIPT, 503 if is_first else 200)

    def _broken(self) -> None:
        self._send(b"never", 500)

    def _cut(self) -> None:
        """Breaks off in the middle."""
        self.send_response(200)
        self.send_header("Content-Length", str(len(ALL)))
        self.end_headers()
        self.wfile.write(ALL[:1000])
        self.close_connection = True

    def _silent(self) -> None:
        """Answers nothing until the client goes away."""
        self.rfile.read(1)
        self.close_connection = True

    def _huge(self) -> None:
        """As large as it says, but it sends only the beginning."""
        self.send_response(200)
        self.send_header("Content-Length", str(4 * 1024**3))
        self.end_headers()
        self.wfile.write(ALL)

    def _endless(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.close_connection = True
        while True:
            self.wfile.write(ALL)

    def _loop(self) -> None:
        self._send(b"", 302, Location="/loop")

    def _moved(self) -> None:
        self._send(b"", 302, Location="/setup.sh")

    def _to_http(self) -> None:
        self._send(b"", 302, Location=self.server.served.plain_url("/setup.sh"))

    def _elsewhere(self) -> None:
        self._send(b"", 302, Location=self.server.served.url("/setup.sh"))

    def _private(self) -> None:
        allowed = self.headers.get("Authorization") == f"Bearer {TOKEN}" and self.headers.get("x-ms-version", "") >= "2017-11-09"
        if allowed or "sig=good" in self.path:
            self._send(SCRIPT)
        else:
            self._send(b"<Error>PublicAccessNotPermitted</Error>", 409)

    def _metadata(self) -> None:
        """The metadata service of a VM, which tests reach under its own address."""
        if self.headers.get("Metadata") == "true" and "msi_res_id=%2Fsubscriptions%2F" in self.path:
            self._send(b'{"token_type": "Bearer", "access_token": "' + TOKEN.encode() + b'"}')
        else:
            self._send(b"{}", 400)
