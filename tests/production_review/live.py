"""The parts of the worked example that answer while the gate runs: the service over mutual TLS, and a Prometheus."""

from __future__ import annotations

import json
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple

from tests.authority import Authority

HOST = "127.0.0.1"
METRICS = ("tidewatch_loop_seconds_bucket", "tidewatch_requests_total", "up")


class How(NamedTuple):
    """How the service and its Prometheus answer."""

    status: int = 200
    says: str = "ok"
    version: str = "2.4.0"
    components: Mapping[str, str] = {"database": "ok", "gauges": "ok", "gates": "ok"}
    oldest_tls: str = "TLSv1_3"
    asks_clients: bool = True
    certificate_days: int = 60
    up: int = 3
    metrics: tuple[str, ...] = METRICS


class Certificates:
    """An authority, and what it issued to the service and to the gate; written where the policy looks."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.authority = Authority(folder, "ca")
        self.authority.issue("client")

    def server(self, how: How) -> ssl.SSLContext:
        """The context of the service."""
        name = f"server-{how.certificate_days}"
        cert, key = self.authority.issue(name, HOST, lasts=timedelta(days=how.certificate_days))
        clients = self.authority.pem if how.asks_clients else None
        context = self.authority.server(cert, key, clients=clients)
        context.minimum_version = ssl.TLSVersion[how.oldest_tls]
        return context


@contextmanager
def running(certificates: Certificates, how: How) -> Iterator[dict[str, str]]:
    """Both servers until the block ends; the variables that lead a policy to them."""
    service = _listen({"/health": (how.status, _health(how))}, certificates.server(how))
    prometheus = _listen(_prometheus(how), None)
    try:
        yield {
            "SERVICE_URL": f"https://{HOST}:{service.server_address[1]}/health",
            "PROMETHEUS_URL": f"http://{HOST}:{prometheus.server_address[1]}",
        }
    finally:
        for server in (service, prometheus):
            server.shutdown()
            server.server_close()


def _health(how: How) -> Any:
    components = {name: {"status": status} for name, status in how.components.items()}
    return {"status": how.says, "version": how.version, "components": components}


def _prometheus(how: How) -> dict[str, tuple[int, Any]]:
    scraped = (datetime.now(UTC) - timedelta(seconds=5)).isoformat()
    targets = [
        {
            "labels": {"job": "tidewatch", "instance": f"10.4.0.{n}:9090"},
            "scrapePool": "tidewatch",
            "health": "up" if n < how.up else "down",
            "lastError": "" if n < how.up else "connection refused",
            "lastScrape": scraped,
            "scrapeInterval": "15s",
        }
        for n in range(3)
    ]
    answers: dict[str, Any] = {
        "/api/v1/targets": {"activeTargets": targets, "droppedTargetCounts": {"tidewatch": 0}},
        "/api/v1/label/__name__/values": list(how.metrics),
    }
    return {path: (200, {"status": "success", "data": data}) for path, data in answers.items()}


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Clients that are turned away are no news."""


def _listen(answers: Mapping[str, tuple[int, Any]], context: ssl.SSLContext | None) -> _Server:
    class Handler(BaseHTTPRequestHandler):
        timeout = 10

        def do_GET(self) -> None:
            status, body = answers.get(self.path.partition("?")[0], (404, {}))
            content = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name of the base class
            """Say nothing."""

    server = _Server((HOST, 0), Handler)
    if context is not None:
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    return server
