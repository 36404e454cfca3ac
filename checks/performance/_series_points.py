"""Whether the points of a series are enough to show anything of a run, and can be true."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from math import isfinite

from readiness.check import Finding
from readiness.evidence.model import Reason
from readiness.evidence.series import Series
from readiness.units import show_age, show_duration

from ._findings import unproven
from ._series import Observed, is_counter, is_memory, object_of

Points = Sequence[tuple[float, float]]

_DURING = "export the metrics from the start of the load test to its end"
_SMALL_BYTES, _SMALL_RATIO = 2**20, 0.01
_GREATEST = 10.0**18


@dataclass(frozen=True)
class Enough:
    """How much of a series has to be there; `lasting` is what a policy calls the least duration."""

    max_gap: timedelta
    min_duration: timedelta
    min_points: int
    lasting: str = "`min-duration`"


def covered(seen: Observed, series: Series, enough: Enough) -> Points | Finding:
    """The points of the run; a finding where they cannot be true, or are too few."""
    if is_counter(series):
        message = (
            f"{series.title} only ever counts up: it tells how much there was since the start, not at a time"
        )
        return _thin(
            seen, series, message, f"export rate({series.name}[1m]) instead, with `name:` to name it"
        )
    if not _sound(series.points):
        return _thin(
            seen, series, f"{series.title} has times that do not ascend, or values that are no numbers"
        )
    points = [point for point in series.points if seen.begin <= point[0] <= seen.end]
    between = f"between {_clock(seen.begin)} and {_clock(seen.end)}"
    if not points:
        message = f"{series.title} has no point {between}, when the load test ran"
        return _thin(seen, series, message, _DURING).but(reason=Reason.MISSING)
    if seen.lasted < enough.min_duration:
        least = show_duration(enough.min_duration)
        message = (
            f"{series.title} was watched for {show_age(seen.lasted)}, less than {least} ({enough.lasting})"
        )
        return _thin(seen, series, message, "run the load test for longer")
    if gap := _gap(seen, series, points, enough.max_gap):
        return gap
    if len(points) < enough.min_points:
        least = f"{enough.min_points:,} are the least (`min-points`)"
        message = f"{series.title} has {len(points):,} points {between}; {least}"
        return _thin(seen, series, message, "record it more often, or for longer")
    return points


def impossible(series: Series, points: Points) -> Finding | None:
    """Values that nothing alive has."""
    low, high = min(value for _, value in points), max(value for _, value in points)
    if low >= 0 and high <= _GREATEST:
        return None
    what = f"{low:,.4g}, less than nothing" if low < 0 else f"{high:.4g}, more than there is of anything"
    return unproven(Reason.MALFORMED, f"{series.title} is {what}", "export it again", object_of(series))


def too_small(series: Series, most: float) -> Finding | None:
    """A greatest value that no process under load has: its unit is told wrongly."""
    if is_memory(series) and series.unit == "bytes" and most < _SMALL_BYTES:
        message = (
            f"{series.title} is {most:,.6g} bytes at most, less than any process takes: its unit is not bytes"
        )
    elif (
        (is_memory(series) or "cpu" in series.name.lower())
        and series.unit == "ratio"
        and most <= _SMALL_RATIO
    ):
        message = (
            f"{series.title} is {100 * most:,.3g}% at most: a share of one is written as if it were percent"
        )
    else:
        return None
    next_ = (
        "let the name or the head of the column tell the true unit, or record the process that bears the load"
    )
    return unproven(Reason.INSUFFICIENT, message, next_, object_of(series))


def _thin(seen: Observed, series: Series, message: str, next_: str = "export it again") -> Finding:
    return unproven(Reason.INSUFFICIENT, seen.where + message, next_, object_of(series))


def _gap(seen: Observed, series: Series, points: Points, most: timedelta) -> Finding | None:
    """The longest time without a point, from the begin of the run to its end; None when it is short enough."""
    times = [seen.begin, *(when for when, _ in points), seen.end]
    length, since = max((after - before, before) for before, after in pairwise(times))
    if length <= most / timedelta(seconds=1) + 1e-3:
        return None
    message = (
        f"{series.title} has no point for {show_age(timedelta(seconds=length))} after {_clock(since)}, longer than the "
        f"{show_duration(most)} of `max-gap`: what happened then is not known"
    )
    return _thin(seen, series, message, f"{_DURING}, in steps of less than {show_duration(most)}")


def _sound(points: Points) -> bool:
    return all(isfinite(when) and isfinite(value) for when, value in points) and all(
        before[0] < after[0] for before, after in pairwise(points)
    )


def _clock(when: float) -> str:
    return datetime.fromtimestamp(when, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
