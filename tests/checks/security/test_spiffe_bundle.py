"""security/spiffe-bundle: what a bundle and the endpoint that serves it must keep to."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from pydantic import ValidationError

from readiness.check import Outcome
from readiness.evidence.model import Reason
from readiness.evidence.spiffe_bundle import Retrieval, SpiffeBundle
from readiness.judge import Judgement
from readiness.testing import judge_check, read_evidence
from tests.spiffe_pki import DOMAIN, NOW, authority, b64, bundle, ec_jwk, jwt_entry, rsa_entry, x509_entry

URL = "https://spire.prod.acme/bundle"
SERVED = Retrieval(
    url=URL, status=200, content_type="application/json; charset=utf-8", is_verified=True, asks_client=False
)


def read(root: Path, document: dict[str, Any]) -> SpiffeBundle:
    (root / "bundle.json").write_text(json.dumps(document))
    (item,) = read_evidence("spiffe-bundle", root, now=NOW, path="bundle.json").items
    assert isinstance(item.facts, SpiffeBundle), item.message
    return item.facts


def judged(facts: SpiffeBundle, **params: Any) -> Judgement:
    return judge_check("security/spiffe-bundle", params, now=NOW, bundle=facts)


def rules(made: Judgement, outcome: Outcome) -> list[str]:
    said = [one.message for one in made.findings if one.outcome is outcome]
    return [found[1] for message in said if (found := re.search(r"\[([a-z0-9-]+), [^\]]+\]$", message))]


def test_a_good_bundle_passes_until_its_authority_runs_out(tmp_path: Path) -> None:
    made = judged(read(tmp_path, bundle()), **{"trust-domain": DOMAIN, "needs": ["x509-svid", "jwt-svid"]})
    assert (made.outcome, len(made.findings)) == (Outcome.PASS, 1), made.findings
    assert made.findings[0].until == NOW + timedelta(days=6)
    assert made.summary.startswith("bundle.json: 1 bundles with 2 keys: ")


def test_keys_of_other_uses_and_types_are_ignored(tmp_path: Path) -> None:
    others = [
        ec_jwk("wit", use="wit-svid", kid="w"),
        ec_jwk("x", use="X509-SVID"),
        {"kty": "OKP", "use": "jwt-svid", "crv": "Ed25519", "x": "AAAA"},
        {"kty": "future", "use": "x509-svid"},
    ]
    made = judged(read(tmp_path, bundle(x509_entry(), rsa_entry(), *others)))
    assert made.outcome is Outcome.PASS
    assert "6 keys, 4 of them ignored" in made.summary


@pytest.mark.parametrize(
    ("document", "failed"),
    [
        ({"spiffe_sequence": 1, "spiffe_refresh_hint": 300}, ["keys"]),
        (bundle() | {"keys": {}}, ["keys"]),
        (bundle() | {"keys": None}, ["keys"]),
        (bundle() | {"keys": []}, ["keys"]),
        (bundle(x509_entry(kid="k")), ["x509-kid"]),
        (bundle(x509_entry(kid="")), ["x509-kid"]),
        (bundle(x509_entry(), x509_entry(x5c=[])), ["x509-certificate"]),
        (bundle(x509_entry(), ec_jwk("root", use="x509-svid")), ["x509-certificate"]),
        (bundle(x509_entry(), x509_entry(x5c=x509_entry()["x5c"] * 2)), ["x509-certificate"]),
        (bundle(x509_entry(), x509_entry(x5c=["!"])), ["x509-certificate"]),
        (bundle(x509_entry(), x509_entry(x5c=["AAAA"])), ["x509-certificate"]),
        (bundle(x509_entry(), x509_entry(x5c="AAAA")), ["key-form"]),
        (bundle(x509_entry(), x509_entry(kty=None)), ["key-form"]),
        (bundle(x509_entry(), jwt_entry(kid=7)), ["key-form"]),
        (bundle(x509_entry(), jwt_entry(use=["jwt-svid"])), ["key-form"]),
        (bundle(x509_entry(), {"kty": "EC"}), ["key-use"]),
        (bundle(x509_entry(), {"use": "jwt-svid", "kid": "a"}), ["key-kty"]),
        (bundle(x509_entry(), ec_jwk("tokens", use="jwt-svid")), ["jwt-kid"]),
        (bundle(x509_entry(), jwt_entry(x="AAAA")), ["key-parameters"]),
        (bundle(x509_entry(), jwt_entry(crv="P-384")), ["key-parameters"]),
        (bundle(x509_entry(), jwt_entry(d="c2VjcmV0")), ["private-key"]),
        (bundle(x509_entry(), ec_jwk("other", use="x509-svid", x5c=x509_entry()["x5c"])), ["x509-same-key"]),
        (bundle(spiffe_sequence="7"), ["sequence-integer"]),
        (bundle(spiffe_sequence=7.0), ["sequence-integer"]),
        (bundle(spiffe_sequence=True), ["sequence-integer"]),
        (bundle(spiffe_sequence=None), ["sequence-integer"]),
        (bundle(spiffe_sequence=2**70), ["sequence-integer"]),
        (bundle(spiffe_refresh_hint=300.5), ["refresh-hint-integer"]),
        (bundle(spiffe_refresh_hint=0), ["refresh-hint-integer"]),
        (bundle(spiffe_refresh_hint=-5), ["refresh-hint-integer"]),
        (bundle(x509_entry(authority(is_ca=False))), ["signing-ca"]),
        (bundle(x509_entry(authority(usage=None))), ["key-usage"]),
        (bundle(x509_entry(authority(usage_critical=False))), ["key-usage-critical"]),
        (bundle(x509_entry(authority(usage=("crl_sign",)))), ["signing-key-cert-sign"]),
        (bundle(x509_entry(authority(uris=(f"spiffe://{DOMAIN}/ca",)))), ["signing-path"]),
        (bundle(x509_entry(authority(uris=("spiffe://Prod.acme",)))), ["id-lower-case"]),
        (bundle(x509_entry(authority(ends=NOW - timedelta(hours=1)))), ["expired"]),
        (bundle(x509_entry(authority(begins=NOW + timedelta(hours=1)))), ["not-yet-valid"]),
        (bundle(x509_entry(authority(ends=NOW + timedelta(hours=1)))), ["min-remaining"]),
        (bundle(jwt_entry()), ["x509-svid-keys"]),
    ],
)
def test_what_breaks_a_rule_fails_with_exactly_that(
    tmp_path: Path, document: dict[str, Any], failed: list[str]
) -> None:
    made = judged(read(tmp_path, document))
    assert (made.outcome, rules(made, Outcome.FAIL)) == (Outcome.FAIL, failed), made.findings


@pytest.mark.parametrize(
    ("document", "rule"),
    [
        ({"keys": [x509_entry()], "spiffe_sequence": 1}, "refresh-hint"),
        ({"keys": [x509_entry()], "spiffe_refresh_hint": 300}, "sequence"),
        (bundle(x509_entry(authority(uris=()))), "signing-id"),
        (bundle(x509_entry(authority("sub", issuer="root", signer="root"))), "x509-self-signed"),
        (bundle(x509_entry(), jwt_entry("a", kid="same"), jwt_entry("b", kid="same")), "kid-once"),
        (bundle(x509_entry(authority(usage=("key_cert_sign", "digital_signature")))), "signing-usage"),
    ],
)
def test_what_should_be_warns_unless_the_policy_accepts_it(
    tmp_path: Path, document: dict[str, Any], rule: str
) -> None:
    facts = read(tmp_path, document)
    made = judged(facts)
    assert (made.outcome, rules(made, Outcome.WARN)) == (Outcome.WARN, [rule])
    assert judged(facts, accept=[rule]).outcome is Outcome.PASS


def test_an_expired_authority_beside_a_good_one_warns(tmp_path: Path) -> None:
    old = x509_entry(authority("old", ends=NOW - timedelta(hours=1)))
    made = judged(read(tmp_path, bundle(x509_entry(), old)))
    assert (made.outcome, rules(made, Outcome.WARN)) == (Outcome.WARN, ["expired-authority"])


def test_a_new_authority_covers_for_one_that_runs_out(tmp_path: Path) -> None:
    old = x509_entry(authority("old", ends=NOW + timedelta(minutes=1)))
    assert judged(read(tmp_path, bundle(old, x509_entry()))).outcome is Outcome.PASS


def test_a_key_for_tokens_can_be_demanded(tmp_path: Path) -> None:
    facts = read(tmp_path, bundle(x509_entry()))
    assert rules(judged(facts, needs=["x509-svid", "jwt-svid"]), Outcome.FAIL) == ["jwt-svid-keys"]
    tokens = read(tmp_path, bundle(jwt_entry()))
    assert judged(tokens, needs=["jwt-svid"]).outcome is Outcome.PASS


def test_a_bundle_of_another_trust_domain_fails(tmp_path: Path) -> None:
    made = judged(read(tmp_path, bundle()), **{"trust-domain": "dev.acme"})
    assert (made.outcome, rules(made, Outcome.FAIL)) == (Outcome.FAIL, ["expected-trust-domain"])


def test_every_bundle_of_a_map_is_judged(tmp_path: Path) -> None:
    dev = bundle(x509_entry(authority("dev", uris=("spiffe://dev.acme",))))
    good = read(tmp_path, {"trust_domains": {DOMAIN: bundle(), "dev.acme": dev}})
    assert judged(good, **{"trust-domain": DOMAIN}).outcome is Outcome.PASS
    missing = judged(good, **{"trust-domain": "test.acme"})
    assert rules(missing, Outcome.FAIL) == ["expected-trust-domain"]
    swapped = read(tmp_path, {"trust_domains": {DOMAIN: dev}})
    assert "expected-trust-domain" in rules(judged(swapped), Outcome.FAIL)
    revoked = read(tmp_path, {"trust_domains": {DOMAIN: bundle(), "dev.acme": {"keys": []}}})
    assert rules(judged(revoked), Outcome.FAIL) == ["keys"]
    for name, rule in (("Prod.acme", "id-lower-case"), ("spiffe://a", "id-port")):
        odd = read(tmp_path, {"trust_domains": {name: bundle(x509_entry(authority(uris=())))}})
        assert rules(judged(odd), Outcome.FAIL) == [rule]
    broken = read(tmp_path, {"trust_domains": {DOMAIN: []}})
    assert rules(judged(broken), Outcome.FAIL) == ["keys"]


def test_a_map_of_nothing_is_unproven(tmp_path: Path) -> None:
    made = judged(read(tmp_path, {"trust_domains": {}}))
    assert (made.outcome, made.reason) == (Outcome.UNPROVEN, Reason.INSUFFICIENT)


# Served by an endpoint


def served(tmp_path: Path, **about: Any) -> Judgement:
    return judged(read(tmp_path, bundle()).but(retrieval=SERVED.but(**about)))


def not_served(**about: Any) -> Judgement:
    return judged(SpiffeBundle(source=URL, retrieval=SERVED.but(**about)))


def test_a_bundle_that_is_served_well_passes(tmp_path: Path) -> None:
    assert served(tmp_path).outcome is Outcome.PASS
    assert served(tmp_path, asks_client=True).outcome is Outcome.PASS


@pytest.mark.parametrize("content_type", ["", "text/plain", "application/jose", "application/jsonx"])
def test_another_content_type_warns(tmp_path: Path, content_type: str) -> None:
    made = served(tmp_path, content_type=content_type)
    assert (made.outcome, rules(made, Outcome.WARN)) == (Outcome.WARN, ["content-type"])


@pytest.mark.parametrize("verified", [None, False])
def test_a_server_that_is_not_verified_is_unproven(tmp_path: Path, verified: bool | None) -> None:
    assert served(tmp_path, is_verified=verified).outcome is Outcome.UNPROVEN


@pytest.mark.parametrize(
    ("about", "rule"),
    [
        ({"status": 401}, "no-client-login"),
        ({"status": 403}, "no-client-login"),
        ({"status": 407}, "no-client-login"),
        ({"status": 400, "asks_client": True}, "no-client-certificate"),
        ({"status": 0, "refused": "certificate_required"}, "no-client-certificate"),
        ({"status": 302, "location": "http://spire.prod.acme/bundle"}, "redirect"),
        ({"status": 302, "location": "https://me@spire.prod.acme/bundle"}, "redirect"),
    ],
)
def test_an_endpoint_that_asks_for_its_clients_or_leads_astray_fails(
    about: dict[str, Any], rule: str
) -> None:
    made = not_served(**about)
    assert (made.outcome, rules(made, Outcome.FAIL)) == (Outcome.FAIL, [rule])


def test_a_redirect_is_not_a_bundle() -> None:
    made = not_served(status=307, location="https://other.acme/bundle")
    assert made.outcome is Outcome.UNPROVEN
    assert "https://other.acme/bundle" in made.summary
    assert rules(not_served(status=301, location="https://other.acme/"), Outcome.WARN) == [
        "redirect-temporary"
    ]


def test_nothing_at_all_is_unproven() -> None:
    assert judged(SpiffeBundle(source=URL)).outcome is Outcome.UNPROVEN
    assert not_served().outcome is Outcome.UNPROVEN


@pytest.mark.parametrize(
    "params", [{"needs": []}, {"needs": ["wit-svid"]}, {"accept": ["x509-kid"]}, {"trust-domain": "A"}]
)
def test_params_that_make_no_sense_are_refused(params: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        judged(SpiffeBundle(source=URL), **params)


def _short_key() -> rsa.RSAPublicKey:
    return rsa.generate_private_key(65537, 1024).public_key()  # noqa: S505 - too short on purpose


def test_a_key_of_rsa_that_is_too_short_is_none(tmp_path: Path) -> None:
    number = b64(_short_key().public_numbers().n.to_bytes(128))
    made = judged(read(tmp_path, bundle(x509_entry(), rsa_entry() | {"n": number})), needs=["jwt-svid"])
    assert rules(made, Outcome.FAIL) == ["key-size", "jwt-svid-keys"]
    assert "key 2 (rsa) is an RSA key of 1024 bits" in made.summary
