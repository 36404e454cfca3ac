"""What `artillery run --output` of Artillery 1 writes: counts, and every latency by period.

Made by core/lib/stats2.js of artillery 1.7: `rps.count` counts requests that were sent, `requestsCompleted`
and `codes` answers, `errors` what failed otherwise, in the aggregate. Its `latency` is in milliseconds and
has median, p95 and p99; the `latencies` of each period are in nanoseconds, one for each answer whatever its
status. Before 1.6 they are lists of time, id, nanoseconds and status. `timestamp` is when the report was made, at the
end of its period.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import chain
from typing import Any

import msgspec

from readiness.evidence.course import Course, Window
from readiness.evidence.load_test import Bucket, Latency, LoadTest
from readiness.readers.base import Reader, Reading
from readiness.readers.load_test._artillery import errors_by, succeeded, unanswered
from readiness.readers.load_test._document import document
from readiness.readers.load_test._samples import MAX_MS, Samples
from readiness.readers.load_test._shapes import Count, Number, instant
from readiness.readers.load_test._vet import contradiction, vetted, whole
from readiness.readers.load_test._windows import Part, adding_up, course_of
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
    timestamp: str = ""
    rps: dict[str, float | None] = {}
    codes: dict[str, Count] = {}
    errors: dict[str, Count] = {}


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
        test = adding_up(vetted(_facts(report)))
        return Reading(test, test.ended_at)


def _facts(report: _Report) -> LoadTest:
    run = report.aggregate
    answers, good = sum(run.codes.values()), succeeded(run.codes)
    if answers != run.requests_completed:
        raise contradiction(
            f"{run.requests_completed} requests were answered, and {answers} by their statuses"
        )
    requests = max(run.rps.count, answers)
    kinds = errors_by(run.errors, answers - good, requests - answers)
    errors = min(requests, sum(kinds.values()))
    seconds = run.rps.count / run.rps.mean if run.rps.mean and run.rps.count else None
    return LoadTest(
        tool="artillery",
        requests=requests,
        errors=errors,
        duration_s=seconds,
        latency=_latency(report, answers, good) if good and errors < requests else None,
        ended_at=instant(run.timestamp),
        dropped=run.scenarios_avoided,
        errors_by=kinds,
        loop="open",
        corrected=False,
        course=_course(report, seconds) if seconds else None,
        more_detail=_MORE,
    )


def _course(report: _Report, seconds: float) -> Course | None:
    """From the end of each period to that of the next; None where they do not tell theirs."""
    if not all(period.timestamp for period in report.intermediate):
        return None
    ended, parts, begun = instant(report.aggregate.timestamp), [], 0.0
    for period in report.intermediate:
        until = min(seconds, seconds - (ended - instant(period.timestamp)).total_seconds())
        parts.append(_part(period, begun, until))
        begun = until
    return course_of(parts)


def _part(period: _Period, begun: float, ended: float) -> Part:
    answers, good = sum(period.codes.values()), succeeded(period.codes)
    lost = unanswered(period.errors)
    window = Window(
        from_s=begun,
        to_s=ended,
        requests=answers + lost,
        errors=min(answers + lost, answers - good + sum(period.errors.values())),
        sent=whole(period.rps.get("count") or 0, "rps.count"),
    )
    return Part(window, _buckets(period, good) if good == answers or _has_statuses(period) else ())


def _has_statuses(period: _Period) -> bool:
    return all(isinstance(one, list) for one in period.latencies)


def _buckets(period: _Period, good: int) -> tuple[Bucket, ...]:
    """How long the successful requests of a period took; empty where it does not tell each of them."""
    told = _successful(period.latencies) if _has_statuses(period) else period.latencies
    return _sampled(told).buckets() if len(told) == good else ()


def _successful(entries: list[Any]) -> list[float]:
    return [one.nanoseconds for one in shape(entries, list[_Entry], "latency of Artillery 1") if one.is_good]


def _latency(report: _Report, answers: int, good: int) -> Latency | None:
    entries = list(chain.from_iterable(period.latencies for period in report.intermediate))
    if not entries:
        return _summary(report.aggregate.latency, answers, good)
    if len(entries) != answers:
        raise contradiction(f"there are {len(entries)} latencies of {answers} answers")
    if all(isinstance(one, list) for one in entries):
        kept = _successful(entries)
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
