"""The Universal Scalability Law: the fit finds the truth, and what an outside opinion finds."""

from __future__ import annotations

import random
from math import inf, nan
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readiness.statistics.scaling import Law, Point, fit

CASES = 200


def law_of(n: Any, rate: float, contention: float, coherency: float) -> Any:
    return rate * n / (1 + contention * (n - 1) + coherency * n * (n - 1))


def trial(dice: random.Random, noise: float) -> tuple[tuple[float, float, float], list[Point]]:
    """A law, and some points on it or near to it."""
    truth = (
        dice.uniform(1, 500),
        dice.choice([0.0, dice.uniform(0, 0.3)]),
        dice.choice([0.0, 10 ** dice.uniform(-6, -2)]),
    )
    loads = sorted(dice.sample(range(1, 300), dice.randint(5, 12)))
    return truth, [(float(n), law_of(n, *truth) * dice.gauss(1, noise)) for n in loads]


def error(points: list[Point], law: tuple[float, float, float]) -> float:
    return float(sum((x - law_of(n, *law)) ** 2 for n, x in points))


def test_points_on_a_law_give_the_law() -> None:
    dice = random.Random(1)  # noqa: S311 - for trials, not for secrets
    for _ in range(CASES):
        (rate, contention, coherency), points = trial(dice, 0.0)
        found = fit(points)
        assert found is not None
        assert found.rate == pytest.approx(rate, rel=1e-4)
        assert found.contention == pytest.approx(contention, abs=1e-4)
        assert found.coherency == pytest.approx(coherency, abs=1e-6)
        assert found.r_squared == pytest.approx(1, abs=1e-6)


def test_no_other_coefficients_are_nearer_to_noisy_points() -> None:
    optimize, numpy = pytest.importorskip("scipy.optimize"), pytest.importorskip("numpy")
    dice = random.Random(2)  # noqa: S311 - for trials, not for secrets
    for _ in range(CASES):
        truth, points = trial(dice, dice.choice([0.01, 0.05]))
        found = fit(points)
        assert found is not None
        loads, rates = numpy.array(points).T
        other, _ = optimize.curve_fit(
            law_of,
            loads,
            rates,
            p0=[truth[0], 0.05, 1e-4],
            bounds=(0, numpy.inf),
            x_scale=[truth[0], 0.05, 1e-5],
            xtol=1e-15,
            ftol=1e-15,
            gtol=1e-15,
            max_nfev=20_000,
        )
        assert error(points, found[:3]) <= error(points, tuple(other)) * (1 + 1e-6)


def test_the_peak_is_where_more_load_gets_less_done() -> None:
    law = Law(30.0, 0.03, 0.0005, 1.0)
    assert law.peak == pytest.approx(44.05, abs=0.01)
    assert law.at(44) > max(law.at(40), law.at(48))
    assert law.at(1) == 30.0


@pytest.mark.parametrize("law", [Law(30.0, 0.03, 0.0, 1.0), Law(30.0, 1.2, 0.001, 1.0)])
def test_a_curve_that_nothing_bends_down_has_no_peak(law: Law) -> None:
    assert law.peak is None


@pytest.mark.parametrize(
    "points",
    [
        [],
        [(1.0, 10.0), (2.0, 20.0)],
        [(1.0, 10.0), (1.0, 11.0), (2.0, 20.0), (2.0, 21.0)],
        [(1.0, 10.0), (2.0, 20.0), (3.0, 0.0)],
        [(1.0, 10.0), (2.0, nan), (3.0, 20.0)],
        [(1.0, 10.0), (2.0, inf), (3.0, 20.0)],
        [(-1.0, 10.0), (2.0, 15.0), (3.0, 20.0)],
    ],
)
def test_too_few_loads_and_odd_numbers_have_no_law(points: list[Point]) -> None:
    assert fit(points) is None


def test_the_same_throughput_at_every_load_explains_nothing() -> None:
    found = fit([(float(n), 50.0) for n in (1, 2, 4, 8)])
    assert found is not None
    assert found.r_squared == 0.0


@given(
    st.lists(
        st.tuples(st.floats(0.01, 1e5), st.floats(0.01, 1e6)),
        min_size=3,
        max_size=10,
        unique_by=lambda p: p[0],
    )
)
@settings(deadline=None, max_examples=80)
def test_any_points_have_a_law_without_negative_coefficients_or_none(points: list[Point]) -> None:
    found = fit(points)
    if found is not None:
        assert min(found[:3]) >= 0
        assert found.rate > 0
        assert all(found.at(n) > 0 for n, _ in points)
