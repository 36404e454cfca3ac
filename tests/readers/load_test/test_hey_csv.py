"""The rows of hey -o csv."""

from __future__ import annotations

from pathlib import Path

import pytest

from readiness.evidence.model import Reason
from readiness.testing import read_evidence
from tests.readers.load_test.edits import facts_of, latency_of, refused
from tests.readers.load_test.support import SAMPLES, item_of, read

HEADER = b"response-time,DNS+dialup,DNS,Request-write,Response-delay,Response-read,status-code,offset\n"
ROW = b"0.0066,0.0002,0.0000,0.0000,0.0062,0.0001,200,0.0001\n"


def test_rows_are_told_by_their_header() -> None:
    item, test = item_of(SAMPLES / "hey/failing.csv"), read(SAMPLES / "hey/failing.csv")
    assert (item.provenance.format, item.provenance.observed_from) == ("hey-csv", "mtime")
    assert (test.tool, test.requests) == ("hey", 360)
    assert test.duration_s == pytest.approx(4.44, abs=0.01)


def test_what_got_no_answer_is_left_out_so_that_errors_are_not_known() -> None:
    test = read(SAMPLES / "hey/failing.csv")
    assert (test.errors, dict(test.errors_by)) == (None, {"status": 30})
    assert "keep hey's summary" in test.more_detail


def test_each_bucket_has_what_four_decimals_stand_for() -> None:
    latency = latency_of(read(SAMPLES / "hey/failing.csv"))
    assert (latency.of, latency.source, latency.count) == ("all", "histogram", 360)
    assert (latency.buckets[0].low_ms, latency.buckets[0].high_ms) == (6.25, 6.35)


def test_a_run_that_was_refused_has_no_rows_and_is_missing() -> None:
    item = item_of(SAMPLES / "hey/refused.csv")
    assert (item.facts, item.reason) == (None, Reason.MISSING)
    assert "no request got an answer" in item.message


def test_rows_without_statuses_are_read_too(tmp_path: Path) -> None:
    test = facts_of(tmp_path, HEADER.replace(b",status-code,offset", b"") + ROW.replace(b",200,0.0001", b""))
    assert (test.requests, test.errors, test.duration_s) == (1, None, None)
    assert latency_of(test).of == "all"


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (ROW.replace(b",200,0.0001", b""), "line 2: it is no row of hey"),
        (ROW.replace(b"0.0066", b"-0.0066"), "line 2: it is no row of hey"),
        (ROW.replace(b"0.0066", b"NaN"), "line 2: it is no row of hey"),
        (ROW.rstrip(), "its last line has no end"),
    ],
)
def test_rows_that_hey_does_not_write_are_malformed(tmp_path: Path, row: bytes, message: str) -> None:
    assert message in refused(tmp_path, HEADER + row).message


def test_another_file_that_is_called_this_format_is_malformed(tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_bytes(ROW * 3)
    (item,) = read_evidence("load-test", tmp_path, path="rows.csv", format="hey-csv").items
    assert (item.facts, item.message) == (None, "line 1: it is no header of hey")
