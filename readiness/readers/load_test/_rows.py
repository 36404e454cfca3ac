"""Lines of files that hold a request each, and requests that are told only to a step of the clock."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from readiness.evidence.load_test import Bucket, Latency
from readiness.evidence.model import Reason, Unproven
from readiness.readers.load_test._samples import Samples, percentiles
from readiness.readers.load_test._vet import AGAIN
from readiness.readers.source import Source

MAX_EXACT = 20_000


def ended_lines(source: Source) -> Iterator[tuple[int, bytes]]:
    """Numbered lines without their ends. Unproven (malformed) when the last one has no end: its last number was cut."""
    total = 0
    for number, line in enumerate(source.lines(), 1):
        total += len(line) + 1
        yield number, line.removesuffix(b"\r")
    if total > source.size:
        raise Unproven(Reason.MALFORMED, "its last line has no end: the file was cut", AGAIN)


def bad_row(number: int, what: str) -> Unproven:
    """Unproven (malformed): a line is not what the tool writes."""
    return Unproven(Reason.MALFORMED, f"line {number:,}: {what}", AGAIN)


def put(samples: Samples, ms: float) -> None:
    """Add a latency, and give up single values when they are too many."""
    if samples.add(ms) and samples.exact is not None and len(samples.exact) > MAX_EXACT:
        samples.coarsen()


def rounded(samples: Samples, half_ms: float, of: Literal["successful", "all"]) -> Latency | None:
    """Latencies that were rounded by as much as `half_ms`: each bucket has the interval that this stands for."""
    if not samples.count:
        return None
    buckets = tuple(
        Bucket(_tidy(max(0.0, one.low_ms - half_ms)), _tidy(one.high_ms + half_ms), one.count)
        for one in samples.buckets()
    )
    told = samples.latency(of)
    return Latency(
        count=samples.count,
        of=of,
        source="histogram",
        min_ms=buckets[0].low_ms,
        mean_ms=told.mean_ms if told else None,
        max_ms=buckets[-1].high_ms,
        percentiles_ms=percentiles(buckets),
        buckets=buckets,
    )


def _tidy(ms: float) -> float:
    """Without the dust of binary fractions: nothing is printed to a nanosecond."""
    return round(ms, 6)
