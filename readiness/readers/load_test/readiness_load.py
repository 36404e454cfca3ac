"""`readiness/load/1`: the JSON for load testers of one's own, documented in docs/load-format.md.

```json
{"schema": "readiness/load/1", "tool": "our-tester 2.1", "started_at": "2026-11-21T03:00:00Z",
 "ended_at": "2026-11-21T03:05:00Z", "loop": "open",
 "operations": [{"name": "GET /orders", "requests": 3, "errors": 1, "samples_ms": [12.5, 13.1]}]}
```

Latencies are those of successful requests: every one (`samples_ms`), how many in each bucket (`histogram`), or what the
tester tells of them (`percentiles_ms`). `course` tells the same of windows in time, `memory` and `series` what was
measured beside it. Times carry an offset.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Literal

import msgspec

from readiness.evidence.load_test import LoadTest, Operation
from readiness.evidence.model import Reason, Unproven
from readiness.readers.base import Reader, Reading
from readiness.readers.load_test._document import document
from readiness.readers.load_test._own import Own, OwnOperation, latency_of, latency_of_all
from readiness.readers.load_test._own_course import OwnWindow, with_course
from readiness.readers.load_test._own_series import OwnMemory, OwnSeries, series_of
from readiness.readers.load_test._shapes import Count, Number
from readiness.readers.load_test._vet import contradiction, vetted
from readiness.readers.source import Source
from readiness.readers.strict_json import shape

SCHEMA = "readiness/load/1"
_MORE = "write `samples_ms` or a `histogram` for every operation: see docs/load-format.md"

_Failure = Literal["connection", "status", "timeout", "other"]


class _Run(msgspec.Struct, forbid_unknown_fields=True):
    schema: str
    tool: str
    started_at: datetime
    ended_at: datetime
    operations: list[OwnOperation]
    loop: Literal["open", "closed", "unknown"] = "unknown"
    concurrency: Annotated[int, msgspec.Meta(ge=1)] | None = None
    offered_per_s: Number | None = None
    dropped: Count = 0
    errors_by: dict[_Failure, Count] = {}
    complete: bool = True
    course: list[OwnWindow] = []
    memory: list[OwnMemory] = []
    series: list[OwnSeries] = []

    @property
    def times(self) -> Iterator[datetime]:
        """Every time in it."""
        yield from (self.started_at, self.ended_at, *(one.at for one in self.memory))
        yield from (time for one in self.course for time in (one.begin, one.end))
        yield from (point.at for one in self.series for point in one.points)


class ReadinessLoad(Reader[LoadTest]):
    """Counts, errors and latencies of each operation, and of windows in time; series beside them."""

    def recognises(self, source: Source) -> bool:
        """An object that says so."""
        if SCHEMA.encode() not in source.head:
            return False
        return document(source).get("schema") == SCHEMA

    def read(self, source: Source) -> Reading[LoadTest]:
        """One run, dated by its end."""
        run = shape(source.json, _Run, SCHEMA)
        _vet(run)
        test = vetted(with_course(_facts(run), run.course, run.started_at, run.ended_at))
        return Reading(test, run.ended_at)


def _vet(run: _Run) -> None:
    if any(one.tzinfo is None for one in run.times):
        raise Unproven(Reason.MALFORMED, "a time is without an offset", "write it as in 2026-11-21T03:00:00Z")
    if run.ended_at <= run.started_at:
        raise contradiction("the run ends before it starts")
    for name, count in Counter(one.name for one in run.operations).items():
        if count > 1:
            raise contradiction(f"{name} stands twice")
    errors, told = sum(one.errors for one in run.operations), sum(run.errors_by.values())
    if run.errors_by and told != errors:
        raise contradiction(f"{errors} requests failed, and {told} by `errors_by`")


def _facts(run: _Run) -> LoadTest:
    own = [Own(one, latency_of(one)) for one in sorted(run.operations, key=lambda one: one.name)]
    exact = all(one.latency is None or one.latency.buckets for one in own)
    return LoadTest(
        tool=run.tool,
        requests=sum(one.requests for one in run.operations),
        errors=sum(one.errors for one in run.operations),
        duration_s=(run.ended_at - run.started_at).total_seconds(),
        latency=latency_of_all(own),
        operations=tuple(
            Operation(
                name=one.told.name, requests=one.told.requests, errors=one.told.errors, latency=one.latency
            )
            for one in own
        ),
        started_at=run.started_at,
        ended_at=run.ended_at,
        offered_per_s=run.offered_per_s,
        dropped=run.dropped,
        errors_by={str(kind): many for kind, many in run.errors_by.items()},
        concurrency=run.concurrency,
        loop=run.loop,
        corrected=False,
        complete=run.complete,
        series=series_of(run.memory, run.series, run.started_at, run.ended_at),
        more_detail="" if exact else _MORE,
    )
