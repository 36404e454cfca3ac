"""Single requests as they stream by -> the course of the run, in at most 128 windows of whole seconds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import compress
from math import ceil, exp, floor, log
from operator import not_

from readiness.evidence.course import Course, Window

MAX_WINDOWS = 128
_HELD = 2 * MAX_WINDOWS
_STEP = log(1.01)
_INSTANT = -700


class _Cell:
    """What is counted of one stretch of time."""

    __slots__ = ("dropped", "errors", "requests", "sent", "times", "users")

    def __init__(self) -> None:
        self.sent = self.requests = self.errors = self.dropped = 0
        self.users = -1
        self.times: Counter[int] = Counter()

    def take(self, other: _Cell) -> None:
        self.sent += other.sent
        self.requests += other.requests
        self.errors += other.errors
        self.dropped += other.dropped
        self.users = max(self.users, other.users)
        self.times.update(other.times)


class Moments:
    """Takes requests in any order; the course does not depend on it. Times are in seconds since 1970.

    The stretches begin as seconds, and become twice as long whenever there are too many of them.
    """

    def __init__(self) -> None:
        self._cells: dict[int, _Cell] = {}
        self._width = 1

    def add(self, began: float, ended: float, ms: float, failed: bool, many: int = 1) -> None:
        """`many` requests that began and ended in the same seconds; `ms` counts when they succeeded."""
        self._at(began).sent += many
        cell = self._at(ended)
        cell.requests += many
        if failed:
            cell.errors += many
        else:
            cell.times[place(ms)] += many

    def add_many(
        self, began: Sequence[float], ended: Sequence[float], ms: Sequence[float], failed: Sequence[bool]
    ) -> None:
        """Requests, each of which began, ended, took and failed as told at its place: the same as to add each."""
        ends = list(map(floor, ended))
        places = [max(_INSTANT, ceil(log(one) / _STEP)) if one > 0 else _INSTANT for one in ms]
        good = Counter(compress(zip(ends, places, strict=True), map(not_, failed)))
        times = [(second, where, many) for (second, where), many in good.items()]
        self.add_counts(Counter(map(floor, began)), Counter(ends), times)

    def add_counts(
        self, sent: Mapping[int, int], requests: Mapping[int, int], good: Iterable[tuple[int, int, int]]
    ) -> None:
        """How many requests began and ended in each second; of the good ones the second, the place and how many."""
        for when, many in sent.items():
            self._at(when).sent += many
        for when, many in requests.items():
            cell = self._at(when)
            cell.requests += many
            cell.errors += many
        for when, where, many in good:
            cell = self._at(when)
            cell.errors -= many
            cell.times[where] += many

    def users(self, when: float, count: int) -> None:
        """How many users, threads or connections there were."""
        cell = self._at(when)
        cell.users = max(cell.users, count)

    def drop(self, when: float, count: int) -> None:
        """How many requests were due, and were never sent."""
        self._at(when).dropped += count

    def merge(self, other: Moments) -> None:
        """Take what another one has counted."""
        while self._width < other._width:
            self._widen()
        for start, cell in other._cells.items():
            self._at(start * other._width).take(cell)

    def course(self, first: float, last: float) -> Course | None:
        """From the first moment of the run to its last; None where that is no time at all, or nothing was taken."""
        if not (self._cells and last > first):
            return None
        while (last - first) / self._width > MAX_WINDOWS - 1:
            self._widen()
        begin, end = floor(first / self._width), ceil(last / self._width)
        if (beyond := self._cells.pop(end, None)) is not None:
            # What ended with the run, on the edge of a stretch, belongs to the stretch before.
            self._at((end - 1) * self._width).take(beyond)
        places = {one for cell in self._cells.values() for one in cell.times}
        low, high = (min(places), max(places)) if places else (0, -1)
        windows = tuple(self._window(start, first, last, range(low, high + 1)) for start in range(begin, end))
        edges = tuple(edge(one) for one in range(low - 1, high + 1)) if places else ()
        return Course(windows, edges)

    def _window(self, start: int, first: float, last: float, places: Iterable[int]) -> Window:
        cell = self._cells.get(start) or _Cell()
        return Window(
            from_s=max(0.0, start * self._width - first),
            to_s=min(last, (start + 1) * self._width) - first,
            sent=cell.sent,
            requests=cell.requests,
            errors=cell.errors,
            dropped=cell.dropped,
            users=None if cell.users < 0 else cell.users,
            counts=tuple(cell.times[one] for one in places),
        )

    def _at(self, when: float) -> _Cell:
        start = floor(when / self._width)
        found = self._cells.get(start)
        if found is None:
            found = self._cells[start] = _Cell()
            if len(self._cells) > _HELD:
                self._widen()
                return self._at(when)
        return found

    def _widen(self) -> None:
        """Twice as long stretches; those at the edges of a long pause cost nothing."""
        cells, self._cells = self._cells, {}
        self._width *= 2
        for start, cell in cells.items():
            self._cells.setdefault(start // 2, _Cell()).take(cell)


def place(ms: float) -> int:
    """The bucket of a latency: above `edge(place - 1)`, at most `edge(place)`, but for rounding."""
    return max(_INSTANT, ceil(log(ms) / _STEP)) if ms > 0 else _INSTANT


def edge(of: int) -> float:
    """The upper edge of a bucket in ms; each is 1% above the one before."""
    return exp(of * _STEP)
