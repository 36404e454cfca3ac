"""JMeter's CSV: every request once, whatever the columns."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from readiness.evidence.load_test import LoadTest
from readiness.evidence.model import Item, Reason
from readiness.testing import judge_check
from tests.readers.load_test.support import SAMPLES, item_of, read, read_bytes
from tests.support import SHARED

FOLDER = SAMPLES / "jmeter"
HEADER = (
    "timeStamp,elapsed,label,responseCode,responseMessage,threadName,dataType,success,failureMessage,bytes,"
    "sentBytes,grpThreads,allThreads,URL,Latency,IdleTime,Connect"
)
NOON = 1_795_262_400_000
SUMMED_UP = '"Number of samples in transaction : {}, number of failing samples : {}"'


def row(
    start: int = 0,
    elapsed: object = 10,
    label: str = "GET /",
    *,
    code: str = "200",
    message: str = "OK",
    thread: str = "Buyers 1-1",
    success: object = "true",
    url: str = "http://127.0.0.1/",
) -> str:
    """A row that starts so many ms after noon."""
    return f"{NOON + start},{elapsed},{label},{code},{message},{thread},text,{success},,10,10,4,4,{url},9,0,1"


def written(folder: Path, rows: Sequence[str], header: str = HEADER) -> Item:
    """What rows under a header read as."""
    return read_bytes(folder, "\n".join([header, *rows, ""]).encode())


def facts(folder: Path, rows: Sequence[str], header: str = HEADER) -> LoadTest:
    """The facts of rows that can be read."""
    item = written(folder, rows, header)
    assert isinstance(item.facts, LoadTest), item.message
    return item.facts


def counts(test: LoadTest) -> dict[str, tuple[int, int | None]]:
    """Requests and errors by endpoint."""
    return {one.name: (one.requests, one.errors) for one in test.operations}


def test_a_run_has_the_requests_that_the_server_counted() -> None:
    test = read(FOLDER / "results.csv")
    assert (test.requests, test.errors, dict(test.errors_by)) == (200, 43, {"other": 40, "status": 3})
    assert counts(test) == {
        "asserted": (40, 40),
        "fast": (80, 0),
        'items, of the "shop"': (40, 3),
        "moved": (40, 0),
    }
    assert (test.tool, test.loop, test.concurrency, test.corrected) == ("jmeter", "closed", 4, False)


def test_latencies_are_of_successful_requests_in_ms() -> None:
    latency = read(FOLDER / "results.csv").latency
    assert latency is not None
    assert (latency.of, latency.source, latency.count) == ("successful", "raw", 157)
    assert (latency.min_ms, latency.max_ms) == (33, 104)
    assert latency.percentiles_ms["95"] == 89


def test_a_time_stamp_is_a_start(tmp_path: Path) -> None:
    test = facts(tmp_path, [row(0, 1000), row(500, 2500, thread="Buyers 1-2")])
    assert test.started_at == datetime(2026, 11, 21, 12, tzinfo=UTC)
    assert test.ended_at == datetime(2026, 11, 21, 12, 0, 3, tzinfo=UTC)
    assert test.duration_s == 3
    assert written(tmp_path, [row(0, 1000)]).provenance.observed_at == datetime(
        2026, 11, 21, 12, 0, 1, tzinfo=UTC
    )


def test_requests_of_a_transaction_count_once() -> None:
    test = read(FOLDER / "parents.csv")
    assert counts(test) == {"items": (12, 1), "moved": (12, 0)}


def test_transactions_without_their_requests_are_unproven() -> None:
    item = item_of(FOLDER / "parents-alone.csv")
    assert item.facts is None
    assert item.reason is Reason.INSUFFICIENT
    assert item.message == "8 transactions stand without their requests"
    assert "subresults=true" in item.remedy


def test_a_file_of_transactions_alone_is_unproven(tmp_path: Path) -> None:
    header = "elapsed,label,responseCode,responseMessage,success"
    item = written(tmp_path, [f"10,buy,200,{SUMMED_UP.format(2, 0)},true"], header)
    assert item.message == "1 transactions stand without their requests"


def test_failures_that_only_a_transaction_counts_are_unproven(tmp_path: Path) -> None:
    header = "elapsed,label,responseCode,responseMessage,success"
    rows = ["10,browse,200,OK,true", f"10,buy,,{SUMMED_UP.format(2, 1)},false"]
    assert "count 1 failed requests, the file lists 0" in written(tmp_path, rows, header).message


def test_a_transaction_that_does_not_say_how_many_is_malformed(tmp_path: Path) -> None:
    rows = [row(message='"Number of samples in transaction : many"')]
    assert "line 2: a transaction says" in written(tmp_path, rows).message


def test_parts_that_are_called_by_their_url_count_with_their_request() -> None:
    test = read(FOLDER / "parts-by-url.csv")
    assert counts(test)["moved"] == (16, 0)
    assert test.requests == 48
    assert not any("://" in one.name for one in test.operations)


def test_a_redirect_counts_once(tmp_path: Path) -> None:
    rows = [row(0, 90, "in"), row(0, 40, "in-0", code="302"), row(40, 50, "in-1"), row(40, 20, "in-1-0")]
    assert counts(facts(tmp_path, rows)) == {"in": (1, 0)}


@pytest.mark.parametrize(
    "other",
    [
        row(90, 40, "in-0", success="false"),
        row(10, 40, "in-0", success="false", thread="Buyers 1-2"),
        row(10, 40, "in-1", success="false"),
        row(10, 40, "out-0", success="false"),
    ],
)
def test_a_request_that_is_named_like_a_part_counts(tmp_path: Path, other: str) -> None:
    test = facts(tmp_path, [row(0, 90, "in"), other])
    assert (test.requests, test.errors) == (2, 1)


def test_times_without_a_zone_are_the_earliest_that_they_can_be() -> None:
    test = read(FOLDER / "formatted.csv")
    assert (test.requests, test.errors, test.concurrency) == (24, 1, 4)
    # Berlin, where it ran, is 13 hours behind the earliest zone.
    assert test.ended_at == datetime(2026, 11, 20, 16, 49, 21, 313_000, tzinfo=UTC)
    assert test.duration_s == pytest.approx(0.489)


@pytest.mark.parametrize(
    "stamp",
    ["2026-11-21 12:00:00", "2026/11/21 12:00:00.000", "2026-11-21T12:00:00.000", "2026-11-21 12:00:00,000"],
)
def test_common_formats_of_times_are_read(tmp_path: Path, stamp: str) -> None:
    rows = [f"{stamp};1000;GET /;200;true", f"{stamp};2000;GET /;200;true"]
    test = facts(tmp_path, rows, "timeStamp;elapsed;label;responseCode;success")
    assert test.duration_s == 2
    assert test.started_at == datetime(2026, 11, 20, 22, tzinfo=UTC)


@pytest.mark.parametrize(
    "stamp", ["2026-11-21T13:00:00.000+01:00", "2026-11-21T12:00:00Z", "2026-11-21 07:00:00-0500"]
)
def test_a_zone_is_kept(tmp_path: Path, stamp: str) -> None:
    test = facts(tmp_path, [f"{stamp},1,GET /,200,true"], "timeStamp,elapsed,label,responseCode,success")
    assert test.started_at == datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    "stamp", ["11/21/26 12:00:00", "21.11.2026 12:00", "1795262400", "2026-13-01 12:00:00", "", "-1", "noon"]
)
def test_other_formats_of_times_are_malformed(tmp_path: Path, stamp: str) -> None:
    item = written(tmp_path, [f"{stamp},1,GET /,200,true"], "timeStamp,elapsed,label,responseCode,success")
    assert item.reason is Reason.MALFORMED
    assert "line 2: the time stamp" in item.message
    assert "timestamp_format=ms" in item.remedy


def test_few_columns_are_enough_for_counts_and_latencies() -> None:
    test = read(FOLDER / "few-columns.csv")
    assert counts(test) == {'items, of the "shop"': (8, 1), "moved": (8, 0)}
    assert (test.duration_s, test.started_at, test.concurrency) == (None, None, None)
    assert item_of(FOLDER / "few-columns.csv").provenance.observed_from == "mtime"


def test_without_labels_there_are_no_endpoints(tmp_path: Path) -> None:
    test = facts(tmp_path, ["10,200,OK,true"], "elapsed,responseCode,responseMessage,success")
    assert (test.requests, test.operations) == (1, ())


def test_without_verdict_or_status_it_is_not_known_what_failed(tmp_path: Path) -> None:
    test = facts(tmp_path, [f"{NOON},10,GET /,1"], "timeStamp,elapsed,label,Latency")
    assert test.errors is None
    assert test.latency is not None
    assert test.latency.of == "all"
    assert judge_check("performance/error-rate", {"max": "1%"}, load=(test,)).outcome == "unproven"


def test_without_durations_there_are_no_latencies(tmp_path: Path) -> None:
    test = facts(tmp_path, [f"{NOON},GET /,200,true"], "timeStamp,label,responseCode,success")
    assert (test.errors, test.latency) == (0, None)


def test_without_messages_requests_that_overlap_are_unproven(tmp_path: Path) -> None:
    header = "timeStamp,elapsed,label,threadName,success"
    rows = [f"{NOON},40,in,1-1,true", f"{NOON},90,buy,1-1,true"]
    item = written(tmp_path, rows, header)
    assert "requests of one thread overlap" in item.message
    assert "response_message=true" in item.remedy
    assert facts(tmp_path, [rows[0], f"{NOON + 40},90,out,1-1,true"], header).requests == 2


@pytest.mark.parametrize(
    ("code", "success", "failure"),
    [
        ("200", "true", ""),
        ("302", "true", ""),
        ("404", "true", ""),
        ("500", "true", "status"),
        ("503", "false", "status"),
        ("404", "false", "status"),
        ("200", "false", "other"),
        ("", "false", "other"),
        ("Non HTTP response code: java.net.SocketTimeoutException", "false", "timeout"),
        ("Non HTTP response code: java.net.UnknownHostException", "false", "connection"),
    ],
)
def test_failures_are_told_apart(tmp_path: Path, code: str, success: str, failure: str) -> None:
    test = facts(tmp_path, [row(), row(20, code=code, success=success)])
    assert test.errors == bool(failure)
    assert dict(test.errors_by) == ({failure: 1} if failure else {})


@pytest.mark.parametrize(
    ("code", "errors"), [("200", 0), ("399", 0), ("400", 1), ("503", 1), ("", 1), ("OK", 1)]
)
def test_without_a_verdict_the_status_tells(tmp_path: Path, code: str, errors: int) -> None:
    assert (
        facts(tmp_path, [f"{NOON},10,GET /,{code}"], "timeStamp,elapsed,label,responseCode").errors == errors
    )


def test_refused_connections_have_no_latency() -> None:
    test = read(FOLDER / "refused.csv")
    assert (test.requests, test.errors, dict(test.errors_by)) == (16, 16, {"connection": 16})
    assert test.latency is None


def test_a_file_without_a_header_is_read_by_jmeters_default_columns() -> None:
    test = read(FOLDER / "no-header.tsv")
    assert counts(test) == {'items, of the "shop"': (8, 1), "moved": (8, 0)}


def test_a_row_of_a_batch_counts_all_its_samples(tmp_path: Path) -> None:
    header = f"{HEADER},SampleCount,ErrorCount"
    test = facts(tmp_path, [row() + ",1,0", row(20, 900, success="false") + ",50,2"], header)
    assert (test.requests, test.errors) == (51, 2)
    assert test.latency is not None
    assert test.latency.count == 1


@pytest.mark.parametrize(("success", "errors"), [("true", 0), ("false", 50)])
def test_a_batch_without_a_count_of_errors_failed_whole_or_not(
    tmp_path: Path, success: str, errors: int
) -> None:
    assert facts(tmp_path, [row(success=success) + ",50"], f"{HEADER},SampleCount").errors == errors


def test_a_batch_of_more_errors_than_samples_is_malformed(tmp_path: Path) -> None:
    header = f"{HEADER},SampleCount,ErrorCount"
    assert "3 of 2 samples failed" in written(tmp_path, [row() + ",2,3"], header).message


def test_active_threads_of_several_hosts_are_added_up(tmp_path: Path) -> None:
    test = facts(tmp_path, [row() + ",one", row(thread="1-2") + ",two"], f"{HEADER},Hostname")
    assert test.concurrency == 8


def test_an_open_model_is_not_called_closed(tmp_path: Path) -> None:
    assert facts(tmp_path, [row(thread="Open Model Thread Group 1-1")]).loop == "unknown"


def test_a_message_of_several_lines_is_one_field(tmp_path: Path) -> None:
    message = '"it says ""no"",\nand then, nothing"'
    assert facts(tmp_path, [row(message=message), row(20)]).requests == 2


def test_lines_may_end_as_on_windows(tmp_path: Path) -> None:
    content = "\r\n".join(["\ufeff" + HEADER, row(), row(20), ""]).encode()
    item = read_bytes(tmp_path, content)
    assert isinstance(item.facts, LoadTest), item.message
    assert item.facts.requests == 2


def test_many_names_are_left_out_together(tmp_path: Path) -> None:
    test = facts(tmp_path, [row(place * 20, label=f"GET /{place}.html") for place in range(300)])
    assert (test.requests, test.operations) == (300, ())
    assert "group them by a name" in test.more_detail


def test_many_different_latencies_become_narrow_buckets(tmp_path: Path) -> None:
    latency = facts(
        tmp_path, [row(place, 1000 + place, thread=f"1-{place}") for place in range(45_000)]
    ).latency
    assert latency is not None
    assert (latency.count, latency.min_ms, latency.max_ms) == (45_000, 1000, 45_999)
    assert latency.mean_ms == 23_499.5
    assert sum(one.count for one in latency.buckets) == 45_000
    assert all(one.high_ms <= one.low_ms * 1.0011 for one in latency.buckets)
    assert 43_749 <= latency.percentiles_ms["95"] <= 43_749 * 1.001


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([row(elapsed="-1")], "line 2: elapsed is '-1', which is no whole number"),
        ([row(elapsed="NaN")], "line 2: elapsed is 'NaN'"),
        ([row(elapsed="1e9")], "line 2: elapsed is '1e9'"),
        ([row(elapsed="")], "line 2: elapsed is ''"),
        ([row(elapsed=10**12)], "line 2: a request took 1000000000000 ms"),
        ([row(start=10**13)], "line 2: 11795262400000 is no time in ms since 1970"),
        ([row(success="yes")], "line 2: success is 'yes', neither true nor false"),
        ([row() + ",7"], "line 2: it has 18 of 17 columns"),
        ([row(), HEADER, row()], "line 3: the header stands again: several runs were joined"),
        ([row(message='"never closed')], "line 2: its quotes do not close: it ends too early"),
        ([row(message='a"b"')], ""),
        ([row(elapsed=0), row(elapsed=0)], "every latency of the run is 0"),
        ([], "the run made no request over HTTP"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(tmp_path: Path, rows: list[str], message: str) -> None:
    item = written(tmp_path, rows)
    assert message in item.message
    assert (item.facts is None) == bool(message)


def test_a_column_that_stands_twice_is_malformed(tmp_path: Path) -> None:
    assert (
        "the column success stands twice" in written(tmp_path, [row() + ",true"], f"{HEADER},success").message
    )


def test_text_that_is_not_utf_8_is_malformed(tmp_path: Path) -> None:
    item = read_bytes(tmp_path, f"{HEADER}\n{row(label='café')}\n".encode("latin-1"))
    assert item.message == "line 2: it is not UTF-8 text"
    assert "file.encoding" in item.remedy


def test_a_line_without_end_is_malformed(tmp_path: Path) -> None:
    item = read_bytes(tmp_path, f"{HEADER}\n".encode() + b"7" * (20 * 2**20))
    assert "a line is longer" in item.message


def test_quotes_that_never_close_are_malformed(tmp_path: Path) -> None:
    item = read_bytes(tmp_path, f'{HEADER}\n"'.encode() + b"x\n" * 600_000)
    assert item.message == "line 2: its quotes do not close"


def test_a_last_row_without_end_counts_where_nothing_that_matters_was_cut(tmp_path: Path) -> None:
    whole = read_bytes(tmp_path, "\n".join([HEADER, row(), row(20)]).encode())
    assert isinstance(whole.facts, LoadTest)
    assert whole.facts.requests == 2
    header = "timeStamp,label,responseMessage,success,elapsed"
    cut = read_bytes(tmp_path, f"{header}\n{NOON},GET /,OK,true,12".encode())
    assert cut.message == "line 2: it has 5 of 5 columns: it ends too early"


def test_a_public_file_is_read() -> None:
    path = SHARED / "samples/load/public/jmeter/HTMLReportTestFile.csv"
    if not path.is_file():
        pytest.skip("the samples are not part of the repository")
    test = read(path)
    assert (test.requests, test.errors, dict(test.errors_by)) == (255, 3, {"status": 3})
