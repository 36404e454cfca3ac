"""The report of wrk2."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.readers.load_test.edits import edited, facts_of, latency_of, refused
from tests.readers.load_test.support import SAMPLES, item_of, read


def test_a_report_is_told_from_that_of_wrk_by_its_calibration() -> None:
    item, test = item_of(SAMPLES / "wrk2/wrk2.txt"), read(SAMPLES / "wrk2/wrk2.txt")
    assert item.provenance.format == "wrk2"
    assert (test.tool, test.requests, test.errors, test.concurrency) == ("wrk2", 18003, 0, 20)
    assert (test.duration_s, test.loop, test.corrected, test.offered_per_s) == (30, "open", True, None)


def test_the_spectrum_is_a_histogram_without_the_first_ten_seconds() -> None:
    latency = latency_of(read(SAMPLES / "wrk2/wrk2.txt"))
    assert (latency.of, latency.source, latency.count) == ("successful", "histogram", 12000)
    assert sum(one.count for one in latency.buckets) == 12000
    assert (latency.min_ms, latency.mean_ms, latency.max_ms) == (None, 4.248, 16.343)
    assert (latency.percentiles_ms["50"], latency.percentiles_ms["99"]) == (3.991, 9.055)
    assert (latency.buckets[1].low_ms, latency.buckets[1].high_ms, latency.buckets[1].count) == (
        1.095,
        2.581,
        1204,
    )


def test_an_uncorrected_histogram_beside_it_is_left_alone(tmp_path: Path) -> None:
    text = (SAMPLES / "wrk2/wrk2.txt").read_text()
    start, end = text.index("  Latency Distribution"), text.index("  18003 requests")
    other = text[start:end].replace(
        "Recorded Latency", "Uncorrected Latency (measured without delayed starts)"
    )
    test = facts_of(tmp_path, (text[:end] + "\n" + other.replace("16.343", "96.343") + text[end:]).encode())
    assert test == read(SAMPLES / "wrk2/wrk2.txt")


def test_without_latency_it_is_not_told_how_many_latencies_the_mean_is_of() -> None:
    test = read(SAMPLES / "wrk2/plain.txt")
    assert (test.requests, test.latency) == (18003, None)
    assert "--latency" in test.more_detail


def test_statuses_from_400_on_are_errors() -> None:
    test = read(SAMPLES / "wrk2/failing.txt")
    assert (test.errors, dict(test.errors_by), latency_of(test).of) == (1500, {"status": 1500}, "all")


def test_timeouts_are_counted_again_and_again_so_that_errors_are_not_known(tmp_path: Path) -> None:
    line = ("Requests/sec", "  Socket errors: connect 0, read 0, write 0, timeout 500\nRequests/sec")
    assert facts_of(tmp_path, edited("wrk2/wrk2.txt", line)).errors is None


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("       3.991     0.500000", "       1.991     0.500000", "the spectrum falls at 1.991 ms"),
        ("         6002 ", "         6020 ", ""),
        (
            "Total count    =        12000",
            "Total count    =        12001",
            "the spectrum has 12000 latencies",
        ),
        ("#[Mean ", "#[Average ", "the spectrum has no line that tells the mean"),
        ("  18003 requests", "  10003 requests", "10,003 requests are counted"),
    ],
)
def test_numbers_that_cannot_all_be_true_are_malformed(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    content = edited("wrk2/wrk2.txt", (old, new))
    if message:
        assert message in refused(tmp_path, content).message
    else:
        assert latency_of(facts_of(tmp_path, content)).count == 12000
