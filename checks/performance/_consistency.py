"""Rules that no true record of a load test can break: one that does contradicts itself, whatever it says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import inf

from readiness.check import Finding
from readiness.evidence.load_test import Latency, LoadTest

from ._course import course_consistency, numbers_of_course
from ._mean import mean_range
from ._ruling import Held, Ruling, Untold, contradiction, number

_ROUNDING = 1e-9
_MOST = 1e15
_LEAST_S = 1e-6
_SLACK = 0.01
_SLACK_MS = 1.0
_SLACK_S = 1.0
_SAME_FROM = 100
_SAME_MS = 10.0


@dataclass(frozen=True)
class _Group:
    """The run, or one endpoint of it, and its latencies."""

    name: str
    requests: int
    errors: int | None
    latency: Latency


def odd_numbers(run: LoadTest) -> Finding | None:
    """A contradiction when a number is no measurement, or there is no request: nothing else can be asked."""
    for name, value in _numbers(run):
        if value is not None and not 0 <= value <= _MOST:
            return contradiction(f"{name} is {value:g}, which is no measurement")
    if run.duration_s is not None and run.duration_s < _LEAST_S:
        return contradiction(f"the run lasted {run.duration_s:g} s: nothing can be sent in no time")
    if not run.requests:
        return contradiction("the run made no request", "let the load test send requests")
    return None


def consistency(run: LoadTest) -> Iterator[Ruling]:
    """Counts that add up, percentiles in their order, a mean that they allow, and times that fit."""
    yield from _counts(run)
    for group in _groups(run):
        yield _latencies(group)
        yield from _order(group)
        yield _mean(group)
    yield from _times(run)
    if run.course is not None:
        yield course_consistency(run, run.course)


def _numbers(run: LoadTest) -> Iterator[tuple[str, float | None]]:
    yield from (
        ("the count of requests", run.requests),
        ("the count of errors", run.errors),
        ("the duration in seconds", run.duration_s),
        ("the offered rate per second", run.offered_per_s),
        ("the count of dropped iterations", run.dropped),
        ("the concurrency", run.concurrency),
    )
    yield from ((f"the count of errors by {name}", count) for name, count in run.errors_by.items())
    for one in run.operations:
        yield f"the count of requests of {one.name}", one.requests
        yield f"the count of errors of {one.name}", one.errors
    for group in _groups(run):
        yield from _numbers_of(group.name, group.latency)
    if run.course is not None:
        yield from numbers_of_course(run.course)


def _numbers_of(name: str, latency: Latency) -> Iterator[tuple[str, float | None]]:
    yield f"the count of latencies of {name}", latency.count
    yield from (
        (f"the {what} of {name} in ms", value)
        for what, value in (("min", latency.min_ms), ("mean", latency.mean_ms), ("max", latency.max_ms))
    )
    yield from ((f"p{key} of {name} in ms", value) for key, value in latency.percentiles_ms.items())
    for one in latency.buckets:
        yield from ((f"a bucket of {name}", value) for value in (one.low_ms, one.high_ms, one.count))


def _groups(run: LoadTest) -> Iterator[_Group]:
    if run.latency is not None and run.latency.count:
        yield _Group("the run", run.requests, run.errors, run.latency)
    for one in run.operations:
        if one.latency is not None and one.latency.count:
            yield _Group(one.name, one.requests, one.errors, one.latency)


def _counts(run: LoadTest) -> Iterator[Ruling]:
    errors, apart = run.errors, sum(run.errors_by.values())
    if errors is None:
        yield Untold("how many requests failed")
    elif errors > run.requests or apart > errors:
        yield contradiction(
            f"{run.requests:,} requests, {errors:,} of them failed, and {apart:,} failures are told apart"
        )
    else:
        yield Held(f"{run.requests - errors:,} good + {errors:,} failed = {run.requests:,} requests")
    if run.operations:
        yield _parts(run)


def _parts(run: LoadTest) -> Ruling:
    total, errors = (
        sum(one.requests for one in run.operations),
        sum(one.errors or 0 for one in run.operations),
    )
    if total > run.requests:
        return contradiction(f"the endpoints have {total:,} requests together, and the run {run.requests:,}")
    if run.errors is not None and errors > run.errors:
        return contradiction(f"the endpoints have {errors:,} failures together, and the run {run.errors:,}")
    over = next((one for one in run.operations if (one.errors or 0) > one.requests), None)
    if over is not None:
        return contradiction(f"{over.name} has {over.errors:,} failures of {over.requests:,} requests")
    return Held(f"its endpoints have {total:,} of {run.requests:,} requests")


def _latencies(group: _Group) -> Ruling:
    name, latency = group.name, group.latency
    most = group.requests - (group.errors or 0) if latency.of == "successful" else group.requests
    counted = sum(one.count for one in latency.buckets)
    if latency.count > most:
        kind = "successful requests" if latency.of == "successful" else "requests"
        return contradiction(f"{name} has {latency.count:,} latencies of {most:,} {kind}")
    if latency.buckets and counted != latency.count:
        return contradiction(f"the buckets of {name} hold {counted:,} latencies of {latency.count:,}")
    return Held()


def _order(group: _Group) -> Iterator[Ruling]:
    name, latency = group.name, group.latency
    keys = sorted(latency.percentiles_ms, key=Fraction)
    told = [("min", latency.min_ms), *((f"p{key}", latency.percentiles_ms[key]) for key in keys)]
    known = [(label, value) for label, value in (*told, ("max", latency.max_ms)) if value is not None]
    falls = [
        contradiction(f"{before} of {name} is {number(low)} ms, and {after} {number(high)} ms, which is less")
        for (before, low), (after, high) in pairwise(known)
        if low > high * (1 + _ROUNDING)
    ]
    edges = [edge for one in latency.buckets for edge in (one.low_ms, one.high_ms)]
    if any(low > high * (1 + _ROUNDING) for low, high in pairwise(edges)):
        falls.append(contradiction(f"the buckets of {name} overlap, or are not ascending"))
    if falls:
        yield from falls
    else:
        yield Held()


def _mean(group: _Group) -> Ruling:
    latency = group.latency
    mean = latency.mean_ms
    if mean is None:
        return Untold("the mean latency")
    least, most = mean_range(latency)
    slack = _SLACK * mean + _SLACK_MS
    low = max(least - slack, (latency.min_ms or 0.0) * (1 - _ROUNDING))
    high = min(
        inf if most is None else most + slack,
        inf if latency.max_ms is None else latency.max_ms * (1 + _ROUNDING),
    )
    if low <= mean <= high:
        return Held()
    room = f"{number(least)} ms at least" if most is None else f"{number(least)} to {number(most)} ms"
    return contradiction(
        f"the mean of {group.name} is {number(mean)} ms, where its other numbers leave {room}"
    )


def _times(run: LoadTest) -> Iterator[Ruling]:
    if run.started_at is None or run.ended_at is None:
        return
    span = (run.ended_at - run.started_at).total_seconds()
    if span < 0:
        yield contradiction(f"the run ends {number(-span)} s before it starts")
        return
    longest = (run.latency.max_ms or 0.0) / 1000 if run.latency else 0.0
    if run.duration_s is not None and run.duration_s > span * (1 + 5 * _SLACK) + longest + _SLACK_S:
        yield contradiction(
            f"the run lasted {number(run.duration_s)} s, and {number(span)} s lie between its start and its end"
        )
    else:
        yield Held()


def evenness(latency: Latency | None) -> Ruling:
    """Clocks of whole milliseconds make short latencies alike, and nothing makes long ones so.

    It is no contradiction in itself, only what nobody has ever measured.
    """
    if latency is None or latency.min_ms is None or latency.max_ms is None:
        return Untold("the least and the greatest latency")
    if latency.count >= _SAME_FROM and latency.min_ms == latency.max_ms > _SAME_MS:
        return contradiction(
            f"all {latency.count:,} latencies are {number(latency.max_ms)} ms: no network is that even",
            "look whether the load test measures, or reports a constant",
        )
    return Held()
