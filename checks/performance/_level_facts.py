"""Some windows of a run as the facts of a run of their own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from math import ceil, floor, inf
from typing import Literal

from readiness.evidence.course import Course, Window
from readiness.evidence.load_test import Latency, LoadTest
from readiness.statistics.ranks import over_at_least, over_at_most

from ._level_stretches import seconds

_FINE = 10**8
Side = Literal["worst", "best"]


def facts(run: LoadTest, course: Course, windows: Sequence[Window], side: Side) -> LoadTest:
    """Counts are pooled. Where windows tell only percentiles, the worst or the best of them stand for all.

    What the run dropped at times that are not known may all have been dropped here.
    """
    errors = [one.errors for one in windows if one.errors is not None]
    failed = sum(errors) if len(errors) == len(windows) else None
    return LoadTest(
        tool=run.tool,
        requests=sum(one.requests for one in windows),
        errors=failed,
        duration_s=seconds(windows),
        latency=_counted(course, windows) or _told(run, windows, side),
        dropped=_dropped(run, course, windows) if side == "worst" else 0,
        loop=run.loop,
        corrected=run.corrected,
        more_detail=run.more_detail,
    )


def _dropped(run: LoadTest, course: Course, windows: Sequence[Window]) -> int:
    untold = run.dropped - sum(one.dropped for one in course.windows)
    return sum(one.dropped for one in windows) + max(0, untold)


def _counted(course: Course, windows: Sequence[Window]) -> Latency | None:
    buckets = course.buckets(windows)
    if not buckets:
        return None
    return Latency(
        count=sum(one.count for one in buckets), of="successful", source="histogram", buckets=buckets
    )


def _told(run: LoadTest, windows: Sequence[Window], side: Side) -> Latency | None:
    """Percentiles of many windows as those of all: each at the share that all windows together can or must exceed."""
    of = run.latency.of if run.latency else "all"
    counts = [one.requests - ((one.errors or 0) if of == "successful" else 0) for one in windows]
    told = [(one, many) for one, many in zip(windows, counts, strict=True) if many > 0]
    total = sum(many for _, many in told)
    keys = set.intersection(*(_usable(one) for one, _ in told)) if told else set()
    found: dict[str, float] = {}
    for share, value in _pooled(told, keys, total, side):
        key = f"{float(100 * share):.6f}"
        known = found.get(key, value)
        found[key] = max(known, value) if side == "worst" else min(known, value)
    sketched = run.latency is not None and run.latency.source == "sketch"
    return (
        Latency(count=total, of=of, source="sketch" if sketched else "tool", percentiles_ms=found)
        if found
        else None
    )


def _usable(window: Window) -> set[str]:
    return {key for key, value in window.percentiles_ms.items() if 0 <= value < inf}


def _pooled(
    told: Sequence[tuple[Window, int]], keys: set[str], total: int, side: Side
) -> Iterator[tuple[Fraction, float]]:
    bound, pick = (over_at_most, max) if side == "worst" else (over_at_least, min)
    for key in keys:
        over = sum(bound(many, Fraction(key) / 100) for _, many in told)
        exact = (1 - Fraction(over, total)) * _FINE
        share = Fraction(floor(exact) if side == "worst" else ceil(exact), _FINE)
        if 0 < share < 1:
            yield share, pick(one.percentiles_ms[key] for one, _ in told)
