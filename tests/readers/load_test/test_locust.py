"""The statistics of Locust."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readiness.evidence.load_test import LoadTest
from readiness.evidence.model import Reason, Unproven
from readiness.readers.load_test.locust import rounded_from
from tests.readers.load_test.support import SAMPLES, item_of, read, read_json, sample


def shown(ms: float) -> int:
    """As Locust rounds a response time (locust.stats.bucket_response_time)."""
    step = 0 if ms < 100 else -1 if ms < 1_000 else -2 if ms < 10_000 else -3
    return int(round(ms, step))


@given(st.floats(0, 10**6))
@settings(deadline=None, max_examples=120)
def test_a_latency_lies_within_what_its_rounding_stands_for(ms: float) -> None:
    low, high = rounded_from(shown(ms))
    assert low <= ms <= high


@pytest.mark.parametrize(("ms", "interval"), [(0, (0, 0.5)), (47, (46.5, 47.5)), (150, (145, 155))])
def test_the_interval_is_no_wider_than_the_rounding(ms: int, interval: tuple[float, float]) -> None:
    assert rounded_from(ms) == interval


@pytest.mark.parametrize(
    ("ms", "interval"), [(100, (99.5, 105)), (1_000, (995, 1_050)), (10_000, (9_950, 10_500))]
)
def test_where_the_step_changes_the_interval_has_half_of_each(ms: int, interval: tuple[float, float]) -> None:
    assert rounded_from(ms) == interval


def test_a_rounding_that_is_not_locusts_is_refused() -> None:
    with pytest.raises(Unproven, match="147 ms is not how Locust rounds"):
        rounded_from(147)


def test_statistics_are_told_by_their_content_and_read() -> None:
    item = item_of(SAMPLES / "locust.json")
    test = read(SAMPLES / "locust.json")
    assert item.provenance.format == "locust"
    assert item.provenance.observed_from == "content"
    assert item.provenance.observed_at == test.ended_at
    assert (test.tool, test.requests, test.errors, test.loop) == ("locust", 571, 32, "closed")
    assert test.duration_s == pytest.approx(5.728, abs=0.001)
    assert [(one.name, one.requests, one.errors) for one in test.operations] == [
        ("GET /fast", 182, 0),
        ("GET /items/[id]", 389, 32),
    ]


def test_latencies_include_failures_and_the_buckets_say_what_is_known() -> None:
    latency = read(SAMPLES / "locust.json").latency
    assert latency is not None
    assert (latency.of, latency.source, latency.count) == ("all", "histogram", 571)
    assert sum(one.count for one in latency.buckets) == 571
    assert latency.buckets[0].low_ms == latency.min_ms
    assert latency.buckets[-1].high_ms == latency.max_ms
    fast = read(SAMPLES / "locust.json").operations[0].latency
    assert fast is not None
    assert fast.of == "successful"


def changed(**values: Any) -> Any:
    data = sample("locust.json")
    data[0].update(values)
    return data


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"num_requests": 183}, "GET /fast has 183 requests and 182 response times"),
        ({"num_requests": True}, "got `bool`"),
        ({"num_failures": -1}, "a negative count"),
        ({"num_failures": 1}, "GET /fast has 1 failures, and 0 by the second"),
        ({"num_reqs_per_sec": {"1795233915": 17}}, "GET /fast has 182 requests, and 17 by the second"),
        ({"total_response_time": 20.0}, "the response times of GET /fast come to 20 ms, not"),
        ({"max_response_time": 9.0}, "outside of min 0.305043 and max 9 ms"),
        ({"min_response_time": None}, "GET /fast has response times and no least one"),
        ({"response_times": {"2": 181, "fast": 1}}, "a response time that is no number of ms"),
        ({"response_times": {"2": 181, "147": 1}}, "147 ms is not how Locust rounds"),
        ({"start_time": 1e300}, "is not a time in seconds"),
        ({"name": "/items/[id]"}, "GET /items/[id] stands twice"),
    ],
)
def test_numbers_that_cannot_all_be_true_are_malformed(
    tmp_path: Path, values: dict[str, Any], message: str
) -> None:
    item = read_json(tmp_path, changed(**values))
    assert item.reason is Reason.MALFORMED
    assert message in item.message


def test_an_end_before_the_start_is_malformed(tmp_path: Path) -> None:
    data = [one | {"last_request_timestamp": 1.0} for one in sample("locust.json")]
    assert "the last request is before the start" in read_json(tmp_path, data).message


def test_failures_without_requests_are_malformed(tmp_path: Path) -> None:
    data = sample("locust.json")
    data[0] |= {
        "num_requests": 0,
        "num_failures": 3,
        "response_times": {},
        "num_reqs_per_sec": {},
        "num_fail_per_sec": {"1795233915": 3},
    }
    assert "GET /fast has 3 failed of 0 requests" in read_json(tmp_path, data).message


def test_requests_without_a_time_are_no_latencies(tmp_path: Path) -> None:
    data = sample("locust.json")
    data[0]["num_requests"] += 1
    data[0]["num_none_requests"] += 1
    data[0]["num_reqs_per_sec"]["1795233915"] += 1
    item = read_json(tmp_path, data)
    assert isinstance(item.facts, LoadTest)
    assert item.facts.requests == 572
    assert item.facts.latency is not None
    assert item.facts.latency.count == 571


def test_a_run_without_requests_is_missing(tmp_path: Path) -> None:
    nothing = {
        "num_requests": 0,
        "num_failures": 0,
        "response_times": {},
        "num_reqs_per_sec": {},
        "num_fail_per_sec": {},
        "last_request_timestamp": None,
    }
    item = read_json(tmp_path, [one | nothing for one in sample("locust.json")])
    assert item.reason is Reason.MISSING
