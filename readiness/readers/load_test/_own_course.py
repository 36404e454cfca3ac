"""The course of `readiness/load/1`: windows of the run in time, such as the steps of a ramp."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise

import msgspec

from readiness.evidence.course import Course, Window
from readiness.evidence.load_test import Bucket, Latency, LoadTest
from readiness.evidence.model import Reason, Unproven
from readiness.readers.load_test._own import OwnLatencies, latency_of
from readiness.readers.load_test._shapes import Count
from readiness.readers.load_test._vet import contradiction, vet_group
from readiness.readers.load_test._windows import MAX_PARTS, Part, course_of

_MAX_COUNTS = 200_000
_SLACK = 1e-9


class OwnWindow(OwnLatencies, forbid_unknown_fields=True, kw_only=True):
    """What happened from one time to another; `requests` are those that ended in it."""

    begin: datetime = msgspec.field(name="from")
    end: datetime = msgspec.field(name="to")
    users: Count | None = None
    sent: Count | None = None

    @property
    def title(self) -> str:
        """By when it began."""
        return f"the window from {self.begin.isoformat()}"


def with_course(run: LoadTest, told: Sequence[OwnWindow], began: datetime, ended: datetime) -> LoadTest:
    """The run with its course. Raises Unproven (malformed) where windows contradict each other or the run."""
    if not told:
        return run
    _vet_times(told, began, ended)
    latencies = [latency_of(one) for one in told]
    is_whole = told[0].begin == began and told[-1].end == ended and _is_unbroken(told)
    _vet_counts(run, told, is_whole=is_whole)
    for one, latency in zip(told, latencies, strict=True):
        _vet_latencies(run, one, latency)
    course = course_of([_part(*pair, began) for pair in zip(told, latencies, strict=True)])
    if course is None:
        raise contradiction("its windows are shorter than a microsecond")
    if len(course.windows) * len(course.edges_ms) > _MAX_COUNTS:
        edges = f"{len(course.edges_ms)} edges of latencies"
        message = f"its course has {len(told)} windows with {edges}, which are too many"
        raise Unproven(Reason.MALFORMED, message, "write longer windows, or histograms with the same buckets")
    if all(latency is None or latency.buckets for latency in latencies):
        _vet_distribution(run.latency, course, is_whole=is_whole)
    return msgspec.structs.replace(run, course=course)


def _vet_times(told: Sequence[OwnWindow], began: datetime, ended: datetime) -> None:
    if len(told) > MAX_PARTS:
        message = f"its course has {len(told):,} windows; at most {MAX_PARTS} are kept"
        raise Unproven(Reason.MALFORMED, message, "write longer windows")
    for one in told:
        if one.end <= one.begin:
            raise contradiction(f"{one.title} ends before it begins")
        if one.begin < began or one.end > ended:
            raise contradiction(f"{one.title} is not within the run")
    for before, after in pairwise(told):
        if after.begin < before.end:
            raise contradiction(f"{after.title} overlaps the one before it, or does not ascend")


def _is_unbroken(told: Sequence[OwnWindow]) -> bool:
    return all(before.end == after.begin for before, after in pairwise(told))


def _vet_counts(run: LoadTest, told: Sequence[OwnWindow], *, is_whole: bool) -> None:
    """Not above the totals; the same when the windows leave no time out."""
    for one in told:
        if one.errors > one.requests:
            raise contradiction(f"{one.title} has {one.errors} failed of {one.requests} requests")
    requests, errors = sum(one.requests for one in told), sum(one.errors for one in told)
    failed = run.errors or 0
    said = f"{run.requests:,} requests with {failed:,} errors have {requests:,} with {errors:,} in the course"
    if errors > failed or requests - errors > run.requests - failed:
        raise contradiction(said)
    if is_whole and (requests, errors) != (run.requests, failed):
        raise contradiction(f"{said}, which leaves no time out")
    if sum(one.sent or 0 for one in told) > run.requests:
        raise contradiction(f"more than {run.requests:,} requests are sent in its course")


def _vet_latencies(run: LoadTest, told: OwnWindow, latency: Latency | None) -> None:
    """Percentiles that ascend, and nothing above the max of the run."""
    if latency is None:
        return
    vet_group(told.title, told.requests, told.errors, latency)
    most = run.latency.max_ms if run.latency else None
    known = [latency.buckets[-1].low_ms] if latency.buckets else [*latency.percentiles_ms.values()]
    if most is not None and known and max(known) > most * (1 + _SLACK):
        raise contradiction(f"{told.title} has a latency of {max(known):g} ms, and the max is {most:g} ms")


def _part(told: OwnWindow, latency: Latency | None, began: datetime) -> Part:
    window = Window(
        from_s=(told.begin - began).total_seconds(),
        to_s=(told.end - began).total_seconds(),
        requests=told.requests,
        errors=told.errors,
        sent=told.sent,
        users=told.users,
        percentiles_ms=latency.percentiles_ms if latency and not latency.buckets else {},
    )
    return Part(window, latency.buckets if latency else ())


def _vet_distribution(run: Latency | None, course: Course, *, is_whole: bool) -> None:
    """No more slow requests in the windows than in the run, nor in the run than in windows that are all of it."""
    if run is None or not run.buckets:
        return
    inside = course.buckets(course.windows)
    if _exceeds(inside, run.buckets) or (is_whole and _exceeds(run.buckets, inside)):
        raise contradiction("the latencies of its course are not those of its operations")


def _exceeds(some: Sequence[Bucket], others: Sequence[Bucket]) -> bool:
    """Whether more of some are surely above a limit than of the others can be."""
    rest = sorted(others, key=lambda one: one.high_ms)
    sure = possible = 0
    for one in sorted(some, key=lambda one: one.low_ms, reverse=True):
        sure += one.count
        while rest and rest[-1].high_ms >= one.low_ms * (1 - _SLACK):
            possible += rest.pop().count
        if sure > possible:
            return True
    return False
