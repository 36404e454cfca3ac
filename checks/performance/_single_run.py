"""A comparison of fewer than five runs a side, one run at a time: it cannot see how much runs differ by themselves."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from statistics import median

from readiness.check import Finding, Outcome
from readiness.check.confidence import with_confidence
from readiness.evidence.model import Reason
from readiness.units import show_share

from ._shift import LEAST_RUNS, bounded, limit, measure, noise, settling, signed
from ._sides import Seen, Sides

_LABEL = "single-run comparison"


def judge_single(sides: Sides, tolerance: Fraction, confidence: Fraction) -> Iterator[Finding]:
    """Each run against every baseline run, by the intervals that the order of their requests gives.

    Regressed: its interval lies above that of every baseline run, and its percentile over the tolerance. Not shown to
    have regressed, which is a warning at best: its interval lies within the tolerance of every baseline run.
    """
    for one in sides.runs:
        yield _judge_one(one, sides, tolerance, confidence)


def _judge_one(one: Seen, sides: Sides, tolerance: Fraction, confidence: Fraction) -> Finding:
    edge, base = 1 + tolerance, sides.base
    change = one.high / median(other.low for other in base)
    low, high = _range(one, base)
    told = f"{bounded(low, high)} {with_confidence(confidence)}; {noise([other.low for other in base])}"
    draft = Finding(
        outcome=Outcome.WARN,
        message=f"{one.where}{sides.name} is {signed(change)} against {len(base)} baseline run"
        f"{'s' if len(base) > 1 else ''} ({_LABEL}: {told})",
        observed=f"{signed(change)} ({bounded(low, high)})",
        expected=limit(tolerance),
        object=sides.object,
        measure=measure(change, tolerance, low, high),
        next=f"{LEAST_RUNS} runs a side can pass: they show how much runs differ by themselves",
    )
    if low is not None and low > 1 and all(one.low > edge * other.high for other in base):
        next_ = "find what made it slower; more runs a side tell how much of it is noise"
        return draft.but(outcome=Outcome.FAIL, message=f"{draft.message}: regressed", next=next_)
    if high is not None and high <= edge:
        return draft
    return draft.but(
        outcome=Outcome.UNPROVEN,
        reason=Reason.INSUFFICIENT,
        message=f"{draft.message}: that neither rules out more than {show_share(tolerance)} nor shows it",
        next=_next(sides, change, tolerance, confidence, high is None),
    )


def _range(one: Seen, base: tuple[Seen, ...]) -> tuple[float | None, float | None]:
    """The least ratio to the slowest baseline run, and the greatest to the fastest."""
    most = [other.most for other in base if other.most is not None]
    least = [other.least for other in base if other.least]
    low = one.least / max(most) if one.least is not None and len(most) == len(base) else None
    return low, one.most / min(least) if one.most is not None and len(least) == len(base) else None


def _next(sides: Sides, change: float, tolerance: Fraction, confidence: Fraction, blind: bool) -> str:
    runs, base = [one.high for one in sides.runs], [one.low for one in sides.base]
    told = settling(runs, base, change, tolerance, confidence)
    detail = next((one.more_detail for one in (*sides.runs, *sides.base) if one.more_detail), "")
    return f"{told}; or {detail}" if blind and detail else told
