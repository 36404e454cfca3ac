"""What is known of series of numbers while a load test ran, and whether it is enough to show anything."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fnmatch import fnmatchcase
from math import isfinite

from readiness.check import Finding, Outcome
from readiness.evidence.load_test import LoadTest
from readiness.evidence.model import Reason
from readiness.evidence.series import Metrics, Series

from ._findings import unproven
from ._targets import targets

_LISTED = 10
_COUNTERS = ("_total", "_bucket")
MEMORY = ("memory", "rss", "heap", "working_set")
"""What memory is called; one of these is a part of the name."""


@dataclass(frozen=True)
class Observed:
    """All series that were recorded from `begin` to `end`, in seconds since 1970; `run` is None without a load test.

    `where` opens a message: it is empty for the only run.
    """

    where: str
    begin: float
    end: float
    series: tuple[Series, ...]
    run: LoadTest | None = None

    @property
    def lasted(self) -> timedelta:
        """From its begin to its end, to the millisecond."""
        return timedelta(milliseconds=round(1000 * (self.end - self.begin)))


def observations(load: Sequence[LoadTest], metrics: Metrics | None) -> Iterator[Observed | Finding]:
    """Each run with its own series and those of the metrics; without a run the metrics as far as they go."""
    told = metrics.series if metrics else ()
    if not load and told:
        yield _whole(told)
    for target in targets(load, None):
        if isinstance(target, Finding):
            yield target
            continue
        span = _span(target.run)
        if span is None:
            message = f"{target.where}the load test does not tell when it ran, so that nothing is known of that time"
            next_ = target.run.more_detail or "let the tool write its times, or the load test its own as JSON"
            yield unproven(Reason.INSUFFICIENT, message, next_)
        else:
            yield Observed(target.where, *span, (*target.run.series, *told), target.run)


def without_load() -> Finding:
    """A note for numbers that no load test goes with."""
    message = (
        "no load test is given: whether there was any load while these numbers were recorded is not shown"
    )
    return Finding(outcome=Outcome.PASS, message=message, note=True, next="name the load test in `from:` too")


def matching(series: Sequence[Series], pattern: str) -> list[Series]:
    """Those of that very name or title, else those that the pattern fits."""
    exact = [one for one in series if pattern in (one.name, one.title)]
    return exact or [
        one for one in series if fnmatchcase(one.name, pattern) or fnmatchcase(one.title, pattern)
    ]


def unmatched(seen: Observed, wanted: str) -> Finding:
    """Nothing is known of what was asked for."""
    titles = [one.title[:100] for one in seen.series]
    more = f" and {len(titles) - _LISTED} more" if len(titles) > _LISTED else ""
    known = f"there are {', '.join(titles[:_LISTED])}{more}" if titles else "there is none at all"
    message = f"{seen.where}no series matches {wanted}; {known}"
    return unproven(
        Reason.MISSING, message, "correct the pattern, or export the series (`name:` names nameless ones)"
    )


def object_of(series: Series) -> str:
    """What waivers and findings call it."""
    return f"Series/{series.title}"


def is_counter(series: Series) -> bool:
    """By its name, as Prometheus' conventions have it."""
    return series.name.endswith(_COUNTERS)


def is_memory(series: Series) -> bool:
    """By its name; never a counter."""
    name = series.name.lower()
    return not is_counter(series) and any(word in name for word in MEMORY)


def _span(run: LoadTest) -> tuple[float, float] | None:
    """From its start to its end, in seconds since 1970; one of them may follow from the duration."""
    first, last = _stamp(run.started_at), _stamp(run.ended_at)
    if run.duration_s is not None:
        first = last - run.duration_s if first is None and last is not None else first
        last = first + run.duration_s if last is None and first is not None else last
    return None if first is None or last is None or not first < last else (first, last)


def _stamp(moment: datetime | None) -> float | None:
    return None if moment is None or moment.tzinfo is None else moment.timestamp()


def _whole(series: Sequence[Series]) -> Observed | Finding:
    times = [point[0] for one in series if one.points for point in (one.points[0], one.points[-1])]
    if not times or not all(isfinite(when) for when in times):
        return unproven(Reason.MISSING, "the metrics hold no point", "export them again")
    return Observed("", min(times), max(times), tuple(series))
