"""A run that contradicts itself is malformed for every check that reads one, whatever else it says."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from readiness.check import Outcome
from readiness.evidence.load_test import LoadTest, Operation
from readiness.evidence.model import Reason
from readiness.judge import Judgement
from readiness.testing import judge_check
from tests.checks.performance.runs import endpoint, second, timed, told, with_course

START = datetime(2026, 5, 1, tzinfo=UTC)
PARAMS: dict[str, dict[str, Any]] = {
    "performance/latency": {"p95": "1s"},
    "performance/error-rate": {"max": "1%"},
    "performance/throughput": {"min": "10/s"},
    "performance/load-evidence": {"min-steady": "0ms", "min-in-flight": 0},
}


def believable(**more: Any) -> LoadTest:
    """200 requests per second of 20 ms on average for five minutes: 4 in flight, of 10."""
    test = LoadTest(
        tool="k6",
        requests=60_000,
        errors=0,
        duration_s=300.0,
        latency=told(60_000, {"95": 40.0, "99": 60.0}, min_ms=5.0, mean_ms=20.0, max_ms=200.0),
        operations=(endpoint("a", told(60_000, {"99": 60.0}, max_ms=200.0)),),
        started_at=START,
        ended_at=START + timedelta(minutes=5),
        offered_per_s=200.0,
        concurrency=10,
        loop="closed",
    )
    return replace(test, **more)


def serial() -> LoadTest:
    latency = told(15_000, {"95": 40.0}, min_ms=5.0, mean_ms=20.0, max_ms=200.0)
    return believable(requests=15_000, latency=latency, operations=(), offered_per_s=None)


ODD: dict[str, tuple[LoadTest, str]] = {
    "Little's law": (believable(concurrency=3), "and no more than 3 can have been"),
    "one after the other": (serial(), "which is the rate of requests one after the other"),
    "counts": (believable(errors_by={"status": 1}), "1 failures are told apart"),
    "percentiles": (
        believable(latency=told(60_000, {"50": 70.0, "99": 60.0}, max_ms=200.0)),
        "p50 of the run is 70 ms, and p99 60 ms",
    ),
    "an endpoint": (
        believable(operations=(Operation(name="a", requests=60_001, errors=0),)),
        "the endpoints have 60,001 requests together",
    ),
    "the offered rate": (believable(offered_per_s=100.0), "more was sent than was offered"),
    "times": (believable(ended_at=START + timedelta(minutes=4)), "240 s lie between its start and its end"),
    "no number": (believable(duration_s=float("inf")), "the duration in seconds is inf"),
    "no request": (believable(requests=0, latency=None, operations=()), "the run made no request"),
    "more in its course": (
        believable(course=timed([second(201)] * 300)),
        "the windows of its course hold 60,300 requests, and the run 60,000",
    ),
    "failures of its course": (
        believable(course=timed([second(200, errors=1)] * 300)),
        "the windows of its course hold 300 failures, and the run 0",
    ),
    "windows that overlap": (
        believable(course=timed([replace(second(1), to_s=2.0)] * 2).but(windows=(second(1), second(1)))),
        "the windows of its course overlap",
    ),
    "latencies without edges": (
        believable(course=timed([second(200)] * 300).but(edges_ms=(1.0, 2.0))),
        "the latencies of its course do not fit their edges",
    ),
    "a course that is no measurement": (
        believable(course=timed([replace(second(200), users=-1)])),
        "a count of a window of its course (users) is -1",
    ),
}


def judged(check: str, test: LoadTest, **more: Any) -> Judgement:
    return judge_check(check, PARAMS[check] | more, load=(test,))


@pytest.mark.parametrize("check", PARAMS)
def test_a_run_that_adds_up_is_judged(check: str) -> None:
    assert (
        judged(check, believable(), **({"max-stall": "5%"} if "evidence" in check else {})).outcome
        is Outcome.PASS
    )


@pytest.mark.parametrize("name", ODD)
@pytest.mark.parametrize("check", PARAMS)
def test_a_run_that_contradicts_itself_is_malformed(check: str, name: str) -> None:
    test, message = ODD[name]
    judgement = judged(check, test)
    found = [one for one in judgement.findings if message in one.message]
    assert judgement.outcome is Outcome.UNPROVEN
    assert [one.reason for one in found] == [Reason.MALFORMED]
    assert found[0].next


@pytest.mark.parametrize("check", [one for one in PARAMS if "evidence" not in one])
def test_a_scope_or_an_aborted_run_does_not_hide_a_contradiction(check: str) -> None:
    odd, message = ODD["Little's law"]
    for judgement in (judged(check, odd, scope="a"), judged(check, replace(odd, complete=False))):
        assert judgement.reason is Reason.MALFORMED
        assert message in judgement.summary


def test_what_is_only_weak_is_judged() -> None:
    weak = believable(duration_s=12.0, concurrency=None, offered_per_s=10_000.0, ended_at=None)
    assert judged("performance/latency", weak).outcome is Outcome.PASS
    assert judged("performance/load-evidence", weak).outcome is Outcome.UNPROVEN


def test_latencies_that_are_all_the_same_are_for_load_evidence_alone() -> None:
    even = with_course([second(200)] * 300, loop="open")
    even = replace(
        even, latency=replace(even.latency or told(1, {}), min_ms=20.0, mean_ms=20.0, max_ms=20.0, buckets=())
    )
    assert judged("performance/latency", even).outcome is Outcome.PASS
    assert "no network is that even" in judged("performance/load-evidence", even).summary


@pytest.mark.parametrize("side", ["load", "baseline"])
@pytest.mark.parametrize("name", ODD)
def test_a_comparison_refuses_contradictions_on_either_side(side: str, name: str) -> None:
    test, message = ODD[name]
    sides: dict[str, Any] = {"load": (believable(),), "baseline": (believable(duration_s=299.0),)} | {
        side: (test,)
    }
    judgement = judge_check("performance/regression", **sides)
    (found,) = [one for one in judgement.findings if message in one.message]
    assert (judgement.outcome, found.reason) == (Outcome.UNPROVEN, Reason.MALFORMED)
    assert found.message.startswith("baseline run: ") is (side == "baseline")
