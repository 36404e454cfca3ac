"""What `hey -o csv` (0.1) writes: a row for each answer, in seconds with four decimals.

requester/print.go documents the columns; status and offset, the time since the start at which a request began, are
there since 0.1.2. Requests without an answer are left out, and answers beyond a million too (requester/report.go).
"""

from __future__ import annotations

import re

from readiness.evidence.load_test import LoadTest
from readiness.evidence.model import Reason, Unproven
from readiness.readers.base import Reader, Reading
from readiness.readers.load_test._course import Moments
from readiness.readers.load_test._rows import bad_row, ended_lines, put, rounded
from readiness.readers.load_test._samples import Samples
from readiness.readers.load_test._vet import vetted
from readiness.readers.load_test._windows import without_errors
from readiness.readers.load_test.hey import MAX_ANSWERS
from readiness.readers.source import Source

_OLD = b"response-time,DNS+dialup,DNS,Request-write,Response-delay,Response-read"
_HEADERS = (_OLD, _OLD + b",status-code,offset")
_SECONDS = rb"(\d{1,7}\.\d{4})"
_ROW = re.compile(rb"%b(?:,\d{1,7}\.\d{4}){5}(?:,(\d{3}),%b)?" % (_SECONDS, _SECONDS))
_HALF_MS = 0.05
_MORE = "keep hey's summary (without -o csv): it counts the requests that got no answer, which rows leave out"


class HeyCsv(Reader[LoadTest]):
    """Latencies are of all answers; how many requests failed cannot be told."""

    def recognises(self, source: Source) -> bool:
        """The names of the columns."""
        return source.head.partition(b"\n")[0].rstrip(b"\r") in _HEADERS

    def read(self, source: Source) -> Reading[LoadTest]:
        """One run; the content has no time of its own."""
        rows = _Rows()
        for number, line in ended_lines(source):
            if number == 1:
                rows.begin(line)
            elif line:
                rows.add(number, line)
        return Reading(vetted(rows.facts()))


class _Rows:
    """Rows -> one run."""

    def __init__(self) -> None:
        self.has_status = False
        self._samples, self._moments = Samples(), Moments()
        self._bad, self._end_s = 0, 0.0

    def begin(self, header: bytes) -> None:
        if header not in _HEADERS:
            raise bad_row(1, "it is no header of hey")
        self.has_status = header == _HEADERS[1]

    def add(self, number: int, line: bytes) -> None:
        found = _ROW.fullmatch(line)
        if found is None or (found[2] is not None) != self.has_status:
            raise bad_row(number, "it is no row of hey")
        seconds = float(found[1])
        put(self._samples, seconds * 1000)
        if self.has_status:
            has_failed, began = not 200 <= int(found[2]) < 400, float(found[3])
            self._bad += has_failed
            self._end_s = max(self._end_s, began + seconds)
            self._moments.add(began, began + seconds, seconds * 1000 + _HALF_MS, has_failed)

    def facts(self) -> LoadTest:
        if not self._samples.count:
            message = "it has no rows: no request got an answer"
            raise Unproven(Reason.MISSING, message, _MORE)
        is_good = self.has_status and not self._bad
        return LoadTest(
            tool="hey",
            requests=self._samples.count,
            errors=None,
            duration_s=self._end_s or None,
            latency=rounded(self._samples, _HALF_MS, "successful" if is_good else "all"),
            errors_by={"status": self._bad} if self._bad else {},
            loop="closed",
            corrected=False,
            complete=self._samples.count < MAX_ANSWERS,
            course=without_errors(self._moments.course(0.0, self._end_s)),
            more_detail=_MORE,
        )
