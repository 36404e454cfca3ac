"""What must be true of every load test, whichever tool wrote it: evidence that contradicts itself shows nothing."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from math import isfinite

from msgspec.structs import replace

from readiness.evidence.load_test import Latency, LoadTest, Operation
from readiness.evidence.model import Reason, Unproven

AGAIN = "run the load test again, and keep the file as the tool wrote it"
_ROUNDING = 1e-9
MAX_REQUESTS = 10**10
MAX_NAMES = 200
MAX_LETTERS = 200_000
MAX_BUCKETS = 50_000
_COUNTS_OF_A_BUCKET = 16


def vetted(test: LoadTest) -> LoadTest:
    """The same facts, with as much of the endpoints as fits into 4 MiB.

    Raises Unproven: missing when nothing was requested, malformed when numbers contradict each other.
    """
    if test.requests == 0:
        raise Unproven(Reason.MISSING, "the run made no request over HTTP", "let the script send requests")
    if test.requests > MAX_REQUESTS:
        raise contradiction(f"{test.requests:.3g} requests are more than a load test can send")
    if test.duration_s is not None and not (isfinite(test.duration_s) and test.duration_s >= 0):
        raise contradiction(f"the run lasted {test.duration_s} s")
    vet_group("the run", test.requests, test.errors, test.latency)
    for one in test.operations:
        vet_group(one.name, one.requests, one.errors, one.latency)
        if one.requests > test.requests:
            raise contradiction(f"{one.name} has {one.requests} requests, the run {test.requests}")
    return _fitted(test)


def without_endpoints(test: LoadTest) -> LoadTest:
    """For a run of too many names: some without the rest would let a pattern match a part of what it means."""
    group = (
        f"the requests have more than {MAX_NAMES} names, and none is kept: group them by a name in the test, "
        "as k6 does with { tags: { name: 'items' } } and Locust with name='/items'"
    )
    return replace(test, operations=(), more_detail=group)


def contradiction(message: str) -> Unproven:
    """Unproven (malformed): the numbers of the file cannot all be true."""
    return Unproven(Reason.MALFORMED, f"the file contradicts itself: {message}", AGAIN)


def whole(number: float, what: str) -> int:
    """A count that a tool wrote as a float; Unproven when it is none."""
    if not 0 <= number < 1e15 or number != int(number):
        raise Unproven(Reason.MALFORMED, f"{what} is {number:g}, which is no count", AGAIN)
    return int(number)


def _fitted(test: LoadTest) -> LoadTest:
    """Buckets of endpoints are kept while they fit, those of endpoints with few of them first."""
    made = list(test.operations)
    if len(made) > MAX_NAMES or sum(len(one.name) for one in made) > MAX_LETTERS:
        return without_endpoints(test)
    room = MAX_BUCKETS - (len(test.latency.buckets) if test.latency else 0) - _size_of_course(test)
    for place in sorted(range(len(made)), key=lambda place: _size(made[place])):
        one = made[place]
        room -= _size(one)
        if room < 0 and one.latency is not None:
            made[place] = replace(one, latency=replace(one.latency, buckets=()))
    return replace(test, operations=tuple(made))


def _size_of_course(test: LoadTest) -> int:
    """In buckets, each of which takes as much room as many counts."""
    counts = sum(len(one.counts) for one in test.course.windows) if test.course else 0
    return counts // _COUNTS_OF_A_BUCKET


def _size(one: Operation) -> int:
    return len(one.latency.buckets) if one.latency else 0


def vet_group(name: str, requests: int, errors: int | None, latency: Latency | None) -> None:
    """Raises Unproven (malformed) where requests, errors and latencies of one name cannot all be true."""
    if errors is not None and errors > requests:
        raise contradiction(f"{name} has {errors} failed of {requests} requests")
    if latency is None:
        return
    if latency.count > requests:
        raise contradiction(f"{name} has {latency.count} latencies of {requests} requests")
    _vet_order(name, latency)
    if latency.count and latency.max_ms == 0:
        raise contradiction(f"every latency of {name} is 0")


def _vet_order(name: str, latency: Latency) -> None:
    """Ascending: min <= p50 <= p90 ... <= max, and the mean between them."""
    ordered = sorted(latency.percentiles_ms.items(), key=lambda item: Fraction(item[0]))
    steps = [
        ("min", latency.min_ms),
        *((f"p{key}", value) for key, value in ordered),
        ("max", latency.max_ms),
    ]
    known = [(label, value) for label, value in steps if value is not None]
    for label, value in [*known, ("mean", latency.mean_ms or 0.0)]:
        if not (isfinite(value) and value >= 0):
            raise contradiction(f"{label} of {name} is {value} ms")
    for (before, low), (after, high) in pairwise(known):
        if low > high * (1 + _ROUNDING):
            raise contradiction(f"{before} of {name} is {low:g} ms, and {after} is {high:g} ms")
    if latency.mean_ms is not None and known:
        _vet_mean(name, latency.mean_ms, latency)


def _vet_mean(name: str, mean: float, latency: Latency) -> None:
    low = 0.0 if latency.min_ms is None else latency.min_ms
    high = mean if latency.max_ms is None else latency.max_ms
    if not low * (1 - _ROUNDING) <= mean <= high * (1 + _ROUNDING):
        raise contradiction(f"the mean of {name} is {mean:g} ms, outside of min {low:g} to max {high:g} ms")
