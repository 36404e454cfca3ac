"""The report of h2load."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.readers.load_test.edits import edited, facts_of, latency_of, refused
from tests.readers.load_test.support import SAMPLES, item_of, read


def test_a_report_is_told_by_its_content_and_read() -> None:
    item, test = item_of(SAMPLES / "h2load/h2load.txt"), read(SAMPLES / "h2load/h2load.txt")
    assert (item.provenance.format, item.provenance.observed_from) == ("h2load", "mtime")
    assert (test.tool, test.requests, test.errors, test.loop) == ("h2load", 600, 0, "closed")
    assert (test.duration_s, test.concurrency, test.dropped) == (2.75, None, 0)


def test_it_has_no_percentiles_and_says_what_has() -> None:
    test = read(SAMPLES / "h2load/h2load.txt")
    latency = latency_of(test)
    assert (latency.of, latency.source, latency.count) == ("successful", "tool", 600)
    assert (latency.min_ms, latency.mean_ms, latency.max_ms) == (0.9685, 45.73, 59.975)
    assert not latency.percentiles_ms
    assert "vegeta encode" in test.more_detail


def test_answers_from_400_on_are_errors() -> None:
    test = read(SAMPLES / "h2load/failing.txt")
    assert (test.requests, test.errors, dict(test.errors_by)) == (360, 30, {"status": 30})
    assert latency_of(test).of == "all"


def test_requests_that_were_lost_or_never_sent_are_errors_without_a_latency() -> None:
    test = read(SAMPLES / "h2load/lost.txt")
    assert (test.requests, test.errors, dict(test.errors_by)) == (20, 16, {"connection": 16})
    assert latency_of(test).count == 4


def test_timeouts_are_told_apart(tmp_path: Path) -> None:
    content = edited("h2load/lost.txt", ("16 errored, 0 timeout", "16 errored, 3 timeout"))
    assert dict(facts_of(tmp_path, content).errors_by) == {"connection": 13, "timeout": 3}


def test_a_run_that_was_refused_has_errors_and_no_latencies() -> None:
    test = read(SAMPLES / "h2load/refused.txt")
    assert (test.requests, test.errors, test.latency) == (10, 10, None)


def test_in_a_run_of_a_given_time_requests_under_way_at_its_end_are_dropped() -> None:
    test = read(SAMPLES / "h2load/timed.txt")
    assert (test.requests, test.errors, test.dropped, test.duration_s) == (128, 10, 4, 2)


def test_beyond_a_million_answers_times_are_of_a_sample(tmp_path: Path) -> None:
    content = edited(
        "h2load/h2load.txt",
        (
            "requests: 600 total, 600 started, 600 done, 600 succeeded",
            "requests: 2000000 total, 2000000 started, 2000000 done, 2000000 succeeded",
        ),
        ("status codes: 600 2xx", "status codes: 2000000 2xx"),
        ("218.35 req/s", "727272.73 req/s"),
    )
    assert latency_of(facts_of(tmp_path, content)).count == 1_000_000


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("330 succeeded, 30 failed", "340 succeeded, 30 failed", "340 requests succeeded and 30 failed"),
        (
            "30 failed, 0 errored",
            "30 failed, 31 errored",
            "330 requests succeeded and 30 failed (31 errored) of 360",
        ),
        ("114.64 req/s", "11.64 req/s", "360 requests are counted, and 11.64/s in 3.14 s"),
        ("0 4xx, 30 5xx", "0 4xx, 3 5xx", "30 of 360 answers failed, and 0 + 3 have a status for it"),
        ("116.06ms", "1.06ms", "min of the run is 5.955 ms, and max is 1.065 ms"),
        ("time for request:", "time for requests:", "tells the times"),
    ],
)
def test_numbers_that_cannot_all_be_true_are_malformed(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    assert message in refused(tmp_path, edited("h2load/failing.txt", (old, new))).message
