"""What `vegeta report -type=json` writes, and the Metrics of Vegeta's library as JSON.

lib/metrics.go: times are in nanoseconds, percentiles come from a t-digest (estimates), a request succeeded when its
status is 200 to 399, `rate` is requests / (last sent - first sent) and `throughput` successes until the last answer,
`errors` lists texts and not how often each came. Status 0 is a request without an answer. `buckets`, with -buckets,
counts latencies from each bound to the next.
"""

from __future__ import annotations

import msgspec

from readiness.evidence.load_test import Bucket, Latency, LoadTest
from readiness.evidence.model import Reason, Unproven
from readiness.readers.base import Reader, Reading
from readiness.readers.load_test._bounded import Many, Measured, Nanoseconds
from readiness.readers.load_test._samples import percentiles
from readiness.readers.load_test._shapes import counted, instant
from readiness.readers.load_test._vegeta import error_kind
from readiness.readers.load_test._vet import contradiction, vetted
from readiness.readers.source import Source
from readiness.readers.strict_json import shape

_MORE = "let Vegeta write every request: vegeta encode --to json results.bin > results.json"
_NS = 1_000_000
_KEYS = {"latencies", "requests", "status_codes", "success", "earliest", "end"}


class _Latencies(msgspec.Struct):
    total: Nanoseconds
    mean: Nanoseconds
    max: Nanoseconds
    min: Nanoseconds | None = None
    p50: Nanoseconds | None = msgspec.field(name="50th", default=None)
    p90: Nanoseconds | None = msgspec.field(name="90th", default=None)
    p95: Nanoseconds | None = msgspec.field(name="95th", default=None)
    p99: Nanoseconds | None = msgspec.field(name="99th", default=None)


class _Report(msgspec.Struct):
    latencies: _Latencies
    earliest: str
    latest: str
    end: str
    duration: Nanoseconds
    wait: Nanoseconds
    requests: Many
    rate: Measured
    throughput: Measured
    success: Measured
    status_codes: dict[str, Many]
    errors: list[str] | None = None
    buckets: dict[str, Many] | None = None


class VegetaReport(Reader[LoadTest]):
    """Latencies are of all requests, failed ones too. One that nobody closed has zeros for what is computed last."""

    def recognises(self, source: Source) -> bool:
        """An object with Vegeta's names."""
        if source.head[:1] != b"{":
            return False
        data = source.json
        return isinstance(data, dict) and data.keys() >= _KEYS and isinstance(data["latencies"], dict)

    def read(self, source: Source) -> Reading[LoadTest]:
        """One run, which ends with its last answer."""
        report = shape(source.json, _Report, "report of Vegeta")
        if not report.requests:
            return Reading(vetted(_facts(report, 0, {})))
        good, failed = _statuses(report)
        _vet(report, good)
        test = vetted(_facts(report, good, failed))
        return Reading(test, test.ended_at)


def _statuses(report: _Report) -> tuple[int, dict[str, int]]:
    """How many succeeded, and how many failed by what failed."""
    codes = {counted(code): many for code, many in report.status_codes.items()}
    if sum(codes.values()) != report.requests:
        raise contradiction(f"{report.requests} requests have {sum(codes.values())} statuses")
    good = sum(many for code, many in codes.items() if 200 <= code < 400)
    unanswered = codes.get(0, 0)
    kinds = {error_kind(text) for text in report.errors or [] if not text[:3].isdigit()}
    kind = kinds.pop() if len(kinds) == 1 else "other"
    failed = {kind: unanswered, "status": report.requests - good - unanswered}
    return good, {name: many for name, many in failed.items() if many}


def _vet(report: _Report, good: int) -> None:
    """What Close() computes at the end, computed again."""
    times = report.latencies
    unclosed = "whoever uses Vegeta's library calls Metrics.Close() before writing"
    if not times.mean and times.total:
        raise Unproven(
            Reason.MALFORMED, f"its mean is 0, and {times.total:,} ns in all: it was never closed", unclosed
        )
    if abs(times.mean - times.total / report.requests) > 1 + 1e-9 * times.mean:
        raise contradiction(f"{times.total} ns in {report.requests} requests have no mean of {times.mean} ns")
    if abs(report.success - good / report.requests) > 1e-6:
        raise contradiction(
            f"{good} of {report.requests} requests succeeded, and success is {report.success:g}"
        )
    if any(value == 0 for value in _percentiles(times).values()):
        raise Unproven(Reason.MALFORMED, "a percentile is 0: it was never closed", unclosed)
    span = (instant(report.end) - instant(report.earliest)).total_seconds()
    if abs(span - (report.duration + report.wait) / 1e9) > 1e-3:
        told = (report.duration + report.wait) / 1e9
        raise contradiction(f"duration and wait are {told:g} s, and earliest and end are {span:g} s apart")
    if (
        report.duration
        and abs(report.rate * report.duration / 1e9 - report.requests) > 1e-3 * report.requests
    ):
        raise contradiction(
            f"{report.requests} requests in {report.duration / 1e9:g} s are no {report.rate:g}/s"
        )


def _facts(report: _Report, good: int, failed: dict[str, int]) -> LoadTest:
    return LoadTest(
        tool="vegeta",
        requests=report.requests,
        errors=report.requests - good,
        duration_s=(report.duration + report.wait) / 1e9 or None,
        latency=_latency(report, good) if good else None,
        started_at=instant(report.earliest) if report.requests else None,
        ended_at=instant(report.end) if report.requests else None,
        errors_by=failed,
        loop="open",
        corrected=False,
        more_detail=_MORE,
    )


def _latency(report: _Report, good: int) -> Latency:
    times, buckets = report.latencies, _buckets(report)
    return Latency(
        count=report.requests,
        of="successful" if good == report.requests else "all",
        source="histogram" if buckets else "sketch",
        min_ms=None if times.min is None else times.min / _NS,
        mean_ms=times.total / report.requests / _NS,
        max_ms=times.max / _NS,
        percentiles_ms=percentiles(buckets) if buckets else _percentiles(times),
        buckets=buckets,
    )


def _percentiles(times: _Latencies) -> dict[str, float]:
    told = {"50": times.p50, "90": times.p90, "95": times.p95, "99": times.p99}
    return {key: value / _NS for key, value in told.items() if value is not None}


def _buckets(report: _Report) -> tuple[Bucket, ...]:
    """The histogram, where there is one, within min and max."""
    edges = sorted((counted(bound), many) for bound, many in (report.buckets or {}).items())
    total = sum(many for _, many in edges)
    if edges and total != report.requests:
        raise contradiction(f"{report.requests} requests, and the buckets hold {total}")
    if not edges or edges[0][0]:
        # Without a bound of 0 Vegeta counts what is below the first one in the last bucket (lib/histogram.go).
        return ()
    least, most = report.latencies.min or 0, report.latencies.max
    made = []
    for place, (bound, many) in enumerate(edges):
        beyond = edges[place + 1][0] if place + 1 < len(edges) else most
        low, high = max(bound, least), min(beyond, most)
        if many and low > high:
            raise contradiction(f"{many} latencies are from {bound} ns on, outside of min and max")
        if many:
            made.append(Bucket(low / _NS, high / _NS, many))
    return tuple(made)
