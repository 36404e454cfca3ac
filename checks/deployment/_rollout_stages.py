"""Stages of a rollout, wherever they are written: a share, a duration, and what ends them early."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import timedelta
from fractions import Fraction
from itertools import pairwise
from typing import NamedTuple

from readiness.check import Finding, Location, Measure, Outcome
from readiness.evidence.model import Reason
from readiness.units import show_duration, show_share

_PART = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,6})?)(ms|h|m|s)")
_SECONDS = {"ms": Fraction(1, 1000), "s": Fraction(1), "m": Fraction(60), "h": Fraction(3600)}
_MOST = timedelta(days=3650)


class Lack(NamedTuple):
    """What a stage does not say; `is_elsewhere` where something that was not read may say it."""

    what: str
    next: str
    is_elsewhere: bool = False


class Stage(NamedTuple):
    """One stage. `share` is that of the traffic or of the users that meet the release in it, from 0 to 1."""

    label: str
    location: Location
    share: Fraction | None
    duration: timedelta | None
    lacks: tuple[Lack, ...] = ()


class Plan(NamedTuple):
    """The stages of one rollout, before everybody has the release; `lacks` are those of the plan as a whole."""

    name: str
    object: str | None
    location: Location
    stages: tuple[Stage, ...]
    lacks: tuple[Lack, ...] = ()


class Limits(NamedTuple):
    """What the policy asks of a plan."""

    stages: int
    first: Fraction | None
    duration: timedelta


def judged(plan: Plan, limits: Limits) -> Iterator[Finding]:
    """What is wrong with a plan, stage by stage, and one pass for the stages that are whole."""
    yield from (_lacking(plan, plan.name, plan.location, lack) for lack in plan.lacks)
    good = 0
    for stage in plan.stages:
        found = list(_flaws(plan, stage, limits))
        yield from found
        good += not found
    if not plan.lacks:
        yield from _as_a_whole(plan, limits)
    if good:
        noun = "stage" if good == 1 else "stages"
        message = f"{plan.name}: {good} {noun} with a share, a duration and an abort criterion"
        yield Finding(
            outcome=Outcome.PASS, message=message, object=plan.object, location=plan.location, count=good
        )


def _flaws(plan: Plan, stage: Stage, limits: Limits) -> Iterator[Finding]:
    name = f"{plan.name}, {stage.label}"
    for lack in stage.lacks:
        yield _lacking(plan, name, stage.location, lack)
    if stage.duration is not None and stage.duration < limits.duration:
        yield Finding(
            outcome=Outcome.FAIL,
            message=f"{name} lasts {show_duration(stage.duration)}",
            observed=show_duration(stage.duration),
            expected=f"at least {show_duration(limits.duration)}",
            object=plan.object,
            location=stage.location,
            measure=Measure(
                value=stage.duration.total_seconds(),
                limit=limits.duration.total_seconds(),
                unit="s",
                better="higher",
            ),
            next="let it last longer than the slowest of its measurements takes to show",
        )


def _as_a_whole(plan: Plan, limits: Limits) -> Iterator[Finding]:
    partial = [stage for stage in plan.stages if stage.share is None or stage.share < 1]
    shares = [stage.share for stage in plan.stages if stage.share is not None]
    if len(partial) < limits.stages:
        what = f"has {len(partial)} {'stage' if len(partial) == 1 else 'stages'} before everybody has the release"
        yield _lacking(plan, plan.name, plan.location, Lack(what, f"plan at least {limits.stages}"))
    if any(later < earlier for earlier, later in pairwise(shares)):
        what = f"goes back in its shares: {', '.join(map(show_share, shares))}"
        yield _lacking(plan, plan.name, plan.location, Lack(what, "let the shares grow"))
    if limits.first is not None and shares and shares[0] > limits.first:
        what = f"begins with {show_share(shares[0])}, where at most {show_share(limits.first)} is asked for"
        yield _lacking(plan, plan.name, plan.location, Lack(what, "begin with fewer"))


def _lacking(plan: Plan, name: str, location: Location, lack: Lack) -> Finding:
    return Finding(
        outcome=Outcome.UNPROVEN if lack.is_elsewhere else Outcome.FAIL,
        reason=Reason.MISSING if lack.is_elsewhere else None,
        message=f"{name} {lack.what}",
        object=plan.object,
        location=location,
        next=lack.next,
    )


def go_duration(value: object) -> timedelta | None:
    """A duration as Argo and Flagger write it: whole seconds, `30`, `10m`, `1h30m`; None for anything else."""
    text = str(value) if isinstance(value, int | str) and not isinstance(value, bool) else ""
    if re.fullmatch(r"[0-9]{1,9}", text, re.ASCII):
        return min(timedelta(seconds=int(text)), _MOST)
    parts = _PART.findall(text)
    if not parts or "".join(number + unit for number, unit in parts) != text:
        return None
    seconds = sum((Fraction(number) * _SECONDS[unit] for number, unit in parts), Fraction(0))
    return min(timedelta(seconds=float(min(seconds, Fraction(10**9)))), _MOST)


def total(durations: Sequence[timedelta]) -> timedelta | None:
    """All of them together; None for none."""
    return min(sum(durations, timedelta()), _MOST) if durations else None
