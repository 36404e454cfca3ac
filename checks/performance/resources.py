"""Processor, memory and other numbers of a run against their limits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from readiness.check import Check, Finding, Measure, Outcome, Params, Stricter
from readiness.evidence.load_test import LoadTest
from readiness.evidence.model import Reason
from readiness.evidence.series import Metrics, Series
from readiness.units import Duration

from ._findings import together, unproven
from ._series import (
    Observed,
    is_memory,
    matching,
    object_of,
    observations,
    unmatched,
    without_load,
)
from ._series_amount import MEASURED, Amount, Limit, shown
from ._series_points import Enough, Points, covered, impossible, too_small

Pattern = Annotated[str, StringConstraints(min_length=1)]
_EXAMPLE = {"examples": [{"memory_bytes": "512MiB", "cpu_cores": "1.5 cores"}]}


class ResourcesParams(Params):
    """The limits, and for how long they have to be kept."""

    max: Annotated[
        dict[Pattern, Annotated[Limit, Stricter.LOWER]], Field(min_length=1, json_schema_extra=_EXAMPLE)
    ]
    """By name, title or pattern of series, the highest value that each may have: a size, a share (of what the series
    counts as one), a duration, `1.5 cores`, or a plain number for a count."""
    warn: dict[Pattern, Annotated[Limit, Stricter.LOWER]] = Field(default_factory=dict)
    """Values under those of `max`, by the same patterns, past which the outcome is `warn`."""
    min_duration: Annotated[Duration, Stricter.HIGHER] = timedelta(minutes=1)
    """The least time that is watched."""
    min_points: Annotated[int, Field(ge=2), Stricter.HIGHER] = 10
    """The least number of points of each series."""
    max_gap: Annotated[Duration, Stricter.LOWER] = timedelta(minutes=2)
    """The longest time without a point, from the start of the run to its end."""

    @model_validator(mode="after")
    def _fit_together(self) -> Self:
        if min(self.min_duration, self.max_gap) <= timedelta():
            raise ValueError("min-duration and max-gap must be more than 0")
        for pattern, soft in self.warn.items():
            hard = self.max.get(pattern)
            if hard is None:
                raise ValueError(f"warn has '{pattern}', which max does not have")
            if soft.unit != hard.unit or soft.value > hard.value:
                raise ValueError(f"warn of '{pattern}' is over that of max, or in another unit")
        return self


class Resources(Check[ResourcesParams]):
    """Processor and memory stay under their limits during the run.

    What is judged is the peak of every series that a pattern matches, at the points that are in the export. With a
    load test, only its time counts, and the series have to cover it.

    ## Why it matters

    A release that needs nine tenths of its memory for the load of a test has nothing left for the day of the sale,
    and one that is throttled by its processor limit gets slower long before it fails. Latencies alone do not tell
    how near that day is.

    ## How to fix it

    - Failed: find out what takes it (a profile, a dump of the heap), or give the release more and say so in its
      manifests; then run the load test again.
    - Unproven for a counter: export its rate, as in `sum by (pod) (rate(container_cpu_usage_seconds_total[1m]))`,
      and name it under `evidence:` with `name: cpu_cores`. A rate over one minute flattens peaks that are shorter.
    - Unproven for units: a limit in `MiB` needs a series in bytes, one in `cores` a series in cores. The unit is told
      by the end of the name (`_bytes`, `_seconds`, `_ratio`, `_cores`) or by the head of the column, `memory (MiB)`.
    - Unproven because a series stands still: bytes, cores, shares and seconds that never change are those of a dead
      exporter. Counts, such as restarts, may stand still.

    ## References

    - Prometheus documentation: metric and label naming; HTTP API, range queries
    - Kubernetes documentation: resource management for pods and containers
    """

    def judge(self, load: tuple[LoadTest, ...] = (), metrics: Metrics | None = None) -> Iterator[Finding]:
        """Every series that has a limit, in every run."""
        yield from together(self._judge_all(load, metrics))
        if not load and metrics is not None:
            yield without_load()

    def _judge_all(self, load: Sequence[LoadTest], metrics: Metrics | None) -> Iterator[Finding]:
        for seen in observations(load, metrics):
            if isinstance(seen, Finding):
                yield seen
                continue
            for pattern, limit in self.params.max.items():
                matched = matching(seen.series, pattern)
                if not matched:
                    yield unmatched(seen, f"'{pattern}'")
                for series in matched:
                    yield self._judge_series(seen, series, limit, self.params.warn.get(pattern))

    def _judge_series(self, seen: Observed, series: Series, limit: Amount, warn: Amount | None) -> Finding:
        params = self.params
        points = covered(seen, series, Enough(params.max_gap, params.min_duration, params.min_points))
        if isinstance(points, Finding):
            return points
        finding = _unfit(series, limit) or _odd(series, points) or _compared(series, points, limit, warn)
        return finding.but(message=seen.where + finding.message, object=object_of(series))


def _unfit(series: Series, limit: Amount) -> Finding | None:
    """A limit of another unit than the series."""
    if limit.fits(series.unit):
        return None
    told = f"in {series.unit}" if series.unit else "in a unit that its name does not tell"
    meant = f"in {limit.unit}" if limit.unit else "a plain number"
    message = f"{series.title} is {told}, and its limit, {limit}, is {meant}"
    next_ = (
        "write the limit in the unit of the series, or let its name or the head of its column tell the unit"
    )
    return unproven(Reason.INSUFFICIENT, message, next_)


def _odd(series: Series, points: Points) -> Finding | None:
    """Values that nothing alive has."""
    values = {value for _, value in points}
    if wrong := impossible(series, points):
        return wrong
    if len(values) > 1 or not (series.unit in MEASURED or is_memory(series)):
        return too_small(series, max(values))
    message = (
        f"{series.title} is {shown(min(values), series.unit)} at all of its {len(points):,} points: so is what a dead "
        "exporter shows"
    )
    next_ = "find out whether it is recorded, and of the process that bears the load"
    return unproven(Reason.INSUFFICIENT, message, next_)


def _compared(series: Series, points: Points, limit: Amount, warn: Amount | None) -> Finding:
    most = max(value for _, value in points)
    draft = Finding(
        outcome=Outcome.PASS,
        message=f"{series.title} is {shown(most, series.unit)} at most, of {len(points):,} points",
        observed=shown(most, series.unit),
        expected=f"at most {limit}",
        measure=_measure(most, limit),
    )
    if most > float(limit.value):
        message = f"{draft.message}, over {limit}"
        return draft.but(
            outcome=Outcome.FAIL, message=message, next="find out what takes it, or give it more"
        )
    if warn is not None and most > float(warn.value):
        message = f"{draft.message}, over the {warn} of `warn`"
        return draft.but(
            outcome=Outcome.WARN, message=message, next="find out what takes it, before it is too much"
        )
    return draft


def _measure(most: float, limit: Amount) -> Measure:
    scale, unit = {"bytes": (1, "B"), "ratio": (100, "%"), "seconds": (1, "s")}.get(
        limit.unit, (1, limit.unit)
    )
    return Measure(scale * most, scale * float(limit.value), unit)
