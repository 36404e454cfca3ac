"""performance/resources: peaks under their limits."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from pydantic import ValidationError

from readiness.check import Measure, Outcome
from readiness.evidence.model import Reason
from readiness.evidence.series import Series
from readiness.judge import Judgement
from readiness.policy.strictness import side_of
from readiness.testing import judge_check
from tests.checks.performance.recorded import BEGIN, MIB, during, resources, saw, series, without
from tests.checks.performance.runs import notes, rank

FEW = settings(deadline=None, max_examples=40)
MEMORY = series(saw(), 5)
CPU = series(lambda t: 0.5 + (t % 60) / 60, 5, name="cpu_cores", unit="cores")
BUSY = series(lambda t: (t % 60) / 60, 5, name="cpu_ratio", unit="ratio")
QUEUE = series(lambda t: t % 60, 5, name="queue", unit="")
LOAD = (during(5),)


def unproven(judgement: Judgement, reason: Reason, message: str) -> None:
    assert (judgement.outcome, judgement.reason) == (Outcome.UNPROVEN, reason), judgement.summary
    assert message in judgement.summary


def test_peaks_under_their_limits_pass_together() -> None:
    limits = {"memory_bytes": "512MiB", "cpu_cores": "1.5 cores", "cpu_ratio": "80%", "queue": 100}
    judgement = resources({"max": limits}, MEMORY, CPU, BUSY, QUEUE, load=LOAD)
    assert judgement.outcome is Outcome.PASS, judgement.summary
    (finding,) = judgement.findings
    assert finding.count == 4
    assert "the nearest: cpu_ratio is 75% at most, of 21 points" in finding.message


def test_a_peak_over_its_limit_fails() -> None:
    judgement = resources({"max": {"memory*": "110MiB"}}, MEMORY, load=LOAD)
    (finding,) = judgement.findings
    assert (judgement.outcome, finding.object) == (Outcome.FAIL, "Series/memory_bytes")
    assert finding.message == "memory_bytes is 126.2 MiB at most, of 21 points, over 110MiB"
    assert finding.measure == Measure(126.25 * MIB, 110.0 * MIB, "B")
    assert (finding.observed, finding.expected) == ("126.2 MiB", "at most 110MiB")


def test_between_warn_and_max_it_warns() -> None:
    params = {"max": {"cpu_cores": "1.5 cores"}, "warn": {"cpu_cores": "1 core"}}
    judgement = resources(params, CPU, load=LOAD)
    assert judgement.outcome is Outcome.WARN
    assert judgement.summary == "cpu_cores is 1.25 cores at most, of 21 points, over the 1 core of `warn`"
    assert resources(params | {"warn": {"cpu_cores": "1.25 cores"}}, CPU, load=LOAD).outcome is Outcome.PASS


@pytest.mark.parametrize(
    ("limit", "observed", "outcome"),
    [("75%", "75%", Outcome.PASS), ("74.9%", "75%", Outcome.FAIL), ("0%", "75%", Outcome.FAIL)],
)
def test_a_limit_may_be_reached(limit: str, observed: str, outcome: Outcome) -> None:
    judgement = resources({"max": {"cpu_ratio": limit}}, BUSY, load=LOAD)
    assert (judgement.outcome, judgement.findings[0].observed) == (outcome, observed)


def test_a_share_that_no_float_holds_is_reached_and_not_passed() -> None:
    odd = series(lambda t: 0.57 if t else 0.1, 5, name="cpu_ratio", unit="ratio")
    assert resources({"max": {"cpu_ratio": "57%"}}, odd, load=LOAD).outcome is Outcome.PASS


def test_times_and_counts_have_limits_too() -> None:
    lag = series(lambda t: t % 60, 5, name="lag_seconds", unit="seconds")
    assert resources({"max": {"lag_seconds": "45s"}}, lag, load=LOAD).outcome is Outcome.PASS
    assert resources({"max": {"lag_seconds": "500ms"}}, lag, load=LOAD).outcome is Outcome.FAIL
    restarts = series(lambda _: 0.0, 5, name="restarts", unit="")
    assert resources({"max": {"restarts": 0}}, restarts, load=LOAD).outcome is Outcome.PASS


def test_memory_of_whatever_unit_may_not_stand_still() -> None:
    still = series(lambda _: 200.0, 5, name="memory", unit="MiB")
    unproven(resources({"max": {"memory": 512}}, still, load=LOAD), Reason.INSUFFICIENT, "a dead exporter")


def test_every_series_that_a_pattern_matches_is_judged() -> None:
    pods = [replace(MEMORY, labels={"pod": pod}) for pod in ("a", "b")]
    big = series(saw(level=600), 5, pod="c")
    judgement = resources({"max": {"memory*": "512MiB"}}, *pods, big, load=LOAD)
    assert [one.count for one in judgement.findings] == [1, 2]
    assert judgement.findings[0].object == 'Series/memory_bytes{pod="c"}'
    one = resources({"max": {'memory_bytes{pod="b"}': "512MiB"}}, *pods, big, load=LOAD)
    assert one.outcome is Outcome.PASS


def test_without_a_load_test_a_note_says_that_load_is_not_shown() -> None:
    judgement = resources({"max": {"queue": 100}}, QUEUE)
    assert judgement.outcome is Outcome.PASS
    assert len(notes(judgement)) == 1


# What could pass, and must not


@pytest.mark.parametrize(
    ("odd", "reason", "message"),
    [
        (replace(MEMORY, name="rss"), Reason.MISSING, "no series matches 'memory_bytes'; there are rss"),
        (replace(MEMORY, points=()), Reason.MISSING, "has no point between 2026-05-01 03:00:00 UTC and"),
        (series(lambda _: 0.0, 5), Reason.INSUFFICIENT, "is 0 B at all of its 21 points"),
        (series(lambda _: 9.0 * MIB, 5), Reason.INSUFFICIENT, "so is what a dead exporter shows"),
        (series(lambda t: 1e300 + t, 5), Reason.MALFORMED, "is 1e+300, more than there is of anything"),
        (series(lambda t: -t, 5), Reason.MALFORMED, "is -300, less than nothing"),
        (series(lambda t: 200 + t, 5), Reason.INSUFFICIENT, "less than any process takes"),
        (series(lambda t: 200_000 + t, 5), Reason.INSUFFICIENT, "its unit is not bytes"),
        (
            replace(MEMORY, unit="ratio"),
            Reason.INSUFFICIENT,
            "is in ratio, and its limit, 512MiB, is in bytes",
        ),
        (replace(MEMORY, unit=""), Reason.INSUFFICIENT, "in a unit that its name does not tell"),
        (series(saw(), 2), Reason.INSUFFICIENT, "has no point for 3m after 2026-05-01 03:02:00 UTC"),
        (series(saw(), 2, late_s=180), Reason.INSUFFICIENT, "has no point for 3m after 2026-05-01 03:00:00"),
        (without(MEMORY, 5, 15), Reason.INSUFFICIENT, "what happened then is not known"),
        (series(saw(), 5, every_s=60), Reason.INSUFFICIENT, "has 6 points between"),
        (series(saw(), 5, late_s=7200), Reason.MISSING, "when the load test ran"),
        (replace(MEMORY, points=MEMORY.points[::-1]), Reason.INSUFFICIENT, "has times that do not ascend"),
    ],
)
def test_odd_series_show_nothing(odd: Series, reason: Reason, message: str) -> None:
    unproven(resources({"max": {"memory_bytes": "512MiB"}}, odd, load=LOAD), reason, message)


def test_a_share_of_one_that_is_written_as_percent_shows_nothing() -> None:
    small = replace(BUSY, points=tuple((when, value / 100) for when, value in BUSY.points))
    judgement = resources({"max": {"cpu_ratio": "80%"}}, small, load=LOAD)
    unproven(
        judgement, Reason.INSUFFICIENT, "is 0.75% at most: a share of one is written as if it were percent"
    )


@pytest.mark.parametrize(
    ("limit", "one"), [(100, MEMORY), (1, CPU), ("1 core", BUSY), ("80%", QUEUE), ("5s", QUEUE)]
)
def test_units_have_to_fit(limit: object, one: Series) -> None:
    unproven(resources({"max": {"*": limit}}, one, load=LOAD), Reason.INSUFFICIENT, f"{one.name} is in ")


def test_a_counter_is_refused_with_what_to_export() -> None:
    counter = series(lambda t: t, 5, name="cpu_seconds_total", unit="seconds")
    judgement = resources({"max": {"cpu*": "1 core"}}, counter, load=LOAD)
    unproven(judgement, Reason.INSUFFICIENT, "only ever counts up")
    assert judgement.findings[0].next == "export rate(cpu_seconds_total[1m]) instead, with `name:` to name it"


def test_nothing_is_missing() -> None:
    assert resources({"max": {"a": 1}}, metrics=False).reason is Reason.MISSING
    unproven(resources({"max": {"a": 1}}, load=LOAD), Reason.MISSING, "there is none at all")


def test_one_limit_that_nothing_has_is_missing_beside_one_that_is_kept() -> None:
    judgement = resources({"max": {"queue": 100, "memroy*": "1GiB"}}, QUEUE, load=LOAD)
    unproven(judgement, Reason.MISSING, "no series matches 'memroy*'")


def test_the_peak_of_the_run_is_not_that_of_another_hour() -> None:
    calm = series(lambda t: MIB * (900 if t < 300 else 100 + t % 7), 60)
    later = during(50, started_at=BEGIN + timedelta(minutes=6), ended_at=BEGIN + timedelta(minutes=56))
    assert resources({"max": {"memory*": "512MiB"}}, calm, load=LOAD).outcome is Outcome.FAIL
    assert resources({"max": {"memory*": "512MiB"}}, calm, load=(later,)).outcome is Outcome.PASS
    both = resources({"max": {"memory*": "512MiB"}}, calm, load=(*LOAD, later))
    assert both.summary.startswith("run 1 of 2: memory_bytes is 900 MiB at most")


@given(st.lists(st.floats(0, 1e12), min_size=2, max_size=40), st.data())
@FEW
def test_higher_or_fewer_values_never_help(values: list[float], data: st.DataObject) -> None:
    limit = {"max": {"queue": 100}, "warn": {"queue": 50}, "min-points": 2, "min-duration": "1s"}
    start = BEGIN.timestamp()
    whole = replace(QUEUE, points=tuple((start + 15 * at, value) for at, value in enumerate(values)))
    load = (during((len(values) - 1) / 4),)
    at = data.draw(st.integers(0, len(values) - 1))
    when, value = whole.points[at]
    raised = (*whole.points[:at], (when, value + data.draw(st.floats(0, 1e6))), *whole.points[at + 1 :])
    known = rank(resources(limit, whole, load=load))
    assert rank(resources(limit, replace(whole, points=raised), load=load)) >= known
    low = [one for one in whole.points if one[1] <= 50]
    if len(low) == len(values):
        assert rank(resources(limit, without(whole, at, at + 1), load=load)) >= known


def test_limits_of_one_unit_are_compared_and_others_are_not() -> None:
    params = judge_params({"max": {"a": "512MiB", "b": "80%"}})
    bytes_, share = params.max["a"], params.max["b"]
    assert bytes_ <= judge_params({"max": {"a": "1GiB"}}).max["a"]
    assert bytes_ >= judge_params({"max": {"a": "1MB"}}).max["a"]
    with pytest.raises(TypeError):
        assert bytes_ <= share
    assert str(side_of(type(params).model_fields["max"])) == "lower"
    assert str(bytes_) == "512MiB"


def judge_params(said: dict[str, Any]) -> Any:
    from readiness.plugins import discover

    return discover().checks["performance/resources"].params_type.model_validate(said)


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({}, "Field required"),
        ({"max": {}}, "at least 1"),
        ({"max": {"a": "much"}}, "is no limit; write 512MiB"),
        ({"max": {"a": "-1MiB"}}, "is no limit"),
        ({"max": {"a": -1}}, "is no limit"),
        ({"max": {"a": True}}, "is no limit"),
        ({"max": {"a": "120%"}}, "is no limit"),
        ({"max": {"": 1}}, "at least 1 character"),
        ({"max": {"a": 1}, "warn": {"b": 1}}, "warn has 'b', which max does not have"),
        ({"max": {"a": 1}, "warn": {"a": 2}}, "warn of 'a' is over that of max"),
        ({"max": {"a": 1}, "warn": {"a": "1%"}}, "or in another unit"),
        ({"max": {"a": 1}, "max-gap": "0s"}, "must be more than 0"),
    ],
)
def test_wrong_parameters_are_refused(params: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        judge_check("performance/resources", params)
