"""A file server on loopback, with TLS and with every trouble that a download can meet; and a throwaway authority for it."""

from __future__ import annotations

import gzip
import re
import select
import shutil
import ssl
import subprocess
import threading
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from queue import SimpleQueue

BLOB_HOST = "contoso.blob.core.windows.net"
NAMES = f"DNS:localhost,DNS:{BLOB_HOST}"
"""What the certificate is for; 127.0.0.1 is not among it."""
TOKEN = "a-token.for_storage"
SCRIPT = b'#!/bin/sh\necho "it ran: $0" $*\n'
TOOL = bytes(range(256)) * 4096 * 20
"""20 MiB."""
POWERSHELL = b'Write-Output "it ran: $PSCommandPath"\n'
PACKED = gzip.compress(SCRIPT, mtime=0)
LARGE_POWERSHELL = POWERSHELL + b"#" * (20 * 1024**2)
ZEROS = 64 * 1024**2
BOMB = zlib.compress(bytes(ZEROS), wbits=16 + zlib.MAX_WBITS)
"""So many zeros, packed a thousand times smaller."""
PAGE = b"\n<!DOCTYPE html><html><body>Sign in</body></html>"

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
        """Makes both, valid for a day."""
        (self.folder / "names").write_text(f"subjectAltName={NAMES}\n")
        self._openssl("req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=tests -keyout ca.key -out ca.pem")
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
    targets: list[str] = field(default_factory=list)
    """What the same requests asked for, to the letter."""
    command_lines: list[str] = field(default_factory=list, repr=False)
    """Of every process on this machine, at the time of each request for `/watched`."""
    together: threading.Barrier = field(default_factory=lambda: threading.Barrier(8))
    """Those who ask for `/together` wait for each other here."""
    go_on: threading.Event = field(default_factory=threading.Event)
    """Lets the server send the second half of `/half`."""
    hung_up: SimpleQueue[str] = field(default_factory=SimpleQueue)
    """The paths whose client was the one that waited no longer."""

    @property
    def port(self) -> int:
        """The port with TLS."""
        return int(self.secure.server_address[1])

    def url(self, path: str, host: str = "localhost") -> str:
        """An address with TLS."""
        return f"https://{host}:{self.port}{path}"

    def plain_url(self, path: str, host: str = "localhost") -> str:
        """An address without."""
        return f"http://{host}:{self.plain.server_address[1]}{path}"

    def times(self, path: str) -> int:
        """How often a path was asked for."""
        return sum(each == path for each, _ in self.asked)


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
        """Answers by the path."""
        path = re.sub("^http://[^/]+", "", self.path.partition("?")[0])
        self.server.served.asked.append((path, dict(self.headers.items())))
        self.server.served.targets.append(self.path)
        self.times = self.server.served.times(path)
        name = "_" + path.strip("/").split("/")[0].split(".")[0].replace("-", "_")
        getattr(self, name, self._missing)()

    def _send(self, data: bytes, status: int = 200, **headers: str) -> None:
        self.send_response(status)
        for key, value in headers.items():
            self.send_header(key.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def _missing(self) -> None:
        self._send(b"nothing here", 404)

    def _wait_for_the_client(self) -> None:
        if select.select([self.connection], [], [], 20)[0]:
            self.server.served.hung_up.put(self.path)
        self.close_connection = True

    def _setup(self) -> None:
        self._send(SCRIPT)

    def _windows_lines(self) -> None:
        self._send(SCRIPT.replace(b"\n", b"\r\n"))

    def _power(self) -> None:
        self._send(POWERSHELL)

    def _power_large(self) -> None:
        self._send(LARGE_POWERSHELL)

    def _power_fails(self) -> None:
        self._send(b"Write-Output 'it ran and fails'\nexit 7\n")

    def _power_shows(self) -> None:
        self._send(b"@(Get-ChildItem Env:DOWNLOAD_*).Count\n")

    def _no_first_line(self) -> None:
        self._send(b'echo "it ran in ${SHELL:-sh}"\n')

    def _fails(self) -> None:
        self._send(b"#!/bin/sh\necho it ran and fails\nexit 7\n")

    def _shows(self) -> None:
        self._send(b"#!/bin/sh\nenv | grep -c ^DOWNLOAD_ || true\n")

    def _tool(self) -> None:
        start = int(self.headers.get("Range", "bytes=0-").removeprefix("bytes=").rstrip("-"))
        if start:
            self._send(TOOL[start:], 206, Content_Range=f"bytes {start}-{len(TOOL) - 1}/{len(TOOL)}")
        else:
            self._send(TOOL)

    def _huge(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(4 * 1024**3))
        self.end_headers()

    def _endless(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.close_connection = True
        while True:
            self.wfile.write(b"0" * 65536)

    def _cut(self) -> None:
        """Breaks off in the middle, always."""
        self.send_response(200)
        self.send_header("Content-Length", str(len(TOOL)))
        self.end_headers()
        self.wfile.write(TOOL[: len(TOOL) // 2])
        self.close_connection = True

    def _cut_once(self) -> None:
        """Breaks off in the middle the first time; a part is given when asked for."""
        if self.times == 1:
            self._cut()
        else:
            self._tool()

    def _stall(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "1000")
        self.end_headers()
        self.wfile.write(b"#!/bin/sh\n")
        self.wfile.flush()
        self._wait_for_the_client()

    def _silent(self) -> None:
        self._wait_for_the_client()

    def _together(self) -> None:
        """Answers where as many as there can be ask at the same time."""
        try:
            self.server.served.together.wait(5)
        except threading.BrokenBarrierError:
            self._missing()
        else:
            self._setup()

    def _half(self) -> None:
        """Sends the half, and the rest when it is told to."""
        self.send_response(200)
        self.send_header("Content-Length", str(len(TOOL)))
        self.end_headers()
        self.wfile.write(TOOL[: len(TOOL) // 2])
        self.wfile.flush()
        self.server.served.go_on.wait(20)
        self.wfile.write(TOOL[len(TOOL) // 2 :])

    def _sized(self) -> None:
        """As many bytes as the path says."""
        left = int(self.path.rpartition("/")[2])
        self.send_response(200)
        self.send_header("Content-Length", str(left))
        self.end_headers()
        while left > 0:
            left -= self.wfile.write(bytes(min(left, 1024**2)))

    def _bomb(self) -> None:
        self._send(BOMB, Content_Encoding="gzip")

    def _drip(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "1000")
        self.end_headers()
        for _ in range(1000):
            self.wfile.write(b"#")
            self.wfile.flush()
            time.sleep(0.1)

    def _flaky(self) -> None:
        self._send(SCRIPT if self.times > 1 else b"not now", 200 if self.times > 1 else 500)

    def _broken(self) -> None:
        self._send(b"never", 500)

    def _loop(self) -> None:
        self._send(b"", 302, Location="/loop")

    def _moved(self) -> None:
        self._send(b"", 302, Location="/setup.sh")

    def _moved_to_power(self) -> None:
        self._send(b"", 302, Location="/power.ps1")

    def _to_http(self) -> None:
        self._send(b"", 302, Location=self.server.served.plain_url("/setup.sh"))

    def _elsewhere(self) -> None:
        self._send(b"", 302, Location=self.server.served.url("/setup.sh"))

    def _packed(self) -> None:
        self._send(PACKED, Content_Encoding="gzip")

    def _said_to_be_packed(self) -> None:
        self._send(SCRIPT, Content_Encoding="gzip")

    def _archive(self) -> None:
        self._packed()

    def _page(self) -> None:
        self._send(PAGE, Content_Type="text/html")

    def _private(self) -> None:
        allowed = self.headers.get("Authorization") == f"Bearer {TOKEN}" and self.headers.get("x-ms-version", "") >= "2017-11-09"
        if allowed or "sig=good" in self.path:
            self._send(POWERSHELL if ".ps1" in self.path else SCRIPT)
        else:
            self._send(b"<Error>PublicAccessNotPermitted</Error>", 409)

    def _watched(self) -> None:
        """Keeps whoever asks waiting for a look at the list of processes; then as with any private file."""
        self.server.served.command_lines += _command_lines()
        self._private()

    def _metadata(self) -> None:
        """The metadata service of a VM, which tests reach under its own address."""
        if self.headers.get("Metadata") == "true" and "msi_res_id=%2Fsubscriptions%2F" in self.path:
            self._send(b'{"token_type": "Bearer", "access_token": "' + TOKEN.encode() + b'"}')
        else:
            self._send(b"{}", 400)
