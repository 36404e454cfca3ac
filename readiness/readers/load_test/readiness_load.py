"""`readiness/load/1`: the JSON for load testers of one's own, with every sample.

```json
{"schema": "readiness/load/1", "tool": "our-tester 2.1", "started_at": "2026-11-21T03:00:00Z",
 "ended_at": "2026-11-21T03:05:00Z", "loop": "open",
 "operations": [{"name": "GET /orders", "requests": 3, "errors": 1, "samples_ms": [12.5, 13.1]}]}
```

`samples_ms` are the latencies of the successful requests, one each. Times carry an offset.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Literal

import msgspec

from readiness.evidence.load_test import Latency, LoadTest, Operation
from readiness.evidence.model import Reason, Unproven
from readiness.readers.base import Reader, Reading
from readiness.readers.load_test._samples import MAX_MS, Samples
from readiness.readers.load_test._vet import AGAIN, contradiction, vetted
from readiness.readers.source import Source
from readiness.readers.strict_json import shape

SCHEMA = "readiness/load/1"
_MAX_EXACT = 20_000


class _Operation(msgspec.Struct, forbid_unknown_fields=True):
    name: str
    requests: int
    errors: int
    samples_ms: list[float]


class _Run(msgspec.Struct, forbid_unknown_fields=True):
    schema: str
    tool: str
    started_at: datetime
    ended_at: datetime
    operations: list[_Operation]
    loop: Literal["open", "closed", "unknown"] = "unknown"
    concurrency: int | None = None


class ReadinessLoad(Reader[LoadTest]):
    """Everything is there: counts, errors and the latency of each successful request."""

    def recognises(self, source: Source) -> bool:
        """An object that says so."""
        if source.head[:1] != b"{" or SCHEMA.encode() not in source.head:
            return False
        return isinstance(source.json, dict) and source.json.get("schema") == SCHEMA

    def read(self, source: Source) -> Reading[LoadTest]:
        """One run, dated by its end."""
        run = shape(source.json, _Run, SCHEMA)
        if run.started_at.tzinfo is None or run.ended_at.tzinfo is None:
            raise Unproven(
                Reason.MALFORMED, "a time is without an offset", "write it as in 2026-11-21T03:00:00Z"
            )
        if run.ended_at <= run.started_at:
            raise contradiction("the run ends before it starts")
        for name, count in Counter(one.name for one in run.operations).items():
            if count > 1:
                raise contradiction(f"{name} stands twice")
        for one in run.operations:
            _vet(one)
        return Reading(vetted(_facts(run)), run.ended_at)


def _vet(one: _Operation) -> None:
    if one.requests < 0 or one.errors < 0:
        raise contradiction(f"{one.name} has a negative count")
    if len(one.samples_ms) != one.requests - one.errors:
        counts = f"{one.requests} requests, {one.errors} errors and {len(one.samples_ms)} samples"
        raise contradiction(f"{one.name} has {counts}; there is one sample for each successful request")
    if any(not 0 < sample <= MAX_MS for sample in one.samples_ms):
        raise Unproven(Reason.MALFORMED, f"{one.name} has a sample that is no time in ms", AGAIN)


def _facts(run: _Run) -> LoadTest:
    return LoadTest(
        tool=run.tool,
        requests=sum(one.requests for one in run.operations),
        errors=sum(one.errors for one in run.operations),
        duration_s=(run.ended_at - run.started_at).total_seconds(),
        latency=_latency(run.operations),
        operations=tuple(
            Operation(name=one.name, requests=one.requests, errors=one.errors, latency=_latency([one]))
            for one in sorted(run.operations, key=lambda one: one.name)
        ),
        started_at=run.started_at,
        ended_at=run.ended_at,
        loop=run.loop,
        concurrency=run.concurrency,
        corrected=False,
    )


def _latency(operations: Iterable[_Operation]) -> Latency | None:
    samples = Samples()
    for one in operations:
        for sample in one.samples_ms:
            if samples.add(sample) and samples.exact is not None and len(samples.exact) > _MAX_EXACT:
                samples.coarsen()
    return samples.latency("successful")
