"""Whether a load test can be believed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from readiness.check import Finding, Outcome
from readiness.evidence.load_test import Bucket, Latency, LoadTest, Operation
from readiness.evidence.model import Reason
from readiness.judge import Judgement
from readiness.testing import judge_check
from tests.checks.performance.runs import notes, rank, second, timed, with_course

START = datetime(2026, 5, 1, tzinfo=UTC)


def judged(*runs: LoadTest, **params: Any) -> Judgement:
    said = {name.replace("_", "-"): value for name, value in params.items()}
    return judge_check("performance/load-evidence", said, load=runs)


def believable(**more: Any) -> LoadTest:
    """200 requests per second for five minutes, of 20 ms on average: 4 in flight, of 10."""
    latency = told(60_000)
    test = LoadTest(
        tool="k6",
        requests=latency.count,
        errors=0,
        duration_s=300.0,
        latency=latency,
        started_at=START,
        ended_at=START + timedelta(minutes=5),
        offered_per_s=200.0,
        concurrency=10,
        loop="open",
        corrected=False,
        thresholds={"http_req_duration: p(95)<200": True},
    )
    return replace(test, **more)


def told(count: int, **more: Any) -> Latency:
    """A summary whose mean is 20 ms."""
    percentiles = {"50": 18.0, "95": 40.0, "99": 60.0}
    latency = Latency(
        count=count,
        of="successful",
        source="tool",
        min_ms=5.0,
        mean_ms=20.0,
        max_ms=200.0,
        percentiles_ms=percentiles,
    )
    return replace(latency, **more)


def broken(judgement: Judgement) -> list[Finding]:
    return [one for one in judgement.findings if one.outcome is not Outcome.PASS]


def only(judgement: Judgement) -> Finding:
    (finding,) = broken(judgement)
    return finding


# Home-made reports


def table(requests: int, mean: float, low: float, high: float, per_s: float, at_once: int) -> LoadTest:
    """A row of the report: its rate stands for its duration."""
    latency = Latency(count=requests, of="successful", source="tool", min_ms=low, mean_ms=mean, max_ms=high)
    return LoadTest(
        tool="home-made",
        requests=requests,
        errors=0,
        duration_s=requests / per_s,
        latency=latency,
        concurrency=at_once,
        loop="closed",
    )


APPROVAL = table(1000, 0.35, 0.01, 15.2, 2857, 100)
FORENSIC = table(1000, 3.2, 0.1, 42.5, 312.5, 100)
INTEGRATED = table(50, 4.1, 0.8, 18.3, 122, 50)
STORAGE = table(5000, 0.18, 0.01, 8.5, 28_000, 1)


@pytest.mark.parametrize(
    ("run", "reason", "arithmetic"),
    [
        (
            APPROVAL,
            Reason.MALFORMED,
            "2,857/s is 1 / 0.35 ms: 2,857/s x 0.35 ms = 0.9999 in flight on average",
        ),
        (FORENSIC, Reason.MALFORMED, "312.5/s is 1 / 3.2 ms: 312.5/s x 3.2 ms = 1 in flight on average"),
        (
            INTEGRATED,
            Reason.INSUFFICIENT,
            "122/s x 4.1 ms = 0.5002 in flight on average, of 50 that are claimed",
        ),
        (STORAGE, Reason.MALFORMED, "28,000/s x 0.18 ms = 5.04 in flight on average, and no more than 1 can"),
    ],
)
def test_each_table_of_a_home_made_report_is_rejected_with_its_arithmetic(
    run: LoadTest, reason: Reason, arithmetic: str
) -> None:
    judgement = judged(run, min_duration="0ms", min_requests=1, max_stall="100%")
    finding = only(judgement)
    assert (judgement.outcome, finding.reason) == (Outcome.UNPROVEN, reason)
    assert arithmetic in finding.message


def test_a_home_made_report_as_a_whole_is_rejected() -> None:
    judgement = judged(APPROVAL, FORENSIC, INTEGRATED, STORAGE)
    messages = [one.message for one in broken(judgement)]
    assert judgement.outcome is Outcome.UNPROVEN
    assert "run 4 of 4: the run lasted 0.1786 s, less than 1m (`min-duration`)" in messages
    assert sum("min-duration" in one for one in messages) == 4
    assert any("50 successful requests were measured, fewer than 299" in one for one in messages)


def test_failures_that_the_total_of_a_home_made_report_leaves_out_contradict_it() -> None:
    rows = {"approval": 1000, "forensic": 1000, "integrated": 50, "storage": 5000}
    summary = LoadTest(
        tool="home-made",
        requests=7050,
        errors=0,
        duration_s=7050 / 1410,
        latency=None,
        operations=tuple(Operation(name=name, requests=count, errors=0) for name, count in rows.items()),
        errors_by={"other": 50},
    )
    messages = [one.message for one in broken(judged(summary))]
    assert "7,050 requests, 0 of them failed, and 50 failures are told apart" in messages


# What can be believed


def test_a_test_that_fits_together_passes_and_shows_why() -> None:
    judgement = judged(believable(course=timed([second(200)] * 300)))
    (finding,) = judgement.findings
    assert judgement.outcome is Outcome.PASS
    assert finding.count > 10
    for shown in (
        "200/s x 20 ms = 4 in flight on average of 10",
        "60,000 requests sent of 200/s x 300 s = 60,000 offered (100%)",
        "60,000 good + 0 failed = 60,000 requests",
    ):
        assert shown in finding.message
    assert "Not told" not in finding.message


def test_rules_that_the_file_tells_too_little_for_are_named() -> None:
    quiet = believable(offered_per_s=None, concurrency=None, loop="unknown")
    (finding,) = judged(quiet, max_stall="5%").findings
    assert (
        "Not told by the file, and not judged: the concurrency (200/s x 20 ms = 4 in flight"
        in finding.message
    )
    assert "the offered rate" in finding.message


def test_a_closed_loop_of_users_that_pause_passes_when_that_is_meant() -> None:
    pausing = believable(
        loop="closed", concurrency=100, requests=6000, latency=told(6000), offered_per_s=None
    )
    finding = only(judged(pausing))
    assert (
        "20/s x 20 ms = 0.4 in flight on average, of 100 that are claimed: no concurrency" in finding.message
    )
    assert "`min-in-flight: 0`" in finding.next
    assert judged(pausing, min_in_flight=0).outcome is Outcome.PASS


def test_counted_latencies_tell_their_mean() -> None:
    buckets = (Bucket(10, 10, 30_000), Bucket(30, 30, 30_000))
    counted = told(60_000, mean_ms=None, percentiles_ms={}, buckets=buckets, source="raw", max_ms=30.0)
    (finding,) = judged(believable(latency=counted)).findings
    assert "200/s x 20 ms = 4 in flight" in finding.message


# What contradicts itself

CONTRADICTIONS: Mapping[str, tuple[dict[str, Any], str]] = {
    "more failures than requests": (
        {"errors": 60_001, "latency": None},
        "60,000 requests, 60,001 of them failed",
    ),
    "failures by cause beyond all": (
        {"errors_by": {"status": 1}},
        "0 of them failed, and 1 failures are told apart",
    ),
    "more latencies than requests": (
        {"requests": 59_000},
        "the run has 60,000 latencies of 59,000 successful requests",
    ),
    "latencies of failed requests": (
        {"errors": 1},
        "the run has 60,000 latencies of 59,999 successful requests",
    ),
    "buckets that do not add up": (
        {"latency": told(60_000, buckets=(Bucket(5, 200, 59_999),))},
        "the buckets of the run hold 59,999 latencies of 60,000",
    ),
    "buckets that overlap": (
        {"latency": told(60_000, buckets=(Bucket(5, 30, 30_000), Bucket(20, 200, 30_000)))},
        "the buckets of the run overlap",
    ),
    "percentiles that fall": (
        {"latency": told(60_000, percentiles_ms={"50": 41.0, "95": 40.0}, mean_ms=30.0)},
        "p50 of the run is 41 ms, and p95 40 ms, which is less",
    ),
    "a percentile beyond the max": (
        {"latency": told(60_000, percentiles_ms={"50": 18.0, "99.9": 201.0})},
        "p99.9 of the run is 201 ms, and max 200 ms",
    ),
    "a mean that half of the requests rule out": (
        {"latency": told(60_000, percentiles_ms={"50": 100.0})},
        "the mean of the run is 20 ms, where its other numbers leave 52.5 to 150 ms",
    ),
    "a mean beyond the max": ({"latency": told(60_000, mean_ms=300.0)}, "the mean of the run is 300 ms"),
    "a mean below the min": (
        {"latency": told(60_000, min_ms=18.0, mean_ms=17.9)},
        "the mean of the run is 17.9 ms",
    ),
    "latencies that are all the same": (
        {"latency": told(60_000, percentiles_ms={}, min_ms=20.0, max_ms=20.0)},
        "all 60,000 latencies are 20 ms: no network is that even",
    ),
    "endpoints beyond the run": (
        {"operations": (Operation(name="GET /", requests=60_001, errors=0),)},
        "the endpoints have 60,001 requests together, and the run 60,000",
    ),
    "failures of endpoints beyond those of the run": (
        {"operations": (Operation(name="GET /", requests=60_000, errors=1),)},
        "the endpoints have 1 failures together, and the run 0",
    ),
    "percentiles of an endpoint that fall": (
        {
            "operations": (
                Operation(
                    name="GET /",
                    requests=60_000,
                    errors=0,
                    latency=told(60_000, percentiles_ms={"50": 19.0, "95": 18.0}),
                ),
            )
        },
        "p50 of GET / is 19 ms, and p95 18 ms",
    ),
    "more in flight than there were users": (
        {"concurrency": 3},
        "200/s x 20 ms = 4 in flight on average, and no more than 3 can have been",
    ),
    "latencies in a wrong unit": (
        {"latency": told(60_000, min_ms=5e3, mean_ms=2e4, max_ms=2e5, percentiles_ms={})},
        "200/s x 20,000 ms = 4,000 in flight on average, and no more than 10 can have been",
    ),
    "more sent than offered": (
        {"offered_per_s": 100.0},
        "60,000 requests sent of 100/s x 300 s = 30,000 offered: more was sent than was offered",
    ),
    "a duration beyond its own start and end": (
        {"ended_at": START + timedelta(minutes=4)},
        "the run lasted 300 s, and 240 s lie between its start and its end",
    ),
    "an end before the start": ({"ended_at": START - timedelta(minutes=4)}, "ends 240 s before it starts"),
    "a negative count": ({"dropped": -1}, "the count of dropped iterations is -1, which is no measurement"),
    "a latency that is no number": (
        {"latency": told(60_000, max_ms=float("nan"))},
        "the max of the run in ms is nan",
    ),
    "requests in no time": ({"duration_s": 0.0}, "the run lasted 0 s: nothing can be sent in no time"),
    "no request": ({"requests": 0, "latency": None}, "the run made no request"),
}


@pytest.mark.parametrize("name", CONTRADICTIONS)
def test_a_test_that_contradicts_itself_is_malformed(name: str) -> None:
    changes, message = CONTRADICTIONS[name]
    judgement = judged(believable(**changes))
    found = [one for one in broken(judgement) if message in one.message]
    assert judgement.outcome is Outcome.UNPROVEN
    assert [one.reason for one in found] == [Reason.MALFORMED]
    assert found[0].next


def test_the_rate_of_requests_one_after_the_other_is_not_that_of_many() -> None:
    serial = believable(loop="closed", requests=15_000, latency=told(15_000), offered_per_s=None)
    finding = only(judged(serial))
    assert finding.reason is Reason.MALFORMED
    assert "50/s is 1 / 20 ms" in finding.message
    assert "10 at once are claimed" in finding.message


# What is weak

WEAK: Mapping[str, tuple[dict[str, Any], str]] = {
    "an aborted run": ({"complete": False}, "the run was aborted"),
    "no duration": ({"duration_s": None}, "the file does not tell how long the run was"),
    "no latencies": ({"latency": None}, "no successful request has a latency"),
    "no count of failures": ({"errors": None}, "the file does not tell how many requests failed"),
    "too many failures": (
        {"errors": 3001, "latency": told(56_999)},
        "3,001 of 60,000 requests failed (5%), more than 5% (`max-errors`)",
    ),
    "less sent than offered": (
        {"offered_per_s": 220.0},
        "60,000 requests sent of 220/s x 300 s = 66,000 offered: 90.9%, less than 95% (`min-achieved`)",
    ),
    "dropped iterations": (
        {"dropped": 700},
        "700 iterations were dropped, 60,000 requests sent: 1.15% of both, more than 1% (`max-dropped`)",
    ),
    "a full generator": (
        {"concurrency": 4},
        "4 in flight on average, of 4 at most: the load generator was full",
    ),
    "one user in a closed loop": (
        {
            "loop": "closed",
            "concurrency": 1,
            "requests": 14_400,
            "latency": told(14_400),
            "offered_per_s": None,
        },
        "48/s x 20 ms = 0.96 in flight on average, of 1 that are claimed: no concurrency was exercised",
    ),
    "a stall in a closed loop": (
        {"loop": "closed", "latency": told(60_000, max_ms=6000.0)},
        "the longest request took 6,000 ms of 300 s, 2% of the run (`max-stall`: 1%): an open loop sends 1,200",
    ),
    "a stall in an unknown loop": (
        {"loop": "unknown", "concurrency": None, "latency": told(60_000, max_ms=6000.0)},
        "in a loop that is not known to be open the longest request took 6,000 ms",
    ),
    "corrected latencies": ({"corrected": True}, "the tool rewrote latencies against coordinated omission"),
}


@pytest.mark.parametrize("name", WEAK)
def test_a_weak_test_is_insufficient(name: str) -> None:
    changes, message = WEAK[name]
    judgement = judged(believable(**changes))
    found = [one for one in broken(judgement) if message in one.message]
    assert judgement.outcome is Outcome.UNPROVEN
    assert [one.reason for one in found] == [Reason.INSUFFICIENT]
    assert found[0].next


def test_a_short_run_of_few_requests_is_insufficient() -> None:
    short = believable(
        requests=298, duration_s=1.49, latency=told(298), ended_at=START + timedelta(seconds=2)
    )
    messages = [one.message for one in broken(judged(short))]
    assert messages == [
        "the run lasted 1.49 s, less than 1m (`min-duration`)",
        "298 successful requests were measured, fewer than 299 (`min-requests`)",
    ]
    assert judged(short, min_duration="1s", min_requests=298).outcome is Outcome.PASS


def test_failed_requests_among_the_latencies_do_not_count_as_measured() -> None:
    mixed = believable(
        requests=300, errors=2, duration_s=1.5, latency=told(300, of="all"), offered_per_s=None
    )
    assert judged(mixed, min_duration="1s", min_requests=298).outcome is Outcome.PASS
    assert judged(mixed, min_duration="1s", min_requests=299).outcome is Outcome.UNPROVEN


def test_a_slow_request_that_is_usual_for_its_user_is_no_stall() -> None:
    slow = {"mean_ms": 4000.0, "max_ms": 9000.0, "min_ms": 100.0, "percentiles_ms": {}}
    batch = believable(
        loop="closed",
        offered_per_s=None,
        requests=750,
        latency=told(750, **slow),
    )
    assert judged(batch).outcome is Outcome.PASS


# The tool's own verdicts


def test_each_crossed_threshold_of_the_tool_is_a_failure() -> None:
    test = believable(thresholds={"checks: rate>0.9": True, "p(95)<10": False, "p(99)<20": False})
    judgement = judged(test)
    assert judgement.outcome is Outcome.FAIL
    assert [one.message for one in broken(judgement)] == [
        "the load test's own threshold was crossed: p(95)<10",
        "the load test's own threshold was crossed: p(99)<20",
    ]


def test_every_run_is_judged() -> None:
    judgement = judged(believable(), believable(complete=False))
    assert only(judgement).message.startswith("run 2 of 2: the run was aborted")


# Worse evidence

LOOPS = st.sampled_from(["open", "closed", "unknown"])


@st.composite
def runs(draw: st.DrawFn) -> LoadTest:
    requests = draw(st.sampled_from([299, 3000, 60_000]))
    errors = draw(st.integers(0, 20))
    return believable(
        requests=requests,
        errors=errors,
        latency=told(requests - errors, max_ms=draw(st.sampled_from([61.0, 200.0, 2999.0, 4000.0]))),
        duration_s=draw(st.sampled_from([59.0, 60.0, 300.0])),
        offered_per_s=draw(st.sampled_from([None, 10.0, 200.0])),
        dropped=draw(st.sampled_from([0, 3, 600])),
        concurrency=draw(st.sampled_from([None, 1, 4, 10])),
        loop=draw(LOOPS),
        complete=draw(st.booleans()),
    )


@given(
    runs(),
    st.sampled_from(
        [
            {"complete": False},
            {"duration_s": None},
            {"latency": None},
            {"errors": None},
            {"dropped": 10_000},
            {"thresholds": {"p(95)<1": False}},
            {"corrected": True},
            {"errors": 70_000},
            {"requests": 1},
        ]
    ),
)
@settings(deadline=None, max_examples=80)
def test_a_worse_test_is_never_judged_better(run: LoadTest, change: dict[str, Any]) -> None:
    better, worse = judged(run), judged(replace(run, **change))
    assert rank(worse) >= rank(better)
    assert worse.outcome is not Outcome.PASS


@given(runs(), st.integers(1, 1000))
@settings(deadline=None, max_examples=60)
def test_one_more_error_or_dropped_iteration_never_helps(run: LoadTest, more: int) -> None:
    latency = run.latency
    assert latency is not None
    failed = min(more, latency.count - 1)
    assert rank(judged(replace(run, dropped=run.dropped + more))) >= rank(judged(run))
    worse = replace(
        run, errors=(run.errors or 0) + failed, latency=replace(latency, count=latency.count - failed)
    )
    assert rank(judged(worse, min_in_flight=0)) >= rank(judged(run, min_in_flight=0))


@given(
    st.floats(), st.floats(), st.floats(), st.integers(-5, 500), st.integers(-5, 500), st.none() | st.floats()
)
@settings(deadline=None, max_examples=120)
def test_odd_numbers_are_never_an_error(
    low: float, mean: float, high: float, requests: int, errors: int, seconds: float | None
) -> None:
    latency = told(requests, min_ms=low, mean_ms=mean, max_ms=high, percentiles_ms={})
    test = believable(latency=latency, requests=requests, errors=errors, duration_s=seconds, loop="closed")
    assert judged(test).outcome in (Outcome.UNPROVEN, Outcome.PASS)


# The course in time


def steady(*stages: tuple[int, int], ms: float = 20.0) -> LoadTest:
    """Stages of so many seconds at so many requests per second, in an open loop."""
    return with_course([second(rate, ms) for seconds, rate in stages for _ in range(seconds)], loop="open")


def climbing(first: int, last: int, seconds: int) -> tuple[tuple[int, int], ...]:
    return tuple((1, round(first + (last - first) * place / seconds)) for place in range(seconds))


@pytest.mark.parametrize(
    "test",
    [
        steady((60, 100)),
        steady(*climbing(5, 100, 20), (40, 100)),
        steady(*climbing(5, 100, 30), (60, 100), *climbing(100, 5, 30)),
        steady((60, 100), (60, 200), (60, 300)),
        steady((200, 100), (5, 1000), (95, 100)),
        steady((40, 50), (40, 100), (40, 150), (40, 200), (40, 250)),
    ],
    ids=["constant", "ramp and hold", "up, hold, down", "three steps", "a spike", "five steps"],
)
def test_a_load_that_was_held_passes(test: LoadTest) -> None:
    judgement = judged(test)
    assert judgement.outcome is Outcome.PASS, judgement.summary
    assert "steady for " in judgement.summary
    assert "p50 holds at 20" in judgement.summary


@pytest.mark.parametrize(
    ("test", "held"),
    [
        (steady(*climbing(10, 1000, 90)), "25"),
        (steady(*climbing(10, 2000, 70), (10, 2000)), "25"),
        (steady((50, 20), (20, 400)), "20"),
        (steady((20, 50), (20, 100), (20, 200), (20, 400)), "20"),
    ],
    ids=["a ramp", "a ramp with a short hold", "a low plateau and a peak", "short steps"],
)
def test_a_load_that_was_never_held_is_weak(test: LoadTest, held: str) -> None:
    finding = only(judged(test))
    assert finding.reason is Reason.INSUFFICIENT
    assert finding.message.startswith(
        f"the load was steady for {held} s at most, less than 30s (`min-steady`)"
    )
    assert "of a stepped ramp, set `min-steady`" in finding.next
    assert judged(test, min_steady="0ms").outcome is Outcome.PASS


def test_short_steps_pass_where_the_policy_says_how_long_they_are() -> None:
    steps = steady((20, 50), (20, 100), (20, 200), (20, 400))
    assert judged(steps, min_steady="20s").outcome is Outcome.PASS
    assert judged(steps, min_duration="40s").outcome is Outcome.PASS


def test_users_that_climb_are_no_steady_load_in_a_closed_loop() -> None:
    windows = [second(100, 2.5 * users, users) for users in range(10, 370, 4)]
    closed = with_course(windows, loop="closed", concurrency=370)
    assert "the load was steady for" in only(judged(closed, max_stall="100%")).message
    assert judged(closed.but(loop="open")).outcome is not Outcome.PASS  # its latencies never settle


@pytest.mark.parametrize(
    ("last_ms", "message"),
    [
        (
            40.0,
            "latencies were still rising at the end: p50 went from 20.19 ms to 40.11 ms while the load was steady",
        ),
        (10.0, "latencies were still falling at the end: p50 went from 20.19 ms to 10.06 ms"),
    ],
)
def test_latencies_that_have_not_settled_are_weak(last_ms: float, message: str) -> None:
    finding = only(judged(with_course([second(50)] * 60 + [second(50, last_ms)] * 30, loop="open")))
    assert finding.reason is Reason.INSUFFICIENT
    assert finding.message.startswith(message)
    assert finding.next.startswith("run for longer")


def test_a_quarter_more_is_no_change_and_neither_are_few_requests() -> None:
    drifting = with_course([second(50)] * 60 + [second(50, 24.0)] * 30, loop="open")
    assert judged(drifting).outcome is Outcome.PASS
    few = with_course([second(1)] * 86 + [second(1, 40.0)] * 4, loop="open")
    assert "still" not in judged(few, min_requests=1).summary


def test_a_slow_start_is_a_note_and_no_reason_to_refuse() -> None:
    judgement = judged(with_course([second(50, 90.0)] * 10 + [second(50)] * 80, loop="open"))
    assert judgement.outcome is Outcome.PASS
    (note,) = notes(judgement)
    assert note.message == (
        "the first 10 s were slower (p50 of 90.69 ms, later 20.19 ms): this warm-up counts in every percentile of "
        "the run"
    )
    assert "warm-up" not in judgement.summary
    assert not notes(judged(steady((90, 50))))


@pytest.mark.parametrize("loop", ["open", "closed", "unknown"])
def test_a_generator_that_fell_silent_is_weak_whatever_its_loop(loop: Any) -> None:
    test = with_course([second(50)] * 60 + [second(0)] * 5 + [second(50)] * 60, loop=loop, concurrency=20)
    (finding,) = [one for one in broken(judged(test, min_in_flight=0)) if "was sent for" in one.message]
    assert finding.reason is Reason.INSUFFICIENT
    assert finding.message.startswith(
        "nothing was sent for 5 s in the middle of the run, 4% of it (`max-stall`: 1%)"
    )
    allowed = judged(test, min_in_flight=0, max_stall="5%")
    assert not any("was sent for" in one.message for one in broken(allowed))


def test_silence_before_the_first_and_after_the_last_request_is_none() -> None:
    test = with_course([second(0)] * 5 + [second(50)] * 90 + [second(0)] * 5, loop="open")
    assert judged(test).outcome is Outcome.PASS


def test_rare_requests_are_no_silence() -> None:
    test = with_course([second(1), second(0), second(0), second(0)] * 40, loop="open")
    assert judged(test, min_requests=1, min_in_flight=0).outcome is Outcome.PASS


def test_a_course_that_tells_too_little_is_named_as_not_judged() -> None:
    for course in (None, timed([second(6000)] * 2, 150.0)):
        judgement = judged(believable(course=course))
        assert judgement.outcome is Outcome.PASS
        assert "not judged: " in judgement.summary
        assert "its course in" in judgement.summary
    unsent = timed([replace(second(200), sent=None)] * 300)
    assert "not judged: when requests were sent" in judged(believable(course=unsent)).summary
    blind = timed([replace(second(200), counts=())] * 300)
    assert "enough latencies in time to see them settle" in judged(believable(course=blind)).summary


@given(
    st.lists(st.tuples(st.integers(0, 300), st.sampled_from([5.0, 20.0, 200.0])), min_size=6, max_size=60),
    st.sampled_from([1.0, 7.0, 30.0]),
    st.sampled_from(["open", "closed", "unknown"]),
)
@settings(deadline=None, max_examples=40)
def test_whatever_the_course_the_check_answers(
    stages: list[tuple[int, float]], every_s: float, loop: Any
) -> None:
    windows = [second(sent, ms, users=sent // 3) for sent, ms in [(1, 20.0), *stages]]
    assert judged(with_course(windows, every_s, loop=loop)).outcome is not Outcome.ERROR
