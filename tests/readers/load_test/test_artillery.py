"""The reports of Artillery 2 and 1."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from readiness.evidence.model import Reason
from readiness.testing import judge_check
from tests.readers.load_test.changes import GONE, changed, facts, refusal
from tests.readers.load_test.support import SAMPLES, item_of, read, read_json
from tests.support import SHARED

FAILING, REFUSED = "artillery/failing.json", "artillery/refused.json"
OLD, OLD_REFUSED = "artillery/version-1.json", "artillery/version-1.refused.json"
SHARED_LOAD = SHARED / "samples/load"


def test_a_report_is_told_by_its_content_and_dated_by_its_end() -> None:
    item, test = item_of(SAMPLES / FAILING), read(SAMPLES / FAILING)
    assert (item.provenance.format, item.provenance.observed_from) == ("artillery", "content")
    assert item.provenance.observed_at == test.ended_at
    assert (test.tool, test.requests, test.loop, test.duration_s) == ("artillery", 60, "open", 2.957)


def test_answers_of_503_are_failures_though_no_user_failed() -> None:
    test = read(SAMPLES / FAILING)
    assert (test.errors, test.errors_by["status"]) == (2, 2)


def test_latencies_are_of_2xx_where_they_have_a_summary_and_are_estimates() -> None:
    latency = read(SAMPLES / FAILING).latency
    assert latency is not None
    assert (latency.of, latency.source, latency.count, latency.max_ms) == ("successful", "sketch", 58, 65)
    assert latency.percentiles_ms["99.9"] == 62.2


def test_without_a_summary_of_2xx_they_are_of_all(tmp_path: Path) -> None:
    latency = facts(tmp_path, changed(FAILING, {"aggregate|summaries|http.response_time.2xx": GONE})).latency
    assert latency is not None
    assert (latency.of, latency.count) == ("all", 60)


def test_endpoints_are_those_of_the_plugin() -> None:
    fast, items = read(SAMPLES / FAILING).operations
    assert (fast.name, fast.requests, fast.errors) == ("fast", 30, 0)
    assert (items.name, items.requests, items.errors) == ("items", 30, 2)
    assert items.latency is not None
    assert items.latency.of == "all"


def test_requests_without_an_answer_are_failures() -> None:
    test = read(SAMPLES / REFUSED)
    assert (test.requests, test.errors, test.latency) == (30, 30, None)
    assert test.errors_by["connection"] == 30


@pytest.mark.parametrize("name", [REFUSED, OLD_REFUSED])
def test_a_run_that_was_refused_passes_nothing(name: str) -> None:
    test = read(SAMPLES / name)
    for check, params in (("latency", {"p99": "100ms"}), ("error-rate", {"max": "5%"})):
        assert judge_check(f"performance/{check}", params, load=(test,)).outcome.value != "pass"


def test_a_capture_that_failed_is_a_failure(tmp_path: Path) -> None:
    data = changed(FAILING, {"aggregate|counters|errors.Failed capture or match": 3})
    data["intermediate"][0]["counters"]["errors.Failed capture or match"] = 3
    test = facts(tmp_path, data)
    assert test.errors == 5
    assert test.errors_by == {"connection": 0, "timeout": 0, "status": 2, "other": 3}


def test_timeouts_are_told_apart(tmp_path: Path) -> None:
    data = changed(REFUSED, {"aggregate|counters|errors.ECONNREFUSED": GONE})
    data["aggregate"]["counters"]["errors.ETIMEDOUT"] = 30
    data["intermediate"] = []
    assert facts(tmp_path, data).errors_by["timeout"] == 30


def test_users_that_were_not_started_are_dropped(tmp_path: Path) -> None:
    assert facts(tmp_path, changed(FAILING, {"aggregate|counters|vusers.skipped": 4})).dropped == 4


@pytest.mark.parametrize(("told", "shown"), [(65.9, 65), (64.9, 64.9)])
def test_an_estimate_just_past_the_max_stands_for_it(tmp_path: Path, told: float, shown: float) -> None:
    data = changed(FAILING, {"aggregate|summaries|http.response_time.2xx|p999": told})
    latency = facts(tmp_path, data).latency
    assert latency is not None
    assert latency.percentiles_ms["99.9"] == shown


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (
            {"intermediate": [], "aggregate|counters|http.codes.200": 57},
            "60 requests have 60 answers, and 59 by their statuses",
        ),
        ({"intermediate": [], "aggregate|counters|http.requests": 59}, "59 requests have 60 answers"),
        ({"aggregate|counters|http.requests": 59}, "http.requests is 59, and 60 by its periods"),
        ({"aggregate|counters|http.codes.503": 1}, "http.codes.503 is 1, and 2 by its periods"),
        ({"aggregate|counters|http.requests": 60.5}, "60.5, which is no count"),
        ({"aggregate|counters|http.requests": -60}, "which is no count"),
        ({"aggregate|summaries|http.response_time.2xx|p95": 90}, "p95 of the run is 90 ms"),
        ({"aggregate|summaries|http.response_time.2xx|mean": 66}, "the mean of the run is 66 ms"),
        ({"aggregate|summaries|http.response_time.2xx|max": "65"}, "got `str`"),
        ({"aggregate|lastMetricAt": 1}, "the last metric is before the first"),
        ({"aggregate|lastMetricAt": 10**15}, "is no time in milliseconds"),
        (
            {
                "aggregate|summaries|http.response_time.2xx": GONE,
                "aggregate|summaries|http.response_time|count": 59,
            },
            "there are 59 latencies of 60 answers",
        ),
    ],
)
def test_numbers_that_cannot_all_be_true_are_malformed(
    tmp_path: Path, values: dict[str, Any], message: str
) -> None:
    assert message in refusal(tmp_path, changed(FAILING, values))


def test_a_run_of_another_protocol_is_missing(tmp_path: Path) -> None:
    data = {"aggregate": {"counters": {"socketio.emit": 5}, "summaries": {}}, "intermediate": []}
    assert read_json(tmp_path, data).reason is Reason.MISSING


def test_a_report_of_version_1_holds_every_latency() -> None:
    item, test = item_of(SAMPLES / OLD), read(SAMPLES / OLD)
    assert item.provenance.format == "artillery-1"
    assert (test.requests, test.errors, test.loop) == (60, 3, "open")
    assert test.duration_s == pytest.approx(60 / 17.65)
    assert test.latency is not None
    assert (test.latency.source, test.latency.of, test.latency.count) == ("raw", "all", 60)
    assert (test.latency.max_ms, sum(one.count for one in test.latency.buckets)) == (64, 60)


def test_version_1_counts_what_was_refused() -> None:
    test = read(SAMPLES / OLD_REFUSED)
    assert (test.requests, test.errors, test.latency) == (30, 30, None)


def test_version_1_without_its_periods_has_a_summary(tmp_path: Path) -> None:
    latency = facts(tmp_path, changed(OLD, {"intermediate": []})).latency
    assert latency is not None
    assert (latency.source, latency.percentiles_ms) == ("tool", {"50": 5, "95": 36, "99": 63.7})


def test_latencies_before_1_6_tell_their_status(tmp_path: Path) -> None:
    data = changed(OLD, {"aggregate.codes": {"200": 2, "503": 1}, "aggregate.requestsCompleted": 3})
    data["aggregate"]["rps"]["count"] = 3
    entries = [[1, "a", 5_000_000, 200], [2, "b", 900_000, 503], [3, "c", 7_000_000, 200]]
    data["intermediate"][0]["latencies"] = entries
    latency = facts(tmp_path, data).latency
    assert latency is not None
    assert (latency.of, latency.count, latency.min_ms) == ("successful", 2, 5)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"aggregate.codes.200": 56}, "60 requests were answered, and 59 by their statuses"),
        ({"aggregate.rps.count": -1}, "Expected `int` >= 0"),
        ({"intermediate.0.latencies.0": -5}, "there is a latency of -5e-06 ms"),
        ({"intermediate.0.latencies.0": [1, "a", 5, 200]}, "it is no latency of Artillery 1"),
        ({"intermediate.0.latencies": [1]}, "there are 1 latencies of 60 answers"),
        ({"aggregate.timestamp": "x"}, "'x' is not a time"),
    ],
)
def test_numbers_of_version_1_that_cannot_all_be_true_are_malformed(
    tmp_path: Path, values: dict[str, Any], message: str
) -> None:
    assert message in refusal(tmp_path, changed(OLD, values))


@pytest.mark.skipif(not SHARED_LOAD.is_dir(), reason="the samples are not part of the repository")
def test_artillery_agrees_with_the_server() -> None:
    told = json.loads((SHARED_LOAD / "artillery/healthy.truth.json").read_text())
    test = read(SHARED_LOAD / "artillery/healthy.json")
    assert {one.name: one.requests for one in test.operations} == {
        name.removeprefix("/"): told[name]["count"] for name in ("/items", "/fast")
    }
    assert test.errors == 0
