"""What is read of an answer over HTTP: nothing that another client would read in another way."""

from __future__ import annotations

import ssl
from pathlib import Path
from typing import Any

import pytest

from readiness.evidence.endpoint import Endpoint
from readiness.evidence.model import Item, Reason
from readiness.testing import judge_check, read_evidence
from tests.hostile_servers import Behaviour, answering, in_turn, saying, serving
from tests.tls_lab.pki import DAY, Pki

BROKEN_LINE = "its headers hold a line that is none, so that those behind it are not read"
NO_STATUS_LINE = "its answer does not begin as one of HTTP/1.1 does"
NO_LENGTH = "its Content-Length is no number"
CLIENT = {"cert": "client.pem", "key": "client.key"}
REDIRECT = b"HTTP/1.1 302 Found\r\nLocation: /health\r\nContent-Length: 0\r\n\r\n"


def ask(root: Path, url: str, **keys: Any) -> Item:
    (item,) = read_evidence("endpoint", root, url=url, **{"deadline": "5s", **keys}).items
    return item


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b"HTTP/1.1 200 OK\r\nno header\r\nContent-Length: 2\r\n\r\n{}", BROKEN_LINE),
        (b"HTTP/1.1 200 OK\r\nX-A : b\r\nContent-Length: 2\r\n\r\n{}", BROKEN_LINE),
        (b"HTTP/1.1 200 OK\r\nContent-Type: multipart/x\r\nno header\r\n\r\n{}", BROKEN_LINE),
        (b"HTTP/1.1 +200 OK\r\nContent-Length: 2\r\n\r\n{}", NO_STATUS_LINE),
        (b"HTTP/1.1 0200 OK\r\nContent-Length: 2\r\n\r\n{}", NO_STATUS_LINE),
        (b"HTTP/1.1 2_00 OK\r\nContent-Length: 2\r\n\r\n{}", NO_STATUS_LINE),
        (b"HTTP/1.1x 200 OK\r\nContent-Length: 2\r\n\r\n{}", NO_STATUS_LINE),
        (b"HTTP/1.1 200 OK\r\nContent-Length: -2\r\n\r\n{}", NO_LENGTH),
        (b"HTTP/1.1 200 OK\r\nContent-Length: two\r\n\r\n{}", NO_LENGTH),
        (b"HTTP/1.1 200 OK\r\nContent-Length: \r\n\r\n{}", NO_LENGTH),
    ],
)
def test_an_answer_that_is_ambiguous_is_unproven(tmp_path: Path, raw: bytes, message: str) -> None:
    with serving(saying(raw)) as server:
        item = ask(tmp_path, server.url())
    assert (item.facts, item.reason, item.message) == (None, Reason.MALFORMED, message)
    assert "HTTP/1.1" in item.remedy


@pytest.mark.parametrize("first", [b"HTTP/1.1 200\r\n", b"HTTP/1.0 200 \r\n", b"HTTP/1.1 200 All is well\n"])
@pytest.mark.parametrize("header", [b"", b"Content-Type: multipart/x; boundary=y\r\n", b"X-Empty:\r\n"])
def test_what_honest_servers_leave_out_is_no_fault(tmp_path: Path, first: bytes, header: bytes) -> None:
    with serving(saying(first + header + b"Content-Length: 2, 2\r\n\r\n{}")) as server:
        item = ask(tmp_path, server.url())
    assert isinstance(item.facts, Endpoint), item.message
    assert (item.facts.http[0].status, item.facts.http[0].json) == (200, {})


def test_a_server_may_hang_up_between_redirects_without_announcing_it(tmp_path: Path) -> None:
    with serving(in_turn(*[saying(REDIRECT)] * 4, answering())) as server:
        item = ask(tmp_path, server.url())
    assert isinstance(item.facts, Endpoint), item.message
    assert (item.facts.http[0].status, item.facts.http[0].redirects) == (200, 4)


@pytest.fixture(scope="module")
def pki(tmp_path_factory: pytest.TempPathFactory) -> Pki:
    made = Pki(tmp_path_factory.mktemp("pki"))
    made.issue("good")
    made.issue("late", begins=-60 * DAY, ends=-DAY)
    return made


def limiting(status: int) -> Behaviour:
    """Serves one client, and turns all others away for another reason than their certificates."""
    return in_turn(answering(), answering(b"{}", f"{status} Limited"))


@pytest.mark.parametrize("status", [400, 401, 403, 496])
def test_a_limit_of_requests_is_no_mutual_tls(pki: Pki, status: int) -> None:
    context = pki.context((pki.folder / "good.pem", pki.folder / "good.key"), clients=ssl.CERT_OPTIONAL)
    with serving(limiting(status), context) as server:
        item = ask(pki.folder, server.url(scheme="https"), ca="root.pem", client=CLIENT)
    assert isinstance(item.facts, Endpoint), item.message
    assert item.facts.tls is not None
    made = judge_check("security/mtls", endpoint=item.facts)
    assert (made.outcome.value, "did not serve the right client after that" in made.summary) == (
        "unproven",
        True,
    )
    assert item.facts.tls.connections <= 9


def test_a_certificate_that_another_connection_shows_is_seen(pki: Pki) -> None:
    contexts = [
        pki.context((pki.folder / f"{name}.pem", pki.folder / f"{name}.key")) for name in ("good", "late")
    ]
    asked: list[ssl.SSLContext] = []

    def choose(connection: Any, _name: object, _context: object) -> None:
        connection.context = contexts[1 if asked else 0]
        asked.append(connection.context)

    front = pki.context((pki.folder / "good.pem", pki.folder / "good.key"))
    front.sni_callback = choose
    with serving(answering(), front) as server:
        item = ask(pki.folder, server.url(scheme="https", host="localhost"), ca="root.pem")
    assert isinstance(item.facts, Endpoint), item.message
    assert item.facts.tls is not None
    assert [one.subject for one in item.facts.tls.other_leaves] == ["CN=late"]
    assert item.facts.tls.verification is not None
    assert item.facts.tls.verification.ok
