"""How far a release holds, where it breaks first, and what that says of the load that is asked for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from readiness.check import Finding, Measure, Outcome
from readiness.evidence.model import Reason
from readiness.units import show_share

from ._findings import unproven
from ._level import USERS, Levels, Peak, order, shown
from ._level_proof import State, Verdict
from ._percent import percent

_APART = 1.1
_SAME = 1.02
_LISTED = 12
_MORE = Fraction(105, 100)
_USERS = "write `expected-peak` as a rate, as in 500/s, or use a test whose users wait for answers"


@dataclass(frozen=True)
class Goal:
    """The load that has to hold: so much more than the expected peak. `enough` requests may prove it at one level."""

    peak: Peak
    headroom: Fraction
    enough: int

    @property
    def load(self) -> float:
        """In the unit of the peak."""
        return float(self.peak.amount * (1 + self.headroom))

    @property
    def title(self) -> str:
        """As in `600/s (500/s and 20%)`."""
        if not self.headroom:
            return str(self.peak)
        return f"{shown(self.load, self.peak.unit)} ({self.peak} and {show_share(self.headroom)})"

    @property
    def next(self) -> str:
        """What to run; a little more than is asked for, as generators fall a little short."""
        wanted = shown(float(self.peak.amount * (1 + self.headroom) * _MORE), self.peak.unit)
        return f"add a level of about {wanted} with at least {self.enough:,} requests"


def unfit(levels: Levels, goal: Goal) -> Finding | None:
    """Why the levels say nothing of a load like the one that is asked for."""
    unit, found = goal.peak.unit, levels.found
    if not found:
        left = f"{levels.left_out} were uneven, too short or of too few requests; " if levels.left_out else ""
        message = (
            f"no level of load was found by {levels.how}; {left}at least {goal.enough:,} requests make one"
        )
        return unproven(Reason.INSUFFICIENT, message, "let each step last longer; see `step` and `min-level`")
    if unit == USERS and any(one.loop != "closed" or one.users is None for one in found):
        message = "users are a load only in a closed loop, and the file does not tell of one with its users"
        return unproven(Reason.INSUFFICIENT, message, _USERS)
    loads = [float(one.users or 0) if unit == USERS else one.sent for one in found]
    if max(loads) < _APART * min(loads):
        message = f"there is one load only, {found[0].title(unit)}: what does not rise has no breakpoint"
        return unproven(Reason.INSUFFICIENT, message, f"start well below it, and {goal.next}")
    return None


def reach(levels: Levels, verdicts: Sequence[Verdict], goal: Goal) -> Finding:
    """Pass when a level that reaches the goal holds, and all below it; fail when one at or below it breaks."""
    unit = goal.peak.unit
    ranked = _ranked(verdicts)
    held = _held(ranked)
    best = max((one.level.held(unit) or 0.0 for one in held), default=0.0)
    draft = Finding(
        outcome=Outcome.PASS,
        message="",
        observed=f"holds at {shown(best, unit)}" if held else "holds at no level",
        expected=f"holds at {goal.title}",
        measure=Measure(best, goal.load, unit.strip(), better="higher"),
    )
    told = f"{_first_break(ranked, goal)}; {_table(levels, ranked, goal)}"
    if held and best >= goal.load:
        top = max(held, key=lambda one: one.level.held(unit) or 0.0)
        message = f"holds at {top.level.title(unit)}, {_over(best, goal)}: {top.why}; {told}"
        return draft.but(message=message, count=len(held))
    early = [one for one in ranked if one.state is State.BREAKS and _is_within(one, goal)]
    if early:
        message = f"breaks at {early[0].level.title(unit)}, short of {goal.title}: {early[0].why}; {told}"
        return draft.but(outcome=Outcome.FAIL, message=message, next=early[0].next)
    return draft.but(
        outcome=Outcome.UNPROVEN,
        reason=Reason.INSUFFICIENT,
        message=f"not shown to hold at {goal.title}: {_missing(ranked, goal)}; {told}",
        next=_next(ranked, goal),
    )


def _ranked(verdicts: Sequence[Verdict]) -> list[Verdict]:
    places = order([one.level for one in verdicts])
    return [one for _, one in sorted(zip(places, verdicts, strict=True), key=lambda pair: pair[0])]


def _held(ranked: Sequence[Verdict]) -> list[Verdict]:
    """Those that hold with all at or below their load; loads that differ by a hair are one."""
    places = order([one.level for one in ranked])
    pairs = list(zip(places, ranked, strict=True))
    bad = min((place for place, one in pairs if one.state is not State.HOLDS), default=None)
    return [one for place, one in pairs if bad is None or place * _SAME < bad]


def _is_within(one: Verdict, goal: Goal) -> bool:
    load = one.level.broken(goal.peak.unit)
    return load is not None and load <= goal.load


def _over(load: float, goal: Goal) -> str:
    share = load / float(goal.peak.amount) - 1
    asked = f"{show_share(goal.headroom)} is asked for"
    return f"{percent(share)} over the expected peak of {goal.peak} ({asked})"


def _first_break(ranked: Sequence[Verdict], goal: Goal) -> str:
    found = [one for one in ranked if one.state is State.BREAKS]
    if not found:
        return f"no break was seen up to {ranked[-1].level.title(goal.peak.unit)}"
    return f"the first break is at {found[0].level.title(goal.peak.unit)} ({found[0].level.where})"


def _missing(ranked: Sequence[Verdict], goal: Goal) -> str:
    unit = goal.peak.unit
    if open_ := [one for one in ranked if one.state is State.OPEN]:
        return f"{open_[0].level.title(unit)} ({open_[0].level.where}): {open_[0].why}"
    broken = [one for one in ranked if one.state is State.BREAKS]
    if broken and (held := _held(ranked)):
        edges = f"it holds at {held[-1].level.title(unit)}, breaks at {broken[0].level.title(unit)}"
        return f"{edges}, and no level lies between"
    highest = max(ranked, key=lambda one: one.level.held(unit) or 0.0)
    return f"no level lies there; the highest load was {highest.level.title(unit)}{_full(ranked)}"


def _full(ranked: Sequence[Verdict]) -> str:
    """In a closed loop, load stops to rise where the release, or the generator, is full."""
    low, high = ranked[0].level, ranked[-1].level
    if high.loop == "open":
        return ""
    return "; users who wait for answers send no more than a release gives" if high.users != low.users else ""


def _next(ranked: Sequence[Verdict], goal: Goal) -> str:
    open_ = [one for one in ranked if one.state is State.OPEN]
    return (open_[0].next if open_ else "") or goal.next


def _table(levels: Levels, ranked: Sequence[Verdict], goal: Goal) -> str:
    rows = [f"{one.level.title(goal.peak.unit)} {one.state.value}" for one in ranked]
    more = [f"and {len(rows) - _LISTED} more"] if len(rows) > _LISTED else []
    left = (
        f", {levels.left_out} left out as uneven, too short or of too few requests" if levels.left_out else ""
    )
    return f"levels by {levels.how}: {', '.join([*_shortened(rows), *more])}{left}"


def _shortened(rows: Sequence[str]) -> Iterator[str]:
    """The first and the last of them."""
    if len(rows) <= _LISTED:
        yield from rows
    else:
        yield from (*rows[: _LISTED // 2], "...", *rows[-_LISTED // 2 :])
