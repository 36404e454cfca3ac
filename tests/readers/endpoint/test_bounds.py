"""What an endpoint may cost: addresses, elements, and memory have their bounds, also over TLS."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from readiness.evidence.endpoint import Endpoint
from readiness.evidence.model import Item, Reason
from readiness.testing import read_evidence
from tests import hostile_servers as hostile
from tests.hostile_servers import Behaviour, answering, serving
from tests.support import ROOT
from tests.tls_lab.pki import Pki

_FAMILY = socket.AF_INET, socket.SOCK_STREAM, 6, ""
MANY = b"[" + b"[]," * 340_000 + b"[]]"


@pytest.fixture(scope="module")
def pki(tmp_path_factory: pytest.TempPathFactory) -> Pki:
    return Pki(tmp_path_factory.mktemp("pki"))


def ask(root: Path, url: str, **keys: Any) -> Item:
    (item,) = read_evidence("endpoint", root, url=url, **{"deadline": "400ms", **keys}).items
    return item


def test_a_name_without_any_address_is_unreachable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [])
    item = ask(tmp_path, "https://checkout.test/")
    assert (item.reason, item.message) == (Reason.UNREACHABLE, "the name checkout.test does not resolve")


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_of_many_addresses_eight_are_tried(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, scheme: str
) -> None:
    tried: list[Any] = []
    places = [(*_FAMILY, (f"127.0.{i // 250}.{i % 250 + 1}", 9)) for i in range(1_000)]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: places)

    def connect(sock: socket.socket, where: Any) -> None:
        tried.append(where)
        raise ConnectionRefusedError(111, "Connection refused")

    monkeypatch.setattr(socket.socket, "connect", connect)
    item = ask(tmp_path, f"{scheme}://checkout.test/")
    assert (item.reason, item.message) == (Reason.UNREACHABLE, "the connection was refused")
    assert len(tried) == 8


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_many_addresses_that_are_all_silent_share_one_deadline(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, scheme: str
) -> None:
    with serving(hostile.silent) as server:
        places = [(*_FAMILY, (f"127.0.0.{i + 1}", server.port)) for i in range(200)]
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: places)
        item = ask(tmp_path, f"{scheme}://checkout.test/", tries=5)
    assert item.reason is Reason.UNREACHABLE
    assert item.message.startswith("no whole answer within 0.4s")


def test_a_body_of_very_many_elements_is_not_parsed(tmp_path: Path) -> None:
    with serving(answering(MANY)) as server:
        item = ask(tmp_path, server.url(), deadline="5s")
    assert isinstance(item.facts, Endpoint)
    (answer,) = item.facts.http
    assert (answer.json, answer.is_json, answer.problem) == (None, False, "it has more than 100,000 elements")


_MEASURE = """
import json, resource, sys
from pathlib import Path
from readiness.testing import read_evidence
def ask(url):
    return read_evidence("endpoint", Path("."), url=url, ca="root.pem", deadline="8s").items[0]
assert ask(sys.argv[1]).facts
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
item = ask(sys.argv[2])
served = [] if item.facts is None else [one.is_json for one in item.facts.http]
print(json.dumps([resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before, served]))
"""


@pytest.mark.parametrize(
    "behaviour", [hostile.floods_body, hostile.floods_headers, hostile.gzip_bomb, answering(MANY)]
)
def test_what_floods_costs_less_than_32_mb(pki: Pki, behaviour: Behaviour) -> None:
    context = pki.context()
    with serving(answering(), context) as good, serving(behaviour, context) as bad:
        urls = [one.url(scheme="https", host="localhost") for one in (good, bad)]
        done = subprocess.run(
            [sys.executable, "-c", _MEASURE, *urls],
            cwd=pki.folder,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        )
    kibibytes, served = json.loads(done.stdout)
    unit = 1024 if sys.platform != "darwin" else 1
    assert kibibytes * unit < 32 * 2**20
    assert served in ([], [False])
