"""What `artillery run --output` of Artillery 2 writes: counters, and summaries of sketches in milliseconds.

Names and units are those of @artilleryio/int-core: lib/engine_http.js counts requests, answers by status and
errors, and takes the time to the first byte of the answer; lib/ssms.js rounds what a DDSketch of 1% tells to
a tenth. `vusers.failed` tells nothing of answers such as 503.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Literal

import msgspec

from readiness.evidence.load_test import Latency, LoadTest, Operation
from readiness.readers.base import Reader, Reading
from readiness.readers.load_test._document import document
from readiness.readers.load_test._shapes import Count
from readiness.readers.load_test._vet import contradiction, vetted, whole
from readiness.readers.source import Source
from readiness.readers.strict_json import shape

MORE = (
    "Artillery writes no single requests: measure with a tool that does, such as k6 run --out json=points.json "
    "(its plugin metrics-by-endpoint tells endpoints apart)"
)
_ENDPOINT = re.compile(r"plugins\.metrics-by-endpoint\.(.+)\.(codes|errors)\.([^.]+)")
_TIMES = "plugins.metrics-by-endpoint.response_time."
_PERCENTILES = {"p50": "50", "p75": "75", "p90": "90", "p95": "95", "p99": "99", "p999": "99.9"}
_SKETCH, _ROUNDING = 0.02, 0.1
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LATEST_MS = 10**14

Summary = dict[str, float | None]


class _Period(msgspec.Struct):
    counters: dict[str, float] = {}
    summaries: dict[str, Summary] = {}
    first: Count | None = msgspec.field(name="firstMetricAt", default=None)
    last: Count | None = msgspec.field(name="lastMetricAt", default=None)


class _Report(msgspec.Struct):
    aggregate: _Period
    intermediate: list[_Period]


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
        test = vetted(_facts(report.aggregate))
        return Reading(test, test.ended_at)


def errors_by(errors: Mapping[str, int], bad: int, unanswered: int) -> dict[str, int]:
    """Failed requests by what failed: `bad` statuses, errors by Artillery's code, and requests without an answer."""
    timeout = sum(many for code, many in errors.items() if "TIMEDOUT" in code)
    connection = sum(many for code, many in errors.items() if re.fullmatch(r"E[A-Z_]+", code)) - timeout
    rest = max(sum(errors.values()), unanswered) - timeout - connection
    return {"connection": connection, "timeout": timeout, "status": bad, "other": rest}


def _facts(run: _Period) -> LoadTest:
    codes, errors = _named(run.counters, "http.codes."), _named(run.counters, "errors.")
    requests = _count(run.counters, "http.requests")
    answers, good = sum(codes.values()), _good(codes)
    if answers != _count(run.counters, "http.responses") or answers > requests:
        responses = _count(run.counters, "http.responses")
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
        latency=_latency(run.summaries, codes) if sum(kinds.values()) < requests else None,
        operations=tuple(_operations(run)),
        started_at=started,
        ended_at=ended,
        dropped=_count(run.counters, "vusers.skipped"),
        errors_by=kinds,
        loop="open",
        corrected=False,
        more_detail=MORE,
    )


def _latency(summaries: Mapping[str, Summary], codes: Mapping[str, int]) -> Latency | None:
    """Of the answers of 2xx where they have a summary of their own, else of all answers."""
    good = _good(codes)
    own = summaries.get("http.response_time.2xx")
    if good != sum(codes.values()) and own is not None and own.get("count") == good:
        return _sketched(own, good, "successful")
    return _of_all(summaries.get("http.response_time"), codes)


def _of_all(summary: Summary | None, codes: Mapping[str, int]) -> Latency | None:
    answers = sum(codes.values())
    return (
        _sketched(summary, answers, "successful" if _good(codes) == answers else "all") if summary else None
    )


def _sketched(summary: Summary, answers: int, of: Literal["successful", "all"]) -> Latency:
    if (count := summary.get("count") or 0) != answers:
        raise contradiction(f"there are {count:g} latencies of {answers} answers")
    low, high = summary.get("min"), summary.get("max")
    told = {key: summary.get(name) for name, key in _PERCENTILES.items()}
    return Latency(
        count=answers,
        of=of,
        source="sketch",
        min_ms=low,
        mean_ms=summary.get("mean"),
        max_ms=high,
        percentiles_ms={key: _between(value, low, high) for key, value in told.items() if value is not None},
    )


def _between(value: float, low: float | None, high: float | None) -> float:
    """An estimate past min or max, which are exact, stands for the nearer of them: it is off by 1% at most."""
    if high is not None and high < value <= high * (1 + _SKETCH) + _ROUNDING:
        return high
    if low is not None and low * (1 - _SKETCH) - _ROUNDING <= value < low:
        return low
    return value


def _operations(run: _Period) -> list[Operation]:
    """The endpoints, as the plugin metrics-by-endpoint tells them apart."""
    codes: dict[str, Counter[str]] = defaultdict(Counter)
    errors: Counter[str] = Counter()
    for name in run.counters:
        found = _ENDPOINT.fullmatch(name)
        if found and found[2] == "codes":
            codes[found[1]][found[3]] += _count(run.counters, name)
        elif found:
            errors[found[1]] += _count(run.counters, name)
    return [_operation(name, codes[name], errors[name], run) for name in sorted({*codes, *errors})]


def _operation(name: str, codes: Mapping[str, int], lost: int, run: _Period) -> Operation:
    answers, good = sum(codes.values()), _good(codes)
    latency = _of_all(run.summaries.get(_TIMES + name), codes) if good else None
    return Operation(name=name, requests=answers + lost, errors=answers - good + lost, latency=latency)


def _good(codes: Mapping[str, int]) -> int:
    return sum(many for code, many in codes.items() if re.fullmatch(r"[23]\d\d", code, re.ASCII))


def _named(counters: Mapping[str, float], prefix: str) -> dict[str, int]:
    return {name.removeprefix(prefix): _count(counters, name) for name in counters if name.startswith(prefix)}


def _count(counters: Mapping[str, float], name: str) -> int:
    return whole(counters.get(name, 0), name)


def _vet_periods(report: _Report) -> None:
    """What was counted period by period comes to the aggregate."""
    if not report.intermediate:
        return
    total: Counter[str] = Counter()
    for period in report.intermediate:
        for name in period.counters:
            if name.startswith(("http.requests", "http.responses", "http.codes.", "errors.")):
                total[name] += _count(period.counters, name)
    for name, many in total.items():
        if _count(report.aggregate.counters, name) != many:
            raise contradiction(
                f"{name} is {_count(report.aggregate.counters, name)}, and {many} by its periods"
            )


def _moment(ms: int | None) -> datetime | None:
    if ms is None:
        return None
    if ms > _LATEST_MS:
        raise contradiction(f"{ms} is no time in milliseconds since 1970")
    return _EPOCH + timedelta(milliseconds=ms)
