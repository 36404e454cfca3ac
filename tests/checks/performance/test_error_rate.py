"""performance/error-rate: the highest rate that a run does not rule out."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from readiness.check import Outcome
from readiness.evidence.load_test import LoadTest, Operation
from readiness.evidence.model import Reason
from tests.checks.performance.runs import endpoint, error_rate, fast_and_slow, run

ONE = {"max": "1%"}


def failing(errors: int | None, requests: int, **more: Any) -> LoadTest:
    return run(None, errors, requests=requests, **more)


def test_no_errors_in_a_hundred_requests_show_no_tenth_of_a_percent() -> None:
    judgement = error_rate({"max": "0.1%"}, failing(0, 100))
    assert judgement.reason is Reason.INSUFFICIENT
    assert judgement.summary == (
        "0 of 100 requests failed: with 95% confidence, 0% to 2.95% do, which settles nothing"
    )
    assert judgement.findings[0].next == "about 2,995 requests would settle it at this rate"


def test_the_least_number_of_requests_without_errors_passes() -> None:
    assert error_rate(ONE, failing(0, 299)).outcome is Outcome.PASS
    assert error_rate(ONE, failing(0, 298)).outcome is Outcome.UNPROVEN


def test_a_pass_says_how_high_the_rate_may_be() -> None:
    (finding,) = error_rate(ONE, failing(3, 1000)).findings
    assert finding.message == "3 of 1,000 requests failed: with 95% confidence, at most 0.774% do"
    assert (finding.observed, finding.expected) == ("3 of 1,000 requests failed (0.3%)", "at most 1%")
    assert finding.measure is not None
    assert (finding.measure.value, finding.measure.limit, finding.measure.unit) == (0.3, 1.0, "%")
    assert finding.measure.low == pytest.approx(0.0818, abs=1e-3)
    assert finding.measure.high == pytest.approx(0.7734, abs=1e-3)


def test_a_rate_that_is_proven_too_high_fails() -> None:
    judgement = error_rate(ONE, failing(30, 1000))
    assert judgement.outcome is Outcome.FAIL
    assert judgement.summary == "30 of 1,000 requests failed: with 95% confidence, at least 2.17% do"


def test_a_rate_at_the_limit_is_settled_by_no_number_of_requests() -> None:
    judgement = error_rate(ONE, failing(10, 1000))
    assert judgement.outcome is Outcome.UNPROVEN
    assert judgement.findings[0].next.startswith("no number of requests would settle it")


def test_past_a_warn_share_it_warns() -> None:
    params = ONE | {"warn": "0.5%"}
    judgement = error_rate(params, failing(3, 1000))
    assert judgement.outcome is Outcome.WARN
    assert judgement.summary.endswith("which is not shown to keep the 0.5% of `warn`")
    assert error_rate(params, failing(0, 1000)).outcome is Outcome.PASS


def test_unknown_errors_are_unproven() -> None:
    judgement = error_rate(ONE, failing(None, 1000, more_detail="use --json"))
    assert judgement.reason is Reason.INSUFFICIENT
    assert judgement.summary == "the file does not tell how many requests failed"
    assert judgement.findings[0].next == "use --json"


@pytest.mark.parametrize(
    ("errors", "requests", "message"),
    [
        (0, 0, "the run made no request"),
        (5, 4, "4 requests, 5 of them failed"),
        (-1, 1000, "the count of errors is -1, which is no measurement"),
    ],
)
def test_counts_that_cannot_be_are_malformed(errors: int, requests: int, message: str) -> None:
    judgement = error_rate(ONE, failing(errors, requests))
    assert judgement.reason is Reason.MALFORMED
    assert judgement.summary.startswith(message)


def test_an_endpoint_without_requests_shows_nothing() -> None:
    never = Operation(name="GET /never", requests=0, errors=0)
    judgement = error_rate(ONE | {"scope": "GET /never"}, failing(0, 1000, operations=(never,)))
    assert judgement.reason is Reason.MALFORMED
    assert judgement.summary == "GET /never: 0 of 0 requests failed, which shows nothing"


def test_an_aborted_run_is_unproven() -> None:
    assert error_rate(ONE, failing(0, 1000, complete=False)).reason is Reason.INSUFFICIENT


def test_every_run_and_endpoint_is_judged() -> None:
    parts = (endpoint("a", fast_and_slow(900, 0)), endpoint("b", fast_and_slow(900, 0), 100))
    test = failing(100, 1900, operations=parts)
    assert error_rate(ONE | {"scope": "a"}, test).outcome is Outcome.PASS
    judgement = error_rate(ONE | {"scope": "*"}, test)
    assert judgement.summary.startswith("b: 100 of 1,000 requests failed")
    assert judgement.findings[0].object == "Endpoint/b"
    assert error_rate(ONE | {"scope": "c"}, test).reason is Reason.MISSING
    assert error_rate(ONE, failing(0, 1000), failing(100, 1000)).summary.startswith("run 2 of 2: ")


def test_the_plain_share_warns_at_best() -> None:
    params = ONE | {"confidence": "point"}
    good = error_rate(params, failing(9, 1000))
    assert good.outcome is Outcome.WARN
    assert good.summary == "9 of 1,000 requests failed (0.9%), by the plain number only"
    assert error_rate(params, failing(11, 1000)).outcome is Outcome.FAIL
    thin = error_rate(params, failing(0, 298))
    assert thin.reason is Reason.INSUFFICIENT
    assert thin.findings[0].next == "send at least 299 requests"


def test_errors_do_not_help_to_reach_the_least_number_of_requests() -> None:
    params = ONE | {"confidence": "point"}
    assert error_rate(params, failing(1, 299)).outcome is Outcome.UNPROVEN


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({}, "Field required"),
        ({"max": "0%"}, "max must lie above 0%, which no run proves"),
        ({"max": "100%"}, "max must lie above 0%"),
        ({"max": "1%", "warn": "0%"}, "warn must lie above 0%"),
        ({"max": "1%", "warn": "2%"}, "warn is above max itself"),
        ({"max": 0.01}, "is no share"),
    ],
)
def test_wrong_parameters_are_refused(params: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        error_rate(params, failing(0, 1000))
