"""Gatling's simulation.log, as text and as bytes: every request of a run."""

from __future__ import annotations

import struct
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from readiness.evidence.load_test import LoadTest
from readiness.evidence.model import Item, Reason
from tests.readers.load_test.support import SAMPLES, item_of, read, read_bytes
from tests.support import SHARED

FOLDER = SAMPLES / "gatling"
PUBLIC = SHARED / "samples/load/public/gatling"
NOON = 1_795_262_400_000
RUN = f"RUN\tShop\tshop\t{NOON}\t \t3.12.0"
STARTS, ENDS = f"USER\tBuyers\tSTART\t{NOON}", f"USER\tBuyers\tEND\t{NOON + 5000}"


def request(
    start: int = 0, end: int = 10, name: str = "items", verdict: str = "OK", message: str = " "
) -> str:
    """A line of a request, from and to so many ms after noon."""
    return f"REQUEST\t\t{name}\t{NOON + start}\t{NOON + end}\t{verdict}\t{message}"


def written(folder: Path, *lines: str, run: str = RUN) -> Item:
    """What lines behind that of a run read as."""
    return read_bytes(folder, "\n".join([run, *lines, ""]).encode())


def facts(item: Item) -> LoadTest:
    """The facts of what can be read."""
    assert isinstance(item.facts, LoadTest), item.message
    return item.facts


class Log:
    """A binary log, written as Gatling 3.14 does."""

    def __init__(
        self, version: str = "3.14.3", start: int = NOON, assertions: tuple[bytes, ...] = ()
    ) -> None:
        self.known: dict[str, int] = {}
        self.content = (
            b"\0" + self.text(version) + self.text("Shop") + struct.pack(">q", start) + self.text("")
        )
        self.content += self.whole(1) + self.text("Buyers") + self.whole(len(assertions))
        self.content += b"".join(self.whole(len(one)) + one for one in assertions)

    def whole(self, *numbers: int) -> bytes:
        return b"".join(struct.pack(">i", number) for number in numbers)

    def text(self, text: str) -> bytes:
        if not text:
            return self.whole(0)
        try:
            coded = text.encode("latin-1") + b"\0"
        except UnicodeEncodeError:
            coded = text.encode("utf-16-le") + b"\1"
        return self.whole(len(coded) - 1) + coded

    def repeated(self, text: str) -> bytes:
        if text in self.known:
            return self.whole(-self.known[text])
        self.known[text] = len(self.known) + 1
        return self.whole(self.known[text]) + self.text(text)

    def request(self, start: int = 0, end: int = 10, name: str = "items", message: str = "") -> Log:
        self.content += b"\1" + self.whole(0) + self.repeated(name) + self.whole(start, end)
        self.content += (b"\0" if message else b"\1") + self.repeated(message)
        return self

    def add(self, content: bytes) -> Log:
        self.content += content
        return self


@pytest.mark.parametrize("name", ["text.log", "binary.log"])
def test_a_run_has_the_requests_that_the_server_counted(name: str) -> None:
    test = read(FOLDER / name)
    assert {one.name: (one.requests, one.errors) for one in test.operations} == {
        "browse / items": (100, 8),
        "browse / deep / fast": (100, 0),
        "moved": (100, 0),
        "moved Redirect 1": (100, 0),
        "caf\u00e9 \u2615": (100, 0),
    }
    assert (test.requests, test.errors, dict(test.errors_by)) == (500, 8, {"status": 8})
    assert (test.tool, test.loop, test.corrected, test.complete) == ("gatling", "unknown", False, True)


@pytest.mark.parametrize(("name", "least", "most"), [("text.log", 6, 111), ("binary.log", 5, 106)])
def test_latencies_are_of_successful_requests_in_ms(name: str, least: float, most: float) -> None:
    latency = read(FOLDER / name).latency
    assert latency is not None
    assert (latency.of, latency.source, latency.count) == ("successful", "raw", 492)
    assert (latency.min_ms, latency.max_ms) == (least, most)


@pytest.mark.parametrize("name", ["text.log", "binary.log"])
def test_requests_that_a_session_could_not_make_are_dropped(name: str) -> None:
    assert read(FOLDER / name).dropped == 100


@pytest.mark.parametrize("name", ["refused.text.log", "refused.binary.log"])
def test_refused_connections_have_no_latency(name: str) -> None:
    test = read(FOLDER / name)
    assert (test.requests, test.errors, dict(test.errors_by)) == (100, 100, {"connection": 100})
    assert test.latency is None


def test_a_run_lasts_from_its_first_request_to_its_last(tmp_path: Path) -> None:
    item = written(tmp_path, request(1000, 1500), request(1200, 4000))
    assert facts(item).started_at == datetime(2026, 11, 21, 12, 0, 1, tzinfo=UTC)
    assert facts(item).duration_s == 3
    assert item.provenance.observed_at == datetime(2026, 11, 21, 12, 0, 4, tzinfo=UTC)
    log = read_bytes(tmp_path, Log().request(1000, 1500).request(1200, 4000).content)
    assert facts(log) == facts(item)


def test_users_who_do_not_end_may_have_been_waiting(tmp_path: Path) -> None:
    test = facts(written(tmp_path, STARTS, request(), STARTS, ENDS))
    assert (test.complete, test.dropped) == (False, 1)
    user = b"\2" + struct.pack(">i?i", 0, True, 0)
    log = facts(read_bytes(tmp_path, Log().add(user).request().content))
    assert (log.complete, log.dropped) == (False, 1)


def test_groups_are_no_requests(tmp_path: Path) -> None:
    group = f"GROUP\tbrowse\t{NOON}\t{NOON + 5000}\t4000\tKO"
    test = facts(written(tmp_path, request(), group))
    assert (test.requests, test.errors) == (1, 0)


@pytest.mark.parametrize(
    ("message", "failure"),
    [
        ("status.find.in([200, 209], 304), found 503", "status"),
        ("Request timeout to localhost after 60000 ms", "timeout"),
        ("i.g.h.c.i.RequestTimeoutException: Request timeout", "timeout"),
        ("j.n.ConnectException: Connection refused", "connection"),
        ("i.n.c.ConnectTimeoutException: connection timed out", "connection"),
        ("Premature close", "connection"),
        ("jsonPath($.id).find.exists, found nothing", "other"),
        (" ", "other"),
    ],
)
def test_failures_are_told_apart(tmp_path: Path, message: str, failure: str) -> None:
    test = facts(written(tmp_path, request(), request(20, 30, verdict="KO", message=message)))
    assert (test.errors, dict(test.errors_by)) == (1, {failure: 1})
    log = facts(read_bytes(tmp_path, Log().request().request(20, 30, message=message).content))
    assert dict(log.errors_by) == {failure: 1}


def test_early_versions_number_their_users(tmp_path: Path) -> None:
    lines = (
        f"USER\tBuyers\t1\tSTART\t{NOON}\t{NOON}",
        f"REQUEST\t1\tbrowse,deep\titems\t{NOON}\t{NOON + 10}\tOK\t ",
        f"GROUP\t1\tbrowse,deep\t{NOON}\t{NOON + 10}\t10\tOK",
        f"USER\tBuyers\t1\tEND\t{NOON}\t{NOON + 10}",
    )
    test = facts(written(tmp_path, *lines, run=RUN.replace("3.12.0", "3.1.2")))
    assert [(one.name, one.requests) for one in test.operations] == [("browse / deep / items", 1)]
    assert test.complete


def test_an_endpoint_below_a_millisecond_has_no_latency(tmp_path: Path) -> None:
    test = facts(written(tmp_path, request(0, 0, "ping"), request(0, 10)))
    assert [(one.name, one.latency is None) for one in test.operations] == [("items", False), ("ping", True)]


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ([request(10, 0)], "line 2: 'items' lasts from"),
        ([request(-1, 10)], "line 2: 'items' lasts from"),
        ([request(verdict="MAYBE")], "line 2: 'MAYBE' is none of OK, KO"),
        ([request(name="a\tb")], "line 2: it is no record of this version: 'REQUEST', 8 fields"),
        ([request(), request() + "\tmore"], "line 3: it is no record of this version"),
        (["NOISE\t1"], "line 2: it is no record of this version: 'NOISE', 2 fields"),
        ([""], "line 2: it is no record of this version"),
        ([f"REQUEST\t\titems\t{NOON}\t179526240\tOK\t "], "line 2: '179526240' is no time in ms since 1970"),
        ([STARTS.replace("START", "BEGIN")], "line 2: 'BEGIN' is none of START, END"),
        ([request(), ENDS], "1 users end, and 0 start"),
        ([request(), RUN], "line 3: a second run starts"),
        ([request(0, 0)], "every latency of the run is 0"),
        ([STARTS, ENDS], "the run made no request over HTTP"),
    ],
)
def test_what_is_wrong_in_a_text_is_told_with_its_line(
    tmp_path: Path, lines: list[str], message: str
) -> None:
    item = written(tmp_path, *lines)
    assert item.facts is None
    assert message in item.message


def test_gatling_2_is_not_read(tmp_path: Path) -> None:
    item = written(tmp_path, run=RUN.replace("3.12.0", "2.0"))
    assert "line 1: it is of Gatling '2.0', and versions 3.0 to 3.12 are read" in item.message
    assert item.remedy == "run the test with Gatling 3"


def test_a_text_that_is_not_utf_8_is_malformed(tmp_path: Path) -> None:
    assert read_bytes(tmp_path, f"{RUN}\n".encode() + b"\xff\n").message == "line 2: it is not UTF-8 text"


def test_a_text_log_that_was_cut_within_a_line_is_malformed(tmp_path: Path) -> None:
    content = (FOLDER / "text.log").read_bytes()
    last = content.rindex(b"\tEND\t")
    for at in range(last - 10, len(content) - 1):
        if content[at - 1 : at] != b"\n":
            assert read_bytes(tmp_path, content[:at]).reason is Reason.MALFORMED


def test_a_binary_log_that_was_cut_within_a_record_is_malformed(tmp_path: Path) -> None:
    whole = Log().request().request(20, 30).content
    # The last record has 22 bytes, since its texts are known by then.
    cuts = [read_bytes(tmp_path, whole[:at]) for at in range(len(whole) - 21, len(whole))]
    assert {one.reason for one in cuts} == {Reason.MALFORMED}
    assert "it ends too early, within a record" in cuts[-1].message
    assert facts(read_bytes(tmp_path, whole)).requests == 2


def test_assertions_in_a_binary_log_are_passed_over(tmp_path: Path) -> None:
    test = facts(read_bytes(tmp_path, Log(assertions=(b"\x00\x01pickled", b"")).request().content))
    assert (test.requests, dict(test.thresholds)) == (1, {})


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda log: log.request(10, 0), "'items' lasts from"),
        (lambda log: log.request(-5, 0), "'items' lasts from"),
        (lambda log: log.add(b"\7"), "there is no record of kind 7"),
        (lambda log: log.add(b"\0"), "there is no record of kind 0"),
        (lambda log: log.add(b"\1" + log.whole(-1)), "a size is -1"),
        (lambda log: log.add(b"\1" + log.whole(2**31 - 1)), "a size is 2147483647"),
        (lambda log: log.add(b"\1" + log.whole(0, -9)), "there is no text -9"),
        (lambda log: log.add(b"\1" + log.whole(0, 0)), "there is no text 0"),
        (lambda log: log.add(b"\1" + log.whole(0, 5, 1) + b"x\2"), "a text is encoded as 2"),
        (lambda log: log.add(b"\1" + log.whole(0, 5, 1) + b"x\1"), "a text is no UTF-16"),
        (lambda log: log.add(b"\2" + log.whole(1) + b"\1" + log.whole(0)), "a scenario that is not there"),
        (
            lambda log: log.add(b"\2" + log.whole(0) + b"\2" + log.whole(0)),
            "a byte is 2, where 0 or 1 is meant",
        ),
        (lambda log: log, "the run made no request over HTTP"),
    ],
)
def test_what_is_wrong_in_a_binary_log_is_told_with_its_place(
    tmp_path: Path, change: Callable[[Log], Log], message: str
) -> None:
    item = read_bytes(tmp_path, change(Log()).content)
    assert item.facts is None
    assert message in item.message


def test_a_run_that_starts_at_no_time_is_malformed(tmp_path: Path) -> None:
    assert (
        "starts at 7, which is no time in ms" in read_bytes(tmp_path, Log(start=7).request().content).message
    )


def test_texts_without_bound_are_not_kept(tmp_path: Path) -> None:
    log = Log()
    log.content += b"".join(
        b"\4" + log.whole(place) + log.text("x" * 2**20) + log.whole(0) for place in range(1, 70)
    )
    assert "the texts are more than are kept" in read_bytes(tmp_path, log.content).message


def test_a_log_that_was_never_flushed_is_empty(tmp_path: Path) -> None:
    assert read_bytes(tmp_path, b"").message.startswith("it is empty")


@pytest.mark.parametrize(
    ("name", "requests", "errors", "format_"),
    [
        ("demo2019-results-simulation.log", 42, 0, "gatling-text"),
        ("simulation-3.12.1.binary.log", 105, 1, "gatling-binary"),
    ],
)
def test_public_files_are_read(name: str, requests: int, errors: int, format_: str) -> None:
    if not (PUBLIC / name).is_file():
        pytest.skip("the samples are not part of the repository")
    item = item_of(PUBLIC / name)
    assert (facts(item).requests, facts(item).errors) == (requests, errors)
    assert item.provenance.format == format_
