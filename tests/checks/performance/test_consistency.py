"""performance/consistency: growth of latency, scalability, and the note on the law behind it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from pydantic import ValidationError

from readiness.check import Finding, Outcome
from readiness.evidence.course import Course
from readiness.evidence.load_test import LoadTest
from readiness.evidence.model import Reason
from readiness.judge import Judgement
from tests.checks.performance.ramps import (
    Step,
    consistency_of,
    course_of,
    levels,
    ramp,
    steps,
    with_windows,
)
from tests.checks.performance.runs import rank, told

RISING = steps(40, 80, 120, 160)
SHORT = {"min-level": "5s"}
LENIENT = {"max-growth": "900%", "min-scalability": "1%"}


def is_insufficient(judgement: Judgement) -> bool:
    return (judgement.outcome, judgement.reason) == (Outcome.UNPROVEN, Reason.INSUFFICIENT)


def note_of(judgement: Judgement) -> str:
    """The only note."""
    (note,) = [one for one in judgement.findings if one.note]
    return note.message


def finding_of(judgement: Judgement, outcome: Outcome) -> Finding:
    (found,) = [one for one in judgement.findings if one.outcome is outcome and not one.note]
    return found


def users(*pairs: tuple[int, float], loop: str = "closed", **more: Any) -> LoadTest:
    """A ramp of users, each with the rate that comes of them."""
    return ramp(*[Step(rate, users=many, **more) for many, rate in pairs], loop=loop)


# Growth and scalability


def test_even_latency_and_full_throughput_pass() -> None:
    for judgement in (consistency_of({}, ramp(*RISING)), consistency_of({}, *levels(*RISING))):
        assert judgement.outcome is Outcome.PASS
        assert judgement.findings[0].count == 2
        assert "good answers go from " in judgement.summary


def test_latency_that_grows_too_much_fails() -> None:
    growing = [Step(rate, ms=ms) for rate, ms in ((40, 100), (80, 120), (120, 180), (160, 300))]
    judgement = consistency_of({}, *levels(*growing))
    found = finding_of(judgement, Outcome.FAIL)
    assert found.message.startswith("p95 grows most from 40/s (")
    assert found.message.endswith(" with 95% confidence), more than 100%")
    assert found.expected == "at most +100%"
    assert consistency_of({"max-growth": "250%"}, *levels(*growing)).outcome is Outcome.PASS


def test_a_slow_start_hides_no_growth_behind_it() -> None:
    cold = [Step(rate, ms=ms) for rate, ms in ((40, 300), (80, 100), (120, 180), (160, 300))]
    judgement = consistency_of({}, *levels(*cold))
    assert judgement.outcome is Outcome.FAIL
    assert "p95 grows most from 80/s" in judgement.summary


def test_a_growth_near_the_limit_is_unproven_either_way() -> None:
    near = [Step(rate, ms=ms) for rate, ms in ((40, 100), (80, 120), (120, 200))]
    judgement = consistency_of({}, *levels(*near))
    assert is_insufficient(judgement)
    assert judgement.summary.endswith("that neither rules out more than 100% nor shows it")


def test_throughput_that_does_not_keep_up_fails() -> None:
    judgement = consistency_of(
        LENIENT | {"min-scalability": "80%"}, users((4, 40), (8, 60), (16, 70), (32, 72))
    )
    assert judgement.outcome is Outcome.FAIL
    assert judgement.summary.startswith("from 4 users to 32 users good answers go from 40/s to ")
    assert judgement.summary.endswith(", less than 80%")


def test_errors_are_no_throughput() -> None:
    failing = [*levels(*steps(40, 80, 120)), *levels(Step(160, failed=40))]
    judgement = consistency_of({"max-errors": "50%"}, *failing)
    assert judgement.outcome is Outcome.FAIL
    assert "of the load that was added" in judgement.summary


def test_few_requests_leave_scalability_open() -> None:
    judgement = consistency_of({}, users((4, 40), (6, 55), (8, 72)))
    assert is_insufficient(judgement)
    assert "that neither shows 80% nor rules it out" in judgement.summary


def test_up_to_leaves_out_what_lies_beyond_and_has_to_be_reached() -> None:
    broken = [*levels(*RISING), *levels(Step(300, ms=900))]
    assert consistency_of({}, *broken).outcome is Outcome.FAIL
    assert consistency_of({"up-to": "150/s"}, *broken).outcome is Outcome.PASS
    judgement = consistency_of({"up-to": "400/s"}, *broken)
    assert is_insufficient(judgement)
    assert judgement.summary.startswith("no level reaches the 400/s of `up-to`; the highest load was 300/s")
    closed = users((5, 40), (10, 80), (20, 160))
    assert consistency_of({"up-to": "20 users"}, closed).outcome is Outcome.PASS
    assert consistency_of({"up-to": "100/s"}, closed).outcome is Outcome.PASS
    assert is_insufficient(consistency_of({"up-to": "20 users"}, replace(closed, loop="open")))


# What shows nothing


def test_too_few_levels_and_too_little_rise_are_unproven() -> None:
    judgement = consistency_of({}, *levels(*steps(40, 160)))
    assert judgement.summary == "2 levels of load were found by runs, fewer than 3 (`min-levels`)"
    judgement = consistency_of({}, *levels(*steps(100, 110, 120)))
    assert is_insufficient(judgement)
    assert "over 3 levels; 3 levels, the highest 100% above the lowest, are wanted" in judgement.summary
    assert consistency_of({"min-levels": 2}, *levels(*steps(40, 160))).outcome is Outcome.PASS


def test_a_closed_loop_without_users_has_no_load() -> None:
    judgement = consistency_of({}, *levels(*RISING, loop="closed"))
    assert is_insufficient(judgement)
    assert judgement.summary == "the file does not tell of a load that does not depend on the answers"
    assert is_insufficient(consistency_of({}, *levels(*RISING, loop="unknown")))
    offered = [replace(one, offered_per_s=one.requests / 20, loop="unknown") for one in levels(*RISING)]
    assert consistency_of({}, *offered).outcome is Outcome.PASS


def test_users_that_stay_the_same_leave_the_rate_as_the_load_of_an_unknown_loop() -> None:
    assert consistency_of({}, users((9, 40), (9, 80), (9, 160), loop="unknown")).outcome is Outcome.PASS


def test_a_generator_that_sent_less_than_it_was_to_send_shows_nothing() -> None:
    runs = [replace(one, offered_per_s=one.requests / 20) for one in levels(*RISING)]
    judgement = consistency_of({}, *runs[:3], replace(runs[3], offered_per_s=320.0))
    assert is_insufficient(judgement)
    assert judgement.summary.startswith("run 4 of 4: ")


def test_summaries_bound_no_growth() -> None:
    runs = [
        replace(one, latency=told(one.requests, {"50": 100.0, "95": 110.0, "99": 120.0}, max_ms=130.0))
        for one in levels(*RISING)
    ]
    judgement = consistency_of({}, *runs)
    assert is_insufficient(judgement)
    assert "nobody knows" in judgement.summary


@pytest.mark.parametrize(
    "run",
    [
        ramp(*RISING, complete=False),
        ramp(*RISING, corrected=True),
        ramp(*RISING, course=None),
        with_windows(ramp(*RISING), errors=None),
        with_windows(ramp(*RISING), counts=()),
        ramp(*RISING[:3], Step(200, failed=30)),
    ],
)
def test_what_shows_nothing_of_a_run_shows_nothing_of_its_levels(run: LoadTest) -> None:
    assert consistency_of(LENIENT, run).outcome is Outcome.UNPROVEN


def test_a_repeated_file_is_malformed() -> None:
    first, second, third, _ = levels(*RISING)
    copy = replace(third, offered_per_s=160.0)
    assert consistency_of({}, first, second, third, copy).reason is Reason.MALFORMED


def test_levels_without_any_success_show_nothing() -> None:
    run = ramp(*[Step(rate, failed=100) for rate in (40, 80, 160)])
    assert consistency_of(LENIENT, run).outcome is Outcome.UNPROVEN
    assert (
        consistency_of(LENIENT, replace(run, course=Course(course_of(run).windows))).outcome
        is Outcome.UNPROVEN
    )


# The law


def by_law(many: int, rate: float, contention: float, coherency: float) -> float:
    return rate * many / (1 + contention * (many - 1) + coherency * many * (many - 1))


def test_the_law_is_a_note_with_its_peak_and_no_verdict() -> None:
    run = users(*[(many, by_law(many, 30, 0.03, 0.0005)) for many in (1, 4, 8, 16, 32, 64)])
    judgement = consistency_of(LENIENT, run)
    assert judgement.outcome is Outcome.PASS
    assert note_of(judgement).startswith(
        "the Universal Scalability Law fits 6 levels (R squared 1.000): contention 3."
    )
    assert "; throughput peaks at about 44" in note_of(judgement)


def test_without_a_peak_in_sight_the_note_says_so() -> None:
    run = users(*[(many, by_law(many, 30, 0.03, 0)) for many in (1, 2, 4, 8, 16)])
    assert note_of(consistency_of(LENIENT, run)).endswith("no peak of throughput is in sight up to 48 users")
    open_ = consistency_of(LENIENT, ramp(*steps(40, 80, 120, 160, 200)))
    assert note_of(open_).endswith(" requests in flight")


def test_a_poor_fit_and_few_levels_have_no_note() -> None:
    jagged = users((1, 90), (4, 40), (8, 160), (16, 50), (32, 200))
    assert not [one for one in consistency_of(LENIENT, jagged).findings if one.note]
    assert not [one for one in consistency_of(LENIENT, *levels(*RISING)).findings if one.note]


# Worse is never better

MADE = st.lists(
    st.tuples(st.sampled_from([20, 40, 80, 125, 150]), st.sampled_from([80.0, 100.0, 150.0, 190.0])),
    min_size=3,
    max_size=4,
)


@given(MADE, st.sampled_from([250.0, 1000.0]), st.booleans())
@settings(deadline=None, max_examples=30)
def test_a_slower_highest_level_never_helps(made: list[tuple[int, float]], ms: float, apart: bool) -> None:
    better = [Step(rate, 10, ms=each) for rate, each in sorted(made)]
    worse = [*better[:-1], Step(better[-1].rate, 10, ms=ms)]
    if apart:
        assert rank(consistency_of(SHORT, *levels(*worse))) >= rank(consistency_of(SHORT, *levels(*better)))
    else:
        assert rank(consistency_of(SHORT, ramp(*worse))) >= rank(consistency_of(SHORT, ramp(*better)))


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"max-growth": 2}, "is no share; write it in percent, as in 50% or 200%"),
        ({"percentile": "p97"}, "Input should be"),
        ({"up-to": "fast"}, "is no load"),
        ({"min-levels": 1}, "greater than or equal to 2"),
        ({"min-rise": "0%"}, "min-rise and min-scalability must be more than 0%"),
        ({"confidence": "100%"}, "confidence must be more than 50%"),
        ({"min-level": "0s"}, "step and min-level must be more than 0"),
        ({"step": "1s"}, "step is shorter than min-level"),
    ],
)
def test_wrong_parameters_are_refused(params: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        consistency_of(params, ramp(*RISING))
