"""What `k6 run --out csv=FILE` writes: one row for each sample of each metric; with `.gz` in the name, packed.

Made by internal/output/csv/output.go of k6 (read at 1.8): three columns, then the system tags that the run
kept, in alphabetical order, then `extra_tags` and `metadata`. Values have six decimals, so that times in
milliseconds are whole nanoseconds. `K6_CSV_TIME_FORMAT` sets the form of the timestamp: whole seconds unless
told otherwise.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from readiness.evidence.load_test import LoadTest
from readiness.evidence.model import Reason, Unproven
from readiness.readers.base import Reader, Reading
from readiness.readers.load_test._k6_tally import Tally
from readiness.readers.load_test._shapes import instant
from readiness.readers.load_test._vet import AGAIN
from readiness.readers.source import Source

_START = b"metric_name,timestamp,metric_value,"
_VALUE = re.compile(rb"-?\d{1,30}\.\d{6}")
_UNIX = {10: 1.0, 13: 1e-3, 16: 1e-6, 19: 1e-9}
_CACHED = 10_000
_MOST_LINES_OF_A_ROW = 1_000


class K6Csv(Reader[LoadTest]):
    """Every request is there. Times in whole seconds make the run seem up to a second longer, and never shorter."""

    def recognises(self, source: Source) -> bool:
        """A first line with k6's columns."""
        return source.opening.startswith(_START)

    def read(self, source: Source) -> Reading[LoadTest]:
        """One run, which ends with its last sample."""
        rows = _joined(source.lines())
        columns = _fields(next(rows, b""))[3:]
        if len(set(columns)) != len(columns) or columns[-2:] != ["extra_tags", "metadata"]:
            raise Unproven(Reason.MALFORMED, "its columns are not those that k6 writes", AGAIN)
        table = _Table(columns)
        for number, row in enumerate(rows, 2):
            try:
                table.take(row)
            except Unproven as error:
                raise Unproven(
                    error.reason, f"row {number:,}: {error.message}", error.remedy or AGAIN
                ) from None
        test = table.facts()
        return Reading(test, test.ended_at)


class _Table:
    """Rows -> samples; tags and times, which repeat, are parsed once."""

    def __init__(self, columns: list[str]) -> None:
        self._columns = columns
        self._tally = Tally()
        self._tags: dict[bytes, dict[str, str]] = {}
        self._time = (b"", 0.0)
        self._step: float | None = None

    def take(self, row: bytes) -> None:
        metric, time, value, tags = _parted(row)
        if time != self._time[0]:
            self._time = (time, self._seconds(time))
        self._tally.add(metric.decode("ascii", "replace"), self._time[1], float(value), self._tags_of(tags))

    def facts(self) -> LoadTest:
        """The run, with the time that the last sample may have after its timestamp."""
        test = self._tally.facts()
        if self._step != 1.0:
            return test
        return replace(test, duration_s=(test.duration_s or 0.0) + 1)

    def _tags_of(self, text: bytes) -> dict[str, str]:
        if text not in self._tags:
            if len(self._tags) >= _CACHED:
                self._tags.clear()
            values = _fields(text)
            if len(values) != len(self._columns):
                what = f"it has {len(values) + 3} of {len(self._columns) + 3} columns"
                raise Unproven(Reason.MALFORMED, what)
            self._tags[text] = {
                name: value for name, value in zip(self._columns, values, strict=True) if value
            }
        return self._tags[text]

    def _seconds(self, text: bytes) -> float:
        """Since 1970; all times of a file are of one form."""
        if text.isdigit() and len(text) in _UNIX:
            step = _UNIX[len(text)]
            seconds = int(text) * step
        else:
            seconds = instant(text.decode("ascii", "replace")).timestamp()
            step = 0.0 if b"." in text else 1.0
        if self._step is not None and {self._step, step} != {0.0, 1.0} and self._step != step:
            raise Unproven(Reason.MALFORMED, "its time is of another form than those before")
        # A fraction that is 0 is left out of a time with fractions.
        self._step = step if self._step is None else min(self._step, step)
        return seconds


def _parted(row: bytes) -> tuple[bytes, bytes, bytes, bytes]:
    parts = row.split(b",", 3)
    if len(parts) != 4 or not _VALUE.fullmatch(parts[2]):
        raise Unproven(Reason.MALFORMED, "it is no sample of k6")
    return parts[0], parts[1], parts[2], parts[3]


def _joined(lines: Iterable[bytes]) -> Iterator[bytes]:
    """Rows; one whose quotes are still open goes on in the next line, as texts of errors may."""
    row, many = b"", 0
    for line in lines:
        row, many = (row + b"\n" + line if many else line), many + 1
        if row.count(b'"') % 2 == 0:
            yield row.removesuffix(b"\r")
            row, many = b"", 0
        elif many > _MOST_LINES_OF_A_ROW:
            raise Unproven(Reason.MALFORMED, "a quote is not closed", AGAIN)
    if many:
        raise Unproven(Reason.MALFORMED, "its last row is cut", AGAIN)


def _fields(row: bytes) -> list[str]:
    try:
        text = row.decode()
    except UnicodeDecodeError:
        raise Unproven(Reason.MALFORMED, "it is not UTF-8 text") from None
    if '"' not in text:
        return text.split(",")
    try:
        return next(csv.reader([text], strict=True), [])
    except csv.Error as error:
        raise Unproven(Reason.MALFORMED, f"it is no CSV: {error}") from None
