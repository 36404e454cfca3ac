"""Every server of the lab gets the verdict that it must get: right, and never unproven where the truth can be known."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from readiness.check import Outcome
from readiness.evidence.endpoint import Endpoint
from readiness.judge import Judgement
from readiness.testing import judge_check
from tests.tls_lab.cases import CASES, Case
from tests.tls_lab.observing import seen
from tests.tls_lab.verdicts import CHECKS, SAYS, UNKNOWABLE, VERDICTS


def judged(check: str, case: Case, facts: Endpoint) -> Judgement:
    return judge_check(check, params(check, case), now=datetime.now(UTC), endpoint=facts)


def params(check: str, case: Case) -> Mapping[str, Any]:
    if check != "security/spiffe-svid":
        return {}
    wanted = str(case.keys["server_id"])
    domain, slash, _ = wanted.removeprefix("spiffe://").partition("/")
    return {"id": wanted} if slash else {"trust-domain": domain}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_server_gets_the_verdict_that_it_must_get(case: Case) -> None:
    item = seen(case)
    expected = VERDICTS[case.name]
    if item.facts is None:  # then no check is asked, and all of them are unproven
        assert (expected, bool(item.message and item.remedy)) == ({}, True)
        return
    assert isinstance(item.facts, Endpoint)
    made = {check: judged(check, case, item.facts) for check in expected}
    assert {check: one.outcome.value for check, one in made.items()} == expected, {
        check: one.summary for check, one in made.items()
    }
    for check, words in SAYS.get(case.name, {}).items():
        told = " | ".join(f"{finding.message} {finding.observed}" for finding in made[check].findings)
        assert words in told, (check, told)


def test_every_case_has_its_verdicts_and_only_what_cannot_be_known_is_unproven() -> None:
    assert set(VERDICTS) == {case.name for case in CASES}
    open_ones = {
        (name, check)
        for name, outcomes in VERDICTS.items()
        for check, outcome in outcomes.items()
        if outcome == Outcome.UNPROVEN.value
    }
    assert open_ones == set(UNKNOWABLE)
    assert all(UNKNOWABLE.values())
    assert {check for outcomes in VERDICTS.values() for check in outcomes} == set(CHECKS)


def test_each_check_has_servers_that_pass_and_servers_that_fail() -> None:
    for check in CHECKS:
        found = {outcomes[check] for outcomes in VERDICTS.values() if check in outcomes}
        assert {"pass", "fail"} <= found, check
