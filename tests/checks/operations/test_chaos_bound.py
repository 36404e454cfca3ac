"""The bound of a mean time, against published numbers and by simulation."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from importlib import import_module
from math import gamma
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

bound = import_module("readiness.checks.operations._chaos_bound")
SURE = Fraction(95, 100)


@pytest.mark.parametrize(
    ("n", "low", "high"),
    [(1, 0.334, 19.50), (2, 0.422, 5.63), (5, 0.546, 2.54), (10, 0.637, 1.84), (20, 0.717, 1.51)],
)
def test_the_bounds_are_those_of_the_chi_square_table(n: int, low: float, high: float) -> None:
    assert bound.upper_bound(n, n, SURE) == pytest.approx(high, rel=2e-3)
    assert bound.lower_bound(n, n, SURE) == pytest.approx(low, rel=2e-3)


@settings(max_examples=15, deadline=None)
@given(st.integers(1, 60), st.floats(0.1, 0.95))
def test_the_number_of_trials_that_would_do_is_the_least(n: int, share: float) -> None:
    found = bound.settling_trials(share, 1.0, SURE)
    if found is not None:
        assert bound.upper_bound(share * found, found, SURE) <= 1.0
        assert found == 1 or bound.upper_bound(share * (found - 1), found - 1, SURE) > 1.0
    assert bound.upper_bound(n, n, SURE) > 1 > bound.lower_bound(n, n, SURE)


def test_no_number_of_trials_shows_a_mean_below_itself() -> None:
    assert bound.settling_trials(1.0, 1.0, SURE) is None
    assert bound.settling_trials(0.999, 1.0, SURE) is None


@pytest.mark.parametrize(
    ("draw", "mean"),
    [
        (lambda r: r.expovariate(1), 1.0),
        (lambda r: r.weibullvariate(1, 2), gamma(1.5)),
        (lambda r: r.random(), 0.5),
        (lambda r: 1 + r.expovariate(1), 2.0),
    ],
    ids=["exponential", "weibull", "uniform", "shifted"],
)
def test_the_true_mean_is_below_its_upper_bound_as_often_as_is_said(
    draw: Callable[[Random], float], mean: float
) -> None:
    random, sets = Random(7), 1_500  # noqa: S311 - a simulation, and no secret
    for n in (2, 5):
        factor = bound.upper_bound(1.0, n, SURE)
        held = sum(factor * sum(draw(random) for _ in range(n)) >= mean for _ in range(sets))
        assert held / sets > 0.94
