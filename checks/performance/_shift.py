"""How a shift between two sides is told: the difference, its interval, the noise, and what would settle it."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import expm1, log

from readiness.check import Measure
from readiness.statistics.comparison import spread, values_needed
from readiness.units import show_share

LEAST_RUNS = 5
_SENSIBLE = 100


def signed(ratio: float) -> str:
    """A ratio as a change in percent: 1.034 is `+3.4%`."""
    change = (ratio - 1) * 100
    return f"{change:+.3g}%" if abs(change) >= 0.05 else "0%"


def bounded(low: float | None, high: float | None) -> str:
    """As in `-1.2% to +4.1%`."""
    if low is None and high is None:
        return "no interval"
    if low is None or high is None:
        return f"at most {signed(high)}" if high is not None else f"at least {signed(low or 0.0)}"
    return f"{signed(low)} to {signed(high)}"


def limit(tolerance: Fraction) -> str:
    """As in `at most 5% slower than the baseline`."""
    return f"at most {show_share(tolerance)} slower than the baseline"


def measure(ratio: float, tolerance: Fraction, low: float | None, high: float | None) -> Measure:
    """The change in percent, with its interval, against the tolerance."""
    ends = [None if end is None else (end - 1) * 100 for end in (low, high)]
    return Measure((ratio - 1) * 100, 100 * float(tolerance), "%", low=ends[0], high=ends[1])


def noise(base: Sequence[float]) -> str:
    """How much the baseline runs differ among themselves: a change within that says nothing."""
    deviation = spread([base])
    if deviation is None:
        return "one baseline run shows no noise floor"
    apart = signed(max(base) / min(base))
    floor = f"noise floor: the baseline runs vary by {expm1(deviation) * 100:.2g}%"
    return f"{floor} (standard deviation; {apart} from the fastest to the slowest)"


def settling(
    runs: Sequence[float], base: Sequence[float], ratio: float, tolerance: Fraction, confidence: Fraction
) -> str:
    """How many more runs would tell, by the noise of those that are there."""
    deviation, edge, change = spread([runs, base]), log(1 + float(tolerance)), log(ratio)
    needed: int | None = LEAST_RUNS
    if deviation is not None:
        distance = change if change > edge else edge - change
        needed = values_needed(deviation, distance, confidence)
    if needed is None or needed > _SENSIBLE:
        return (
            f"the change lies too near to the tolerance for any sensible number of runs ({_SENSIBLE} a side): "
            "make the release faster, the runs longer, or their machines quieter"
        )
    wanted = max(needed, LEAST_RUNS, min(len(runs), len(base)) + 1)
    return f"about {wanted} runs a side would tell: {_missing(runs, base, wanted)}"


def _missing(runs: Sequence[float], base: Sequence[float], wanted: int) -> str:
    mine, theirs = max(0, wanted - len(runs)), max(0, wanted - len(base))
    parts = [f"{mine} more of this release"] if mine else []
    return " and ".join([*parts, f"{theirs} more of the baseline"] if theirs else parts)
