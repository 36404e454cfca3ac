"""The results of Vegeta, encoded as CSV."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.readers.load_test.edits import facts_of, refused
from tests.readers.load_test.support import SAMPLES, item_of, read

RESULTS = SAMPLES / "vegeta/results.csv"
ROW = RESULTS.read_bytes().splitlines(keepends=True)[1].replace(b"shop,1,", b"shop,0,")


def test_rows_without_a_header_are_told_by_their_first_one() -> None:
    item = item_of(RESULTS)
    assert (item.provenance.format, item.provenance.observed_from) == ("vegeta-csv", "content")


def test_rows_read_as_the_same_results_in_json() -> None:
    assert read(RESULTS) == read(SAMPLES / "vegeta/results.json")


def test_an_error_with_a_comma_and_quotes_is_one_column() -> None:
    assert b'"Get ""http' in RESULTS.read_bytes()
    assert read(RESULTS).errors_by["connection"] == 2


def test_rows_of_an_old_version_have_no_endpoints() -> None:
    old, new = read(SAMPLES / "vegeta/old.csv"), read(RESULTS)
    assert old.operations == ()
    assert (old.requests, old.errors, old.latency) == (new.requests, new.errors, new.latency)


def test_one_row_is_a_run_of_one_request(tmp_path: Path) -> None:
    test = facts_of(tmp_path, ROW)
    assert (test.requests, test.duration_s) == (1, 0.001032975)


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (ROW + ROW.replace(b",GET", b""), "line 2: it has 11 columns, where 12 are meant"),
        (ROW.replace(b",GET", b",GET,x"), "line 1: it has 13 columns, where 9, 11 or 12 are meant"),
        (ROW + ROW.replace(b",200,", b",2000,"), "line 2: the status is 2000"),
        (ROW + ROW.replace(b",200,", b",OK,"), "line 2: 'OK' is no whole number"),
        (ROW + ROW.replace(b",200,", b',"200,'), "line 2: it is no row of CSV"),
        (ROW + ROW.replace(b"shop", b"\xff"), "line 2: it is not UTF-8 text"),
        (ROW * 2, "has 2 results with 1 numbers: some stand twice"),
        (ROW + b"\n", "line 2: it has 1 columns"),
        (ROW[:-1], "its last line has no end"),
    ],
)
def test_rows_that_vegeta_does_not_write_are_malformed(tmp_path: Path, rows: bytes, message: str) -> None:
    assert message in refused(tmp_path, rows).message
