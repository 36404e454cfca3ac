"""Servers for measuring endpoints: one that is well, and one that is silent, on every address of 127.0.0.0/8.

`python -m benchmarks.tls_servers FOLDER` makes certificates in the folder, listens, and writes `ports.json` there:
the ports of both, each of which stands for as many endpoints as there are addresses (on Linux). `accepted` counts the
connections. It ends with its standard input.
"""

from __future__ import annotations

import json
import mmap
import os
import socket
import ssl
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

from tests.tls_lab.pki import Pki

WORKERS = 2
_BACKLOG = 4096
_BODY = b'{"status": "UP", "version": "1.4.2"}'
_ANSWER = (
    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n"
    b"Content-Length: %d\r\n\r\n" % len(_BODY)
) + _BODY


def accepted(folder: Path) -> int:
    """How many connections the good server has taken so far."""
    content = (folder / "accepted").read_bytes()
    return sum(int.from_bytes(content[i : i + 8], "little") for i in range(0, len(content), 8))


def main() -> None:
    """Serve until the standard input ends."""
    folder = Path(sys.argv[1])
    context = Pki(folder).context()
    (folder / "accepted").write_bytes(bytes(8 * WORKERS))
    good, silent = (socket.create_server(("0.0.0.0", 0), backlog=_BACKLOG) for _ in range(2))  # noqa: S104
    children = [fork for number in range(WORKERS) if (fork := _start(number, folder, good, context))]
    ports = {"good": good.getsockname()[1], "silent": silent.getsockname()[1]}
    (folder / "ports.new").write_text(json.dumps(ports))
    (folder / "ports.new").rename(folder / "ports.json")
    sys.stdin.read()
    for child in children:
        with suppress(ProcessLookupError):
            os.kill(child, 9)


def wait_for_ports(folder: Path) -> dict[str, int]:
    """The ports, once they are there."""
    for _ in range(500):
        if (folder / "ports.json").exists():
            found: dict[str, int] = json.loads((folder / "ports.json").read_text())
            return found
        time.sleep(0.02)
    raise SystemExit("the servers did not start")


def _start(number: int, folder: Path, listener: socket.socket, context: ssl.SSLContext) -> int:
    child = os.fork()
    if child == 0:
        _work(number, folder, listener, context)
    return child


def _work(number: int, folder: Path, listener: socket.socket, context: ssl.SSLContext) -> None:
    with (folder / "accepted").open("r+b") as file:
        counts = mmap.mmap(file.fileno(), 0)
    taken = 0
    while True:
        client, _ = listener.accept()
        taken += 1
        counts[8 * number : 8 * number + 8] = taken.to_bytes(8, "little")
        threading.Thread(target=_serve, args=(client, context), daemon=True).start()


def _serve(client: socket.socket, context: ssl.SSLContext) -> None:
    client.settimeout(10)
    with client, suppress(OSError), context.wrap_socket(client, server_side=True) as secure:
        if secure.recv(4096):
            secure.sendall(_ANSWER)


if __name__ == "__main__":
    main()
