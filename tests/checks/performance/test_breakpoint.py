"""performance/breakpoint: what holds, where it breaks, and what shows neither."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from math import nan
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from pydantic import ValidationError

from readiness.check import Measure, Outcome
from readiness.evidence.course import Course
from readiness.evidence.load_test import LoadTest
from readiness.evidence.model import Reason
from readiness.judge import Judgement
from readiness.plugins import discover
from readiness.testing import read_evidence
from tests.checks.performance.ramps import (
    Step,
    breakpoint_of,
    course_of,
    levels,
    ramp,
    steps,
    with_windows,
)
from tests.checks.performance.runs import endpoint, fast_and_slow, rank, told

AT_100: dict[str, Any] = {"p95": "300ms", "expected-peak": "100/s"}
RISING = steps(40, 80, 130, 160)


def is_insufficient(judgement: Judgement) -> bool:
    return (judgement.outcome, judgement.reason) == (Outcome.UNPROVEN, Reason.INSUFFICIENT)


# What holds


def test_a_ramp_that_goes_beyond_the_peak_and_its_headroom_passes() -> None:
    judgement = breakpoint_of(AT_100 | {"step": "20s"}, ramp(*RISING))
    (finding,) = judgement.findings
    assert finding.outcome is Outcome.PASS
    assert finding.message.startswith(
        "holds at 160/s, 60% over the expected peak of 100/s (20% is asked for): p95 keeps 300ms: 0 of "
    )
    assert finding.message.endswith(
        "no break was seen up to 160/s; levels by steps of 20s: 40/s holds, 80/s holds, 130/s holds, 160/s holds"
    )
    assert finding.measure == Measure(finding.measure.value if finding.measure else 0, 120.0, "/s", "higher")
    assert (finding.observed, finding.expected) == ("holds at 160/s", "holds at 120/s (100/s and 20%)")
    assert finding.count == 4


def test_steps_are_found_without_being_told() -> None:
    judgement = breakpoint_of(AT_100, ramp(*RISING))
    assert judgement.outcome is Outcome.PASS
    assert "levels by stretches of even arrivals: 40/s holds, 80/s holds, 130/s holds, " in judgement.summary


def test_several_runs_are_levels_in_whatever_order() -> None:
    for runs in (levels(*RISING), tuple(reversed(levels(*RISING)))):
        judgement = breakpoint_of(AT_100, *runs)
        assert judgement.outcome is Outcome.PASS
        assert "levels by runs: 40/s holds, 80/s holds, 130/s holds, 160/s holds" in judgement.summary


def test_a_ramp_without_steps_is_cut_in_equal_parts_and_says_so() -> None:
    judgement = breakpoint_of(AT_100, ramp(*steps(*range(5, 180, 2), seconds=1)))
    assert judgement.outcome is Outcome.PASS
    assert "levels by equal parts, as the load rose without steps: " in judgement.summary


def test_descending_steps_are_levels_too() -> None:
    assert breakpoint_of(AT_100, ramp(*reversed(RISING))).outcome is Outcome.PASS


def test_a_break_beyond_the_load_that_is_asked_for_is_shown_and_fine() -> None:
    judgement = breakpoint_of(AT_100, ramp(*steps(40, 80, 130), Step(160, slow=20)))
    assert judgement.outcome is Outcome.PASS
    assert "the first break is at 160/s (60.75 s to 78.75 s)" in judgement.summary
    assert "130/s holds, 160/s breaks" in judgement.summary


def test_users_of_a_closed_loop_can_be_the_load() -> None:
    run = ramp(*[Step(8 * users, users=users) for users in (5, 10, 20, 30)], loop="closed")
    params = AT_100 | {"expected-peak": "20 users"}
    judgement = breakpoint_of(params, run)
    assert judgement.outcome is Outcome.PASS
    assert "stretches of constant users: 5 users (40/s) holds, 10 users (80/s) holds" in judgement.summary
    assert breakpoint_of(params | {"headroom": "60%"}, run).outcome is Outcome.UNPROVEN


# Where it breaks


def test_a_break_at_or_below_the_load_that_is_asked_for_fails() -> None:
    judgement = breakpoint_of(AT_100, ramp(*steps(40, 80), Step(110, slow=20), Step(160, slow=40)))
    assert judgement.outcome is Outcome.FAIL
    assert judgement.summary.startswith("breaks at 110/s, short of 120/s (100/s and 20%): p95 breaks 300ms: ")
    assert "80/s holds, 110/s breaks, 160" in judgement.summary


def test_errors_that_come_fast_at_overload_break_it() -> None:
    judgement = breakpoint_of(AT_100, ramp(*steps(40, 80), Step(110, failed=60)))
    assert judgement.outcome is Outcome.FAIL
    assert "requests failed, which shows at least " in judgement.summary


def test_a_closed_loop_that_fails_fast_breaks_at_what_it_still_answered() -> None:
    users = [Step(40, users=5), Step(80, users=10), Step(300, failed=80, users=20)]
    judgement = breakpoint_of(AT_100, ramp(*users, loop="closed"))
    assert judgement.outcome is Outcome.FAIL
    assert judgement.summary.startswith("breaks at 20 users (")


def test_what_breaks_only_with_more_users_than_are_needed_is_fine() -> None:
    users = [Step(40, users=5), Step(130, users=16), Step(60, slow=50, users=64)]
    assert breakpoint_of(AT_100, ramp(*users, loop="closed")).outcome is Outcome.PASS


def test_requests_that_pile_up_are_a_break() -> None:
    slow = Step(110, slow=60, slow_ms=60_000)
    judgement = breakpoint_of(AT_100, ramp(*steps(40, 80), slow))
    assert judgement.outcome is Outcome.FAIL
    assert "requests pile up: " in judgement.summary


def test_a_break_far_beyond_leaves_the_load_between_open() -> None:
    judgement = breakpoint_of(AT_100, ramp(*steps(40, 80), Step(160, slow=30)))
    assert is_insufficient(judgement)
    assert "it holds at 80/s, breaks at 160/s, and no level lies between" in judgement.summary
    assert judgement.findings[0].next == "add a level of about 126/s with at least 299 requests"


def test_a_level_that_fails_the_second_time_does_not_hold() -> None:
    again = levels(*steps(40, 80, 130), Step(130, slow=30))
    assert breakpoint_of(AT_100, *again).outcome is not Outcome.PASS


def test_late_answers_of_a_higher_load_are_no_break_of_a_lower_one() -> None:
    judgement = breakpoint_of(AT_100, ramp(Step(400, slow=30, slow_ms=6_000), *steps(20, 40, seconds=30)))
    assert judgement.outcome is Outcome.UNPROVEN


# What does not show it


def test_a_ramp_that_never_reaches_the_load_is_unproven() -> None:
    judgement = breakpoint_of(AT_100, ramp(*steps(40, 80, 100)))
    assert is_insufficient(judgement)
    assert judgement.summary.startswith("not shown to hold at 120/s (100/s and 20%): no level lies there; ")
    assert judgement.findings[0].next == "add a level of about 126/s with at least 299 requests"


def test_a_full_closed_loop_says_why_the_rate_stops_rising() -> None:
    users = [Step(rate, users=many) for rate, many in ((40, 5), (90, 10), (95, 20), (95, 40))]
    judgement = breakpoint_of(AT_100, ramp(*users, loop="closed"))
    assert is_insufficient(judgement)
    assert "users who wait for answers send no more than a release gives" in judgement.summary


def test_levels_of_too_few_requests_are_left_out_and_counted() -> None:
    judgement = breakpoint_of(AT_100, ramp(*steps(2, 40, 80, 130)))
    assert judgement.outcome is Outcome.PASS
    assert ", 1 left out as uneven, too short or of too few requests" in judgement.summary
    thin = breakpoint_of({"p95": "300ms", "expected-peak": "2/s", "step": "20s"}, ramp(*steps(1, 2, 3)))
    assert is_insufficient(thin)
    assert thin.summary == (
        "no level of load was found by steps of 20s; 3 were uneven, too short or of too few requests; "
        "at least 299 requests make one"
    )


def test_a_run_of_three_requests_is_no_proof() -> None:
    judgement = breakpoint_of(AT_100 | {"expected-peak": "1/s"}, *levels(Step(0.15), *RISING))
    assert is_insufficient(judgement)
    assert "0.15/s (run 1 of 5)" in judgement.summary


def test_a_stall_between_two_levels_counts() -> None:
    stalled = ramp(*steps(40, 80), Step(60, 5, slow=90), *steps(130, 160))
    judgement = breakpoint_of(AT_100, stalled)
    assert is_insufficient(judgement)
    assert "with the time around it, p95 breaks 300ms" in judgement.summary


def test_what_ends_after_the_last_level_counts() -> None:
    hung = ramp(*steps(40, 80), Step(130, slow=8, slow_ms=30_000))
    assert breakpoint_of(AT_100, hung).outcome is not Outcome.PASS


def test_a_generator_that_sent_less_than_it_was_to_send_shows_nothing() -> None:
    runs = [replace(one, offered_per_s=one.requests / (one.duration_s or 1)) for one in levels(*RISING)]
    assert breakpoint_of(AT_100, *runs).outcome is Outcome.PASS
    full = [*runs[:3], replace(runs[3], offered_per_s=300.0)]
    assert breakpoint_of(AT_100 | {"headroom": "50%"}, *full).outcome is Outcome.UNPROVEN
    judgement = breakpoint_of(AT_100, *runs[:2], replace(runs[2], offered_per_s=300.0))
    assert is_insufficient(judgement)
    assert "less than 95% (`min-achieved`)" in judgement.summary


def test_dropped_iterations_may_all_have_been_slow_at_any_level() -> None:
    assert is_insufficient(breakpoint_of(AT_100, ramp(*RISING, dropped=400)))


def test_iterations_that_were_dropped_at_a_higher_load_harm_that_load_alone() -> None:
    run = ramp(*RISING, dropped=400)
    assert run.course is not None
    *lower, last = run.course.windows
    known = run.course.but(windows=(*lower, last.but(dropped=400)))
    assert breakpoint_of(AT_100, run.but(course=known)).outcome is Outcome.PASS
    early = run.course.but(windows=(lower[0].but(dropped=400), *lower[1:], last))
    assert is_insufficient(breakpoint_of(AT_100, run.but(course=early)))


def test_one_run_without_a_course_has_no_levels() -> None:
    judgement = breakpoint_of(AT_100, ramp(*RISING, course=None, more_detail="write every request"))
    assert is_insufficient(judgement)
    assert (
        judgement.summary == "one run, whose file does not tell what happened when, shows no levels of load"
    )
    assert judgement.findings[0].next == "write every request"
    assert is_insufficient(breakpoint_of(AT_100, ramp(*RISING, course=Course(()))))


def test_one_load_has_no_breakpoint() -> None:
    judgement = breakpoint_of(AT_100, ramp(Step(160)))
    assert is_insufficient(judgement)
    assert judgement.summary.startswith("there is one load only, 160/s: ")
    assert is_insufficient(breakpoint_of(AT_100, *levels(*steps(160, 160, 160))))


def test_a_course_that_leaves_out_the_worst_is_no_proof() -> None:
    run = ramp(*RISING)
    judgement = breakpoint_of(AT_100, replace(run, requests=run.requests + 5_000, errors=5_000))
    assert is_insufficient(judgement)
    assert "the course of the run holds 8,200 of its 13,200 requests" in judgement.summary
    failed = ramp(*steps(40, 80), Step(130, failed=40))
    hidden = with_windows(failed, errors=0)
    judgement = breakpoint_of(AT_100, hidden)
    assert is_insufficient(judgement)
    assert "the course of the run holds 0 of its 1,040 failures" in judgement.summary


def test_unknown_errors_are_no_proof() -> None:
    judgement = breakpoint_of(AT_100, with_windows(ramp(*RISING), errors=None))
    assert is_insufficient(judgement)
    assert "the file does not tell how many requests failed" in judgement.summary
    assert is_insufficient(breakpoint_of(AT_100, *levels(*RISING, errors=None)))


def test_aborted_runs_are_no_proof() -> None:
    assert is_insufficient(breakpoint_of(AT_100, ramp(*RISING, complete=False)))
    first, *rest = levels(*RISING)
    assert is_insufficient(breakpoint_of(AT_100, replace(first, complete=False), *rest))


def test_corrected_latencies_are_no_proof() -> None:
    assert is_insufficient(breakpoint_of(AT_100, ramp(*RISING, corrected=True)))
    assert is_insufficient(breakpoint_of(AT_100, *levels(*RISING, corrected=True)))


def test_latencies_of_all_may_be_those_of_failures() -> None:
    runs = [
        replace(one, latency=replace(one.latency, of="all"), errors=one.requests // 50)
        for one in levels(*steps(40, 80, 130, 160, slow=2))
        if one.latency is not None
    ]
    params = {"p99": "300ms", "expected-peak": "100/s", "max-errors": "5%"}
    assert is_insufficient(breakpoint_of(params, *runs))
    assert breakpoint_of(params, *[replace(one, errors=0) for one in runs]).outcome is Outcome.FAIL


def test_one_file_under_two_names_is_one_level() -> None:
    first, second, third, _ = levels(*RISING)
    judgement = breakpoint_of(
        AT_100, first, second, third, replace(third, offered_per_s=131.0, concurrency=99)
    )
    assert (judgement.outcome, judgement.reason) == (Outcome.UNPROVEN, Reason.MALFORMED)
    assert judgement.summary == "runs 3 and 4 are the same measurement, and a copy is no other level"


def with_parts(test: LoadTest, *names: str) -> LoadTest:
    each = test.requests // len(names)
    parts = (endpoint(name, fast_and_slow(each, 0)) for name in names)
    return replace(test, operations=tuple(parts))


def test_runs_of_different_tests_are_not_levels_of_one() -> None:
    first, second, third, fourth = levels(*RISING)
    for other, said in (
        (replace(fourth, tool="locust 2"), "one is of k6, the other of locust"),
        (replace(fourth, loop="closed"), "the loop of one is open, that of the other closed"),
        (with_parts(fourth, "GET /"), "GET / is called in one of them only"),
    ):
        judgement = breakpoint_of(AT_100, first, second, third, other)
        assert is_insufficient(judgement)
        assert judgement.summary == f"run 1 and run 4 of 4 are not the same test: {said}"
    mixed = [with_parts(one, "a", "b") for one in (first, second, third)]
    easy = replace(
        fourth, operations=(endpoint("a", fast_and_slow(3000, 0)), endpoint("b", fast_and_slow(99, 0)))
    )
    judgement = breakpoint_of(AT_100, *mixed, easy)
    assert "a is 50% of the requests of one, 94% of the other" in judgement.summary


def test_a_ramp_among_several_runs_is_no_level() -> None:
    judgement = breakpoint_of(AT_100, *levels(*RISING), ramp(*steps(20, 60, 180, 400)))
    assert is_insufficient(judgement)
    assert judgement.summary == "run 5 of 5 is no single level: its load changes for most of its time"


def test_several_runs_have_no_step_and_last_long_enough() -> None:
    judgement = breakpoint_of(AT_100 | {"step": "20s"}, *levels(*RISING))
    assert "`step` is the step of one run, and there are 4" in judgement.summary
    judgement = breakpoint_of(AT_100 | {"min-level": "21s"}, *levels(*RISING))
    assert "run 1 of 4 lasted " in judgement.summary
    judgement = breakpoint_of(AT_100, *levels(*RISING, duration_s=None))
    assert "run 1 of 4 does not tell how long it was" in judgement.summary


def test_users_are_no_load_in_an_open_loop() -> None:
    run = ramp(*[Step(8 * users, users=users) for users in (5, 10, 20, 30)])
    judgement = breakpoint_of(AT_100 | {"expected-peak": "20 users"}, run)
    assert is_insufficient(judgement)
    assert judgement.summary.startswith("users are a load only in a closed loop")


def test_windows_without_length_are_malformed() -> None:
    run = ramp(*RISING)
    stopped = with_windows(run, from_s=0.0, to_s=0.0)
    assert breakpoint_of(AT_100, stopped).reason is Reason.MALFORMED


# Where windows tell only percentiles


def summed_up(test: LoadTest, **percentiles: float) -> LoadTest:
    """The same as a tool tells it that keeps a few percentiles of each window."""
    course = course_of(test)
    made = {key.removeprefix("p").replace("_", "."): value for key, value in percentiles.items()}
    windows = tuple(replace(one, counts=(), percentiles_ms=made) for one in course.windows)
    assert test.latency is not None
    return replace(test, course=Course(windows), latency=told(test.latency.count, {}))


def test_percentiles_of_windows_prove_by_the_worst_of_them() -> None:
    run = ramp(*[replace_step(one, seconds=60) for one in steps(100, 200, 400)])
    assert breakpoint_of(AT_100, summed_up(run, p50=90.0, p99=250.0)).outcome is Outcome.PASS
    assert is_insufficient(breakpoint_of(AT_100, summed_up(run, p50=90.0, p95=250.0)))
    fine = summed_up(run, p50=90.0, p99=250.0)
    windows = list(course_of(fine).windows)
    windows[-5] = replace(windows[-5], percentiles_ms={"50": 90.0, "99": 400.0})
    worst = breakpoint_of(AT_100, replace(fine, course=Course(tuple(windows))))
    assert worst.outcome is Outcome.PASS
    assert "400/s is not shown" in worst.summary
    assert is_insufficient(breakpoint_of(AT_100, summed_up(run, p50=90.0, p99=nan)))


def test_percentiles_of_windows_break_only_by_the_best_of_them() -> None:
    run = ramp(*steps(40, 80, 110))
    assert breakpoint_of(AT_100, summed_up(run, p50=400.0, p99=500.0)).outcome is Outcome.FAIL
    mostly = summed_up(run, p50=400.0, p99=500.0)
    windows = [
        replace(one, percentiles_ms={"50": 90.0, "99": 500.0}) for one in course_of(mostly).windows[::2]
    ]
    kept = tuple(one for pair in zip(windows, course_of(mostly).windows[1::2], strict=False) for one in pair)
    assert is_insufficient(breakpoint_of(AT_100, replace(mostly, course=Course(kept))))


def replace_step(step: Step, **more: Any) -> Step:
    return Step(**{**vars(step), **more})


# From files


def own_format(step: Step, place: int) -> dict[str, Any]:
    """A run as `readiness/load/1`."""
    began = datetime(2026, 11, 21, 3 + place, tzinfo=UTC)
    run = ramp(step, seed=place)
    assert run.latency is not None
    samples = [one.low_ms for one in run.latency.buckets for _ in range(one.count)]
    return {
        "schema": "readiness/load/1",
        "tool": "shop-tester 2.1",
        "started_at": began.isoformat(),
        "ended_at": (began + timedelta(seconds=step.seconds)).isoformat(),
        "loop": "open",
        "offered_per_s": step.rate,
        "operations": [
            {
                "name": "GET /orders",
                "requests": run.requests,
                "errors": run.errors,
                "samples_ms": samples,
            }
        ],
    }


def read(folder: Path, *chosen: Step) -> tuple[LoadTest, ...]:
    """The levels as files that are written and read."""
    for place, step in enumerate(chosen):
        (folder / f"level-{place}.json").write_text(json.dumps(own_format(step, place)))
    evidence = read_evidence("load-test", folder, path="level-*.json")
    return tuple(item.facts for item in evidence.items if isinstance(item.facts, LoadTest))


def test_a_set_of_files_at_rising_load_is_judged_end_to_end(tmp_path: Path) -> None:
    runs = read(tmp_path, *steps(40, 80, 130), Step(160, slow=30))
    judgement = breakpoint_of(AT_100, *runs)
    assert judgement.outcome is Outcome.PASS
    assert "levels by runs: 40/s holds, 80/s holds, 130/s holds, 160/s breaks" in judgement.summary


def test_a_set_of_files_that_breaks_too_early_fails_end_to_end(tmp_path: Path) -> None:
    runs = read(tmp_path, *steps(40, 80), Step(110, failed=30), Step(160, failed=50))
    assert breakpoint_of(AT_100, *runs).outcome is Outcome.FAIL


# Worse is never better

SHARES = st.sampled_from([0.0, 0.0, 1.0, 3.0, 6.0, 40.0])
MADE = st.lists(st.tuples(st.sampled_from([20, 40, 80, 125, 150]), SHARES), min_size=2, max_size=4)


@given(MADE, st.integers(0, 3), st.booleans(), st.booleans())
@settings(deadline=None, max_examples=40)
def test_a_slower_or_failing_step_never_helps(
    made: list[tuple[int, float]], place: int, errors: bool, apart: bool
) -> None:
    better = [Step(rate, 10, slow=share) for rate, share in made]
    worse = list(better)
    at = place % len(made)
    change = {"failed": 20.0} if errors else {"slow": better[at].slow + 15}
    worse[at] = replace_step(better[at], **change)
    params = AT_100 | {"max-errors": "5%", "min-level": "5s"}
    if apart:
        assert rank(breakpoint_of(params, *levels(*worse))) >= rank(breakpoint_of(params, *levels(*better)))
    else:
        assert rank(breakpoint_of(params, ramp(*worse))) >= rank(breakpoint_of(params, ramp(*better)))


def test_only_loads_of_one_unit_can_be_stricter() -> None:
    model = discover().checks["performance/breakpoint"].params_type
    low, high, other = (
        vars(model.model_validate({"p95": "1s", "expected-peak": peak}))["expected_peak"]
        for peak in ("100/s", "150.5/s", "200 users")
    )
    assert high >= low
    assert low <= high
    assert not low >= high
    assert [str(one) for one in (low, high, other)] == ["100/s", "150.5/s", "200 users"]
    with pytest.raises(TypeError):
        assert other >= low
    with pytest.raises(TypeError):
        assert other <= low


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"p95": "300ms"}, "Field required"),
        ({"expected-peak": "100/s"}, "no limit is set; set at least one of p50, "),
        (AT_100 | {"expected-peak": 100}, "is no load; write a rate or a number of users above 0"),
        (AT_100 | {"expected-peak": "0/s"}, "is no load"),
        (AT_100 | {"expected-peak": "0 users"}, "is no load"),
        (AT_100 | {"expected-peak": "many users"}, "is no load"),
        (AT_100 | {"max-errors": "0%"}, "max-errors must lie above 0%"),
        (AT_100 | {"confidence": "50%"}, "confidence must be more than 50%"),
        (AT_100 | {"confidence": "point"}, "is no share"),
        (AT_100 | {"step": "0s"}, "step and min-level must be more than 0"),
        (AT_100 | {"step": "2s"}, "step is shorter than min-level"),
    ],
)
def test_wrong_parameters_are_refused(params: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        breakpoint_of(params, ramp(*RISING))


# What must not fall between two levels


BAD = Step(20, 12, slow=30)
"""240 requests, fewer than the 299 that show 1% of errors, of which 30% are too slow."""


def test_a_step_that_breaks_is_a_level_however_few_requests_it_has() -> None:
    good = steps(10, 40, 80, 130, 160, seconds=60)
    run = ramp(good[0], BAD, *good[1:])
    judgement = breakpoint_of(AT_100, run)
    assert judgement.outcome is Outcome.FAIL
    assert judgement.summary.startswith(
        "breaks at 19.75/s, short of 120/s (100/s and 20%): p95 breaks 300ms: "
    )


def test_a_small_step_that_keeps_its_limits_by_its_plain_numbers_is_left_out() -> None:
    run = ramp(Step(20, 12, slow=2), *steps(40, 80, 130, 160, seconds=60))
    judgement = breakpoint_of(AT_100, run)
    assert judgement.outcome is Outcome.PASS
    assert "1 left out as uneven, too short or of too few requests" in judgement.summary


def test_asking_for_more_leaves_no_level_out_that_did_not_hold() -> None:
    doubtful = Step(30, 11, failed=1.2)
    run = ramp(doubtful, *steps(40, 80, 130, 160, seconds=60))
    for asked in ({}, {"confidence": "99%"}, {"max-errors": "0.5%"}):
        assert breakpoint_of(AT_100 | asked, run).outcome is not Outcome.PASS, asked


def test_users_who_wait_for_a_stalled_service_are_a_level_of_few_requests() -> None:
    kept = [Step(rate, 60, users=users) for rate, users in ((40, 4), (80, 8))]
    stalled = Step(2, 20, ms=4_000, users=10)
    higher = [Step(rate, 60, users=users) for rate, users in ((130, 13), (160, 16))]
    run = ramp(*kept, stalled, *higher, loop="closed")
    judgement = breakpoint_of(AT_100, run)
    assert judgement.outcome is Outcome.FAIL
    assert "10 users" in judgement.summary.partition(":")[0]


def test_users_who_wait_for_their_generator_are_no_load() -> None:
    def closed(*rates: float) -> LoadTest:
        told = zip(rates, (20, 50, 80, 130), strict=True)
        return ramp(*(Step(rate, 60, users=users) for rate, users in told), loop="closed")

    asked = {"p95": "300ms", "expected-peak": "100 users"}
    assert breakpoint_of(asked, closed(20, 50, 80, 130)).outcome is Outcome.PASS
    judgement = breakpoint_of(asked, closed(20, 50, 50, 50))
    assert is_insufficient(judgement)
    assert "each of 80 users sent a request every 1.6 s, where answers took 0.1" in judgement.summary
    assert "at 20 users: the rest of the time they waited for the load generator" in judgement.summary
