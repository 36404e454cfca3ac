"""The median of latencies in a part of a run, with what chance leaves of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from readiness.evidence.course import Course
from readiness.statistics.order import Cell, at_rank, interval

from ._course import Piece, windows_of

_HALF = Fraction(1, 2)
_SURE = Fraction(99, 100)
_CLOCK_MS = 1.0


@dataclass(frozen=True)
class Median:
    """The median of latencies in ms, and the values that enclose it with 99% confidence."""

    low: float
    value: float
    high: float


def median(course: Course, some: Sequence[Piece]) -> Median | None:
    """None where the file does not hold enough latencies of these pieces."""
    cells = [Cell(one.low_ms, one.high_ms, one.count) for one in course.buckets(windows_of(some))]
    count = sum(cell.many for cell in cells)
    low, high = interval(cells, _HALF, _SURE) if count else (None, None)
    if low is None or high is None:
        return None
    return Median(low, at_rank(cells, (count + 1) // 2).high, high)


def is_more(one: Median, other: Median, factor: float) -> bool:
    """By that factor, and by more than chance and clocks explain."""
    return one.low > other.high and one.value > max(factor * other.value, other.value + _CLOCK_MS)
