"""performance/throughput: successful requests per second."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from readiness.check import Measure, Outcome
from readiness.evidence.load_test import LoadTest
from readiness.evidence.model import Reason
from tests.checks.performance.runs import endpoint, fast_and_slow, run, throughput

FIFTY = {"min": "50/s"}


def sent(requests: int, errors: int | None = 0, **more: Any) -> LoadTest:
    return run(None, errors, requests=requests, **more)


def test_the_rate_is_that_of_successful_requests_over_the_whole_run() -> None:
    (finding,) = throughput(FIFTY, sent(3000)).findings
    assert finding.outcome is Outcome.PASS
    assert finding.message == "50 successful requests per second over 60 s"
    assert finding.measure == Measure(50.0, 50.0, "/s", better="higher")
    failing = throughput(FIFTY, sent(3000, 1))
    assert failing.outcome is Outcome.FAIL
    assert failing.summary == "49.98 successful requests per second over 60 s, under 50/s"


def test_under_a_warn_rate_it_warns() -> None:
    params = FIFTY | {"warn": "60/s"}
    judgement = throughput(params, sent(3300))
    assert judgement.outcome is Outcome.WARN
    assert judgement.summary == "55 successful requests per second over 60 s, under the 60/s of `warn`"
    assert throughput(params, sent(3600)).outcome is Outcome.PASS


def test_a_run_that_is_too_short_shows_no_rate() -> None:
    judgement = throughput(FIFTY, sent(3000, duration_s=9.99))
    assert judgement.reason is Reason.INSUFFICIENT
    assert judgement.summary == "the run lasted 9.99 s, less than 10s (`min-duration`)"
    assert throughput(FIFTY | {"min-duration": "5s"}, sent(3000, duration_s=9.99)).outcome is Outcome.PASS


@pytest.mark.parametrize(
    ("test", "message"),
    [
        (sent(3000, None), "the file does not tell how many requests failed"),
        (sent(3000, duration_s=None), "the file does not tell how long the run was"),
        (sent(3000, complete=False), "the run was aborted: what it measured is not what was planned"),
    ],
)
def test_what_is_not_known_is_unproven(test: LoadTest, message: str) -> None:
    judgement = throughput(FIFTY, test)
    assert (judgement.reason, judgement.summary) == (Reason.INSUFFICIENT, message)


def test_counts_that_cannot_be_are_malformed() -> None:
    judgement = throughput(FIFTY, sent(3000, 4000))
    assert judgement.reason is Reason.MALFORMED
    assert judgement.summary.startswith("3,000 requests, 4,000 of them failed")


def test_a_duration_that_is_no_number_is_malformed() -> None:
    judgement = throughput(FIFTY, sent(3000, duration_s=float("nan")))
    assert judgement.reason is Reason.MALFORMED
    assert judgement.summary == "the duration in seconds is nan, which is no measurement"


def test_more_than_was_offered_is_malformed() -> None:
    judgement = throughput(FIFTY, sent(6000, offered_per_s=80.0))
    assert judgement.reason is Reason.MALFORMED
    assert judgement.summary == (
        "6,000 requests sent of 80/s x 60 s = 4,800 offered: more was sent than was offered"
    )


def test_a_test_that_never_offered_the_rate_shows_nothing_about_it() -> None:
    judgement = throughput(FIFTY, sent(2400, offered_per_s=40.0))
    assert judgement.reason is Reason.INSUFFICIENT
    assert judgement.findings[0].next == "offer at least 50/s"
    assert "40/s offered: the test never offered 50/s" in judgement.summary


def test_dropped_iterations_and_the_loop_are_shown() -> None:
    judgement = throughput(FIFTY, sent(2400, dropped=900, loop="open", offered_per_s=60.0))
    assert judgement.outcome is Outcome.FAIL
    assert "60/s offered, 900 iterations dropped by the load generator, in an open loop" in judgement.summary
    assert judgement.findings[0].next.startswith("let the load generator offer more")
    assert "in a closed loop" in throughput(FIFTY, sent(2400, loop="closed")).summary


def test_endpoints_and_runs_are_judged_apart() -> None:
    parts = (endpoint("a", fast_and_slow(3000, 0)), endpoint("b", fast_and_slow(600, 0)))
    test = sent(3600, operations=parts)
    assert throughput(FIFTY | {"scope": "a"}, test).outcome is Outcome.PASS
    judgement = throughput(FIFTY | {"scope": "?"}, test)
    assert judgement.summary.startswith("b: 10 successful requests per second")
    assert throughput(FIFTY | {"scope": "c"}, test).reason is Reason.MISSING
    assert throughput(FIFTY, sent(3000), sent(60)).summary.startswith("run 2 of 2: 1 successful")


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({}, "Field required"),
        ({"min": 50}, "is no rate"),
        ({"min": "0/s"}, "must be more than 0"),
        ({"min": "5/s", "min-duration": "0s"}, "must be more than 0"),
        ({"min": "5/s", "warn": "4/s"}, "warn is under min itself"),
    ],
)
def test_wrong_parameters_are_refused(params: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        throughput(params, sent(3000))
