"""What `autocannon --json` prints: counts, and percentiles of an HdrHistogram in whole milliseconds.

Made by lib/run.js and lib/aggregateResult.js of autocannon 7 to 9. A histogram of integers (lib/histUtil.js) cuts off
what is below a millisecond. `requests.total` counts answers; `errors`
counts connections that failed and requests that timed out, which are not among them. The file has no p95.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal

import msgspec

from readiness.evidence.load_test import Latency, LoadTest
from readiness.evidence.model import Reason, Unproven
from readiness.readers.base import Reader, Reading
from readiness.readers.load_test._document import document
from readiness.readers.load_test._printed import latency_told, truncated
from readiness.readers.load_test._shapes import Count, Number, instant
from readiness.readers.load_test._vet import contradiction, vetted, whole
from readiness.readers.source import Source
from readiness.readers.strict_json import shape

_KEYS = {"connections", "duration", "errors", "non2xx", "latency", "requests", "throughput"}
_PERCENTILE = re.compile(r"p(\d{1,2}(?:_\d{1,3})?)", re.ASCII)
_UNIT_MS = 1.0
_WITHOUT_RATE = "run autocannon without -R and -r, or with -C"
_NO_SAMPLES = (
    "autocannon cannot write every request, and has no p95: judge its p97.5 or p99, "
    "or measure with a tool that can, such as k6 run --out json=points.json"
)
_LOST = (
    "more requests were sent than were answered or counted as errors: autocannon does not count connections "
    "that the server closed, and with -R counts more than it sends; leave -R out, and look at the server's log"
)


class _Run(msgspec.Struct):
    connections: Count
    duration: Number
    start: str
    finish: str
    errors: Count
    timeouts: Count
    non2xx: Count
    latency: dict[str, float]
    requests: dict[str, float]
    succeeded: Count = msgspec.field(name="2xx")
    informed: Count = msgspec.field(name="1xx")
    redirected: Count = msgspec.field(name="3xx")
    refused: Count = msgspec.field(name="4xx")
    broken: Count = msgspec.field(name="5xx")
    mismatches: Count = 0
    pipelining: Count = 1

    @property
    def answers(self) -> int:
        return whole(self.requests.get("total", -1), "requests.total")


class Autocannon(Reader[LoadTest]):
    """An answer that is not 2xx counts as an error: redirects are not followed.

    With a rate and without -C autocannon adds latencies of requests that it never sent, as if one were due every
    millisecond: such a file is refused. `min` leaves out answers within the first millisecond.
    """

    def recognises(self, source: Source) -> bool:
        """An object with autocannon's names for its counts."""
        return document(source).keys() >= _KEYS

    def read(self, source: Source) -> Reading[LoadTest]:
        """One run, dated by its end."""
        run = shape(source.json, _Run, "autocannon result")
        _vet(run)
        test = vetted(_facts(run))
        return Reading(test, test.ended_at)


def _facts(run: _Run) -> LoadTest:
    lost = _is_losing(run)
    requests = run.answers + run.errors
    if lost and not requests:
        message = (
            f"none of {run.requests['sent']:,.0f} requests that were sent was answered or counted as an error"
        )
        raise Unproven(Reason.INSUFFICIENT, message, _LOST)
    errors = min(requests, run.errors + run.non2xx + run.mismatches)
    return LoadTest(
        tool="autocannon",
        requests=requests,
        errors=None if lost else errors,
        duration_s=run.duration or None,
        latency=_latency(run) if errors < requests else None,
        started_at=instant(run.start),
        ended_at=instant(run.finish),
        errors_by={
            "connection": run.errors - run.timeouts,
            "timeout": run.timeouts,
            "status": run.non2xx,
            "other": run.mismatches,
        },
        concurrency=run.connections * run.pipelining,
        loop="closed",
        corrected=False,
        more_detail=_LOST if lost else _NO_SAMPLES,
    )


def _is_losing(run: _Run) -> bool:
    """Whether more requests have no outcome than can be on their way when the run ends."""
    if "sent" not in run.requests:
        return False
    sent = whole(run.requests["sent"], "requests.sent")
    return sent - run.answers - run.errors > run.connections * run.pipelining


def _latency(run: _Run) -> Latency | None:
    if "totalCount" not in run.latency or not run.answers:
        return None
    count = whole(run.latency["totalCount"], "latency.totalCount")
    of = _population(run, count)
    told = _percentiles(run.latency)
    low, mean, most = (run.latency.get(name) for name in ("min", "mean", "max"))
    if low is not None and told and min(told.values()) < low:
        low = 0.0
    return latency_told(
        count,
        of,
        least=None if low is None else truncated(low, _UNIT_MS),
        mean=None if mean is None else truncated(mean, _UNIT_MS),
        most=None if most is None else truncated(most, _UNIT_MS),
        percentiles={key: truncated(value, _UNIT_MS) for key, value in told.items()},
    )


def _population(run: _Run, count: int) -> Literal["successful", "all"]:
    """Which answers were measured: all of them, or with --excludeErrorStats those of 2xx."""
    if count == run.answers:
        return "all" if run.non2xx or run.mismatches else "successful"
    if count == run.succeeded:
        return "all" if run.mismatches else "successful"
    message = f"it has {count:,} latencies of {run.answers:,} answers: autocannon made up the rest, because of -R or -r"
    raise Unproven(Reason.MALFORMED, message, _WITHOUT_RATE)


def _percentiles(latency: Mapping[str, float]) -> dict[str, float]:
    found = ((_PERCENTILE.fullmatch(name), value) for name, value in latency.items())
    return {match[1].replace("_", "."): value for match, value in found if match}


def _vet(run: _Run) -> None:
    """Statuses recounted."""
    others = run.informed + run.redirected + run.refused + run.broken
    if others != run.non2xx:
        raise contradiction(f"{run.non2xx} answers were not 2xx, and {others} by their statuses")
    if run.succeeded + others != run.answers:
        raise contradiction(
            f"there were {run.answers} answers, and {run.succeeded + others} by their statuses"
        )
    if run.timeouts > run.errors:
        raise contradiction(f"{run.timeouts} of {run.errors} errors are timeouts")
    seconds = (instant(run.finish) - instant(run.start)).total_seconds()
    if seconds < 0:
        raise contradiction("the run ends before it starts")
    if abs(seconds - run.duration) > max(0.1, 0.01 * seconds):
        raise contradiction(f"the run lasted {run.duration:g} s, and {seconds:g} s by its start and end")
