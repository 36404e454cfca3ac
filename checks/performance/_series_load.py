"""What makes numbers in time say less than they seem to: a load that changed, or a restart."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise
from math import sqrt

from readiness.check import Finding
from readiness.evidence.course import Window
from readiness.evidence.load_test import LoadTest
from readiness.evidence.model import Reason
from readiness.evidence.series import Series

from ._findings import unproven
from ._series import Observed, object_of
from ._series_points import Points

_ALIKE = 0.8
_NOISE = 3
_STARTS = "start_time_seconds"
_RESTARTS = "restarts_total"
_CLOCK_S = 2.0
_AGAIN = "find out why it restarted, then run the load test again"


def uneven(seen: Observed, warm_up: timedelta) -> Iterator[Finding]:
    """A load that was not constant, as far as the course of the run tells it.

    Thirds of the time after the warm-up are compared: the least of their rates is at least 80% of the greatest, but
    for three times the noise that counts have.
    """
    parts = _thirds(seen.run, warm_up / timedelta(seconds=1)) if seen.run else []
    counts = [sum(one.requests for one in part) for part in parts]
    lengths = [sum(one.to_s - one.from_s for one in part) for part in parts]
    if not all(lengths) or not any(counts):
        return
    rates = [count / length for count, length in zip(counts, lengths, strict=True)]
    noise = _NOISE * sqrt(max(counts)) / min(lengths)
    if min(rates) < _ALIKE * max(rates) - noise:
        told = ", ".join(f"{rate:,.4g}/s" for rate in rates)
        message = f"{seen.where}the load was not constant: {told} in the thirds of the run after the warm-up"
        yield unproven(
            Reason.INSUFFICIENT, message, "hold the load, and set `warm-up` to the time of its rise"
        )


def restarts(seen: Observed) -> Iterator[Finding]:
    """What the other series of the run tell of a restart: memory begins anew with it, which hides growth."""
    for series in seen.series:
        points = [point for point in series.points if seen.begin <= point[0] <= seen.end]
        if _restarted(series, points):
            message = f"{seen.where}{series.title} tells of a restart during the run: memory began anew"
            yield unproven(Reason.INSUFFICIENT, message, _AGAIN, object_of(series))


def _restarted(series: Series, points: Points) -> bool:
    steps = [after[1] - before[1] for before, after in pairwise(points)]
    if series.name.endswith(_STARTS):
        return any(abs(step) > _CLOCK_S for step in steps)
    if series.name.endswith(_RESTARTS):
        return any(steps)
    return series.name.endswith("_total") and any(step < 0 for step in steps)


def _thirds(run: LoadTest, warm_up_s: float) -> list[list[Window]]:
    windows = run.course.windows if run.course else ()
    last = max((one.to_s for one in windows), default=0.0)
    length = (last - warm_up_s) / 3
    parts: list[list[Window]] = [[], [], []]
    for one in windows:
        middle = (one.from_s + one.to_s) / 2
        if length > 0 and middle >= warm_up_s:
            parts[min(2, int((middle - warm_up_s) / length))].append(one)
    return parts
