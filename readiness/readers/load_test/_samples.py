"""Latencies as they stream by: every value while they fit, else buckets no wider than 0.1%."""

from __future__ import annotations

from fractions import Fraction
from math import floor, log
from typing import Literal

from readiness.evidence.load_test import Bucket, Latency
from readiness.statistics.ranks import above

MAX_MS = 1e12
_STEP = log(1.001)
_SHOWN = ("50", "75", "90", "95", "99", "99.9")
_NS = 1_000_000


class Samples:
    """Latencies of one kind. What it tells does not depend on the order in which they were added."""

    def __init__(self) -> None:
        self.count = 0
        self.exact: dict[float, int] | None = {}
        self._cells: dict[int, tuple[float, float, int]] = {}
        self._total_ns = 0

    def add(self, ms: float) -> bool:
        """Take one; from 0 to `MAX_MS`. Tells whether it made the samples grow."""
        self.count += 1
        self._total_ns += round(ms * _NS)
        if self.exact is None:
            return self._put(ms, 1)
        seen = self.exact.get(ms, 0)
        self.exact[ms] = seen + 1
        return not seen

    def coarsen(self) -> None:
        """Give up single values for buckets."""
        values, self.exact = self.exact or {}, None
        for ms, count in values.items():
            self._put(ms, count)

    def buckets(self) -> tuple[Bucket, ...]:
        """All of them, ascending. The edges of a bucket are values that were there: it is as narrow as it can be."""
        if self.exact is not None:
            return tuple(Bucket(ms, ms, count) for ms, count in sorted(self.exact.items()))
        return tuple(Bucket(*cell) for _, cell in sorted(self._cells.items()))

    def latency(self, of: Literal["successful", "all"]) -> Latency | None:
        """The facts, with every bucket; None when there are no samples."""
        if not self.count:
            return None
        buckets = self.buckets()
        low, high = buckets[0].low_ms, buckets[-1].high_ms
        return Latency(
            count=self.count,
            of=of,
            source="raw",
            min_ms=low,
            mean_ms=min(max(self._total_ns / _NS / self.count, low), high),
            max_ms=high,
            percentiles_ms=percentiles(buckets),
            buckets=buckets,
        )

    def _put(self, ms: float, count: int) -> bool:
        index = floor(log(ms) / _STEP) if ms > 0 else -(2**40)
        low, high, seen = self._cells.get(index, (ms, ms, 0))
        self._cells[index] = (min(low, ms), max(high, ms), seen + count)
        return not seen


def percentiles(buckets: tuple[Bucket, ...]) -> dict[str, float]:
    """The upper edge of the bucket in which each percentile lies, where there are values beyond it."""
    count = sum(one.count for one in buckets)
    wanted = {text: above(count, Fraction(text) / 100) for text in _SHOWN}
    found: dict[str, float] = {}
    beyond = 0
    for one in reversed(buckets):
        beyond += one.count
        for text, most in wanted.items():
            if text not in found and most and beyond > most:
                found[text] = one.high_ms
    return {text: found[text] for text in _SHOWN if text in found}
