"""An objective of latency against the plain percentile: `confidence: point`."""

from __future__ import annotations

from readiness.check import Finding, Measure, Outcome
from readiness.check.confidence import USUAL
from readiness.evidence.model import Reason
from readiness.statistics.binomial import least_requests
from readiness.units import show_duration

from ._objective import SLOW, Objective, expected, ms
from ._population import Population
from ._targets import Target, unproven


def judge_point(target: Target, known: Population, objective: Objective) -> Finding:
    """Warn at best, fail, or unproven; a run of too few requests shows nothing all the same."""
    low, high = known.plain(objective.key, objective.percentile)
    if not objective.share:
        low = high = None if known.hidden else known.latency.max_ms
    limit = ms(objective.limit)
    return _verdict(target, known, objective, (low, high)).but(
        object=target.object,
        observed="" if high is None else f"{objective.name} of {high:,.4g} ms",
        expected=expected(objective),
        measure=None if high is None else Measure(high, limit, "ms"),
    )


def _verdict(
    target: Target, known: Population, objective: Objective, told: tuple[float | None, float | None]
) -> Finding:
    (low, high), count = told, known.n - known.hidden
    name, limit = f"{target.where}{objective.name}", show_duration(objective.limit)
    enough = least_requests(objective.provable, USUAL)
    if count < enough:
        message = f"{name} rests on {count:,} requests, which are too few"
        return unproven(Reason.INSUFFICIENT, message, f"send at least {enough:,} requests")
    if low is not None and low > ms(objective.limit):
        message = f"{name} is {low:,.4g} ms, more than {limit}"
        return Finding(outcome=Outcome.FAIL, message=message, next=SLOW)
    if high is not None and high <= ms(objective.limit):
        message = f"{name} is {high:,.4g} ms, within {limit}, by the plain number only"
        next_ = "ask for `confidence: 95%`, which can pass"
        return Finding(outcome=Outcome.WARN, message=message, next=next_)
    message = f"{name} is not in the file, nor anything that settles {limit}"
    return unproven(Reason.INSUFFICIENT, message, target.run.more_detail or "let the tool write it")
