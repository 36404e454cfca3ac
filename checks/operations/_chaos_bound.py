"""A bound of a mean time from a few of them.

The times are taken for exponential: then their sum, divided by the mean, has the Erlang distribution, and a bound of
the mean is exact (B. Epstein and M. Sobel, Life Testing, Journal of the American Statistical Association 48, 1953).
Where recovery gets likelier the longer it lasts, as it does when something restarts, retries or fails over after a
timeout, the upper bound is only safer (R. Barlow and F. Proschan, Mathematical Theory of Reliability, 1965, chapter
2). Where the times
spread more widely than that, as when one in a hundred takes a day, few trials cannot show it: `spread` tells.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import exp, fsum, log, sqrt

_MOST = 1_000


def upper_bound(total: float, n: int, confidence: Fraction) -> float:
    """What the mean of `n` times, which add up to `total`, exceeds with a probability of 1 - confidence at most."""
    return total / _quantile(n, float(1 - confidence))


def lower_bound(total: float, n: int, confidence: Fraction) -> float:
    """What it falls short of with that probability at most."""
    return total / _quantile(n, float(confidence))


def settling_trials(mean: float, limit: float, confidence: Fraction) -> int | None:
    """How many trials of the same mean would show that it keeps the limit; None when 1,000 would not do."""
    if mean >= limit or upper_bound(mean * _MOST, _MOST, confidence) > limit:
        return None
    low, high = 0, 1
    while upper_bound(mean * high, high, confidence) > limit:
        low, high = high, high * 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (
            (low, middle) if upper_bound(mean * middle, middle, confidence) <= limit else (middle, high)
        )
    return high


def spread(times: Sequence[float]) -> float:
    """Their standard deviation by their mean; 1 for exponential ones, 0 for a single one."""
    mean = fsum(times) / len(times)
    if len(times) < 2 or not mean:
        return 0.0
    return sqrt(fsum((one - mean) ** 2 for one in times) / (len(times) - 1)) / mean


def _quantile(n: int, share: float) -> float:
    """The value that a sum of `n` exponential times of mean 1 keeps with the probability `share`; rounded outwards."""
    low, high = 0.0, float(n)
    while _at_most(high, n) < share:
        low, high = high, high * 2
    for _ in range(200):
        middle = (low + high) / 2
        if not low < middle < high:
            break
        low, high = (middle, high) if _at_most(middle, n) < share else (low, middle)
    return low if share < 0.5 else high


def _at_most(x: float, n: int) -> float:
    """The probability that the sum is at most `x`: that of `n` or more events where `x` are expected."""
    if x <= 0:
        return 0.0
    terms, term = [], -x
    for k in range(n):
        terms.append(exp(term))
        term += log(x) - log(k + 1)
    return 1 - fsum(terms)
