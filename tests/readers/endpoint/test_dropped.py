"""Connections that end without a word: by chance or on purpose, and never taken for more than they show."""

from __future__ import annotations

import socket
import ssl
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from readiness.evidence.endpoint import Endpoint
from readiness.evidence.model import Item, Reason
from readiness.testing import judge_check, read_evidence
from tests.hostile_servers import Behaviour, Server, answering, saying, serving
from tests.support import ROOT
from tests.tls_lab import fakes
from tests.tls_lab.pki import Pki

CLIENT = {"cert": "client.pem", "key": "client.key"}
# The right client comes first, then five hellos, then one without a certificate, a stranger, and whoever comes again.
NONE, STRANGER = 7, 8


@pytest.fixture(scope="module")
def pki(tmp_path_factory: pytest.TempPathFactory) -> Pki:
    made = Pki(tmp_path_factory.mktemp("pki"))
    made.issue("good")
    return made


def ask(pki: Pki, url: str, **keys: Any) -> Item:
    (item,) = read_evidence(
        "endpoint", pki.folder, url=url, **{"ca": "root.pem", "deadline": "5s", **keys}
    ).items
    return item


class Losing:
    """A server that loses the connections of these numbers, and is well otherwise."""

    def __init__(self, pki: Pki, clients: ssl.VerifyMode, *lost: int, inner: Behaviour | None = None) -> None:
        files = (pki.folder / "good.pem", pki.folder / "good.key")
        self._context = pki.context(files, clients=clients)
        self._lost, self._inner, self.count = lost, inner or answering(), 0

    def __call__(self, client: socket.socket, server: Server) -> None:
        self.count += 1
        if self.count in self._lost:
            fakes.read_hello(client)
            return
        with suppress(OSError), self._context.wrap_socket(client, server_side=True) as secure:
            self._inner(secure, server)


@pytest.mark.parametrize("scheme", ["https", "tls"])
@pytest.mark.parametrize(
    ("clients", "lost", "outcome", "connections"),
    [
        (ssl.CERT_OPTIONAL, (), "fail", 8),
        (ssl.CERT_OPTIONAL, (NONE,), "fail", 10),
        (ssl.CERT_OPTIONAL, (NONE, STRANGER), "fail", 11),
        (ssl.CERT_OPTIONAL, (NONE, 9, 10), "unproven", 10),
        (ssl.CERT_REQUIRED, (), "pass", 8),
        (ssl.CERT_REQUIRED, (NONE,), "pass", 10),
        (ssl.CERT_REQUIRED, (STRANGER,), "pass", 10),
        (ssl.CERT_REQUIRED, (NONE, STRANGER, 9, 10), "pass", 11),
        (ssl.CERT_REQUIRED, (NONE, STRANGER, 9, 10, 11), "unproven", 11),
        (ssl.CERT_REQUIRED, (1,), "unproven", 8),
    ],
)
def test_a_lost_connection_is_no_refusal(
    pki: Pki, scheme: str, clients: ssl.VerifyMode, lost: tuple[int, ...], outcome: str, connections: int
) -> None:
    losing = Losing(pki, clients, *lost, inner=answering() if scheme == "https" else fakes.mute)
    with serving(losing) as server:
        item = ask(pki, server.url("" if scheme == "tls" else "/", scheme), client=CLIENT)
    assert isinstance(item.facts, Endpoint), item.message
    assert item.facts.tls is not None
    made = judge_check("security/mtls", endpoint=item.facts)
    assert made.outcome.value == outcome, made.summary
    if lost != (1,):  # then another handshake takes the place of the lost one, when it may show more
        assert (item.facts.tls.connections, losing.count) == (connections, connections)


def test_a_server_that_dies_after_the_right_client_has_refused_nobody(pki: Pki) -> None:
    losing = Losing(pki, ssl.CERT_OPTIONAL, *range(NONE, 100))
    with serving(losing) as server:
        item = ask(pki, server.url(scheme="https"), client=CLIENT)
    assert isinstance(item.facts, Endpoint), item.message
    made = judge_check("security/mtls", endpoint=item.facts)
    assert (made.outcome.value, "did not serve the right client after that" in made.summary) == (
        "unproven",
        True,
    )


RAW = b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n{"status": "UP"}'


def says_goodbye(client: Any, server: Server) -> None:
    """A body that ends with the connection, and TLS that ends as it should."""
    saying(RAW)(client, server)
    client.unwrap()


def test_a_body_whose_end_tls_does_not_confirm_may_be_cut(pki: Pki) -> None:
    files = (pki.folder / "good.pem", pki.folder / "good.key")
    with serving(saying(RAW), pki.context(files)) as server:
        cut = ask(pki, server.url(scheme="https"))
    with serving(says_goodbye, pki.context(files)) as server:
        whole = ask(pki, server.url(scheme="https"))
    assert isinstance(cut.facts, Endpoint)
    assert isinstance(whole.facts, Endpoint)
    (failure,) = cut.facts.failures
    assert (cut.facts.http, failure.reason) == ((), Reason.MALFORMED)
    assert failure.message == (
        "its body has no length, and the connection ended without the end of TLS: it may be cut"
    )
    assert whole.facts.http[0].json == {"status": "UP"}
    assert judge_check("operations/health", endpoint=cut.facts).outcome.value == "unproven"


@pytest.mark.parametrize("head", [b"Content-Length: 16\r\n", b"Transfer-Encoding: chunked\r\n"])
def test_a_body_that_tells_its_own_end_needs_no_other(pki: Pki, head: bytes) -> None:
    body = b'{"status": "UP"}' if head.startswith(b"C") else b'10\r\n{"status": "UP"}\r\n0\r\n\r\n'
    files = (pki.folder / "good.pem", pki.folder / "good.key")
    with serving(saying(b"HTTP/1.1 200 OK\r\n" + head + b"\r\n" + body), pki.context(files)) as server:
        item = ask(pki, server.url(scheme="https"))
    assert isinstance(item.facts, Endpoint)
    assert item.facts.http[0].json == {"status": "UP"}


_NEGATIVE = """
import ssl, sys
from pathlib import Path
from readiness.readers.network.tls.certificates import certificate, in_order
der = bytearray(ssl.PEM_cert_to_DER_cert(Path(sys.argv[1]).read_text()))
at = der.index(b"\\x02\\x14") + 2  # the serial number, of twenty bytes
der[at] |= 0x80
seen = certificate(bytes(der))
print(seen.serial.startswith("-"), in_order([bytes(der)]))
"""


def test_what_the_library_says_of_odd_certificates_does_not_reach_the_user(tmp_path: Path) -> None:
    for _ in range(20):  # a serial number of twenty bytes, which it is nearly always
        pem, _key = Pki(tmp_path).issue("leaf", chain=())
        if b"\x02\x14" in ssl.PEM_cert_to_DER_cert(pem.read_text())[:24]:
            break
    done = subprocess.run(
        [sys.executable, "-c", _NEGATIVE, str(pem)],
        capture_output=True,
        text=True,
        timeout=30,
        cwd=ROOT,
        check=False,
    )
    assert (done.stdout, done.stderr) == ("True True\n", "")
