"""What a file counts by period, as the course of a run."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from readiness.evidence.course import Bucket, Course, Window
from readiness.evidence.load_test import LoadTest
from readiness.readers.load_test._windows import (
    MAX_PARTS,
    Part,
    adding_up,
    by_second,
    course_of,
    without_errors,
)


def part(begin: float, end: float, requests: int = 2, errors: int | None = 0, *buckets: Bucket) -> Part:
    window = Window(from_s=begin, to_s=end, requests=requests, errors=errors)
    return Part(window, buckets)


def run(course: Course | None, requests: int, errors: int | None) -> LoadTest:
    return LoadTest(
        tool="t",
        requests=requests,
        errors=errors,
        duration_s=2.0,
        latency=None,
        course=course,
        ended_at=datetime.now(UTC),
    )


def test_windows_that_overlap_or_last_no_time_are_no_course() -> None:
    assert course_of([]) is None
    assert course_of([part(0, 1), part(0.5, 2)]) is None
    assert course_of([part(1, 2), part(0, 1)]) is None
    assert course_of([part(0, 0)]) is None


def test_a_course_that_is_not_of_all_requests_is_left_out() -> None:
    course = course_of([part(0, 1), part(1, 2, 3, 1)])
    assert adding_up(run(course, 5, 1)).course == course
    assert adding_up(run(course, 6, 1)).course is None
    assert adding_up(run(course, 5, 2)).course is None
    assert adding_up(run(course, 5, None)).course is None


def test_errors_that_the_file_leaves_out_are_not_told() -> None:
    course = without_errors(course_of([part(0, 1), part(1, 2)]))
    assert course is not None
    assert [one.errors for one in course.windows] == [None, None]
    assert adding_up(run(course, 4, None)).course == course
    assert without_errors(None) is None


def test_a_long_course_has_fewer_windows_and_loses_nothing() -> None:
    made = course_of([part(at, at + 1, 2, 1, Bucket(5, 5, 1)) for at in range(3 * MAX_PARTS)])
    assert made is not None
    assert len(made.windows) <= MAX_PARTS
    assert sum(one.requests for one in made.windows) == 6 * MAX_PARTS
    assert sum(one.errors or 0 for one in made.windows) == 3 * MAX_PARTS
    assert made.buckets(made.windows) == (Bucket(5, 5, 3 * MAX_PARTS),)


def test_percentiles_of_joined_windows_are_the_greater_ones() -> None:
    parts = [
        Part(
            Window(
                from_s=at,
                to_s=at + 1,
                requests=2,
                errors=None,
                users=at % 7,
                percentiles_ms={"95": at % 2, "50": 1},
            )
        )
        for at in range(MAX_PARTS + 2)
    ]
    made = course_of(parts)
    assert made is not None
    assert made.windows[0].percentiles_ms == {"50": 1, "95": 1}
    assert (made.windows[0].users, made.windows[0].errors) == (1, None)


SECONDS = st.dictionaries(
    st.integers(1_700_000_000, 1_700_050_000), st.integers(1, 9), min_size=1, max_size=40
)


@given(SECONDS, st.floats(0, 0.99), st.floats(0.01, 1))
@settings(deadline=None)
def test_counts_by_the_second_come_to_the_run(counts: dict[int, int], early: float, late: float) -> None:
    failed = {second: many // 2 for second, many in counts.items()}
    first, last = min(counts) + early, max(counts) + late
    made = by_second(counts, failed, first, last)
    if last <= first:
        assert made is None
        return
    assert made is not None
    assert sum(one.requests for one in made.windows) == sum(counts.values())
    assert sum(one.errors or 0 for one in made.windows) == sum(failed.values())
    assert len(made.windows) <= 128
    assert made.windows[0].from_s == 0
    assert abs(made.windows[-1].to_s - (last - first)) < 1e-6


def test_a_second_outside_of_the_run_is_no_course() -> None:
    assert by_second({10: 1}, {}, 11.5, 20) is None
    assert by_second({21: 1}, {}, 11.5, 20) is None
    assert by_second({}, {}, 0, 5) is None


BUCKETS = st.lists(
    st.tuples(st.integers(0, 30), st.integers(0, 5), st.integers(1, 4)).map(
        lambda one: Bucket(one[0], one[0] + one[1], one[2])
    ),
    max_size=6,
)


@given(st.lists(BUCKETS, min_size=1, max_size=4), st.integers(0, 36))
@settings(deadline=None)
def test_cells_never_tell_more_than_the_buckets(steps: list[list[Bucket]], limit: int) -> None:
    made = course_of(
        [part(at, at + 1, sum(one.count for one in each), 0, *each) for at, each in enumerate(steps)]
    )
    assert made is not None
    for window, each in zip(made.windows, steps, strict=True):
        told = made.buckets([window])
        assert sum(one.count for one in told) == sum(one.count for one in each)
        sure = sum(one.count for one in each if one.low_ms > limit)
        possible = sum(one.count for one in each if one.high_ms > limit)
        assert sum(one.count for one in told if one.low_ms > limit) <= sure
        assert sum(one.count for one in told if one.high_ms > limit) >= possible
    assert list(made.edges_ms) == sorted(made.edges_ms)
