"""How many requests took longer than a limit: counted, or bounded by what the file says; never interpolated."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction

from readiness.evidence.load_test import Latency
from readiness.statistics.ranks import over_at_least, over_at_most


def requests_over(latency: Latency, limit_ms: float) -> tuple[int, int]:
    """The least and the most that it can be.

    Both are the same where every request is there exactly. Of a summary: none when the max keeps the limit, a
    percentile's share (with one rank of slack) when that percentile keeps it, and at least that many when it breaks
    it. The percentiles of a sketch are estimates, and bound nothing.
    """
    if latency.buckets:
        least = sum(one.count for one in latency.buckets if one.low_ms > limit_ms)
        return least, sum(one.count for one in latency.buckets if one.high_ms > limit_ms)
    least, most = 0, latency.count
    for at_least, at_most, value in _bounds(latency):
        if value <= limit_ms:
            most = min(most, at_most)
        else:
            least = max(least, at_least)
    return least, max(least, most)


def _bounds(latency: Latency) -> Iterator[tuple[int, int, float]]:
    """For each number of a summary: how many at least are over a limit that it breaks, at most over one it keeps."""
    n = latency.count
    if latency.max_ms is not None:
        yield min(1, n), 0, latency.max_ms
    if latency.min_ms is not None:
        yield n, max(0, n - 1), latency.min_ms
    if latency.source == "sketch":
        return
    for key, value in latency.percentiles_ms.items():
        share = Fraction(key) / 100
        yield over_at_least(n, share), over_at_most(n, share), value


def highest(latency: Latency, beyond: int, bound: Callable[[int, Fraction], int]) -> float | None:
    """The least value that at most `beyond` latencies are known to exceed; None when the file shows none.

    `bound` tells how many of a count can exceed a percentile: with a rank of slack, or as it stands.
    """
    if beyond < 0:
        return None
    for one in reversed(latency.buckets):
        beyond -= one.count
        if beyond < 0:
            return one.high_ms
    if latency.buckets:
        return latency.buckets[0].high_ms
    sketched = latency.source == "sketch" and bound is over_at_most
    told = {} if sketched else latency.percentiles_ms
    values = [value for key, value in told.items() if bound(latency.count, Fraction(key) / 100) <= beyond]
    return min([*values, *([latency.max_ms] if latency.max_ms is not None else [])], default=None)
