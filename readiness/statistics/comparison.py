"""Two samples compared by rank: Mann and Whitney's test, and the ratio between them (Hodges and Lehmann).

Nothing is assumed of their distributions but that, if nothing changed, any order of the values is as likely as any
other. Up to 30 values a side the probabilities are exact, ties included, in whole numbers; beyond, normal.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from functools import lru_cache
from itertools import groupby
from math import ceil, comb, floor, log, pi, sqrt
from statistics import NormalDist, median
from typing import NamedTuple

EXACT = 30
_POWER = 0.8


class Bounds(NamedTuple):
    """What a ratio is at least and at most, each with the confidence asked for; None where there are too few values."""

    low: float | None
    high: float | None


def probability_of_greater(sample: Sequence[float], base: Sequence[float]) -> Fraction:
    """How likely the sample would rank as high as it does, or higher, if both were alike; one-sided.

    ValueError when a side is empty.
    """
    if not sample or not base:
        raise ValueError("both sides need values")
    doubled = _doubled_midranks([*sample, *base])
    reached = sum(doubled[: len(sample)])
    if max(len(sample), len(base)) <= EXACT:
        return _share_at_least(tuple(sorted(doubled)), len(sample), reached)
    return Fraction(_normal_tail(doubled, len(sample), reached))


def ratio(sample: Sequence[float], base: Sequence[float]) -> float:
    """The median of all ratios of a value of the sample to one of the base; values above 0."""
    return median(_ratios(sample, base))


def ratio_bounds(sample: Sequence[float], base: Sequence[float], confidence: Fraction) -> Bounds:
    """Bounds of that ratio by inverting the test; each one-sided. Values above 0."""
    found = _ratios(sample, base)
    cut = _critical(len(sample), len(base), 1 - confidence)
    return Bounds(None, None) if cut is None else Bounds(found[cut], found[-1 - cut])


def spread(samples: Iterable[Sequence[float]]) -> float | None:
    """The standard deviation of the logarithms within the samples, pooled; None without two values in one of them."""
    total, free = 0.0, 0
    for sample in samples:
        logs = [log(value) for value in sample]
        mean = sum(logs) / len(logs) if logs else 0.0
        total += sum((one - mean) ** 2 for one in logs)
        free += max(0, len(logs) - 1)
    return sqrt(total / free) if free else None


def values_needed(deviation: float, distance: float, confidence: Fraction) -> int | None:
    """About how many values a side show a distance of logarithms in 4 of 5 cases; None when no number does.

    By the normal approximation, and the efficiency of the test at normal values (3 / pi).
    """
    if distance <= 0:
        return None
    normal = NormalDist()
    reach = normal.inv_cdf(float(confidence)) + normal.inv_cdf(_POWER)
    return ceil(2 * (reach * deviation / distance) ** 2 * pi / 3)


def detectable(deviation: float, count: int, confidence: Fraction) -> float:
    """The distance of logarithms that so many values a side show in 4 of 5 cases."""
    normal = NormalDist()
    reach = normal.inv_cdf(float(confidence)) + normal.inv_cdf(_POWER)
    return reach * deviation * sqrt(2 / count * pi / 3)


def _ratios(sample: Sequence[float], base: Sequence[float]) -> list[float]:
    return sorted(one / other for one in sample for other in base)


def _doubled_midranks(values: Sequence[float]) -> list[int]:
    """Twice the rank of each value, equal ones sharing the middle of theirs: whole numbers."""
    order = sorted(range(len(values)), key=lambda place: values[place])
    found, before = [0] * len(values), 0
    for _, group in groupby(order, key=lambda place: values[place]):
        places = list(group)
        for place in places:
            found[place] = 2 * before + len(places) + 1
        before += len(places)
    return found


@lru_cache(maxsize=256)
def _share_at_least(doubled: tuple[int, ...], size: int, reached: int) -> Fraction:
    """The share of all choices of `size` of the ranks whose sum is `reached` at least."""
    width, sums = _sums(doubled, size)
    return Fraction(_counted(sums >> (reached * width), width), comb(len(doubled), size))


def _sums(numbers: Iterable[int], size: int) -> tuple[int, int]:
    """How many choices of `size` numbers have each sum, as one integer: so many bits a sum, the least sum lowest."""
    known = list(numbers)
    width = comb(len(known), size).bit_length() + 1
    chosen = [1] + [0] * size
    for number in known:
        for count in range(size, 0, -1):
            chosen[count] += chosen[count - 1] << (number * width)
    return width, chosen[size]


def _counted(packed: int, width: int) -> int:
    """The sum of all counts in a packed integer: its digits, as in casting out nines."""
    return packed % ((1 << width) - 1)


def _normal_tail(doubled: Sequence[int], size: int, reached: int) -> float:
    """With the correction for ties, and for the step of half a rank."""
    n, other = len(doubled), len(doubled) - size
    ties = sum(len(list(group)) ** 3 for _, group in groupby(sorted(doubled))) - n
    variance = size * other / 12 * (n + 1 - ties / (n * (n - 1)))
    if variance <= 0:
        return 1.0
    return 1 - NormalDist().cdf((reached / 2 - size * (n + 1) / 2 - 0.5) / sqrt(variance))


@lru_cache(maxsize=256)
def _critical(size: int, other: int, alpha: Fraction) -> int | None:
    """How many ratios may be cut off at one end: U falls short of that with a probability of `alpha` at most."""
    if not size or not other:
        return None
    if max(size, other) > EXACT:
        deviation = sqrt(size * other * (size + other + 1) / 12)
        cut = floor(size * other / 2 + NormalDist().inv_cdf(float(alpha)) * deviation - 0.5)
        return cut if cut >= 0 else None
    width, sums = _sums(range(1, size + other + 1), size)
    sums >>= width * (size * (size + 1) // 2)
    whole, seen, cut = comb(size + other, size), 0, -1
    while True:
        seen += sums & ((1 << width) - 1)
        if seen > alpha * whole:
            return cut if cut >= 0 else None
        sums, cut = sums >> width, cut + 1
