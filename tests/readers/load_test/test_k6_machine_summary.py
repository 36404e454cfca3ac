"""The machine-readable summary of k6."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from readiness.evidence.model import Reason
from readiness.testing import judge_check
from tests.readers.load_test.changes import GONE, changed, facts, refusal
from tests.readers.load_test.support import SAMPLES, item_of, read, read_json, sample

EXPORTED, HANDLED = "k6/machine.json", "k6/machine.handled.json"
GOOD = "http_req_duration{expected_response:true}"


def with_metric(name: str, values: dict[str, Any]) -> Any:
    """The summary with values of one metric changed."""
    data = sample(EXPORTED)
    (metric,) = [one for one in data["results"]["metrics"] if one["name"] == name]
    metric["values"].update(values)
    return data


@pytest.mark.parametrize("name", [EXPORTED, HANDLED])
def test_a_summary_is_told_by_its_content_and_dated(name: str) -> None:
    item, test = item_of(SAMPLES / name), read(SAMPLES / name)
    assert (item.provenance.format, item.provenance.observed_from) == ("k6-machine-summary", "content")
    assert (test.tool, test.corrected, dict(test.thresholds)) == ("k6", False, {})


def test_matches_are_requests_that_failed_and_the_duration_is_in_seconds() -> None:
    test = read(SAMPLES / EXPORTED)
    assert (test.requests, test.errors) == (62, 4)
    assert test.duration_s == 2.05180242


def test_latencies_are_of_successful_requests_and_have_no_p99() -> None:
    latency = read(SAMPLES / HANDLED).latency
    assert latency is not None
    assert (latency.of, latency.source, latency.count) == ("successful", "tool", 36)
    assert sorted(latency.percentiles_ms) == ["50", "90", "95"]
    assert "k6 run --out json" in read(SAMPLES / HANDLED).more_detail


def test_dropped_iterations_are_told() -> None:
    assert read(SAMPLES / HANDLED).dropped == 176


def test_endpoints_are_those_with_submetrics() -> None:
    (items,) = read(SAMPLES / EXPORTED).operations
    assert (items.name, items.requests, items.errors) == ("items", 41, None)


def test_refused_connections_are_failures_without_latencies() -> None:
    test = read(SAMPLES / "k6/refused.machine.json")
    assert (test.requests, test.errors, test.latency) == (21, 21, None)
    assert judge_check("performance/latency", {"p95": "1s"}, load=(test,)).outcome.value == "unproven"


def test_another_version_of_the_summary_is_refused(tmp_path: Path) -> None:
    assert "its version is 2.0.0, and 1 is known" in refusal(
        tmp_path, changed(EXPORTED, {"version": "2.0.0"})
    )


def test_the_names_of_k6_2_are_known(tmp_path: Path) -> None:
    metadata = {"k6Version": "2.2.0", "generatedAt": "2026-11-21T05:17:22.958771841Z"}
    item = read_json(tmp_path, changed(EXPORTED, {"metadata": metadata}))
    assert (item.provenance.format, item.provenance.observed_from) == ("k6-machine-summary", "content")
    assert item.facts == read(SAMPLES / EXPORTED)


def test_a_minor_version_is_read(tmp_path: Path) -> None:
    assert facts(tmp_path, changed(EXPORTED, {"version": "1.7.0"})).requests == 62


def test_a_run_without_requests_is_missing(tmp_path: Path) -> None:
    item = read_json(tmp_path, changed(EXPORTED, {"results.metrics": []}))
    assert item.reason is Reason.MISSING


@pytest.mark.parametrize(
    ("name", "values", "message"),
    [
        ("http_reqs", {"count": 61}, "counts 62 requests, http_reqs 61"),
        ("http_reqs", {"count": -1}, "-1, which is no count"),
        ("http_reqs", {"count": True}, "got `bool`"),
        ("http_req_failed", {"matches": 0}, "and the rate of http_req_failed is"),
        ("http_req_failed", {"total": 3}, "-1, which is no count"),
        (GOOD, {"p95": 61}, "p95 of the run is 61 ms"),
        (GOOD, {"med": 60}, "p50 of the run is 60 ms"),
        (GOOD, {"avg": 61}, "the mean of the run is 61 ms"),
        (GOOD, {"max": 70}, "the max of"),
        (GOOD, {"max": None}, "got `null`"),
    ],
)
def test_numbers_that_cannot_all_be_true_are_malformed(
    tmp_path: Path, name: str, values: dict[str, Any], message: str
) -> None:
    assert message in refusal(tmp_path, with_metric(name, values))


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"config.duration": 0}, "the run lasted 0 s"),
        ({"config.duration": "2s"}, "got `str`"),
        ({"metadata.generated_at": "late"}, "'late' is not a time"),
        ({"metadata.generated_at": GONE}, "missing required field `generated_at`"),
        ({"results.metrics.1.name": "http_reqs"}, "http_reqs stands twice"),
    ],
)
def test_a_summary_that_is_none_is_malformed(tmp_path: Path, values: dict[str, Any], message: str) -> None:
    assert message in refusal(tmp_path, changed(EXPORTED, values))
