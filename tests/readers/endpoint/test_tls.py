"""Endpoints over TLS: whom to trust, as whom to appear, and what a refusal says."""

from __future__ import annotations

import socket
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from readiness.evidence.endpoint import Endpoint
from readiness.evidence.model import Item, Reason
from readiness.testing import read_evidence
from tests import hostile_servers as hostile
from tests.authority import Authority
from tests.hostile_servers import answering, serving


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path, "ca")


def ask(root: Path, url: str, **keys: Any) -> Item:
    (item,) = read_evidence("endpoint", root, url=url, **{"deadline": "5s", **keys}).items
    return item


def untrusted(item: Item) -> tuple[str, str]:
    """What is said of an endpoint that shows TLS, and of which nothing else may be believed."""
    assert isinstance(item.facts, Endpoint), item.message
    assert item.facts.http == ()
    assert item.facts.tls is not None
    (failure,) = item.facts.failures
    assert failure.reason is Reason.UNREACHABLE
    return failure.message, failure.remedy


def test_an_endpoint_of_a_private_authority_is_verified_against_it(
    tmp_path: Path, authority: Authority
) -> None:
    tls = authority.server(*authority.issue("shop", "127.0.0.1"))
    with serving(answering(), tls) as server:
        item = ask(tmp_path, server.url(scheme="https"), ca="ca.pem", tries=2)
    assert isinstance(item.facts, Endpoint), item.message
    facts = item.facts.tls
    assert facts is not None
    assert facts.leaf is not None
    assert facts.verification is not None
    assert (facts.version, facts.verification.ok, facts.leaf.subject, facts.leaf.issuer) == (
        "1.3",
        True,
        "CN=shop",
        "CN=ca",
    )
    assert facts.cipher.startswith("TLS_")
    assert facts.connections == 7
    assert item.facts.summary()["tls"] == facts.summary()


def test_without_its_authority_it_is_not_trusted(tmp_path: Path, authority: Authority) -> None:
    tls = authority.server(*authority.issue("shop", "127.0.0.1"))
    with serving(answering(), tls) as server:
        item = ask(tmp_path, server.url(scheme="https"))
    message, remedy = untrusted(item)
    assert message == "its certificate is not trusted: unable to get local issuer certificate"
    assert "`ca:`" in remedy
    assert server.requests == []


def test_variables_that_tell_requests_whom_to_trust_are_ignored(
    tmp_path: Path, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(authority.pem))
    monkeypatch.setenv("CURL_CA_BUNDLE", str(authority.pem))
    tls = authority.server(*authority.issue("shop", "127.0.0.1"))
    with serving(answering(), tls) as server:
        assert "not trusted" in untrusted(ask(tmp_path, server.url(scheme="https")))[0]


@pytest.mark.parametrize(
    ("host", "lasts", "message", "remedy"),
    [
        ("127.0.0.1", timedelta(days=-1), "certificate has expired", "renew the certificate"),
        (
            "127.0.0.2",
            timedelta(days=9),
            "IP address mismatch, certificate is not valid for '127.0.0.1'",
            "url",
        ),
    ],
)
def test_a_bad_certificate_is_unproven_with_the_reason(
    tmp_path: Path, authority: Authority, host: str, lasts: timedelta, message: str, remedy: str
) -> None:
    tls = authority.server(*authority.issue("shop", host, lasts=lasts))
    with serving(answering(), tls) as server:
        item = ask(tmp_path, server.url(scheme="https"), ca="ca.pem")
    said, advice = untrusted(item)
    assert said.rstrip(".") == f"its certificate is not trusted: {message}"
    assert remedy in advice


def test_another_authority_is_not_trusted(tmp_path: Path, authority: Authority) -> None:
    Authority(tmp_path, "other")
    tls = authority.server(*authority.issue("shop", "127.0.0.1"))
    with serving(answering(), tls) as server:
        item = ask(tmp_path, server.url(scheme="https"), ca="other.pem")
    assert untrusted(item)[0].startswith("its certificate is not trusted: ")


def test_a_port_that_demands_a_client_certificate_answers_to_the_right_one(
    tmp_path: Path, authority: Authority
) -> None:
    authority.issue("gate")
    tls = authority.server(*authority.issue("shop", "127.0.0.1"), clients=authority.pem)
    client = {"cert": "gate.pem", "key": "gate.key"}
    with serving(answering(), tls) as server:
        item = ask(tmp_path, server.url(scheme="https"), ca="ca.pem", client=client)
        without = ask(tmp_path, server.url(scheme="https"), ca="ca.pem")
    assert isinstance(item.facts, Endpoint), item.message
    message, remedy = untrusted(without)
    # The alert, the end and a reset of the connection race to the client.
    assert message in (
        "TLS failed: tlsv13 alert certificate required",
        "TLS failed: it ended the connection",
        "it reset the connection before its answer was complete",
    )
    assert "client:" in remedy or "reset" in message


@pytest.mark.parametrize(
    ("keys", "reason", "message"),
    [
        ({"ca": "none.pem"}, Reason.MISSING, "`ca` cannot be used, there is no such file"),
        ({"ca": "rubbish"}, Reason.MALFORMED, "`ca` holds no certificate in PEM"),
        ({"ca": "."}, Reason.MALFORMED, "`ca` cannot be used, it is a folder"),
        ({"client": {"cert": "none", "key": "ca.pem"}}, Reason.MISSING, "`client.cert` cannot be used"),
        ({"client": {"cert": "ca.pem", "key": "rubbish"}}, Reason.MALFORMED, "cannot be used"),
        ({"client": {"cert": "one.pem", "key": "two.key"}}, Reason.MALFORMED, "key values mismatch"),
        ({"client": {"cert": "locked.pem", "key": "locked.key"}}, Reason.MALFORMED, "cannot be used"),
    ],
)
def test_files_that_cannot_be_used_are_named(
    tmp_path: Path, authority: Authority, keys: dict[str, Any], reason: Reason, message: str
) -> None:
    (tmp_path / "rubbish").write_text("-----BEGIN CERTIFICATE-----\nno\n-----END CERTIFICATE-----\n")
    authority.issue("one")
    authority.issue("two")
    authority.issue("locked", password=b"sesame")
    item = ask(tmp_path, "https://127.0.0.1:1/", **keys)
    assert item.reason is reason
    assert message in item.message
    assert str(tmp_path) in item.message


def test_a_bundle_with_comments_in_any_encoding_is_read(tmp_path: Path, authority: Authority) -> None:
    bundle = "Autorité de l'équipe\n".encode("latin-1") + authority.pem.read_bytes()
    (tmp_path / "bundle.pem").write_bytes(bundle)
    tls = authority.server(*authority.issue("shop", "127.0.0.1"))
    with serving(answering(), tls) as server:
        assert ask(tmp_path, server.url(scheme="https"), ca="bundle.pem").facts is not None


def test_plain_http_on_the_port_is_told(tmp_path: Path) -> None:
    def plain(client: socket.socket, server: hostile.Server) -> None:
        client.recv(1000)
        client.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    with serving(plain) as server:
        item = ask(tmp_path, server.url(scheme="https"))
    message, remedy = untrusted(item)
    assert message == "TLS failed: wrong version number"
    assert "write http://" in remedy
    assert isinstance(item.facts, Endpoint)
    assert item.facts.tls is not None
    assert item.facts.tls.speaks_tls is False
    assert any(step.detail.startswith("HTTP/1.1 400") for step in item.facts.tls.steps)


def test_a_handshake_that_never_comes_ends_at_the_deadline(tmp_path: Path) -> None:
    with serving(hostile.silent) as server:
        item = ask(tmp_path, server.url(scheme="https"), deadline="300ms")
    assert item.message == "no whole answer within 0.3s; it was waiting for the TLS handshake"


@pytest.mark.parametrize("behaviour", [hostile.drips_headers, hostile.drips_body])
def test_an_answer_that_drips_over_tls_is_cut_off_and_never_believed(
    tmp_path: Path, authority: Authority, behaviour: hostile.Behaviour
) -> None:
    tls = authority.server(*authority.issue("shop", "127.0.0.1"))
    with serving(behaviour, tls) as server:
        item = ask(tmp_path, server.url(scheme="https"), ca="ca.pem", deadline="400ms")
    assert untrusted(item)[0] == "no whole answer within 0.4s; it was waiting for its answer"
