"""What `ghz -O json` and `-O pretty` write: nanoseconds, and every call up to a million of them.

Made by runner/reporter.go of ghz 0.x: `details` hold the first million calls. Percentiles, `fastest` and
`slowest` are of calls that succeeded unless `count-errors` is set; `average`, `count` and `rps` are of all
calls. `date` is the end, to the second, and each `timestamp` the end of a call (runner/stats_handler.go). The
marks of `histogram` are in seconds, and it has ten steps, for the plot: it is not read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import msgspec

from readiness.evidence.course import Course
from readiness.evidence.load_test import Latency, LoadTest, Operation
from readiness.readers.base import Reader, Reading
from readiness.readers.load_test._bounded import Took
from readiness.readers.load_test._course import Moments
from readiness.readers.load_test._document import document
from readiness.readers.load_test._samples import Samples
from readiness.readers.load_test._shapes import Count, Number, instant, nanoseconds
from readiness.readers.load_test._vet import contradiction, vetted
from readiness.readers.load_test._windows import adding_up
from readiness.readers.source import Source
from readiness.readers.strict_json import shape

_MAX_DETAILS = 1_000_000
_KEYS = {"date", "count", "total", "average", "fastest", "slowest", "rps", "statusCodeDistribution"}
_MORE = "keep `details` in the file, as ghz -O json writes them"
_FEWER = "ghz keeps the first 1,000,000 calls: make at most as many, with -n 1000000"
_MAX_EXACT = 20_000
_NS = 1e6
_SLACK_NS = 50_000_000
_UNTOLD = ("", "0001-01-01T00:00:00Z")
_GOOD = "OK"


class _Options(msgspec.Struct):
    call: str = ""
    c: Count = 0
    concurrency: Count = 0
    rps: Number = 0
    asynchronous: bool = msgspec.field(name="async", default=False)
    count_errors: bool = msgspec.field(name="count-errors", default=False)
    load_schedule: str = msgspec.field(name="load-schedule", default="const")


class _Percentile(msgspec.Struct):
    percentage: Count
    latency: Took


class _Detail(msgspec.Struct):
    latency: Took
    error: str
    status: str
    timestamp: str = ""

    @property
    def is_good(self) -> bool:
        return not self.error and self.status == _GOOD


class _Report(msgspec.Struct, rename="camel"):
    date: str
    count: Count
    total: Took
    average: Took
    fastest: Took
    slowest: Took
    status_code_distribution: dict[str, Count] | None
    error_distribution: dict[str, Count] | None = None
    latency_distribution: list[_Percentile] | None = None
    details: list[_Detail] | None = None
    options: _Options = msgspec.field(default_factory=_Options)
    end_reason: str = ""


class Ghz(Reader[LoadTest]):
    """A call succeeds by its gRPC status, OK. Calls past the first million have a status and no latency."""

    def recognises(self, source: Source) -> bool:
        """An object with ghz's names for its numbers."""
        return document(source).keys() >= _KEYS

    def read(self, source: Source) -> Reading[LoadTest]:
        """One run, dated by its end."""
        report = shape(source.json, _Report, "ghz report")
        test = adding_up(vetted(_facts(report)))
        return Reading(test, test.ended_at)


def _facts(report: _Report) -> LoadTest:
    good = _succeeded(report)
    latency = _latency(report, good) if good else None
    options = report.options
    named = Operation(name=options.call, requests=report.count, errors=report.count - good, latency=latency)
    return LoadTest(
        tool="ghz",
        requests=report.count,
        errors=report.count - good,
        duration_s=report.total / 1e9 or None,
        latency=latency,
        operations=(named,) if options.call else (),
        ended_at=instant(report.date),
        offered_per_s=options.rps if options.rps and options.load_schedule == "const" else None,
        errors_by=_errors_by(report, good),
        concurrency=options.concurrency or options.c or None,
        loop="open" if options.asynchronous else "closed",
        corrected=False,
        complete=report.end_reason != "cancel",
        course=_course(report),
        more_detail=_more(report),
    )


def _more(report: _Report) -> str:
    if not report.details:
        return _MORE
    return _FEWER if len(report.details) < report.count else ""


def _succeeded(report: _Report) -> int:
    """The calls with status OK; the details, which need not be whole, have no more of them, nor of the others."""
    statuses = report.status_code_distribution or {}
    good, counted = statuses.get(_GOOD, 0), sum(statuses.values())
    failed = sum((report.error_distribution or {}).values())
    # Up to 2018 calls that failed had no status.
    if counted != report.count and good + failed != report.count:
        raise contradiction(f"{report.count} calls have {counted} statuses and {failed} errors")
    details = report.details or []
    found = sum(one.is_good for one in details)
    if found > good or len(details) - found > report.count - good:
        raise contradiction(
            f"{good} of {report.count} calls are OK, and {found} of {len(details)} by their details"
        )
    return good


def _latency(report: _Report, good: int) -> Latency | None:
    if report.details:
        samples = Samples()
        for one in report.details:
            if one.is_good:
                _add(samples, one.latency / _NS)
        return samples.latency("successful")
    if report.count > _MAX_DETAILS or not report.latency_distribution:
        return None
    return _summary(report, good)


def _course(report: _Report) -> Course | None:
    """Where the details hold every call with its time, and do not last longer than the run."""
    details = report.details or []
    if len(details) != report.count or any(one.timestamp in _UNTOLD for one in details):
        return None
    ends = [nanoseconds(one.timestamp) for one in details]
    first = min((end - one.latency for one, end in zip(details, ends, strict=True)), default=0)
    last = max(ends, default=0)
    if last - first > report.total + _SLACK_NS:
        return None
    moments = Moments()
    for one, end in zip(details, ends, strict=True):
        moments.add((end - one.latency) / 1e9, end / 1e9, one.latency / _NS, not one.is_good)
    return moments.course(first / 1e9, last / 1e9)


def _summary(report: _Report, good: int) -> Latency:
    """Without details: what ghz tells of the calls that succeeded, or with count-errors of all."""
    every = report.options.count_errors
    told = {
        str(one.percentage): one.latency / _NS for one in report.latency_distribution or () if one.percentage
    }
    return Latency(
        count=report.count if every else good,
        of="all" if every and good < report.count else "successful",
        source="tool",
        min_ms=report.fastest / _NS,
        mean_ms=report.average / _NS if every or good == report.count else None,
        max_ms=report.slowest / _NS,
        percentiles_ms=told,
    )


def _add(samples: Samples, ms: float) -> None:
    if samples.add(ms) and samples.exact is not None and len(samples.exact) > _MAX_EXACT:
        samples.coarsen()


def _errors_by(report: _Report, good: int) -> Mapping[str, int]:
    """By gRPC status; a call that failed without one counts as `other`."""
    kinds = {"DeadlineExceeded": "timeout", "Unavailable": "connection"}
    found: Counter[str] = Counter()
    for status, many in (report.status_code_distribution or {}).items():
        if status != _GOOD:
            found[kinds.get(status, "status")] += many
    found["other"] = report.count - good - sum(found.values())
    return dict(found)
