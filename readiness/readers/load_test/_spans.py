"""Requests with a start and an end in whole milliseconds -> one run: JMeter and Gatling write such."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from math import floor, log
from typing import Any, Literal

from msgspec.structs import replace

from readiness.evidence.course import Course
from readiness.evidence.load_test import Bucket, Latency, LoadTest, Operation
from readiness.evidence.model import Reason, Unproven
from readiness.readers.load_test._course import Moments
from readiness.readers.load_test._samples import percentiles
from readiness.readers.load_test._vet import AGAIN, MAX_NAMES, contradiction, vetted, without_endpoints

MAX_EXACT = 20_000
_NOW_AND_THEN = 1_000
MAX_ELAPSED = 10**10
MAX_START = 4 * 10**12
_STEP = log(1.001)
_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - its zone is the file's


class Times:
    """Latencies of one kind: how often each was seen, or, once there are too many, buckets no wider than 0.1%."""

    def __init__(self) -> None:
        self.seen: dict[int, int] = {}
        self._cells: dict[int, tuple[int, int, int]] = {}
        self._count = self._total = 0

    def fold(self) -> None:
        """Give up single values for buckets, whose edges are values that were there."""
        for ms, many in self.seen.items():
            place = floor(log(ms) / _STEP) if ms else -1
            low, high, before = self._cells.get(place, (ms, ms, 0))
            self._cells[place] = (min(low, ms), max(high, ms), before + many)
            self._count += many
            self._total += ms * many
        self.seen = {}

    def add(self, ms: int, many: int) -> None:
        """So many of one latency."""
        self.seen[ms] = self.seen.get(ms, 0) + many

    def merge(self, other: Times) -> None:
        """Take what another one has."""
        for ms, many in other.seen.items():
            self.add(ms, many)
        for place, (low, high, many) in other._cells.items():
            mine = self._cells.get(place, (low, high, 0))
            self._cells[place] = (min(mine[0], low), max(mine[1], high), mine[2] + many)
        self._count += other._count
        self._total += other._total

    @property
    def is_folded(self) -> bool:
        """Whether single values were given up."""
        return bool(self._cells)

    def latency(self, of: Literal["successful", "all"]) -> Latency | None:
        """The facts, with every bucket; None when there is none."""
        buckets = self._buckets()
        if not buckets:
            return None
        count = self._count + sum(self.seen.values())
        total = self._total + sum(ms * many for ms, many in self.seen.items())
        return Latency(
            count=count,
            of=of,
            source="raw",
            min_ms=buckets[0].low_ms,
            mean_ms=total / count,
            max_ms=buckets[-1].high_ms,
            percentiles_ms=percentiles(buckets),
            buckets=buckets,
        )

    def _buckets(self) -> tuple[Bucket, ...]:
        if self._cells:
            self.fold()
            return tuple(
                Bucket(float(low), float(high), many) for _, (low, high, many) in sorted(self._cells.items())
            )
        return tuple(Bucket(float(ms), float(ms), many) for ms, many in sorted(self.seen.items()))


class _Group:
    """The requests of one name, or of the run."""

    def __init__(self) -> None:
        self.requests = self.failed = 0
        self.times = Times()

    def add(self, elapsed: int | None, failure: str, many: int = 1) -> None:
        """Requests that took so long, in ms, and failed or not."""
        self.requests += many
        if failure:
            self.failed += many
        elif elapsed is not None:
            self.times.add(elapsed, many)

    def merge(self, other: _Group) -> None:
        """Take what another one has counted."""
        self.requests += other.requests
        self.failed += other.failed
        self.times.merge(other.times)


class Spans:
    """Takes requests in any order; `facts` tells what they come to, however they were split and merged.

    A request without a failure is a good one. Names are given up when there are too many. Latencies are kept singly
    while the run has at most `MAX_EXACT` different ones, those of all names likewise.
    """

    def __init__(self) -> None:
        self.run = _Group()
        self.failures: Counter[str] = Counter()
        self._names: dict[str, _Group] | None = {}
        self._is_coarse = False
        self._first, self._last = MAX_START * 2, -1
        self._moments: Moments | None = Moments()

    def add(self, name: str | None, start: int | None, elapsed: int | None, failure: str) -> None:
        """One request: its start in ms since 1970, how long it took in ms, why it failed or nothing."""
        if elapsed is not None and not 0 <= elapsed <= MAX_ELAPSED:
            raise Unproven(Reason.MALFORMED, f"a request took {elapsed} ms", AGAIN)
        if start is not None:
            if not 0 <= start <= MAX_START:
                raise Unproven(Reason.MALFORMED, f"{start} is no time in ms since 1970", AGAIN)
            if start < self._first:
                self._first = start
            if start + (elapsed or 0) > self._last:
                self._last = start + (elapsed or 0)
        self._time(start, elapsed, failure)
        self._add(name, elapsed, failure, 1)
        if not self.run.requests % _NOW_AND_THEN:
            self._coarsen()

    def add_many(self, name: str, elapsed: int, failure: str, many: int) -> None:
        """So many requests with the same name, latency and failure; their times go to `moved`."""
        self._add(name, elapsed, failure, many)

    def moved(self, starts: Sequence[int], ends: Sequence[int], good: Iterable[tuple[int, int, int]]) -> None:
        """When the requests were that `add_many` takes; `good` as in `Moments.add_counts`."""
        self._first, self._last = min(self._first, min(starts)), max(self._last, max(ends))
        if self._moments is not None:
            self._moments.add_counts(by_second(starts), by_second(ends), good)
        self._coarsen()

    def merge(self, other: Spans) -> None:
        """Take what another one has counted."""
        self._first, self._last = min(self._first, other._first), max(self._last, other._last)
        self.failures.update(other.failures)
        self.run.merge(other.run)
        if self._moments is not None and other._moments is not None:
            self._moments.merge(other._moments)
        else:
            self._moments = None
        if self._names is not None and other._names is not None:
            for name, theirs in other._names.items():
                if (mine := self._group(name)) is not None:
                    mine.merge(theirs)
        else:
            self._names = None
        self._coarsen()

    def add_unmeasured(self, name: str | None, count: int, failed: int) -> None:
        """Requests of which only the counts are known."""
        if not 0 <= failed <= count:
            raise contradiction(f"{failed} of {count} samples failed")
        self._moments = None
        named = self._group(name)
        for group in (self.run, named) if named is not None else (self.run,):
            group.requests += count
            group.failed += failed
        if failed:
            self.failures["other"] += failed

    def facts(self, tool: str, zone: tzinfo = UTC, *, verdicts: bool = True, **more: Any) -> LoadTest:
        """The run; `zone` is that of its times, and without `verdicts` no request is known to be good.

        Raises Unproven: missing without requests, malformed where numbers contradict each other.
        """
        self._coarsen()
        names = self._names or {}
        timed = self._last >= 0
        test = vetted(
            LoadTest(
                tool=tool,
                requests=self.run.requests,
                errors=self.run.failed if verdicts else None,
                errors_by=dict(sorted(self.failures.items())),
                duration_s=(self._last - self._first) / 1000 if self._last > self._first and timed else None,
                latency=self.run.times.latency("successful" if verdicts else "all"),
                operations=tuple(_operation(name, names[name], verdicts) for name in sorted(names)),
                started_at=_moment(self._first, zone) if timed else None,
                ended_at=_moment(self._last, zone) if timed else None,
                corrected=False,
                course=self._course(verdicts=verdicts) if timed else None,
            )
        )
        return replace(test if self._names is not None else without_endpoints(test), **more)

    def users(self, start: int | None, count: int) -> None:
        """How many users there were at a time."""
        if self._moments is not None and start is not None:
            self._moments.users(start / 1000, count)

    def _time(self, start: int | None, elapsed: int | None, failure: str) -> None:
        """A run has a course when all of its requests have their times."""
        if start is None or elapsed is None:
            self._moments = None
        elif self._moments is not None:
            self._moments.add(start / 1000, (start + elapsed) / 1000, elapsed, bool(failure))

    def _course(self, *, verdicts: bool) -> Course | None:
        made = self._moments.course(self._first / 1000, self._last / 1000) if self._moments else None
        if made is None or verdicts:
            return made
        return replace(made, windows=tuple(replace(one, errors=None) for one in made.windows))

    def _add(self, name: str | None, elapsed: int | None, failure: str, many: int) -> None:
        self.run.add(elapsed, failure, many)
        named = self._group(name)
        if named is not None:
            named.add(elapsed, failure, many)
        if failure:
            self.failures[failure] += many

    def _group(self, name: str | None) -> _Group | None:
        if name is None or self._names is None:
            return None
        found = self._names.get(name)
        if found is None:
            if len(self._names) >= MAX_NAMES:
                self._names = None
                return None
            found = self._names[name] = _Group()
        return found

    def _coarsen(self) -> None:
        """Give up single values where there are too many: of the run, and of all names together."""
        if self.run.times.is_folded or len(self.run.times.seen) > MAX_EXACT:
            self.run.times.fold()
        named = [group.times for group in (self._names or {}).values()]
        self._is_coarse = self._is_coarse or any(one.is_folded for one in named)
        if self._is_coarse or sum(len(one.seen) for one in named) > MAX_EXACT:
            self._is_coarse = True
            for one in named:
                one.fold()


def by_second(times: Sequence[int]) -> dict[int, int]:
    """How many of these times, in ms, are in each second. They are nearly sorted as a rule, which makes it cheap."""
    ordered = sorted(times)
    found: dict[int, int] = {}
    at = 0
    while at < len(ordered):
        second = ordered[at] // 1000
        behind = bisect_left(ordered, (second + 1) * 1000, at)
        found[second], at = behind - at, behind
    return found


def _operation(name: str, group: _Group, verdicts: bool) -> Operation:
    latency = group.times.latency("successful" if verdicts else "all")
    # Where every request of an endpoint took less than a millisecond, its latency was not measured.
    return Operation(
        name=name,
        requests=group.requests,
        errors=group.failed if verdicts else None,
        latency=latency if latency and latency.max_ms else None,
    )


def _moment(ms: int, zone: tzinfo) -> datetime:
    return (_EPOCH + timedelta(milliseconds=ms)).replace(tzinfo=zone).astimezone(UTC)
