"""Latencies as they stream by: every value while they fit, else buckets no wider than 0.1%."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from functools import cached_property
from math import floor, log
from typing import Any, Literal

from readiness.evidence.load_test import Bucket, Latency
from readiness.statistics.ranks import above

MAX_MS = 1e12
_STEP = log(1.001)
_SHOWN = ("50", "75", "90", "95", "99", "99.9")
_NS = 1_000_000
_INSTANT = -(2**40)


class Batch:
    """Latencies that are added to several samples, and what that needs of them, made once."""

    def __init__(self, values: Sequence[float]) -> None:
        self.values = values

    @cached_property
    def total_ns(self) -> int:
        """Their sum."""
        return sum([round(ms * _NS) for ms in self.values])

    @cached_property
    def places(self) -> list[int]:
        """The bucket of each."""
        return [floor(log(ms) / _STEP) if ms > 0 else _INSTANT for ms in self.values]


class Samples:
    """Latencies of one kind. What it tells does not depend on the order in which they were added."""

    def __init__(self) -> None:
        self.count = 0
        self.exact: dict[float, int] | None = {}
        self._cells: dict[int, list[Any]] = {}  # the lowest, the highest, and how many
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

    def add_many(self, batch: Batch) -> None:
        """Take them all."""
        self.count += len(batch.values)
        self._total_ns += batch.total_ns
        if self.exact is None:
            self._put_many(batch)
            return
        exact = self.exact
        for ms in batch.values:
            exact[ms] = exact.get(ms, 0) + 1

    def merge(self, other: Samples) -> None:
        """Take what another one has; coarse when one of both is."""
        self.count += other.count
        self._total_ns += other._total_ns
        if other.exact is None:
            self.coarsen()
        for ms, count in (other.exact or {}).items():
            if self.exact is None:
                self._put(ms, count)
            else:
                self.exact[ms] = self.exact.get(ms, 0) + count
        for place, (low, high, count) in other._cells.items():
            mine = self._cells.get(place, [low, high, 0])
            self._cells[place] = [min(mine[0], low), max(mine[1], high), mine[2] + count]

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

    def _put_many(self, batch: Batch) -> None:
        cells = self._cells
        for place, ms in zip(batch.places, batch.values, strict=True):
            cell = cells.get(place)
            if cell is None:
                cells[place] = [ms, ms, 1]
                continue
            cell[2] += 1
            if ms > cell[1]:
                cell[1] = ms
            elif ms < cell[0]:
                cell[0] = ms

    def _put(self, ms: float, count: int) -> bool:
        place = _place(ms)
        cell = self._cells.get(place)
        if cell is None:
            self._cells[place] = [ms, ms, count]
            return True
        self._cells[place] = [min(cell[0], ms), max(cell[1], ms), cell[2] + count]
        return False


def _place(ms: float) -> int:
    return floor(log(ms) / _STEP) if ms > 0 else _INSTANT


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


def merged(buckets: Iterable[Bucket]) -> Iterator[Bucket]:
    """Ascending, where those that overlap are one: between its edges nothing is known."""
    last: Bucket | None = None
    for one in sorted(buckets, key=lambda one: (one.low_ms, one.high_ms)):
        if last is None:
            last = one
        elif one.low_ms < last.high_ms or (one.low_ms, one.high_ms) == (last.low_ms, last.high_ms):
            last = Bucket(last.low_ms, max(last.high_ms, one.high_ms), last.count + one.count)
        else:
            yield last
            last = one
    if last is not None:
        yield last
