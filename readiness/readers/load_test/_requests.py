"""Single requests as they stream by -> one run: counts, failures by their kind, latencies, endpoints."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

from readiness.evidence.load_test import LoadTest, Operation
from readiness.evidence.model import Reason, Unproven
from readiness.readers.load_test._course import Moments
from readiness.readers.load_test._samples import MAX_MS, Samples
from readiness.readers.load_test._vet import AGAIN, MAX_NAMES, vetted, without_endpoints

MAX_EXACT = 40_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NS = 1_000_000


class _Group:
    """The requests of one endpoint, or of the whole run; the samples are those of successful ones."""

    def __init__(self) -> None:
        self.requests = self.failed = 0
        self.samples = Samples()


class Requests:
    """Takes requests in any order; `facts` tells what they come to."""

    def __init__(self) -> None:
        self._run = _Group()
        self._names: dict[str, _Group] | None = {}
        self._kinds: Counter[str] = Counter()
        self._distinct = 0
        self._first_ns, self._end_ns = 10**30, 0
        self._moments = Moments()

    @property
    def count(self) -> int:
        """How many there were so far."""
        return self._run.requests

    def add(self, name: str, start_ns: int, latency_ns: int, failure: str | None) -> None:
        """One request, begun at a time since 1970; `failure` is a kind of `errors_by`, None when it succeeded."""
        ms = latency_ns / _NS
        if ms > MAX_MS:
            raise Unproven(Reason.MALFORMED, f"a latency of {latency_ns:,} ns", AGAIN)
        self._first_ns = min(self._first_ns, start_ns)
        self._end_ns = max(self._end_ns, start_ns + latency_ns)
        self._moments.add(start_ns / 1e9, (start_ns + latency_ns) / 1e9, ms, failure is not None)
        named = self._group(name)
        for group in (self._run, named) if named is not None else (self._run,):
            group.requests += 1
            if failure is not None:
                group.failed += 1
            else:
                self._distinct += group.samples.add(ms) and group.samples.exact is not None
        if failure is not None:
            self._kinds[failure] += 1
        if self._distinct > MAX_EXACT:
            self._coarsen()

    def facts(self, tool: str, *, complete: bool) -> LoadTest:
        """The run, of a tool that sends at a rate. Raises Unproven: missing without requests."""
        run, names = self._run, self._names or {}
        test = vetted(
            LoadTest(
                tool=tool,
                requests=run.requests,
                errors=run.failed,
                duration_s=(self._end_ns - self._first_ns) / 1e9 or None if run.requests else None,
                latency=run.samples.latency("successful"),
                operations=tuple(_operation(name, names[name]) for name in sorted(names)),
                started_at=_moment(self._first_ns) if run.requests else None,
                ended_at=_moment(self._end_ns) if run.requests else None,
                errors_by=dict(self._kinds),
                loop="open",
                corrected=False,
                complete=complete,
                course=self._moments.course(self._first_ns / 1e9, self._end_ns / 1e9),
            )
        )
        return test if self._names is not None else without_endpoints(test)

    def _group(self, name: str) -> _Group | None:
        if not name or self._names is None:
            return None
        if name not in self._names:
            if len(self._names) >= MAX_NAMES:
                self._names = None
                return None
            self._names[name] = group = _Group()
            if self._run.samples.exact is None:
                group.samples.coarsen()
        return self._names[name]

    def _coarsen(self) -> None:
        self._distinct = 0
        for group in (self._run, *(self._names or {}).values()):
            group.samples.coarsen()


def _operation(name: str, group: _Group) -> Operation:
    latency = group.samples.latency("successful")
    return Operation(name=name, requests=group.requests, errors=group.failed, latency=latency)


def _moment(nanoseconds: int) -> datetime:
    try:
        return _EPOCH + timedelta(microseconds=nanoseconds // 1000)
    except OverflowError:
        raise Unproven(Reason.MALFORMED, f"{nanoseconds} ns is not a time since 1970", AGAIN) from None
