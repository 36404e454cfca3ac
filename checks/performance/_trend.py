"""Whether a series grows: the trend of the lowest values of equal parts of its time.

Memory is a saw: it rises until garbage is collected. What grows with a leak is what is left after a collection, and
so the lowest value of each part is taken, of which a saw of many teeth has no trend. A tooth that is longer than a
part, or a restart, makes these values fall again: then they show nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction
from itertools import accumulate, groupby
from math import ceil
from statistics import median

from readiness.check import Finding, Measure, Outcome
from readiness.check.confidence import with_confidence
from readiness.evidence.model import Reason
from readiness.evidence.series import Series
from readiness.statistics.trend import Trend, trend
from readiness.units import show_age, show_share

from ._findings import unproven
from ._percent import percent
from ._series import object_of
from ._series_amount import shown
from ._series_points import Points, impossible

MOST_PARTS, LEAST_PARTS, LEAST_POINTS = 20, 10, 3
_FELL = 0.1
_NOTHING = 1e-6
_STILL = Fraction(1, 2)
_HOUR = 3600
_HOPELESS = 20


@dataclass(frozen=True)
class Growth:
    """How much a series may grow in an hour, as a share of its start level, and how strong the proof has to be."""

    limit: Fraction
    confidence: Fraction


def judge_growth(series: Series, points: Points, growth: Growth) -> Finding:
    """Does not grow, grows, or cannot tell; `points` are those after the warm-up."""
    if odd := _odd(series, points):
        return odd
    lows = _lows(points)
    start = median(value for _, value in lows[:3])
    if len(lows) < LEAST_PARTS or start <= _NOTHING * max(value for _, value in points):
        message = f"{series.title} is 0, or has too few points, at its start: growth is a share of that"
        return _thin(series, message, "record it more often, or lengthen `warm-up`")
    fell = max(
        most - value for (_, value), most in zip(lows, accumulate((v for _, v in lows), max), strict=True)
    )
    if fell > _FELL * start:
        message = (
            f"the lowest values of {series.title} in each {_part(lows)} fell by {shown(fell, series.unit)}, "
            f"{fell / start:.0%} of its start: a restart, memory given back late, or a collection that comes seldom"
        )
        return _thin(
            series, message, "run for longer, so that each part has its collection; lengthen `warm-up`"
        )
    return _compared(series, points, trend(lows, growth.confidence), start, growth)


def _odd(series: Series, points: Points) -> Finding | None:
    """Values that no living process has."""
    if wrong := impossible(series, points):
        return wrong
    longest = max(_stretches(points))
    if longest > _STILL * Fraction(points[-1][0] - points[0][0]):
        message = (
            f"{series.title} does not change at all for {show_age(timedelta(seconds=longest))}, more than half of "
            f"the time: so does an exporter that is dead"
        )
        return _thin(
            series, message, "find out whether it is recorded, and of the process that bears the load"
        )
    return None


def _compared(series: Series, points: Points, found: Trend, start: float, growth: Growth) -> Finding:
    slope, low, high = (
        None if one is None else one * _HOUR / start for one in (found.slope, found.low, found.high)
    )
    assured = with_confidence(growth.confidence)
    limit = float(growth.limit)
    seconds = points[-1][0] - points[0][0]
    draft = Finding(
        outcome=Outcome.PASS,
        message=f"{series.title} changes by {_signed(slope or 0.0)} an hour, {_between(low, high)} {assured}, over "
        f"{show_age(timedelta(seconds=seconds))} from {shown(start, series.unit)}",
        observed=f"{_signed(slope or 0.0)} an hour ({_between(low, high)})",
        expected=f"at most {show_share(growth.limit)} an hour",
        object=object_of(series),
        measure=Measure(100 * (slope or 0.0), 100 * limit, "%/h", low=_hundred(low), high=_hundred(high)),
    )
    if high is not None and high <= limit:
        return draft
    if low is not None and low > limit:
        return draft.but(
            outcome=Outcome.FAIL,
            message=f"{draft.message}: it grows by more than {show_share(growth.limit)}",
            next="take two dumps of the heap, early and late in the run, and look for what there is more of",
        )
    return draft.but(
        outcome=Outcome.UNPROVEN,
        reason=Reason.INSUFFICIENT,
        message=f"{draft.message}: that neither rules out {show_share(growth.limit)} an hour nor shows more",
        next=_settling(slope or 0.0, low, high, limit, seconds),
    )


def _settling(slope: float, low: float | None, high: float | None, limit: float, seconds: float) -> str:
    """How long a run would tell: with as many parts, the width of the interval falls as the run gets longer."""
    edge = low if slope > limit else high
    if edge is None or slope == limit:
        return (
            "values follow each other too closely: run for much longer, or record the level after collections"
        )
    times = abs(edge - slope) / abs(limit - slope)
    if times > _HOPELESS:
        return f"its growth is too near to {percent(limit)} an hour for a run of any length to tell"
    minutes = ceil(1.1 * max(times, 1.2) * seconds / 60)
    return f"about {minutes:,} minutes after the warm-up would settle it at this growth and noise"


def _lows(points: Points) -> list[tuple[float, float]]:
    """The middle of each part of the time, and the lowest value in it."""
    parts = min(MOST_PARTS, len(points) // LEAST_POINTS) or 1
    first, last = points[0][0], points[-1][0]
    length = (last - first) / parts or 1.0
    grouped = groupby(points, key=lambda point: min(parts - 1, int((point[0] - first) / length)))
    return [(first + (part + 0.5) * length, min(value for _, value in group)) for part, group in grouped]


def _stretches(points: Points) -> Sequence[float]:
    """How long the series stood at each of its values before it changed."""
    runs = [list(group) for _, group in groupby(points, key=lambda point: point[1])]
    return [group[-1][0] - group[0][0] for group in runs]


def _part(lows: Points) -> str:
    return show_age(timedelta(seconds=max(1.0, lows[1][0] - lows[0][0])))


def _thin(series: Series, message: str, next_: str = "export it again") -> Finding:
    return unproven(Reason.INSUFFICIENT, message, next_, object_of(series))


def _between(low: float | None, high: float | None) -> str:
    if low is None or high is None:
        return "no bounds can be told"
    return f"{_signed(low)} to {_signed(high)}"


def _signed(share: float) -> str:
    return f"{100 * share:+,.3g}%"


def _hundred(share: float | None) -> float | None:
    return None if share is None else 100 * share
