"""One-sided exact tests on a share (Clopper and Pearson), for up to some hundred million trials.

Throughout, `over` of `n` trials went the wrong way, `share` is the share of them that is allowed, and `confidence`
the probability with which such a statement holds. Shares are exact fractions from 0 to 1.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from math import comb, exp, inf, lgamma, log, log1p, pi

_MOST = 10**12
_EXACT = 4_000
_TIE = 1e-9
_NEGLIGIBLE = 1e-17


def proves_below(over: int, n: int, share: Fraction, confidence: Fraction) -> bool:
    """Whether the true share is at most `share`: the upper bound keeps it. A tie that floats cannot tell is a no."""
    return _is_rare(over, n, share, 1 - confidence)


def proves_above(over: int, n: int, share: Fraction, confidence: Fraction) -> bool:
    """Whether the true share is more than `share`: the lower bound breaks it."""
    return _is_rare(n - over, n, 1 - share, 1 - confidence)


def upper_bound(over: int, n: int, confidence: Fraction) -> float:
    """The share that the true one exceeds with a probability of 1 - confidence at most; 1 when nothing was tried."""
    if over >= n:
        return 1.0
    goal = log(1 - confidence)
    return _bisect(lambda p: log_at_most(over, n, p, 1 - p) > goal, over / n, 1.0)[1]


def lower_bound(over: int, n: int, confidence: Fraction) -> float:
    """The share that the true one falls short of with a probability of 1 - confidence at most; 0 for none over."""
    if over <= 0:
        return 0.0
    goal = log(1 - confidence)
    return _bisect(lambda p: log_at_most(n - over, n, 1 - p, p) < goal, 0.0, over / n)[0]


def least_requests(share: Fraction, confidence: Fraction, over: int = 0) -> int:
    """The least `n` of which `over` may be over the limit and `share` is still proven: p95 59, p99 299, p99.9 2995.

    ValueError for a share of 0, which no number of trials proves.
    """
    if share <= 0:
        raise ValueError("no number of trials proves a share of 0")
    return _first(lambda n: proves_below(over, n, share, confidence), over + 1)


def most_over(n: int, share: Fraction, confidence: Fraction) -> int | None:
    """How many of `n` may be over for `share` to be proven; None when even none at all does not prove it."""
    if not proves_below(0, n, share, confidence):
        return None
    return _first(lambda k: k >= n or not proves_below(k, n, share, confidence), 1) - 1


def least_over(n: int, share: Fraction, confidence: Fraction) -> int | None:
    """How many of `n` must be over for `share` to be disproved; None when even all of them do not disprove it."""
    if not proves_above(n, n, share, confidence):
        return None
    return _first(lambda k: k >= n or proves_above(k, n, share, confidence), 1)


def settling_requests(over: int, n: int, share: Fraction, confidence: Fraction) -> int | None:
    """About how many requests would settle it if the same part of them stayed over; None when no number would."""
    part = Fraction(over, n)
    if part == share:
        return None
    if part < share:
        found = _first(lambda m: proves_below(-(-over * m // n), m, share, confidence), n)
    else:
        found = _first(lambda m: proves_above(over * m // n, m, share, confidence), n)
    return found if found < _MOST else None


def log_at_most(k: int, n: int, p: float, q: float) -> float:
    """The logarithm of the probability of at most `k` of `n`, each with probability `p`; q = 1 - p."""
    if k >= n or p <= 0:
        return 0.0 if k >= 0 else -inf
    if k < 0 or q <= 0:
        return -inf
    if k > n * p:
        rest = exp(log_at_most(n - k - 1, n, q, p))
        return log1p(-rest) if rest < 1 else -inf
    term = total = 1.0
    odds = q / p
    for j in range(k, 0, -1):
        term *= j / (n - j + 1) * odds
        total += term
        if term < total * _NEGLIGIBLE:
            break
    return log(total) + _log_point(k, n, p, q)


def _is_rare(k: int, n: int, p: Fraction, alpha: Fraction) -> bool:
    """Whether at most `k` of `n` has a probability of `alpha` at most."""
    found, goal = log_at_most(k, n, float(p), float(1 - p)), log(alpha)
    if abs(found - goal) > _TIE:
        return found < goal
    return n <= _EXACT and _exact_at_most(k, n, p) <= alpha


def _exact_at_most(k: int, n: int, p: Fraction) -> Fraction:
    hit, whole = p.numerator, p.denominator
    ways = sum(comb(n, j) * hit**j * (whole - hit) ** (n - j) for j in range(k + 1))
    return Fraction(ways, whole**n)


def _log_point(k: int, n: int, p: float, q: float) -> float:
    """The logarithm of the probability of exactly `k`, without the cancellation that log-gamma has at large n.

    C. Loader, Fast and Accurate Computation of Binomial Probabilities, 2000: the saddle-point expansion.
    """
    if k == 0:
        return n * (log1p(-p) if p < q else log(q))
    if k == n:
        return n * (log1p(-q) if q < p else log(p))
    error = _stirling_error(n) - _stirling_error(k) - _stirling_error(n - k)
    apart = _deviance(k, n * p) + _deviance(n - k, n * q)
    return error - apart + 0.5 * log(n / (2 * pi * k * (n - k)))


def _stirling_error(n: int) -> float:
    """The logarithm of n! less Stirling's formula."""
    if n <= 15:
        return lgamma(n + 1) - (n + 0.5) * log(n) + n - 0.5 * log(2 * pi)
    square = float(n) * n
    return (1 / 12 - (1 / 360 - (1 / 1260 - (1 / 1680 - 1 / 1188 / square) / square) / square) / square) / n


def _deviance(x: float, mean: float) -> float:
    """The value of x log(x / mean) + mean - x, by a series where the two are close."""
    if abs(x - mean) >= 0.1 * (x + mean):
        return x * log(x / mean) + mean - x
    v = (x - mean) / (x + mean)
    found, term, j = (x - mean) * v, 2 * x * v, 1
    while True:
        term *= v * v
        nearer = found + term / (2 * j + 1)
        if nearer == found:
            return found
        found, j = nearer, j + 1


def _bisect(too_low: Callable[[float], bool], low: float, high: float) -> tuple[float, float]:
    """The two neighbours of the place where `too_low` turns false."""
    for _ in range(200):
        middle = (low + high) / 2
        if not low < middle < high:
            break
        low, high = (middle, high) if too_low(middle) else (low, middle)
        if high - low < 1e-12 * high:
            break
    return low, high


def _first(holds: Callable[[int], bool], start: int) -> int:
    """The first number from `start` on for which it holds, found by doubling and halving; `_MOST` for none."""
    step, low, high = 1, start - 1, start
    while not holds(high):
        if high >= _MOST:
            return _MOST
        low, high, step = high, min(high + step, _MOST), step * 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(middle) else (middle, high)
    return high
