"""An objective of latency as a test on the number of requests that took longer."""

from __future__ import annotations

from datetime import timedelta
from enum import Enum
from fractions import Fraction

from readiness.check import Finding, Measure, Outcome
from readiness.check.confidence import with_confidence
from readiness.evidence.model import Reason
from readiness.statistics.binomial import (
    least_over,
    least_requests,
    lower_bound,
    most_over,
    proves_above,
    proves_below,
    settling_requests,
    upper_bound,
)
from readiness.statistics.ranks import above
from readiness.units import show_duration, show_share

from ._objective import SLOW, THIN, Objective, expected, ms
from ._percent import percent
from ._population import Population
from ._targets import Target


class _State(Enum):
    KEPT = "keeps"
    BROKEN = "breaks"
    OPEN = "open"


def judge_proof(target: Target, known: Population, objective: Objective, confidence: Fraction) -> Finding:
    """Pass or warn, fail, or unproven with what would settle it."""
    state = _state(known, objective, objective.limit, confidence)
    outcome, past = _outcome(known, objective, state, confidence)
    is_open = outcome is Outcome.UNPROVEN
    settled = _settled_by(target, known, objective, confidence) if is_open else SLOW
    return Finding(
        outcome=outcome,
        reason=Reason.INSUFFICIENT if is_open else None,
        message=f"{target.where}{objective.name} {_said(state, objective)}: "
        f"{_shown(known, objective, confidence, outcome)}{past}",
        observed=_observed(known, objective),
        expected=expected(objective),
        object=target.object,
        measure=_measure(known, objective, confidence),
        next="" if outcome is Outcome.PASS else settled,
    )


def _outcome(
    known: Population, objective: Objective, state: _State, confidence: Fraction
) -> tuple[Outcome, str]:
    """The outcome, and what a message adds when only the limit of `warn` is not kept."""
    if state is not _State.KEPT:
        return (Outcome.FAIL if state is _State.BROKEN else Outcome.UNPROVEN), ""
    warn = objective.warn
    if warn is None or _state(known, objective, warn, confidence) is _State.KEPT:
        return Outcome.PASS, ""
    return Outcome.WARN, f", and is not shown to keep the {show_duration(warn)} of `warn`"


def _said(state: _State, objective: Objective) -> str:
    limit = show_duration(objective.limit)
    return (
        f"{state.value} {limit}"
        if state is not _State.OPEN
        else f"is not shown to keep {limit}, nor to break it"
    )


def _state(known: Population, objective: Objective, limit: timedelta, confidence: Fraction) -> _State:
    least, most = known.over(ms(limit))
    if not objective.share:
        if least:
            return _State.BROKEN
        enough = known.n - known.hidden >= least_requests(THIN, confidence)
        return _State.KEPT if not most and enough else _State.OPEN
    if proves_below(most, known.n, objective.share, confidence):
        return _State.KEPT
    return _State.BROKEN if proves_above(least, known.n, objective.share, confidence) else _State.OPEN


def _settled_by(target: Target, known: Population, objective: Objective, confidence: Fraction) -> str:
    """What would show it: fewer dropped iterations, more requests, or more detail."""
    least, most = known.over(ms(objective.limit))
    enough = least_requests(objective.provable, confidence)
    if target.run.dropped and known.n < 100 * target.run.dropped:
        return "let the load generator keep its rate: give it more virtual users or a machine of its own"
    if known.n < enough:
        return f"send at least {enough:,} requests"
    if least != most:
        coarse = f"the file is too coarse around {show_duration(objective.limit)}"
        return target.run.more_detail or f"{coarse}: use a tool that writes every request"
    settling = settling_requests(most, known.n, objective.share, confidence) if objective.share else None
    if settling is None:
        return "no number of requests would settle it at this rate: make the release faster"
    return f"about {settling:,} requests would settle it at this rate"


def _shown(known: Population, objective: Objective, confidence: Fraction, outcome: Outcome) -> str:
    """The count behind a verdict, and what it proves."""
    least, most = known.over(ms(objective.limit))
    hidden = f" ({known.hidden:,} of them were never measured)" if known.hidden else ""
    if not objective.share:
        return _observed(known, objective) + hidden
    if outcome is Outcome.FAIL:
        bound = f"at least {percent(lower_bound(least, known.n, confidence))}"
    else:
        bound = f"at most {percent(upper_bound(most, known.n, confidence))}"
    told = f"{_observed(known, objective)}, which shows {bound} {with_confidence(confidence)}"
    return f"{told}; {show_share(objective.share)} may{hidden}"


def _observed(known: Population, objective: Objective) -> str:
    least, most = known.over(ms(objective.limit))
    count = f"{most:,}" if least == most else f"{least:,} to {most:,}"
    return f"{count} of {known.n:,} successful requests took longer"


def _measure(known: Population, objective: Objective, confidence: Fraction) -> Measure | None:
    """The percentile in milliseconds, between the values that the confidence leaves."""
    limit = ms(objective.limit)
    if not objective.share:
        value = known.latency.max_ms
        return None if value is None else Measure(value, limit, "ms")
    _, value = known.plain(objective.key, objective.percentile)
    value = known.highest(above(known.n, objective.percentile)) if value is None else value
    if value is None:
        return None
    few, many = (
        most_over(known.n, objective.share, confidence),
        least_over(known.n, objective.share, confidence),
    )
    low = known.lowest(many) if many is not None else None
    high = known.highest(few) if few is not None else None
    return Measure(value, limit, "ms", low=low, high=high)
