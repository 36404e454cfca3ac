"""The report of ApacheBench."""

from __future__ import annotations

from pathlib import Path

import pytest

from readiness.evidence.model import Reason
from tests.readers.load_test.edits import edited, facts_of, latency_of, refused
from tests.readers.load_test.support import SAMPLES, item_of, read


def test_a_report_is_told_by_its_content_and_read() -> None:
    item, test = item_of(SAMPLES / "ab/ab.txt"), read(SAMPLES / "ab/ab.txt")
    assert (item.provenance.format, item.provenance.observed_from) == ("ab", "mtime")
    assert (test.tool, test.requests, test.errors, test.concurrency) == ("ab", 600, 0, 10)
    assert (test.duration_s, test.loop, test.corrected) == (0.472, "closed", False)


def test_whole_milliseconds_are_rounded_against_the_release() -> None:
    latency = latency_of(read(SAMPLES / "ab/failing.txt"))
    assert (latency.source, latency.count) == ("tool", 360)
    assert (latency.min_ms, latency.mean_ms, latency.max_ms) == (4.5, 12, 65.5)
    assert latency.percentiles_ms["99"] == 64.5
    assert "100" not in latency.percentiles_ms


def test_a_mean_of_a_few_milliseconds_is_too_coarse_to_tell() -> None:
    assert latency_of(read(SAMPLES / "ab/ab.txt")).mean_ms is None


def test_no_failed_requests_and_thirty_that_are_not_2xx_are_thirty_errors() -> None:
    assert b"Failed requests:        0\n" in (SAMPLES / "ab/failing.txt").read_bytes()
    test = read(SAMPLES / "ab/failing.txt")
    assert (test.requests, test.errors, dict(test.errors_by)) == (360, 30, {"status": 30})
    assert latency_of(test).of == "all"


def test_answers_of_another_length_alone_are_errors_as_ab_counts_them(tmp_path: Path) -> None:
    parts = "Failed requests:        9\n   (Connect: 0, Receive: 0, Length: 9, Exceptions: 0)"
    test = facts_of(tmp_path, edited("ab/ab.txt", ("Failed requests:        0", parts)))
    assert (test.errors, dict(test.errors_by)) == (9, {"other": 9})


def test_failures_of_two_kinds_may_be_the_same_requests_so_that_errors_are_not_known(tmp_path: Path) -> None:
    parts = "Failed requests:        30\n   (Connect: 0, Receive: 0, Length: 30, Exceptions: 0)"
    test = facts_of(tmp_path, edited("ab/failing.txt", ("Failed requests:        0", parts)))
    assert test.errors is None
    assert latency_of(test).of == "all"
    assert "ab -l" in test.more_detail


def test_errors_of_writing_are_errors(tmp_path: Path) -> None:
    change = ("Failed requests:        0", "Failed requests:        0\nWrite errors:           4")
    assert facts_of(tmp_path, edited("ab/ab.txt", change)).errors == 4


def test_a_run_in_which_nothing_was_received_failed_wholly_and_has_no_latencies() -> None:
    test = read(SAMPLES / "ab/refused.txt")
    assert (test.requests, test.errors, test.latency) == (20, 20, None)


def test_latencies_that_are_means_over_a_window_are_none(tmp_path: Path) -> None:
    change = (
        "Complete requests:      600",
        "Number of requests:     200 (window)\nComplete requests:      600",
    )
    assert facts_of(tmp_path, edited("ab/ab.txt", change)).latency is None


def test_a_run_that_was_aborted_shows_nothing(tmp_path: Path) -> None:
    content = b"This is ApacheBench, Version 2.3 <$Revision$>\n\nBenchmarking 127.0.0.1 (be patient)...\n"
    assert "it was cut, or the run did not end" in refused(tmp_path, content).message


def test_a_report_that_ends_before_its_statuses_shows_nothing(tmp_path: Path) -> None:
    content = (SAMPLES / "ab/failing.txt").read_bytes()
    assert "tells the rate" in refused(tmp_path, content[: content.index(b"Non-2xx")]).message


def test_a_report_without_percentiles_has_none(tmp_path: Path) -> None:
    content = (SAMPLES / "ab/ab.txt").read_bytes()
    latency = latency_of(facts_of(tmp_path, content[: content.index(b"\nPercentage")]))
    assert (dict(latency.percentiles_ms), latency.max_ms) == ({}, 35.5)


def test_a_run_without_a_completed_request_is_missing(tmp_path: Path) -> None:
    content = edited("ab/ab.txt", ("Complete requests:      600", "Complete requests:      0"))
    assert "no request was completed" in refused(tmp_path, content, Reason.MISSING).message


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("Complete requests:      600", "Complete requests:      6000", "6,000 requests are counted"),
        ("Failed requests:        0", "Failed requests:        3", "3 requests failed, and 0 by what failed"),
        (
            "Failed requests:        0",
            "Failed requests:        700\n   (Connect: 0, Receive: 0, Length: 700, Exceptions: 0)",
            "700 of 600 requests failed",
        ),
        (
            "35 (longest request)",
            "99 (longest request)",
            "the longest request took 99 ms, and the max is 35 ms",
        ),
        ("  50%      2", "  50%     20", "p50 of the run is 20.5 ms, and p66 is 4.5 ms"),
    ],
)
def test_numbers_that_cannot_all_be_true_are_malformed(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    assert message in refused(tmp_path, edited("ab/ab.txt", (old, new))).message


def test_two_runs_in_one_file_are_not_read(tmp_path: Path) -> None:
    item = refused(tmp_path, (SAMPLES / "ab/ab.txt").read_bytes() * 2)
    assert "stands in it 2 times" in item.message
    assert "a file of its own" in item.remedy
