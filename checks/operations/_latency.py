"""How long answers took: each of them, and shares of several."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from fractions import Fraction

from readiness.check import Finding, Measure, Outcome
from readiness.evidence.endpoint import HttpAnswer
from readiness.evidence.model import Reason
from readiness.units import show_duration

_MILLISECOND = timedelta(milliseconds=1)


def in_ms(limit: timedelta) -> float:
    """A duration as answers tell theirs."""
    return limit / _MILLISECOND


def judge_answer(answer: HttpAnswer, limit: timedelta, place: str) -> Finding | None:
    """One answer against the longest that any may take."""
    if answer.elapsed_ms <= in_ms(limit):
        return None
    return _slow(f"{place}: it took {answer.elapsed_ms:.0f} ms", answer.elapsed_ms, limit)


def judge_percentiles(
    http: Sequence[HttpAnswer], limits: Mapping[int, timedelta], place: str
) -> Iterator[Finding | None]:
    """The answers together; None for each percentile that is kept.

    A percentile is the time of one of the answers, by nearest rank from above. It needs so many of them that at least
    one may be over it: two for the median, ten for the 90th, twenty for the 95th.
    """
    times = sorted(answer.elapsed_ms for answer in http)
    for percent, limit in limits.items():
        share = Fraction(percent, 100)
        needed = -(-1 // (1 - share))
        if len(times) < needed:
            yield _too_few(percent, len(times), needed, place)
            continue
        value = times[-(-len(times) * share // 1) - 1]
        if value <= in_ms(limit):
            yield None
        else:
            yield _slow(
                f"{place}: {percent}% of {len(times)} answers take up to {value:.0f} ms", value, limit
            )


def _slow(what: str, value: float, limit: timedelta) -> Finding:
    return Finding(
        outcome=Outcome.FAIL,
        message=f"{what}, and {show_duration(limit)} is the most",
        observed=f"{value:.0f} ms",
        expected=f"at most {show_duration(limit)}",
        measure=Measure(value, in_ms(limit), "ms"),
        next="see what it waits for; the time includes connection and TLS",
    )


def _too_few(percent: int, seen: int, needed: int, place: str) -> Finding:
    return Finding(
        outcome=Outcome.UNPROVEN,
        reason=Reason.INSUFFICIENT,
        message=f"{place}: {seen} answers do not show a p{percent}, which needs {needed}",
        observed=f"{seen} answers",
        expected=f"at least {needed} answers",
        next=f"set `tries: {needed}` on the endpoint in the policy",
    )
