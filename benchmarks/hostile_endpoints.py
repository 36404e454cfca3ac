"""How long endpoints that misbehave hold the gate up, and how much memory they cost it.

By hand: `python -m benchmarks.hostile_endpoints`. Each server runs in a process of its own, and is asked by a fresh
process, which has asked a good one before: what it holds more at its most than after that is what the bad one cost.
"""

from __future__ import annotations

import json
import os
import socket
import ssl
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests import hostile_servers as hostile
from tests.hostile_servers import Behaviour, Server, answering, serving
from tests.tls_lab import fakes
from tests.tls_lab.pki import Pki

DEADLINE_S = 2.0
MOST_OVER, MOST_BYTES = 0.10, 32 * 2**20
_ASK = """
import json, resource, sys, time
from pathlib import Path
from readiness.testing import read_evidence
good, bad, deadline = sys.argv[1:]
def ask(url, **keys):
    (item,) = read_evidence("endpoint", Path("."), url=url, **keys).items
    return item
ask(good, ca="root.pem")
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
start = time.perf_counter()
item = ask(bad, deadline=deadline, **({} if bad.startswith("http:") else {"ca": "root.pem"}))
took = time.perf_counter() - start
facts = item.facts
http = [] if facts is None else [one.status for one in facts.http]
said = item.message or "; ".join(one.message for one in facts.failures) or f"HTTP {http}"
print(json.dumps([took, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before, said]))
"""


def rows() -> Iterator[tuple[str, Behaviour, bool]]:
    """What each server is called, what it does, and whether over TLS."""
    for behaviour in (hostile.silent, hostile.drips_status_line, hostile.drips_headers, hostile.drips_body):
        yield behaviour.__name__, behaviour, False
        yield f"{behaviour.__name__}, TLS", behaviour, True
    for behaviour in (hostile.continues, hostile.floods_body, hostile.floods_headers, hostile.gzip_bomb):
        yield behaviour.__name__, behaviour, False
    yield "floods_body, TLS", hostile.floods_body, True
    yield "endless line", _endless(b"HTTP/1.1 200 " + b"x" * 65_536), False
    yield "endless chunk extension", _endless(_CHUNKED + b"1;" + b"x" * 65_536), False
    yield "endless trailers", _endless(_CHUNKED + b"0\r\n", b"X: y\r\n" * 1_000), False
    yield "endless redirects", answering(b"x" * 900_000, "307 Again", "Location: /health"), False
    yield "1 MB of JSON lists", answering(b"[" + b"[]," * 340_000 + b"[]]"), False
    yield "1 MB of JSON text", answering(b'["' + b"x" * 1_000_000 + b'"]'), False
    yield (
        "30,000 JSON members",
        answering(b"{" + b",".join(b'"k%d": {"a": [%d]}' % (i, i) for i in range(30_000)) + b"}"),
        False,
    )


_CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"


def raw_rows() -> Iterator[tuple[str, Behaviour]]:
    """Those that are asked over TLS, and do not speak it well."""
    hello = fakes.server_hello(group=29)
    yield "drips records", fakes.drips(hello)
    yield "truncated record", fakes.saying_tls(hello[:30])
    yield "an endless record", fakes.saying_tls(b"\x16\x03\x03\xff\xff" + bytes(70_000))
    yield "endless hellos", _endless(b"", fakes.record(b"\x16" + fakes.sized(bytes(16_000), 3)))
    yield "endless warnings", _endless(b"", fakes.record(b"\x01\x5a", 21))
    yield "silence, TLS port", hostile.silent


def _endless(start: bytes, more: bytes = b"x" * 65_536) -> Behaviour:
    def behave(client: socket.socket, server: Server) -> None:
        client.recv(4096)
        client.sendall(start)
        while not server.over.is_set():
            client.sendall(more)

    return behave


@contextmanager
def _apart(behaviour: Behaviour, tls: ssl.SSLContext | None = None) -> Iterator[int]:
    """A server in a process of its own; its port."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        with serving(behaviour, tls) as server:
            os.write(writing, f"{server.port}\n".encode())
            server.over.wait()
    try:
        yield int(os.read(reading, 20))
    finally:
        os.kill(child, 9)
        os.waitpid(child, 0)
        os.close(reading)
        os.close(writing)


def main() -> None:
    """Measure, and print a table. The aims are aims: nothing fails."""
    print(f"{'deadline ' + str(DEADLINE_S) + ' s':<28}{'s':>7}{'MiB':>7}   said")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        context = Pki(folder).context()
        with _apart(answering(), context) as good:
            for title, behaviour, is_secure in rows():
                with _apart(behaviour, context if is_secure else None) as port:
                    scheme = "https://localhost" if is_secure else "http://127.0.0.1"
                    _print(title, _ask(folder, good, f"{scheme}:{port}/health"))
            for title, behaviour in raw_rows():
                with _apart(behaviour) as port:
                    _print(title, _ask(folder, good, f"https://localhost:{port}/health"))


def _ask(folder: Path, good: int, url: str) -> tuple[float, int, str]:
    command = [sys.executable, "-c", _ASK, f"https://localhost:{good}/", url, f"{DEADLINE_S:g}s"]
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True, env=environment)
    seconds, kibibytes, said = json.loads(done.stdout)
    return seconds, kibibytes * 1024, said


def _print(title: str, seen: tuple[float, int, str]) -> None:
    seconds, size, said = seen
    is_met = seconds <= DEADLINE_S * (1 + MOST_OVER) and size <= MOST_BYTES
    print(f"{title:<28}{seconds:>7.2f}{size / 2**20:>7.1f}   {said[:90]}{'' if is_met else '   MISSED'}")


if __name__ == "__main__":
    main()
