"""performance/memory-stability: memory that does not grow."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from pydantic import ValidationError

from readiness.check import Outcome
from readiness.evidence.model import Reason
from readiness.evidence.series import Series
from readiness.judge import Judgement
from tests.checks.performance.recorded import BEGIN, MIB, during, loaded, memory, saw, series, without
from tests.checks.performance.runs import notes, rank

FEW = settings(deadline=None, max_examples=40)
FLAT, LEAK = series(saw()), series(saw(growth=0.5))


def unproven(judgement: Judgement, reason: Reason, message: str) -> None:
    assert (judgement.outcome, judgement.reason) == (Outcome.UNPROVEN, reason), judgement.summary
    told = [one.message for one in judgement.findings if one.outcome is Outcome.UNPROVEN]
    assert any(message in one for one in told), told


def test_a_saw_without_growth_passes_with_its_bounds() -> None:
    judgement = memory({}, FLAT, load=(during(),))
    assert judgement.outcome is Outcome.PASS, judgement.summary
    (finding,) = judgement.findings
    assert finding.expected == "at most 5% an hour"
    assert finding.measure is not None
    assert (finding.measure.unit, finding.measure.limit) == ("%/h", 5.0)
    assert finding.measure.high is not None
    assert finding.measure.high < 5


def test_a_leak_under_the_saw_fails_with_its_growth() -> None:
    judgement = memory({}, LEAK, load=(during(),))
    assert judgement.outcome is Outcome.FAIL
    (finding,) = judgement.findings
    assert finding.object == "Series/memory_bytes"
    assert finding.measure is not None
    assert finding.measure.value == pytest.approx(49.5, abs=2)
    assert finding.message.endswith("it grows by more than 5%")
    assert finding.next.startswith("take two dumps of the heap")


def test_growth_within_a_wider_limit_passes() -> None:
    assert memory({"max-growth-per-hour": "60%"}, LEAK).outcome is Outcome.PASS


def test_too_short_a_run_for_its_noise_says_how_long_would_tell() -> None:
    noisy = series(lambda t: MIB * (100 + 5 * ((t * 7.31) % 1) + 7 * ((t / 15) ** 2 * 0.618 % 1)), 11)
    judgement = memory({}, noisy, load=(during(11),))
    unproven(judgement, Reason.INSUFFICIENT, "neither rules out 5% an hour nor shows more")
    assert "minutes after the warm-up would settle it" in judgement.findings[0].next


def test_every_series_is_judged_and_the_good_ones_share_a_finding() -> None:
    pods = [replace(FLAT, labels={"pod": pod}) for pod in ("a", "b")]
    good = memory({}, *pods, load=(during(),))
    assert good.findings[0].count == 2
    bad = memory({}, *pods, replace(LEAK, labels={"pod": "c"}), load=(during(),))
    assert bad.outcome is Outcome.FAIL
    assert bad.findings[0].object == 'Series/memory_bytes{pod="c"}'


def test_memory_in_the_file_of_the_load_test_is_judged_without_metrics() -> None:
    own = replace(FLAT, name="memory")
    judgement = memory({}, load=(during(series=(own,)),), metrics=False)
    assert judgement.outcome is Outcome.PASS, judgement.summary
    assert notes(judgement) == []


def test_without_a_load_test_a_note_says_that_load_is_not_shown() -> None:
    (note,) = notes(memory({}, FLAT))
    assert note.message.startswith("no load test is given")


def test_the_peak_has_a_limit_of_its_own() -> None:
    assert memory({"max": "130MiB"}, FLAT).outcome is Outcome.PASS
    judgement = memory({"max": "110MiB"}, FLAT)
    assert judgement.outcome is Outcome.FAIL
    assert judgement.summary == "memory_bytes is 126.2 MiB at most, of 245 points, over 110 MiB"


def test_a_peak_in_the_warm_up_counts() -> None:
    high = replace(FLAT, points=((FLAT.points[0][0], 900.0 * MIB), *FLAT.points[1:]))
    assert memory({"max": "130MiB"}, high).outcome is Outcome.FAIL


def test_a_peak_of_no_known_bytes_is_unproven() -> None:
    unproven(
        memory({"max": "130MiB"}, replace(FLAT, unit="")), Reason.INSUFFICIENT, "is not known, and `max`"
    )
    kib = replace(FLAT, points=tuple((when, value / 1024) for when, value in FLAT.points))
    unproven(memory({"max": "130MiB"}, kib), Reason.INSUFFICIENT, "less than any process takes")


# What could pass, and must not


def test_nothing_is_missing() -> None:
    assert memory({}, metrics=False).reason is Reason.MISSING
    assert memory({}).reason is Reason.MISSING
    unproven(memory({}, load=(during(),)), Reason.MISSING, "no series matches what memory is called")
    unproven(memory({}, replace(FLAT, points=())), Reason.MISSING, "the metrics hold no point")


def test_series_that_are_no_memory_are_not_taken_for_it() -> None:
    judgement = memory(
        {}, replace(FLAT, name="queue"), series(lambda t: t, name="heap_allocated_bytes_total")
    )
    unproven(judgement, Reason.MISSING, "there are queue, heap_allocated_bytes_total")


def test_each_pattern_has_to_match() -> None:
    judgement = memory({"series": ["memory*", "rss*"]}, FLAT)
    unproven(judgement, Reason.MISSING, "no series matches 'rss*'; there are memory_bytes")
    assert (
        memory({"series": ['memory_bytes{pod="a"}']}, replace(FLAT, labels={"pod": "a"})).outcome
        is Outcome.PASS
    )


def test_a_counter_is_refused_with_what_to_export() -> None:
    judgement = memory({"series": ["*_total"]}, series(lambda t: t, name="allocated_bytes_total"))
    unproven(judgement, Reason.INSUFFICIENT, "only ever counts up")
    assert judgement.findings[0].next.startswith("export rate(allocated_bytes_total[1m])")


@pytest.mark.parametrize(
    ("odd", "reason", "message"),
    [
        (series(lambda _: 0.0), Reason.INSUFFICIENT, "does not change at all"),
        (series(lambda _: 100.0 * MIB), Reason.INSUFFICIENT, "so does an exporter that is dead"),
        (
            series(lambda t: MIB * (100 + min(t, 1200) / 1200)),
            Reason.INSUFFICIENT,
            "more than half of the time",
        ),
        (series(lambda t: 1e300 * (1 + t % 40)), Reason.MALFORMED, "more than there is of anything"),
        (
            series(lambda t: (1 + t % 40) * (1e-290 if t < 1500 else 1e9)),
            Reason.INSUFFICIENT,
            "is 0, or has too few",
        ),
        (series(lambda t: -MIB * (100 + t % 40)), Reason.MALFORMED, "less than nothing"),
        (series(lambda t: max(0.0, MIB * (t % 40 - 20))), Reason.INSUFFICIENT, "is 0, or has too few points"),
        (series(saw(), 40, every_s=119), Reason.INSUFFICIENT, "30 are the least (`min-points`)"),
        (
            series(saw(), 58, every_s=119),
            Reason.INSUFFICIENT,
            "29 points after the warm-up; 30 are the least",
        ),
        (series(saw(), 10), Reason.INSUFFICIENT, "less than 11m (`warm-up` and `min-duration`)"),
        (series(saw(), 0), Reason.INSUFFICIENT, "was watched for 0s"),
        (
            without(FLAT, 100, 150),
            Reason.INSUFFICIENT,
            "has no point for 12m 45s after 2026-05-01 03:24:45 UTC",
        ),
        (replace(FLAT, points=FLAT.points[::-1]), Reason.INSUFFICIENT, "has times that do not ascend"),
        (replace(FLAT, points=(*FLAT.points[:9], *FLAT.points)), Reason.INSUFFICIENT, "do not ascend"),
        (
            replace(FLAT, points=(*FLAT.points[:-1], (FLAT.points[-1][0], float("nan")))),
            Reason.INSUFFICIENT,
            "values that are no numbers",
        ),
    ],
)
def test_odd_series_show_nothing(odd: Series, reason: Reason, message: str) -> None:
    unproven(memory({}, odd), reason, message)


@pytest.mark.parametrize(
    "values",
    [
        lambda t: saw(growth=0.5)(t % 1800),
        lambda t: saw(growth=2)(t % 600),
        saw(tooth=60, period_s=1500),
        lambda t: saw(level=180)(t) if t < 900 else saw(growth=0.3)(t),
        lambda t: saw(level=250, tooth=20)(t) - 60 * MIB * min(1, t / 3000),
    ],
    ids=["one restart", "several restarts", "rare collections", "falls at first", "falls slowly"],
)
def test_memory_that_falls_shows_no_stability(values: Any) -> None:
    judgement = memory({}, series(values))
    assert judgement.outcome is Outcome.UNPROVEN, judgement.summary


def test_other_series_tell_of_a_restart() -> None:
    requests = series(lambda t: t if t < 1000 else t - 1000, name="http_requests_total", unit="")
    unproven(memory({}, FLAT, requests), Reason.INSUFFICIENT, "http_requests_total tells of a restart")
    born = series(lambda t: 1e9 + (t > 2000) * 60, name="process_start_time_seconds", unit="seconds")
    unproven(memory({}, FLAT, born), Reason.INSUFFICIENT, "process_start_time_seconds tells of a restart")
    again = series(lambda t: float(t > 2000), name="kube_pod_container_status_restarts_total", unit="")
    unproven(memory({}, FLAT, again), Reason.INSUFFICIENT, "restarts_total tells of a restart")
    steady = series(lambda t: t, name="http_requests_total", unit="")
    assert memory({}, FLAT, steady).outcome is Outcome.PASS


def test_metrics_of_another_hour_are_missing() -> None:
    later = during(started_at=BEGIN + timedelta(hours=2), ended_at=BEGIN + timedelta(hours=3, minutes=1))
    unproven(
        memory({}, FLAT, load=(later,)),
        Reason.MISSING,
        "memory_bytes has no point between 2026-05-01 05:00:00",
    )


def test_a_series_that_ends_before_the_run_is_not_shown() -> None:
    message = "has no point for 5m after 2026-05-01 03:56:00 UTC"
    unproven(memory({}, series(saw(), 56), load=(during(),)), Reason.INSUFFICIENT, message)
    unproven(
        memory({}, FLAT, series(saw(), 56, name="rss_bytes")), Reason.INSUFFICIENT, f"rss_bytes {message}"
    )
    late = series(saw(), 56, late_s=300)
    unproven(memory({}, late, load=(during(),)), Reason.INSUFFICIENT, "has no point for 5m after")


def test_a_load_test_without_times_shows_nothing() -> None:
    untimed = during(started_at=None, ended_at=None, more_detail="use --out json=FILE")
    judgement = memory({}, FLAT, load=(untimed,))
    unproven(judgement, Reason.INSUFFICIENT, "the load test does not tell when it ran")
    assert judgement.findings[0].next == "use --out json=FILE"
    assert memory({}, FLAT, load=(during(ended_at=None),)).outcome is Outcome.PASS


def test_only_the_time_of_the_run_counts() -> None:
    long = series(lambda t: saw()(t) if t <= 3660 else 9e12, 121)
    assert memory({"max": "130MiB"}, long, load=(during(),)).outcome is Outcome.PASS


def test_an_aborted_run_and_one_of_two_runs_are_told() -> None:
    unproven(memory({}, FLAT, load=(during(complete=False),)), Reason.INSUFFICIENT, "the run was aborted")
    later = during(started_at=BEGIN + timedelta(hours=2), ended_at=BEGIN + timedelta(hours=3, minutes=1))
    judgement = memory({}, FLAT, load=(during(), later))
    unproven(judgement, Reason.MISSING, "run 2 of 2: memory_bytes has no point")


def test_a_load_that_falls_or_rises_shows_no_stability() -> None:
    for rates in ([600] * 30 + [60] * 31, [60] * 30 + [600] * 31):
        judgement = memory({}, FLAT, load=(loaded(rates),))
        unproven(judgement, Reason.INSUFFICIENT, "the load was not constant")
    assert memory({}, FLAT, load=(loaded([600] * 61),)).outcome is Outcome.PASS
    assert memory({"warm-up": "5m"}, FLAT, load=(loaded([100] * 5 + [600] * 56),)).outcome is Outcome.PASS


@given(st.sampled_from([0.0, 0.02, 0.2, 0.5]), st.integers(0, 200), st.integers(1, 60), st.integers(0, 240))
@FEW
def test_fewer_points_never_help(growth: float, first: int, many: int, length: int) -> None:
    whole = series(saw(growth=growth))
    for worse in (without(whole, first, first + many), replace(whole, points=whole.points[:length])):
        judgement = memory({}, worse, load=(during(),))
        assert rank(judgement) >= rank(memory({}, whole, load=(during(),))) or growth > 0


@given(st.floats(0.1, 5), st.floats(0, 40), st.integers(15, 200), st.integers(12, 180))
@FEW
def test_a_leak_never_passes(growth: float, tooth: float, period: int, minutes: int) -> None:
    leaking = series(saw(tooth=tooth, period_s=period, growth=growth), minutes)
    assert memory({}, leaking, load=(during(minutes),)).outcome is not Outcome.PASS


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"max-growth-per-hour": 5}, "is no share"),
        ({"max": 512}, "is no size"),
        ({"max": "0B"}, "must be more than 0"),
        ({"series": []}, "at least 1"),
        ({"series": [""]}, "at least 1 character"),
        ({"min-duration": "0s"}, "must be more than 0"),
        ({"warm-up": "99999999d"}, "at most 365d"),
        ({"min-points": 29}, "greater than or equal to 30"),
        ({"confidence": "100%"}, "confidence must be more than 50%"),
    ],
)
def test_wrong_parameters_are_refused(params: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        memory(params, FLAT)
