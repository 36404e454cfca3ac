"""What `h2load` (nghttp2 1.x) prints: counts, and the least, greatest and mean time for a request.

src/h2load.cc: `failed` are requests without an answer (`errored`, among them `timeout`) and answers from 400 on;
requests that were never sent, because connections failed, are among both. Times for requests are of answers,
whatever their status, and a sample of them beyond a million. There are no percentiles.
"""

from __future__ import annotations

import re

from readiness.evidence.load_test import Latency, LoadTest
from readiness.readers.base import Reader, Reading
from readiness.readers.load_test._printed import (
    COUNT,
    NUMBER,
    TIME,
    Printed,
    Report,
    latency_told,
    printed,
    seconds_of,
    vet_rate,
)
from readiness.readers.load_test._vet import contradiction, vetted
from readiness.readers.source import Source

_START = re.compile(
    rb"^finished in [\d.]+(?:us|ms|s), [\d.]+ req/s, |^starting benchmark\.\.\.\r?$", re.MULTILINE
)
_REQUESTS = (
    rf"requests: {COUNT} total, {COUNT} started, {COUNT} done, {COUNT} succeeded, {COUNT} failed, {COUNT} errored"
    rf"(?:, {COUNT} timeout)?"
)
_STATUSES = rf"status codes: {COUNT} 2xx, {COUNT} 3xx, {COUNT} 4xx, {COUNT} 5xx"
_MAX_SAMPLED = 1_000_000
_MORE = (
    "h2load tells no percentiles, and its log leaves out requests that got no answer: measure with a tool that "
    "writes every request, such as vegeta encode --to json"
)


class H2load(Reader[LoadTest]):
    """In a run of a given time, requests that were under way at its end count as dropped: they may have been slow."""

    def recognises(self, source: Source) -> bool:
        """Its first line, or that with the rate."""
        return _START.search(source.head) is not None

    def read(self, source: Source) -> Reading[LoadTest]:
        """One run; the content has no time of its own."""
        return Reading(vetted(_facts(Report(source, "h2load"))))


def _facts(report: Report) -> LoadTest:
    finished = report.one(rf"finished in {TIME}, {NUMBER} req/s, .+", "the duration")
    counts = [int(one or 0) for one in report.one(_REQUESTS, "the requests").groups()]
    total, started, done, succeeded, failed, errored, timeouts = counts
    answered = total - errored
    if not timeouts <= errored <= failed or succeeded + failed != total or done > started:
        raise contradiction(
            f"{succeeded} requests succeeded and {failed} failed ({errored} errored) of {total}"
        )
    seconds = _measured(report) or seconds_of(finished[1], finished[2])
    vet_rate(answered, seconds, printed(finished[3]))
    _vet_statuses(report, failed - errored, answered)
    kinds = {"connection": errored - timeouts, "timeout": timeouts, "status": failed - errored}
    return LoadTest(
        tool="h2load",
        requests=total,
        errors=failed,
        duration_s=seconds.told or None,
        latency=_latency(report, answered, failed - errored) if succeeded else None,
        dropped=max(0, started - total),
        errors_by={kind: many for kind, many in kinds.items() if many},
        loop="closed",
        corrected=False,
        more_detail=_MORE,
    )


def _measured(report: Report) -> Printed | None:
    """The time without warm-up in a run of a given time, which the rate is of; None for one of so many requests."""
    found = report.all(rf".* Timing-based test with .+ of warm-up time and {NUMBER}s of main duration.*")
    return Printed(float(found[0][1]), float(found[0][1]), float(found[0][1])) if found else None


def _vet_statuses(report: Report, bad: int, answered: int) -> None:
    """Answers that were cut off by the end of the time have a status and are not done."""
    good_2, good_3, bad_4, bad_5 = map(int, report.one(_STATUSES, "the statuses").groups())
    if bad_4 + bad_5 < bad or good_2 + good_3 + bad_4 + bad_5 < answered:
        raise contradiction(f"{bad} of {answered} answers failed, and {bad_4} + {bad_5} have a status for it")


def _latency(report: Report, answered: int, bad: int) -> Latency:
    times = report.one(rf"time for request: +{TIME} +{TIME} +{TIME} +{TIME} +[\d.]+%", "the times")
    least, most, mean = (printed(times[place], times[place + 1]) for place in (1, 3, 5))
    return latency_told(
        min(answered, _MAX_SAMPLED),
        "all" if bad else "successful",
        least=least,
        mean=mean,
        most=most,
        percentiles={},
    )
