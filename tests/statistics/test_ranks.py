"""Percentiles as ranks."""

from __future__ import annotations

from fractions import Fraction
from math import ceil, floor

from hypothesis import given, settings
from hypothesis import strategies as st

from readiness.statistics.ranks import above, over_at_least, over_at_most

PERCENTILES = st.sampled_from([Fraction(text) / 100 for text in ("50", "75", "90", "95", "99", "99.9")])


def test_ranks_are_whole_numbers_where_floats_are_off_by_one() -> None:
    assert above(340_000, Fraction(999, 1000)) == 340


def test_a_percentile_of_few_is_the_highest() -> None:
    assert above(22, Fraction(999, 1000)) == 0
    assert above(0, Fraction(1, 2)) == 0


def interpolated(values: list[int], percentile: Fraction) -> Fraction:
    """As k6 and numpy do by default: between the neighbours of rank 1 + (n - 1) p."""
    place = (len(values) - 1) * percentile
    low, high = values[floor(place)], values[ceil(place)]
    return low + (high - low) * (place - floor(place))


@given(st.lists(st.integers(0, 30), min_size=1, max_size=300), PERCENTILES, st.integers(0, 30))
@settings(deadline=None, max_examples=120)
def test_bounds_hold_however_the_tool_finds_its_percentile(
    values: list[int], percentile: Fraction, limit: int
) -> None:
    values.sort()
    n, over = len(values), sum(value > limit for value in values)
    nearest = values[max(1, ceil(n * percentile)) - 1]
    for told in (interpolated(values, percentile), nearest):
        if told <= limit:
            assert over <= over_at_most(n, percentile)
        else:
            assert over >= over_at_least(n, percentile)
