"""Series made up for the tests of the checks that read them, recorded while a load test ran."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from msgspec.structs import replace

from readiness.evidence.course import Window
from readiness.evidence.load_test import LoadTest
from readiness.evidence.series import Metrics, Series
from readiness.judge import Judgement
from readiness.testing import judge_check
from tests.checks.performance.runs import fast_and_slow, run, timed

BEGIN = datetime(2026, 5, 1, 3, tzinfo=UTC)
MIB = 2**20


def series(
    values: Callable[[float], float],
    minutes: float = 61,
    every_s: float = 15,
    name: str = "memory_bytes",
    unit: str = "bytes",
    late_s: float = 0,
    **labels: str,
) -> Series:
    """Values by the seconds after the start of the run, from `late_s` after it."""
    count = int(minutes * 60 / every_s) + 1
    start = BEGIN.timestamp()
    points = tuple(
        (start + late_s + place * every_s, float(values(late_s + place * every_s))) for place in range(count)
    )
    return Series(name=name, labels=labels, unit=unit, points=points)


def saw(
    level: float = 100, tooth: float = 30, period_s: float = 40, growth: float = 0
) -> Callable[[float], float]:
    """MiB that rise by a tooth and fall again, and grow by a share of the level in an hour."""

    def at(seconds: float) -> float:
        return MIB * (level * (1 + growth * seconds / 3600) + tooth * (seconds % period_s) / period_s)

    return at


def during(minutes: float = 61, **more: Any) -> LoadTest:
    """A load test of so many minutes."""
    length = timedelta(minutes=minutes)
    times = {"started_at": BEGIN, "ended_at": BEGIN + length, "duration_s": length.total_seconds()}
    return replace(run(fast_and_slow(1000, 0), loop="open"), **{**times, **more})


def loaded(rates: list[int], every_s: float = 60) -> LoadTest:
    """A load test whose requests in each window are these."""
    windows = [Window(from_s=0, to_s=0, requests=rate, errors=0, sent=rate) for rate in rates]
    course = replace(timed(windows, every_s), edges_ms=())
    return during(len(rates) * every_s / 60, requests=sum(rates), course=course)


def without(one: Series, first: int, last: int) -> Series:
    """Without the points of these places."""
    return replace(one, points=one.points[:first] + one.points[last:])


def memory(
    params: Mapping[str, Any], *series: Series, load: tuple[LoadTest, ...] = (), metrics: bool = True
) -> Judgement:
    """What performance/memory-stability says."""
    return _asked("performance/memory-stability", params, series, load, metrics)


def resources(
    params: Mapping[str, Any], *series: Series, load: tuple[LoadTest, ...] = (), metrics: bool = True
) -> Judgement:
    """What performance/resources says."""
    return _asked("performance/resources", params, series, load, metrics)


def _asked(
    check: str,
    params: Mapping[str, Any],
    series: tuple[Series, ...],
    load: tuple[LoadTest, ...],
    metrics: bool,
) -> Judgement:
    return judge_check(check, params, load=load, metrics=Metrics(series=series) if metrics else None)
