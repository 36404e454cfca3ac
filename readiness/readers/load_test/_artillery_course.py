"""The course of an Artillery report: its periods of ten seconds, within the run."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from math import inf

from readiness.evidence.course import Course, Window
from readiness.evidence.model import Unproven
from readiness.readers.load_test._artillery import (
    Period,
    Summary,
    count_of,
    latency_of,
    named,
    succeeded,
    unanswered,
)
from readiness.readers.load_test._vet import vet_group
from readiness.readers.load_test._windows import Part, course_of

_ACCURACY, _HALF = 0.01, 0.05
_PERIOD_MS = 10_000


def course_of_periods(told: Sequence[Period], first_ms: int, last_ms: int) -> Course | None:
    """The periods between the first and the last metric; several of one time are one, without percentiles."""
    periods: dict[int, list[Period]] = defaultdict(list)
    for one in told:
        if not re.fullmatch(r"\d{12,14}", str(one.period), re.ASCII):
            return None
        periods[int(one.period or 0)].append(one)
    parts = []
    for at in sorted(periods):
        begun, ended = max(at, first_ms) - first_ms, min(at + _PERIOD_MS, last_ms) - first_ms
        parts.append(Part(_window(periods[at], begun / 1000, ended / 1000)))
    return course_of(parts)


def _window(same: Sequence[Period], begun: float, ended: float) -> Window:
    codes, errors = Counter[str](), Counter[str]()
    for one in same:
        codes.update(named(one.counters, "http.codes."))
        errors.update(named(one.counters, "errors."))
    answers, good = codes.total(), succeeded(codes)
    lost = unanswered(errors)
    return Window(
        from_s=begun,
        to_s=ended,
        requests=answers + lost,
        errors=min(answers + lost, answers - good + errors.total()),
        sent=sum(count_of(one.counters, "http.requests") for one in same),
        percentiles_ms=_highest(same[0].summaries, codes) if good and len(same) == 1 else {},
    )


def _highest(summaries: Mapping[str, Summary], codes: Counter[str]) -> dict[str, float]:
    """What percentiles of successful answers can be at most, by the accuracy of the sketch and by rounding."""
    try:
        latency = latency_of(summaries, codes)
        vet_group("a period", codes.total(), None, latency)
    except Unproven:
        # A counter and its latency may fall into two periods: then the latencies are not those of the answers.
        return {}
    if latency is None or latency.of == "all":
        return {}
    most = inf if latency.max_ms is None else latency.max_ms + _HALF
    return {
        key: min(most, (value + _HALF) / (1 - _ACCURACY)) for key, value in latency.percentiles_ms.items()
    }
