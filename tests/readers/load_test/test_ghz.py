"""The reports of ghz."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from readiness.testing import judge_check
from tests.readers.load_test.changes import GONE, changed, facts, refusal
from tests.readers.load_test.support import SAMPLES, item_of, read
from tests.support import SHARED

HEALTHY, FAILING, COUNTED = "ghz/healthy.json", "ghz/failing.json", "ghz/count-errors.json"
PUBLIC = SHARED / "samples/load/public/ghz/pretty.json"


def test_a_report_is_told_by_its_content_and_its_date_is_the_end() -> None:
    item, test = item_of(SAMPLES / HEALTHY), read(SAMPLES / HEALTHY)
    assert (item.provenance.format, item.provenance.observed_from) == ("ghz", "content")
    assert f"{item.provenance.observed_at:%FT%TZ}" == "2026-11-21T05:16:26Z"
    assert (test.tool, test.requests, test.errors, test.loop) == ("ghz", 200, 0, "closed")
    assert (test.concurrency, test.more_detail) == (4, "")
    assert test.duration_s == pytest.approx(0.021771951)


def test_details_are_every_call_in_nanoseconds() -> None:
    latency = read(SAMPLES / HEALTHY).latency
    assert latency is not None
    assert (latency.source, latency.of, latency.count) == ("raw", "successful", 200)
    assert (latency.min_ms, latency.max_ms) == (0.112357, 1.862913)
    assert latency.percentiles_ms["50"] == 0.287767


def test_calls_fail_by_their_status() -> None:
    test = read(SAMPLES / FAILING)
    assert (test.errors, test.errors_by) == (55, {"timeout": 55, "other": 0})
    assert test.latency is not None
    assert test.latency.count == 145
    (call,) = test.operations
    assert (call.name, call.requests, call.errors) == ("fgrpc.PingServer.Ping", 200, 55)


def test_failed_calls_that_ghz_counts_in_are_no_latencies_all_the_same() -> None:
    latency = read(SAMPLES / COUNTED).latency
    assert latency is not None
    assert (latency.of, latency.count) == ("successful", 148)


def test_without_details_there_are_its_own_percentiles(tmp_path: Path) -> None:
    test = facts(tmp_path, changed(FAILING, {"details": GONE}))
    assert test.latency is not None
    assert (test.latency.source, test.latency.of, test.latency.count) == ("tool", "successful", 145)
    # The average is of all calls.
    assert (test.latency.mean_ms, test.latency.max_ms) == (None, 15.358609)
    assert test.latency.percentiles_ms["95"] == 14.682035
    assert "details" in test.more_detail


def test_without_details_count_errors_mixes_failed_calls_in(tmp_path: Path) -> None:
    latency = facts(tmp_path, changed(COUNTED, {"details": GONE})).latency
    assert latency is not None
    assert (latency.of, latency.count, latency.mean_ms) == ("all", 200, 10.259623)


def test_percentiles_of_the_first_million_are_not_those_of_more_calls(tmp_path: Path) -> None:
    values = {"details": GONE, "count": 1_000_001, "statusCodeDistribution": {"OK": 1_000_001}}
    test = facts(tmp_path, changed(HEALTHY, values))
    assert (test.requests, test.latency) == (1_000_001, None)


def test_calls_past_the_details_are_hidden(tmp_path: Path) -> None:
    values = {"count": 1_000_000, "statusCodeDistribution": {"OK": 1_000_000}}
    test = facts(tmp_path, changed(HEALTHY, values))
    assert test.latency is not None
    assert (test.requests, test.latency.count) == (1_000_000, 200)
    assert judge_check("performance/latency", {"p99": "1s"}, load=(test,)).outcome.value == "unproven"


def test_when_every_call_failed_there_are_no_latencies() -> None:
    test = read(SAMPLES / "ghz/all-failed.json")
    assert (test.requests, test.errors, test.latency) == (20, 20, None)
    assert judge_check("performance/latency", {"p99": "1s"}, load=(test,)).outcome.value == "unproven"


def test_asynchronous_calls_are_an_open_loop_at_a_rate() -> None:
    test = read(SAMPLES / "ghz/async.json")
    assert (test.loop, test.offered_per_s, test.errors_by["connection"]) == ("open", 100, 1)
    assert test.complete


def test_a_run_that_was_cancelled_is_not_complete(tmp_path: Path) -> None:
    assert not facts(tmp_path, changed(HEALTHY, {"endReason": "cancel"})).complete


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"count": 199}, "199 calls have 200 statuses and 0 errors"),
        (
            {"statusCodeDistribution": {"OK": 145, "Unavailable": 55}, "details.0.status": "Aborted"},
            "by their details",
        ),
        ({"details.0.latency": -1}, "Expected `int` >= 0"),
        ({"details.0.latency": 1.5}, "got `float`"),
        ({"details.0.latency": 10**30}, "Expected `int` <= 1000000000000000000"),
        ({"statusCodeDistribution.OK": True}, "got `bool`"),
        ({"total": "1s"}, "got `str`"),
        ({"date": "today"}, "'today' is not a time"),
        ({"details": GONE, "latencyDistribution.0.latency": 9 * 10**9}, "p10 of the run is 9000 ms"),
        ({"details": GONE, "slowest": 1}, "of the run is"),
    ],
)
def test_numbers_that_cannot_all_be_true_are_malformed(
    tmp_path: Path, values: dict[str, Any], message: str
) -> None:
    assert message in refusal(tmp_path, changed(HEALTHY, values))


@pytest.mark.skipif(not PUBLIC.is_file(), reason="the samples are not part of the repository")
def test_a_public_report_of_2018_is_read() -> None:
    test = read(PUBLIC)
    assert (test.requests, test.errors, test.concurrency) == (200, 9, 50)
