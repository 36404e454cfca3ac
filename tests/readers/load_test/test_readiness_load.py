"""`readiness/load/1`, and its documentation."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from readiness.evidence.load_test import LoadTest
from readiness.evidence.model import Reason
from readiness.testing import judge_check
from tests.readers.load_test.changes import GONE, facts, refusal
from tests.readers.load_test.own import DOCUMENT, bucket, changed, example, of, one
from tests.readers.load_test.support import read_json

FEW = settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])


def test_the_example_of_the_documentation_is_read(tmp_path: Path) -> None:
    item = read_json(tmp_path, example())
    test = item.facts
    assert isinstance(test, LoadTest), item.message
    assert (item.provenance.format, item.provenance.observed_at) == ("readiness-load", test.ended_at)
    assert (test.tool, test.requests, test.errors, test.duration_s) == ("shop-tester 2.1", 12, 2, 300)
    assert (test.loop, test.offered_per_s, test.concurrency, test.dropped) == ("open", 0.04, 8, 0)
    assert test.errors_by == {"status": 1, "timeout": 1}


def test_every_key_of_the_documentation_is_known_and_every_key_is_documented(tmp_path: Path) -> None:
    data = {**example(), "complete": False}
    parts = [
        *data["operations"],
        *data["course"],
        *data["series"],
        *data["memory"],
        *data["series"][0]["points"],
    ]
    keys = {*data, *(key for part in parts for key in part)}
    text = DOCUMENT.read_text()
    assert not [key for key in keys if f"`{key}`" not in text]
    assert not facts(tmp_path, data).complete


def test_each_operation_has_latencies_of_its_own_form(tmp_path: Path) -> None:
    health, orders, post = facts(tmp_path, example()).operations
    assert health.latency is not None
    assert (health.latency.source, health.latency.max_ms, health.latency.mean_ms) == ("tool", 2.0, 1.3)
    assert health.latency.percentiles_ms == {"50": 1.1, "95": 1.9, "99": 2.0}
    assert orders.latency is not None
    assert (orders.latency.source, orders.latency.count, orders.latency.max_ms) == ("raw", 3, 48)
    assert post.latency is not None
    assert (post.latency.source, post.latency.count, post.latency.max_ms) == ("histogram", 4, None)
    assert [(each.low_ms, each.high_ms, each.count) for each in post.latency.buckets] == [
        (20, 25, 3),
        (45, 50, 1),
    ]


def test_percentiles_of_several_operations_are_not_pooled(tmp_path: Path) -> None:
    test = facts(tmp_path, example())
    assert test.latency is not None
    assert test.latency.percentiles_ms == {}
    assert (test.latency.count, test.latency.min_ms, test.latency.max_ms) == (10, 0.9, 50)
    assert test.latency.mean_ms is None
    assert "samples_ms" in test.more_detail
    judged = judge_check("performance/latency", {"p95": "49ms", "max-errors": "20%"}, load=(test,))
    assert judged.outcome.value == "unproven"


def test_means_are_pooled_by_their_counts(tmp_path: Path) -> None:
    slow = one("b", 1, percentiles_ms={}, min_ms=10, mean_ms=10, max_ms=10)
    latency = facts(tmp_path, of(one(percentiles_ms={}, min_ms=1, mean_ms=2, max_ms=4), slow)).latency
    assert latency is not None
    assert (latency.min_ms, latency.mean_ms, latency.max_ms) == (1, 4, 10)


def test_percentiles_of_the_only_operation_are_those_of_the_run(tmp_path: Path) -> None:
    test = facts(tmp_path, of(one(percentiles_ms={"99.9": 5.0}, max_ms=6)))
    assert test.latency is not None
    assert test.latency.percentiles_ms == {"99.9": 5.0}


def test_samples_of_all_operations_are_pooled(tmp_path: Path) -> None:
    latency = facts(tmp_path, of(one(samples_ms=[3.0, 1.0, 2.0]), one("b", 1, samples_ms=[9.0]))).latency
    assert latency is not None
    assert (latency.source, latency.count, latency.max_ms, latency.mean_ms) == ("raw", 4, 9, 3.75)


def test_samples_and_histograms_are_pooled_by_counts(tmp_path: Path) -> None:
    latency = facts(
        tmp_path, of(one(samples_ms=[3.0, 1.0, 12.0]), one("b", histogram=[bucket(2, 5, 3)]))
    ).latency
    assert latency is not None
    assert latency.source == "histogram"
    # What lies within a bucket of the other is one with it: nothing is known between its edges.
    assert [(each.low_ms, each.high_ms, each.count) for each in latency.buckets] == [
        (1, 1, 1),
        (2, 5, 4),
        (12, 12, 1),
    ]


@given(
    st.lists(
        st.lists(st.integers(0, 20), min_size=2, max_size=8, unique=True).map(sorted), min_size=2, max_size=4
    ),
    st.integers(0, 21),
)
@FEW
def test_pooled_buckets_never_tell_more_than_those_of_the_operations(
    tmp_path: Path, edges: list[list[int]], limit: int
) -> None:
    made = [[bucket(low + 1, high + 1, 2) for low, high in pairwise(each)] for each in edges]
    counts = [sum(int(part["count"]) for part in each) for each in made]
    operations = [one(str(n), counts[n], histogram=each) for n, each in enumerate(made)]
    test = facts(tmp_path, of(*operations))
    assert test.latency is not None
    assert test.latency.count == sum(counts)
    over = sum(int(part["count"]) for each in made for part in each if part["low_ms"] > limit)
    could = sum(int(part["count"]) for each in made for part in each if part["high_ms"] > limit)
    assert sum(each.count for each in test.latency.buckets if each.low_ms > limit) <= over
    assert sum(each.count for each in test.latency.buckets if each.high_ms > limit) >= could
    highs = [each.high_ms for each in test.latency.buckets]
    assert highs == sorted(highs)


def test_a_run_whose_requests_all_failed_has_no_latencies(tmp_path: Path) -> None:
    test = facts(tmp_path, of(one(errors=3, samples_ms=[]), one("b", errors=3, percentiles_ms={})))
    assert (test.errors, test.latency) == (6, None)


def test_a_run_without_operations_is_missing(tmp_path: Path) -> None:
    assert read_json(tmp_path, of()).reason is Reason.MISSING


@pytest.mark.parametrize(
    ("operation", "message"),
    [
        (one(), "a has none of samples_ms, histogram, percentiles_ms, where one is meant"),
        (
            one(samples_ms=[1, 2, 3], percentiles_ms={}),
            "a has samples_ms and percentiles_ms, where one is meant",
        ),
        (one(samples_ms=[1, 2, 3], max_ms=3), "min_ms, mean_ms and max_ms go with percentiles_ms"),
        (one(samples_ms=[1, 2]), "3 requests, 0 errors and 2 samples"),
        (one(samples_ms=[1, 2, 0]), "a sample that is no time in ms"),
        (one(samples_ms=[1, 2, -1]), "a sample that is no time in ms"),
        (one(samples_ms=[1, 2, 10**300]), "a sample that is no time in ms"),
        (one(samples_ms=[1, 2, True]), "got `bool`"),
        (one(errors=4, samples_ms=[]), "a has 4 failed of 3 requests"),
        (one(errors=-1, samples_ms=[]), "Expected `int` >= 0"),
        (one(histogram=[bucket(1, 2, 2)]), "3 requests, 0 errors and 2 latencies in its histogram"),
        (one(histogram=[bucket(2, 1, 3)]), "a bucket that ends before it begins"),
        (one(histogram=[bucket(1, 3, 2), bucket(2, 4, 1)]), "the buckets of a overlap"),
        (one(histogram=[bucket(5, 6, 2), bucket(1, 2, 1)]), "the buckets of a overlap, or do not ascend"),
        (one(histogram=[bucket(-1, 2, 3)]), "Expected `float` >= 0"),
        (one(histogram=[bucket(1, 2, 4), bucket(3, 4, -1)]), "Expected `int` >= 0"),
        (one(histogram=[bucket(0, 0, 3)]), "every latency of a is 0"),
        (one(percentiles_ms={}), "no latency above 0"),
        (one(percentiles_ms={"50": 0, "99": 0}), "no latency above 0"),
        (one(percentiles_ms={"p99": 1}), "a has the percentile 'p99'"),
        (one(percentiles_ms={"100": 1}), "a has the percentile '100'"),
        (one(percentiles_ms={"0": 1}), "a has the percentile '0'"),
        (one(percentiles_ms={"99.90": 1}), "a has the percentile '99.90'"),
        (one(percentiles_ms={"50": 3, "99": 2}), "p50 of the run is 3 ms, and p99 is 2 ms"),
        (one(percentiles_ms={"50": 3}, max_ms=2), "p50 of the run is 3 ms, and max is 2 ms"),
        (one(percentiles_ms={"50": 3}, min_ms=2, mean_ms=1), "the mean of the run is 1 ms"),
        (one(samples_ms=[1, 2, 3], p99=3), "unknown field `p99`"),
    ],
)
def test_an_operation_that_cannot_be_is_malformed(
    tmp_path: Path, operation: dict[str, Any], message: str
) -> None:
    assert message in refusal(tmp_path, of(operation))


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"started_at": "2026-11-21T03:00:00"}, "a time is without an offset"),
        ({"memory__0__at": "2026-11-21T03:00:00"}, "a time is without an offset"),
        ({"memory__0__bytes": -1}, "Expected `int` >= 0"),
        ({"memory__0__bytes": 10**400}, "it is no readiness/load/1"),
        ({"memory__1__at": "2026-11-21T03:00:00Z"}, "the times of the series memory do not ascend"),
        ({"memory__1__at": "2026-11-21T03:05:01Z"}, "the series memory has points before or after the run"),
        ({"memory__0__at": "2026-11-21T02:59:59Z"}, "the series memory has points before or after the run"),
        ({"series__0__points__1__at": "2026-11-21T03:05:00"}, "a time is without an offset"),
        ({"series__0__points__1__value": 10**400}, "it is no readiness/load/1"),
        ({"series__0__points": []}, "the series queue_length has no points"),
        ({"series__0__name": ""}, "a name, unit or label of a series is empty"),
        ({"series__0__labels": {"a": "b" * 201}}, "or longer than 200 characters"),
        ({"series__0__name": "memory", "series__0__labels": {}}, "the series memory stands twice"),
        ({"series__0__points__0__weight": 1}, "unknown field `weight`"),
        ({"ended_at": "2026-11-21T03:00:00Z"}, "the run ends before it starts"),
        ({"errors_by": {"status": 1}}, "2 requests failed, and 1 by `errors_by`"),
        ({"errors_by": {"weather": 2}}, "Invalid enum value 'weather'"),
        ({"operations__1__name": "GET /orders"}, "GET /orders stands twice"),
        ({"concurrency": 0}, "Expected `int` >= 1"),
        ({"offered_per_s": -1}, "Expected `float` >= 0"),
        ({"loop": "half-open"}, "Invalid enum value 'half-open'"),
        ({"users": 3}, "unknown field `users`"),
        ({"tool": GONE}, "missing required field `tool`"),
    ],
)
def test_a_run_that_cannot_be_is_malformed(tmp_path: Path, values: dict[str, Any], message: str) -> None:
    assert message in refusal(tmp_path, changed(**values))
