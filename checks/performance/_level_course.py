"""The levels of one run, from its course."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from readiness.evidence.course import Course, Window
from readiness.evidence.load_test import LoadTest
from readiness.units import show_duration

from ._level import Level, Levels
from ._level_facts import facts
from ._level_stretches import (
    Stretch,
    arrivals,
    by_arrivals,
    by_step,
    by_users,
    cover,
    equal_parts,
    rate,
    seconds,
)
from ._ruling import number

_EVEN = "stretches of even arrivals"
_USERS = "stretches of constant users"
_HALF = 0.5
_ABOVE = 1.1
_WIDE = 1.25


@dataclass(frozen=True)
class Asked:
    """What makes a level: its step where one is given, its least length, and its least number of requests.

    What `looks_bad` is a level however few requests it has and however uneven it is: nobody may overlook it.
    """

    step: timedelta | None
    least: timedelta
    enough: int
    looks_bad: Callable[[Level], bool] = lambda _: False

    @property
    def least_s(self) -> float:
        """The least length in seconds."""
        return self.least / timedelta(seconds=1)


def course_levels(run: LoadTest, course: Course, asked: Asked) -> Levels:
    """The stretches of even load that are long enough, in the order of time.

    Uneven and too short ones, and those of too few requests to show anything, are left out and counted, unless they
    look bad; their requests count with the level that follows.
    """
    windows = course.windows
    stretches, how = _cut(run, windows, asked)
    long = [one for one in stretches if seconds(windows[one.first : one.stop]) >= asked.least_s]
    after_more = {one: _is_after_more(windows, stretches, one, how) for one in long}
    kept = [
        one
        for one in long
        if ((one.even or how != _EVEN) and _is_enough(windows[one.first : one.stop], asked))
        or asked.looks_bad(_level(run, course, one, (one.first, one.stop), after_more[one]))
    ]
    levels = []
    for place, one in enumerate(kept):
        before = kept[place - 1].stop if place else 0
        after = _end(windows, one) if place == len(kept) - 1 else one.stop
        levels.append(_level(run, course, one, (before, after), after_more[one]))
    return Levels(tuple(levels), how, len(stretches) - len(kept))


def _is_after_more(windows: Sequence[Window], stretches: Sequence[Stretch], one: Stretch, how: str) -> bool:
    """Whether a higher load came before. Users who wait for a stalled service are no lower load than before."""
    load = _users if how == _USERS else rate
    before = [load(windows[each.first : each.stop]) for each in stretches if each.stop <= one.first]
    return max(before, default=0.0) > _ABOVE * load(windows[one.first : one.stop])


def _users(windows: Sequence[Window]) -> float:
    return float(windows[0].users or 0)


def _cut(run: LoadTest, windows: Sequence[Window], asked: Asked) -> tuple[list[Stretch], str]:
    if asked.step is not None:
        return by_step(windows, asked.step / timedelta(seconds=1)), f"steps of {show_duration(asked.step)}"
    if run.loop != "open":
        found = by_users(windows, asked.least_s)
        if len({windows[one.first].users for one in found}) > 1 and cover(windows, found) >= _HALF:
            return found, _USERS
    found = by_arrivals(windows)
    even = [one for one in found if one.even and _is_enough(windows[one.first : one.stop], asked)]
    if cover(windows, even) >= _HALF:
        return found, _EVEN
    return equal_parts(windows, asked.least_s), "equal parts, as the load rose without steps"


def _is_enough(windows: Sequence[Window], asked: Asked) -> bool:
    return sum(arrivals(one) for one in windows) >= asked.enough and seconds(windows) >= asked.least_s


def _end(windows: Sequence[Window], last: Stretch) -> int:
    """Where the tail of the last level ends: with the run, or where the load rose beyond the level."""
    most = _ABOVE * rate(windows[last.first : last.stop])
    rising = (i for i in range(last.stop, len(windows)) if rate([windows[i]]) > most)
    return next(rising, len(windows))


def _level(
    run: LoadTest, course: Course, stretch: Stretch, around: tuple[int, int], after_more: bool
) -> Level:
    windows = course.windows
    inside = windows[stretch.first : stretch.stop]
    errors = [one.errors for one in inside]
    good = sum(one.requests - (one.errors or 0) for one in inside) / seconds(inside)
    users = [one.users for one in inside if one.users is not None]
    told = all(one.sent is not None for one in inside)
    top = rate(inside) if stretch.even else max(rate([one]) for one in inside)
    own = facts(run, course, inside, "worst")
    return Level(
        where=f"{number(inside[0].from_s)} s to {number(inside[-1].to_s)} s",
        loop=run.loop,
        sent=rate(inside),
        top=top if told else None,
        good=None if None in errors else good,
        users=min(users, default=None),
        offered=None,
        run=own,
        kindest=facts(run, course, inside, "best"),
        wider=own if around == stretch[:2] else facts(run, course, windows[slice(*around)], "worst"),
        after_more=after_more,
        answered=_answered(inside),
        answered_later=_answered(inside[len(inside) // 2 :]),
    )


def _answered(windows: Sequence[Window]) -> float:
    """The share of what began that ended: under 1 where requests pile up; 1 where the file tells no beginnings."""
    began = sum(arrivals(one) for one in windows)
    return sum(one.requests for one in windows) / began if began else 1.0


def middle(course: Course) -> tuple[float, float]:
    """The median of the rates of a run's windows, and the share of its time that is near to it."""
    timed = sorted((rate([one]), seconds([one])) for one in course.windows)
    whole, passed, median = seconds(course.windows), 0.0, timed[-1][0]
    for each, length in timed:
        passed += length
        if passed >= whole / 2:
            median = each
            break
    near = sum(length for each, length in timed if median / _WIDE <= each <= median * _WIDE)
    return median, near / whole
