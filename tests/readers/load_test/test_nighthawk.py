"""The output of Nighthawk."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from readiness.evidence.model import Reason
from tests.readers.load_test.changes import GONE, changed, facts, refusal
from tests.readers.load_test.support import SAMPLES, item_of, read, read_json
from tests.support import SHARED

HEALTHY, FAILING = "nighthawk/healthy.json", "nighthawk/failing.json"
ALL = "results.0.statistics.1"
PUBLIC = SHARED / "samples/load/public/nighthawk"


def test_only_the_global_result_counts_and_dates_the_run() -> None:
    item, test = item_of(SAMPLES / HEALTHY), read(SAMPLES / HEALTHY)
    assert (item.provenance.format, item.provenance.observed_from) == ("nighthawk", "content")
    assert item.provenance.observed_at == test.ended_at
    assert (test.tool, test.requests, test.errors, test.loop) == ("nighthawk", 1002, 0, "closed")
    # Rate and connections are those of one worker.
    assert (test.offered_per_s, test.concurrency) == (200, 8)


def test_percentiles_with_their_counts_are_buckets() -> None:
    latency = read(SAMPLES / HEALTHY).latency
    assert latency is not None
    assert (latency.source, latency.of, latency.count) == ("histogram", "successful", 1000)
    assert sum(one.count for one in latency.buckets) == 1000
    assert (latency.buckets[0].low_ms, latency.buckets[1].low_ms) == (5.012224, 5.012479)
    assert (latency.min_ms, latency.max_ms) == (5.012224, 61.000191)


def test_a_percentile_that_is_not_on_the_grid_is_the_next_one_on_it() -> None:
    latency = read(SAMPLES / HEALTHY).latency
    assert latency is not None
    # 98.75% took at most 60.01 ms, and 99.375% at most 60.4 ms.
    assert latency.percentiles_ms["99"] == 60.400639


def test_failures_are_statuses_resets_and_connections() -> None:
    test = read(SAMPLES / FAILING)
    assert (test.requests, test.errors, test.dropped, test.loop) == (505, 24, 5, "open")
    assert test.errors_by == {"connection": 1, "status": 20, "other": 3}


def test_latencies_of_2xx_are_taken_where_answers_failed(tmp_path: Path) -> None:
    latency = read(SAMPLES / FAILING).latency
    assert latency is not None
    assert (latency.of, latency.count) == ("successful", 480)
    old = facts(tmp_path, changed(FAILING, {"results.0.statistics.5": GONE})).latency
    assert old is not None
    assert (old.of, old.count) == ("all", 500)


def test_without_a_least_latency_the_first_bucket_begins_at_0(tmp_path: Path) -> None:
    latency = facts(tmp_path, changed(FAILING, {"results.0.statistics.5.min": GONE})).latency
    assert latency is not None
    assert (latency.min_ms, latency.buckets[0].low_ms) == (None, 0)


def test_a_run_that_a_failure_predicate_ended_is_not_complete(tmp_path: Path) -> None:
    data = changed(FAILING, {"results.0.counters.0.name": "sequencer.failed_terminations"})
    data["results"][0]["counters"].append({"name": "benchmark.http_2xx", "value": "481"})
    assert not facts(tmp_path, data).complete


def test_an_older_output_is_dated_by_its_start(tmp_path: Path) -> None:
    data = changed(FAILING, {"results.0.execution_start": GONE})
    item = read_json(tmp_path, data)
    assert f"{item.provenance.observed_at:%T.%f}" == "03:00:00.090000"


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({f"{ALL}.count": "501"}, "has 501 latencies, and not by its percentiles"),
        ({f"{ALL}.count": "-500"}, "'-500' is no count"),
        ({f"{ALL}.count": 500.0}, "got `float`"),
        ({f"{ALL}.percentiles.3.count": "1"}, "do not ascend"),
        ({f"{ALL}.percentiles.3.duration": "0.001s"}, "do not ascend"),
        ({f"{ALL}.percentiles.3.duration": "0.007"}, "'0.007' is not a duration"),
        ({f"{ALL}.percentiles.3.duration": "-0.007s"}, "'-0.007s' is not a duration"),
        ({f"{ALL}.mean": "0.070s"}, "the mean of the run is 70 ms"),
        ({f"{ALL}.id": "benchmark_http_client.latency_2xx"}, "latency_2xx stands twice"),
        ({"results.0.counters.1.name": "benchmark.http_2xx"}, "a counter stands twice"),
        ({"results.0.counters.0.value": "400"}, "the run has 480 latencies of 424 requests"),
        ({"results.0.name": "worker_0"}, "0 results named global"),
        ({"results.0.execution_duration": "5"}, "'5' is not a duration"),
        ({"timestamp": "yesterday"}, "'yesterday' is not a time"),
    ],
)
def test_numbers_that_cannot_all_be_true_are_malformed(
    tmp_path: Path, values: dict[str, Any], message: str
) -> None:
    values = dict(values)
    if ALL in next(iter(values)) and "id" not in next(iter(values)):
        values["results.0.statistics.5"] = GONE
    assert message in refusal(tmp_path, changed(FAILING, values))


@pytest.mark.skipif(not PUBLIC.is_dir(), reason="the samples are not part of the repository")
@pytest.mark.parametrize("name", ["output_formatter", "percentile-column-overflow"])
def test_outputs_without_requests_are_missing(name: str) -> None:
    item = item_of(PUBLIC / f"{name}.json")
    assert (item.provenance.format, item.reason) == ("nighthawk", Reason.MISSING)
