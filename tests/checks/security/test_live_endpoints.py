"""The checks over TLS, judging servers of the lab as the gate would."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from readiness.check import Outcome
from readiness.evidence.endpoint import Endpoint
from readiness.judge import Judgement
from readiness.testing import judge_check, read_evidence
from tests.hostile_servers import answering, serving
from tests.tls_lab.pki import DAY, Pki

HOUR = timedelta(hours=1)
CERTIFICATES = [
    ("good", {}, Outcome.PASS, "trusted for localhost by root.pem"),
    ("Ed25519", {"key": "ed25519"}, Outcome.PASS, "Ed25519"),
    ("short-lived", {"begins": -HOUR, "ends": HOUR}, Outcome.PASS, "59m"),
    ("spent", {"begins": -9 * HOUR, "ends": HOUR}, Outcome.FAIL, "20% of 10h is the least"),
    (
        "expired",
        {"begins": -60 * DAY, "ends": -3 * DAY},
        Outcome.FAIL,
        "certificate has expired (verify code 10)",
    ),
    ("soon", {"begins": -60 * DAY, "ends": 3 * DAY}, Outcome.FAIL, "and 14d is the least"),
    ("not yet", {"begins": 2 * DAY, "ends": 30 * DAY}, Outcome.FAIL, "(verify code 9)"),
    ("another host", {"names": ("other.test",)}, Outcome.FAIL, "(verify code 62); it is for other.test"),
    ("incomplete", {"chain": ()}, Outcome.FAIL, "of CN=middle, which is not known here"),
    ("self-signed", {"issuer": "", "chain": ()}, Outcome.FAIL, "(verify code 18)"),
    ("unknown", {"issuer": "stranger", "chain": ("stranger",)}, Outcome.FAIL, "(verify code 19)"),
    ("out of order", {"chain": ("root", "middle")}, Outcome.FAIL, "out of order"),
    ("with the root", {"chain": ("middle", "root")}, Outcome.PASS, "3 sent in order"),
]
OLD, NEW = "TLSv1_2", "TLSv1_3"


@pytest.fixture(scope="module")
def pki(tmp_path_factory: pytest.TempPathFactory) -> Pki:
    return Pki(tmp_path_factory.mktemp("lab"))


def seen(folder: Path, port: int, **keys: Any) -> Endpoint:
    given: dict[str, Any] = {"url": f"https://localhost:{port}/", "ca": "root.pem", "deadline": "9s", **keys}
    (item,) = read_evidence("endpoint", folder, **given).items
    assert isinstance(item.facts, Endpoint), item.message
    return item.facts


def judged(check: str, endpoint: Endpoint, **params: Any) -> Judgement:
    return judge_check(check, params, now=datetime.now(UTC), endpoint=endpoint)


@pytest.mark.parametrize(
    ("name", "leaf", "outcome", "said"), CERTIFICATES, ids=[one[0] for one in CERTIFICATES]
)
def test_certificates_of_live_servers(
    pki: Pki, name: str, leaf: dict[str, Any], outcome: Outcome, said: str
) -> None:
    with serving(answering(), pki.context(pki.issue("leaf", **leaf))) as server:
        made = judged("security/certificate", seen(pki.folder, server.port))
    messages = [finding.message for finding in made.findings]
    assert (made.outcome, any(said in one for one in messages)) == (outcome, True), messages


@pytest.mark.parametrize(
    ("versions", "ciphers", "params", "outcome", "said"),
    [
        (
            (OLD, NEW),
            "ECDHE+AESGCM",
            {},
            Outcome.PASS,
            "suites of TLS 1.2, 1.3, all within Mozilla's intermediate",
        ),
        ((NEW, NEW), "", {"profile": "modern"}, Outcome.PASS, "3 suites of TLS 1.3"),
        ((OLD, NEW), "ECDHE+AESGCM", {"profile": "modern"}, Outcome.FAIL, "TLS 1.2 is accepted"),
        ((OLD, NEW), "ECDHE+AES", {}, Outcome.FAIL, "is not a suite of Mozilla's intermediate"),
        ((OLD, OLD), "eNULL:ECDHE+AESGCM:@SECLEVEL=0", {}, Outcome.FAIL, "null is forbidden"),
        (("TLSv1", NEW), "", {}, Outcome.FAIL, "TLS 1.0 is accepted, and Mozilla's intermediate"),
    ],
)
def test_suites_of_live_servers(
    pki: Pki, versions: tuple[str, str], ciphers: str, params: dict[str, Any], outcome: Outcome, said: str
) -> None:
    context = pki.context(pki.issue("leaf"), versions=versions, ciphers=ciphers)
    with serving(answering(), context) as server:
        made = judged("security/tls-ciphers", seen(pki.folder, server.port, enumerate_ciphers=True), **params)
    messages = [finding.message for finding in made.findings]
    assert (made.outcome, any(said in one for one in messages)) == (outcome, True), messages


def test_suites_that_were_not_enumerated_are_unproven_whatever_was_negotiated(pki: Pki) -> None:
    with serving(answering(), pki.context(pki.issue("leaf"))) as server:
        facts = seen(pki.folder, server.port)
    assert judged("security/tls-ciphers", facts).outcome is Outcome.UNPROVEN
    assert judged("security/tls-version", facts).outcome is Outcome.PASS
