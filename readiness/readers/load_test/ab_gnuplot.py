"""What `ab -g FILE` (ApacheBench 2.3) writes: a row for each request, in whole milliseconds.

support/ab.c: `seconds` is when it began, since 1970, `ttime` how long it took, rounded. Statuses are not in it,
nor how long the run was: a course of it would tell neither what failed nor how long what succeeded took.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from readiness.evidence.load_test import LoadTest
from readiness.evidence.model import Reason, Unproven
from readiness.readers.base import Reader, Reading
from readiness.readers.load_test._rows import bad_row, ended_lines, put, rounded
from readiness.readers.load_test._samples import Samples
from readiness.readers.load_test._vet import vetted
from readiness.readers.source import Source

_HEADER = b"starttime\tseconds\tctime\tdtime\tttime\twait"
_ROW = re.compile(rb"[^\t]{1,40}\t(\d{1,10})\t(\d{1,10})\t(\d{1,10})\t(\d{1,10})\t\d{1,10}")
_HALF_MS = 0.5
_MORE = "keep what ab prints: it counts the answers that are not 2xx, which these rows do not tell"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class AbGnuplot(Reader[LoadTest]):
    """Latencies are of all requests; how many failed cannot be told."""

    def recognises(self, source: Source) -> bool:
        """The names of the columns."""
        return source.head.partition(b"\n")[0].rstrip(b"\r") == _HEADER

    def read(self, source: Source) -> Reading[LoadTest]:
        """One run; its end is told to the second, and its duration is not."""
        samples, first, end_ms = Samples(), 10**12, 0
        for number, line in ended_lines(source):
            if number == 1:
                _vet_header(line)
                continue
            begun, took = _row(number, line)
            put(samples, took)
            first, end_ms = min(first, begun), max(end_ms, begun * 1000 + took)
        if not samples.count:
            raise Unproven(Reason.MISSING, "it has no rows: no request was completed", _MORE)
        ended = _EPOCH + timedelta(milliseconds=end_ms)
        test = LoadTest(
            tool="ab",
            requests=samples.count,
            errors=None,
            duration_s=None,
            latency=rounded(samples, _HALF_MS, "all"),
            started_at=_EPOCH + timedelta(seconds=first),
            ended_at=ended,
            loop="closed",
            corrected=False,
            more_detail=_MORE,
        )
        return Reading(vetted(test), ended)


def _vet_header(line: bytes) -> None:
    if line != _HEADER:
        raise bad_row(1, "it is no header of ab -g")


def _row(number: int, line: bytes) -> tuple[int, int]:
    """When a request began, and how long it took."""
    found = _ROW.fullmatch(line)
    if found is None:
        raise bad_row(number, "it is no row of ab -g")
    begun, connect, rest, total = map(int, found.groups())
    if abs(connect + rest - total) > 1:
        raise bad_row(number, f"{connect} and {rest} ms are not {total} ms")
    return begun, total
