"""Requests with a start and an end in whole milliseconds -> one run: JMeter and Gatling write such."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta, tzinfo
from math import floor, log
from typing import Any, Literal

from msgspec.structs import replace

from readiness.evidence.load_test import Bucket, Latency, LoadTest, Operation
from readiness.evidence.model import Reason, Unproven
from readiness.readers.load_test._samples import percentiles
from readiness.readers.load_test._vet import AGAIN, MAX_NAMES, contradiction, vetted, without_endpoints

MAX_EXACT = 40_000
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


class Spans:
    """Takes requests in any order; `facts` tells what they come to.

    A request without a failure is a good one. `names` is None when there are too many.
    """

    def __init__(self) -> None:
        self.run = _Group()
        self.failures: Counter[str] = Counter()
        self._names: dict[str, _Group] | None = {}
        self._distinct = 0
        self._first, self._last = MAX_START * 2, -1

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
        self._count(self.run, elapsed, failure)
        named = self._group(name)
        if named is not None:
            self._count(named, elapsed, failure)
        if failure:
            self.failures[failure] += 1
        if self._distinct > MAX_EXACT:
            self._coarsen()

    def add_unmeasured(self, name: str | None, count: int, failed: int) -> None:
        """Requests of which only the counts are known."""
        if not 0 <= failed <= count:
            raise contradiction(f"{failed} of {count} samples failed")
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
            )
        )
        return replace(test if self._names is not None else without_endpoints(test), **more)

    def _count(self, group: _Group, elapsed: int | None, failure: str) -> None:
        group.requests += 1
        if failure:
            group.failed += 1
        elif elapsed is not None:
            seen = group.times.seen
            if elapsed in seen:
                seen[elapsed] += 1
            else:
                seen[elapsed] = 1
                self._distinct += 1

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
        self._distinct = 0
        for group in (self.run, *(self._names or {}).values()):
            group.times.fold()


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
