"""Servers on 127.0.0.1 that misbehave in one way each, and a polite one; they end with the test.

A behaviour is a function of a socket; it stops when the other side is gone, or when `Server.over` is set.
"""

from __future__ import annotations

import socket
import ssl
import threading
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

Behaviour = Callable[[socket.socket, "Server"], None]
_PACE_S = 0.02


@dataclass
class Server:
    """A server that runs; `requests` are the heads that it has read, in their order."""

    port: int
    requests: list[bytes] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    def url(self, path: str = "/health", scheme: str = "http", host: str = "127.0.0.1") -> str:
        """Where it listens."""
        return f"{scheme}://{host}:{self.port}{path}"

    def drip(self, client: socket.socket, piece: bytes) -> None:
        """Send the same piece again and again."""
        while not self.over.wait(_PACE_S):
            client.sendall(piece)

    def read_head(self, client: socket.socket) -> bytes:
        """The request line and headers of one request; kept in `requests`."""
        head = b""
        while b"\r\n\r\n" not in head:
            part = client.recv(4096)
            if not part:
                return head
            head += part
        self.requests.append(head)
        return head


@contextmanager
def serving(behaviour: Behaviour, tls: ssl.SSLContext | None = None) -> Iterator[Server]:
    """Run a server with this behaviour for every connection."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = Server(listener.getsockname()[1])
    clients: list[threading.Thread] = []

    def handle(client: socket.socket) -> None:
        client.settimeout(5)
        with client, suppress(OSError):
            if tls is None:
                behaviour(client, server)
            else:
                with tls.wrap_socket(client, server_side=True) as secure:
                    behaviour(secure, server)

    def accept() -> None:
        while not server.over.is_set():
            try:
                client, _ = listener.accept()
            except OSError:
                return
            clients.append(threading.Thread(target=handle, args=(client,), daemon=True))
            clients[-1].start()

    acceptor = threading.Thread(target=accept, daemon=True)
    acceptor.start()
    try:
        yield server
    finally:
        server.over.set()
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        for thread in (acceptor, *clients):
            thread.join(6)


def answering(
    body: bytes = b'{"status": "UP"}',
    status: str = "200 OK",
    *headers: str,
    content_type: str = "application/json",
) -> Behaviour:
    """A polite answer with this body."""
    lines = [f"HTTP/1.1 {status}", f"Content-Type: {content_type}", f"Content-Length: {len(body)}", *headers]

    def behave(client: socket.socket, server: Server) -> None:
        head = server.read_head(client)
        answer = "\r\n".join([*lines, "Connection: close", "", ""]).encode()
        client.sendall(answer if head.startswith(b"HEAD ") else answer + body)

    return behave


def in_turn(*behaviours: Behaviour) -> Behaviour:
    """The first behaviour for the first connection, and so on; the last one for all that follow."""
    waiting = list(behaviours)

    def behave(client: socket.socket, server: Server) -> None:
        (waiting.pop(0) if len(waiting) > 1 else waiting[0])(client, server)

    return behave


def saying(raw: bytes) -> Behaviour:
    """These bytes for an answer, and the end of the connection."""

    def behave(client: socket.socket, server: Server) -> None:
        server.read_head(client)
        client.sendall(raw)

    return behave


def silent(client: socket.socket, server: Server) -> None:
    """Never a byte."""
    server.over.wait()


def drips_status_line(client: socket.socket, server: Server) -> None:
    """A status line without an end."""
    server.read_head(client)
    client.sendall(b"HTTP/1.1 200 OK")
    server.drip(client, b" ")


def drips_headers(client: socket.socket, server: Server) -> None:
    """Good headers, one at a time, without an end."""
    server.read_head(client)
    client.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n")
    server.drip(client, b"X: y\r\n")


def drips_body(client: socket.socket, server: Server) -> None:
    """A body that comes byte by byte, and has been JSON from its beginning."""
    server.read_head(client)
    client.sendall(b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{"status": "UP"}')
    server.drip(client, b" ")


def continues(client: socket.socket, server: Server) -> None:
    """Interim answers, and never the final one."""
    server.read_head(client)
    server.drip(client, b"HTTP/1.1 100 Continue\r\n\r\n")


def floods_body(client: socket.socket, server: Server) -> None:
    """300 MB."""
    server.read_head(client)
    client.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 300000000\r\n\r\n")
    for _ in range(300):
        client.sendall(b"\0" * 1_000_000)


def floods_headers(client: socket.socket, server: Server) -> None:
    """Ninety-nine headers of 60 KB, which http.client would take."""
    server.read_head(client)
    client.sendall(b"HTTP/1.1 200 OK\r\n")
    for i in range(99):
        client.sendall(b"A%d: " % i + b"z" * 60_000 + b"\r\n")
    client.sendall(b"Content-Length: 0\r\n\r\n")


def gzip_bomb(client: socket.socket, server: Server) -> None:
    """Little on the wire, 200 MB unpacked."""
    server.read_head(client)
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    body = b"".join(packer.compress(b"\0" * 1_000_000) for _ in range(200)) + packer.flush()
    client.sendall(
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(body) + body
    )


def resets(client: socket.socket, server: Server) -> None:
    """A reset where the answer would be."""
    server.read_head(client)
    linger = (1).to_bytes(4, "little") + (0).to_bytes(4, "little")
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)


def hangs_up(client: socket.socket, server: Server) -> None:
    """The end of the connection where the answer would be."""
    server.read_head(client)
