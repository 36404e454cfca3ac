"""What load is for the purpose of growth: what is put on a release, whatever it makes of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ._level import RATE, USERS, Level, Peak, Unit, shown


@dataclass(frozen=True)
class Ladder:
    """Levels in the order of their load; `unit` is that of the loads."""

    levels: tuple[Level, ...]
    loads: tuple[float, ...]
    unit: Unit

    def title(self, place: int) -> str:
        """The load of one level."""
        return shown(self.loads[place], self.unit)

    @property
    def rise(self) -> float:
        """How many times the lowest load the highest one is."""
        return self.loads[-1] / self.loads[0]


def ladder(levels: Sequence[Level]) -> Ladder | None:
    """By what the levels tell; None where that is no load.

    In an open loop it is the rate that was offered, or else sent. Users who wait send what they are answered, so in a
    closed loop it is their number. Where the loop is not known, users count if they change, and the rate if they do
    not: then something else has raised it.
    """
    loop = levels[0].loop if levels else "unknown"
    users = [float(one.users) for one in levels if one.users]
    are_told = len(users) == len(levels)
    if are_told and (loop == "closed" or (loop == "unknown" and len(set(users)) > 1)):
        return _ordered(levels, users, USERS)
    offered = [one.offered for one in levels if one.offered]
    if loop != "closed" and len(offered) == len(levels):
        return _ordered(levels, offered, RATE)
    if loop == "open" or (loop == "unknown" and are_told):
        return _ordered(levels, [one.sent for one in levels], RATE)
    return None


def reached(found: Ladder, goal: Peak) -> Ladder | None:
    """The levels up to the first that reaches a load; None where none does, or tells of such a load."""
    if goal.unit == USERS and any(one.loop != "closed" for one in found.levels):
        return None
    for place, level in enumerate(found.levels, 1):
        load = level.held(goal.unit)
        if load is not None and load >= goal.amount:
            return Ladder(found.levels[:place], found.loads[:place], found.unit)
    return None


def _ordered(levels: Sequence[Level], loads: Sequence[float], unit: Unit) -> Ladder | None:
    pairs = sorted(zip(loads, range(len(levels)), strict=True))
    if not pairs or pairs[0][0] <= 0:
        return None
    return Ladder(tuple(levels[place] for _, place in pairs), tuple(load for load, _ in pairs), unit)
