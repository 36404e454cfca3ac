"""What `artillery run --output` of Artillery 2 writes: counters, and summaries of sketches in milliseconds.

Names and units are those of @artilleryio/int-core: lib/engine_http.js counts requests, answers by status and
errors, and takes the time to the first byte of the answer; lib/ssms.js rounds what a DDSketch of 1% tells to
a tenth. `vusers.failed` tells nothing of answers such as 503.

`intermediate` has periods of ten seconds by the time of their metrics (normalizeTs in lib/ssms.js). What a worker
reports after its period was written is only in the aggregate (flushIntermediateMetrics in lib/launch-platform.js).
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import msgspec

from readiness.evidence.load_test import LoadTest, Operation
from readiness.readers.base import Reader, Reading
from readiness.readers.load_test._artillery import (
    Period,
    count_of,
    errors_by,
    latency_of,
    latency_of_all,
    named,
    succeeded,
)
from readiness.readers.load_test._artillery_course import course_of_periods
from readiness.readers.load_test._document import document
from readiness.readers.load_test._vet import contradiction, vetted
from readiness.readers.load_test._windows import adding_up
from readiness.readers.source import Source
from readiness.readers.strict_json import shape

MORE = (
    "Artillery writes no single requests: measure with a tool that does, such as k6 run --out json=points.json "
    "(its plugin metrics-by-endpoint tells endpoints apart)"
)
_ENDPOINT = re.compile(r"plugins\.metrics-by-endpoint\.(.+)\.(codes|errors)\.([^.]+)")
_TIMES = "plugins.metrics-by-endpoint.response_time."
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LATEST_MS = 10**14


class _Report(msgspec.Struct):
    aggregate: Period
    intermediate: list[Period]


class Artillery(Reader[LoadTest]):
    """Requests fail by their status, by an error, or because no answer came; percentiles are estimates."""

    def recognises(self, source: Source) -> bool:
        """An object with an aggregate that has counters and summaries."""
        data = document(source)
        aggregate = data.get("aggregate")
        if not isinstance(aggregate, dict) or "intermediate" not in data:
            return False
        return {"counters", "summaries"} <= aggregate.keys()

    def read(self, source: Source) -> Reading[LoadTest]:
        """One run, which ends with its last metric."""
        report = shape(source.json, _Report, "Artillery report")
        _vet_periods(report)
        test = adding_up(vetted(_facts(report)))
        return Reading(test, test.ended_at)


def _facts(report: _Report) -> LoadTest:
    run = report.aggregate
    codes, errors = named(run.counters, "http.codes."), named(run.counters, "errors.")
    requests = count_of(run.counters, "http.requests")
    answers, good = sum(codes.values()), succeeded(codes)
    if answers != count_of(run.counters, "http.responses") or answers > requests:
        responses = count_of(run.counters, "http.responses")
        raise contradiction(f"{requests} requests have {responses} answers, and {answers} by their statuses")
    kinds = errors_by(errors, answers - good, requests - answers)
    started, ended = _moment(run.first), _moment(run.last)
    if started and ended and ended < started:
        raise contradiction("the last metric is before the first")
    return LoadTest(
        tool="artillery",
        requests=requests,
        errors=min(requests, sum(kinds.values())),
        duration_s=(ended - started).total_seconds() or None if started and ended else None,
        latency=latency_of(run.summaries, codes) if sum(kinds.values()) < requests else None,
        operations=tuple(_operations(run)),
        started_at=started,
        ended_at=ended,
        dropped=count_of(run.counters, "vusers.skipped"),
        errors_by=kinds,
        loop="open",
        corrected=False,
        course=course_of_periods(report.intermediate, run.first, run.last)
        if run.first and run.last
        else None,
        more_detail=MORE,
    )


def _operations(run: Period) -> list[Operation]:
    """The endpoints, as the plugin metrics-by-endpoint tells them apart."""
    codes: dict[str, Counter[str]] = defaultdict(Counter)
    errors: Counter[str] = Counter()
    for name in run.counters:
        found = _ENDPOINT.fullmatch(name)
        if found and found[2] == "codes":
            codes[found[1]][found[3]] += count_of(run.counters, name)
        elif found:
            errors[found[1]] += count_of(run.counters, name)
    return [_operation(name, codes[name], errors[name], run) for name in sorted({*codes, *errors})]


def _operation(name: str, codes: Mapping[str, int], lost: int, run: Period) -> Operation:
    answers, good = sum(codes.values()), succeeded(codes)
    latency = latency_of_all(run.summaries.get(_TIMES + name), codes) if good else None
    return Operation(name=name, requests=answers + lost, errors=answers - good + lost, latency=latency)


def _vet_periods(report: _Report) -> None:
    """What was counted period by period comes to no more than the aggregate."""
    if not report.intermediate:
        return
    total: Counter[str] = Counter()
    for period in report.intermediate:
        for name in period.counters:
            if name.startswith(("http.requests", "http.responses", "http.codes.", "errors.")):
                total[name] += count_of(period.counters, name)
    for name, many in total.items():
        if count_of(report.aggregate.counters, name) < many:
            raise contradiction(
                f"{name} is {count_of(report.aggregate.counters, name)}, and {many} by its periods"
            )


def _moment(ms: int | None) -> datetime | None:
    if ms is None:
        return None
    if ms > _LATEST_MS:
        raise contradiction(f"{ms} is no time in milliseconds since 1970")
    return _EPOCH + timedelta(milliseconds=ms)
