"""security/tls-version: each version that was offered alone."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from readiness.check import Outcome
from readiness.evidence.endpoint import Endpoint, FailedTry
from readiness.evidence.model import Reason
from readiness.judge import Judgement
from readiness.testing import judge_check
from tests.checks.security.tls_facts import MODERN, URL, observed, step


def judged(params: dict[str, Any], endpoint: Endpoint) -> Judgement:
    return judge_check("security/tls-version", params, endpoint=endpoint)


def test_modern_versions_only_pass() -> None:
    made = judged({}, observed())
    assert made.outcome is Outcome.PASS
    assert made.summary == "shop.test:443: TLS 1.2, 1.3 accepted; 1.0, 1.1 refused"


@pytest.mark.parametrize("version", ["1.0", "1.1"])
def test_an_old_version_that_is_accepted_fails(version: str) -> None:
    made = judged({}, observed(versions=MODERN | {version: "accepted"}))
    assert made.outcome is Outcome.FAIL
    assert made.summary == f"shop.test:443: TLS {version} is accepted"


def test_with_1_3_as_the_least_1_2_must_be_refused() -> None:
    assert judged({"min": "1.3"}, observed()).outcome is Outcome.FAIL
    assert judged({"min": "1.3"}, observed(versions=MODERN | {"1.2": "refused"})).outcome is Outcome.PASS


def test_a_version_can_be_forbidden_beside_the_least() -> None:
    assert judged({"forbidden": ["1.2"]}, observed()).outcome is Outcome.FAIL


def test_a_version_that_is_needed_must_be_accepted() -> None:
    old = observed(versions=MODERN | {"1.3": "refused"}, version="TLSv1.2")
    assert judged({}, old).outcome is Outcome.PASS
    made = judged({"needs": "1.3"}, old)
    assert (made.outcome, made.summary) == (Outcome.FAIL, "shop.test:443: TLS 1.3 is refused")


def test_what_is_not_known_to_be_refused_is_unproven_and_says_how_it_ended() -> None:
    silent = observed(versions=MODERN | {"1.0": "inconclusive"}, steps=(step("TLS 1.0", "timeout"),))
    made = judged({}, silent)
    assert (made.outcome, made.reason) == (Outcome.UNPROVEN, Reason.INSUFFICIENT)
    assert "TLS 1.0 is not shown to be refused (TLS 1.0: timeout)" in made.summary


def test_a_version_that_was_not_asked_is_unproven() -> None:
    made = judged({}, observed(versions={}))
    assert made.outcome is Outcome.UNPROVEN
    assert "it was not asked" in made.summary


def test_a_handshake_with_an_old_version_outweighs_a_refusal() -> None:
    made = judged({}, observed(version="TLSv1.1", versions=MODERN))
    assert (made.outcome, made.summary) == (Outcome.FAIL, "shop.test:443: TLS 1.1 is accepted")


def test_a_port_without_tls_fails() -> None:
    plain = observed(speaks_tls=False, steps=(step("TLS 1.2", "not-tls", "HTTP/1.1 400"),))
    made = judged({}, plain)
    assert made.outcome is Outcome.FAIL
    assert made.summary == "shop.test:443 does not speak TLS: it answers HTTP/1.1 400"


def test_an_endpoint_in_the_clear_fails() -> None:
    assert judged({}, Endpoint(url="http://shop.test/")).outcome is Outcome.FAIL


@pytest.mark.parametrize(
    "endpoint", [Endpoint(url=URL), observed(speaks_tls=None, steps=(step("x", "timeout"),))]
)
def test_a_silent_port_is_unreachable(endpoint: Endpoint) -> None:
    made = judged({}, endpoint)
    assert (made.outcome, made.reason) == (Outcome.UNPROVEN, Reason.UNREACHABLE)


def test_refusals_of_a_server_that_accepted_nothing_show_nothing() -> None:
    made = judged({}, observed(versions=dict.fromkeys(MODERN, "refused"), version=""))
    assert (made.outcome, made.reason) == (Outcome.UNPROVEN, Reason.INSUFFICIENT)


def test_what_failed_first_says_why_nothing_was_observed() -> None:
    lost = FailedTry(
        attempt=1, elapsed_ms=1, reason=Reason.MALFORMED, message="its answer is odd", remedy="look"
    )
    made = judged({}, Endpoint(url=URL, failures=(lost,)))
    assert (made.outcome, made.reason, made.findings[0].next) == (Outcome.UNPROVEN, Reason.MALFORMED, "look")
    assert made.summary.endswith("TLS was not observed: its answer is odd")


@pytest.mark.parametrize("params", [{"needs": "1.2", "min": "1.3"}, {"needs": "1.2", "forbidden": ["1.2"]}])
def test_limits_that_cannot_be_kept_are_refused(params: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match="must not be forbidden"):
        judged(params, observed())


@pytest.mark.parametrize("params", [{"min": "1.1"}, {"min": 1.2}, {"needs": "1.0"}, {"forbidden": ["1.3"]}])
def test_what_makes_no_sense_is_refused(params: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        judged(params, observed())


_VERDICTS = st.sampled_from(["accepted", "refused", "inconclusive"])


@given(st.dictionaries(st.sampled_from(list(MODERN)), _VERDICTS), st.sampled_from(["1.2", "1.3"]))
def test_it_passes_only_when_every_old_version_is_refused_and_a_new_one_accepted(
    versions: dict[str, str], least: str
) -> None:
    made = judged({"min": least}, observed(versions=versions, version=""))
    old_refused = all(versions.get(one) == "refused" for one in MODERN if one < least)
    new_accepted = any(versions.get(one) == "accepted" for one in MODERN if one >= least)
    assert (made.outcome is Outcome.PASS) == (old_refused and new_accepted)
