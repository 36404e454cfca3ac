"""A comparison of five or more runs a side: runs are the unit, because they differ more than chance within one does."""

from __future__ import annotations

from fractions import Fraction

from readiness.check import Finding, Outcome
from readiness.check.confidence import with_confidence
from readiness.evidence.model import Reason
from readiness.statistics.comparison import probability_of_greater, ratio, ratio_bounds
from readiness.units import show_share

from ._percent import percent
from ._shift import bounded, limit, measure, noise, settling, signed
from ._sides import Sides

_FIND = "find what made it slower: compare profiles of both releases, endpoint by endpoint (`scope`)"


def judge_runs(sides: Sides, tolerance: Fraction, confidence: Fraction) -> Finding:
    """Regressed, not regressed, or cannot tell.

    Regressed: Mann and Whitney's test says slower, and the middle of all ratios is over the tolerance. Not regressed:
    the upper bound of that ratio is within the tolerance, which is more than that no difference was found. Where a
    file leaves a percentile open, the release counts at its slowest and the baseline at its fastest for a pass, and
    the other way round for a failure.
    """
    slow, fast = [one.high for one in sides.runs], [one.low for one in sides.base]
    kind, strict = [one.low for one in sides.runs], [one.high for one in sides.base]
    edge = 1 + tolerance
    change, low = ratio(slow, fast), ratio_bounds(kind, strict, confidence).low
    high = ratio_bounds(slow, fast, confidence).high
    chance = probability_of_greater(kind, strict)
    draft = Finding(
        outcome=Outcome.PASS,
        message=f"{sides.title} is {signed(change)} against the baseline ({bounded(low, high)} "
        f"{with_confidence(confidence)}, {len(slow)} runs against {len(fast)}; {noise(fast)})",
        observed=f"{signed(change)} ({bounded(low, high)})",
        expected=limit(tolerance),
        object=sides.object,
        measure=measure(change, tolerance, low, high),
    )
    if high is not None and high <= edge:
        return draft
    if chance <= 1 - confidence and ratio(kind, strict) > edge:
        luck = f"without a change, runs rank so with a probability of {percent(float(chance))}"
        told = f"{draft.message}: regressed; {luck}"
        return draft.but(outcome=Outcome.FAIL, message=told, next=_FIND)
    return draft.but(
        outcome=Outcome.UNPROVEN,
        reason=Reason.INSUFFICIENT,
        message=f"{draft.message}: that neither rules out more than {show_share(tolerance)} nor shows it",
        next=settling(slow, fast, change, tolerance, confidence),
    )
