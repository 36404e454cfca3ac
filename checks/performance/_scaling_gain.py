"""How much throughput is gained for the load that is added, and the law behind it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from math import sqrt
from statistics import NormalDist

from readiness.check import Finding, Measure, Outcome
from readiness.check.confidence import with_confidence
from readiness.evidence.model import Reason
from readiness.statistics.scaling import fit
from readiness.units import show_share

from ._findings import unproven
from ._in_flight import in_flight
from ._level import USERS, Level
from ._percent import percent
from ._ruling import number
from ._scaling_axis import Ladder

_FITTED = 5
_GOOD_FIT = 0.95
_FAR = 3.0
_FULL = "look for what is full at the highest load: processors, pools, locks, the load generator itself"


def gain(found: Ladder, least: Fraction, confidence: Fraction) -> Finding:
    """The scalability coefficient between the lowest and the highest level: 100% where each user adds as much.

    Its interval is that of two counts of good answers (Poisson, by the normal approximation).
    """
    low, high = found.levels[0], found.levels[-1]
    if low.good is None or high.good is None:
        return unproven(
            Reason.INSUFFICIENT, "the file does not tell how many requests failed", low.run.more_detail
        )
    if not low.good:
        return unproven(Reason.INSUFFICIENT, f"no request succeeded at {found.title(0)}", _FULL)
    reach = NormalDist().inv_cdf(float(confidence))
    bottom, plain, top = (_coefficient(found, reach * side) for side in (-1, 0, 1))
    draft = Finding(
        outcome=Outcome.PASS,
        message=f"from {found.title(0)} to {found.title(-1)} good answers go from {number(low.good)}/s to "
        f"{number(high.good)}/s: {percent(plain)} of the load that was added ({percent(bottom)} to {percent(top)} "
        f"{with_confidence(confidence)})",
        observed=f"{percent(plain)} ({percent(bottom)} to {percent(top)})",
        expected=f"at least {show_share(least)}",
        measure=Measure(100 * plain, 100 * float(least), "%", "higher", 100 * bottom, 100 * top),
    )
    if bottom >= least:
        return draft
    if top < least:
        message = f"{draft.message}, less than {show_share(least)}"
        return draft.but(outcome=Outcome.FAIL, message=message, next=_FULL)
    return draft.but(
        outcome=Outcome.UNPROVEN,
        reason=Reason.INSUFFICIENT,
        message=f"{draft.message}: that neither shows {show_share(least)} nor rules it out",
        next=_FULL
        if plain < least
        else "send more requests at each level: the interval gets narrower with them",
    )


def _coefficient(found: Ladder, side: float) -> float:
    """Throughput gained over load added, each relative; `side` moves the counts by so many deviations."""
    low, high = _moved(found.levels[0], -side), _moved(found.levels[-1], side)
    return (high / low - 1) / (found.rise - 1)


def _moved(level: Level, side: float) -> float:
    rate, length = level.good or 0.0, level.run.duration_s or 1.0
    many = rate * length
    return max(1.0, many + side * sqrt(many)) / length


def law(found: Ladder) -> Iterator[Finding]:
    """A note on where throughput would peak, where five levels or more show it well enough."""
    points = _points(found)
    if points is None or len({n for n, _ in points}) < _FITTED:
        return
    fitted = fit(points)
    if fitted is None or fitted.r_squared < _GOOD_FIT:
        return
    unit = USERS if found.unit == USERS else " requests in flight"
    told = (
        f"the Universal Scalability Law fits {len(points)} levels (R squared {fitted.r_squared:.3f}): contention "
        f"{percent(fitted.contention)}, coherency {percent(fitted.coherency)}"
    )
    peak, highest = fitted.peak, max(n for n, _ in points)
    if peak is None or peak > _FAR * highest:
        message = f"{told}; no peak of throughput is in sight up to {number(_FAR * highest)}{unit}"
    else:
        message = f"{told}; throughput peaks at about {number(peak)}{unit}, with {number(fitted.at(peak))}/s"
    yield Finding(outcome=Outcome.PASS, message=message, note=True)


def _points(found: Ladder) -> Sequence[tuple[float, float]] | None:
    """Concurrency and throughput: users, or what Little's law says was in flight."""
    points = []
    for load, level in zip(found.loads, found.levels, strict=True):
        known = in_flight(level.run)
        if not level.good or (found.unit != USERS and known is None):
            return None
        points.append((load if found.unit == USERS or known is None else known.mean, level.good))
    return points
