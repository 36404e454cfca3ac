"""Latencies of several shards as one, by counts: where buckets overlap they are joined, so that nothing is invented."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from math import floor, log
from typing import Literal

from readiness.evidence.load_test import Bucket, Latency
from readiness.readers.load_test._samples import merged, percentiles

MAX_EXACT = 40_000
_STEP = log(1.001)
_SOURCES: tuple[Literal["sketch", "tool", "histogram", "raw"], ...] = ("sketch", "tool", "histogram", "raw")


def holds_every(latency: Latency) -> bool:
    """Whether its buckets hold each of its requests."""
    return bool(latency.count) and sum(one.count for one in latency.buckets) == latency.count


def pooled_latency(parts: Sequence[Latency | None]) -> Latency | None:
    """None without latencies. Percentiles are counted again, and are those of the joined requests.

    Of failed requests too as soon as one part is. Min, mean and max are there where every part tells its own.
    """
    known = [one for one in parts if one is not None]
    if len(known) < 2:
        return known[0] if known else None
    buckets = tuple(merged(one for part in known for one in part.buckets))
    if len(buckets) > MAX_EXACT:
        buckets = tuple(_coarse(buckets))
    lows, highs = [one.min_ms for one in known], [one.max_ms for one in known]
    return Latency(
        count=sum(one.count for one in known),
        of="all" if any(one.of == "all" for one in known) else "successful",
        source=min((one.source for one in known), key=_SOURCES.index),
        min_ms=min((low for low in lows if low is not None), default=None) if None not in lows else None,
        mean_ms=_mean(known),
        max_ms=max((high for high in highs if high is not None), default=None) if None not in highs else None,
        percentiles_ms=percentiles(buckets),
        buckets=buckets,
    )


def _coarse(buckets: Iterable[Bucket]) -> Iterator[Bucket]:
    """Those that begin within 0.1% of each other are one, as `Samples` keeps them."""
    cells: dict[int, Bucket] = {}
    for one in buckets:
        place = floor(log(one.low_ms) / _STEP) if one.low_ms > 0 else -(2**40)
        before = cells.get(place, Bucket(one.low_ms, one.high_ms, 0))
        cells[place] = Bucket(before.low_ms, max(before.high_ms, one.high_ms), before.count + one.count)
    yield from (cells[place] for place in sorted(cells))


def _mean(known: Sequence[Latency]) -> float | None:
    """Of all requests together; between the least and the greatest of the means, whatever floats do."""
    means = [one.mean_ms for one in known if one.mean_ms is not None]
    if len(means) < len(known):
        return None
    total = sum(one.count * mean for one, mean in zip(known, means, strict=True))
    return min(max(total / sum(one.count for one in known), min(means)), max(means))
