"""Where a run hurts, as notes: they never count, and are left out where the file does not hold what they need."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from itertools import islice

from readiness.check import Finding, Outcome
from readiness.evidence.course import Course
from readiness.evidence.load_test import Latency, LoadTest
from readiness.statistics.ranks import above
from readiness.units import show_share

from ._course import Piece, pieces, windows_of
from ._invariants import contradictions
from ._requests import requests_over
from ._ruling import number
from ._targets import opened

MAX_NOTES = 3
_ENOUGH = 20
_MOST_OF = Fraction(1, 2)
_BEYOND_ITS_SHARE = Fraction(3, 2)
_PIECES = 10
_LOAD_ROSE = 1.5
_FLAT = 1.1
_SLOWER = 1.5

Look = Callable[[LoadTest], Iterator[Finding]]


def noted(load: Sequence[LoadTest], look: Look) -> Iterator[Finding]:
    """A few notes on the runs that can be true; the same endpoint of another run is no other note."""
    found = (
        note.but(message=where + note.message)
        for where, run in opened(load)
        if run.complete and not any(contradictions(run))
        for note in look(run)
    )
    yield from islice(found, MAX_NOTES)


def tail(run: LoadTest) -> Iterator[Finding]:
    """The endpoint that most of the slowest requests are of, and not for being called so often.

    The slowest are those over the highest of p95, p99 and p99.9 that 20 requests or more are over; counted, so only
    where the file holds every request of the run and of each endpoint.
    """
    groups = {one.name: one.latency for one in run.operations if one.latency is not None}
    if run.latency is None or not run.latency.buckets or len(groups) < 2:
        return
    if any(not latency.buckets for latency in groups.values()):
        return
    found = _percentile(run.latency)
    if found is None:
        return
    key, limit_ms = found
    slow = requests_over(run.latency, limit_ms)[0]
    if slow < _ENOUGH:
        return
    parts = {name: min(slow, requests_over(latency, limit_ms)[0]) for name, latency in groups.items()}
    name = max(parts, key=lambda one: parts[one])
    share, usual = Fraction(parts[name], slow), Fraction(groups[name].count, run.latency.count)
    if _stands_out(share, usual):
        yield _note(
            f"{name} carries the tail: {show_share(share, 0)} of the {slow:,} requests over {number(limit_ms)} ms "
            f"(p{key}), and {show_share(usual, 0)} of all",
            f"Endpoint/{name}",
        )


def failures(run: LoadTest) -> Iterator[Finding]:
    """The endpoint that most failures are of, and not for being called so often; and of which kinds they are."""
    errors = run.errors or 0
    if errors < _ENOUGH:
        return
    parts = {one.name: (one.errors or 0, one.requests) for one in run.operations}
    if len(parts) > 1:
        name = max(parts, key=lambda one: parts[one][0])
        failed, called = parts[name]
        share, usual = Fraction(failed, errors), Fraction(called, run.requests)
        if _stands_out(share, usual):
            yield _note(
                f"{name} has {show_share(share, 0)} of the failures ({failed:,} of {errors:,}), and "
                f"{show_share(usual, 0)} of all requests",
                f"Endpoint/{name}",
            )
    if kinds := sorted((-many, kind) for kind, many in run.errors_by.items() if many):
        told = ", ".join(f"{-many:,} {kind}" for many, kind in kinds)
        yield _note(f"the {errors:,} failures by kind: {told}")


def saturation(run: LoadTest) -> Iterator[Finding]:
    """More load, no more answers, and slower ones: from there on requests only wait (Little's law).

    The load is the users where the file tells them, unless the loop is open; else what was sent.
    """
    parts = _parts(run)
    if run.course is None or len(parts) < 2:
        return
    loads = _loads(run, parts)
    rates = [piece.good / piece.seconds for piece in parts]
    best = max(rates)
    full = min(
        (place for place, rate in enumerate(rates) if rate * _FLAT >= best), key=lambda one: loads[one]
    )
    most = max(range(len(parts)), key=lambda one: loads[one])
    if not loads[full] or loads[most] < _LOAD_ROSE * loads[full] or rates[most] > _FLAT * rates[full]:
        return
    before, after = _mean(run.course, parts[full]), _mean(run.course, parts[most])
    if before is None or after is None or after < _SLOWER * before:
        return
    what = "users" if _has_users(run, parts) else "requests sent per second"
    yield _note(
        f"full at about {number(rates[full])}/s: {what} rose from {number(loads[full])} to {number(loads[most])}, "
        f"good requests from {number(rates[full])}/s to {number(rates[most])}/s, and their mean latency from "
        f"{number(before)} to {number(after)} ms ({number(rates[most])}/s x {number(after)} ms = "
        f"{number(rates[most] * after / 1000)} in flight)"
    )


def _note(message: str, object_: str | None = None) -> Finding:
    return Finding(outcome=Outcome.PASS, message=message, object=object_, note=True)


def _stands_out(share: Fraction, usual: Fraction) -> bool:
    return share >= _MOST_OF and share >= _BEYOND_ITS_SHARE * usual


def _percentile(latency: Latency) -> tuple[str, float] | None:
    """The highest percentile with enough requests beyond it, and its value in ms; None without any."""
    for key in ("99.9", "99", "95"):
        beyond = above(latency.count, Fraction(key) / 100)
        rest = latency.count
        for one in latency.buckets:
            rest -= one.count
            if rest <= beyond:
                if rest >= _ENOUGH:
                    return key, one.high_ms
                break
    return None


def _parts(run: LoadTest) -> list[Piece]:
    """Pieces of a tenth of the run; the first and the last, in which it starts and stops, are none of them."""
    if run.course is None or not run.course.windows:
        return []
    span = run.course.windows[-1].to_s - run.course.windows[0].from_s
    return [piece for piece in pieces(run.course, span / _PIECES)[1:-1] if piece.requests and piece.sent]


def _has_users(run: LoadTest, parts: Sequence[Piece]) -> bool:
    return run.loop != "open" and all(piece.users is not None for piece in parts)


def _loads(run: LoadTest, parts: Sequence[Piece]) -> list[float]:
    if _has_users(run, parts):
        return [float(piece.users or 0) for piece in parts]
    return [piece.sent / piece.seconds for piece in parts]


def _mean(course: Course, piece: Piece) -> float | None:
    """The mean latency in ms by counts, each at the middle of its bucket."""
    buckets = course.buckets(windows_of([piece]))
    count = sum(one.count for one in buckets)
    return sum((one.low_ms + one.high_ms) / 2 * one.count for one in buckets) / count if count else None
