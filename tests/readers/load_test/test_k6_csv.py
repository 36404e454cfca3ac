"""Samples of k6 as CSV, plain and packed."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from readiness.evidence.load_test import LoadTest
from readiness.evidence.model import Reason
from tests.readers.load_test.support import SAMPLES, item_of, read, read_bytes
from tests.support import SHARED

POINTS, NANO, REFUSED = SAMPLES / "k6/points.csv", SAMPLES / "k6/nano.csv", SAMPLES / "k6/refused.csv"
HEAD = POINTS.read_bytes().partition(b"\n")[0]
SHARED_K6 = SHARED / "samples/load/k6"
FEW = settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])


def row(metric: str, value: str, *, time: str = "1795238243", error: str = "", tail: str = "") -> bytes:
    """One sample of a request that succeeded."""
    tags = f"{error},,true,,GET,items,HTTP/1.1,main,,200,,,items,,{tail}"
    return f"{metric},{time},{value},,{tags}".encode()


def file_of(*rows: bytes) -> bytes:
    return b"\n".join([HEAD, *rows, b""])


def request(time: str = "1795238243", **more: str) -> list[bytes]:
    """The two samples of a request that every count needs."""
    return [
        row("http_reqs", "1.000000", time=time, **more),
        row("http_req_duration", "5.500000", time=time, **more),
    ]


def test_samples_are_told_by_their_header_and_end_the_run() -> None:
    item, test = item_of(POINTS), read(POINTS)
    assert (item.provenance.format, item.provenance.observed_from) == ("k6-csv", "content")
    assert item.provenance.observed_at == test.ended_at
    assert (test.tool, test.requests, test.errors) == ("k6", 62, 3)


def test_every_latency_is_there_to_the_nanosecond() -> None:
    latency = read(POINTS).latency
    assert latency is not None
    assert (latency.source, latency.of, latency.count) == ("raw", "successful", 59)
    assert latency.min_ms == 5.440499


def test_endpoints_are_told_apart() -> None:
    assert [(one.name, one.requests, one.errors) for one in read(POINTS).operations] == [
        ("fast", 21, 0),
        ("items", 41, 3),
    ]


def test_whole_seconds_make_the_run_longer_and_never_shorter() -> None:
    seconds, nano = read(POINTS), read(NANO)
    assert seconds.duration_s is not None
    assert nano.duration_s == pytest.approx(1.0476, abs=0.001)
    # k6 was asked for two seconds.
    assert 2 <= seconds.duration_s <= 4


@pytest.mark.parametrize(
    "times",
    [
        ("1795238243", "1795238244"),
        ("1795238243000", "1795238244000"),
        ("1795238243000000", "1795238244000000"),
        ("1795238243000000000", "1795238244000000000"),
        ("2026-11-21T05:17:23Z", "2026-11-21T06:17:24+01:00"),
        ("2026-11-21T05:17:23Z", "2026-11-21T05:17:24.000001Z"),
    ],
)
def test_timestamps_of_every_form_are_read(tmp_path: Path, times: tuple[str, str]) -> None:
    test = read_bytes(tmp_path, file_of(*request(times[0]), *request(times[1]))).facts
    assert isinstance(test, LoadTest)
    assert f"{test.ended_at:%FT%T}" == "2026-11-21T05:17:24"


def test_refused_connections_are_failures_without_latencies() -> None:
    test = read(REFUSED)
    assert (test.requests, test.errors, test.latency) == (21, 21, None)


def test_a_text_in_quotes_may_go_on_in_the_next_line(tmp_path: Path) -> None:
    more = {"error": '"dial: ""x"",\n  refused"', "tail": '"a=b&c=""d"""'}
    test = read_bytes(tmp_path, file_of(*request(**more))).facts
    assert isinstance(test, LoadTest)
    assert (test.requests, test.errors) == (1, 0)


def test_a_file_without_samples_is_missing(tmp_path: Path) -> None:
    assert read_bytes(tmp_path, file_of()).reason is Reason.MISSING


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([b""], "row 2: it is no sample of k6"),
        ([row("http_reqs", "1.0")], "row 2: it is no sample of k6"),
        ([row("http_reqs", "NaN")], "row 2: it is no sample of k6"),
        ([row("http_reqs", "2.000000")], "row 2: a sample of http_reqs is 2, where 1 is meant"),
        ([row("http_req_duration", "-1.000000")], "a sample of http_req_duration is -1 ms"),
        ([row("http_req_failed", "0.500000")], "where 0 or 1 is meant"),
        ([row("http_reqs", "1.000000", time="soon")], "'soon' is not a time"),
        ([row("http_reqs", "1.000000") + b",x"], "it has 20 of 19 columns"),
        ([*request(), *request("1795238243000")], "its time is of another form"),
        ([*request(), row("http_reqs", "1.000000")], "2 http_reqs and 1 http_req_duration"),
        ([row("http_reqs", "1.000000", error='"open')], "its last row is cut"),
        ([row("http_reqs", "1.000000", error='"a"b"c"')], "it is no CSV"),
        ([row("http_reqs", "1.000000").replace(b"items", b"\xff")], "it is not UTF-8 text"),
    ],
)
def test_rows_that_are_none_are_malformed(tmp_path: Path, rows: list[bytes], message: str) -> None:
    item = read_bytes(tmp_path, file_of(*rows))
    assert item.reason is Reason.MALFORMED
    assert message in item.message


def test_columns_that_are_not_those_of_k6_are_malformed(tmp_path: Path) -> None:
    item = read_bytes(tmp_path, b"metric_name,timestamp,metric_value,name\n")
    assert item.message == "its columns are not those that k6 writes"


def test_a_quote_that_is_never_closed_is_malformed(tmp_path: Path) -> None:
    item = read_bytes(tmp_path, file_of(b'http_reqs,1795238243,1.000000,"', *[b"x"] * 2_000))
    assert "a quote is not closed" in item.message


@given(place=st.floats(0, 1, exclude_max=True))
@FEW
def test_a_file_cut_anywhere_shows_only_whole_rows(tmp_path: Path, place: float) -> None:
    content, whole = POINTS.read_bytes(), read(POINTS)
    item = read_bytes(tmp_path, content[: int(place * len(content))])
    assert "please report" not in item.remedy
    if isinstance(item.facts, LoadTest):
        assert item.facts.requests <= whole.requests
        assert item.facts.latency is None or item.facts.latency.count <= item.facts.requests


def test_a_packed_file_reads_as_what_it_holds() -> None:
    packed = SAMPLES / "k6/points.csv.gz"
    item, test = item_of(packed), read(packed)
    assert item.provenance.format == "k6-csv"
    assert (item.provenance.bytes, test.requests) == (packed.stat().st_size, 62)


def test_packed_samples_of_both_forms_agree() -> None:
    one, other = read(SAMPLES / "k6/points.csv.gz"), read(SAMPLES / "k6/points.json.gz")
    assert (one.requests, one.errors, one.latency) == (other.requests, other.errors, other.latency)
    assert one.operations == other.operations


def test_a_packed_file_without_its_suffix_is_told_by_its_content(tmp_path: Path) -> None:
    assert read_bytes(tmp_path, gzip.compress(NANO.read_bytes())).facts == read(NANO)


@pytest.mark.skipif(not SHARED_K6.is_dir(), reason="the samples are not part of the repository")
def test_the_csv_of_a_run_agrees_with_its_points() -> None:
    one, other = read(SHARED_K6 / "healthy.points.csv"), read(SHARED_K6 / "healthy.points.json")
    assert (one.requests, one.errors) == (other.requests, other.errors) == (1520, 36)
    assert one.latency is not None
    assert other.latency is not None
    assert one.latency.percentiles_ms == other.latency.percentiles_ms
    told = json.loads((SHARED_K6 / "healthy.truth.json").read_text())
    items = next(one for one in one.operations if one.name == "items")
    assert items.requests - (items.errors or 0) == told["/items"]["count"]
