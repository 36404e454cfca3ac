"""What the tests of monitoring share: files as evidence, and a server that answers as Prometheus does."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from readiness.evidence.model import Item, Reason
from readiness.testing import read_evidence
from tests.hostile_servers import Server, serving
from tests.support import FIXTURES

SAMPLES = FIXTURES / "monitoring"
Answers = Mapping[str, str | bytes | tuple[int, str | bytes]]


def sample(name: str) -> bytes:
    """A file as the tool, or we, wrote it."""
    return (SAMPLES / name).read_bytes()


def read(kind: str, content: str | bytes, folder: Path, **keys: Any) -> Item:
    """Content as an evidence."""
    (folder / "content").write_bytes(content.encode() if isinstance(content, str) else content)
    return read_evidence(kind, folder, path="content", **keys).whole


def facts(kind: str, content: str | bytes, folder: Path, **keys: Any) -> Any:
    """The facts of content that is good."""
    item = read(kind, content, folder, **keys)
    assert item.facts is not None, item.message
    return item.facts


def refusal(kind: str, content: str | bytes, folder: Path, **keys: Any) -> tuple[Reason | None, str]:
    """Why content shows nothing."""
    item = read(kind, content, folder, **keys)
    assert item.facts is None
    assert "please report" not in item.remedy, item.message
    return item.reason, item.message


API: Answers = {
    "targets?state=active": sample("prometheus/targets-active.json"),
    "targets?state=dropped": sample("prometheus/targets-dropped.json"),
    "rules": sample("prometheus/rules.json"),
    "alertmanagers": sample("prometheus/alertmanagers.json"),
    "label/__name__/values": sample("prometheus/names.json"),
    "query?query=up": sample("prometheus/up.json"),
    "query?query=none": sample("prometheus/empty.json"),
    "query?query=infos": sample("prometheus/infos.json"),
    "query?query=warnings": sample("prometheus/warnings.json"),
    "query?query=nan": sample("prometheus/nan.json"),
    "query?query=scalar": sample("prometheus/scalar.json"),
    "query?query=range-vector": sample("prometheus/range-vector.json"),
    "query?query=up{": (400, sample("prometheus/error.json")),
    "query_range?query=up": sample("prometheus/range.json"),
}


@contextmanager
def prometheus(answers: Answers = API, prefix: str = "/api/v1/") -> Iterator[Server]:
    """A server that answers as Prometheus did when the fixtures were made; 404 for anything else."""
    with serving(_behaviour(answers, prefix)) as server:
        yield server


def _behaviour(answers: Answers, prefix: str) -> Callable[[socket.socket, Server], None]:
    def behave(client: socket.socket, server: Server) -> None:
        path = server.read_head(client).split(b" ")[1].decode()
        found = answers.get(_key(path, prefix), (404, "404 page not found\n"))
        status, body = found if isinstance(found, tuple) else (200, found)
        content = body.encode() if isinstance(body, str) else body
        head = f"HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nContent-Length: {len(content)}\r\n"
        client.sendall(head.encode() + b"Connection: close\r\n\r\n" + content)

    return behave


def _key(path: str, prefix: str) -> str:
    """The path with what tells the answers apart: the query, or the state of targets."""
    parts = urlsplit(path)
    said = parse_qs(parts.query)
    told = [f"{name}={said[name][0]}" for name in ("query", "state") if name in said]
    return "?".join([parts.path.removeprefix(prefix), *told])


def live(server: Server, folder: Path, **keys: Any) -> Item:
    """What a server of ours tells."""
    url = keys.pop("url", f"http://127.0.0.1:{server.port}")
    return read_evidence("prometheus", folder, url=url, **keys).whole
