"""The kind `spiffe-bundle` from a bundle endpoint: a server on 127.0.0.1 that publishes, or does not."""

from __future__ import annotations

import json
import ssl
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from readiness.check import Outcome
from readiness.evidence.model import Item, Reason
from readiness.evidence.spiffe_bundle import SpiffeBundle
from readiness.judge import Judgement
from readiness.testing import judge_check, read_evidence
from tests.authority import Authority
from tests.hostile_servers import Behaviour, answering, hangs_up, serving, silent
from tests.spiffe_pki import HOUR, bundle, x509_entry
from tests.spiffe_pki import authority as spiffe_authority

_NOW = datetime.now(UTC)
_BUNDLE = bundle(x509_entry(spiffe_authority(begins=_NOW - HOUR, ends=_NOW + 24 * HOUR)))


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path, "ca")


def fetched(
    root: Path, authority: Authority, behaviour: Behaviour, tls: ssl.SSLContext | None = None, **keys: Any
) -> Item:
    context = tls or authority.server(*authority.issue("spire", "127.0.0.1"))
    with serving(behaviour, context) as server:
        url = server.url("/bundle", scheme="https")
        evidence = read_evidence(
            "spiffe-bundle", root, url=url, **({"ca": "ca.pem", "deadline": "5s"} | keys)
        )
        (item,) = evidence.items
        assert evidence.whole == item
        return item


def facts(item: Item) -> SpiffeBundle:
    assert isinstance(item.facts, SpiffeBundle), item.message
    return item.facts


def judged(item: Item) -> Judgement:
    return judge_check("security/spiffe-bundle", now=_NOW, bundle=facts(item))


def serves(document: Any, *headers: str, status: str = "200 OK", **more: Any) -> Behaviour:
    return answering(json.dumps(document).encode(), status, *headers, **more)


def test_a_bundle_is_fetched_over_a_verified_connection_and_judged(
    tmp_path: Path, authority: Authority
) -> None:
    item = fetched(tmp_path, authority, serves(_BUNDLE))
    seen = facts(item).retrieval
    assert seen is not None
    assert (seen.status, seen.content_type, seen.is_verified, seen.asks_client) == (
        200,
        "application/json",
        True,
        False,
    )
    assert (item.provenance.format, item.provenance.bytes) == ("federation", len(json.dumps(_BUNDLE)))
    assert judged(item).outcome is Outcome.PASS, judged(item).findings


def test_another_content_type_warns(tmp_path: Path, authority: Authority) -> None:
    item = fetched(tmp_path, authority, serves(_BUNDLE, content_type="text/plain"))
    assert judged(item).outcome is Outcome.WARN


@pytest.mark.parametrize("status", ["401 Unauthorized", "403 Forbidden"])
def test_an_endpoint_that_asks_who_its_clients_are_fails(
    tmp_path: Path, authority: Authority, status: str
) -> None:
    made = judged(fetched(tmp_path, authority, serves({}, status=status)))
    assert made.outcome is Outcome.FAIL
    assert "[no-client-login, Federation 5.2.1.3]" in made.summary


def test_an_endpoint_that_wants_a_client_certificate_fails(tmp_path: Path, authority: Authority) -> None:
    tls = authority.server(*authority.issue("spire", "127.0.0.1"), clients=authority.pem)
    tls.maximum_version = ssl.TLSVersion.TLSv1_2  # in 1.3 a reset may overtake the alert
    item = fetched(tmp_path, authority, serves(_BUNDLE), tls)
    made = judged(item)
    assert made.outcome is Outcome.FAIL
    assert "[no-client-certificate, Federation 5.2.1.3]" in made.summary


def test_a_redirect_to_plain_http_fails(tmp_path: Path, authority: Authority) -> None:
    moved = serves({}, "Location: http://127.0.0.1/bundle", status="302 Found")
    made = judged(fetched(tmp_path, authority, moved))
    assert made.outcome is Outcome.FAIL
    assert "[redirect, Federation 5.2.1.3]" in made.findings[0].message


@pytest.mark.parametrize(
    ("behaviour", "reason", "said"),
    [
        (serves({}), Reason.MALFORMED, "no bundle"),
        (serves([1]), Reason.MALFORMED, "no bundle"),
        (serves({}, status="500 Oops"), Reason.UNREACHABLE, "it answers 500"),
        (serves({}, status="404 Not Found"), Reason.UNREACHABLE, "it answers 404"),
        (answering(b'{"keys": [], "keys": []}'), Reason.MALFORMED, "stands twice"),
        (answering(b'{"keys": ["\xff"]}'), Reason.MALFORMED, "it is not UTF-8 text"),
        (answering(b"<html>"), Reason.MALFORMED, "it is not JSON"),
        (hangs_up, Reason.UNREACHABLE, "closed the connection"),
    ],
)
def test_what_serves_no_bundle_is_unproven(
    tmp_path: Path, authority: Authority, behaviour: Behaviour, reason: Reason, said: str
) -> None:
    item = fetched(tmp_path, authority, behaviour)
    assert (item.facts, item.reason) == (None, reason)
    assert said in item.message


def test_a_silent_endpoint_is_unreachable_within_its_deadline(tmp_path: Path, authority: Authority) -> None:
    item = fetched(tmp_path, authority, silent, deadline="500ms")
    assert (item.facts, item.reason) == (None, Reason.UNREACHABLE)


def test_a_server_that_is_not_trusted_gives_no_bundle(tmp_path: Path, authority: Authority) -> None:
    Authority(tmp_path, "other")
    item = fetched(tmp_path, authority, serves(_BUNDLE), ca="other.pem")
    assert (item.facts, item.reason) == (None, Reason.UNREACHABLE)
    assert "its certificate is not trusted" in item.message


def test_a_server_with_another_spiffe_id_gives_no_bundle(tmp_path: Path, authority: Authority) -> None:
    item = fetched(tmp_path, authority, serves(_BUNDLE), server_id="spiffe://prod.acme/bundle")
    assert (item.facts, item.reason) == (None, Reason.UNREACHABLE)
