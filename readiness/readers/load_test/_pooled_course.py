"""Courses of shards that ran at the same time -> the course of their run, where their windows fit each other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from itertools import pairwise
from math import exp, log

from msgspec.structs import replace

from readiness.evidence.course import Course, Window

_STEP = log(1.01)
_DIGITS = 3
_MAX_CELLS = 4000


class _Shard:
    """A course in seconds since 1970, rounded to milliseconds: edges on whole seconds stay what they are."""

    def __init__(self, start: datetime, course: Course) -> None:
        self.course = course
        self._times = [(_moment(start, one.from_s), _moment(start, one.to_s), one) for one in course.windows]
        self.edges = {edge for begin, end, _ in self._times for edge in (begin, end)}
        self.start, self.end = self._times[0][0], self._times[-1][1]

    @property
    def counts_all(self) -> bool:
        """Whether each of its successful requests is in the counts of its windows."""
        return all(sum(one.counts) >= one.requests - (one.errors or 0) for one in self.course.windows)

    def splits_at(self, edge: float) -> bool:
        """Whether no window lies on both sides of it."""
        return edge <= self.start or edge >= self.end or edge in self.edges

    def within(self, begin: float, end: float) -> list[Window]:
        """The windows between two edges that it splits at."""
        return [one for low, high, one in self._times if begin <= low and high <= end]


def pooled_course(parts: Sequence[tuple[datetime, Course | None]]) -> Course | None:
    """Of shards with their starts; None where a shard has no course, or their windows begin at different times.

    `users` are at most those: the most of each shard, which need not have been at one moment. Percentiles of windows
    are left out.
    """
    shards = [_Shard(start, course) for start, course in parts if course and course.windows]
    if len(shards) < len(parts):
        return None
    every = sorted({edge for shard in shards for edge in shard.edges})
    edges = [edge for edge in every if all(shard.splits_at(edge) for shard in shards)]
    if 2 * (len(edges) - 1) < min(len(shard.course.windows) for shard in shards):
        return None
    cells, place = _cells([shard.course.edges_ms for shard in shards if shard.course.edges_ms])
    if not all(shard.counts_all for shard in shards):
        cells, place = (), None
    windows = tuple(_window(shards, begin, end, len(cells) - 1, place) for begin, end in pairwise(edges))
    return Course(tuple(_after(edges[0], one) for one in windows), cells)


def _moment(start: datetime, seconds: float) -> float:
    return round(start.timestamp() + seconds, _DIGITS)


def _after(start: float, window: Window) -> Window:
    """With times that count from the start of the run."""
    return replace(
        window, from_s=round(window.from_s - start, _DIGITS), to_s=round(window.to_s - start, _DIGITS)
    )


def _window(
    shards: Sequence[_Shard],
    begin: float,
    end: float,
    size: int,
    place: Callable[[float], int] | None,
) -> Window:
    """What all shards did in it; one that was not running did nothing."""
    found = [(shard, one) for shard in shards for one in shard.within(begin, end)]
    windows = [one for _, one in found]
    return Window(
        from_s=begin,
        to_s=end,
        requests=sum(one.requests for one in windows),
        errors=_sum([one.errors for one in windows]),
        sent=_sum([one.sent for one in windows]),
        dropped=sum(one.dropped for one in windows),
        users=_sum([_most(shard.within(begin, end)) for shard in shards if shard.within(begin, end)]),
        counts=_counts(found, size, place) if place else (),
    )


def _counts(
    found: Sequence[tuple[_Shard, Window]], size: int, place: Callable[[float], int]
) -> tuple[int, ...]:
    counts = [0] * size
    for shard, window in found:
        for at, many in enumerate(window.counts):
            counts[place(shard.course.edges_ms[at])] += many
    return tuple(counts)


def _cells(
    told: Sequence[tuple[float, ...]],
) -> tuple[tuple[float, ...], Callable[[float], int] | None]:
    """Edges of latencies that hold those of every shard, and the cell that begins at one; none where they differ."""
    if not told:
        return (), None
    if all(some == told[0] for some in told):
        places = {edge: at for at, edge in enumerate(told[0])}
        return told[0], places.__getitem__
    rungs = sorted({rung for some in told for rung in map(_rung, some)})
    whole = all(_is_on_rungs(some) for some in told)
    if not whole or rungs[-1] - rungs[0] > _MAX_CELLS:
        return (), None
    ladder = range(rungs[0], rungs[-1] + 1)
    return tuple(exp(rung * _STEP) for rung in ladder), lambda edge: _rung(edge) - ladder.start


def _rung(edge: float) -> int:
    return round(log(edge) / _STEP) if edge > 0 else 0


def _is_on_rungs(some: Sequence[float]) -> bool:
    """Whether the edges are steps of 1%, one after the other, as `Moments` makes them."""
    steps = [_rung(edge) for edge in some]
    near = all(
        edge > 0 and abs(exp(step * _STEP) / edge - 1) < 1e-9 for edge, step in zip(some, steps, strict=True)
    )
    return near and all(after == before + 1 for before, after in pairwise(steps))


def _most(windows: Sequence[Window]) -> int | None:
    told = [one.users for one in windows if one.users is not None]
    return max(told, default=None)


def _sum(numbers: Sequence[int | None]) -> int | None:
    """None where one of them is not told."""
    known = [one for one in numbers if one is not None]
    return sum(known) if len(known) == len(numbers) else None
