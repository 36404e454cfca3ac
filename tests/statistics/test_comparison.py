"""Two samples compared by rank, against brute force and scipy."""

from __future__ import annotations

import random
from fractions import Fraction
from itertools import combinations
from math import comb, exp, log
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readiness.statistics.comparison import (
    detectable,
    probability_of_greater,
    ratio,
    ratio_bounds,
    spread,
    values_needed,
)

USUAL = Fraction(95, 100)
CASES = 250
FEW = st.lists(st.integers(1, 6).map(float), min_size=1, max_size=5)


def seeded(seed: int) -> random.Random:
    """The same numbers in every run."""
    return random.Random(seed)  # noqa: S311 - for trials, not for secrets


def scipy_stats() -> Any:
    """An outside opinion, where the dev extra is installed."""
    return pytest.importorskip("scipy.stats")


def wins(sample: list[float], base: list[float]) -> Fraction:
    """Mann and Whitney's U: pairs in which the sample is greater, ties for half."""
    return sum(
        (Fraction(1 + (a > b) - (a < b), 2) for a in sample for b in base),
        Fraction(),
    )


def brute_force(sample: list[float], base: list[float]) -> Fraction:
    """Over every choice of who belongs to the sample."""
    both, reached, count = [*sample, *base], wins(sample, base), 0
    for places in combinations(range(len(both)), len(sample)):
        chosen = [both[place] for place in places]
        rest = [value for place, value in enumerate(both) if place not in places]
        count += wins(chosen, rest) >= reached
    return Fraction(count, comb(len(both), len(sample)))


@given(FEW, FEW)
@settings(deadline=None, max_examples=80)
def test_small_samples_with_ties_are_decided_as_brute_force_decides(
    sample: list[float], base: list[float]
) -> None:
    assert probability_of_greater(sample, base) == brute_force(sample, base)


def test_probabilities_without_ties_are_those_of_scipy() -> None:
    stats, dice = scipy_stats(), seeded(3)
    for _ in range(CASES):
        sample = [dice.lognormvariate(0.05, 0.3) for _ in range(dice.randint(1, 30))]
        base = [dice.lognormvariate(0, 0.3) for _ in range(dice.randint(1, 30))]
        told = stats.mannwhitneyu(sample, base, alternative="greater", method="exact").pvalue
        assert float(probability_of_greater(sample, base)) == pytest.approx(told, rel=1e-9)


def test_probabilities_of_large_samples_with_ties_are_those_of_scipy() -> None:
    stats, dice = scipy_stats(), seeded(4)
    for _ in range(CASES):
        sample = [float(dice.randint(1, 20)) for _ in range(dice.randint(31, 60))]
        base = [float(dice.randint(1, 20)) for _ in range(dice.randint(5, 60))]
        told = stats.mannwhitneyu(sample, base, alternative="greater", method="asymptotic").pvalue
        assert float(probability_of_greater(sample, base)) == pytest.approx(told, rel=1e-6, abs=1e-12)


def test_five_runs_a_side_can_tell_and_two_cannot() -> None:
    assert probability_of_greater([6, 7, 8, 9, 10], [1, 2, 3, 4, 5]) == Fraction(1, 252)
    assert probability_of_greater([3, 4], [1, 2]) == Fraction(1, 6)
    assert ratio_bounds([3, 4], [1, 2], USUAL) == (None, None)


def test_equal_samples_tell_nothing() -> None:
    assert probability_of_greater([1.0] * 5, [1.0] * 5) == 1
    assert probability_of_greater([1.0] * 40, [1.0] * 40) == 1


@pytest.mark.parametrize(("sample", "base"), [([], [1.0]), ([1.0], [])])
def test_a_side_without_values_is_an_error(sample: list[float], base: list[float]) -> None:
    with pytest.raises(ValueError, match="both sides"):
        probability_of_greater(sample, base)
    assert ratio_bounds(sample, base, USUAL) == (None, None)


@given(
    st.lists(st.floats(1, 100), min_size=5, max_size=8, unique=True),
    st.lists(st.floats(1, 100), min_size=5, max_size=8, unique=True),
    st.floats(0.2, 5),
)
@settings(deadline=None, max_examples=80)
def test_the_bounds_are_the_shifts_that_the_test_does_not_rule_out(
    sample: list[float], base: list[float], shift: float
) -> None:
    low, high = ratio_bounds(sample, base, USUAL)
    assert low is not None
    assert high is not None
    assert low <= ratio(sample, base) <= high
    shifted = [value * shift for value in base]
    if len({*sample, *shifted}) < len(sample) + len(base):
        return
    if probability_of_greater(sample, shifted) <= 1 - USUAL:
        assert low >= shift * (1 - 1e-12)
    if probability_of_greater(shifted, sample) <= 1 - USUAL:
        assert high <= shift * (1 + 1e-12)
    if low > shift * (1 + 1e-12):
        assert probability_of_greater(sample, shifted) <= 1 - USUAL
    if high < shift * (1 - 1e-12):
        assert probability_of_greater(shifted, sample) <= 1 - USUAL


@pytest.mark.parametrize("size", [5, 31])
def test_the_bounds_of_the_ratio_hold_as_often_as_they_say(size: int) -> None:
    dice, missed, trials = seeded(5), 0, 400
    for _ in range(trials):
        sample = [1.1 * dice.lognormvariate(0, 0.1) for _ in range(size)]
        base = [dice.lognormvariate(0, 0.1) for _ in range(size)]
        _, high = ratio_bounds(sample, base, USUAL)
        missed += high is None or high < 1.1
    # 5% of 400, and three standard deviations.
    assert missed <= 33


def test_the_ratio_is_the_middle_of_all_ratios() -> None:
    assert ratio([2.0, 4.0, 8.0], [1.0, 2.0, 4.0]) == 2
    assert ratio([3.0], [2.0]) == 1.5


def test_the_spread_is_pooled_within_samples() -> None:
    assert spread([[1.0], [5.0]]) is None
    assert spread([]) is None
    assert spread([[1.0, exp(2)], [7.0]]) == pytest.approx(2**0.5)
    assert spread([[1.0, exp(2)], [5.0, 5 * exp(2)]]) == pytest.approx(2**0.5)


def test_what_is_needed_and_what_can_be_seen_are_two_sides_of_one_thing() -> None:
    needed = values_needed(0.04, log(1.05), USUAL)
    assert needed == 9
    assert detectable(0.04, needed, USUAL) <= log(1.05) < detectable(0.04, needed - 1, USUAL)
    assert values_needed(0.04, 0.0, USUAL) is None


@given(
    st.lists(st.floats(1, 100), min_size=5, max_size=7), st.lists(st.floats(1, 100), min_size=5, max_size=7)
)
@settings(deadline=None, max_examples=60)
def test_a_greater_value_never_lowers_the_ratio_or_its_bounds(sample: list[float], base: list[float]) -> None:
    raised = [sample[0] * 1.5, *sample[1:]]
    assert ratio(raised, base) >= ratio(sample, base)
    before, after = ratio_bounds(sample, base, USUAL), ratio_bounds(raised, base, USUAL)
    assert (after.low or 0) >= (before.low or 0)
    assert (after.high or 0) >= (before.high or 0)
