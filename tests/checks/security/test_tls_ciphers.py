"""security/tls-ciphers: every suite that is taken, and what is not known about them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from readiness.check import Outcome
from readiness.evidence.endpoint import Endpoint
from readiness.evidence.model import Reason
from readiness.judge import Judgement
from readiness.testing import judge_check
from tests.checks.security.tls_facts import MODERN, observed, step

NEW = ("TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256", "TLS_AES_128_GCM_SHA256")
GOOD = ("TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256")
BOTH = {"1.2": GOOD, "1.3": NEW}
ONLY_1_3 = {"1.0": "refused", "1.1": "refused", "1.2": "refused", "1.3": "accepted"}
NO_PROFILE: dict[str, Any] = {"profile": None}


def judged(params: dict[str, Any] | None = None, **about: Any) -> Judgement:
    endpoint = observed(**({"ciphers": BOTH} | about))
    return judge_check("security/tls-ciphers", params, endpoint=endpoint)


def with_suite(name: str) -> dict[str, Any]:
    return {"ciphers": {"1.2": (*GOOD, name), "1.3": NEW}}


def test_strong_suites_pass_and_are_counted() -> None:
    made = judged()
    assert (made.outcome, made.findings[0].count) == (Outcome.PASS, 5)
    assert made.summary == (
        "shop.test:443: 5 suites of TLS 1.2, 1.3, all within Mozilla's intermediate configuration 6.0"
    )


def test_modern_takes_tls_1_3_only() -> None:
    assert judged({"profile": "modern"}, versions=ONLY_1_3, ciphers={"1.3": NEW}).outcome is Outcome.PASS
    made = judged({"profile": "modern"})
    assert made.outcome is Outcome.FAIL
    assert "TLS 1.2 is accepted, and Mozilla's modern configuration 6.0 has TLS 1.3 only" in [
        finding.message.removeprefix("shop.test:443: ") for finding in made.findings
    ]


@pytest.mark.parametrize(
    ("suite", "family"),
    [
        ("TLS_RSA_WITH_NULL_SHA256", "null"),
        ("TLS_SHA256_SHA256", "null"),
        ("TLS_ECDH_anon_WITH_AES_128_CBC_SHA", "anon"),
        ("TLS_DHE_RSA_EXPORT_WITH_DES40_CBC_SHA", "export"),
        ("TLS_RSA_EXPORT_WITH_RC2_CBC_40_MD5", "rc2"),
        ("TLS_ECDHE_RSA_WITH_RC4_128_SHA", "rc4"),
        ("TLS_DHE_RSA_WITH_DES_CBC_SHA", "des"),
        ("TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA", "3des"),
        ("TLS_RSA_WITH_IDEA_CBC_SHA", "idea"),
        ("TLS_RSA_WITH_RC4_128_MD5", "md5"),
        ("TLS_RSA_WITH_AES_256_GCM_SHA384", "static-rsa"),
        ("TLS_ECDH_ECDSA_WITH_AES_128_GCM_SHA256", "static-dh"),
    ],
)
def test_a_forbidden_family_fails_by_its_name(suite: str, family: str) -> None:
    made = judged(NO_PROFILE | {"forbidden": [family]}, **with_suite(suite))
    assert made.outcome is Outcome.FAIL
    assert made.summary == f"shop.test:443: {suite} is taken in TLS 1.2, and {family} is forbidden"
    assert judged({}, **with_suite(suite)).outcome is Outcome.FAIL


def test_triple_des_is_not_des() -> None:
    made = judged(NO_PROFILE | {"forbidden": ["des"]}, **with_suite("TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA"))
    assert made.outcome is Outcome.PASS


def test_a_suite_outside_of_the_profile_fails_and_without_a_profile_cbc_may_pass() -> None:
    cbc = with_suite("TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256")
    made = judged({}, **cbc)
    assert made.outcome is Outcome.FAIL
    assert "is not a suite of Mozilla's intermediate configuration 6.0" in made.summary
    assert judged(NO_PROFILE, **cbc).outcome is Outcome.PASS
    assert judged(NO_PROFILE | {"forbidden": ["cbc"]}, **cbc).outcome is Outcome.FAIL


@pytest.mark.parametrize("name", ["0xC0FE", "RC4-SHA", "", "TLS_\N{LATIN SMALL LETTER E WITH ACUTE}"])
def test_a_suite_without_a_known_name_is_never_good(name: str) -> None:
    assert judged({}, **with_suite(name)).outcome is Outcome.FAIL
    assert judged(NO_PROFILE, **with_suite(name)).outcome is Outcome.UNPROVEN


def test_without_enumeration_the_negotiated_suite_can_fail_and_cannot_pass() -> None:
    made = judged({}, ciphers=None)
    assert (made.outcome, made.reason) == (Outcome.UNPROVEN, Reason.INSUFFICIENT)
    assert "only TLS_AES_256_GCM_SHA384 is known, of the handshake" in made.summary
    assert "enumerate-ciphers: true" in made.findings[0].next
    weak = judged({}, ciphers=None, version="TLSv1.2", cipher="TLS_RSA_WITH_RC4_128_SHA")
    assert weak.outcome is Outcome.FAIL


def test_the_negotiated_suite_counts_beside_the_enumerated_ones() -> None:
    assert judged({}, version="1.2", cipher="TLS_RSA_WITH_AES_128_CBC_SHA").outcome is Outcome.FAIL
    assert judged({}, version="", cipher="TLS_AES_128_GCM_SHA256").outcome is Outcome.UNPROVEN


@pytest.mark.parametrize("ciphers", [{}, {"1.3": NEW}, {"1.2": GOOD}, {"1.2": (), "1.3": NEW}])
def test_a_version_whose_list_has_no_end_is_unproven(ciphers: dict[str, Any]) -> None:
    made = judged({}, ciphers=ciphers, steps=(step("ciphers of TLS 1.2", "timeout"),))
    assert (made.outcome, made.reason) == (Outcome.UNPROVEN, Reason.INSUFFICIENT)
    assert "did not come to an end" in made.summary


@pytest.mark.parametrize("version", list(MODERN))
def test_a_version_that_is_neither_accepted_nor_refused_may_have_suites_of_its_own(version: str) -> None:
    known = {name: suites for name, suites in BOTH.items() if name != version}
    other = "1.2" if version == "1.3" else "1.3"
    for versions in (
        MODERN | {version: "inconclusive"},
        {k: v for k, v in MODERN.items() if k != version},
    ):
        made = judged(
            {},
            versions=versions,
            ciphers=known,
            version=other,
            cipher=known[other][0],
            steps=(step(f"TLS {version}", "eof"),),
        )
        assert made.outcome is Outcome.UNPROVEN
        assert f"(TLS {version}: eof)" in made.summary


def test_an_old_version_fails_whatever_its_suites() -> None:
    versions = MODERN | {"1.1": "accepted"}
    assert judged({}, versions=versions, ciphers=BOTH | {"1.1": GOOD}).outcome is Outcome.FAIL
    assert judged({}, versions=versions).outcome is Outcome.FAIL
    assert judged({}, ciphers=BOTH | {"1.0": GOOD}).outcome is Outcome.FAIL


def test_refusals_of_a_server_that_accepted_nothing_show_nothing() -> None:
    made = judged(NO_PROFILE, versions=dict.fromkeys(MODERN, "refused"), version="", cipher="", ciphers={})
    assert made.outcome is Outcome.UNPROVEN


def test_without_tls_there_are_no_suites() -> None:
    assert judged({}, speaks_tls=False).outcome is Outcome.FAIL
    clear = judge_check("security/tls-ciphers", {}, endpoint=Endpoint(url="http://shop.test/"))
    assert clear.outcome is Outcome.FAIL


@pytest.mark.parametrize(
    "params", [{"profile": "old"}, {"forbidden": []}, {"forbidden": ["aes"]}, {"profile": "Modern"}]
)
def test_what_makes_no_sense_is_refused(params: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        judged(params)


_SUITES = st.lists(st.sampled_from([*GOOD, *NEW, "TLS_RSA_WITH_AES_128_CBC_SHA", "0x00FF"]), max_size=3)
_VERDICTS = st.sampled_from(["accepted", "refused", "inconclusive"])


@settings(max_examples=80, deadline=None)
@given(
    st.dictionaries(st.sampled_from(list(MODERN)), _VERDICTS),
    st.none() | st.dictionaries(st.sampled_from(list(MODERN)), _SUITES.map(tuple), max_size=4),
)
def test_it_passes_only_when_everything_is_known_and_good(versions: Any, ciphers: Any) -> None:
    made = judged({}, versions=versions, ciphers=ciphers, version="", cipher="")
    good = (
        ciphers is not None
        and set(versions) == set(MODERN)
        and "accepted" in versions.values()
        and all(versions[old] == "refused" and not ciphers.get(old) for old in ("1.0", "1.1"))
        and all(
            bool(ciphers.get(new)) if versions[new] == "accepted" else versions[new] == "refused"
            for new in ("1.2", "1.3")
        )
        and all(name in (*GOOD, *NEW) for names in ciphers.values() for name in names)
    )
    assert (made.outcome is Outcome.PASS) == good
