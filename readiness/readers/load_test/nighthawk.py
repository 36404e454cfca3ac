"""What `nighthawk_client --output-format json` writes: the proto of api/client/output.proto as JSON.

64-bit numbers are strings, durations have an `s`, and each worker has a result of its own beside `global`,
which is their sum and the only one that is read. Counters that are 0 are left out.
source/common/statistic_impl.cc writes percentiles of an HdrHistogram: each has the number of requests that
took at most its duration, on a grid that grows finer towards 1. Latencies are of answers, whatever their
status, without the warm-up; `latency_2xx` (since 2020) is of answers of 2xx.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Literal

import msgspec

from readiness.evidence.load_test import Bucket, Latency, LoadTest
from readiness.evidence.model import Reason, Unproven
from readiness.readers.base import Reader, Reading
from readiness.readers.load_test._document import document
from readiness.readers.load_test._samples import percentiles
from readiness.readers.load_test._shapes import Count, Number, ProtoCount, counted, instant, later
from readiness.readers.load_test._vet import AGAIN, contradiction, vetted
from readiness.readers.source import Source
from readiness.readers.strict_json import shape

_ALL, _GOOD = "benchmark_http_client.request_to_response", "benchmark_http_client.latency_2xx"
_MORE = (
    "Nighthawk writes a histogram and no single requests: measure with a tool that does, such as "
    "k6 run --out json=points.json or vegeta encode --to json"
)
_DURATION = re.compile(r"(\d{1,9}(?:\.\d{1,9})?)s", re.ASCII)


class _Percentile(msgspec.Struct):
    percentile: Number
    count: ProtoCount
    duration: str | None = None


class _Statistic(msgspec.Struct):
    id: str
    count: ProtoCount
    percentiles: list[_Percentile] = []
    mean: str | None = None
    min: str | None = None


class _Counter(msgspec.Struct):
    name: str
    value: ProtoCount


class _Options(msgspec.Struct):
    connections: Count | None = None
    requests_per_second: Count | None = None
    open_loop: bool | None = None
    duration: str | None = None
    multi_target_endpoints: list[object] = []


class _Result(msgspec.Struct):
    name: str
    statistics: list[_Statistic] = []
    counters: list[_Counter] = []
    execution_duration: str | None = None
    execution_start: str | None = None


class _Output(msgspec.Struct):
    results: list[_Result]
    options: _Options = msgspec.field(default_factory=_Options)
    timestamp: str | None = None


class Nighthawk(Reader[LoadTest]):
    """An answer of 2xx or 3xx is a success; a reset stream and a connection that failed are not.

    Requests that the client could not send (`pool_overflow`) count as dropped.
    """

    def recognises(self, source: Source) -> bool:
        """An object with results that have statistics."""
        results = document(source).get("results")
        if not isinstance(results, list) or not results:
            return False
        return all(isinstance(one, dict) and {"name", "statistics"} <= one.keys() for one in results)

    def read(self, source: Source) -> Reading[LoadTest]:
        """One run, dated by its end where that is known, else by the start of the client."""
        output = shape(source.json, _Output, "Nighthawk output")
        test = vetted(_facts(output))
        told = instant(output.timestamp) if output.timestamp else None
        return Reading(test, test.ended_at or told)


def _facts(output: _Output) -> LoadTest:
    run = _global(output.results)
    count = _counters(run)
    good = count["benchmark.http_2xx"] + count["benchmark.http_3xx"]
    bad = sum(count[f"benchmark.http_{kind}"] for kind in ("1xx", "4xx", "5xx", "xxx"))
    resets, refused = count["benchmark.stream_resets"], count["benchmark.pool_connection_failure"]
    requests = good + bad + resets + refused
    told = run.execution_duration or output.options.duration
    seconds = _seconds(told) if told else 0.0
    started = instant(run.execution_start) if run.execution_start else None
    workers = max(1, len(output.results) - 1)
    options = output.options
    rate = None if options.multi_target_endpoints else options.requests_per_second
    return LoadTest(
        tool="nighthawk",
        requests=requests,
        errors=requests - good,
        duration_s=seconds or None,
        latency=_latency(run, count["benchmark.http_3xx"], bad) if good else None,
        started_at=started,
        ended_at=later(started, seconds) if started and seconds else None,
        offered_per_s=float(rate * workers) if rate else None,
        dropped=count["benchmark.pool_overflow"],
        errors_by={"connection": refused, "status": bad, "other": resets},
        concurrency=options.connections * workers if options.connections else None,
        loop="open" if options.open_loop else "closed",
        corrected=False,
        complete=not count["sequencer.failed_terminations"],
        more_detail=_MORE,
    )


def _global(results: list[_Result]) -> _Result:
    found = [one for one in results if one.name == "global"]
    if len(found) != 1:
        raise Unproven(
            Reason.MALFORMED, f"it has {len(found)} results named global, where one is meant", AGAIN
        )
    return found[0]


def _counters(run: _Result) -> Counter[str]:
    """By name; those that are not there are 0."""
    names = [one.name for one in run.counters]
    if len(set(names)) != len(names):
        raise contradiction("a counter stands twice")
    return Counter({one.name: counted(one.value) for one in run.counters})


def _latency(run: _Result, redirects: int, bad: int) -> Latency | None:
    """Of answers that succeeded where the file tells them apart."""
    own, every = _statistic(run, _GOOD), _statistic(run, _ALL)
    if bad and not redirects and own is not None:
        return _measured(own, "successful")
    return _measured(every, "all" if bad else "successful") if every is not None else None


def _statistic(run: _Result, name: str) -> _Statistic | None:
    found = [one for one in run.statistics if one.id == name]
    if len(found) > 1:
        raise contradiction(f"{name} stands twice")
    return found[0] if found and counted(found[0].count) else None


def _measured(told: _Statistic, of: Literal["successful", "all"]) -> Latency:
    buckets = tuple(_buckets(told))
    if sum(one.count for one in buckets) != counted(told.count):
        raise contradiction(f"{told.id} has {told.count} latencies, and not by its percentiles")
    return Latency(
        count=counted(told.count),
        of=of,
        source="histogram",
        min_ms=_seconds(told.min) * 1000 if told.min else None,
        mean_ms=_seconds(told.mean) * 1000 if told.mean else None,
        max_ms=buckets[-1].high_ms,
        percentiles_ms=percentiles(buckets),
        buckets=buckets,
    )


def _buckets(told: _Statistic) -> Iterator[Bucket]:
    """What each step of the grid adds to the one before."""
    seen, low = 0, _seconds(told.min) * 1000 if told.min else 0.0
    for one in told.percentiles:
        high, many = _seconds(one.duration or "") * 1000, counted(one.count)
        if many < seen or high < low:
            raise contradiction(f"the percentiles of {told.id} do not ascend")
        if many > seen:
            yield Bucket(low, high, many - seen)
            seen, low = many, high


def _seconds(text: str) -> float:
    if (found := _DURATION.fullmatch(text)) is None:
        raise Unproven(Reason.MALFORMED, f"{text[:50]!r} is not a duration, as in 0.002s", AGAIN)
    return float(found[1])
