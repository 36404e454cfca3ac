"""What `h2load --log-file=FILE` (nghttp2 1.x) writes: start in us since 1970, status, and us, for each answer.

By the manual h2load(1) the status is -1 for streams that failed. Requests that were lost with their connection, or
never sent, have no line.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from readiness.evidence.load_test import LoadTest
from readiness.readers.base import Reader, Reading
from readiness.readers.load_test._course import Moments
from readiness.readers.load_test._rows import bad_row, ended_lines, put
from readiness.readers.load_test._samples import Samples
from readiness.readers.load_test._vet import vetted
from readiness.readers.load_test._windows import without_errors
from readiness.readers.source import Source

_ROW = re.compile(rb"(\d{15,16})\t(-1|\d{3})\t(\d{1,15})")
_MORE = "keep what h2load prints: it counts the requests that got no answer, which its log leaves out"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class H2loadLog(Reader[LoadTest]):
    """Latencies are of successful answers; how many requests failed cannot be told."""

    def recognises(self, source: Source) -> bool:
        """Three numbers in the first line, with tabs between them."""
        return _ROW.fullmatch(source.head.partition(b"\n")[0].rstrip(b"\r")) is not None

    def read(self, source: Source) -> Reading[LoadTest]:
        """One run, which ends with its last answer."""
        samples, moments, requests, bad, lost = Samples(), Moments(), 0, 0, 0
        first, end = 10**17, 0
        for number, line in ended_lines(source):
            begun, status, took = _row(number, line)
            requests += 1
            lost += status < 0
            if 200 <= status < 400:
                put(samples, took / 1000)
            elif status >= 0:
                bad += 1
            first, end = min(first, begun), max(end, begun + took)
            moments.add(begun / 1e6, (begun + took) / 1e6, took / 1000, not 200 <= status < 400)
        kinds = {"status": bad, "other": lost}
        test = LoadTest(
            tool="h2load",
            requests=requests,
            errors=None,
            duration_s=(end - first) / 1e6 or None,
            latency=samples.latency("successful"),
            started_at=_EPOCH + timedelta(microseconds=first),
            ended_at=_EPOCH + timedelta(microseconds=end),
            errors_by={kind: many for kind, many in kinds.items() if many},
            loop="closed",
            corrected=False,
            course=without_errors(moments.course(first / 1e6, end / 1e6)),
            more_detail=_MORE,
        )
        return Reading(vetted(test), test.ended_at)


def _row(number: int, line: bytes) -> tuple[int, int, int]:
    """When a request began, its status, and how long it took."""
    found = _ROW.fullmatch(line)
    if found is None:
        raise bad_row(number, "it is no line of h2load's log")
    return int(found[1]), int(found[2]), int(found[3])
