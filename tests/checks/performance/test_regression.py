"""This release against its baseline."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from pydantic import ValidationError

from readiness.check import Finding, Outcome
from readiness.cli import run as readiness
from readiness.evidence.load_test import Bucket, Latency, LoadTest, Operation
from readiness.evidence.model import Reason
from readiness.judge import Judgement
from readiness.testing import judge_check
from tests.checks.performance.runs import rank


def compared(load: Sequence[LoadTest], baseline: Sequence[LoadTest], **params: Any) -> Judgement:
    said = {name.replace("_", "-"): value for name, value in params.items()}
    return judge_check("performance/regression", said, load=tuple(load), baseline=tuple(baseline))


def told(p95: float, p99: float | None = None, **more: Any) -> LoadTest:
    """A run of 6,000 requests in a minute, of which a summary tells p95 and p99."""
    percentiles = {"95": p95, "99": p99 or p95 * 1.5}
    latency = Latency(
        count=6000, of="successful", source="tool", mean_ms=20.0, max_ms=p95 * 9, percentiles_ms=percentiles
    )
    test = LoadTest(tool="k6", requests=6000, errors=0, duration_s=60.0, latency=latency, loop="open")
    return replace(test, **more)


def sampled(scale: float = 1.0, seed: int = 1, requests: int = 6000, **more: Any) -> LoadTest:
    """A run of which every request is there."""
    dice = random.Random(seed)  # noqa: S311 - for trials, not for secrets
    values = sorted(
        Counter(round(20 * scale * dice.lognormvariate(0, 0.3), 2) for _ in range(requests)).items()
    )
    mean = sum(value * count for value, count in values) / requests
    latency = Latency(
        count=requests,
        of="successful",
        source="raw",
        min_ms=values[0][0],
        mean_ms=mean,
        max_ms=values[-1][0],
        buckets=tuple(Bucket(value, value, count) for value, count in values),
    )
    test = LoadTest(
        tool="k6", requests=requests, errors=0, duration_s=requests / 100, latency=latency, loop="open"
    )
    return replace(test, **more)


def runs(*p95: float) -> list[LoadTest]:
    return [told(value) for value in p95]


BASE = (100.0, 101.0, 99.0, 100.5, 99.5)


def only(judgement: Judgement) -> Finding:
    (finding,) = judgement.findings
    return finding


# Five runs a side


def test_runs_that_rule_a_slowdown_out_pass() -> None:
    judgement = compared(runs(100.2, 101.2, 99.2, 100.7, 99.7), runs(*BASE))
    finding = only(judgement)
    assert judgement.outcome is Outcome.PASS
    assert finding.message == (
        "p95 is +0.2% against the baseline (-0.796% to +1.21% with 95% confidence, 5 runs against 5; noise floor: "
        "the baseline runs vary by 0.79% (standard deviation; +2.02% from the fastest to the slowest))"
    )
    assert finding.expected == "at most 5% slower than the baseline"
    measure = finding.measure
    assert measure is not None
    assert (measure.limit, measure.unit) == (5, "%")
    assert measure.low is not None
    assert measure.high is not None
    assert measure.low < measure.value < measure.high < 5


def test_a_faster_release_passes() -> None:
    assert compared(runs(80, 81, 79, 80.5, 79.5), runs(*BASE)).outcome is Outcome.PASS


def test_runs_that_are_slower_by_more_than_the_tolerance_fail() -> None:
    judgement = compared(runs(110, 111, 109, 110.5, 109.5), runs(*BASE))
    finding = only(judgement)
    assert judgement.outcome is Outcome.FAIL
    assert finding.message.startswith("p95 is +10% against the baseline (+8.96% to +11.1%")
    assert finding.message.endswith("regressed; without a change, runs rank so with a probability of 0.397%")
    assert "profiles" in finding.next


def test_a_slowdown_within_the_tolerance_passes_although_it_is_significant() -> None:
    assert compared(runs(103, 103.5, 102.5, 103.2, 102.8), runs(*BASE)).outcome is Outcome.PASS
    assert (
        compared(runs(103, 103.5, 102.5, 103.2, 102.8), runs(*BASE), tolerance="1%").outcome is Outcome.FAIL
    )


def test_runs_that_differ_too_much_cannot_tell_and_say_how_many_would() -> None:
    judgement = compared(runs(96, 108, 100, 104, 92.5), runs(100.1, 108.1, 92, 104.1, 97))
    finding = only(judgement)
    assert (judgement.outcome, judgement.reason) == (Outcome.UNPROVEN, Reason.INSUFFICIENT)
    assert finding.message.endswith("that neither rules out more than 5% nor shows it")
    assert "noise floor: the baseline runs vary by 6.4%" in finding.message
    assert finding.next == (
        "about 21 runs a side would tell: 16 more of this release and 16 more of the baseline"
    )


def test_a_change_on_the_tolerance_itself_is_not_settled_by_runs() -> None:
    finding = only(compared(runs(105, 113, 97, 109, 101), runs(100.1, 108, 92, 104, 96)))
    assert finding.outcome is Outcome.UNPROVEN
    assert finding.next.startswith(
        "the change lies too near to the tolerance for any sensible number of runs"
    )


def test_no_difference_found_is_no_proof_of_none() -> None:
    noisy = compared(runs(80, 130, 95, 110, 101), runs(82, 128, 96, 111, 100))
    assert noisy.outcome is Outcome.UNPROVEN


def test_each_percentile_is_compared() -> None:
    slow_tail = [told(value, 180) for value in (100.1, 101.1, 99.1, 100.6, 99.6)]
    judgement = compared(slow_tail, runs(*BASE), percentiles=["p95", "p99"])
    assert [(one.outcome, one.message[:3]) for one in judgement.findings] == [
        (Outcome.FAIL, "p99"),
        (Outcome.PASS, "p95"),
    ]


def test_what_was_never_measured_counts_against_the_release_alone() -> None:
    base = [sampled(seed=seed) for seed in range(5)]
    same = [sampled(seed=seed) for seed in range(5, 10)]
    assert compared(same, base).outcome is Outcome.PASS
    dropped = [replace(one, dropped=200) for one in same]
    assert compared(dropped, base).outcome is Outcome.UNPROVEN
    assert compared(same, [replace(one, dropped=200) for one in base]).outcome is not Outcome.FAIL


def test_an_endpoint_is_compared_with_itself() -> None:
    def with_endpoint(test: LoadTest, scale: float) -> LoadTest:
        latency = told(100 * scale).latency
        return replace(test, operations=(Operation(name="GET /a", requests=6000, errors=0, latency=latency),))

    fast = [with_endpoint(one, 1 + place / 1000) for place, one in enumerate(runs(*BASE))]
    slow = [with_endpoint(one, 2 + place / 1000) for place, one in enumerate(runs(*(x + 0.1 for x in BASE)))]
    judgement = compared(slow, fast, scope="GET /*")
    assert judgement.outcome is Outcome.FAIL
    assert only(judgement).object == "Endpoint/GET /a"
    assert only(judgement).message.startswith("GET /a: p95 is +99.8% against the baseline")
    gone = compared([*slow[:4], told(101.25)], fast, scope="GET /*")
    assert any(one.reason is Reason.MISSING for one in gone.findings)
    assert "GET /a is missing in 1 of 5 runs" in [one.message for one in gone.findings]


# Fewer runs


def test_a_single_run_that_stays_within_the_tolerance_warns_at_best() -> None:
    judgement = compared([sampled(0.95, 1, 40_000)], [sampled(1, 2, 40_000)])
    finding = only(judgement)
    assert judgement.outcome is Outcome.WARN
    assert "against 1 baseline run (single-run comparison: " in finding.message
    assert "one baseline run shows no noise floor" in finding.message
    assert finding.next == "5 runs a side can pass: they show how much runs differ by themselves"


def test_a_single_run_beyond_every_baseline_run_fails() -> None:
    base = [sampled(1, 2), sampled(1.02, 3)]
    judgement = compared([sampled(1.3, 1)], base)
    assert judgement.outcome is Outcome.FAIL
    assert "against 2 baseline runs (single-run comparison" in judgement.summary
    assert judgement.summary.endswith(": regressed")
    assert compared([sampled(1.3, 1)], [*base, sampled(1.3, 4)]).outcome is Outcome.UNPROVEN


def test_a_single_run_with_a_wide_interval_cannot_tell() -> None:
    judgement = compared([sampled(1, 1, 400)], [sampled(1, 2, 400)])
    finding = only(judgement)
    assert finding.reason is Reason.INSUFFICIENT
    assert finding.next == (
        "about 5 runs a side would tell: 4 more of this release and 4 more of the baseline"
    )


def test_a_single_summary_has_no_interval_and_names_what_would_give_one() -> None:
    finding = only(compared([told(100, more_detail="k6 run --out json=points.json")], [told(99)]))
    assert finding.outcome is Outcome.UNPROVEN
    assert "(single-run comparison: no interval" in finding.message
    assert finding.next.endswith("; or k6 run --out json=points.json")


def test_of_several_runs_the_worst_counts() -> None:
    base = [sampled(1, seed) for seed in (1, 2)]
    judgement = compared([sampled(0.9, 3), sampled(1.4, 4)], base)
    assert [one.outcome for one in judgement.findings] == [Outcome.WARN, Outcome.FAIL]
    assert judgement.findings[1].message.startswith("run 2 of 2: p95 is +")


# What cannot be compared

DIFFERENT: dict[str, tuple[dict[str, Any], str]] = {
    "another tool": ({"tool": "wrk 4"}, "one is of wrk, the other of k6"),
    "another loop": ({"loop": "closed"}, "the loop of one is closed, that of the other open"),
    "other users": ({"concurrency": 5}, "the concurrency is 5, that of the baseline 50"),
    "another rate": (
        {"offered_per_s": 200.0},
        "the offered rate per second is 200, that of the baseline 100",
    ),
    "less load": (
        {"duration_s": 120.0},
        "less load: 50 requests per second, 100 in the baseline; 1 in flight on average, 2 in the baseline",
    ),
    "more load": (
        {"duration_s": 30.0, "offered_per_s": None},
        "more load: 200 requests per second, 100 in the baseline; 4 in flight",
    ),
    "no duration": ({"duration_s": None}, "the duration of one is not told, and so neither is its load"),
}


@pytest.mark.parametrize("name", DIFFERENT)
def test_runs_of_different_tests_are_not_compared(name: str) -> None:
    changes, message = DIFFERENT[name]
    same = {"concurrency": 50, "offered_per_s": 100.0}
    base = [told(value, **same) for value in BASE]
    judgement = compared([told(value + 0.1, **{**same, **changes}) for value in BASE], base)
    (finding,) = [one for one in judgement.findings if message in one.message]
    assert finding.reason is Reason.INSUFFICIENT
    assert finding.message.startswith("run 1 and baseline run 1 are not comparable: ")
    assert judgement.outcome is Outcome.UNPROVEN


def test_rates_that_differ_are_another_load_when_nothing_else_is_told() -> None:
    blind = [
        replace(one, latency=replace(one.latency or Latency(count=1, of="all", source="tool"), mean_ms=None))
        for one in runs(*BASE)
    ]
    halved = [replace(one, duration_s=120.0) for one in blind]
    assert "50 requests per second, 100 in the baseline" in compared(halved, blind).summary


def test_a_slow_release_in_a_closed_loop_is_compared_although_it_sends_less() -> None:
    def closed(p95: float, scale: float) -> LoadTest:
        test = told(p95, loop="closed")
        latency = test.latency
        assert latency is not None
        return replace(test, duration_s=60 * scale, latency=replace(latency, mean_ms=20 * scale))

    base = [closed(value, 1 + value / 1e4) for value in BASE]
    assert compared([closed(value * 1.5, 1.5 + value / 1e4) for value in BASE], base).outcome is Outcome.FAIL


def test_one_run_in_two_formats_is_no_two_runs() -> None:
    run = sampled()
    assert run.latency is not None
    mean = run.latency.mean_ms or 0.0
    csv = replace(run, duration_s=61.0, latency=replace(run.latency, mean_ms=mean * (1 + 1e-8)))
    summary = replace(run, latency=replace(run.latency, source="tool", buckets=()))
    others = [sampled(seed=seed) for seed in range(2, 6)]
    for copy in (csv, summary):
        judgement = compared([run, copy], others)
        assert judgement.reason is Reason.MALFORMED
        assert judgement.summary.startswith("run 1 and run 2 are the same run")
    assert compared([run, sampled(seed=9)], others).reason is not Reason.MALFORMED


def test_a_copy_is_no_other_run() -> None:
    base = runs(*BASE)
    judgement = compared([told(98)] * 5, base)
    assert judgement.reason is Reason.MALFORMED
    assert judgement.findings[0].message.startswith(
        "run 1 and run 2 are the same run, and a copy is no other"
    )
    assert "run 1 and baseline run 3 are the same run" in compared([told(99)], base).summary


def test_runs_that_show_nothing_are_named_with_their_side() -> None:
    runs_, base = runs(*(value + 0.1 for value in BASE)), runs(*BASE)
    aborted = compared(runs_, [*base[:4], replace(base[4], complete=False)])
    assert "baseline run 5 of 5: the run was aborted" in aborted.findings[0].message
    assert aborted.outcome is Outcome.UNPROVEN
    failing = replace(told(101), errors=600, requests=6600, duration_s=66.0)
    assert "baseline run: 600 of 6,600 requests failed (9.09%)" in compared(runs_[:1], [failing]).summary


def test_a_percentile_that_the_file_does_not_tell_is_unproven() -> None:
    judgement = compared(runs(*(value + 0.1 for value in BASE)), runs(*BASE), percentiles=["p99.9"])
    assert judgement.outcome is Outcome.UNPROVEN
    few = [
        replace(sampled(seed=seed), requests=10, latency=sampled(requests=10, seed=seed).latency)
        for seed in (1, 2)
    ]
    assert "p95 rests on 10 requests, which are too few" in compared(few[:1], few[1:]).summary


def test_odd_numbers_are_malformed() -> None:
    nan = told(float("nan"))
    assert compared([nan], [told(100)]).reason is Reason.MALFORMED
    assert compared([told(100)], [replace(told(101), duration_s=0.0)]).reason is Reason.MALFORMED


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"confidence": "100%"}, "more than 50% and less than 100%"),
        ({"confidence": "50%"}, "more than 50% and less than 100%"),
        ({"percentiles": ["p95", "p95"]}, "one twice"),
        ({"percentiles": []}, "at least 1 item"),
        ({"percentiles": ["p42"]}, "p42"),
        ({"tolerance": 5}, "percent"),
    ],
)
def test_wrong_parameters_are_refused(params: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        compared([told(1)], [told(2)], **params)


# Worse evidence

VALUES = st.lists(st.floats(90, 112), min_size=5, max_size=7, unique=True)


@given(VALUES, VALUES, st.floats(1.0, 40.0))
@settings(deadline=None, max_examples=80)
def test_a_slower_run_never_helps(values: list[float], base: list[float], by: float) -> None:
    before = compared(runs(*values), [told(value + 0.001) for value in base])
    after = compared(runs(values[0] + by, *values[1:]), [told(value + 0.001) for value in base])
    assert rank(after) >= rank(before)


@given(st.floats(0.8, 1.4), st.floats(1.0, 1.3))
@settings(deadline=None, max_examples=25)
def test_a_slower_single_run_never_helps(scale: float, worse: float) -> None:
    base = [sampled(1, 2, 3000), sampled(1.03, 3, 3000)]
    before = compared([sampled(scale, 1, 3000)], base, tolerance="10%")
    after = compared([sampled(scale * worse, 1, 3000)], base, tolerance="10%")
    assert rank(after) >= rank(before)


# In a policy

POLICY = """
readiness: 1
name: prod
release: {name: shop}
evidence:
  load: {kind: load-test, path: "load/*.json"}
  before: {kind: load-test, path: "baselines/*.json", role: baseline, bind: none}
checks:
  - {use: performance/regression, with: {percentiles: [p50, p95], tolerance: 10%}}
"""


def test_the_slot_takes_the_evidence_of_its_role_and_none_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("load").mkdir()
    Path("policy.yaml").write_text(POLICY)
    assert readiness(["check", "--policy", "policy.yaml", "-o", "json=card.json"]) == 5
    (result,) = json.loads(Path("card.json").read_text())["results"]
    assert (result["outcome"], result["reason"]) == ("unproven", "missing")
    assert {one["evidence"] for one in result["findings"]} == {"load", "before"}
