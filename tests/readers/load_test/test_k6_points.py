"""Every sample of a run of k6."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from readiness.evidence.load_test import LoadTest
from readiness.evidence.model import Item, Reason
from tests.readers.load_test.support import SAMPLES, item_of, read, read_bytes

POINT = '{"metric":"%s","type":"Point","data":{"time":"%s","value":%s,"tags":{"name":"%s","status":"%s"}}}'
FOUR_MIB = 4 * 2**20


def run(durations: list[float], *, names: int = 1, status: str = "200") -> bytes:
    lines = []
    for i, ms in enumerate(durations):
        time = f"2026-06-01T10:{i // 60 % 60:02}:{i % 60:02}Z"
        name = f"n{i % names}"
        lines.append(POINT % ("http_reqs", time, "1", name, status))
        lines.append(POINT % ("http_req_duration", time, repr(ms), name, status))
    return "\n".join([*lines, ""]).encode()


def facts(item: Item) -> LoadTest:
    assert isinstance(item.facts, LoadTest), item.message
    return item.facts


def test_every_request_is_counted_with_its_latency() -> None:
    item = item_of(SAMPLES / "k6.points.json")
    test = read(SAMPLES / "k6.points.json")
    assert item.provenance.format == "k6-points"
    assert (test.requests, test.errors) == (62, 3)
    assert test.latency is not None
    assert (test.latency.count, test.latency.of, test.latency.source) == (59, "successful", "raw")
    assert sum(one.count for one in test.latency.buckets) == 59
    assert all(one.low_ms == one.high_ms for one in test.latency.buckets)
    assert [(one.name, one.requests, one.errors) for one in test.operations] == [
        ("fast", 21, 0),
        ("items", 41, 3),
    ]


def test_points_and_summary_of_one_run_agree() -> None:
    points, summary = read(SAMPLES / "k6.points.json"), read(SAMPLES / "k6.summary.json")
    assert (points.requests, points.errors) == (summary.requests, summary.errors)
    assert points.duration_s == pytest.approx(summary.duration_s, rel=0.001)
    assert points.latency is not None
    assert summary.latency is not None
    assert points.latency.min_ms == summary.latency.min_ms
    assert points.latency.max_ms == summary.latency.max_ms
    assert points.latency.mean_ms == pytest.approx(summary.latency.mean_ms)


def test_the_observation_ends_with_the_last_sample() -> None:
    item = item_of(SAMPLES / "k6.points.json")
    assert item.provenance.observed_from == "content"
    assert item.provenance.observed_at == datetime(2026, 11, 21, 4, 4, 58, 701071, UTC)


def test_refused_connections_are_failures_and_no_latencies() -> None:
    test = read(SAMPLES / "k6.refused.points.json")
    assert (test.requests, test.errors, test.latency) == (21, 21, None)
    assert [one.latency for one in test.operations] == [None, None]


def test_a_status_tells_failures_where_k6_does_not(tmp_path: Path) -> None:
    content = run([5.0], status="200") + run([1.0], status="404") + run([0], status="0")
    test = facts(read_bytes(tmp_path, content))
    assert (test.requests, test.errors) == (3, 2)
    assert test.latency is not None
    assert test.latency.max_ms == test.latency.min_ms == 5.0


def test_latencies_are_of_all_requests_where_tags_do_not_tell_failures(tmp_path: Path) -> None:
    content = run([5.0, 6.0]).replace(b'"status":"200"', b'"proto":"HTTP/1.1"')
    test = facts(read_bytes(tmp_path, content))
    assert test.errors is None
    assert test.latency is not None
    assert test.latency.of == "all"


def test_lines_in_another_order_give_the_same_facts(tmp_path: Path) -> None:
    lines = (SAMPLES / "k6.points.json").read_bytes().splitlines()
    expected = read(SAMPLES / "k6.points.json")
    for seed in range(10):
        random.Random(seed).shuffle(lines)  # noqa: S311 - a shuffle to repeat
        assert facts(read_bytes(tmp_path, b"\n".join(lines))) == expected


def test_other_spacing_and_key_order_give_the_same_facts(tmp_path: Path) -> None:
    expected = read(SAMPLES / "k6.points.json")
    spaced = (SAMPLES / "k6.points.json").read_bytes().replace(b'":', b'": ').replace(b"\n", b" \r\n")
    assert facts(read_bytes(tmp_path, spaced)) == expected


def test_many_values_become_buckets_no_wider_than_a_thousandth_in_any_order(tmp_path: Path) -> None:
    values = [1 + i / 1000 for i in range(50_000)]
    first = facts(read_bytes(tmp_path, run(values)))
    random.Random(1).shuffle(values)  # noqa: S311 - a shuffle to repeat
    assert first.latency is not None
    assert sum(one.count for one in first.latency.buckets) == 50_000
    assert len(first.latency.buckets) < 5_000
    assert all(one.high_ms <= one.low_ms * 1.0010001 for one in first.latency.buckets)
    assert first.latency.percentiles_ms["99"] == pytest.approx(50.499, rel=0.001)
    assert first.latency.percentiles_ms["99"] >= 50.499
    second = facts(read_bytes(tmp_path, run(values)))
    assert second.latency == first.latency


def test_facts_stay_under_four_mebibytes(tmp_path: Path) -> None:
    rng = random.Random(7)  # noqa: S311 - numbers to repeat
    values = [round(10 ** rng.uniform(-2, 5), 6) for _ in range(60_000)]
    test = facts(read_bytes(tmp_path, run(values, names=40)))
    assert len(msgspec.json.encode(test)) < FOUR_MIB
    assert len(test.operations) == 40
    assert test.latency is not None
    assert test.latency.buckets


def test_too_many_names_leave_no_endpoint_rather_than_some(tmp_path: Path) -> None:
    test = facts(read_bytes(tmp_path, run([5.0] * 300, names=300)))
    assert test.requests == 300
    assert test.operations == ()
    assert "more than 200 names" in test.more_detail


def test_dropped_iterations_are_counted(tmp_path: Path) -> None:
    point = POINT % ("dropped_iterations", "2026-06-01T10:00:00Z", "3", "n0", "200")
    dropped = (point + chr(10)).encode() * 2
    assert facts(read_bytes(tmp_path, run([5.0]) + dropped)).dropped == 6


def broken(old: bytes, new: bytes) -> bytes:
    return run([5.0, 6.0]).replace(old, new, 1)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (run([5.0])[:-30], "line 2: it is not JSON"),
        (run([5.0]) + b"\n", "line 3: it is empty"),
        (run([5.0]) + b"[1]\n", "line 3: it is neither a point nor a metric of k6"),
        (broken(b'"value":5.0', b'"value":NaN'), "line 2: it is not strict JSON: NaN"),
        (
            broken(b'"value":5.0', b'"value":1e999'),
            "line 2: it is not strict JSON: 1e999 is not a finite number",
        ),
        (broken(b'"value":5.0', b'"value":-5'), "line 2: a sample of http_req_duration is -5 ms"),
        (broken(b'"value":5.0', b'"value":1e300'), "line 2: a sample of http_req_duration is 1e+300 ms"),
        (broken(b'"value":5.0', b'"value":"5"'), "line 2: it is no point of k6"),
        (broken(b'"value":5.0', b'"value":5,"value":5'), "'value' stands twice"),
        (broken(b'"status":"200"', b'"status":"200","status":"200"'), "'status' stands twice"),
        (
            broken(b'"status":"200"', b'"status":200'),
            "line 1: it is no point of k6: Expected `str`, got `int`",
        ),
        (broken(b'"value":1', b'"value":2'), "line 1: a sample of http_reqs is 2, where 1 is meant"),
        (broken(b"2026-06-01T10:00:00Z", b"2026-06-31T10:00:00Z"), "is not a time"),
        (broken(b"2026-06-01T10:00:00Z", b"2026-06-01T10:00:00.000"), "has no zone"),
        (broken(b'"n0"', b'"\xff"'), "it is not UTF-8"),
        (run([5.0]) + run([6.0]).splitlines()[0], "the run has 2 http_reqs and 1 http_req_duration"),
        (run([0, 0]), "every latency of the run is 0"),
        (run([5.0]).replace(b'"status":"200"', b'"status":"ok"'), "the status is 'ok'"),
    ],
)
def test_a_file_that_is_not_whole_or_not_true_is_malformed(
    tmp_path: Path, content: bytes, message: str
) -> None:
    item = read_bytes(tmp_path, content)
    assert item.reason is Reason.MALFORMED
    assert message in item.message


def test_verdicts_that_contradict_the_tags_are_malformed(tmp_path: Path) -> None:
    content = (SAMPLES / "k6.points.json").read_bytes()
    changed = content.replace(b'"expected_response":"false"', b'"expected_response":"true"')
    item = read_bytes(tmp_path, changed)
    assert item.reason is Reason.MALFORMED
    assert "http_req_failed counts 3 failed requests, and 0 have the tag" in item.message


def test_a_run_without_requests_is_missing(tmp_path: Path) -> None:
    line = b'{"metric":"vus","type":"Point","data":{"time":"2026-06-01T10:00:00Z","value":3,"tags":{}}}\n'
    assert read_bytes(tmp_path, line).reason is Reason.MISSING
