"""The rows of ab -g."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from readiness.evidence.model import Reason
from readiness.testing import read_evidence
from tests.readers.load_test.edits import latency_of, refused
from tests.readers.load_test.support import SAMPLES, item_of, read

HEADER = b"starttime\tseconds\tctime\tdtime\tttime\twait\n"


def test_rows_are_told_by_their_header_and_dated_by_their_last_answer() -> None:
    item, test = item_of(SAMPLES / "ab/failing.tsv"), read(SAMPLES / "ab/failing.tsv")
    assert (item.provenance.format, item.provenance.observed_from) == ("ab-gnuplot", "content")
    assert test.started_at == datetime(2026, 11, 21, 5, 32, 19, tzinfo=UTC)
    assert test.ended_at == item.provenance.observed_at
    assert test.duration_s is None


def test_statuses_are_not_in_it_so_that_errors_are_not_known() -> None:
    test = read(SAMPLES / "ab/failing.tsv")
    assert (test.requests, test.errors) == (360, None)
    assert "keep what ab prints" in test.more_detail
    assert latency_of(test).of == "all"


def test_each_bucket_has_what_a_whole_millisecond_stands_for() -> None:
    latency = latency_of(read(SAMPLES / "ab/failing.tsv"))
    assert (latency.source, sum(one.count for one in latency.buckets)) == ("histogram", 360)
    assert (latency.buckets[0].low_ms, latency.buckets[0].high_ms) == (4.5, 5.5)
    printed = latency_of(read(SAMPLES / "ab/failing.txt"))
    assert (latency.min_ms, latency.max_ms) == (printed.min_ms, printed.max_ms)
    assert latency.percentiles_ms["99"] == printed.percentiles_ms["99"]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (b"Sat Nov 21 05:32:19 2026\t1795239139\t0\t5\t5\n", "line 2: it is no row of ab -g"),
        (b"Sat Nov 21 05:32:19 2026\t1795239139\t0\t-5\t5\t5\n", "line 2: it is no row of ab -g"),
        (b"Sat Nov 21 05:32:19 2026\t1795239139\t0\t5\t50\t5\n", "line 2: 0 and 5 ms are not 50 ms"),
        (b"Sat Nov 21 05:32:19 2026\t1795239139\t0\t5\t5\t5", "its last line has no end"),
    ],
)
def test_rows_that_ab_does_not_write_are_malformed(tmp_path: Path, row: bytes, message: str) -> None:
    assert message in refused(tmp_path, HEADER + row).message


def test_a_header_alone_is_missing(tmp_path: Path) -> None:
    assert "it has no rows" in refused(tmp_path, HEADER, Reason.MISSING).message


def test_another_file_that_is_called_this_format_is_malformed(tmp_path: Path) -> None:
    (tmp_path / "rows.tsv").write_bytes((SAMPLES / "ab/failing.tsv").read_bytes().partition(b"\n")[2])
    (item,) = read_evidence("load-test", tmp_path, path="rows.tsv", format="ab-gnuplot").items
    assert (item.facts, item.message) == (None, "line 1: it is no header of ab -g")
