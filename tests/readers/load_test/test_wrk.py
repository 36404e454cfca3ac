"""The report of wrk."""

from __future__ import annotations

from pathlib import Path

import pytest

from readiness.testing import judge_check
from tests.readers.load_test.edits import edited, facts_of, latency_of, refused
from tests.readers.load_test.support import SAMPLES, item_of, read

COUNTS = "  256 requests in 3.03s, 28.68KB read\n"


def test_a_report_is_told_by_its_content_and_read() -> None:
    item, test = item_of(SAMPLES / "wrk/wrk.txt"), read(SAMPLES / "wrk/wrk.txt")
    assert (item.provenance.format, item.provenance.observed_from) == ("wrk", "mtime")
    assert (test.tool, test.requests, test.errors, test.concurrency) == ("wrk", 256, 0, 4)
    assert (test.duration_s, test.loop) == (3.03, "closed")


def test_wrk_rewrites_latencies_which_then_prove_nothing() -> None:
    test = read(SAMPLES / "wrk/wrk.txt")
    assert test.corrected is True
    judged = judge_check("performance/latency", {"p95": "10s"}, load=(test,))
    assert "the tool rewrote latencies" in judged.findings[0].message


def test_times_with_units_are_rounded_against_the_release() -> None:
    latency = latency_of(read(SAMPLES / "wrk/closed.txt"))
    assert latency.mean_ms == 0.12874
    assert latency.percentiles_ms["50"] == 0.128005
    assert (latency.min_ms, latency.max_ms) == (None, 1.935)


@pytest.mark.parametrize(
    ("text", "ms"), [("85.00us", 0.085005), ("59.94ms", 59.945), ("1.02s", 1025), ("1.00m", 60_300)]
)
def test_each_unit_is_known(tmp_path: Path, text: str, ms: float) -> None:
    change = ("7.33ms  59.94ms", f"7.33ms  {text}")
    content = edited(
        "wrk/wrk.txt", change, *[(part, "1.00us") for part in ("46.36ms", "51.18ms", "55.80ms", "59.93ms")]
    )
    content = content.replace(b"46.85ms", b" 1.00us")
    assert latency_of(facts_of(tmp_path, content)).max_ms == ms


def test_statuses_from_400_on_have_a_line_only_if_there_are_any() -> None:
    test = read(SAMPLES / "wrk/failing.txt")
    assert (test.requests, test.errors, dict(test.errors_by)) == (220, 19, {"status": 19})
    assert latency_of(test).of == "all"


def test_socket_errors_are_requests_beside_those_that_were_answered() -> None:
    content = (SAMPLES / "wrk/closed.txt").read_text()
    assert "Socket errors: connect 0, read 4986, write 0, timeout 0" in content
    test = read(SAMPLES / "wrk/closed.txt")
    assert (test.requests, test.errors, dict(test.errors_by)) == (14959, 4986, {"connection": 4986})
    assert latency_of(test).count == 14959 - 4986


def test_of_timeouts_it_cannot_be_told_which_requests_they_are(tmp_path: Path) -> None:
    line = "  Socket errors: connect 0, read 0, write 0, timeout 7\n"
    test = facts_of(tmp_path, edited("wrk/wrk.txt", (COUNTS, COUNTS + line)))
    assert (test.requests, test.errors, latency_of(test).count) == (256, None, 249)
    assert "--timeout" in test.more_detail


def test_without_latency_there_are_mean_and_max_alone() -> None:
    latency = latency_of(read(SAMPLES / "wrk/plain.txt"))
    assert (latency.mean_ms, latency.max_ms, dict(latency.percentiles_ms)) == (54.69, 111.865, {})


def test_the_output_of_a_script_is_left_alone(tmp_path: Path) -> None:
    content = (SAMPLES / "wrk/wrk.txt").read_bytes() + b'{"requests":1,"latency_us":{"p99":1}}\n'
    assert facts_of(tmp_path, content) == read(SAMPLES / "wrk/wrk.txt")


def test_a_run_in_which_every_answer_failed_has_no_latencies(tmp_path: Path) -> None:
    content = edited("wrk/wrk.txt", (COUNTS, COUNTS + "  Non-2xx or 3xx responses: 256\n"))
    test = facts_of(tmp_path, content)
    assert (test.errors, test.latency) == (256, None)


def test_a_run_that_got_no_answer_is_errors_without_latencies(tmp_path: Path) -> None:
    refused_all = (
        "  0 requests in 3.03s, 0.00B read\n  Socket errors: connect 40, read 0, write 0, timeout 0\n"
    )
    test = facts_of(tmp_path, edited("wrk/wrk.txt", (COUNTS, refused_all), ("     84.52", "      0.00")))
    assert (test.requests, test.errors, test.latency) == (40, 40, None)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (COUNTS, COUNTS.replace("256", "2560"), "2,560 requests are counted"),
        (COUNTS, COUNTS + "  Non-2xx or 3xx responses: 257\n", "257 of 256 answers"),
        (COUNTS, COUNTS + COUNTS, "the requests stands in it 2 times"),
        ("99%   59.93ms", "99%   39.93ms", "p90 of the run is 55.805 ms, and p99 is 39.935 ms"),
        ("59.94ms  ", "NaN  ", "tells the latency"),
        ("Transfer/sec:", "Transferred:", "it was cut, or the run did not end"),
    ],
)
def test_what_wrk_does_not_print_is_malformed(tmp_path: Path, old: str, new: str, message: str) -> None:
    assert message in refused(tmp_path, edited("wrk/wrk.txt", (old, new))).message
