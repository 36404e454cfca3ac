"""The results of Fortio, and Nighthawk's form of them."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from readiness.evidence.model import Reason
from readiness.testing import judge_check
from tests.readers.load_test.changes import GONE, changed, facts, refusal
from tests.readers.load_test.support import SAMPLES, item_of, read, read_json
from tests.support import SHARED

HEALTHY, FAILING, REFUSED = "fortio/healthy.json", "fortio/failing.json", "fortio/refused.json"
STRINGS, NUMBERS = "nighthawk/as-fortio.json", "nighthawk/as-fortio-numbers.json"
PUBLIC = SHARED / "samples/load/public/fortio"


def test_a_result_is_told_by_its_content_and_dated_by_its_end() -> None:
    item, test = item_of(SAMPLES / HEALTHY), read(SAMPLES / HEALTHY)
    assert (item.provenance.format, item.provenance.observed_from) == ("fortio", "content")
    assert test.started_at is not None
    assert item.provenance.observed_at == test.started_at + timedelta(microseconds=3_027_362)
    assert (test.tool, test.requests, test.errors, test.loop) == ("fortio", 272, 0, "closed")
    assert (test.concurrency, test.offered_per_s, test.complete) == (4, 100, True)
    assert test.duration_s == pytest.approx(3.027362017)


def test_seconds_are_read_as_milliseconds_and_buckets_hold_every_request() -> None:
    latency = read(SAMPLES / FAILING).latency
    assert latency is not None
    assert (latency.source, latency.count, sum(one.count for one in latency.buckets)) == (
        "histogram",
        300,
        300,
    )
    assert latency.min_ms == latency.buckets[0].low_ms == pytest.approx(5.361191)
    assert latency.max_ms == latency.buckets[-1].high_ms == pytest.approx(107.89876)


def test_percentiles_are_edges_of_buckets_and_not_what_fortio_interpolates() -> None:
    latency = read(SAMPLES / HEALTHY).latency
    assert latency is not None
    assert latency.percentiles_ms["50"] == 45
    assert "99.9" not in latency.percentiles_ms


def test_failed_requests_are_among_the_latencies() -> None:
    test = read(SAMPLES / FAILING)
    assert (test.errors, test.errors_by) == (25, {"connection": 0, "status": 25})
    assert test.latency is not None
    assert test.latency.of == "all"


def test_sockets_that_failed_are_failures_and_their_latencies_are_none() -> None:
    test = read(SAMPLES / REFUSED)
    assert (test.requests, test.errors, test.latency) == (10, 10, None)
    assert test.errors_by == {"connection": 10, "status": 0}
    assert judge_check("performance/latency", {"p99": "100ms"}, load=(test,)).outcome.value == "unproven"


def test_a_teapot_is_no_success(tmp_path: Path) -> None:
    data = changed(HEALTHY, {"RetCodes": {"200": 270, "418": 2}})
    assert facts(tmp_path, data).errors == 2


def test_a_run_that_was_interrupted_is_not_complete() -> None:
    test = read(SAMPLES / "fortio/interrupted.json")
    assert not test.complete
    assert judge_check("performance/latency", {"p50": "1s"}, load=(test,)).outcome.value == "unproven"


@pytest.mark.parametrize(
    ("meant", "complete"), [("4s", False), ("3s", True), ("until stop", True), ("", True)]
)
def test_a_run_shorter_than_it_was_meant_is_not_complete(tmp_path: Path, meant: str, complete: bool) -> None:
    values = {"RequestedDuration": meant, "RequestedQPS": "max"}
    assert facts(tmp_path, changed(HEALTHY, values)).complete is complete


def test_a_run_that_made_its_calls_is_complete_though_it_ended_early(tmp_path: Path) -> None:
    values = {"RequestedDuration": "1m40s", "RequestedQPS": "2.8"}
    assert facts(tmp_path, changed(HEALTHY, values)).complete


def test_calls_of_grpc_are_judged_as_fortio_does(tmp_path: Path) -> None:
    test = read(SAMPLES / "fortio/grpc.json")
    assert (test.requests, test.errors, test.errors_by) == (100, 0, {})
    old = {"ErrorsDurationHistogram": GONE, "RetCodes": {"SERVING": 97, "ERROR": 3}}
    assert facts(tmp_path, changed("fortio/grpc.json", old)).errors == 3


def test_a_run_that_never_started_is_missing(tmp_path: Path) -> None:
    data = changed(HEALTHY, {"error": True, "message": "init error", "RetCodes": None})
    item = read_json(tmp_path, data)
    assert (item.reason, item.message) == (Reason.MISSING, "Fortio made no run: init error")


@pytest.mark.parametrize("name", [STRINGS, NUMBERS])
def test_nighthawks_form_is_told_apart_and_does_not_tell_failures(name: str) -> None:
    item, test = item_of(SAMPLES / name), read(SAMPLES / name)
    assert (item.provenance.format, test.tool) == ("fortio", "nighthawk")
    # The latencies leave the warm-up out.
    assert (test.requests, test.errors, test.offered_per_s) == (501, None, 100)
    assert test.latency is not None
    assert (test.latency.count, test.latency.of) == (500, "all")
    assert "--output-format json" in test.more_detail
    assert judge_check("performance/error-rate", {"max": "1%"}, load=(test,)).outcome.value == "unproven"


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"RetCodes.200": 271}, "272 requests have 271 status codes"),
        ({"RetCodes": {"200": 271, "500": 1}}, "1 requests failed by their status codes, and 0 by"),
        ({"RetCodes.200": -1}, "'-1' is no count"),
        ({"ActualDuration": -1}, "Expected `int` >= 0"),
        ({"ActualDuration": 3.5}, "got `float`"),
        ({"ActualQPS": 40}, "are not 40/s"),
        ({"DurationHistogram.Count": 271}, "271 requests have 272 status codes"),
        ({"DurationHistogram.Count": True}, "got `bool`"),
        ({"DurationHistogram.Data.0.Count": 235}, "the buckets hold 271 of 272 durations"),
        ({"DurationHistogram.Data.0.End": 0.04}, "does not fit the others"),
        ({"DurationHistogram.Data.1.Start": 0.04}, "does not fit the others"),
        ({"DurationHistogram.Data.1.End": 0.05}, "does not fit the others"),
        ({"DurationHistogram.Avg": 0.05}, "the mean of the run is 50 ms"),
        ({"DurationHistogram.Min": -0.1}, "Expected `float` >= 0"),
        ({"StartTime": "now"}, "'now' is not a time"),
    ],
)
def test_numbers_that_cannot_all_be_true_are_malformed(
    tmp_path: Path, values: dict[str, Any], message: str
) -> None:
    assert message in refusal(tmp_path, changed(HEALTHY, values))


def test_a_count_that_is_another_string_is_malformed(tmp_path: Path) -> None:
    assert "'5e2' is no count" in refusal(tmp_path, changed(STRINGS, {"DurationHistogram.Count": "5e2"}))


def test_a_result_without_requests_is_missing(tmp_path: Path) -> None:
    nothing = {"DurationHistogram.Count": 0, "DurationHistogram.Data": [], "RetCodes": {}, "ActualQPS": 0}
    assert read_json(tmp_path, changed(HEALTHY, nothing)).reason is Reason.MISSING


@pytest.mark.skipif(not PUBLIC.is_dir(), reason="the samples are not part of the repository")
@pytest.mark.parametrize(
    ("name", "requests", "errors"),
    [("readme-1", 4, 0), ("readme-2", 40, 40), ("nighthawk-as-fortio", 56, None)],
)
def test_public_results_are_read(name: str, requests: int, errors: int | None) -> None:
    test = read(PUBLIC / f"{name}.json")
    assert (test.requests, test.errors) == (requests, errors)
