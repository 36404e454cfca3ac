"""The summary of hey."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.readers.load_test.edits import edited, facts_of, latency_of, refused
from tests.readers.load_test.support import SAMPLES, item_of, read


def test_a_summary_is_told_by_its_content_and_read() -> None:
    item, test = item_of(SAMPLES / "hey/hey.txt"), read(SAMPLES / "hey/hey.txt")
    assert (item.provenance.format, item.provenance.observed_from) == ("hey", "mtime")
    assert (test.tool, test.requests, test.errors, test.loop) == ("hey", 600, 0, "closed")
    assert (test.duration_s, test.concurrency, test.corrected) == (5.527, None, False)


def test_seconds_of_four_decimals_are_rounded_against_the_release() -> None:
    latency = latency_of(read(SAMPLES / "hey/hey.txt"))
    assert (latency.of, latency.source, latency.count) == ("successful", "tool", 600)
    assert (latency.min_ms, latency.mean_ms, latency.max_ms) == (0.95, 45.6, 59.15)
    assert latency.percentiles_ms["99"] == 56.15
    assert "99.9" not in latency.percentiles_ms


def test_statuses_from_400_on_are_errors_whatever_hey_says() -> None:
    test = read(SAMPLES / "hey/failing.txt")
    assert (test.requests, test.errors, dict(test.errors_by)) == (360, 30, {"status": 30})
    assert latency_of(test).of == "all"


def test_requests_without_an_answer_count_and_have_no_latency() -> None:
    test = read(SAMPLES / "hey/closed.txt")
    assert (test.requests, test.errors, dict(test.errors_by)) == (20, 6, {"connection": 6})
    assert latency_of(test).count == 14


def test_timeouts_are_told_apart(tmp_path: Path) -> None:
    change = ("dial tcp 127.0.0.1:1: connect: connection refused", "context deadline exceeded")
    assert dict(facts_of(tmp_path, edited("hey/refused.txt", change)).errors_by) == {"timeout": 10}


def test_a_run_that_was_refused_is_errors_at_a_high_rate_without_latencies() -> None:
    test = read(SAMPLES / "hey/refused.txt")
    assert (test.requests, test.errors, test.latency) == (10, 10, None)
    assert test.throughput_per_s is not None
    assert test.throughput_per_s > 10_000


def test_percentiles_that_hey_has_no_value_for_are_left_out(tmp_path: Path) -> None:
    content = edited("hey/closed.txt", ("  90% in", "  0% in 0.0000 secs\n  90% in"))
    assert "0" not in latency_of(facts_of(tmp_path, content)).percentiles_ms


def test_a_summary_without_its_errors_is_malformed(tmp_path: Path) -> None:
    content = (SAMPLES / "hey/closed.txt").read_bytes()
    cut = content[: content.index(b"Error distribution")]
    assert "14 requests are counted, and" in refused(tmp_path, cut).message


def test_errors_that_rounding_would_hide_need_the_end_of_the_summary(tmp_path: Path) -> None:
    million = (
        ("Total:\t5.5270 secs", "Total:\t0.0090 secs"),
        ("Requests/sec:\t108.5577", "Requests/sec:\t66666.6667"),
    )
    assert facts_of(tmp_path, edited("hey/hey.txt", *million)).errors == 0
    content = edited("hey/hey.txt", *million).rstrip() + b"\n"
    assert "its last lines are missing, which may tell of errors" in refused(tmp_path, content).message


def test_beyond_a_million_answers_the_rest_has_no_latency_and_the_mean_is_wrong(tmp_path: Path) -> None:
    content = edited(
        "hey/hey.txt",
        ("[200]\t600 responses", "[200]\t2000000 responses"),
        ("[386]", "[999786]"),
        ("Requests/sec:\t108.5577", "Requests/sec:\t361860.0000"),
    )
    latency = latency_of(facts_of(tmp_path, content))
    assert (latency.count, latency.mean_ms) == (1_000_000, None)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("[200]\t600 responses", "[200]\t660 responses", "660 requests are counted"),
        ("0.047 [386]", "0.047 [380]", "the histogram has 594 of 600 answers"),
        ("[200]\t600 responses", "[200] 600", "is no line of hey's distributions"),
        ("50% in 0.0443", "50% in 0.0543", "p50 of the run is 54.35 ms, and p75 is 47.95 ms"),
        ("Average:\t0.0456", "Average:\t0.9456", "the mean of the run is 945.6 ms"),
        ("  Slowest:", "  Slow:", "tells the slowest"),
        ("Total:\t5.5270", "Total:\tNaN", "tells the duration"),
    ],
)
def test_what_hey_does_not_print_is_malformed(tmp_path: Path, old: str, new: str, message: str) -> None:
    assert message in refused(tmp_path, edited("hey/hey.txt", (old, new))).message
