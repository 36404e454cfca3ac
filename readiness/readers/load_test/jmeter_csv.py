"""What `jmeter -n -t PLAN -l FILE` writes by default: a JTL in CSV, one row for each sample.

JMeter 3.1 to 5.6. Units and fields: jmeter.apache.org/usermanual/listeners.html ("CSV Log format", "sample_result"):
`timeStamp` is the start in ms since 1970 unless sampleresult.timestamp.start=false, `elapsed` is in ms, `success` is
JMeter's own verdict.
"""

from __future__ import annotations

from collections.abc import Iterator

from readiness.evidence.load_test import LoadTest
from readiness.evidence.model import Reason, Unproven
from readiness.readers.base import Reader, Reading
from readiness.readers.blocks import Room, taken
from readiness.readers.load_test._jmeter_blocks import Blocks, are_plain
from readiness.readers.load_test._jmeter_columns import default_columns, header_of
from readiness.readers.load_test._jmeter_rows import Rows
from readiness.readers.load_test._long_lines import bounded_lines
from readiness.readers.load_test._vet import AGAIN
from readiness.readers.source import Source

_MAX_RECORD = 1_000_000
_BOM = "\ufeff"


class JmeterCsv(Reader[LoadTest]):
    """Every request is there; rows of transactions and of redirects are not counted twice.

    Without a zone in its times, the run counts as the earliest that it can mean.
    """

    def recognises(self, source: Source) -> bool:
        """The first line is a header of JMeter, or a row as it is by default."""
        if source.head[:1] in (b"{", b"[", b"<", b"\0"):
            return False
        line = source.head.partition(b"\n")[0].decode("utf-8", "replace").removeprefix(_BOM).rstrip("\r")
        return header_of(line) is not None or default_columns(line) is not None

    def read(self, source: Source) -> Reading[LoadTest]:
        """One run, which ends with its last sample."""
        test = _in_blocks(source) or _in_order(source)
        return Reading(test, test.ended_at)


def _in_blocks(source: Source) -> LoadTest | None:
    """The run, where no row depends on another one."""
    line, end, _ = source.head.partition(b"\n")
    header = line.decode("utf-8", "replace").removeprefix(_BOM).removesuffix("\r")
    found = header_of(header) or default_columns(header)
    if found is None or found[0] != "," or not are_plain(found[1]):
        return None
    own = Blocks(header, found[1], len(line + end) if header_of(header) else 0)

    def rows(room: Room) -> Iterator[memoryview]:
        for block in source.whole_lines(room):
            if own.unfit:
                return
            yield block

    first, *others = taken(rows, own)
    for one in others:
        first.merge(one)
    return first.facts()


def _in_order(source: Source) -> LoadTest:
    rows: Rows | None = None
    for number, record, ended in _records(source):
        try:
            if rows is None:
                rows = Rows(record)
                if rows.has_header:
                    continue
            rows.take(record, ended)
        except Unproven as error:
            remedy = error.remedy or AGAIN
            raise Unproven(error.reason, f"line {number:,}: {error.message}", remedy) from None
    if rows is None:
        raise Unproven(Reason.MALFORMED, "it is empty")
    return rows.facts()


def _records(source: Source) -> Iterator[tuple[int, str, bool]]:
    """The number of the first line, the record without its end, and whether it had an end.

    A record has several lines where a message in quotes does.
    """
    opened: list[str] = []
    since = size = 0
    for number, (line, ended) in enumerate(bounded_lines(source), 1):
        text = _text(line, number)
        is_odd = text.count('"') % 2 == 1
        if not opened and not is_odd:
            yield number, text.removesuffix("\r"), ended
            continue
        if not opened:
            since, size = number, 0
        opened.append(text)
        size += len(text) + 1
        if len(opened) > 1 and is_odd:
            yield since, "\n".join(opened).removesuffix("\r"), ended
            opened = []
        elif size > _MAX_RECORD:
            raise Unproven(Reason.MALFORMED, f"line {since:,}: its quotes do not close", AGAIN)
    if opened:
        raise Unproven(Reason.MALFORMED, f"line {since:,}: its quotes do not close: it ends too early", AGAIN)


def _text(line: bytes, number: int) -> str:
    try:
        text = line.decode()
    except UnicodeDecodeError:
        remedy = "let JMeter write UTF-8: jmeter -Dfile.encoding=UTF-8"
        raise Unproven(Reason.MALFORMED, f"line {number:,}: it is not UTF-8 text", remedy) from None
    return text.removeprefix(_BOM) if number == 1 else text
