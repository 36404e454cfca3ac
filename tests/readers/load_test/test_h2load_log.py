"""The log of h2load."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.readers.load_test.edits import facts_of, latency_of, refused
from tests.readers.load_test.support import SAMPLES, item_of, read

ROW = b"1795238963697360\t200\t5955\n"


def test_a_log_is_told_by_its_first_line_and_dated_by_its_last_answer() -> None:
    item, test = item_of(SAMPLES / "h2load/failing.tsv"), read(SAMPLES / "h2load/failing.tsv")
    assert (item.provenance.format, item.provenance.observed_from) == ("h2load-log", "content")
    assert item.provenance.observed_at == test.ended_at
    assert test.duration_s == pytest.approx(3.14, abs=0.01)


def test_its_times_are_those_of_the_report() -> None:
    log, report = (latency_of(read(SAMPLES / f"h2load/h2load.{name}")) for name in ("tsv", "txt"))
    assert (log.source, log.of, log.count) == ("raw", "successful", 600)
    assert log.max_ms == pytest.approx(report.max_ms, abs=0.011)
    assert log.mean_ms == pytest.approx(report.mean_ms, abs=0.011)


def test_requests_that_were_lost_have_no_line_so_that_errors_are_not_known() -> None:
    log, report = read(SAMPLES / "h2load/lost.tsv"), read(SAMPLES / "h2load/lost.txt")
    assert (log.requests, log.errors) == (4, None)
    assert (report.requests, report.errors) == (20, 16)
    assert "keep what h2load prints" in log.more_detail


def test_statuses_from_400_on_and_streams_that_failed_have_no_latency(tmp_path: Path) -> None:
    test = facts_of(tmp_path, ROW * 8 + ROW.replace(b"200", b"503") + ROW.replace(b"200", b"-1"))
    assert (test.requests, dict(test.errors_by), latency_of(test).count) == (10, {"status": 1, "other": 1}, 8)
    assert read(SAMPLES / "h2load/failing.tsv").errors_by == {"status": 30}


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (ROW.replace(b"5955", b"-5955"), "line 2: it is no line of h2load's log"),
        (b"1795238963697360\t200\n", "line 2: it is no line of h2load's log"),
        (b"\n", "line 2: it is no line of h2load's log"),
        (ROW.rstrip(), "its last line has no end"),
    ],
)
def test_lines_that_h2load_does_not_write_are_malformed(tmp_path: Path, row: bytes, message: str) -> None:
    assert message in refused(tmp_path, ROW + row).message
