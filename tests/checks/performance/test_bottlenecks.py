"""Notes on where a run hurts: by counts, with numbers, and never a part of the outcome."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from readiness.check import Outcome
from readiness.evidence.load_test import Latency, LoadTest, Operation
from tests.checks.performance.runs import (
    counted,
    endpoint,
    error_rate,
    latency,
    notes,
    run,
    second,
    throughput,
    told,
    with_course,
)

P95 = {"p95": "5s"}
ONE = {"max": "50%"}
RATE = {"min": "10/s", "min-duration": "1s"}


def two_endpoints(slow: int, search_slow: int, **more: Any) -> LoadTest:
    """10,000 requests, 1,000 of them to search; so many take 500 ms, of which so many are searches."""
    search = [500.0] * search_slow + [20.0] * (1000 - search_slow)
    rest = [500.0] * (slow - search_slow) + [20.0] * (9000 - slow + search_slow)
    parts = (endpoint("GET /items", counted(rest)), endpoint("GET /search", counted(search)))
    return run(counted([*rest, *search]), operations=parts, **more)


def test_the_endpoint_that_carries_the_tail_is_named_with_its_share() -> None:
    judgement = latency(P95, two_endpoints(95, 90))
    (note,) = notes(judgement)
    assert note.message == (
        "GET /search carries the tail: 94% of the 95 requests over 20 ms (p99), and 10% of all"
    )
    assert note.object == "Endpoint/GET /search"
    assert (judgement.outcome, judgement.summary) == (
        Outcome.PASS,
        latency(P95, run(counted([20.0] * 9905 + [500.0] * 95))).summary,
    )


@pytest.mark.parametrize(
    "test",
    [
        two_endpoints(95, 40),
        two_endpoints(19, 19),
        run(counted([20.0] * 1000 + [500.0] * 40)),
        two_endpoints(95, 90, complete=False),
        two_endpoints(95, 90).but(errors=20_000),
    ],
    ids=["a shared tail", "a few requests", "no endpoints", "an aborted run", "a contradiction"],
)
def test_there_is_no_note_without_a_reason(test: LoadTest) -> None:
    assert not notes(latency(P95, test))


def test_the_endpoint_that_is_called_most_does_not_carry_the_tail_for_that() -> None:
    assert not notes(latency(P95, two_endpoints(95, 0)))


def test_percentiles_tell_no_shares() -> None:
    parts = (endpoint("a", told(9000, {"95": 20.0})), endpoint("b", told(1000, {"95": 500.0})))
    assert not notes(latency(P95, run(told(10_000, {"95": 30.0, "99": 600.0}), operations=parts)))
    mixed = two_endpoints(95, 90)
    thin = tuple(
        replace(one, latency=replace(one.latency or told(1, {}), buckets=())) for one in mixed.operations
    )
    assert not notes(latency(P95, replace(mixed, operations=thin)))


def test_a_scope_has_no_notes() -> None:
    assert not notes(latency(P95 | {"scope": "GET /items"}, two_endpoints(95, 90)))


def failing(pay: int, other: int, **more: Any) -> LoadTest:
    parts = (
        Operation(name="POST /pay", requests=100, errors=pay),
        Operation(name="GET /items", requests=900, errors=other),
    )
    return run(None, pay + other, requests=1000, operations=parts, **more)


def test_failures_of_one_endpoint_and_their_kinds_are_told() -> None:
    judgement = error_rate(ONE, failing(45, 5, errors_by={"timeout": 42, "status": 8}))
    assert [one.message for one in notes(judgement)] == [
        "POST /pay has 90% of the failures (45 of 50), and 10% of all requests",
        "the 50 failures by kind: 42 timeout, 8 status",
    ]
    assert judgement.outcome is Outcome.PASS


def test_few_failures_and_those_that_are_spread_have_no_note() -> None:
    assert not notes(error_rate(ONE, failing(15, 0)))
    assert not notes(error_rate(ONE, failing(10, 40)))
    assert not notes(error_rate(ONE | {"scope": "POST /pay"}, failing(45, 5)))


def test_a_rate_that_stays_while_users_and_latencies_rise_is_saturation() -> None:
    stages = [second(min(400, 4 * users), max(100.0, users / 0.4), users) for users in range(20, 220, 2)]
    judgement = throughput(RATE, with_course(stages, loop="closed"))
    (note,) = notes(judgement)
    assert note.message.startswith(
        "full at about 400/s: users rose from 118 to 198, good requests from 400/s to 400/s, "
    )
    assert "in flight)" in note.message
    assert judgement.outcome is Outcome.PASS


def test_arrivals_that_outrun_the_answers_are_saturation() -> None:
    stages = [
        second(rate, 20.0 if rate <= 200 else 2.0 * rate - 300, ended=min(rate, 200))
        for rate in range(100, 400, 3)
    ]
    (note,) = notes(
        throughput(RATE, with_course(stages, loop="open", requests=sum(one.sent or 0 for one in stages)))
    )
    assert "requests sent per second rose from 203.5 to 353.5" in note.message


@pytest.mark.parametrize(
    "stages",
    [
        [second(4 * users, 20.0, users) for users in range(20, 120)],
        [second(400, 20.0, users) for users in range(20, 120)],
        [second(100, 20.0, 10)] * 50,
        [second(100, 20.0 + place, 10) for place in range(50)],
        [second(100, 20.0, 10)] * 2,
    ],
    ids=["it keeps up", "idle users", "level", "slower at the same load", "too short"],
)
def test_what_keeps_up_is_not_full(stages: list[Any]) -> None:
    assert not notes(throughput(RATE, with_course(stages, loop="closed")))


def test_of_many_runs_only_a_few_notes_are_told_each_with_its_run() -> None:
    found = notes(latency(P95, *[two_endpoints(95, 90, duration_s=60.0 + place) for place in range(6)]))
    assert [one.message[:12] for one in found] == ["run 1 of 6: ", "run 2 of 6: ", "run 3 of 6: "]


@given(
    st.lists(
        st.tuples(st.integers(0, 900), st.sampled_from([9.0, 20.0, 500.0]), st.integers(0, 50)), min_size=1
    ),
    st.sampled_from(["open", "closed", "unknown"]),
    st.booleans(),
)
@settings(deadline=None, max_examples=40)
def test_notes_never_change_an_outcome(stages: list[tuple[int, float, int]], loop: Any, broken: bool) -> None:
    windows = [second(sent, ms, users) for sent, ms, users in [(50, 20.0, 5), *stages]]
    test = with_course(windows, loop=loop)
    made = test.latency or Latency(count=0, of="all", source="raw")
    parts = (
        Operation(name="a", requests=made.count, errors=0, latency=made),
        Operation(name="b", requests=0, errors=0),
    )
    test = replace(test, operations=parts, errors=30 if broken else 0)
    for judged, params in ((latency, P95), (error_rate, ONE), (throughput, RATE)):
        with_notes, without = judged(params, test), judged(params, replace(test, operations=(), course=None))
        assert Outcome.ERROR not in (with_notes.outcome, without.outcome)
        if not broken:
            assert with_notes.outcome is without.outcome
