"""What a job of GitHub Actions has in its environment to sign in by OIDC: the address of a server that gives tokens."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

REQUEST_TOKEN = "a-token-of-the-job"


class _Tokens(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        """A token for who shows that of the job."""
        is_job = self.headers["Authorization"] == f"Bearer {REQUEST_TOKEN}"
        body = json.dumps({"value": "a.signed.token"} if is_job else {}).encode()
        self.send_response(200 if is_job else 401)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing."""


@contextmanager
def tokens_of_github() -> Iterator[dict[str, str]]:
    """The environment of a job, while its server answers."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Tokens)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield {
            "ACTIONS_ID_TOKEN_REQUEST_URL": f"http://127.0.0.1:{server.server_port}/token?job=1",
            "ACTIONS_ID_TOKEN_REQUEST_TOKEN": REQUEST_TOKEN,
            "ARM_CLIENT_ID": "00000000-0000-0000-0000-00000000c11e",
            "ARM_TENANT_ID": "00000000-0000-0000-0000-000000007e7a",
        }
    finally:
        server.shutdown()
        server.server_close()
