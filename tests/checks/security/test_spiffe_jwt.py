"""security/spiffe-jwt: a token of the right workload for the right audience, signed by its own trust domain."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from readiness.check import Outcome
from readiness.evidence.model import Reason
from readiness.evidence.spiffe import Proof
from readiness.evidence.spiffe_jwt import SpiffeJwt
from readiness.judge import Judgement
from readiness.testing import judge_check, read_evidence
from tests.spiffe_pki import DOMAIN, ID, NOW, b64, bundle, claims, jwt_entry, rsa_entry, token, x509_entry

PARAMS: dict[str, Any] = {"trust-domain": DOMAIN, "audience": "orders"}
SECONDS = int(NOW.timestamp())


def read(root: Path, text: str, document: dict[str, Any] | None = None) -> SpiffeJwt:
    (root / "token").write_text(text)
    (root / "bundle.json").write_text(json.dumps(document or bundle()))
    (item,) = read_evidence("spiffe-jwt", root, now=NOW, path="token", bundle="bundle.json").items
    assert isinstance(item.facts, SpiffeJwt), item.message
    return item.facts


def judged(facts: SpiffeJwt, **params: Any) -> Judgement:
    return judge_check("security/spiffe-jwt", PARAMS | params, now=NOW, token=facts)


def rules(made: Judgement, outcome: Outcome = Outcome.FAIL) -> list[str]:
    said = [one.message for one in made.findings if one.outcome is outcome]
    return [found[1] for message in said if (found := re.search(r"\[([a-z0-9-]+), [^\]]+\]$", message))]


def test_a_good_token_passes_until_it_expires(tmp_path: Path) -> None:
    made = judged(read(tmp_path, token() + "\n"), id=ID)
    assert (made.outcome, len(made.findings)) == (Outcome.PASS, 1), made.findings
    assert made.findings[0].until == NOW + timedelta(minutes=4)
    assert made.summary == f"token: {ID}, for orders: 12 rules hold"


@pytest.mark.parametrize("drop", ["kid", "typ"])
def test_what_is_optional_may_be_left_out(tmp_path: Path, drop: str) -> None:
    assert judged(read(tmp_path, token(drop=drop))).outcome is Outcome.PASS


@pytest.mark.parametrize("algorithm", ["RS256", "PS256"])
def test_keys_of_rsa_sign_too(tmp_path: Path, algorithm: str) -> None:
    facts = read(tmp_path, token(alg=algorithm, kid="rsa", typ="JOSE"), bundle(rsa_entry()))
    assert judged(facts).outcome is Outcome.PASS


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        (token(jku="https://evil.example/keys"), "headers"),
        (token(crit=["exp"]), "headers"),
        (token(typ="at+jwt"), "type"),
        (token(typ="jwt"), "type"),
        (token(typ=None), "type"),
        (token(claims(sub=None)), "subject"),
        (token(claims(sub=["x"])), "subject"),
        (token(claims(sub="checkout")), "id-scheme"),
        (token(claims(sub="spiffe://Prod.acme/checkout")), "id-lower-case"),
        (token(claims(aud=None)), "audience"),
        (token(claims(aud=[])), "audience"),
        (token(claims(aud="billing")), "audience"),
        (token(claims(aud={"orders": 1})), "audience"),
        (token(claims(aud=["orders", 7])), "audience"),
        (token(claims(aud="Orders")), "audience"),
        (token(claims(exp=None)), "expiry"),
        (token(claims(exp=str(SECONDS + 60))), "expiry"),
        (token(claims(exp=True)), "expiry"),
        (token(claims(exp=1e300)), "expiry"),
        (token(claims(exp=SECONDS)), "expired"),
        (token(claims(exp=SECONDS - 1)), "expired"),
        (token(claims(iat=SECONDS + 301, exp=SECONDS + 400)), "iat"),
        (token(claims(nbf=SECONDS + 10)), "nbf"),
        (token(claims(nbf="now")), "moments"),
        (token(claims(iat=SECONDS - 60, exp=SECONDS + 3600)), "max-lifetime"),
        (token(signer="stranger"), "signature"),
        (token(signer="stranger", kid="tokens"), "signature"),
        (token(signer="stranger", drop="kid"), "signature"),
    ],
)
def test_a_token_that_breaks_a_rule_fails_with_exactly_that(tmp_path: Path, text: str, rule: str) -> None:
    made = judged(read(tmp_path, text))
    assert made.outcome is Outcome.FAIL
    assert rules(made) == [rule], made.findings


@pytest.mark.parametrize("algorithm", ["none", "HS256", "EdDSA", "es256", "ES256K", 7, None])
def test_another_algorithm_fails_and_is_not_tried(tmp_path: Path, algorithm: Any) -> None:
    made = judged(read(tmp_path, token(alg=algorithm)))
    assert (made.outcome, rules(made)) == (Outcome.FAIL, ["algorithm"])


def test_an_algorithm_of_another_key_does_not_verify(tmp_path: Path) -> None:
    for algorithm in ("RS256", "PS256", "ES384", "ES512"):
        assert rules(judged(read(tmp_path, token(alg=algorithm)))) == ["signature"]
    made = judged(read(tmp_path, token(alg="PS256", kid="rsa")[:-4] + "AAAA", bundle(rsa_entry())))
    assert rules(made) == ["signature"]


def test_only_keys_for_tokens_count(tmp_path: Path) -> None:
    document = bundle(x509_entry(), jwt_entry(use="wit-svid"))
    assert rules(judged(read(tmp_path, token(), document))) == ["signature"]


def test_only_the_bundle_of_its_own_trust_domain_counts(tmp_path: Path) -> None:
    of_dev = {"trust_domains": {"dev.acme": bundle(), DOMAIN: bundle(x509_entry())}}
    assert rules(judged(read(tmp_path, token(), of_dev))) == ["signature"]
    of_prod = {"trust_domains": {DOMAIN: bundle(), "dev.acme": bundle(x509_entry())}}
    assert judged(read(tmp_path, token(), of_prod)).outcome is Outcome.PASS


def test_another_workload_fails(tmp_path: Path) -> None:
    facts = read(tmp_path, token())
    assert rules(judged(facts, id=f"{ID}2")) == ["expected-id"]
    made = judge_check(
        "security/spiffe-jwt", {"trust-domain": "dev.acme", "audience": "orders"}, now=NOW, token=facts
    )
    assert rules(made) == ["expected-trust-domain"]


def test_several_audiences_warn(tmp_path: Path) -> None:
    made = judged(read(tmp_path, token(claims(aud=["orders", "billing"]))))
    assert (made.outcome, rules(made, Outcome.WARN)) == (Outcome.WARN, ["one-audience"])


def test_without_the_moment_of_issue_its_lifetime_is_not_shown(tmp_path: Path) -> None:
    made = judged(read(tmp_path, token(claims(iat=None))))
    assert (made.outcome, made.reason) == (Outcome.UNPROVEN, Reason.INSUFFICIENT)
    long = judged(read(tmp_path, token(claims(iat=None, exp=SECONDS + 7200))))
    assert rules(long) == ["max-lifetime"]


def test_without_a_bundle_its_signature_is_not_shown(tmp_path: Path) -> None:
    (tmp_path / "token").write_text(token())
    (item,) = read_evidence("spiffe-jwt", tmp_path, now=NOW, path="token").items
    assert isinstance(item.facts, SpiffeJwt)
    made = judged(item.facts)
    assert (made.outcome, made.reason) == (Outcome.UNPROVEN, Reason.INSUFFICIENT)
    assert "held against no bundle" in made.summary


def test_json_serialization_fails(tmp_path: Path) -> None:
    header, payload, signature = token().split(".")
    text = json.dumps({"payload": payload, "protected": header, "signature": signature})
    assert rules(judged(read(tmp_path, text))) == ["compact"]


@pytest.mark.parametrize("ok", [None, False])
def test_a_proof_that_is_none_never_passes(ok: bool | None) -> None:
    facts = SpiffeJwt(
        source="token",
        headers=("alg",),
        alg="ES256",
        subject=ID,
        audience=("orders",),
        expires_at=NOW + timedelta(minutes=1),
        issued_at=NOW,
        proof=Proof(ok=ok, message="x", bundle="b"),
    )
    assert judged(facts).outcome is (Outcome.UNPROVEN if ok is None else Outcome.FAIL)
    assert judged(facts.but(proof=Proof(ok=True))).outcome is Outcome.PASS


@pytest.mark.parametrize(
    "params", [{"audience": ""}, {"audience": None}, {"max-lifetime": 60}, {"id": "x"}, {"unknown": 1}]
)
def test_params_that_make_no_sense_are_refused(params: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        judged(SpiffeJwt(source="token"), **params)


@settings(max_examples=40, deadline=None)
@given(st.integers(-400, 400), st.integers(-400, 400), st.integers(1, 400))
def test_it_passes_exactly_between_its_moments(issued: int, ends: int, longest: int) -> None:
    facts = SpiffeJwt(
        source="token",
        headers=("alg",),
        alg="ES256",
        subject=ID,
        audience=("orders",),
        issued_at=NOW + timedelta(seconds=issued),
        expires_at=NOW + timedelta(seconds=ends),
        proof=Proof(ok=True),
    )
    made = judged(facts, **{"max-lifetime": f"{longest}s"})
    good = ends > 0 and issued < ends and issued <= 300 and ends - issued <= longest
    assert (made.outcome is Outcome.PASS) == good


def test_a_trust_domain_is_no_workload(tmp_path: Path) -> None:
    made = judged(read(tmp_path, token(claims(sub=f"spiffe://{DOMAIN}"))))
    assert (made.outcome, rules(made)) == (Outcome.FAIL, ["subject"])


def test_a_key_of_rsa_that_is_too_short_signs_nothing(tmp_path: Path) -> None:
    short = rsa.generate_private_key(65537, 1024)  # noqa: S505 - too short on purpose
    number = b64(short.public_key().public_numbers().n.to_bytes(128))
    signed = token(alg="RS256", kid="rsa").rpartition(".")[0]
    signature = short.sign(signed.encode(), padding.PKCS1v15(), hashes.SHA256())
    made = judged(read(tmp_path, f"{signed}.{b64(signature)}", bundle(rsa_entry() | {"n": number})))
    assert (made.outcome, rules(made)) == (Outcome.FAIL, ["signature"])
