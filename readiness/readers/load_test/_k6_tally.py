"""Samples of k6 -> one run: requests, failures and latencies, of the run and of each name."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from math import isfinite

from readiness.evidence.load_test import Latency, LoadTest, Operation
from readiness.evidence.model import Reason, Unproven
from readiness.readers.load_test._samples import MAX_MS, Samples
from readiness.readers.load_test._vet import MAX_NAMES, contradiction, vetted, without_endpoints

MAX_EXACT = 40_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class _Group:
    """The requests of one name, or of the whole run; `unknown` are those that may have failed or not."""

    def __init__(self) -> None:
        self.requests = self.timed = self.failed = self.unknown = 0
        self.samples = Samples()

    def vet(self, name: str) -> None:
        if self.requests and self.timed and self.requests != self.timed:
            raise contradiction(f"{name} has {self.requests} http_reqs and {self.timed} http_req_duration")


class Tally:
    """Takes samples in any order; `facts` tells what they come to."""

    def __init__(self) -> None:
        self._run = _Group()
        self._names: dict[str, _Group] | None = {}
        self._distinct = 0
        self._verdicts = self._told_failed = self._expected_false = self._expected = self._dropped = 0
        self._first, self._last = float("inf"), float("-inf")

    def add(self, metric: str, seconds: float, value: float, tags: Mapping[str, str]) -> None:
        """One sample, at a time since 1970. Raises Unproven (malformed) for a value that cannot be."""
        if not isfinite(value):
            raise Unproven(Reason.MALFORMED, "the value is not a finite number")
        self._last = max(self._last, seconds)
        self._first = min(self._first, seconds)
        if metric == "http_req_duration":
            self._add_duration(seconds, value, tags)
        elif metric == "http_reqs":
            self._add_request(value, tags)
        elif metric == "http_req_failed":
            self._add_verdict(value)
        elif metric == "dropped_iterations":
            self._dropped += _whole(value, metric)
        elif metric == "iteration_duration":
            self._first = min(self._first, seconds - _time(value, metric) / 1000)

    def facts(self) -> LoadTest:
        """The run. Raises Unproven: missing without requests, malformed where samples contradict each other."""
        names = self._names or {}
        self._run.vet("the run")
        for name, group in names.items():
            group.vet(name)
        self._vet_verdicts()
        run = self._run
        test = vetted(
            LoadTest(
                tool="k6",
                requests=run.requests or run.timed,
                errors=self._errors(),
                duration_s=self._last - self._first if self._last > self._first else None,
                latency=_latency(run),
                operations=tuple(_operation(name, names[name]) for name in sorted(names)),
                started_at=_moment(self._first),
                ended_at=_moment(self._last),
                dropped=self._dropped,
                corrected=False,
            )
        )
        return test if self._names is not None else without_endpoints(test)

    def _add_request(self, value: float, tags: Mapping[str, str]) -> None:
        if value != 1:
            raise Unproven(Reason.MALFORMED, f"a sample of http_reqs is {value:g}, where 1 is meant")
        self._run.requests += 1
        if (group := self._group(tags)) is not None:
            group.requests += 1

    def _add_verdict(self, value: float) -> None:
        if value not in (0, 1):
            raise Unproven(
                Reason.MALFORMED, f"a sample of http_req_failed is {value:g}, where 0 or 1 is meant"
            )
        self._verdicts += 1
        self._told_failed += value == 1

    def _add_duration(self, seconds: float, value: float, tags: Mapping[str, str]) -> None:
        ms = _time(value, "http_req_duration")
        self._first = min(self._first, seconds - ms / 1000)
        expected = tags.get("expected_response")
        self._expected += expected is not None
        self._expected_false += expected == "false"
        failed = has_failed(tags)
        named = self._group(tags)
        for group in (self._run, named) if named is not None else (self._run,):
            group.timed += 1
            if failed:
                group.failed += 1
            else:
                group.unknown += failed is None
                self._distinct += group.samples.add(ms) and group.samples.exact is not None
        if self._distinct > MAX_EXACT:
            self._coarsen()

    def _group(self, tags: Mapping[str, str]) -> _Group | None:
        name = tags.get("name") or tags.get("url")
        if name is None or self._names is None:
            return None
        if name not in self._names:
            if len(self._names) >= MAX_NAMES:
                self._names = None
                return None
            self._names[name] = self._fresh()
        return self._names[name]

    def _fresh(self) -> _Group:
        group = _Group()
        if self._run.samples.exact is None:
            group.samples.coarsen()
        return group

    def _coarsen(self) -> None:
        self._distinct = 0
        for group in (self._run, *(self._names or {}).values()):
            group.samples.coarsen()

    def _vet_verdicts(self) -> None:
        run = self._run
        if run.timed and self._verdicts > run.timed:
            raise contradiction(f"{self._verdicts} http_req_failed for {run.timed} requests")
        told = run.timed and self._verdicts == self._expected == run.timed
        if told and self._told_failed != self._expected_false:
            raise contradiction(
                f"http_req_failed counts {self._told_failed} failed requests, "
                f"and {self._expected_false} have the tag expected_response=false"
            )

    def _errors(self) -> int | None:
        run = self._run
        if run.timed and not run.unknown:
            return run.failed
        return max(self._told_failed, run.failed) if self._verdicts == (run.requests or run.timed) else None


def has_failed(tags: Mapping[str, str]) -> bool | None:
    """Whether a request failed: by its status 0 (no answer), by k6's own verdict, or else by its status.

    None when the tags tell nothing.
    """
    status, expected = tags.get("status"), tags.get("expected_response")
    if status == "0" or expected == "false":
        return True
    if expected not in (None, "true"):
        raise Unproven(Reason.MALFORMED, f"expected_response is {expected!r}")
    if expected == "true" or status is None:
        return False if expected else None
    if not (status.isascii() and status.isdigit()):
        raise Unproven(Reason.MALFORMED, f"the status is {status!r}")
    return not 200 <= int(status) < 400


def _latency(group: _Group) -> Latency | None:
    return group.samples.latency("all" if group.unknown else "successful")


def _operation(name: str, group: _Group) -> Operation:
    errors = None if group.unknown or not group.timed else group.failed
    requests = group.requests or group.timed
    return Operation(name=name, requests=requests, errors=errors, latency=_latency(group))


def _time(value: float, metric: str) -> float:
    if not 0 <= value <= MAX_MS:
        raise Unproven(Reason.MALFORMED, f"a sample of {metric} is {value:g} ms")
    return value


def _whole(value: float, metric: str) -> int:
    if not 0 <= value < 1e12 or value != int(value):
        raise Unproven(Reason.MALFORMED, f"a sample of {metric} is {value:g}, which is no count")
    return int(value)


def _moment(seconds: float) -> datetime | None:
    try:
        return _EPOCH + timedelta(seconds=seconds) if isfinite(seconds) else None
    except OverflowError:
        return None
