"""The CSV files of Locust."""

from __future__ import annotations

from pathlib import Path

import pytest

from readiness.evidence.load_test import LoadTest
from readiness.evidence.model import Item, Reason
from readiness.testing import judge_check
from tests.readers.load_test.support import SAMPLES, item_of, read, read_bytes
from tests.support import SHARED

STATS = SAMPLES / "locust/run_stats.csv"
SHARED_LOCUST = SHARED / "samples/load/locust"


def replaced(folder: Path, *pairs: tuple[str, str]) -> Item:
    """What the statistics read as with texts replaced, each of which is there."""
    text = STATS.read_bytes().decode()
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    return read_bytes(folder, text.encode())


def test_statistics_are_told_by_their_content_and_have_no_time() -> None:
    item, test = item_of(STATS), read(STATS)
    assert (item.provenance.format, item.provenance.observed_from) == ("locust-csv", "mtime")
    assert (test.tool, test.requests, test.errors, test.loop) == ("locust", 201, 12, "closed")
    assert test.duration_s == pytest.approx(4.0025, abs=0.001)


def test_the_aggregated_row_is_not_added_to_the_others() -> None:
    test = read(STATS)
    assert [(one.name, one.requests, one.errors) for one in test.operations] == [
        ("GET /fast", 59, 0),
        ("GET /items/[id]", 142, 12),
    ]
    assert sum(one.requests for one in test.operations) == test.requests


def test_rounded_percentiles_bound_nothing_while_min_mean_and_max_are_exact() -> None:
    latency = read(STATS).latency
    assert latency is not None
    assert (latency.source, latency.of, latency.count) == ("sketch", "all", 201)
    assert (latency.min_ms, latency.max_ms) == (0.3913299997293507, 64.93455800045922)
    assert latency.percentiles_ms["95"] == 61.5
    # 65 is what Locust shows for the max.
    assert latency.percentiles_ms["99.9"] == latency.max_ms
    assert "100" not in latency.percentiles_ms


def test_json_is_asked_for_where_rounding_leaves_a_limit_open() -> None:
    test = read(STATS)
    assert "--json-file" in test.more_detail
    findings = judge_check("performance/latency", {"p50": "10ms", "max-errors": "10%"}, load=(test,))
    assert findings.outcome.value == "unproven"


def test_failures_of_locust_say_what_they_are() -> None:
    item = item_of(SAMPLES / "locust/run_failures.csv")
    assert item.provenance.format == "locust-csv"
    assert item.reason is Reason.MALFORMED
    assert "list of failures" in item.message
    assert "_stats.csv" in item.remedy


def test_exceptions_of_locust_say_what_they_are(tmp_path: Path) -> None:
    assert "exceptions" in read_bytes(tmp_path, b"Count,Message,Traceback,Nodes\r\n").message


def test_a_run_whose_requests_all_failed_has_no_latencies(tmp_path: Path) -> None:
    test = replaced(
        tmp_path, (",59,0,", ",59,59,"), (",142,12,", ",142,142,"), (",201,12,", ",201,201,")
    ).facts
    assert isinstance(test, LoadTest)
    assert (test.errors, test.latency) == (201, None)


def test_statistics_without_rows_are_missing(tmp_path: Path) -> None:
    item = read_bytes(tmp_path, STATS.read_bytes().splitlines(keepends=True)[0])
    assert (item.reason, item.message) == (Reason.MISSING, "it has no rows: nothing was requested yet")


def test_statistics_before_the_first_request_are_missing(tmp_path: Path) -> None:
    head = STATS.read_bytes().splitlines(keepends=True)[0]
    nothing = b",Aggregated,0,0,0,0.0,0,0,0,0.0,0.0,N/A,N/A,N/A,N/A,N/A,N/A,N/A,N/A,N/A,N/A,N/A\r\n"
    assert read_bytes(tmp_path, head + nothing).reason is Reason.MISSING


def test_no_cut_of_the_statistics_shows_anything(tmp_path: Path) -> None:
    content = STATS.read_bytes().rstrip()
    assert all(read_bytes(tmp_path, content[:at]).facts is None for at in range(0, len(content), 4))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            ",Aggregated,201,12",
            ",Aggregated,202,12",
            "202 requests with 12 failures are 201 with 12 by the rows",
        ),
        (
            ",Aggregated,201,12",
            ",Aggregated,201,0",
            "201 requests with 0 failures are 201 with 12 by the rows",
        ),
        (",142,12,", ",142.5,12,", "142.5, which is no count"),
        (",142,12,", ",-142,12,", "Request Count is '-142', which is no number"),
        ("49,61,61,64,65,65,65", "49,160,61,64,65,65,65", "p95 of the run is 160 ms, outside of min"),
        ("49,61,61,64,65,65,65", "49,61,61,64,65,65,60", "100% is 60 ms"),
        ("49,61,61,64,65,65,65", "49,61,61,64,65,65,x", "'x' is no 100% in ms"),
        (",12.140739243807896,", ",nan,", "'nan', which is no number"),
        (",12.140739243807896,", ",1e3,", "the mean of the run is 1000 ms"),
        (",12.140739243807896,", ",70,", "the mean of the run is 70 ms"),
        ("GET,/items/[id]", "GET,/fast", "an endpoint stands twice"),
        ("GET,/items/[id],", "GET,/items/[id],9,", "row 3 has 23 of 22 columns"),
        ("GET,/items/[id],", 'GET,"/items,', "it is no CSV"),
        (",Aggregated,", ",Total,", "does not end with the row Aggregated"),
        ("Max Response Time", "Most Response Time", "it lacks the column Max Response Time"),
    ],
)
def test_what_cannot_be_true_is_malformed(tmp_path: Path, old: str, new: str, message: str) -> None:
    item = replaced(tmp_path, (old, new))
    assert item.reason is Reason.MALFORMED
    assert message in item.message


@pytest.mark.skipif(not SHARED_LOCUST.is_dir(), reason="the samples are not part of the repository")
def test_samples_are_read() -> None:
    test = read(SHARED_LOCUST / "degraded_stats.csv")
    assert (test.requests, test.errors) == (952, 98)
    assert read(SHARED_LOCUST / "healthy_stats.csv").requests == 973
