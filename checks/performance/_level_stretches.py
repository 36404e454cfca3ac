"""The windows of a run in stretches of even load: by a given step, by users, or by arrivals."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import accumulate, groupby, pairwise
from math import inf, log, sqrt
from typing import NamedTuple

from readiness.evidence.course import Window

_EVEN = 0.1
_NOISE = 3.0
_STRONG = 400.0
_PARTS = 10
_LEAST = 3
_MANY = 6
_EDGE_S = 0.001


class Stretch(NamedTuple):
    """Windows from `first` up to, and without, `stop`. `even` says that the load was the same throughout."""

    first: int
    stop: int
    even: bool


def arrivals(window: Window) -> int:
    """How many requests began in it; where the file tells only what ended, that."""
    return window.requests if window.sent is None else window.sent


def seconds(windows: Sequence[Window]) -> float:
    """How long they are together."""
    return sum(one.to_s - one.from_s for one in windows)


def rate(windows: Sequence[Window]) -> float:
    """Arrivals per second."""
    return sum(arrivals(one) for one in windows) / seconds(windows)


def by_step(windows: Sequence[Window], step_s: float) -> list[Stretch]:
    """Steps of a known length from the start of the run; windows that lie in two steps belong to none."""
    steps = [int((one.from_s + _EDGE_S) // step_s) for one in windows]
    inside = [one.to_s <= (step + 1) * step_s + _EDGE_S for one, step in zip(windows, steps, strict=True)]
    found = []
    for _, group in groupby((i for i in range(len(windows)) if inside[i]), key=lambda i: steps[i]):
        places = list(group)
        found.append(_stretch(windows, places[0], places[-1] + 1))
    return found


def by_users(windows: Sequence[Window], least_s: float) -> list[Stretch]:
    """Where the number of users stays the same. In the first window of each it was still changing.

    All of them count, however uneven their arrivals are: users who wait for a stalled service send nothing.
    """
    found = []
    for users, group in groupby(range(len(windows)), key=lambda i: windows[i].users):
        places = list(group)[1:]
        if users and len(places) > 1 and seconds(windows[places[0] : places[-1] + 1]) >= least_s:
            found.append(Stretch(places[0], places[-1] + 1, even=True))
    return found


def by_arrivals(windows: Sequence[Window]) -> list[Stretch]:
    """Where arrivals stay the same, within a tenth or what chance explains; `even` is false where they do not."""
    found = (_trimmed(windows, first, stop) for first, stop in _segments(windows))
    return [one for one in found if one.stop - one.first > 1]


def equal_parts(windows: Sequence[Window], least_s: float) -> list[Stretch]:
    """Ten parts of the same number of windows, or fewer where they would be shorter than `least_s`."""
    most = min(_PARTS, len(windows) // _LEAST, int(seconds(windows) / least_s) if least_s else _PARTS)
    edges = [len(windows) * part // most for part in range(most + 1)] if most else []
    return [_stretch(windows, first, stop) for first, stop in pairwise(edges)]


def cover(windows: Sequence[Window], stretches: Sequence[Stretch]) -> float:
    """The share of the time of a run that lies in the stretches."""
    return sum(seconds(windows[one.first : one.stop]) for one in stretches) / seconds(windows)


def _stretch(windows: Sequence[Window], first: int, stop: int) -> Stretch:
    inside = windows[first:stop]
    mean = rate(inside)
    return Stretch(first, stop, even=all(_near(one, mean) for one in inside))


def _near(window: Window, mean: float) -> bool:
    length = seconds([window])
    return abs(arrivals(window) / length - mean) <= max(_EVEN * mean, _NOISE * sqrt(mean / length))


def _trimmed(windows: Sequence[Window], first: int, stop: int) -> Stretch:
    """Without the windows at its ends in which the load still changed."""
    middle = sorted(arrivals(one) / seconds([one]) for one in windows[first:stop])[(stop - first) // 2]
    while first < stop and not _near(windows[first], middle):
        first += 1
    while first < stop and not _near(windows[stop - 1], middle):
        stop -= 1
    if stop - first > _MANY:
        # The load changes somewhere within a window, seldom at its edge.
        first, stop = first + 1, stop - 1
    half = (first + stop) // 2
    if not middle or half == first:
        return Stretch(first, stop, even=False)
    early, late = rate(windows[first:half]), rate(windows[half:stop])
    noise = _NOISE * sqrt(middle / seconds(windows[first:half]))
    return Stretch(first, stop, even=abs(early - late) <= max(_EVEN * middle, min(noise, middle / 2)))


def _segments(windows: Sequence[Window]) -> Iterator[tuple[int, int]]:
    """The cut into segments of constant rates that is likeliest, each segment at a price.

    Arrivals are taken for Poisson's, and weakened where there are so many that chance alone would explain too little.
    The best cut is found by dynamic programming (Jackson and others, An Algorithm for Optimal Partitioning, 2005).
    """
    count = len(windows)
    sums = [0, *accumulate(arrivals(one) for one in windows)]
    times = [0.0, *accumulate(seconds([one]) for one in windows)]
    weight = min(1.0, _STRONG * count / sums[-1]) if sums[-1] else 1.0
    price = 2 * log(count + 1)
    best, cut = [0.0] + [inf] * count, [0] * (count + 1)
    for stop in range(1, count + 1):
        for first in range(stop):
            many, length = sums[stop] - sums[first], times[stop] - times[first]
            cost = best[first] + price - (weight * many * log(many / length) if many else 0.0)
            if cost < best[stop]:
                best[stop], cut[stop] = cost, first
    found, stop = [], count
    while stop:
        found.append((cut[stop], stop))
        stop = cut[stop]
    yield from reversed(found)
