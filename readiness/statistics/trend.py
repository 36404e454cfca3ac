"""The slope of a series by Theil and Sen, and its bounds by Kendall's S: nothing is assumed of the distribution.

Each pair of points has a slope; the median of them is the estimate (P. Sen, Estimates of the Regression Coefficient
Based on Kendall's Tau, 1968). Bounds are the slopes at those ranks that S exceeds too rarely. Up to 60 points the
distribution of S is exact, in whole numbers; beyond, normal. Values that depend on their neighbours say less than their
number: with the correlation r of one with the next the critical S is raised by sqrt((1 + r) / (1 - r)), as for a mean.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import lru_cache
from itertools import accumulate, pairwise
from math import ceil, comb, factorial, sqrt
from statistics import NormalDist, median
from typing import NamedTuple

EXACT = 60
MOST = 500
"""The most points: the pairs of these are counted one by one."""

_CLOSEST = 0.95

Points = Sequence[tuple[float, float]]


class Trend(NamedTuple):
    """A slope per unit of time, what it is at least and at most (one-sided; None where the points are too few)."""

    slope: float
    low: float | None
    high: float | None


def trend(points: Points, confidence: Fraction) -> Trend:
    """The trend of points whose times ascend. ValueError for fewer than 2 points, more than `MOST`, or times alike."""
    n = len(points)
    if not 2 <= n <= MOST or any(after[0] <= before[0] for before, after in pairwise(points)):
        raise ValueError(f"2 to {MOST} points with ascending times are meant")
    slopes = sorted(
        (after[1] - before[1]) / (after[0] - before[0])
        for place, before in enumerate(points)
        for after in points[place + 1 :]
    )
    slope = median(slopes)
    critical = critical_s(n, 1 - confidence)
    if critical is None:
        return Trend(slope, None, None)
    widened = ceil(critical * _widening(points, slope))
    # S of what is left after a slope b is taken away falls by 2 with each slope that b passes: b is kept from the
    # first slope behind which it is within the critical value to the last before which it is.
    cut = (len(slopes) - widened) // 2
    if cut < 1:
        return Trend(slope, None, None)
    return Trend(slope, slopes[cut - 1], slopes[-cut])


def critical_s(n: int, alpha: Fraction) -> int | None:
    """The greatest S that is still no surprise: more than it has a probability of `alpha` at most, without a trend.

    None when even the greatest possible S is none.
    """
    pairs = comb(n, 2)
    if n > EXACT:
        deviation = sqrt(n * (n - 1) * (2 * n + 5) / 18)
        least = ceil(NormalDist().inv_cdf(float(1 - alpha)) * deviation + 1)
        return least if least < pairs else None
    allowed = alpha * factorial(n)
    # S = pairs - 2 * inversions: few inversions are a great S.
    for inversions, seen in enumerate(accumulate(_inversions(n))):
        if seen > allowed:
            return pairs - 2 * inversions if inversions else None
    return None


def dependence(values: Sequence[float]) -> float:
    """The correlation of each value with the next, without the bias that few values have; 0 to 0.95."""
    n = len(values)
    middle = sum(values) / n
    total = sum((one - middle) ** 2 for one in values)
    if not total:
        return 0.0
    plain = sum((one - middle) * (after - middle) for one, after in pairwise(values)) / total
    return min(_CLOSEST, max(0.0, plain + (3 + 5 * max(0.0, plain)) / n))


@lru_cache(maxsize=128)
def _inversions(n: int) -> tuple[int, ...]:
    """How many orders of n values have 0, 1, 2, ... inversions (the Mahonian numbers), up to the middle."""
    counts = [1]
    for size in range(2, n + 1):
        sums = [0, *accumulate(counts)]
        last = len(counts)
        counts = [sums[min(k, last - 1) + 1] - sums[max(0, k - size + 1)] for k in range(comb(size, 2) + 1)]
    return tuple(counts)


def _widening(points: Points, slope: float) -> float:
    first = points[0][0]
    r = dependence([value - slope * (when - first) for when, value in points])
    return sqrt((1 + r) / (1 - r))
