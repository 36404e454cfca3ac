"""security/certificate: trust, names, dates, keys, signatures and order."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from readiness.check import Finding, Outcome
from readiness.evidence.certificate import Certificate, Extensions
from readiness.evidence.endpoint import Endpoint
from readiness.evidence.model import Reason
from readiness.evidence.tls import Verification
from readiness.judge import Judgement
from readiness.testing import NOON, judge_check
from tests.checks.security.tls_facts import observed, step

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
TRUSTED = Verification(ok=True, code=0, message="ok", trust="ca.pem", name="shop.test")


def leaf(**about: Any) -> Certificate:
    usual: dict[str, Any] = {
        "sha256": "a" * 64,
        "subject": "CN=shop",
        "issuer": "CN=middle",
        "not_before": NOON - 30 * DAY,
        "not_after": NOON + 60 * DAY,
        "dns": ("shop.test",),
        "key_type": "EC",
        "key_bits": 256,
        "curve": "secp256r1",
        "signature": "sha256",
    }
    return Certificate(**(usual | about))


def middle(**about: Any) -> Certificate:
    usual: dict[str, Any] = {
        "subject": "CN=middle",
        "issuer": "CN=root",
        "not_after": NOON + 900 * DAY,
        "dns": (),
    }
    return leaf(**(usual | about))


def distrusted(code: int | None, message: str) -> Verification:
    return Verification(ok=False, code=code, message=message, trust="ca.pem", name="shop.test")


def judged(params: dict[str, Any] | None = None, *chain: Certificate, **about: Any) -> Judgement:
    usual: dict[str, Any] = {
        "chain": chain or (leaf(), middle()),
        "chain_in_order": True,
        "verification": TRUSTED,
    }
    return judge_check("security/certificate", params, endpoint=observed(**(usual | about)))


def worst(made: Judgement) -> list[Finding]:
    return [finding for finding in made.findings if finding.outcome is made.outcome]


def test_a_good_certificate_passes_and_says_until_when() -> None:
    made = judged()
    assert made.outcome is Outcome.PASS
    assert made.summary == (
        "shop.test:443: trusted for shop.test by ca.pem, 60d of 90d left, EC secp256r1, signed over sha256, "
        "2 sent in order"
    )
    (finding,) = made.findings
    assert (finding.count, finding.until) == (2, NOON + 46 * DAY)
    assert finding.measure is not None
    assert (finding.measure.value, finding.measure.limit, finding.measure.better) == (60.0, 14.0, "higher")


def test_it_ends_with_the_first_of_the_chain_that_does() -> None:
    made = judged(None, leaf(), middle(not_after=NOON + 20 * DAY))
    assert (made.outcome, made.findings[0].until) == (Outcome.PASS, NOON + 6 * DAY)


@pytest.mark.parametrize(
    ("code", "message", "said"),
    [
        (10, "certificate has expired", "certificate has expired (verify code 10)"),
        (62, "hostname mismatch", "hostname mismatch (verify code 62); it is for shop.test"),
        (18, "self-signed certificate", "self-signed certificate (verify code 18)"),
        (20, "unable to get local issuer certificate", "of CN=root, which is not known here"),
        (66, "EE certificate key too weak", "EE certificate key too weak (verify code 66)"),
        (None, "it is spiffe://other.acme/x", "it is spiffe://other.acme/x (no verify code)"),
        (0, "", "not trusted (verify code 0)"),
    ],
)
def test_what_openssl_does_not_trust_fails_with_its_code(code: int | None, message: str, said: str) -> None:
    made = judged(verification=distrusted(code, message))
    assert made.outcome is Outcome.FAIL
    assert made.summary.startswith("shop.test:443 is not trusted for shop.test by ca.pem: ")
    assert said in made.summary
    assert made.findings[0].next


@pytest.mark.parametrize(
    ("verification", "said"),
    [
        (None, "whether it is trusted was not seen (handshake: timeout)"),
        (Verification(ok=None, name="shop.test"), "whether it is trusted was not seen"),
        (TRUSTED.but(code=10, message="certificate has expired"), "it is trusted and is not (verify code 10"),
        (TRUSTED.but(name=""), "its name was not compared with any"),
    ],
)
def test_trust_that_was_not_seen_is_unproven(verification: Verification | None, said: str) -> None:
    made = judged(verification=verification, steps=(step("handshake", "timeout"),))
    assert made.outcome is Outcome.UNPROVEN
    assert said in made.summary


@pytest.mark.parametrize(
    ("ends", "outcome", "said"),
    [
        (-3 * DAY, Outcome.FAIL, "expired 3d ago, on 2026-05-29 12:00 UTC"),
        (timedelta(0), Outcome.FAIL, "expired 0s ago"),
        (HOUR, Outcome.FAIL, "has 1h left, and 14d is the least"),
        (14 * DAY - HOUR, Outcome.FAIL, "has 13d 23h left, and 14d is the least"),
        (14 * DAY, Outcome.WARN, "has 14d left, and 30d would be good"),
        (30 * DAY - HOUR, Outcome.WARN, "has 29d 23h left"),
        (30 * DAY, Outcome.PASS, "30d of 60d left"),
    ],
)
def test_the_days_that_are_left_decide(ends: timedelta, outcome: Outcome, said: str) -> None:
    made = judged({"warn-days": 30}, leaf(not_after=NOON + ends), middle())
    assert (made.outcome, said in made.summary) == (outcome, True), made.summary
    if outcome is Outcome.WARN:
        assert worst(made)[0].until == NOON + ends - 14 * DAY


@pytest.mark.parametrize(
    ("left", "outcome"), [(2 * HOUR, Outcome.PASS), (0.2 * HOUR, Outcome.PASS), (0.19 * HOUR, Outcome.FAIL)]
)
def test_a_short_life_is_measured_by_its_share(left: timedelta, outcome: Outcome) -> None:
    life = max(left, HOUR)
    short = leaf(not_before=NOON + left - life, not_after=NOON + left)
    made = judged({"warn-days": 30}, short, middle())
    assert made.outcome is outcome
    if outcome is Outcome.PASS:
        assert made.findings[0].until == NOON + left - life / 5
    else:
        assert "20% of 1h is the least" in made.summary


def test_what_is_not_valid_yet_fails_until_it_is() -> None:
    made = judged(None, leaf(not_before=NOON + 2 * HOUR), middle())
    assert made.outcome is Outcome.FAIL
    assert "is not valid yet: it begins in 2h" in made.summary
    assert made.findings[0].until == NOON + 2 * HOUR


@pytest.mark.parametrize(
    "about",
    [{"not_before": None}, {"not_after": None}, {"not_after": datetime(2030, 1, 1)}],  # noqa: DTZ001
)
def test_dates_that_are_not_told_are_unproven(about: dict[str, Any]) -> None:
    assert judged({"max-lifetime": "9000d"}, leaf(**about), middle()).outcome is Outcome.UNPROVEN
    assert judged(None, leaf(**about), middle()).outcome is Outcome.UNPROVEN
    assert judged(None, leaf(), middle(**about)).outcome is Outcome.UNPROVEN


@pytest.mark.parametrize("edge", [datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)])
def test_dates_at_the_ends_of_time_break_nothing(edge: datetime) -> None:
    assert judged(None, leaf(not_after=edge)).outcome in (Outcome.PASS, Outcome.FAIL)
    assert judged(None, leaf(not_before=edge)).outcome in (Outcome.PASS, Outcome.FAIL)
    assert judged(None, leaf(not_before=edge, not_after=edge)).outcome is Outcome.FAIL


def test_an_intermediate_is_judged_too_and_a_root_that_is_sent_by_its_key_only() -> None:
    old = middle(not_after=NOON - DAY)
    made = judged(None, leaf(), old)
    assert made.outcome is Outcome.FAIL
    assert "certificate 2 of its chain (CN=middle) expired 1d ago" in made.summary
    root = middle(subject="CN=root", not_after=NOON - DAY, self_signed=True, signature="sha1")
    assert judged(None, leaf(), middle(), root).outcome is Outcome.PASS
    assert judged(None, leaf(), middle(), root.but(key_bits=160)).outcome is Outcome.FAIL


@pytest.mark.parametrize(
    ("about", "outcome", "said"),
    [
        ({"key_type": "RSA", "key_bits": 1024, "curve": ""}, Outcome.FAIL, "an RSA key of 1024 bits"),
        ({"key_type": "RSA", "key_bits": 2048, "curve": ""}, Outcome.PASS, "RSA 2048"),
        ({"key_bits": 224, "curve": "secp224r1"}, Outcome.FAIL, "an EC key of 224 bits"),
        ({"key_type": "Ed25519", "key_bits": None, "curve": ""}, Outcome.PASS, "Ed25519"),
        ({"key_type": "DSA", "key_bits": 3072, "curve": ""}, Outcome.FAIL, "a DSA key"),
        ({"key_bits": None}, Outcome.UNPROVEN, "unknown kind or size (EC secp256r1)"),
        ({"key_type": "", "key_bits": None, "curve": ""}, Outcome.UNPROVEN, "(untold)"),
        ({"key_type": "MLDSA65"}, Outcome.UNPROVEN, "unknown kind"),
        ({"signature": "sha1"}, Outcome.FAIL, "signed over SHA1, which can be forged"),
        ({"signature": "MD5"}, Outcome.FAIL, "signed over MD5"),
        ({"signature": "sha512"}, Outcome.PASS, ""),
        ({"signature": ""}, Outcome.UNPROVEN, "not known here (no hash)"),
        ({"signature": "sm3"}, Outcome.UNPROVEN, "not known here (sm3)"),
        ({"problem": "its key is of an unknown kind"}, Outcome.UNPROVEN, "could not be read whole"),
    ],
)
def test_key_and_signature_must_be_strong(about: dict[str, Any], outcome: Outcome, said: str) -> None:
    made = judged(None, leaf(**about), middle())
    assert (made.outcome, said in made.summary) == (outcome, True), made.summary


def test_no_hash_is_good_for_an_issuer_whose_key_has_none() -> None:
    edwards = {"key_type": "Ed25519", "key_bits": None, "curve": "", "signature": ""}
    assert judged(None, leaf(**edwards), middle(**edwards)).outcome is Outcome.PASS
    assert judged(None, leaf(**edwards), middle()).outcome is Outcome.UNPROVEN
    unread = leaf(**edwards, problem="its signature is of an unknown kind")
    assert judged(None, unread).outcome is Outcome.UNPROVEN


@pytest.mark.parametrize(
    ("about", "outcome", "said"),
    [
        (
            {"chain_in_order": False},
            Outcome.FAIL,
            "out of order, or some belong to another chain: CN=shop / ",
        ),
        ({"chain_in_order": None}, Outcome.UNPROVEN, "the order of its certificates was not seen"),
        ({"chain_truncated": True}, Outcome.UNPROVEN, "more than the 2 certificates that were kept"),
        ({"chain": ()}, Outcome.UNPROVEN, "its certificates were not seen"),
    ],
)
def test_the_chain_must_be_whole_and_in_order(about: dict[str, Any], outcome: Outcome, said: str) -> None:
    made = judged(**about)
    assert (made.outcome, said in made.summary) == (outcome, True)


def test_a_certificate_that_signed_itself_fails_unless_the_policy_allows_it() -> None:
    own = leaf(self_signed=True, issuer="CN=shop")
    assert judged(None, own).outcome is Outcome.FAIL
    assert judged({"self-signed": True}, own).outcome is Outcome.PASS
    stranger = judged({"self-signed": True}, own, verification=distrusted(18, "self-signed certificate"))
    assert stranger.outcome is Outcome.FAIL
    assert judged({"self-signed": True}, own.but(not_after=NOON)).outcome is Outcome.FAIL


def test_the_lifetime_may_be_limited() -> None:
    assert judged({"max-lifetime": "90d"}).outcome is Outcome.PASS
    made = judged({"max-lifetime": "47d"})
    assert (made.outcome, "lives 90d, and 47d is the most" in made.summary) == (Outcome.FAIL, True)


def test_what_was_not_observed_is_unproven_and_what_does_not_speak_tls_fails() -> None:
    check = "security/certificate"
    assert judge_check(check, endpoint=Endpoint(url="https://shop.test/")).reason is Reason.UNREACHABLE
    assert judge_check(check, endpoint=Endpoint(url="http://shop.test/")).outcome is Outcome.FAIL
    assert judged(speaks_tls=False).outcome is Outcome.FAIL


@pytest.mark.parametrize(
    "params",
    [
        {"min-days": -1},
        {"min-days": "14d"},
        {"warn-days": 0},
        {"min-remaining": 0.2},
        {"min-rsa": 512},
        {"max-lifetime": "0s"},
        {"max-lifetime": 90},
        {"self-signed": "yes"},
    ],
)
def test_what_makes_no_sense_is_refused(params: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        judged(params)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 400), st.integers(1, 400), st.integers(0, 40), st.integers(0, 60))
def test_later_is_never_better_and_until_is_when_it_changes(
    age: int, life: int, later: int, least: int
) -> None:
    one = leaf(not_before=NOON - age * DAY, not_after=NOON + (life - age) * DAY)
    facts = observed(chain=(one,), chain_in_order=True, verification=TRUSTED)

    def at(moment: datetime) -> Judgement:
        params = {"min-days": least, "warn-days": 30}
        return judge_check("security/certificate", params, now=moment, endpoint=facts)

    now = at(NOON)
    assert at(NOON + later * DAY).outcome.rank >= now.outcome.rank
    until = min((f.until for f in now.findings if f.until is not None), default=None)
    if until is not None:
        assert until == NOON or at(until - timedelta(microseconds=1)).outcome is now.outcome
        assert at(until + HOUR).outcome.rank > now.outcome.rank
    elif now.outcome is Outcome.PASS:
        assert at(NOON + HOUR).outcome is not Outcome.PASS


def test_an_authority_is_no_server() -> None:
    made = judge_check(
        "security/certificate",
        endpoint=observed(
            chain=(leaf(extensions=Extensions(is_ca=True)), middle()),
            chain_in_order=True,
            verification=TRUSTED,
        ),
    )
    assert made.outcome is Outcome.FAIL
    assert "its certificate is one of an authority (cA is set)" in made.summary


@pytest.mark.parametrize(
    ("about", "outcome", "said"),
    [
        ({}, Outcome.PASS, "trusted for shop.test"),
        ({"not_after": NOON - HOUR}, Outcome.FAIL, "expired 1h ago"),
        ({"not_before": NOON + HOUR}, Outcome.FAIL, "is not valid yet"),
        ({"key_bits": 160}, Outcome.FAIL, "has an EC key of 160 bits"),
        ({"signature": "sha1"}, Outcome.FAIL, "is signed over SHA1"),
        ({"problem": "it is no certificate"}, Outcome.UNPROVEN, "could not be read whole"),
    ],
)
def test_another_certificate_that_it_shows_counts_too(
    about: dict[str, Any], outcome: Outcome, said: str
) -> None:
    seen = observed(
        chain=(leaf(), middle()),
        chain_in_order=True,
        verification=TRUSTED,
        other_leaves=(leaf(subject="CN=other", serial="2a", **about),),
    )
    made = judge_check("security/certificate", endpoint=seen)
    assert (made.outcome, said in made.summary) == (outcome, True), made.summary
    if outcome is not Outcome.PASS:
        assert "another certificate that it shows (CN=other, serial number 2a)" in made.summary
