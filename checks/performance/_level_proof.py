"""Whether a level holds its limits, breaks them, or does not show it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction

from readiness.check import Finding, Outcome
from readiness.check.confidence import USUAL, with_confidence
from readiness.evidence.load_test import LoadTest
from readiness.statistics.binomial import (
    least_requests,
    lower_bound,
    proves_above,
    proves_below,
    settling_requests,
    upper_bound,
)
from readiness.units import show_share

from ._level import Level
from ._objective import Objective, ms
from ._percent import percent
from ._population import population
from ._proof import judge_proof
from ._targets import Target

_PILED = 0.9
_SPREAD = "give the load generator more virtual users, or longer steps"


class State(Enum):
    """What a level shows."""

    HOLDS = "holds"
    BREAKS = "breaks"
    OPEN = "is not shown"


@dataclass(frozen=True)
class Limits:
    """What a level has to keep, and how strong the proof has to be."""

    objectives: tuple[Objective, ...]
    max_errors: Fraction
    min_achieved: Fraction
    confidence: Fraction

    @property
    def enough(self) -> int:
        """The least number of requests that can prove all of it."""
        return self._enough(self.confidence)

    @property
    def usually_enough(self) -> int:
        """The same at the usual confidence: to ask for a stronger proof must not leave out a level of few requests."""
        return self._enough(USUAL)

    def _enough(self, confidence: Fraction) -> int:
        shares = [self.max_errors, *(one.provable for one in self.objectives)]
        return max(least_requests(share, confidence) for share in shares)


@dataclass(frozen=True)
class Verdict:
    """What a level shows, why, and what to do where it does not hold."""

    level: Level
    state: State
    why: str = ""
    next: str = ""


def judge_level(level: Level, limits: Limits) -> Verdict:
    """It breaks when one limit is proven to be broken, and holds when all are proven to be kept, doubts and all."""
    for message, next_ in _broken(level, limits):
        return Verdict(level, State.BREAKS, message, next_)
    for message, next_ in _open(level, limits):
        return Verdict(level, State.OPEN, message, next_)
    return Verdict(level, State.HOLDS, "; ".join(_kept(level, limits)))


def looks_bad(level: Level, limits: Limits) -> bool:
    """Whether its plain numbers break a limit, proven or not; never where a higher load may have left late answers."""
    run = level.kindest
    if level.after_more:
        return False
    if not run.requests or run.latency is None:
        return level.sent > 0
    if _is_piling_up(level, limits) or run.errors is None or run.errors > limits.max_errors * run.requests:
        return True
    known = population(Target(run, "", None, run.requests, run.errors, run.latency), limits.max_errors, USUAL)
    if isinstance(known, Finding):
        return True
    return any(known.over(ms(one.limit))[0] > one.share * known.n for one in limits.objectives)


def _is_piling_up(level: Level, limits: Limits) -> bool:
    return max(level.answered, level.answered_later) < min(_PILED, float(limits.min_achieved))


def _broken(level: Level, limits: Limits) -> Iterator[tuple[str, str]]:
    run, n, errors = level.kindest, level.kindest.requests, level.kindest.errors
    if errors is not None and proves_above(errors, n, limits.max_errors, limits.confidence):
        low = percent(lower_bound(errors, n, limits.confidence))
        told = f"{errors:,} of {n:,} requests failed, which shows at least {low} {with_confidence(limits.confidence)}"
        yield f"{told}; {show_share(limits.max_errors)} may", "mend what makes requests fail at this load"
    for one in _latencies(run, limits):
        if one.outcome is Outcome.FAIL:
            yield one.message, one.next
    if _is_piling_up(level, limits):
        yield (
            f"requests pile up: {percent(level.answered)} of those that began were answered",
            "look for what is full",
        )


def _open(level: Level, limits: Limits) -> Iterator[tuple[str, str]]:
    if level.gap is not None:
        yield level.gap.message, level.gap.next
    answered = min(level.answered, level.answered_later)
    if answered < limits.min_achieved:
        share = percent(answered)
        yield f"no more than {share} of the requests that began in it also ended in it", _SPREAD
    for where, run in (("", level.run), ("with the time around it, ", level.wider)):
        if run is level.run and where:
            continue
        for message, next_ in (*_open_errors(run, limits), *_open_latencies(run, limits)):
            yield where + message, next_


def _open_errors(run: LoadTest, limits: Limits) -> Iterator[tuple[str, str]]:
    errors, n, confidence = run.errors, run.requests, limits.confidence
    if errors is None:
        yield "the file does not tell how many requests failed", run.more_detail
    elif not proves_below(errors, n, limits.max_errors, confidence):
        high = percent(upper_bound(errors, n, confidence))
        told = (
            f"{errors:,} of {n:,} requests failed, which shows at most {high} {with_confidence(confidence)}"
        )
        yield f"{told}; {show_share(limits.max_errors)} may", _settled_by(errors, n, limits)


def _settled_by(errors: int, n: int, limits: Limits) -> str:
    settling = settling_requests(errors, n, limits.max_errors, limits.confidence) if n else limits.enough
    if settling is None:
        return "mend what makes requests fail at this load"
    return f"send about {settling:,} requests at this load"


def _open_latencies(run: LoadTest, limits: Limits) -> Iterator[tuple[str, str]]:
    yield from ((one.message, one.next) for one in _latencies(run, limits) if one.outcome is not Outcome.PASS)


def _kept(level: Level, limits: Limits) -> Iterator[str]:
    yield from (one.message for one in _latencies(level.run, limits))
    yield f"{level.run.errors:,} of {level.run.requests:,} requests failed"


def _latencies(run: LoadTest, limits: Limits) -> Iterator[Finding]:
    target = Target(run, "", None, run.requests, run.errors, run.latency)
    known = population(target, limits.max_errors, limits.confidence)
    if isinstance(known, Finding):
        yield known
        return
    for objective in limits.objectives:
        yield judge_proof(target, known, objective, limits.confidence)
