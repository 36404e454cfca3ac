"""The JSON of oha."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.readers.load_test.changes import GONE, changed, facts, refusal
from tests.readers.load_test.edits import latency_of
from tests.readers.load_test.support import SAMPLES, item_of, read


def test_output_is_told_by_its_content_and_read() -> None:
    item, test = item_of(SAMPLES / "oha/oha.json"), read(SAMPLES / "oha/oha.json")
    assert (item.provenance.format, item.provenance.observed_from) == ("oha", "mtime")
    assert (test.tool, test.requests, test.errors, test.dropped) == ("oha", 600, 0, 0)
    assert (test.duration_s, test.loop, test.corrected) == (2.631770116, "unknown", None)


def test_seconds_are_read_as_milliseconds() -> None:
    latency = latency_of(read(SAMPLES / "oha/oha.json"))
    assert (latency.of, latency.source, latency.count) == ("successful", "tool", 600)
    assert latency.max_ms == pytest.approx(48.428356)
    assert latency.percentiles_ms["99"] == pytest.approx(48.399384)
    assert latency.percentiles_ms["99.99"] == latency.max_ms


def test_the_layout_without_milliseconds_reads_as_the_same(tmp_path: Path) -> None:
    assert facts(tmp_path, changed("oha/oha.json", {"metrics": GONE})) == read(SAMPLES / "oha/oha.json")


def test_a_success_rate_of_one_with_503_among_the_statuses_is_errors() -> None:
    assert b'"successRate": 1.0' in (SAMPLES / "oha/failing.json").read_bytes()
    test = read(SAMPLES / "oha/failing.json")
    assert (test.requests, test.errors, dict(test.errors_by)) == (360, 30, {"status": 30})
    assert latency_of(test).of == "all"
    assert "--stats-success-breakdown" in test.more_detail


def test_with_a_breakdown_latencies_are_those_of_2xx() -> None:
    latency = latency_of(read(SAMPLES / "oha/breakdown.json"))
    assert (latency.of, latency.count) == ("successful", 330)
    assert latency.percentiles_ms["95"] == pytest.approx(103.976241)
    assert latency.min_ms == pytest.approx(7.587453)
    assert latency.max_ms == pytest.approx(1038.887821)


def test_redirects_are_no_part_of_the_breakdown_so_that_it_is_left(tmp_path: Path) -> None:
    document = changed("oha/breakdown.json", {"statusCodeDistribution": {"200": 329, "302": 1, "503": 30}})
    latency = latency_of(facts(tmp_path, document))
    assert (latency.of, latency.count) == ("all", 360)


def test_what_was_aborted_at_the_deadline_is_dropped_and_no_request() -> None:
    test = read(SAMPLES / "oha/timed.json")
    assert (test.requests, test.errors, test.dropped) == (199, 16, 1)
    assert "oha -w" in test.more_detail


def test_a_run_that_was_refused_has_null_percentiles_and_no_latencies() -> None:
    test = read(SAMPLES / "oha/refused.json")
    assert (test.requests, test.errors, test.latency) == (10, 10, None)
    assert test.errors_by == {"connection": 10}


def test_timeouts_are_told_apart(tmp_path: Path) -> None:
    test = facts(tmp_path, changed("oha/refused.json", {"errorDistribution": {"timeout": 4, "refused": 6}}))
    assert test.errors_by == {"timeout": 4, "connection": 6}


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"statusCodeDistribution.200": 300}, "330 requests are counted, and the rate comes to 360.0"),
        ({"summary.successRate": 0.5}, "360 of 360 requests were answered, and successRate is 0.5"),
        ({"metrics.latency_ms.p95": 0.104}, "p95 is 0.10"),
        ({"latencyPercentiles|p99.9": 0.01}, "p99 of the run is 104.0"),
        ({"latencyPercentiles.p50": None}, "the percentile p50 is no number of seconds"),
        ({"summary.average": None}, "360 requests were answered, and their latencies are null"),
        ({"statusCodeDistribution.200": -330}, "it is no output of oha"),
        ({"statusCodeDistribution.200": 10**400}, "it is no output of oha"),
        ({"statusCodeDistribution": {"OK": 360}}, "'OK' is no count"),
        ({"errorDistribution": GONE}, "it is no output of oha"),
    ],
)
def test_numbers_that_cannot_all_be_true_are_malformed(
    tmp_path: Path, values: dict[str, Any], message: str
) -> None:
    assert message in refusal(tmp_path, changed("oha/failing.json", values))


def test_a_breakdown_of_another_number_of_requests_is_malformed(tmp_path: Path) -> None:
    document = changed("oha/breakdown.json", {"responseTimeHistogramSuccessful": {"0.01": 3, "1e3x": 327}})
    assert "is no edge of a histogram" in refusal(tmp_path, document)
    document = changed("oha/breakdown.json", {"responseTimeHistogramSuccessful": {"0.01": 3}})
    assert "330 requests succeeded, and their histogram has 3" in refusal(tmp_path, document)
