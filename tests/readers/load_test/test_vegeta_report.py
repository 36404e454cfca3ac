"""The JSON report of Vegeta."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from readiness.evidence.model import Reason
from tests.readers.load_test.changes import GONE, changed, facts, refusal
from tests.readers.load_test.edits import latency_of
from tests.readers.load_test.support import SAMPLES, item_of, read, read_json
from tests.support import SHARED

PUBLIC = SHARED / "samples" / "load" / "public" / "vegeta"
GOOD, BUCKETS = "vegeta/report.json", "vegeta/buckets.json"


def test_a_report_is_told_by_its_content_and_dated_by_its_end() -> None:
    item, test = item_of(SAMPLES / GOOD), read(SAMPLES / GOOD)
    assert (item.provenance.format, item.provenance.observed_from) == ("vegeta-report", "content")
    assert item.provenance.observed_at == test.ended_at
    assert (test.tool, test.requests, test.loop, test.corrected) == ("vegeta", 300, "open", False)


def test_the_run_lasts_until_the_last_answer_and_its_rate_counts_all_requests() -> None:
    test = read(SAMPLES / GOOD)
    assert test.duration_s == pytest.approx(2.992740376)
    assert test.throughput_per_s == pytest.approx(300 / 2.992740376)
    assert test.offered_per_s is None


def test_errors_are_counted_from_statuses_and_not_from_the_list_of_texts() -> None:
    test = read(SAMPLES / GOOD)
    assert (test.errors, dict(test.errors_by)) == (28, {"other": 3, "status": 25})


@pytest.mark.parametrize(
    ("text", "kind"),
    [("dial tcp: connection refused", "connection"), ("net/http: Client.Timeout exceeded", "timeout")],
)
def test_requests_without_an_answer_are_told_apart_where_the_texts_agree(
    tmp_path: Path, text: str, kind: str
) -> None:
    test = facts(tmp_path, changed(GOOD, {"errors": ["503 Service Unavailable", text]}))
    assert test.errors_by[kind] == 3


def test_percentiles_come_from_a_sketch_and_include_failures() -> None:
    latency = latency_of(read(SAMPLES / GOOD))
    assert (latency.of, latency.source, latency.count) == ("all", "sketch", 300)
    assert latency.percentiles_ms["99"] == pytest.approx(7.989844)
    assert (latency.max_ms, "99.9" in latency.percentiles_ms) == (300, False)
    assert "vegeta encode --to json" in read(SAMPLES / GOOD).more_detail


def test_buckets_are_a_histogram_within_min_and_max() -> None:
    latency = latency_of(read(SAMPLES / BUCKETS))
    assert latency.source == "histogram"
    edges = [(one.low_ms, one.high_ms, one.count) for one in latency.buckets]
    assert edges == [(0.180101, 2, 151), (2, 5, 121), (5, 10, 27), (10, 300, 1)]
    assert latency.percentiles_ms["99"] == 10


def test_a_report_of_an_old_version_has_fewer_percentiles_and_no_min(tmp_path: Path) -> None:
    latency = latency_of(facts(tmp_path, changed(GOOD, {"latencies.min": GONE, "latencies.90th": GONE})))
    assert (latency.min_ms, sorted(latency.percentiles_ms)) == (None, ["50", "95", "99"])


def test_a_report_that_nobody_closed_is_malformed_and_would_pass_any_limit(tmp_path: Path) -> None:
    zeros = {f"latencies.{name}": 0 for name in ("mean", "50th", "90th", "95th", "99th")}
    unclosed = changed(GOOD, zeros | {"rate": 0, "throughput": 0, "success": 0, "duration": 0, "wait": 0})
    item = read_json(tmp_path, unclosed)
    assert (item.facts, item.reason) == (None, Reason.MALFORMED)
    assert "it was never closed" in item.message
    assert "Metrics.Close()" in item.remedy


def test_a_run_without_requests_is_missing(tmp_path: Path) -> None:
    item = read_json(tmp_path, changed(GOOD, {"requests": 0, "status_codes": {}}))
    assert (item.facts, item.reason) == (None, Reason.MISSING)


def test_a_run_in_which_all_failed_has_no_latencies(tmp_path: Path) -> None:
    test = facts(tmp_path, changed(GOOD, {"status_codes": {"0": 300}, "success": 0}))
    assert (test.errors, test.latency) == (300, None)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"requests": 301}, "301 requests have 300 statuses"),
        ({"latencies.mean": 34862}, "have no mean of 34862 ns"),
        ({"success": 1}, "272 of 300 requests succeeded, and success is 1"),
        ({"latencies.95th": 0}, "a percentile is 0"),
        ({"latencies.95th": 300000001}, "p95 of the run is 300 ms, and p99 is"),
        ({"duration": 89949328}, "duration and wait are 0.09"),
        ({"rate": 1000}, "300 requests in 2.98995 s are no 1000/s"),
        ({"latencies.max": 2**64}, "it is no report of Vegeta"),
        ({"latencies.min": -1}, "it is no report of Vegeta"),
        ({"requests": True}, "it is no report of Vegeta"),
        ({"status_codes": {"200": 272, "x": 28}}, "'x' is no count"),
        ({"end": "yesterday"}, "'yesterday' is not a time"),
    ],
)
def test_numbers_that_cannot_all_be_true_are_malformed(
    tmp_path: Path, values: dict[str, Any], message: str
) -> None:
    assert message in refusal(tmp_path, changed(GOOD, values))


def test_buckets_of_another_number_of_requests_are_malformed(tmp_path: Path) -> None:
    document = changed(BUCKETS, {"buckets.0": 150})
    assert "300 requests, and the buckets hold 299" in refusal(tmp_path, document)
    document = changed(BUCKETS, {"buckets": {"0": 299, "400000000": 1}})
    assert "outside of min and max" in refusal(tmp_path, document)


def test_without_a_bound_of_0_buckets_mean_nothing(tmp_path: Path) -> None:
    document = changed(BUCKETS, {"buckets": {"2000000": 121, "5000000": 179}})
    assert latency_of(facts(tmp_path, document)).source == "sketch"


@pytest.mark.skipif(not PUBLIC.is_dir(), reason="the samples are not part of the repository")
def test_public_reports_are_read_by_their_statuses() -> None:
    assert (read(PUBLIC / "short-refused.json").errors, read(PUBLIC / "vault-total.json").errors) == (30, 0)
    assert read(PUBLIC / "degraded-58pct-conn-errors.json").errors_by == {"connection": 58866}
    assert "never closed" in item_of(PUBLIC / "unclosed-metrics-all-zero.json").message
    assert "100 requests, and the buckets hold 10000" in item_of(PUBLIC / "readme.json").message
