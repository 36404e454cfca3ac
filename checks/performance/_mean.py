"""What the mean of latencies is, or must lie between, by the other numbers of a file."""

from __future__ import annotations

from fractions import Fraction

from readiness.evidence.load_test import Latency
from readiness.statistics.ranks import over_at_least, over_at_most


def mean_ms(latency: Latency | None) -> float | None:
    """The mean that the tool tells, or that is counted from buckets (the middle of each); None where neither is."""
    if latency is None or not latency.count:
        return None
    if latency.mean_ms is not None:
        return latency.mean_ms
    counted = sum(one.count for one in latency.buckets)
    if not counted:
        return None
    return sum((one.low_ms + one.high_ms) / 2 * one.count for one in latency.buckets) / counted


def mean_range(latency: Latency) -> tuple[float, float | None]:
    """The least and the most that the mean can be; None where nothing bounds it.

    Percentiles bound it because so many values lie at or beyond each of them. Those of sketches, and those that
    are read off a histogram that is not in the file, are estimates and bound nothing.
    """
    counted = sum(one.count for one in latency.buckets)
    if counted:
        least = sum(one.low_ms * one.count for one in latency.buckets) / counted
        return least, sum(one.high_ms * one.count for one in latency.buckets) / counted
    steps = _steps(latency)
    return _least(latency, steps), _most(latency, steps)


def _steps(latency: Latency) -> list[tuple[Fraction, float]]:
    """The percentiles that can be relied on, ascending, each as a fraction of one."""
    if latency.source not in ("raw", "tool"):
        return []
    return sorted((Fraction(key) / 100, value) for key, value in latency.percentiles_ms.items())


def _least(latency: Latency, steps: list[tuple[Fraction, float]]) -> float:
    """Every value at its floor: those below the first percentile at the min."""
    before = latency.min_ms or 0.0
    total = before * latency.count
    for share, value in steps:
        total += max(0.0, value - before) * over_at_least(latency.count, share)
        before = max(before, value)
    if latency.max_ms is not None:
        total += max(0.0, latency.max_ms - before)
    return total / latency.count


def _most(latency: Latency, steps: list[tuple[Fraction, float]]) -> float | None:
    """Every value at its ceiling: those beyond the last percentile at the max."""
    if latency.max_ms is None:
        return None
    total, above, done = 0.0, latency.max_ms, 0
    for share, value in reversed(steps):
        beyond = max(done, over_at_most(latency.count, share))
        total += above * (beyond - done)
        above, done = value, beyond
    return (total + above * (latency.count - done)) / latency.count
