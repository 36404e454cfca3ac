"""Whether the answer to a query is whole: what is remarked on it, how old it is, and what of its time it covers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from fractions import Fraction

from readiness.check import Finding
from readiness.evidence.model import Reason
from readiness.evidence.prometheus import Answer
from readiness.units import show_age, show_duration, show_share

from ._monitored import note, unshown

_LATEST_S = 1e11  # beyond it no time is shown


def judge_remarks(name: str, answer: Answer, *, allow_infos: bool) -> Iterator[Finding]:
    """What the server warns of, and what it remarks."""
    for text in answer.warnings:
        yield unshown(Reason.INSUFFICIENT, f"Prometheus warns of the query {name}: {text}", "mend the query")
    for text in answer.infos:
        message = f"Prometheus remarks on the query {name}: {text}"
        if allow_infos:
            yield note(message)
        else:
            yield unshown(Reason.INSUFFICIENT, message, "mend the query, or set `allow-infos: true`")


def judge_coverage(
    title: str,
    answer: Answer,
    values: Sequence[tuple[float, float]],
    max_age: timedelta,
    min_coverage: Fraction,
) -> Iterator[Finding]:
    """Values that are old, and of a range too few of its moments; `values` are times in seconds with what was then."""
    end = answer.end if answer.end is not None else answer.asked_at
    late_s, most_s = abs(end - max(when for when, _ in values)), max_age.total_seconds()
    if late_s > most_s:
        most = show_duration(max_age)
        told = show_age(timedelta(seconds=min(late_s, _LATEST_S)))
        message = f"{title}: its last value is {told} off; at most {most} counts"
        yield unshown(Reason.STALE, message, "look whether it is still measured", expected=f"<= {most}")
    if answer.start is None or answer.step is None:
        return
    moments = int((end - answer.start) / answer.step + 1e-6) + 1
    had = {round((when - answer.start) / answer.step) for when, _ in values if abs(when) < _LATEST_S}
    seen = sum(0 <= moment < moments for moment in had)
    share, least = Fraction(seen, moments), min_coverage
    if share < least:
        message = f"{title} has values at {seen} of {moments} moments ({show_share(share)})"
        yield unshown(
            Reason.INSUFFICIENT,
            message,
            "ask for the time in which it is measured, or lower `min-coverage`",
            observed=show_share(share),
            expected=f">= {show_share(least)}",
        )
