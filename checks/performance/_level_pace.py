"""Whether users waited for answers, and not for their own load generator.

Where load is a number of users, nothing else shows that they were at work: a user who never gets a turn sends nothing,
and slows nothing down.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ._level import USERS, Level, shown
from ._mean import mean_ms
from ._ruling import number, weakness

_SLOWED = 1.25


def paced(levels: Sequence[Level]) -> list[Level]:
    """The levels, with a gap where each user sent fewer requests than answers and pauses left time for.

    Pauses are those at the level of the fewest users, which has the generator to itself.
    """
    fewest = min((one for one in levels if _pace(one)), key=lambda one: one.users or 0, default=None)
    return [one if fewest is None else _checked(one, fewest) for one in levels]


def _pace(level: Level) -> tuple[float, float] | None:
    """The seconds between two requests of one user, and those that one takes; None where the file does not tell."""
    mean = mean_ms(level.run.latency)
    if mean is None or not level.users or not level.sent:
        return None
    return level.users / level.sent, mean / 1000


def _checked(level: Level, fewest: Level) -> Level:
    here, there = _pace(level), _pace(fewest)
    if here is None or there is None or level.gap is not None:
        return level
    (every, mean), pause = here, max(0.0, there[0] - there[1])
    if every <= _SLOWED * (pause + mean):
        return level
    message = (
        f"each of {_users(level)} sent a request every {number(every)} s, where answers took {number(mean)} s and "
        f"pauses {number(pause)} s at {_users(fewest)}: the rest of the time they waited for the load generator"
    )
    next_ = "give the load generator a machine of its own, or use several of them"
    return replace(level, gap=weakness(message, next_))


def _users(level: Level) -> str:
    return shown(float(level.users or 0), USERS)
