"""Samples of k6 -> one run: requests, failures and latencies, of the run and of each name."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import cached_property
from math import isfinite
from operator import itemgetter

from msgspec.structs import replace

from readiness.evidence.course import Course
from readiness.evidence.load_test import Latency, LoadTest, Operation
from readiness.evidence.model import Reason, Unproven
from readiness.readers.load_test._course import Moments
from readiness.readers.load_test._samples import MAX_MS, Batch, Samples
from readiness.readers.load_test._vet import MAX_NAMES, contradiction, vetted, without_endpoints

MAX_EXACT = 20_000
_NOW_AND_THEN = 1_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class _Group:
    """The requests of one name, or of the whole run; `unknown` are those that may have failed or not."""

    def __init__(self) -> None:
        self.requests = self.timed = self.failed = self.unknown = 0
        self.samples = Samples()

    def merge(self, other: _Group) -> None:
        self.requests += other.requests
        self.timed += other.timed
        self.failed += other.failed
        self.unknown += other.unknown
        self.samples.merge(other.samples)

    def vet(self, name: str) -> None:
        if self.requests and self.timed and self.requests != self.timed:
            raise contradiction(f"{name} has {self.requests} http_reqs and {self.timed} http_req_duration")


class Told:
    """A set of tags, and what it tells of a request that has it; one object for each set."""

    def __init__(self, tags: Mapping[str, str]) -> None:
        self.tags = tags
        self.name = _name(tags)
        self.expected = tags.get("expected_response")

    @cached_property
    def failed(self) -> bool | None:
        """As `has_failed`."""
        return has_failed(self.tags)


class Tally:
    """Takes samples in any order; `facts` tells what they come to, however they were split and merged.

    Latencies are kept singly while the run has at most `MAX_EXACT` different ones, those of all names likewise.
    """

    def __init__(self) -> None:
        self._run = _Group()
        self._names: dict[str, _Group] | None = {}
        self._is_coarse = False
        self._verdicts = self._told_failed = self._expected_false = self._expected = self._dropped = 0
        self._first, self._last = float("inf"), float("-inf")
        self._moments = Moments()

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
            count = _whole(value, metric)
            self._dropped += count
            self._moments.drop(seconds, count)
        elif metric == "vus":
            self._moments.users(seconds, _whole(value, metric))
        elif metric == "iteration_duration":
            self._first = min(self._first, seconds - _time(value, metric) / 1000)

    def add_requests(self, ends: Sequence[float], latencies: Sequence[float], told: Sequence[Told]) -> None:
        """Samples of `http_reqs` and `http_req_duration`, both of each request. Raises Unproven as `add` does."""
        if max(latencies) > MAX_MS:
            raise Unproven(Reason.MALFORMED, f"a sample of http_req_duration is {max(latencies):g} ms")
        begins = [end - ms / 1000 for end, ms in zip(ends, latencies, strict=True)]
        self.span([min(begins), max(ends)])
        failed = [one.failed is True for one in told]
        self._moments.add_many(begins, ends, latencies, failed)
        parts: dict[Told, list[float]] = {one: [] for one in set(told)}
        for one, ms in zip(told, latencies, strict=True):
            parts[one].append(ms)
        for one, part in parts.items():
            self._add_part(one, part)
        self._coarsen()

    def add_verdicts(self, count: int, failed: int) -> None:
        """Samples of `http_req_failed`, so many of which are 1."""
        self._verdicts += count
        self._told_failed += failed

    def add_iterations(self, ended: Iterable[tuple[float, float]]) -> None:
        """Samples of `iteration_duration`: when each ended and how long it took, in ms."""
        ended = list(ended)
        if ended:
            _time(min(ended, key=itemgetter(1))[1], "iteration_duration")
            _time(max(ended, key=itemgetter(1))[1], "iteration_duration")
            self.span([seconds - ms / 1000 for seconds, ms in ended])

    def span(self, seconds: Collection[float]) -> None:
        """Times at which there was a sample."""
        if seconds:
            self._first = min(self._first, min(seconds))
            self._last = max(self._last, max(seconds))

    def merge(self, other: Tally) -> None:
        """Take what another one has counted."""
        self._first, self._last = min(self._first, other._first), max(self._last, other._last)
        self._verdicts += other._verdicts
        self._told_failed += other._told_failed
        self._expected += other._expected
        self._expected_false += other._expected_false
        self._dropped += other._dropped
        self._moments.merge(other._moments)
        self._run.merge(other._run)
        if self._names is not None and other._names is not None:
            for name, theirs in other._names.items():
                if (mine := self._named(name)) is not None:
                    mine.merge(theirs)
        else:
            self._names = None
        self._coarsen()

    def facts(self) -> LoadTest:
        """The run. Raises Unproven: missing without requests, malformed where samples contradict each other."""
        self._coarsen()
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
                course=self._course(),
            )
        )
        return test if self._names is not None else without_endpoints(test)

    def _course(self) -> Course | None:
        """What happened when; its windows tell no errors where the run does not tell which requests failed."""
        made = self._moments.course(self._first, self._last) if self._run.timed else None
        if made is None or not self._run.unknown:
            return made
        return replace(made, windows=tuple(replace(one, errors=None) for one in made.windows))

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
        told = Told(tags)
        self._moments.add(seconds - ms / 1000, seconds, ms, told.failed is True)
        self._add_part(told, [ms], requests=0)
        if not self._run.timed % _NOW_AND_THEN:
            self._coarsen()

    def _add_part(self, told: Told, latencies: Sequence[float], requests: int | None = None) -> None:
        """Latencies of requests with the same tags, of which `requests` count here: all unless told otherwise."""
        count = len(latencies)
        self._expected += count * (told.expected is not None)
        self._expected_false += count * (told.expected == "false")
        named = self._named(told.name)
        batch = Batch(latencies)
        for group in (self._run, named) if named is not None else (self._run,):
            group.requests += count if requests is None else requests
            group.timed += count
            if told.failed:
                group.failed += count
            else:
                group.unknown += count * (told.failed is None)
                group.samples.add_many(batch)

    def _group(self, tags: Mapping[str, str]) -> _Group | None:
        return self._named(_name(tags))

    def _named(self, name: str | None) -> _Group | None:
        if name is None or self._names is None:
            return None
        if name not in self._names:
            if len(self._names) >= MAX_NAMES:
                self._names = None
                return None
            self._names[name] = _Group()
            if self._is_coarse:
                self._names[name].samples.coarsen()
        return self._names[name]

    def _coarsen(self) -> None:
        """Give up single values where there are too many: of the run, and of all names together."""
        if len(self._run.samples.exact or ()) > MAX_EXACT:
            self._run.samples.coarsen()
        named = [group.samples for group in (self._names or {}).values()]
        if self._is_coarse or sum(len(one.exact or ()) for one in named) > MAX_EXACT:
            self._is_coarse = True
            for one in named:
                one.coarsen()

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


def _name(tags: Mapping[str, str]) -> str | None:
    return tags.get("name") or tags.get("url")


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
