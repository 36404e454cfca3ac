"""Intervals of quantiles by rank."""

from __future__ import annotations

import random
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readiness.statistics.binomial import lower_bound, upper_bound
from readiness.statistics.order import Cell, at_rank, interval, ranks

USUAL = Fraction(95, 100)
CASES = 250


def seeded(seed: int) -> random.Random:
    """The same numbers in every run."""
    return random.Random(seed)  # noqa: S311 - for trials, not for secrets


def scipy_stats() -> Any:
    """An outside opinion, where the dev extra is installed."""
    return pytest.importorskip("scipy.stats")


@pytest.mark.parametrize(("percentile", "least"), [("0.9", 36), ("0.95", 72), ("0.99", 368), ("0.999", 3688)])
def test_the_least_number_of_values_with_two_bounds_is_the_one_that_people_know(
    percentile: str, least: int
) -> None:
    enough, too_few = (ranks(n, Fraction(percentile), USUAL) for n in (least, least - 1))
    assert enough.high == least
    assert enough.low is not None
    assert too_few.high is None


def test_ranks_are_those_of_scipy() -> None:
    binom, dice = scipy_stats().binom, seeded(1)
    for _ in range(CASES):
        n, percentile = dice.randint(1, 10 ** dice.randint(1, 6)), Fraction(dice.randint(1, 999), 1000)
        confidence = Fraction(dice.choice([80, 90, 95, 99]), 100)
        tail = float(1 - confidence) / 2
        low, high = int(binom.ppf(tail, n, float(percentile))), int(binom.isf(tail, n, float(percentile))) + 1
        assert ranks(n, percentile, confidence) == (low or None, high if high <= n else None)


def test_binomial_bounds_are_those_of_scipy() -> None:
    beta, dice = scipy_stats().beta, seeded(2)
    for _ in range(CASES):
        n = dice.randint(2, 10 ** dice.randint(1, 6))
        over, confidence = dice.randint(1, n - 1), Fraction(dice.choice([80, 90, 95, 99]), 100)
        assert upper_bound(over, n, confidence) == pytest.approx(
            beta.ppf(float(confidence), over + 1, n - over), rel=1e-8
        )
        assert lower_bound(over, n, confidence) == pytest.approx(
            beta.ppf(1 - float(confidence), over, n - over + 1), rel=1e-8
        )


@given(st.integers(1, 3000), st.sampled_from(["0.5", "0.95", "0.99"]))
@settings(deadline=None, max_examples=40)
def test_the_ranks_enclose_the_percentile(n: int, percentile: str) -> None:
    low, high = ranks(n, Fraction(percentile), USUAL)
    middle = n * Fraction(percentile)
    assert low is None or 1 <= low <= middle + 1
    assert high is None or middle <= high <= n


def test_the_interval_is_rounded_outwards() -> None:
    cells = [Cell(10, 11, 900), Cell(20, 22, 100)]
    assert interval(cells, Fraction(9, 10), USUAL) == (10, 22)
    assert interval(cells, Fraction(1, 2), USUAL) == (10, 11)
    assert interval([Cell(1, 1, 5)], Fraction(99, 100), USUAL) == (1, None)
    assert interval([], Fraction(1, 2), USUAL) == (None, None)


def test_a_rank_that_is_not_there_is_an_error() -> None:
    cells = [Cell(1, 1, 2), Cell(3, 3, 1)]
    assert [at_rank(cells, rank).low for rank in (1, 2, 3)] == [1, 1, 3]
    for rank in (0, -1, 4):
        with pytest.raises(IndexError, match="no value of rank"):
            at_rank(cells, rank)


@pytest.mark.parametrize("percentile", [Fraction(0), Fraction(1)])
def test_the_ends_are_no_percentiles(percentile: Fraction) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        ranks(10, percentile, USUAL)
