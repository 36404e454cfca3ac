"""performance/latency: what proves a percentile, what breaks it, and what does neither."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from readiness.check import Measure, Outcome
from readiness.evidence.load_test import Bucket
from readiness.evidence.model import Reason
from readiness.plugins import discover
from tests.checks.performance.runs import counted, endpoint, fast_and_slow, latency, run, told

P95 = {"p95": "200ms"}
P99 = {"p99": "200ms"}
POINT = {"confidence": "point"}


@pytest.mark.parametrize(("objective", "least"), [("p90", 29), ("p95", 59), ("p99", 299), ("p99.9", 2995)])
def test_so_many_fast_requests_prove_it_and_one_fewer_does_not(objective: str, least: int) -> None:
    params = {objective: "200ms"}
    assert latency(params, run(fast_and_slow(least, 0))).outcome is Outcome.PASS
    thin = latency(params, run(fast_and_slow(least - 1, 0)))
    assert (thin.outcome, thin.reason) == (Outcome.UNPROVEN, Reason.INSUFFICIENT)
    assert thin.findings[0].next == f"send at least {least:,} requests"


def test_a_pass_says_what_it_counted_and_what_that_shows() -> None:
    (finding,) = latency(P95, run(fast_and_slow(990, 10))).findings
    assert finding.message == (
        "p95 keeps 200ms: 10 of 1,000 successful requests took longer, "
        "which shows at most 1.69% with 95% confidence; 5% may"
    )
    assert finding.measure == Measure(100.0, 200.0, "ms", low=100.0, high=100.0)


def test_too_many_slow_requests_break_it() -> None:
    judgement = latency(P95, run(fast_and_slow(900, 100)))
    assert judgement.outcome is Outcome.FAIL
    assert judgement.summary.startswith("p95 breaks 200ms: 100 of 1,000 successful requests took longer")
    assert judgement.findings[0].measure == Measure(300.0, 200.0, "ms", low=300.0, high=300.0)


def test_between_the_two_it_is_unproven_with_the_number_that_would_settle_it() -> None:
    judgement = latency(P95, run(fast_and_slow(960, 40)))
    assert (judgement.outcome, judgement.reason) == (Outcome.UNPROVEN, Reason.INSUFFICIENT)
    assert judgement.findings[0].next == "about 1,393 requests would settle it at this rate"
    assert judgement.findings[0].measure == Measure(100.0, 200.0, "ms", low=100.0, high=300.0)
    exact = latency(P95, run(fast_and_slow(950, 50)))
    assert exact.findings[0].next.startswith("no number of requests would settle it at this rate")


def test_a_lower_confidence_asks_for_less() -> None:
    params = P95 | {"confidence": "60%"}
    assert latency(params, run(fast_and_slow(18, 0))).outcome is Outcome.PASS


def test_a_limit_is_within_the_time_itself() -> None:
    assert latency({"p95": "100ms"}, run(fast_and_slow(100, 0))).outcome is Outcome.PASS
    assert latency({"p95": "99ms"}, run(fast_and_slow(100, 0))).outcome is Outcome.FAIL


def test_past_a_warn_limit_it_warns() -> None:
    params = P95 | {"warn": {"p95": "150ms"}}
    slowish = counted([100.0] * 100 + [180.0] * 100)
    judgement = latency(params, run(slowish))
    assert judgement.outcome is Outcome.WARN
    assert judgement.summary.endswith("and is not shown to keep the 150ms of `warn`")
    assert latency(params, run(fast_and_slow(100, 0))).outcome is Outcome.PASS


def test_the_max_is_that_of_the_run_and_asks_for_as_many_requests_as_p99() -> None:
    assert latency({"max": "200ms"}, run(fast_and_slow(299, 0))).outcome is Outcome.PASS
    assert latency({"max": "200ms"}, run(fast_and_slow(298, 0))).reason is Reason.INSUFFICIENT
    assert latency({"max": "200ms"}, run(fast_and_slow(998, 1))).outcome is Outcome.FAIL


def test_a_summary_proves_by_its_max_and_by_higher_percentiles() -> None:
    assert latency(P95, run(told(1000, {"95": 120.0}, max_ms=180.0))).outcome is Outcome.PASS
    assert latency(P95, run(told(1000, {"99": 180.0}, max_ms=900.0))).outcome is Outcome.PASS
    assert latency(P99, run(told(10_000, {"99.9": 180.0}, max_ms=900.0))).outcome is Outcome.PASS


def test_a_percentile_within_its_own_limit_is_no_proof_of_it() -> None:
    more = "k6 run --out json=points.json script.js"
    judgement = latency(P99, run(told(1000, {"99": 150.0}, max_ms=900.0), more_detail=more))
    assert (judgement.outcome, judgement.reason) == (Outcome.UNPROVEN, Reason.INSUFFICIENT)
    assert "1 to 11 of 1,000 successful requests took longer" in judgement.summary
    assert judgement.findings[0].next == more


def test_a_summary_that_cannot_say_more_names_the_coarse_place() -> None:
    judgement = latency(P99, run(told(1000, {"99": 150.0}, max_ms=900.0)))
    assert judgement.findings[0].next.startswith("the file is too coarse around 200ms")


def test_a_summary_breaks_an_objective_by_lower_percentiles() -> None:
    assert latency(P95, run(told(1000, {"90": 300.0}, max_ms=900.0))).outcome is Outcome.FAIL
    assert latency(P95, run(told(1000, {"95": 300.0}, max_ms=900.0))).outcome is Outcome.UNPROVEN
    assert latency(P95, run(told(1000, {}, min_ms=300.0, max_ms=900.0))).outcome is Outcome.FAIL


def test_percentiles_of_a_sketch_are_estimates_and_prove_nothing() -> None:
    sketch = told(1000, {"50": 300.0, "99": 180.0}, max_ms=900.0, source="sketch")
    assert latency(P95, run(sketch)).outcome is Outcome.UNPROVEN


def test_rounded_latencies_count_against_the_release_and_not_for_it() -> None:
    buckets = (Bucket(99.5, 105.0, 900), Bucket(195.0, 205.0, 100))
    rounded = told(1000, {}, min_ms=99.5, max_ms=205.0, source="histogram", buckets=buckets)
    assert latency(P95, run(rounded)).outcome is Outcome.UNPROVEN
    assert latency({"p95": "205ms"}, run(rounded)).outcome is Outcome.PASS
    assert latency({"p95": "194ms"}, run(rounded)).outcome is Outcome.FAIL


def test_failed_requests_among_the_latencies_may_be_the_fast_ones() -> None:
    # 1,000 requests, 40 of which failed: of the 960 good ones, 48 may be slow for 5%.
    mixed = fast_and_slow(970, 30, "all")
    assert latency(P95, run(mixed, 40)).outcome is Outcome.PASS
    assert latency(P95, run(fast_and_slow(963, 37, "all"), 0)).outcome is Outcome.PASS
    assert latency(P95, run(fast_and_slow(963, 37, "all"), 40)).outcome is Outcome.UNPROVEN
    # The slow ones may as well be those that failed.
    assert latency(P95, run(fast_and_slow(900, 100, "all"), 0)).outcome is Outcome.FAIL
    assert latency(P95, run(fast_and_slow(920, 80, "all"), 40)).outcome is Outcome.UNPROVEN


def test_dropped_iterations_count_as_slow() -> None:
    assert latency(P95, run(fast_and_slow(1000, 0), dropped=30)).outcome is Outcome.PASS
    judgement = latency(P95, run(fast_and_slow(1000, 0), dropped=50))
    assert judgement.outcome is Outcome.UNPROVEN
    assert "(50 of them were never measured)" in judgement.summary
    assert judgement.findings[0].next.startswith("let the load generator keep its rate")


def test_requests_that_the_tool_left_out_count_as_slow() -> None:
    assert latency(P95, run(fast_and_slow(1000, 0), requests=1030)).outcome is Outcome.PASS
    assert latency(P95, run(fast_and_slow(1000, 0), requests=1100)).outcome is Outcome.UNPROVEN


def test_over_max_errors_latencies_show_nothing() -> None:
    good = fast_and_slow(1000, 0)
    assert latency(P95, run(good, 50)).outcome is Outcome.PASS
    judgement = latency(P95, run(good, 60))
    assert judgement.reason is Reason.INSUFFICIENT
    assert judgement.summary == (
        "60 of 1,060 requests failed (5.66%); over 5% (`max-errors`) latencies show nothing"
    )
    assert latency(P95 | {"max-errors": "6%"}, run(good, 60)).outcome is Outcome.PASS


def test_unknown_errors_leave_latencies_unproven() -> None:
    judgement = latency(P95, run(fast_and_slow(1000, 0), None))
    assert judgement.reason is Reason.INSUFFICIENT
    assert "does not tell how many requests failed" in judgement.summary


def test_a_run_without_latencies_is_unproven() -> None:
    judgement = latency(P95, run(None, requests=1000))
    assert judgement.summary == "the file has no latencies of successful requests"


def test_a_run_in_which_everything_failed_is_unproven() -> None:
    judgement = latency(P95 | {"max-errors": "100%"}, run(None, 1000, requests=1000))
    assert judgement.outcome is Outcome.UNPROVEN


@pytest.mark.parametrize("errors", [-1, 2000])
def test_errors_that_cannot_be_are_unproven(errors: int) -> None:
    judgement = latency(P95, run(fast_and_slow(1000, 0), errors, requests=1000))
    assert judgement.reason is Reason.MALFORMED
    assert "which is no measurement" in judgement.summary or "of them failed" in judgement.summary


def test_more_latencies_than_requests_are_malformed() -> None:
    assert latency(P95, run(fast_and_slow(1000, 0), requests=900)).reason is Reason.MALFORMED


def test_buckets_that_do_not_add_up_are_malformed() -> None:
    odd = told(1000, {}, max_ms=100.0, buckets=(Bucket(100.0, 100.0, 999),))
    judgement = latency(P95, run(odd))
    assert judgement.reason is Reason.MALFORMED
    assert judgement.summary == "the buckets of the run hold 999 latencies of 1,000"


def test_an_aborted_run_is_unproven() -> None:
    judgement = latency(P95, run(fast_and_slow(1000, 0), complete=False))
    assert judgement.reason is Reason.INSUFFICIENT
    assert judgement.summary.startswith("the run was aborted")


def test_latencies_that_the_tool_rewrote_are_no_counts_of_requests() -> None:
    rewritten = run(fast_and_slow(1000, 0), corrected=True)
    assert latency(P95, rewritten).reason is Reason.INSUFFICIENT
    assert latency(P95 | POINT, rewritten).outcome is Outcome.WARN


def test_every_run_is_judged_and_the_worst_counts() -> None:
    good, bad = run(fast_and_slow(1000, 0)), run(fast_and_slow(900, 100))
    judgement = latency(P95, good, bad, good)
    assert judgement.outcome is Outcome.FAIL
    assert judgement.summary.startswith("run 2 of 3: p95 breaks 200ms")
    (passed,) = [one for one in judgement.findings if one.outcome is Outcome.PASS]
    assert passed.count == 2


def test_the_good_objectives_are_one_finding_with_the_measure_nearest_to_its_limit() -> None:
    limits = dict.fromkeys(("p50", "p75", "p90", "p95", "p99"), "400ms") | {"p95": "110ms"}
    (finding,) = latency(limits, run(fast_and_slow(1000, 0))).findings
    assert finding.count == 5
    assert finding.message.startswith("all of 5 limits are kept; the nearest: p95 keeps 110ms")
    assert finding.measure is not None
    assert finding.measure.limit == 110.0


def test_a_scope_names_one_endpoint_or_a_pattern() -> None:
    slow, fast = (
        endpoint("GET /search", fast_and_slow(0, 400)),
        endpoint("GET /orders", fast_and_slow(400, 0)),
    )
    test = run(fast_and_slow(400, 400), operations=(fast, slow))
    one = latency(P95 | {"scope": "GET /orders"}, test)
    assert one.outcome is Outcome.PASS
    assert one.findings[0].object == "Endpoint/GET /orders"
    assert one.summary.startswith("GET /orders: p95 keeps 200ms")
    assert latency(P95 | {"scope": "GET /*"}, test).outcome is Outcome.FAIL


def test_a_name_with_the_letters_of_a_pattern_is_taken_as_it_is() -> None:
    test = run(fast_and_slow(400, 0), operations=(endpoint("GET /items/[id]", fast_and_slow(400, 0)),))
    assert latency(P95 | {"scope": "GET /items/[id]"}, test).outcome is Outcome.PASS


def test_a_scope_that_matches_nothing_is_missing_and_names_what_there_is() -> None:
    test = run(fast_and_slow(400, 0), operations=(endpoint("GET /orders", fast_and_slow(400, 0)),))
    judgement = latency(P95 | {"scope": "GET /order"}, test)
    assert judgement.reason is Reason.MISSING
    assert judgement.summary == (
        "no endpoint matches 'GET /order'; there are GET /orders; did you mean 'GET /orders'?"
    )
    none = latency(P95 | {"scope": "GET /order"}, run(fast_and_slow(400, 0), more_detail="name them"))
    assert none.reason is Reason.MISSING
    assert none.summary.startswith("the file does not tell endpoints apart")
    assert none.findings[0].next == "name them"


def test_many_endpoints_are_not_all_named() -> None:
    many = tuple(endpoint(f"e{i}", fast_and_slow(400, 0)) for i in range(14))
    judgement = latency(P95 | {"scope": "shop"}, run(fast_and_slow(6000, 0), operations=many))
    assert judgement.summary.endswith("e8, e9 and 4 more")


def test_errors_of_the_run_may_all_be_those_of_an_endpoint_that_does_not_tell_its_own() -> None:
    part = endpoint("GET /orders", fast_and_slow(400, 0, "all"), None)
    scoped = P95 | {"scope": "GET /orders"}
    assert latency(scoped, run(fast_and_slow(1000, 0), 10, operations=(part,))).outcome is Outcome.PASS
    assert latency(scoped, run(fast_and_slow(1000, 0), 40, operations=(part,))).outcome is Outcome.UNPROVEN


@pytest.mark.parametrize("facts", [fast_and_slow(1000, 0), told(1000, {"95": 150.0})])
def test_the_plain_percentile_warns_at_best(facts: Any) -> None:
    judgement = latency(P95 | POINT, run(facts))
    assert judgement.outcome is Outcome.WARN
    assert judgement.summary.endswith("within 200ms, by the plain number only")


@pytest.mark.parametrize("facts", [fast_and_slow(900, 100), told(1000, {"95": 250.0})])
def test_the_plain_percentile_over_the_limit_fails(facts: Any) -> None:
    judgement = latency(P95 | POINT, run(facts))
    assert judgement.outcome is Outcome.FAIL
    assert "more than 200ms" in judgement.summary


def test_the_plain_percentile_wants_the_least_number_of_requests_too() -> None:
    judgement = latency(P95 | POINT, run(told(58, {"95": 150.0})))
    assert judgement.reason is Reason.INSUFFICIENT
    assert judgement.summary == "p95 rests on 58 requests, which are too few"
    assert judgement.findings[0].next == "send at least 59 requests"


def test_a_percentile_that_the_file_does_not_have_is_bounded_by_its_neighbours_or_unproven() -> None:
    assert latency(P95 | POINT, run(told(1000, {"99": 150.0}))).outcome is Outcome.WARN
    assert latency(P95 | POINT, run(told(1000, {"90": 250.0}))).outcome is Outcome.FAIL
    judgement = latency(P95 | POINT, run(told(1000, {"90": 150.0, "99": 250.0})))
    assert judgement.reason is Reason.INSUFFICIENT
    assert judgement.summary == "p95 is not in the file, nor anything that settles 200ms"
    assert judgement.findings[0].next == "let the tool write it"


def test_the_plain_max_is_compared_too() -> None:
    assert latency({"max": "200ms"} | POINT, run(told(1000, {}, max_ms=150.0))).outcome is Outcome.WARN
    assert latency({"max": "200ms"} | POINT, run(told(1000, {}, max_ms=250.0))).outcome is Outcome.FAIL
    assert latency({"max": "200ms"} | POINT, run(told(1000, {"99": 90.0}))).outcome is Outcome.UNPROVEN


def test_a_plain_percentile_with_fast_failures_in_it_is_moved_up() -> None:
    mixed = told(1000, {"95": 150.0, "99": 250.0}, of="all")
    assert latency(P95 | POINT, run(mixed, 0)).outcome is Outcome.WARN
    assert latency(P95 | POINT, run(mixed, 40)).outcome is Outcome.UNPROVEN


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({}, "no limit is set; set at least one of p50, p75, p90, p95, p99, p99.9, max"),
        ({"warn": {"p95": "100ms"}}, "no limit is set"),
        ({"p95": 200}, "is no duration"),
        ({"p95": "0ms"}, "p95 must be longer than 0ms"),
        ({"p99": "200ms", "warn": {"p95": "100ms"}}, "warn has p95, which has no limit beside it"),
        ({"p95": "200ms", "warn": {"p95": "300ms"}}, "warn has a p95 above the limit itself"),
        ({"p95": "200ms", "confidence": "40%"}, "more than 50% and less than 100%"),
        ({"p95": "200ms", "confidence": "100%"}, "more than 50% and less than 100%"),
        ({"p95": "200ms", "confidence": "high"}, "neither a share, as in 95%, nor the word point"),
        ({"p95": "200ms", "max-errors": 5}, "is no share"),
        ({"p95": "200ms", "scope": ""}, "at least 1 character"),
        ({"p98": "200ms"}, "Extra inputs"),
    ],
)
def test_wrong_parameters_are_refused(params: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message.replace("(", r"\(")):
        latency(params, run(fast_and_slow(1000, 0)))


def test_the_keys_of_the_parameters_are_those_of_the_policy() -> None:
    schema = discover().checks["performance/latency"].params_type.model_json_schema()
    assert list(schema["properties"]) == [
        *("p50", "p75", "p90", "p95", "p99", "p99.9", "max"),
        *("warn", "scope", "confidence", "max-errors"),
    ]
