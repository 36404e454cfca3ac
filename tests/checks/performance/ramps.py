"""Load tests at rising load, made up for the tests of the checks."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from msgspec.structs import replace

from readiness.evidence.course import Course
from readiness.evidence.load_test import LoadTest
from readiness.judge import Judgement
from readiness.readers.load_test._course import Moments
from readiness.testing import judge_check
from tests.checks.performance.runs import counted

START = 1_700_000_000.25


@dataclass(frozen=True)
class Step:
    """A load for some seconds: requests of about `ms`, so many percent of which take `slow_ms`, or fail at once."""

    rate: float
    seconds: float = 20
    ms: float = 100
    slow: float = 0
    failed: float = 0
    slow_ms: float = 1_000
    users: int | None = None


def ramp(*steps: Step, pause_s: float = 0, seed: int = 1, **more: Any) -> LoadTest:
    """One run whose arrivals keep to a schedule, with its course; `pause_s` of nothing lie between steps."""
    dice, moments, at = random.Random(seed), Moments(), START  # noqa: S311 - for trials, not for secrets
    good: list[float] = []
    errors, end = 0, START
    for step in steps:
        count = round(step.rate * step.seconds)
        for place in range(count):
            began, failed = at + place / step.rate, _is_one_of(place, step.failed)
            ms = round(step.ms * dice.lognormvariate(0, 0.2), 1)
            ms = 1.0 if failed else step.slow_ms if _is_one_of(place, step.slow) else ms
            moments.add(began, began + ms / 1000, ms, failed)
            errors, end = errors + failed, max(end, began + ms / 1000)
            good += [] if failed else [ms]
        for second in range(round(step.seconds) if step.users is not None else 0):
            moments.users(at + second + 0.5, step.users or 0)
        at += step.seconds + pause_s
    end = max(end, at)
    whole = LoadTest(
        tool="k6",
        requests=len(good) + errors,
        errors=errors,
        duration_s=end - START,
        latency=counted(good) if good else None,
        loop="open",
        course=moments.course(START, end),
    )
    return replace(whole, **more)


def levels(*steps: Step, **more: Any) -> tuple[LoadTest, ...]:
    """One run for each step, without a course."""
    return tuple(
        replace(ramp(step, seed=place), course=None, **{"duration_s": step.seconds, **more})
        for place, step in enumerate(steps)
    )


def steps(*rates: float, **more: Any) -> list[Step]:
    """Some rates, all else alike."""
    return [Step(rate, **more) for rate in rates]


def with_windows(test: LoadTest, **more: Any) -> LoadTest:
    """The same with other values in every window of its course."""
    course = course_of(test)
    return replace(
        test, course=Course(tuple(replace(one, **more) for one in course.windows), course.edges_ms)
    )


def course_of(test: LoadTest) -> Course:
    """The course that it has."""
    assert test.course is not None
    return test.course


def breakpoint_of(params: Mapping[str, Any], *runs: LoadTest) -> Judgement:
    """What performance/breakpoint says."""
    return judge_check("performance/breakpoint", params, load=runs)


def consistency_of(params: Mapping[str, Any], *runs: LoadTest) -> Judgement:
    """What performance/consistency says."""
    return judge_check("performance/consistency", params, load=runs)


def _is_one_of(place: int, percent: float) -> bool:
    """Evenly spread: so many of each hundred."""
    return int((place + 1) * percent / 100) > int(place * percent / 100)


def messages(judgement: Judgement) -> Iterable[str]:
    """All of them, notes too."""
    return [one.message for one in judgement.findings]
