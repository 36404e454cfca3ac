"""Intervals of a quantile from the order of the values alone, whatever their distribution: ranks are whole numbers.

The number of values beyond the true quantile is binomial, so two of the sorted values enclose it with a
probability that is known (W. Conover, Practical Nonparametric Statistics, chapter 3).
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

from readiness.statistics.binomial import least_over, most_over


class Ranks(NamedTuple):
    """The places of two sorted values, counted from 1; None where there are too few values for a bound."""

    low: int | None
    high: int | None


class Cell(NamedTuple):
    """`many` values of at least `low` and at most `high`."""

    low: float
    high: float
    many: int


def ranks(n: int, percentile: Fraction, confidence: Fraction) -> Ranks:
    """The values that enclose the percentile (a fraction of one) with `confidence`, half of the doubt on either side.

    ValueError for a percentile that is not between 0 and 1.
    """
    if not 0 < percentile < 1:
        raise ValueError("a percentile lies between 0 and 1")
    one_sided = 1 - (1 - confidence) / 2
    many, few = least_over(n, 1 - percentile, one_sided), most_over(n, 1 - percentile, one_sided)
    return Ranks(None if many is None else n - many + 1, None if few is None else n - few)


def interval(
    cells: Sequence[Cell], percentile: Fraction, confidence: Fraction
) -> tuple[float | None, float | None]:
    """The interval of the percentile of counted values, rounded outwards where they are rounded; cells ascend."""
    found = ranks(sum(cell.many for cell in cells), percentile, confidence)
    low = None if found.low is None else at_rank(cells, found.low).low
    return low, None if found.high is None else at_rank(cells, found.high).high


def at_rank(cells: Sequence[Cell], rank: int) -> Cell:
    """The cell that holds the value of that rank, counted from 1; IndexError when there is none."""
    left = rank
    for cell in cells if rank > 0 else ():
        left -= cell.many
        if left <= 0:
            return cell
    raise IndexError(f"there is no value of rank {rank}")
