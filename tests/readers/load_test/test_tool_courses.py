"""The course that each tool's output tells: it is that of the run, or it is not there."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from readiness.evidence.course import Window
from readiness.evidence.load_test import LoadTest
from tests.readers.load_test.changes import GONE, changed, facts, put
from tests.readers.load_test.support import SAMPLES, read, sample

TOLD = (
    "vegeta/results.json",
    "vegeta/results.csv",
    "h2load/h2load.tsv",
    "h2load/failing.tsv",
    "hey/failing.csv",
    "ghz/async.json",
    "ghz/failing.json",
    "ghz/all-failed.json",
    "artillery/failing.json",
    "artillery/refused.json",
    "artillery/version-1.json",
    "artillery/version-1.refused.json",
    "locust/run.json",
    "locust/run_stats_history.csv",
)
UNTOLD = (
    "ab/ab.tsv",
    "ab/ab.txt",
    "oha/oha.json",
    "fortio/healthy.json",
    "vegeta/report.json",
    "autocannon/healthy.json",
    "nighthawk/failing.json",
    "bombardier/healthy.json",
    "locust/run_stats.csv",
)
WITHOUT_LOST = ("h2load", "hey")
ASYNC, FAILING, OLD = "ghz/async.json", "artillery/failing.json", "artillery/version-1.json"


def windows_of(test: LoadTest) -> tuple[Window, ...]:
    assert test.course is not None
    return test.course.windows


@pytest.mark.parametrize("name", TOLD)
def test_the_windows_come_to_the_run(name: str) -> None:
    test = read(SAMPLES / name)
    windows = windows_of(test)
    assert sum(one.requests for one in windows) == test.requests
    if name.startswith(WITHOUT_LOST):
        assert {one.errors for one in windows} == {None}
    else:
        assert sum(one.errors or 0 for one in windows) == test.errors
    sent = [one.sent for one in windows if one.sent is not None]
    assert not sent or sum(sent) == test.requests


@pytest.mark.parametrize("name", TOLD)
def test_the_windows_ascend_within_the_run(name: str) -> None:
    test = read(SAMPLES / name)
    windows = windows_of(test)
    assert all(0 <= one.from_s < one.to_s for one in windows)
    assert all(before.to_s <= after.from_s + 1e-9 for before, after in pairwise(windows))
    assert windows[-1].to_s <= (test.duration_s or 4) + 1e-3


@pytest.mark.parametrize("name", [name for name in TOLD if not name.startswith(("artillery", "locust"))])
def test_latencies_of_the_windows_are_those_of_the_successful_requests(name: str) -> None:
    test = read(SAMPLES / name)
    assert test.course is not None
    counted = sum(one.count for one in test.course.buckets(test.course.windows))
    lost = sum(test.errors_by.values()) if test.errors is None else test.errors
    assert counted == test.requests - lost
    if test.latency is not None and test.latency.max_ms is not None and test.latency.of == "successful":
        assert test.course.edges_ms[-1] == pytest.approx(test.latency.max_ms, rel=0.011)


@pytest.mark.parametrize("name", UNTOLD)
def test_what_has_no_times_has_no_course(name: str) -> None:
    assert read(SAMPLES / name).course is None


def test_latencies_of_hey_are_taken_against_the_release() -> None:
    test = read(SAMPLES / "hey/failing.csv")
    assert test.course is not None
    rows = (SAMPLES / "hey/failing.csv").read_text().splitlines()[1:]
    good = sorted(float(row.split(",")[0]) * 1000 for row in rows if row.split(",")[6] == "200")
    buckets = test.course.buckets(test.course.windows)
    assert buckets[-1].high_ms >= good[-1] + 0.05
    assert buckets[0].high_ms >= good[0] + 0.05


def test_calls_of_ghz_end_at_their_time(tmp_path: Path) -> None:
    data = sample(ASYNC)
    late = max(data["details"], key=lambda one: str(one["timestamp"]))
    windows = windows_of(facts(tmp_path, data))
    seconds = {str(one["timestamp"])[:19] for one in data["details"]}
    assert len(windows) == len(seconds)
    assert windows[-1].requests == sum(
        str(one["timestamp"])[:19] == str(late["timestamp"])[:19] for one in data["details"]
    )


@pytest.mark.parametrize(
    "values",
    [
        {"details.0.timestamp": GONE},
        {"details.0.timestamp": "0001-01-01T00:00:00Z"},
        {"details.0.timestamp": "2026-11-21T05:10:26Z"},
        {"count": 201, "statusCodeDistribution.OK": 200},
    ],
)
def test_calls_of_ghz_without_their_time_have_no_course(tmp_path: Path, values: dict[str, Any]) -> None:
    assert facts(tmp_path, changed(ASYNC, values)).course is None


def test_a_window_of_artillery_has_its_percentiles_as_high_as_the_sketch_allows() -> None:
    told = sample(FAILING)["intermediate"][0]["summaries"]["http.response_time.2xx"]
    first = windows_of(read(SAMPLES / FAILING))[0]
    assert first.percentiles_ms["50"] == pytest.approx((told["p50"] + 0.05) / 0.99)
    assert max(first.percentiles_ms.values()) <= told["max"] + 0.05
    assert (first.from_s, first.sent, first.requests, first.errors) == (0, 42, 42, 1)
    assert first.to_s == pytest.approx(2.073)


def test_percentiles_of_artillery_that_mix_failures_in_are_not_those_of_the_window(tmp_path: Path) -> None:
    data = changed(FAILING, {"intermediate|0|summaries|http.response_time.2xx": GONE})
    first, second = windows_of(facts(tmp_path, data))
    assert first.percentiles_ms == {}
    assert second.percentiles_ms


@pytest.mark.parametrize(("name", "value"), [("count", 40), ("p50", -5), ("p95", 1), ("min", 70)])
def test_percentiles_of_a_period_that_cannot_be_are_none_of_the_window(
    tmp_path: Path, name: str, value: float
) -> None:
    data = changed(FAILING, {f"intermediate|0|summaries|http.response_time.2xx|{name}": value})
    put(data, "intermediate|0|summaries|http.response_time", {"count": 41, "p50": 1})
    assert windows_of(facts(tmp_path, data))[0].percentiles_ms == {}


def test_two_reports_of_one_period_of_artillery_are_one_window(tmp_path: Path) -> None:
    data = sample(FAILING)
    late = {"period": data["intermediate"][0]["period"], "counters": {"http.requests": 2}, "summaries": {}}
    late["counters"] |= {"http.responses": 2, "http.codes.200": 2}
    for name in late["counters"]:
        data["intermediate"][0]["counters"][name] -= 2
    data["intermediate"].append(late)
    first, _ = windows_of(facts(tmp_path, data))
    assert (first.requests, first.sent, first.errors) == (42, 42, 1)
    assert first.percentiles_ms == {}


def test_a_report_of_artillery_that_lost_a_late_period_is_read_without_its_course(tmp_path: Path) -> None:
    data = sample(FAILING)
    del data["intermediate"][1]
    test = facts(tmp_path, data)
    assert (test.requests, test.errors, test.course) == (60, 2, None)


@pytest.mark.parametrize("period", [GONE, "soon", "1795238135000", "1795238230000"])
def test_periods_of_artillery_that_cannot_be_are_no_course(tmp_path: Path, period: object) -> None:
    assert facts(tmp_path, changed(FAILING, {"intermediate.1.period": period})).course is None


def test_a_period_of_artillery_1_with_failures_has_no_latencies(tmp_path: Path) -> None:
    (window,) = windows_of(read(SAMPLES / OLD))
    assert (window.requests, window.errors, window.counts) == (60, 3, ())
    data = changed(OLD, {"aggregate.codes": {"200": 60}, "intermediate.0.codes": {"200": 60}})
    test = facts(tmp_path, data)
    assert sum(windows_of(test)[0].counts) == 60


def test_latencies_of_artillery_before_1_6_are_of_successful_requests(tmp_path: Path) -> None:
    codes = {"200": 2, "503": 1}
    data = changed(
        OLD, {"aggregate.codes": codes, "aggregate.requestsCompleted": 3, "intermediate.0.codes": codes}
    )
    data["aggregate"]["rps"]["count"] = data["intermediate"][0]["rps"]["count"] = 3
    put(
        data,
        "intermediate.0.latencies",
        [[1, "a", 5_000_000, 200], [2, "b", 900_000, 503], [3, "c", 7_000_000, 200]],
    )
    test = facts(tmp_path, data)
    assert test.course is not None
    assert [(one.low_ms, one.count) for one in test.course.buckets(test.course.windows)] == [(5, 1), (7, 1)]


@pytest.mark.parametrize("timestamp", [GONE, "2026-11-21T05:10:00.000Z"])
def test_a_period_of_artillery_1_outside_of_the_run_is_no_course(tmp_path: Path, timestamp: object) -> None:
    assert facts(tmp_path, changed(OLD, {"intermediate.0.timestamp": timestamp})).course is None


def test_locust_counts_by_the_second(tmp_path: Path) -> None:
    data = sample("locust/run.json")
    assert len(windows_of(facts(tmp_path, data))) == 6
    second = next(iter(data[0]["num_reqs_per_sec"]))
    data[0]["num_reqs_per_sec"]["1"] = data[0]["num_reqs_per_sec"].pop(second)
    assert facts(tmp_path, data).course is None
