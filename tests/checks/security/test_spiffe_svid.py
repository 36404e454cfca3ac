"""security/spiffe-svid: one finding for each rule of the standard, and nothing that is odd passes."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from readiness.check import Outcome
from readiness.evidence.model import Reason
from readiness.evidence.spiffe_svid import X509Svid
from readiness.evidence.tls import Verification
from readiness.judge import Judgement
from readiness.readers.network.tls.certificates import certificate
from readiness.testing import judge_check, read_evidence
from tests.checks.security.tls_facts import observed
from tests.spiffe_pki import CLIENT, DOMAIN, HOUR, ID, NOW, SERVER, Cert, authority

PARAMS: dict[str, Any] = {"trust-domain": DOMAIN}
VERIFIED = Verification(ok=True, code=0, message="ok", trust="bundle.pem", name=f"spiffe://{DOMAIN}")


def read(root: Path, *chain: Cert, roots: tuple[Cert, ...] | None = None) -> X509Svid:
    """A chain from a file, held against a bundle."""
    (root / "svid.pem").write_bytes(b"".join(one.pem for one in chain))
    (root / "bundle.pem").write_bytes(b"".join(one.pem for one in roots or (authority(),)))
    (item,) = read_evidence("x509-svid", root, now=NOW, path="svid.pem", bundle="bundle.pem").items
    assert isinstance(item.facts, X509Svid), item.message
    return item.facts


def judged(facts: X509Svid, **params: Any) -> Judgement:
    return judge_check("security/spiffe-svid", PARAMS | params, now=NOW, svid=facts)


def rules(made: Judgement, outcome: Outcome) -> list[str]:
    """The rules that the findings of an outcome name."""
    said = [one.message for one in made.findings if one.outcome is outcome]
    return [found[1] for message in said if (found := re.search(r"\[([a-z0-9-]+), [^\]]+\]$", message))]


def test_a_good_svid_passes_and_says_when_that_ends(tmp_path: Path) -> None:
    made = judged(read(tmp_path, Cert()))
    assert (made.outcome, len(made.findings)) == (Outcome.PASS, 1), made.findings
    (good,) = made.findings
    assert good.until == NOW + 3 * HOUR / 4 - HOUR / 5
    assert good.message == f"svid.pem: {ID}, with 1 signing certificates: 22 rules hold"


@pytest.mark.parametrize(
    "leaf",
    [
        Cert(subject="checkout", names_critical=False),
        Cert(dns=("checkout.internal", "checkout")),
        Cert(usage=("digital_signature", "key_encipherment", "key_agreement")),
        Cert(purposes=(CLIENT, SERVER)),
        Cert(uris=(f"spiffe://{DOMAIN}/" + "a" * (2048 - len(f"spiffe://{DOMAIN}/")),)),
    ],
)
def test_what_the_standard_allows_passes(tmp_path: Path, leaf: Cert) -> None:
    assert judged(read(tmp_path, leaf)).outcome is Outcome.PASS


@pytest.mark.parametrize(
    ("leaf", "rule"),
    [
        (Cert(uris=(ID, f"spiffe://{DOMAIN}/other")), "uri-name"),
        (Cert(uris=(ID, "https://checkout.example/")), "uri-name"),
        (Cert(uris=("https://prod.acme/checkout",)), "id-scheme"),
        (Cert(uris=("SPIFFE://prod.acme/checkout",)), "id-lower-case"),
        (Cert(uris=("spiffe://Prod.acme/checkout",)), "id-lower-case"),
        (Cert(uris=("spiffe://prod.acme:8443/checkout",)), "id-port"),
        (Cert(uris=("spiffe://me@prod.acme/checkout",)), "id-userinfo"),
        (Cert(uris=("spiffe://prod.acme/check%6Fut",)), "id-percent"),
        (Cert(uris=("spiffe://prod.acme/checkout/",)), "id-trailing-slash"),
        (Cert(uris=("spiffe://prod.acme/../checkout",)), "id-dot-segment"),
        (Cert(uris=("spiffe://prod.acme//checkout",)), "id-empty-segment"),
        (Cert(uris=("spiffe://prod.acme/checkout?x=1",)), "id-query"),
        (Cert(uris=("spiffe://prod.acme/checkout#x",)), "id-fragment"),
    ],
)
def test_a_name_that_breaks_a_rule_fails_with_it(tmp_path: Path, leaf: Cert, rule: str) -> None:
    made = judged(read(tmp_path, leaf))
    assert (made.outcome, rules(made, Outcome.FAIL)) == (Outcome.FAIL, [rule])


@pytest.mark.parametrize(
    ("leaf", "rule"),
    [
        (Cert(uris=(f"spiffe://{DOMAIN}",)), "leaf-path"),
        (Cert(names_critical=False), "leaf-names-critical"),
        (Cert(is_ca=True), "leaf-ca"),
        (Cert(usage=None), "key-usage"),
        (Cert(usage_critical=False), "key-usage-critical"),
        (Cert(usage=("key_encipherment",)), "leaf-digital-signature"),
        (Cert(usage=("digital_signature", "key_cert_sign")), "leaf-key-cert-sign"),
        (Cert(usage=("digital_signature", "crl_sign")), "leaf-crl-sign"),
        (Cert(purposes=(SERVER,)), "leaf-purpose-pair"),
        (Cert(purposes=(CLIENT,)), "leaf-purpose-pair"),
        (Cert(begins=NOW - 2 * HOUR, ends=NOW - HOUR), "expired"),
        (Cert(begins=NOW + HOUR, ends=NOW + 2 * HOUR), "not-yet-valid"),
        (Cert(begins=NOW - 9 * HOUR, ends=NOW + HOUR), "min-remaining"),
        (Cert(signer="stranger"), "path"),
        (Cert(issuer="stranger", signer="stranger"), "path"),
        (Cert(critical_unknown=True), "path"),
        (Cert(uris=("spiffe://dev.acme/checkout",)), "expected-trust-domain"),
    ],
)
def test_a_leaf_that_breaks_a_rule_fails_with_exactly_that(tmp_path: Path, leaf: Cert, rule: str) -> None:
    made = judged(read(tmp_path, leaf))
    assert (made.outcome, rules(made, Outcome.FAIL)) == (Outcome.FAIL, [rule])


@pytest.mark.parametrize(
    ("leaf", "rule"),
    [
        (Cert(purposes=None), "leaf-purposes"),
        (Cert(is_ca=None), "leaf-basic-constraints"),
        (Cert(uris=(f"spiffe://{DOMAIN}/" + "a" * 2048,)), "id-length"),
    ],
)
def test_what_should_be_warns_unless_the_policy_accepts_it(tmp_path: Path, leaf: Cert, rule: str) -> None:
    facts = read(tmp_path, leaf)
    made = judged(facts)
    assert (made.outcome, rules(made, Outcome.WARN)) == (Outcome.WARN, [rule])
    assert judged(facts, accept=[rule]).outcome is Outcome.PASS


@pytest.mark.parametrize(
    ("root", "rule", "outcome"),
    [
        (authority(uris=()), "signing-id", Outcome.WARN),
        (authority(uris=("spiffe://corp.acme",)), "signing-trust-domain", Outcome.WARN),
        (authority(usage=("key_cert_sign", "digital_signature")), "signing-usage", Outcome.WARN),
        (authority(uris=(f"spiffe://{DOMAIN}/ca",)), "signing-path", Outcome.FAIL),
        (authority(uris=("spiffe://prod.acme/",)), "id-trailing-slash", Outcome.FAIL),
        (authority(uris=("spiffe://prod.acme", "spiffe://prod.acme")), "uri-name", Outcome.FAIL),
        (authority(usage=None), "key-usage", Outcome.FAIL),
        (authority(usage_critical=False), "key-usage-critical", Outcome.FAIL),
        (authority(usage=("crl_sign",)), "signing-key-cert-sign", Outcome.FAIL),
    ],
)
def test_signing_certificates_have_rules_of_their_own(
    tmp_path: Path, root: Cert, rule: str, outcome: Outcome
) -> None:
    made = judged(read(tmp_path, Cert(), roots=(root,)))
    assert (made.outcome, rules(made, outcome)) == (outcome, [rule])
    assert "signing certificate CN=root" in made.summary


def test_an_intermediate_is_judged_too(tmp_path: Path) -> None:
    middle = authority("middle", issuer="root", signer="root")
    leaf = Cert(issuer="middle", signer="middle")
    assert judged(read(tmp_path, leaf, middle)).outcome is Outcome.PASS
    assert rules(judged(read(tmp_path, leaf)), Outcome.FAIL) == ["path"]
    bad = authority("middle", issuer="root", signer="root", uris=(f"spiffe://{DOMAIN}/x",))
    assert rules(judged(read(tmp_path, leaf, bad)), Outcome.FAIL) == ["signing-path"]
    no_ca = authority("middle", issuer="root", signer="root", is_ca=False)
    assert rules(judged(read(tmp_path, leaf, no_ca)), Outcome.FAIL) == ["signing-ca", "path"]
    short = authority(path_length=0)
    assert rules(judged(read(tmp_path, leaf, middle, roots=(short,))), Outcome.FAIL) == ["path"]


def test_an_expired_intermediate_fails(tmp_path: Path) -> None:
    old = authority("middle", issuer="root", signer="root", ends=NOW - HOUR)
    made = judged(read(tmp_path, Cert(issuer="middle", signer="middle"), old))
    assert rules(made, Outcome.FAIL) == ["expired", "path"]


def test_the_id_itself_can_be_asked_for(tmp_path: Path) -> None:
    facts = read(tmp_path, Cert())
    assert judged(facts, id=ID).outcome is Outcome.PASS
    made = judged(facts, id=f"{ID}/v2")
    assert (made.outcome, rules(made, Outcome.FAIL)) == (Outcome.FAIL, ["expected-id"])


def test_a_lifetime_that_is_too_long_fails(tmp_path: Path) -> None:
    facts = read(tmp_path, Cert())
    assert rules(judged(facts, **{"max-lifetime": "59m"}), Outcome.FAIL) == ["max-lifetime"]
    assert judged(facts, **{"max-lifetime": "1h"}).outcome is Outcome.PASS


def test_without_a_bundle_it_is_unproven(tmp_path: Path) -> None:
    (tmp_path / "svid.pem").write_bytes(Cert().pem)
    (item,) = read_evidence("x509-svid", tmp_path, now=NOW, path="svid.pem").items
    assert isinstance(item.facts, X509Svid)
    made = judged(item.facts)
    assert (made.outcome, made.reason) == (Outcome.UNPROVEN, Reason.INSUFFICIENT)
    assert "held against no bundle" in made.summary


def test_without_any_evidence_it_is_unproven() -> None:
    made = judge_check("security/spiffe-svid", PARAMS, now=NOW)
    assert made.outcome is Outcome.UNPROVEN


@pytest.mark.parametrize(
    "params",
    [
        {},
        {"trust-domain": "Prod.acme"},
        {"trust-domain": "spiffe://prod.acme"},
        {"id": "spiffe://prod.acme"},
        {"id": "prod.acme/checkout"},
        {"id": ID, "trust-domain": "dev.acme"},
        {"trust-domain": DOMAIN, "accept": ["key-usage"]},
    ],
)
def test_params_that_say_nothing_or_too_much_are_refused(params: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        judge_check("security/spiffe-svid", params, now=NOW)


# A live endpoint


def live(leaf: Cert, verification: Verification | None = VERIFIED, *above: Cert, **params: Any) -> Judgement:
    chain = tuple(certificate(one.der) for one in (leaf, *above))
    endpoint = observed(chain=chain, verification=verification)
    return judge_check("security/spiffe-svid", PARAMS | params, now=NOW, endpoint=endpoint)


def test_a_live_service_with_a_good_svid_passes() -> None:
    made = live(Cert())
    assert (made.outcome, len(made.findings)) == (Outcome.PASS, 1)
    assert made.summary.startswith(f"shop.test:443: {ID}")


@pytest.mark.parametrize(
    ("verification", "said"),
    [
        (None, "is not shown"),
        (VERIFIED.but(ok=None), "is not shown"),
        (VERIFIED.but(name="shop.test"), "verified as shop.test against bundle.pem"),
        (VERIFIED.but(trust="system"), "against system"),
        (VERIFIED.but(name=""), "verified as a host"),
    ],
)
def test_a_live_service_that_was_not_verified_by_its_id_is_unproven(
    verification: Verification | None, said: str
) -> None:
    made = live(Cert(), verification)
    assert (made.outcome, made.reason) == (Outcome.UNPROVEN, Reason.INSUFFICIENT)
    assert said in made.summary


@pytest.mark.parametrize(
    ("leaf", "code", "message", "expected"),
    [
        (Cert(), 20, "unable to get local issuer certificate", ["path"]),
        (Cert(), None, "its SPIFFE ID is another", ["path"]),
        (Cert(uris=("spiffe://dev.acme/x",)), None, "its SPIFFE ID is another", ["expected-trust-domain"]),
        (Cert(uris=(ID, ID)), None, "2 URIs", ["uri-name"]),
        (Cert(purposes=(CLIENT,)), 26, "unsuitable certificate purpose", ["leaf-purpose-pair"]),
        (Cert(begins=NOW - 2 * HOUR, ends=NOW - HOUR), 10, "certificate has expired", ["expired"]),
        (Cert(), 10, "certificate has expired", ["path"]),
        (Cert(usage=None), 20, "unable to get local issuer", ["key-usage", "path"]),
    ],
)
def test_a_live_service_that_is_not_trusted_fails_once(
    leaf: Cert, code: int | None, message: str, expected: list[str]
) -> None:
    made = live(leaf, VERIFIED.but(ok=False, code=code, message=message))
    assert (made.outcome, rules(made, Outcome.FAIL)) == (Outcome.FAIL, expected)


def test_an_svid_that_signed_itself_fails_even_where_it_is_trusted(tmp_path: Path) -> None:
    own = Cert(subject="me", issuer="me", signer="leaf")
    assert rules(live(own), Outcome.FAIL) == ["path"]
    assert rules(judged(read(tmp_path, own, roots=(own,))), Outcome.FAIL) == ["path"]


def test_a_live_service_without_tls_or_certificates_does_not_pass() -> None:
    bare = judge_check("security/spiffe-svid", PARAMS, now=NOW, endpoint=observed(verification=VERIFIED))
    assert bare.outcome is Outcome.UNPROVEN
    plain = judge_check("security/spiffe-svid", PARAMS, now=NOW, endpoint=observed(speaks_tls=False))
    assert plain.outcome is Outcome.FAIL
    cut = observed(chain=(certificate(Cert().der),), chain_truncated=True, verification=VERIFIED)
    assert judge_check("security/spiffe-svid", PARAMS, now=NOW, endpoint=cut).outcome is Outcome.UNPROVEN


@pytest.mark.parametrize(
    "about",
    [
        {"problem": "its extensions cannot be read (ValueError)"},
        {"not_after": None},
        {"not_before": NOW, "not_after": NOW},
        {"uris": ("spiffe://prod.acme/" + "a" * 4077,)},
    ],
)
def test_a_certificate_that_cannot_be_read_whole_is_unproven(about: dict[str, Any]) -> None:
    odd = certificate(Cert().der).but(**about)
    made = judge_check(
        "security/spiffe-svid", PARAMS, now=NOW, endpoint=observed(chain=(odd,), verification=VERIFIED)
    )
    assert (made.outcome, made.reason) == (Outcome.UNPROVEN, Reason.MALFORMED)


@settings(max_examples=40, deadline=None)
@given(st.integers(-120, 120), st.integers(1, 99))
def test_it_passes_exactly_while_enough_of_its_lifetime_is_left(minutes: int, least: int) -> None:
    now = NOW + timedelta(minutes=minutes)
    endpoint = observed(chain=(certificate(_LEAF),), verification=VERIFIED)
    made = judge_check(
        "security/spiffe-svid", PARAMS | {"min-remaining": f"{least}%"}, now=now, endpoint=endpoint
    )
    left = 45 - minutes
    assert (made.outcome is Outcome.PASS) == (left * 100 >= least * 60 and minutes >= -15)


_LEAF = Cert().der


_CERTIFICATE = certificate(_LEAF)
_WORSE: dict[str, Any] = {
    "two names": {"uris": (ID, ID)},
    "another scheme": {"uris": ("http://prod.acme/x",)},
    "another domain": {"uris": ("spiffe://dev.acme/x",)},
    "no path": {"uris": (f"spiffe://{DOMAIN}",)},
    "unreadable": {"problem": "its extensions cannot be read"},
    "no dates": {"not_after": None},
    "expired": {"not_after": NOW},
    "an authority": {"extensions": _CERTIFICATE.extensions.but(is_ca=True)},
    "no usage": {"extensions": _CERTIFICATE.extensions.but(key_usage=None)},
    "no purposes": {"extensions": _CERTIFICATE.extensions.but(extended_key_usage=None)},
    "signed itself": {"self_signed": True},
}
_PROOFS = [VERIFIED, VERIFIED.but(ok=False, code=20), VERIFIED.but(ok=None), None]
_GRADES = {Outcome.PASS: 0, Outcome.WARN: 1}


@settings(max_examples=60, deadline=None)
@given(
    st.sets(st.sampled_from(sorted(_WORSE)), max_size=3),
    st.sampled_from(sorted(_WORSE)),
    st.sampled_from(_PROOFS),
)
def test_a_worse_certificate_never_fares_better(
    already: set[str], more: str, verification: Verification | None
) -> None:
    def grade(names: list[str]) -> int:
        leaf = _CERTIFICATE
        for name in names:
            leaf = leaf.but(**_WORSE[name])
        endpoint = observed(chain=(leaf,), verification=verification)
        made = judge_check("security/spiffe-svid", PARAMS, now=NOW, endpoint=endpoint)
        return _GRADES.get(made.outcome, 2)

    assert grade([*sorted(already), more]) >= (2 if more != "no purposes" else 1)
    assert grade([]) == (0 if verification == VERIFIED else 2)
