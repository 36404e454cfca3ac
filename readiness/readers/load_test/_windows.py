"""The course of a run from what a file counts by period: its windows, and its latencies in cells of all of them.

A course that does not come to the run is never shown as its own: `adding_up` leaves it out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from math import ceil, floor
from typing import NamedTuple

from msgspec.structs import replace

from readiness.evidence.course import Bucket, Course, Window
from readiness.evidence.load_test import LoadTest
from readiness.readers.load_test._course import MAX_WINDOWS

MAX_PARTS = 512
_WIDTH = 1.01


class Part(NamedTuple):
    """A window, and how long its successful requests took; empty where the file does not tell each of them."""

    window: Window
    buckets: tuple[Bucket, ...] = ()


def course_of(parts: Sequence[Part]) -> Course | None:
    """The course of windows that ascend; None when there are none, or when they overlap."""
    windows = [part.window for part in parts]
    if not windows or any(one.to_s <= one.from_s for one in windows):
        return None
    if any(after.from_s < before.to_s for before, after in pairwise(windows)):
        return None
    while len(parts) > MAX_PARTS:
        parts = [_joined(parts[at : at + 2]) for at in range(0, len(parts), 2)]
    edges, places = _cells(bucket for part in parts for bucket in part.buckets)
    return Course(tuple(_counted(part, places, len(edges) - 1) for part in parts), edges)


def adding_up(test: LoadTest) -> LoadTest:
    """The run without its course when that has other requests, or other errors where each window tells them."""
    if test.course is None:
        return test
    requests = sum(one.requests for one in test.course.windows)
    told = _total(one.errors for one in test.course.windows)
    fits = requests == test.requests and (told is None or told == test.errors)
    return test if fits else replace(test, course=None)


def without_errors(course: Course | None) -> Course | None:
    """For a file that leaves out requests without an answer: how many failed is not told."""
    if course is None:
        return None
    return replace(course, windows=tuple(replace(one, errors=None) for one in course.windows))


def by_second(
    requests: Mapping[int, int], errors: Mapping[int, int], first: float, last: float
) -> Course | None:
    """Of counts by the second since 1970 in which requests ended; None when one lies outside of the run."""
    seconds = {*requests, *errors}
    if not seconds or last <= first or min(seconds) < floor(first) or max(seconds) > last:
        return None
    width = 1
    while (last - first) / width > MAX_WINDOWS - 1:
        width *= 2
    begin, end = floor(first / width), ceil(last / width)
    # A run that ends with a full second has what ended in its last instant in the window before.
    place = {second: min(second // width, end - 1) - begin for second in seconds}
    ended, failed = [0] * (end - begin), [0] * (end - begin)
    for counted, counts in ((requests, ended), (errors, failed)):
        for second, many in counted.items():
            counts[place[second]] += many
    return Course(
        tuple(
            Window(
                from_s=max(0.0, (begin + at) * width - first),
                to_s=min(last, (begin + at + 1) * width) - first,
                requests=ended[at],
                errors=failed[at],
            )
            for at in range(end - begin)
        )
    )


def _joined(parts: Sequence[Part]) -> Part:
    """Neighbours as one; a percentile of both is at most the greater one of theirs."""
    windows = [part.window for part in parts]
    keys = set.intersection(*(set(one.percentiles_ms) for one in windows))
    return Part(
        Window(
            from_s=windows[0].from_s,
            to_s=windows[-1].to_s,
            requests=sum(one.requests for one in windows),
            errors=_total(one.errors for one in windows),
            sent=_total(one.sent for one in windows),
            users=max((one.users for one in windows if one.users is not None), default=None),
            percentiles_ms={key: max(one.percentiles_ms[key] for one in windows) for key in sorted(keys)},
        ),
        tuple(bucket for part in parts for bucket in part.buckets),
    )


def _total(counts: Iterable[int | None]) -> int | None:
    told = list(counts)
    known = [one for one in told if one is not None]
    return sum(known) if len(known) == len(told) else None


def _cells(buckets: Iterable[Bucket]) -> tuple[tuple[float, ...], dict[tuple[float, float], int]]:
    """Edges, and the cell of each bucket. What overlaps, or lies within 1%, shares a cell; others lie between."""
    edges: list[float] = []
    places: dict[tuple[float, float], int] = {}
    for low, high in sorted({(one.low_ms, one.high_ms) for one in buckets}):
        if not edges:
            edges = [low, high]
        elif low < edges[-1] or (low, high) == (edges[-2], edges[-1]) or high <= edges[-2] * _WIDTH:
            edges[-1] = max(edges[-1], high)
        else:
            edges += [high] if low == edges[-1] else [low, high]
        places[low, high] = len(edges) - 2
    return tuple(edges), places


def _counted(part: Part, places: Mapping[tuple[float, float], int], cells: int) -> Window:
    """The window with its counts; without them where it has latencies that the file does not tell one by one."""
    window = part.window
    if cells < 1 or (not part.buckets and window.requests > (window.errors or 0)):
        return window
    counts = [0] * cells
    for one in part.buckets:
        counts[places[one.low_ms, one.high_ms]] += one.count
    return replace(window, counts=tuple(counts))
