"""Levels: one load, held for a while, and what came of it.

There are two sources. The course of one run (its windows of time) is cut into stretches of even load; or each of
several runs is one level. The windows in which the load changed belong to no level. They are not lost, though: a level
holds a limit only if it holds it together with the windows that lead to it (`wider`), so that nothing bad falls between
two levels. Each doubt counts against the release where it is to hold (`run`, `wider`), and for it where it is to be
broken (`kindest`).

The load of a level is what was really sent. In an open loop that is the rate of arrivals; in a closed one users wait
for answers, so that a full release lowers the load itself: there, load is the number of users, or the rate of good
answers, which is the least that can be claimed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from readiness.check import Finding
from readiness.evidence.load_test import LoadTest
from readiness.units import parse_rate

from ._ruling import number

Unit = Literal["/s", " users"]
RATE: Unit = "/s"
USERS: Unit = " users"


@dataclass(frozen=True)
class Peak:
    """A load as policies write it: `500/s`, or `200 users`. Only loads of the same unit can be compared."""

    amount: Fraction
    unit: Unit

    def __le__(self, other: object) -> bool:
        if not isinstance(other, Peak) or other.unit != self.unit:
            return NotImplemented
        return self.amount <= other.amount

    def __ge__(self, other: object) -> bool:
        if not isinstance(other, Peak) or other.unit != self.unit:
            return NotImplemented
        return self.amount >= other.amount

    def __str__(self) -> str:
        return shown(float(self.amount), self.unit)


@dataclass(frozen=True)
class Level:
    """One load, held for a while. Rates are per second; None is what the file does not tell.

    `where` says which part of the evidence it is. `sent` began, `good` were answered well; `top` is the highest rate
    of arrivals within, which is `sent` where the load was even, and None where arrivals are not told. `offered` was
    meant to be sent. `after_more` says that a higher load came before, whose late answers may be among its own.
    `answered` is the share of what began that ended, `answered_later` that of the later half.
    `gap` is why it shows nothing.
    """

    where: str
    loop: Literal["open", "closed", "unknown"]
    sent: float
    top: float | None
    good: float | None
    users: int | None
    offered: float | None
    run: LoadTest
    kindest: LoadTest
    wider: LoadTest
    after_more: bool = False
    answered: float = 1.0
    answered_later: float = 1.0
    gap: Finding | None = None

    def held(self, unit: Unit) -> float | None:
        """The load that it stands for when it holds: the least that it can be."""
        if unit == USERS:
            return self.users
        return self.sent if self.loop == "open" else self.good

    def broken(self, unit: Unit) -> float | None:
        """The load that it stands for when it breaks: the most that it can be; None where nothing bounds it."""
        if self.after_more:
            return None
        if unit == USERS:
            return self.users
        return self.good if self.loop == "closed" else self.top

    def title(self, unit: Unit) -> str:
        """As in `500/s`, `60 users (480/s)`."""
        load = self.held(unit)
        rate = shown(self.sent if load is None or unit == USERS else load, RATE)
        closed = self.loop == "closed" and self.users is not None
        return f"{shown(float(self.users or 0), USERS)} ({rate})" if closed or unit == USERS else rate


@dataclass(frozen=True)
class Levels:
    """What was found, and how: `how` completes `levels by ...`. `left_out` counts stretches that were too short."""

    found: tuple[Level, ...]
    how: str
    left_out: int = 0


def order(levels: Sequence[Level]) -> list[float]:
    """What orders them: users in a closed loop that tells them, where throughput falls again; else what was sent."""
    by_users = all(one.loop == "closed" and one.users is not None for one in levels)
    return [float(one.users or 0) if by_users else one.sent for one in levels]


def shown(load: float, unit: Unit) -> str:
    """As in `500/s`, or `200 users`."""
    return "1 user" if unit == USERS and load == 1 else number(load) + unit


def parse_peak(value: object) -> Peak:
    """`500/s`, or `200 users`; ValueError for anything else."""
    if isinstance(value, Peak):
        return value
    if isinstance(value, str) and value.endswith(USERS):
        count = value.removesuffix(USERS)
        if count.isascii() and count.isdecimal() and len(count) <= 9 and int(count):
            return Peak(Fraction(int(count)), USERS)
    else:
        try:
            rate = parse_rate(value)
        except ValueError:
            rate = Fraction(0)
        if rate > 0:
            return Peak(rate, RATE)
    raise ValueError("is no load; write a rate or a number of users above 0, as in 500/s or 200 users")


PEAK_SCHEMA = {
    "anyOf": [
        {"type": "string", "pattern": r"^\d+(\.\d+)?/s$", "examples": ["500/s"]},
        {"type": "string", "pattern": "^[1-9][0-9]{0,8} users$", "examples": ["200 users"]},
    ]
}
"""The JSON Schema of a peak."""
