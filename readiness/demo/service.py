"""The service of the demo: HTTPS on 127.0.0.1, and a second port that wants a client certificate."""

from __future__ import annotations

import json
import random
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import NamedTuple

from readiness.demo.certificates import Authority

HOST = "127.0.0.1"
VERSION = "1.4.2"
_TYPICAL_S = {"/orders": 0.004, "/search": 0.007}
_PATIENCE_S = 10


class Running(NamedTuple):
    """A service that is up; `admin_port` wants a client certificate. Paths are of PEM files."""

    port: int
    admin_port: int
    ca: Path
    client_certificate: Path
    client_key: Path


@contextmanager
def running(folder: Path) -> Iterator[Running]:
    """Serve from two threads until the block ends; certificates go to a folder."""
    authority = Authority(folder)
    certificate, key = authority.server()
    client_certificate, client_key = authority.client()
    public = _listen(_context(certificate, key))
    admin = _listen(_context(certificate, key, authority.ca))
    try:
        yield Running(
            public.server_address[1], admin.server_address[1], authority.ca, client_certificate, client_key
        )
    finally:
        for server in (public, admin):
            server.shutdown()
            server.server_close()


class _Shop(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = _PATIENCE_S
    wbufsize = 65536
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        """Answer a health check, or pretend to work."""
        if self.path == "/health":
            self._answer(
                200, {"status": "ok", "version": VERSION, "components": {"database": "ok", "queue": "ok"}}
            )
        elif self.path in _TYPICAL_S:
            time.sleep(_TYPICAL_S[self.path] * random.lognormvariate(0, 0.3))
            self._answer(200, {"items": []})
        else:
            self._answer(404, {"error": "not found"})

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name of the base class
        """Say nothing: the demo prints a scorecard."""

    def _answer(self, status: int, body: dict[str, object]) -> None:
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, request: object, client_address: object) -> None:
        """Clients that leave are no news."""


def _listen(context: ssl.SSLContext) -> _Server:
    server = _Server((HOST, 0), _Shop)
    # The handshake is left to the thread of the connection: a slow client must not stop the others.
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    return server


def _context(certificate: Path, key: Path, client_ca: Path | None = None) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(certificate, key)
    if client_ca is not None:
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(client_ca)
    return context
