"""What `artillery run --output` of Artillery 1 writes: counts, and every latency by period.

Made by core/lib/stats2.js of artillery 1.7: `rps.count` counts requests that were sent, `requestsCompleted`
and `codes` answers, `errors` what failed otherwise, in the aggregate. Its `latency` is in milliseconds and
has median, p95 and p99; the `latencies` of each period are in nanoseconds, one for each answer whatever its
status. Before 1.6 they are lists of time, id, nanoseconds and status.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from itertools import chain
from typing import Any

import msgspec

from readiness.evidence.load_test import Latency, LoadTest
from readiness.readers.base import Reader, Reading
from readiness.readers.load_test._document import document
from readiness.readers.load_test._samples import MAX_MS, Samples
from readiness.readers.load_test._shapes import Count, Number, instant
from readiness.readers.load_test._vet import contradiction, vetted
from readiness.readers.load_test.artillery import errors_by
from readiness.readers.source import Source
from readiness.readers.strict_json import shape

_KEYS = {"codes", "errors", "latency", "rps", "requestsCompleted"}
_MORE = "keep the periods in the report, or measure with Artillery 2 or with k6 run --out json=points.json"
_PERCENTILES = {"median": "50", "p95": "95", "p99": "99"}
_MAX_EXACT = 20_000
_NS = 1e6


class _Rate(msgspec.Struct):
    count: Count
    mean: Number | None = None


class _Aggregate(msgspec.Struct, rename="camel"):
    timestamp: str
    requests_completed: Count
    latency: dict[str, float | None]
    rps: _Rate
    codes: dict[str, Count]
    errors: dict[str, Count]
    scenarios_avoided: Count = 0


class _Entry(msgspec.Struct, array_like=True):
    time: float
    id: str
    nanoseconds: float
    status: int

    @property
    def is_good(self) -> bool:
        return 200 <= self.status < 400


class _Period(msgspec.Struct):
    latencies: list[Any] = []


class _Report(msgspec.Struct):
    aggregate: _Aggregate
    intermediate: list[_Period] = []


class Artillery1(Reader[LoadTest]):
    """Requests fail by their status, by an error, or because no answer came."""

    def recognises(self, source: Source) -> bool:
        """An object with an aggregate that has codes, a latency and a rate."""
        aggregate = document(source).get("aggregate")
        return isinstance(aggregate, dict) and aggregate.keys() >= _KEYS and "summaries" not in aggregate

    def read(self, source: Source) -> Reading[LoadTest]:
        """One run, dated by its report."""
        report = shape(source.json, _Report, "report of Artillery 1")
        test = vetted(_facts(report))
        return Reading(test, test.ended_at)


def _facts(report: _Report) -> LoadTest:
    run = report.aggregate
    answers, good = sum(run.codes.values()), _good(run.codes)
    if answers != run.requests_completed:
        raise contradiction(
            f"{run.requests_completed} requests were answered, and {answers} by their statuses"
        )
    requests = max(run.rps.count, answers)
    kinds = errors_by(run.errors, answers - good, requests - answers)
    errors = min(requests, sum(kinds.values()))
    return LoadTest(
        tool="artillery",
        requests=requests,
        errors=errors,
        duration_s=run.rps.count / run.rps.mean if run.rps.mean and run.rps.count else None,
        latency=_latency(report, answers, good) if good and errors < requests else None,
        ended_at=instant(run.timestamp),
        dropped=run.scenarios_avoided,
        errors_by=kinds,
        loop="open",
        corrected=False,
        more_detail=_MORE,
    )


def _latency(report: _Report, answers: int, good: int) -> Latency | None:
    entries = list(chain.from_iterable(period.latencies for period in report.intermediate))
    if not entries:
        return _summary(report.aggregate.latency, answers, good)
    if len(entries) != answers:
        raise contradiction(f"there are {len(entries)} latencies of {answers} answers")
    if all(isinstance(one, list) for one in entries):
        kept = [
            one.nanoseconds for one in shape(entries, list[_Entry], "latency of Artillery 1") if one.is_good
        ]
        if len(kept) != good:
            raise contradiction(f"{good} requests succeeded, and {len(kept)} by their latencies")
        return _sampled(kept).latency("successful")
    told = shape(entries, list[float], "latency of Artillery 1")
    return _sampled(told).latency("successful" if good == answers else "all")


def _sampled(nanoseconds: Iterable[float]) -> Samples:
    samples = Samples()
    for one in nanoseconds:
        if not 0 <= one / _NS <= MAX_MS:
            raise contradiction(f"there is a latency of {one / _NS:g} ms")
        if samples.add(one / _NS) and samples.exact is not None and len(samples.exact) > _MAX_EXACT:
            samples.coarsen()
    return samples


def _summary(told: Mapping[str, float | None], answers: int, good: int) -> Latency:
    values = {key: told.get(name) for name, key in _PERCENTILES.items()}
    return Latency(
        count=answers,
        of="successful" if good == answers else "all",
        source="tool",
        min_ms=told.get("min"),
        max_ms=told.get("max"),
        percentiles_ms={key: value for key, value in values.items() if value is not None},
    )


def _good(codes: Mapping[str, int]) -> int:
    return sum(many for code, many in codes.items() if re.fullmatch(r"[23]\d\d", code, re.ASCII))
