"""The results of Vegeta, encoded as JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.readers.load_test.edits import facts_of, latency_of, refused
from tests.readers.load_test.support import SAMPLES, item_of, read

RESULTS = SAMPLES / "vegeta/results.json"
LINES = RESULTS.read_bytes().splitlines(keepends=True)


def changed(**values: Any) -> bytes:
    """All results, with something changed in the second."""
    second = json.dumps(json.loads(LINES[1]) | values).encode() + b"\n"
    return b"".join([LINES[0], second, *LINES[2:]])


def test_results_are_told_by_their_first_line_and_dated_by_the_last_answer() -> None:
    item, test = item_of(RESULTS), read(RESULTS)
    assert (item.provenance.format, item.provenance.observed_from) == ("vegeta-json", "content")
    assert item.provenance.observed_at == test.ended_at
    assert (test.tool, test.requests, test.loop, test.complete) == ("vegeta", 300, "open", True)


def test_counts_and_times_are_those_of_the_report() -> None:
    test, report = read(RESULTS), read(SAMPLES / "vegeta/report.json")
    assert (test.requests, test.errors) == (report.requests, report.errors)
    assert test.duration_s == pytest.approx(report.duration_s)
    assert (test.started_at, test.ended_at) == (report.started_at, report.ended_at)


def test_failures_are_told_apart_and_have_no_latency() -> None:
    test = read(RESULTS)
    assert test.errors_by == {"status": 25, "connection": 2, "timeout": 1}
    latency = latency_of(test)
    assert (latency.of, latency.source, latency.count) == ("successful", "raw", 272)
    assert latency.max_ms is not None
    assert latency.max_ms < 300


def test_every_endpoint_is_told_by_method_and_url() -> None:
    told = [(one.name, one.requests, one.errors) for one in read(RESULTS).operations]
    assert told == [
        ("GET http://127.0.0.1:18477/fast", 200, 3),
        ("GET http://127.0.0.1:18477/items/7", 100, 25),
    ]


def test_an_answer_of_200_with_an_error_failed(tmp_path: Path) -> None:
    assert facts_of(tmp_path, changed(error="unexpected EOF")).errors == 29


def test_results_without_a_url_have_no_endpoints(tmp_path: Path) -> None:
    old = [json.loads(line) for line in LINES]
    for one in old:
        del one["url"], one["method"], one["headers"]
    content = b"".join(json.dumps(one).encode() + b"\n" for one in old)
    assert facts_of(tmp_path, content).operations == ()


def test_more_urls_than_can_be_told_apart_leave_none(tmp_path: Path) -> None:
    many = [json.loads(line) | {"url": f"http://127.0.0.1/{place}"} for place, line in enumerate(LINES)]
    test = facts_of(tmp_path, b"".join(json.dumps(one).encode() + b"\n" for one in many))
    assert (test.operations, test.errors) == ((), 28)
    assert "more than 200 names" in test.more_detail


def test_results_of_which_some_are_missing_are_of_a_run_that_was_aborted(tmp_path: Path) -> None:
    assert not facts_of(tmp_path, b"".join([*LINES[:100], *LINES[101:]])).complete


def test_results_that_stand_twice_are_malformed(tmp_path: Path) -> None:
    message = refused(tmp_path, b"".join(LINES) * 2).message
    assert "attack 'shop' has 600 results with 300 numbers: some stand twice" in message


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (changed(latency=-1), "line 2: it is no result of Vegeta"),
        (changed(latency=1.5), "line 2: it is no result of Vegeta"),
        (changed(latency=2**62), "line 2: a latency of"),
        (changed(code=1000), "line 2: it is no result of Vegeta"),
        (changed(timestamp="2026-11-21T05:30:00"), "line 2: '2026-11-21T05:30:00' is not a time"),
        (changed(timestamp="2026-13-21T05:30:00Z"), "is not a time"),
        (changed(timestamp="0001-01-01T00:00:00Z"), "is not a time"),
        (LINES[0] + LINES[1].replace(b'"seq":1', b'"seq":1,"code":0'), "line 2: it is not strict JSON"),
        (LINES[0] + LINES[1].replace(b"shop", b"\xff"), "line 2: it is not UTF-8 text"),
        (LINES[0] + LINES[1][:-5], "line 2: it is not JSON"),
    ],
)
def test_lines_that_vegeta_does_not_write_are_malformed(tmp_path: Path, content: bytes, message: str) -> None:
    assert message in refused(tmp_path, content).message


def test_lines_of_another_form_read_as_the_same(tmp_path: Path) -> None:
    spaced = b"".join(json.dumps(json.loads(line)).encode() + b"\n" for line in LINES)
    assert facts_of(tmp_path, spaced) == read(RESULTS)


def test_times_are_read_to_the_nanosecond_in_any_zone(tmp_path: Path) -> None:
    shifted = changed(
        timestamp=json.loads(LINES[1])["timestamp"].replace("T05:", "T14:").replace("Z", "+09:00")
    )
    assert facts_of(tmp_path, shifted) == read(RESULTS)


def test_a_run_of_many_latencies_keeps_buckets_no_wider_than_a_thousandth(tmp_path: Path) -> None:
    first = json.loads(LINES[1])
    content = "".join(
        json.dumps(first | {"seq": seq, "latency": 1_000_000 + 37 * seq}) + "\n" for seq in range(20_001)
    )
    latency = latency_of(facts_of(tmp_path, content.encode()))
    assert latency.count == 20_001
    assert len(latency.buckets) < 20_001
    assert all(one.high_ms <= one.low_ms * 1.0011 for one in latency.buckets)
