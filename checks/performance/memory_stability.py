"""Memory under constant load, from load tests and metrics."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from fractions import Fraction
from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from readiness.check import Check, Finding, Measure, Outcome, Params, Stricter
from readiness.check.confidence import USUAL
from readiness.evidence.load_test import LoadTest
from readiness.evidence.model import Reason
from readiness.evidence.series import Metrics, Series
from readiness.units import Duration, Share, Size

from ._findings import together, unproven
from ._series import (
    MEMORY,
    Observed,
    is_memory,
    matching,
    object_of,
    observations,
    unmatched,
    without_load,
)
from ._series_amount import shown
from ._series_load import restarts, uneven
from ._series_points import Enough, Points, covered, too_small
from ._trend import LEAST_PARTS, LEAST_POINTS, Growth, judge_growth

_LONGEST = timedelta(days=365)
_LEAST = LEAST_PARTS * LEAST_POINTS


class MemoryStabilityParams(Params):
    """How much memory may grow, and for how long it has to be watched."""

    max_growth_per_hour: Annotated[Share, Stricter.LOWER] = Fraction(5, 100)
    """How much each series may grow in an hour, as a share of its level after the warm-up."""
    max: Annotated[Size | None, Stricter.LOWER] = None
    """The highest value that a series may have at any time of the run, as in `512MiB`."""
    series: Annotated[
        tuple[Annotated[str, StringConstraints(min_length=1)], ...] | None, Field(min_length=1)
    ] = None
    """Names, titles or patterns of series, each of which has to match one; without it all series, but counters, that
    have `memory`, `rss`, `heap` or `working_set` in their name."""
    warm_up: Duration = timedelta(minutes=1)
    """The time at the start of the run that growth is not looked for in: caches and pools fill."""
    min_duration: Annotated[Duration, Stricter.HIGHER] = timedelta(minutes=10)
    """The least time that memory is watched after the warm-up."""
    min_points: Annotated[int, Field(ge=_LEAST), Stricter.HIGHER] = _LEAST
    """The least number of points after the warm-up."""
    max_gap: Annotated[Duration, Stricter.LOWER] = timedelta(minutes=2)
    """The longest time without a point, from the start of the run to its end."""
    confidence: Annotated[Share, Stricter.HIGHER] = USUAL
    """The confidence of the proof, for a pass as for a failure; more than 50% and less than 100%."""

    @model_validator(mode="after")
    def _can_be_shown(self) -> Self:
        if not Fraction(1, 2) < self.confidence < 1:
            raise ValueError("confidence must be more than 50% and less than 100%, as in 95%")
        if min(self.min_duration, self.max_gap) <= timedelta() or self.max == 0:
            raise ValueError("min-duration, max-gap and max must be more than 0")
        if max(self.min_duration, self.warm_up) > _LONGEST:
            raise ValueError("min-duration and warm-up are at most 365d")
        return self


class MemoryStability(Check[MemoryStabilityParams]):
    """Memory does not grow under constant load.

    The time after the warm-up is cut into 10 to 20 parts. The lowest value of each, which is what a collection of
    garbage leaves, makes the trend: the median of the slopes between all pairs of them (Theil and Sen), with bounds by
    Kendall's S that are widened where values depend on their neighbours. It passes when the upper bound keeps
    `max-growth-per-hour`, and fails when the lower bound breaks it. Between them it is unproven, and says how long a
    run would tell.

    Nothing is shown where a restart may hide growth (the lowest values fall by more than 10%, a counter begins anew,
    a start time changes), where a series does not change at all for half of the time, ends before the run does, or
    has a gap, and where the load test tells that the load was not constant. With a load test, only its time counts.

    ## Why it matters

    A leak passes every test that is short. In production it takes days until the process is killed, at the hour of
    the highest load, and a restart makes it look mended. Growth under a load that stays the same is the one sign of
    it that a test of ten minutes can see: 5% an hour is twice the memory after 14 hours.

    ## How to fix it

    - Failed: take two dumps of the heap, early and late in the run, and compare what they hold. Unbounded caches,
      listeners that are never removed, and one entry per user or request are the usual ones. If it is garbage that
      was not collected yet, give the process less memory in the test, so that it has to collect.
    - Unproven for noise or falling values: run for longer. An hour at points every 15 seconds tells most services
      apart; `warm-up` has to be as long as caches take to fill.
    - Unproven for want of series: let Prometheus answer a range query over the time of the run, or write a loop:
      see docs/evidence.md, Metrics. The file binds to the commit as load tests do: stamp it.

    ## References

    - P. Sen, Estimates of the Regression Coefficient Based on Kendall's Tau, 1968
    - Kubernetes documentation: container_memory_working_set_bytes, which is what a pod is evicted by
    """

    def judge(self, load: tuple[LoadTest, ...] = (), metrics: Metrics | None = None) -> Iterator[Finding]:
        """Every series of memory in every run."""
        yield from together(self._judge_all(load, metrics))
        if not load and metrics is not None:
            yield without_load()

    def _judge_all(self, load: Sequence[LoadTest], metrics: Metrics | None) -> Iterator[Finding]:
        for seen in observations(load, metrics):
            if isinstance(seen, Finding):
                yield seen
                continue
            yield from uneven(seen, self.params.warm_up)
            yield from restarts(seen)
            for one in self._chosen(seen):
                if isinstance(one, Finding):
                    yield one
                else:
                    yield from self._judge_series(seen, one)

    def _chosen(self, seen: Observed) -> Iterator[Series | Finding]:
        """Each series once, and a finding for each pattern that none has."""
        found: dict[int, Series] = {}
        for pattern in self.params.series or ():
            matched = matching(seen.series, pattern)
            if not matched:
                yield unmatched(seen, f"'{pattern}'")
            found.update((id(one), one) for one in matched)
        if self.params.series is None:
            found = {id(one): one for one in seen.series if is_memory(one)}
            if not found:
                yield unmatched(seen, f"what memory is called ({', '.join(MEMORY)}; `series` names others)")
        yield from found.values()

    def _judge_series(self, seen: Observed, series: Series) -> Iterator[Finding]:
        params = self.params
        least = params.min_duration + params.warm_up
        enough = Enough(params.max_gap, least, params.min_points, "`warm-up` and `min-duration`")
        points = covered(seen, series, enough)
        if isinstance(points, Finding):
            yield points
            return
        warm = seen.begin + params.warm_up / timedelta(seconds=1)
        late = [point for point in points if point[0] >= warm]
        if len(late) < params.min_points:
            message = f"{series.title} has {len(late):,} points after the warm-up; {params.min_points:,} are the least"
            yield unproven(
                Reason.INSUFFICIENT, seen.where + message, "record it more often", object_of(series)
            )
            return
        growth = judge_growth(series, late, Growth(params.max_growth_per_hour, params.confidence))
        yield growth.but(message=seen.where + growth.message)
        if params.max is not None:
            peak = _peak(series, points, params.max)
            yield peak.but(message=seen.where + peak.message)


def _peak(series: Series, points: Points, limit: int) -> Finding:
    most = max(value for _, value in points)
    told = f"{series.title} is {shown(most, series.unit)} at most, of {len(points):,} points"
    if series.unit != "bytes":
        message = f"{told}: whether these are bytes is not known, and `max` is a size"
        return unproven(
            Reason.INSUFFICIENT, message, "let its name tell it, as in memory_bytes", object_of(series)
        )
    if small := too_small(series, most):
        return small
    draft = Finding(
        outcome=Outcome.PASS,
        message=told,
        observed=shown(most, "bytes"),
        expected=f"at most {shown(limit, 'bytes')}",
        object=object_of(series),
        measure=Measure(most, limit, "B"),
    )
    if most <= limit:
        return draft
    message = f"{told}, over {shown(limit, 'bytes')}"
    return draft.but(
        outcome=Outcome.FAIL, message=message, next="look for what takes it, or give the release more"
    )
