"""What is asked about TLS, of whom, how often, and what is never told to whom."""

from __future__ import annotations

import socket
import tempfile
import threading
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from readiness.evidence.endpoint import Endpoint
from readiness.evidence.model import Item, Reason
from readiness.evidence.tls import TlsObservation
from readiness.readers.base import Context
from readiness.readers.endpoint.kind import EndpointKind
from readiness.readers.network.spec import EndpointSpec
from readiness.readers.network.tls import hooks
from readiness.testing import read_evidence
from tests import hostile_servers as hostile
from tests.hostile_servers import Server, answering, serving
from tests.tls_lab import fakes
from tests.tls_lab.pki import Pki

CLIENT = {"cert": "client.pem", "key": "client.key"}


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


def tls_of(item: Item) -> TlsObservation:
    assert isinstance(item.facts, Endpoint), item.message
    assert item.facts.tls is not None
    return item.facts.tls


class Counting:
    """Answers, and counts its connections."""

    def __init__(self) -> None:
        self.count, self.most, self._open = 0, 0, 0
        self._lock = threading.Lock()

    def serve(self, pki: Pki) -> hostile.Behaviour:
        context = pki.context((pki.folder / "good.pem", pki.folder / "good.key"))

        def behave(client: socket.socket, server: Server) -> None:
            with self._lock:
                self.count, self._open = self.count + 1, self._open + 1
                self.most = max(self.most, self._open)
            try:
                with suppress(OSError), context.wrap_socket(client, server_side=True) as secure:
                    answering()(secure, server)
            finally:
                with self._lock:
                    self._open -= 1

        return behave


def test_the_observation_says_how_many_connections_it_took(pki: Pki) -> None:
    counting = Counting()
    with serving(counting.serve(pki)) as server:
        plain = ask(pki, server.url(scheme="https"))
        assert tls_of(plain).connections == counting.count == 6
        distrusted = ask(pki, server.url(scheme="https"), ca="stranger.pem")
        assert tls_of(distrusted).connections == counting.count - 6 == 7
        client = ask(pki, server.url(scheme="https"), client=CLIENT)
        assert tls_of(client).connections == counting.count - 13 == 8


def test_evidences_of_one_run_share_what_tls_shows(pki: Pki) -> None:
    counting = Counting()
    context = Context(pki.folder, datetime.now(UTC))
    items: list[Item] = []

    def collect(path: str) -> None:
        keys = {"kind": "endpoint", "url": server.url(path, "https"), "ca": "root.pem", "deadline": "8s"}
        items.extend(EndpointKind().collect(EndpointSpec.model_validate(keys), context))

    with serving(counting.serve(pki)) as server:
        threads = [threading.Thread(target=collect, args=(f"/{i}",)) for i in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert counting.count == 6 + 5
    assert [dict(tls_of(item).versions) for item in items] == [dict(tls_of(items[0]).versions)] * 6
    assert all(isinstance(item.facts, Endpoint) and item.facts.http[0].status == 200 for item in items)


def test_credentials_go_to_nobody_who_is_not_verified(pki: Pki) -> None:
    seen: list[Any] = []

    def watch(client: Any, server: Server) -> None:
        seen.append(client.getpeercert())
        answering()(client, server)

    files = pki.issue("false", issuer="stranger", chain=())
    import ssl

    with serving(watch, pki.context(files, clients=ssl.CERT_OPTIONAL)) as server:
        keys = {"client": CLIENT, "headers": {"Authorization": "Bearer sesame"}}
        item = ask(pki, server.url("/health?token=sesame2", "https"), **keys)
    tls = tls_of(item)
    assert tls.client_auth is not None
    assert (tls.client_auth.right, tls.client_auth.none is not None) == (None, True)
    assert server.requests, "a bare request tells whether a client certificate is needed"
    assert b"sesame" not in b"".join(server.requests)
    assert not any(seen)


def test_all_attempts_ask_the_same_of_a_verified_server(pki: Pki) -> None:
    import ssl

    context = pki.context((pki.folder / "good.pem", pki.folder / "good.key"), clients=ssl.CERT_OPTIONAL)
    with serving(answering(), context) as server:
        keys = {"client": CLIENT, "headers": {"Authorization": "Bearer sesame"}}
        item = ask(pki, server.url("/health?a=b", "https"), **keys)
    assert len(server.requests) == 2  # the stranger is turned away in TLS
    assert set(server.requests) == {server.requests[0]}
    assert "sesame" not in repr(item)


def test_the_false_client_certificate_leaves_no_file(
    pki: Pki, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with serving(answering(), pki.context((pki.folder / "good.pem", pki.folder / "good.key"))) as server:
        ask(pki, server.url(scheme="https"), client=CLIENT)
    assert list(tmp_path.iterdir()) == []


def test_without_the_private_hooks_of_python_less_is_known_and_nothing_wrong(
    pki: Pki, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hooks, "_hear", lambda *_: None)
    monkeypatch.setattr(hooks, "peer_chain", lambda _: None)
    files = (pki.folder / "good.pem", pki.folder / "good.key")
    with serving(answering(), pki.context(files)) as server:
        both = tls_of(ask(pki, server.url(scheme="https")))
    with serving(answering(), pki.context(files, versions=("TLSv1_3", "TLSv1_3"))) as server:
        newest = tls_of(ask(pki, server.url(scheme="https")))
    assert (both.version, both.cipher, len(both.chain)) == ("1.3", "TLS_AES_256_GCM_SHA384", 2)
    assert both.client_auth is not None
    assert both.client_auth.requested is False
    assert (newest.chain, newest.client_auth and newest.client_auth.requested) == ((), None)
    assert newest.verification is not None
    assert newest.verification.ok is True


def test_a_refusal_without_anything_accepted_may_be_a_firewall(pki: Pki) -> None:
    calls: list[int] = []

    def once(client: socket.socket, server: Server) -> None:
        calls.append(1)
        if len(calls) == 1:
            Counting().serve(pki)(client, server)

    with serving(once) as server:
        tls = tls_of(ask(pki, server.url(scheme="https")))
    assert dict(tls.versions) == {
        "1.0": "inconclusive",
        "1.1": "inconclusive",
        "1.2": "inconclusive",
        "1.3": "accepted",
    }
    assert {step.outcome for step in tls.steps[1:]} <= {"eof", "reset"}


def test_a_list_of_suites_that_breaks_off_is_no_list(pki: Pki) -> None:
    calls: list[int] = []

    def tired(client: socket.socket, server: Server) -> None:
        calls.append(1)
        if len(calls) <= 8:
            Counting().serve(pki)(client, server)

    with serving(tired) as server:
        tls = tls_of(ask(pki, server.url(scheme="https"), enumerate_ciphers=True))
    assert tls.ciphers == {}
    assert tls.versions["1.2"] == "accepted"


def test_two_silences_in_a_row_are_enough(pki: Pki) -> None:
    calls: list[int] = []

    def deaf(client: socket.socket, server: Server) -> None:
        calls.append(1)
        if len(calls) == 1:
            Counting().serve(pki)(client, server)
        else:
            server.over.wait()

    with serving(deaf) as server:
        tls = tls_of(ask(pki, server.url(scheme="https"), deadline="1s"))
    assert (tls.connections, [step.outcome for step in tls.steps]) == (3, ["ok", "timeout", "timeout"])


def test_what_shows_nothing_of_tls_is_unproven_as_before(pki: Pki) -> None:
    with serving(fakes.saying_tls(fakes.alert(40))) as server:
        item = ask(pki, server.url(scheme="https"))
        other = ask(pki, f"tls://127.0.0.1:{server.port}")
    assert (item.facts, item.reason) == (None, Reason.UNREACHABLE)
    assert item.message == other.message == "TLS failed: sslv3 alert handshake failure"


@settings(max_examples=40, deadline=None)
@given(st.binary(max_size=120), st.sampled_from([b"", b"\x16\x03\x03\x00\x7a", fakes.server_hello(group=29)]))
def test_any_bytes_on_the_port_give_unproven_or_facts(rest: bytes, start: bytes) -> None:
    with serving(fakes.saying_tls(start + rest)) as server:
        (item,) = read_evidence("endpoint", Path(), url=server.url(scheme="https"), deadline="5s").items
    assert "defect" not in item.remedy
    if isinstance(item.facts, Endpoint):
        assert item.facts.http == ()
        assert item.facts.tls is not None
        assert item.facts.tls.verification is None or not item.facts.tls.verification.ok
    else:
        assert item.reason in (Reason.MALFORMED, Reason.UNREACHABLE)


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ({"url": "tls://db.test"}, "a URL of tls is a host and a port"),
        ({"url": "tls://db.test:1/path"}, "a URL of tls is a host and a port"),
        ({"url": "http://a.test/", "sni": "b.test"}, "`sni` has no meaning without TLS"),
        (
            {"url": "http://a.test/", "enumerate-ciphers": True},
            "`enumerate-ciphers` has no meaning without TLS",
        ),
        ({"url": "https://a.test/", "starttls": "smtp"}, "`starttls` goes with a URL as in tls://"),
        ({"url": "https://a.test/", "starttls": "ftp"}, "'postgres', 'smtp', 'imap' or 'ldap'"),
        ({"url": "https://a.test/", "sni": "10.0.0.1:80"}, "is the name of a host"),
        ({"url": "https://a.test/", "server-id": "spiffe://prod.acme/x"}, "`server-id` needs `ca`"),
        ({"url": "https://a.test/", "ca": "x", "server-id": "spiffe://Prod/x"}, "is a SPIFFE ID as in"),
        ({"url": "https://a.test/", "ca": "x", "server-id": "spiffe://prod/a/../b"}, "is a SPIFFE ID as in"),
        ({"url": "https://a.test/", "ca": "x", "server-id": "spiffe://prod/"}, "is a SPIFFE ID as in"),
        (
            {"url": "tls://a.test:1", "headers": {"X": "y"}},
            "`headers` have no meaning where HTTP is not spoken",
        ),
    ],
)
def test_keys_that_do_not_fit_are_refused(keys: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError) as caught:
        EndpointSpec.model_validate({"kind": "endpoint", **keys})
    assert message in str(caught.value)


def test_the_digest_covers_what_tls_showed(pki: Pki) -> None:
    counting = Counting()
    with serving(counting.serve(pki)) as server:
        first, second = (ask(pki, server.url(scheme="https")) for _ in range(2))
        other = ask(pki, server.url(scheme="https"), ca="stranger.pem")
    assert first.provenance.sha256 == second.provenance.sha256 != other.provenance.sha256
