"""The course and the series of `readiness/load/1`."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from readiness.evidence.load_test import LoadTest
from tests.readers.load_test.changes import facts, refusal
from tests.readers.load_test.own import example, of, one, ramp, window
from tests.readers.load_test.support import read_bytes

FEW = settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])


def test_memory_and_other_series_are_kept(tmp_path: Path) -> None:
    memory, queue = facts(tmp_path, example()).series
    assert (memory.title, memory.unit) == ("memory", "bytes")
    assert memory.points == ((1795230000, 104857600), (1795230300, 106954752))
    assert (queue.title, queue.unit, queue.points[1][1]) == ('queue_length{queue="mail"}', "jobs", 3.5)


def test_the_course_of_the_example_has_its_windows(tmp_path: Path) -> None:
    course = facts(tmp_path, example()).course
    assert course is not None
    told = [
        (each.from_s, each.to_s, each.users, each.sent, each.requests, each.errors) for each in course.windows
    ]
    assert told == [(0, 150, 4, 6, 5, 0), (150, 300, 8, 6, 7, 2)]
    last = [(each.low_ms, each.high_ms, each.count) for each in course.buckets(course.windows[1:])]
    assert last == [(0, 5, 1), (20, 25, 2), (45, 50, 2)]
    # Samples within a bucket of another window are one with it: nothing is known between its edges.
    first = [(each.low_ms, each.high_ms, each.count) for each in course.buckets(course.windows[:1])]
    assert first == [(0, 5, 2), (12.5, 12.5, 1), (13.1, 13.1, 1), (20, 25, 1)]


def test_windows_may_tell_percentiles(tmp_path: Path) -> None:
    told: Any = {"percentiles_ms": {"95": 2.5}}
    course = facts(tmp_path, ramp(window(0, 150, **told), window(150, 300, **told))).course
    assert course is not None
    assert [dict(each.percentiles_ms) for each in course.windows] == [{"95": 2.5}] * 2
    assert course.edges_ms == ()


def test_a_window_in_which_all_failed_has_no_latencies(tmp_path: Path) -> None:
    data = of(
        one(requests=6, errors=3, samples_ms=[1, 2, 3]),
        course=[window(0, 150), window(150, 300, 3, 3, samples_ms=[])],
    )
    course = facts(tmp_path, data).course
    assert course is not None
    assert [sum(each.counts) for each in course.windows] == [3, 0]


def test_a_course_may_leave_pauses_out(tmp_path: Path) -> None:
    course = facts(tmp_path, ramp(window(10, 60), window(100, 200, 2, samples_ms=[1.0, 3.0]))).course
    assert course is not None
    assert [(each.from_s, each.to_s) for each in course.windows] == [(10, 60), (100, 200)]


@pytest.mark.parametrize(
    ("windows", "message"),
    [
        ([window(150, 150)], "the window from 2026-11-21T03:02:30+00:00 ends before it begins"),
        ([window(10, 60), window(50, 100)], "03:00:50+00:00 overlaps the one before it"),
        ([window(100, 200), window(0, 60)], "overlaps the one before it, or does not ascend"),
        ([window(250, 301)], "the window from 2026-11-21T03:04:10+00:00 is not within the run"),
        ([window(0, 60, 7, samples_ms=[1.0] * 7)], "6 requests with 0 errors have 7 with 0 in the course"),
        ([window(0, 60, 2, 1, samples_ms=[1.0])], "6 requests with 0 errors have 2 with 1 in the course"),
        (
            [window(0, 150), window(150, 300, 2, samples_ms=[1, 2])],
            "5 with 0 in the course, which leaves no time out",
        ),
        ([window(0, 60, 3, 4, samples_ms=[])], "has 4 failed of 3 requests"),
        ([window(0, 60, samples_ms=[1, 2])], "3 requests, 0 errors and 2 samples"),
        (
            [window(0, 60, samples_ms=[1, 2, 3], percentiles_ms={})],
            "has samples_ms and percentiles_ms, where one is",
        ),
        ([window(0, 60, sent=7)], "more than 6 requests are sent in its course"),
        ([window(0, 60, samples_ms=[1, 2, 4])], "has a latency of 4 ms, and the max is 3 ms"),
        ([window(0, 60, percentiles_ms={"50": 4})], "has a latency of 4 ms, and the max is 3 ms"),
        (
            [window(0, 60, percentiles_ms={"50": 3, "99": 2})],
            "p50 of the window from 2026-11-21T03:00:00+00:00 is 3 ms",
        ),
        (
            [window(0, 60, samples_ms=[3.0, 3.0, 3.0])],
            "the latencies of its course are not those of its operations",
        ),
        (
            [window(0, 150), window(150, 300, samples_ms=[1, 2, 2])],
            "the latencies of its course are not those of its operations",
        ),
        ([window(0, 60, max_ms=3)], "unknown field `max_ms`"),
        ([window(0, 60, users=-1)], "Expected `int` >= 0"),
        ([{**window(0, 60), "from": "2026-11-21T03:00:00"}], "a time is without an offset"),
        ([window(0, 60, 0, samples_ms=[])] * 513, "its course has 513 windows; at most 512 are kept"),
    ],
)
def test_a_course_that_cannot_be_is_malformed(
    tmp_path: Path, windows: list[dict[str, Any]], message: str
) -> None:
    assert message in refusal(tmp_path, ramp(*windows))


def test_a_course_with_too_many_latencies_is_malformed(tmp_path: Path) -> None:
    values = [1.02**n for n in range(400)]
    count = len(values)
    data = of(
        one(requests=300 * count, samples_ms=values * 300),
        course=[window(second, second + 1, count, samples_ms=values) for second in range(300)],
    )
    assert "its course has 300 windows with" in refusal(tmp_path, data)


def test_series_with_too_many_points_are_malformed(tmp_path: Path) -> None:
    at = [f"2026-11-21T03:00:{n // 1000:02}.{n % 1000:03}Z" for n in range(20_001)]
    data = of(one(samples_ms=[1, 2, 3]), memory=[{"at": one_at, "bytes": 5} for one_at in at])
    assert "20,001 points; at most 20,000 are kept" in refusal(tmp_path, data)


@given(
    st.lists(st.lists(st.floats(0.1, 5_000), min_size=1, max_size=12), min_size=1, max_size=4),
    st.floats(0.1, 5_000),
)
@FEW
def test_a_course_never_tells_more_than_its_samples(
    tmp_path: Path, steps: list[list[float]], limit: float
) -> None:
    windows = [window(9 * n, 9 * n + 9, len(each), samples_ms=each) for n, each in enumerate(steps)]
    every = [value for each in steps for value in each]
    course = facts(tmp_path, of(one(requests=len(every), samples_ms=every), course=windows)).course
    assert course is not None
    for told, samples in zip(course.windows, steps, strict=True):
        buckets = course.buckets([told])
        over = sum(value > limit for value in samples)
        assert sum(each.count for each in buckets if each.low_ms > limit) <= over
        assert sum(each.count for each in buckets if each.high_ms > limit) >= over
        assert all(each.high_ms <= each.low_ms * 1.01 for each in buckets)


@given(seed=st.integers(0, 2**32))
@settings(FEW, max_examples=80)
def test_no_change_of_the_example_shows_a_course_that_is_not_of_the_run(tmp_path: Path, seed: int) -> None:
    rng = random.Random(seed)  # noqa: S311 - numbers to repeat
    content = bytearray(json.dumps(example()).encode())
    for _ in range(rng.randint(1, 3)):
        content[rng.randrange(len(content))] = rng.choice(b"0123456789-.e")
    item = read_bytes(tmp_path, bytes(content))
    assert "please report" not in item.remedy, item.message
    if isinstance(item.facts, LoadTest) and item.facts.course is not None:
        windows = item.facts.course.windows
        assert sum(each.requests for each in windows) <= item.facts.requests
        assert sum(each.errors or 0 for each in windows) <= (item.facts.errors or 0)
        assert all(0 <= each.from_s < each.to_s <= (item.facts.duration_s or 0) for each in windows)
