"""The course of a run: its windows add up to the run, whatever the order and the length."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from readiness.evidence.course import Course
from readiness.readers.load_test._course import MAX_WINDOWS, Moments, edge, place

_START = 1_700_000_000.0
REQUESTS = st.lists(
    st.tuples(st.floats(0, 50_000), st.floats(0.01, 9_000), st.booleans()), min_size=1, max_size=60
)


def course_of(requests: list[tuple[float, float, bool]]) -> Course:
    moments = Moments()
    for at, ms, failed in requests:
        moments.add(_START + at, _START + at + ms / 1000, ms, failed)
    first = _START + min(at for at, _, _ in requests)
    made = moments.course(first, _START + max(at + ms / 1000 for at, ms, _ in requests))
    assert made is not None
    return made


@given(REQUESTS)
@settings(deadline=None)
def test_the_windows_hold_every_request_once(requests: list[tuple[float, float, bool]]) -> None:
    made = course_of(requests)
    good = sum(1 for *_, failed in requests if not failed)
    assert sum(window.requests for window in made.windows) == len(requests)
    assert sum(window.sent or 0 for window in made.windows) == len(requests)
    assert sum(window.errors or 0 for window in made.windows) == len(requests) - good
    assert sum(one.count for one in made.buckets(made.windows)) == good


@given(REQUESTS)
@settings(deadline=None)
def test_windows_ascend_without_gaps_and_are_few(requests: list[tuple[float, float, bool]]) -> None:
    windows = course_of(requests).windows
    assert len(windows) <= MAX_WINDOWS
    assert windows[0].from_s == 0
    assert all(window.from_s < window.to_s for window in windows)
    assert all(abs(before.to_s - after.from_s) < 1e-3 for before, after in pairwise(windows))


@given(REQUESTS)
@settings(deadline=None)
def test_the_order_of_requests_does_not_matter(requests: list[tuple[float, float, bool]]) -> None:
    shuffled = sorted(requests, key=repr)
    assert course_of(shuffled) == course_of(requests)


@given(st.lists(REQUESTS, min_size=2, max_size=2))
@settings(deadline=None)
def test_merging_is_the_same_as_adding(parts: list[list[tuple[float, float, bool]]]) -> None:
    merged, other, together = Moments(), Moments(), Moments()
    for moments, requests in ((merged, parts[0]), (other, parts[1]), (together, parts[0] + parts[1])):
        for at, ms, failed in requests:
            moments.add(_START + at, _START + at + ms / 1000, ms, failed)
    merged.merge(other)
    assert merged.course(_START, _START + 60_000) == together.course(_START, _START + 60_000)


@given(st.floats(0.01, 1e9))
def test_a_bucket_is_at_most_one_percent_wide_and_holds_its_values(ms: float) -> None:
    low, high = edge(place(ms) - 1), edge(place(ms))
    assert low * (1 - 1e-9) <= ms <= high * (1 + 1e-9)
    assert high <= low * 1.0101


def test_users_are_the_most_of_a_window() -> None:
    moments = Moments()
    moments.add(_START, _START + 1.5, 1500, failed=False)
    moments.users(_START + 0.2, 3)
    moments.users(_START + 0.7, 5)
    made = moments.course(_START, _START + 1.5)
    assert made is not None
    assert [window.users for window in made.windows] == [5, None]


def test_a_run_without_time_has_no_course() -> None:
    moments = Moments()
    assert moments.course(_START, _START + 1) is None
    moments.add(_START, _START, 0, failed=True)
    assert moments.course(_START, _START) is None


def test_what_was_dropped_is_known_by_its_time() -> None:
    moments = Moments()
    moments.add(_START, _START + 2.5, 2500, failed=False)
    moments.drop(_START + 1.2, 7)
    made = moments.course(_START, _START + 2.5)
    assert made is not None
    assert [window.dropped for window in made.windows] == [0, 7, 0]
