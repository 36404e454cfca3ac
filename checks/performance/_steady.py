"""What the course of a run tells: whether the load was held, whether latencies had settled, whether it fell silent.

Percentiles of a run are those of all its parts. A run that climbs to its load and stops has percentiles of a load that
was hardly there; one whose latencies still change has those of a state that does not last.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from fractions import Fraction
from itertools import groupby, takewhile
from math import inf, sqrt

from readiness.check import Finding, Measure, Outcome
from readiness.evidence.course import Course
from readiness.evidence.load_test import LoadTest
from readiness.units import show_duration, show_share

from ._course import Piece, pieces
from ._median import is_more, median
from ._percent import percent
from ._ruling import Held, Ruling, Untold, number, weakness

_ALIKE = 0.8
_NOISE = 2
_LEAST_PIECES = 3
_PIECES = 6
_CHANGED = 1.25
_SLOW_START = 1.5
_RARE = 15


def wanted(min_steady: timedelta, min_duration: timedelta) -> timedelta:
    """How long the load must hold: half of the least duration is enough, so that short tests need no second limit."""
    return min(min_steady, min_duration / 2)


def steadiness(run: LoadTest, least: timedelta) -> Iterator[Ruling]:
    """The load was held for so long, and latencies had settled by then."""
    if not least:
        return
    if run.course is None:
        yield Untold("its course in time (warm-up, pauses)")
        return
    parts = pieces(run.course, least / timedelta(seconds=_PIECES))
    if len(parts) < _LEAST_PIECES:
        yield Untold("its course in short enough windows")
        return
    stretch = _steady(run, parts)
    held_s = stretch[-1].to_s - stretch[0].from_s if stretch else 0.0
    if held_s >= least / timedelta(seconds=1) - 1e-3:
        yield Held(f"steady for {number(held_s)} s at {number(_rate(stretch))}/s")
        yield _settled(run.course, stretch)
    else:
        yield _unsteady(parts, held_s, least)


def silence(run: LoadTest, most: Fraction) -> Ruling:
    """Whether nothing was sent for a while between its first request and its last, whatever the loop is called."""
    if run.course is None or any(one.sent is None for one in run.course.windows):
        return Untold("when requests were sent")
    duration = run.duration_s or 0.0
    longest = max(_pauses(run.course), default=0.0)
    if longest <= max(float(most) * duration, _RARE * duration / run.requests):
        return Held()
    return weakness(
        f"nothing was sent for {number(longest)} s in the middle of the run, {percent(longest / duration)} of it "
        f"(`max-stall`: {show_share(most)}): what an open loop would have met in that time is not in the file "
        "(coordinated omission)",
        "give the load generator a machine of its own, and use an open loop; set `max-stall` where the pause is meant",
        measure=Measure(100 * longest / duration, 100 * float(most), "%"),
    )


def warm_up(run: LoadTest, least: timedelta) -> Iterator[Finding]:
    """A note when the run began slower than it went on."""
    parts = pieces(run.course, least / timedelta(seconds=_PIECES)) if run.course and least else []
    stretch = _steady(run, parts)[-_LEAST_PIECES:]
    if run.course is None or len(stretch) < _LEAST_PIECES:
        return
    usual, slow = median(run.course, stretch), 0
    for piece in parts if usual else []:
        first = median(run.course, [piece])
        if usual is None or first is None or not is_more(first, usual, _SLOW_START):
            break
        slow += 1
    if usual is None or not 0 < slow < len(parts) or parts[slow - 1].to_s > stretch[0].from_s:
        return
    first = median(run.course, parts[:slow]) or usual
    yield Finding(
        outcome=Outcome.PASS,
        message=f"the first {number(parts[slow - 1].to_s)} s were slower (p50 of {number(first.value)} ms, later "
        f"{number(usual.value)} ms): this warm-up counts in every percentile of the run",
        note=True,
    )


class _Band:
    """Pieces of one load: their rates, and the users in them unless the loop is open, are within 20% of each other.

    The noise of small counts is left out of it: twice the root of a count of requests, once that of
    users.
    """

    def __init__(self, has_users: bool) -> None:
        self._has_users = has_users
        self._rates, self._users, self._seconds = (inf, 0.0), (inf, 0.0), 0.0

    def takes(self, piece: Piece) -> bool:
        """Whether it is of this load too; asked in turn, and never again after the first that is not."""
        self._seconds = max(self._seconds, piece.seconds)
        self._rates = _wider(self._rates, piece.sent / piece.seconds)
        if self._has_users and piece.users is not None:
            self._users = _wider(self._users, piece.users)
        low, high = self._rates[0] * self._seconds, self._rates[1] * self._seconds
        fewest, most = self._users
        return low >= _ALIKE * high - _NOISE * sqrt(high) and fewest >= _ALIKE * most - sqrt(most)


def _steady(run: LoadTest, parts: Sequence[Piece]) -> Sequence[Piece]:
    """The longest stretch of level load, the last one of these; of a load not far under the mean of the run."""
    best: Sequence[Piece] = ()
    usual = _rate(parts) if parts else 0.0
    for first in range(len(parts)):
        band = _Band(run.loop != "open")
        stretch = list(takewhile(band.takes, parts[first:]))
        is_longer = len(stretch) >= _LEAST_PIECES and _length(stretch) >= _length(best)
        if is_longer and _rate(stretch) >= _ALIKE * usual:
            best = stretch
    return best


def _wider(between: tuple[float, float], value: float) -> tuple[float, float]:
    return min(between[0], value), max(between[1], value)


def _rate(stretch: Sequence[Piece]) -> float:
    return sum(piece.sent for piece in stretch) / sum(piece.seconds for piece in stretch)


def _length(stretch: Sequence[Piece]) -> float:
    return stretch[-1].to_s - stretch[0].from_s if stretch else 0.0


def _unsteady(parts: Sequence[Piece], held_s: float, least: timedelta) -> Finding:
    rates = [piece.sent / piece.seconds for piece in parts]
    return weakness(
        f"the load was steady for {number(held_s)} s at most, less than {show_duration(least)} (`min-steady`): it went "
        f"from {number(min(rates))}/s to {number(max(rates))}/s, and percentiles of it all are those of no load",
        "hold the load after its ramp-up; of a stepped ramp, set `min-steady` to the length of a step",
        measure=Measure(held_s, least / timedelta(seconds=1), "s", better="higher"),
    )


def _settled(course: Course, stretch: Sequence[Piece]) -> Ruling:
    """The last third of the steady stretch is like the third before it."""
    third = len(stretch) // 3
    before, after = median(course, stretch[-2 * third : -third]), median(course, stretch[-third:])
    if before is None or after is None:
        return Untold("enough latencies in time to see them settle")
    told = f"p50 went from {number(before.value)} ms to {number(after.value)} ms while the load was steady"
    if is_more(after, before, _CHANGED):
        return weakness(
            f"latencies were still rising at the end: {told}",
            "run for longer, until latencies hold; if they never do, something fills up: look for a queue or a leak",
        )
    if is_more(before, after, _CHANGED):
        return weakness(
            f"latencies were still falling at the end: {told}",
            "run for longer, or warm the service up before the test",
        )
    return Held(f"p50 holds at {number(after.value)} ms")


def _pauses(course: Course) -> Iterator[float]:
    """How long each stretch of windows was in which nothing was sent, between the first and the last that sent."""
    sent = [place for place, one in enumerate(course.windows) if one.sent]
    inner = course.windows[sent[0] : sent[-1]] if sent else ()
    for is_silent, some in groupby(inner, key=lambda one: not one.sent):
        if is_silent:
            silent = list(some)
            yield silent[-1].to_s - silent[0].from_s
