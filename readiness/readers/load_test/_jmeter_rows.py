"""The rows of JMeter's CSV -> samples, by the columns of the first row or JMeter's default ones."""

from __future__ import annotations

from datetime import UTC
from operator import itemgetter
from typing import Protocol

from readiness.evidence.load_test import LoadTest
from readiness.evidence.model import Reason, Unproven
from readiness.readers.load_test._jmeter import Sample, Samples
from readiness.readers.load_test._jmeter_columns import (
    NAMES,
    default_columns,
    header_of,
    milliseconds,
    split,
)
from readiness.readers.load_test._vet import contradiction
from readiness.units import EARLIEST_ZONE

_WANTED = (
    *(
        "threadName",
        "label",
        "timeStamp",
        "elapsed",
        "IdleTime",
        "responseCode",
        "responseMessage",
        "success",
    ),
    *("URL", "SampleCount", "ErrorCount", "allThreads", "Hostname"),
)
_CUT_SAFELY = {"dataType", "success", "failureMessage", "bytes", "sentBytes", "Latency", "Connect"}
_VERDICTS = {"true": True, "false": False}
_CACHED = 50_000


class Sink(Protocol):
    """What rows are given to."""

    def sample(self, sample: Sample, /) -> None:
        """One row."""

    def users(self, host: str, active: int, start: int | None, /) -> None:
        """How many threads were active on a host when it began."""


class Rows:
    """Takes records, the first of which may be a header, and gives samples to `sink`."""

    def __init__(self, first: str, sink: Sink | None = None) -> None:
        header = header_of(first)
        found = header or default_columns(first)
        if found is None:
            raise Unproven(Reason.MALFORMED, "it is neither a header nor a row of JMeter's CSV")
        self.has_header = header is not None
        self.delimiter, self.columns = found
        if twice := [name for name in NAMES if self.columns.count(name) > 1]:
            raise contradiction(f"the column {twice[0]} stands twice")
        self._has = frozenset(self.columns)
        # A column that is not there is read as one behind the last, which is empty.
        places = {name: place for place, name in enumerate(self.columns)}
        self._pick = itemgetter(*(places.get(name, len(self.columns)) for name in _WANTED))
        self._samples = Samples(
            transactions_told="responseMessage" in self._has,
            verdicts=bool({"success", "responseCode"} & self._has),
        )
        self._sink: Sink = sink or self._samples
        self._times: dict[str, tuple[int, bool]] = {}
        self._numbers: dict[str, int] = {}
        self.are_zoned = True

    def take(self, record: str, ended: bool) -> None:
        """One record; one that has no end counts where what was cut off cannot matter.

        Raises Unproven when it is no row of this file.
        """
        if not record:
            return
        fields = split(record, self.delimiter)
        if fields is None:
            raise Unproven(Reason.MALFORMED, "its quotes do not close")
        if self.has_header and fields == self.columns:
            message = "the header stands again: several runs were joined"
            raise Unproven(Reason.MALFORMED, message, "keep each run in a file of its own")
        last = self.columns[-1]
        if len(fields) != len(self.columns) or not (ended or last in _CUT_SAFELY):
            cut = "" if ended else ": it ends too early"
            raise Unproven(Reason.MALFORMED, f"it has {len(fields)} of {len(self.columns)} columns{cut}")
        fields.append("")
        self._take(self._pick(fields))

    def facts(self) -> LoadTest:
        """The run; where its times have no zone, they are the earliest that they can be."""
        return self._samples.facts(UTC if self.are_zoned else EARLIEST_ZONE)

    def _take(self, fields: tuple[str, ...]) -> None:
        thread, label, stamp, elapsed, idle, code, message, success, url, count, failed, active, host = fields
        has = self._has
        sample = Sample(
            thread,
            label if "label" in has else None,
            self._start(stamp) if "timeStamp" in has else None,
            self._whole(elapsed, "elapsed") if "elapsed" in has else None,
            self._whole(idle, "IdleTime") if idle else 0,
            code if "responseCode" in has else None,
            message,
            _verdict(success) if "success" in has else None,
            url,
            self._whole(count, "SampleCount") if count else 1,
            self._whole(failed, "ErrorCount") if failed else None,
        )
        self._sink.sample(sample)
        if active:
            self._sink.users(host, self._whole(active, "allThreads"), sample.start)

    def _start(self, text: str) -> int:
        found = self._times.get(text)
        if found is None:
            if len(self._times) >= _CACHED:
                self._times.clear()
            found = self._times[text] = milliseconds(text)
            self.are_zoned &= found[1]
        return found[0]

    def _whole(self, text: str, column: str) -> int:
        found = self._numbers.get(text)
        if found is None:
            if not (text.isascii() and text.isdigit() and len(text) < 16):
                raise Unproven(Reason.MALFORMED, f"{column} is {text[:40]!r}, which is no whole number")
            if len(self._numbers) >= _CACHED:
                self._numbers.clear()
            found = self._numbers[text] = int(text)
        return found


def _verdict(text: str) -> bool:
    verdict = _VERDICTS.get(text)
    if verdict is None:
        raise Unproven(Reason.MALFORMED, f"success is {text[:40]!r}, neither true nor false")
    return verdict
