"""The mean time to recovery: not the mean of a few trials, but what it keeps with confidence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from fractions import Fraction
from math import fsum
from typing import NamedTuple

from readiness.check import Finding, Outcome, unproven
from readiness.check.confidence import POINT
from readiness.evidence.chaos import Trial
from readiness.evidence.model import Reason
from readiness.units import show_duration, show_share

from ._chaos_bound import lower_bound, settling_trials, spread, upper_bound
from ._chaos_experiments import failed, seconds

_LEAST_FOR_POINT = 5
_WIDEST = 1.0


class Recoveries(NamedTuple):
    """The trials of one fault, or of all; those that did not recover are told elsewhere."""

    name: str
    trials: Sequence[Trial]

    @property
    def times(self) -> list[float]:
        """In seconds."""
        return [one.recovery_s for one in self.trials if one.recovery_s is not None]


def judge_mean(group: Recoveries, limit: timedelta, confidence: Fraction | str) -> Iterator[Finding]:
    """Its bound against the limit; one finding."""
    times = group.times
    if not times:
        message = f"{group.name}: nothing tells how long a recovery took"
        yield unproven(Reason.MISSING, message, "write the trials as docs/chaos-format.md tells")
    elif isinstance(confidence, Fraction):
        yield _bounded(group, times, limit, confidence)
        if spread(times) > _WIDEST:
            yield _uneven(group.name, times)
    else:
        yield _plain(group.name, times, limit)


def _bounded(group: Recoveries, times: list[float], limit: timedelta, confidence: Fraction) -> Finding:
    n, total, most = len(times), fsum(times), limit.total_seconds()
    high = upper_bound(total, n, confidence)
    low = 0.0 if any(one.is_bound for one in group.trials) else lower_bound(total, n, confidence)
    sure = f"with {show_share(confidence)} confidence"
    measure = seconds(total / n, limit, low, high)
    expected = f"mean <= {show_duration(limit)} {sure}"
    said = f"{group.name}: the mean of {_trials(n)} is {total / n:.4g}s"
    if high <= most and max(times) <= most:
        message = f"{said}, and {sure} it is at most {high:.4g}s"
        return Finding(outcome=Outcome.PASS, message=message, measure=measure, expected=expected, count=n)
    if low > most:
        return failed(f"{said}, and {sure} it is at least {low:.4g}s", f"{total / n:.4g}s", expected).but(
            measure=measure
        )
    if high <= most:
        message = f"{said}, but the slowest of them took {max(times):.4g}s, and so may the next"
        found = unproven(Reason.INSUFFICIENT, message, "find out why that one was slow, and mend it")
    else:
        message = f"{said}, and {sure} only at most {high:.4g}s"
        found = unproven(Reason.INSUFFICIENT, message, _enough(n, total, limit, confidence))
    return found.but(measure=measure, expected=expected)


def _uneven(name: str, times: Sequence[float]) -> Finding:
    span = f"from {min(times):.4g}s to {max(times):.4g}s"
    message = f"{name}: recoveries differ more widely than the bound of their mean takes for usual, {span}"
    return Finding(outcome=Outcome.PASS, message=message, note=True, next="look at what makes some so slow")


def _enough(n: int, total: float, limit: timedelta, confidence: Fraction) -> str:
    if total / n > limit.total_seconds():
        return "recover faster: the mean itself is over the limit"
    found = settling_trials(total / n, limit.total_seconds(), confidence)
    if found is None:
        return "recover faster: the mean is too close to its limit to be shown below it"
    return f"run {found} trials in all; as many as fast as these would do, or fewer that are faster"


def _plain(name: str, times: list[float], limit: timedelta) -> Finding:
    n, mean = len(times), fsum(times) / len(times)
    said = f"{name}: the mean of {_trials(n)} is {mean:.4g}s"
    expected, measure = f"mean <= {show_duration(limit)}", seconds(mean, limit)
    if mean > limit.total_seconds():
        return failed(said, f"{mean:.4g}s", expected).but(measure=measure)
    if n < _LEAST_FOR_POINT:
        more = f"run {_LEAST_FOR_POINT} trials or more"
        return unproven(Reason.INSUFFICIENT, f"{said}, of too few trials", more).but(measure=measure)
    message = f"{said}, which by `confidence: {POINT}` is a point and no proof"
    return Finding(outcome=Outcome.WARN, message=message, measure=measure, expected=expected)


def _trials(n: int) -> str:
    return f"{n} trial{'s' if n > 1 else ''}"
