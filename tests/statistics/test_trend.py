"""Slopes by Theil and Sen, and their bounds."""

from __future__ import annotations

import random
from fractions import Fraction
from itertools import permutations
from typing import Any

import pytest

from readiness.statistics.trend import EXACT, MOST, critical_s, dependence, trend

USUAL = Fraction(95, 100)
CASES = 200


def seeded(seed: int) -> random.Random:
    return random.Random(seed)  # noqa: S311 - for trials, not for secrets


def scipy_stats() -> Any:
    """An outside opinion, where the dev extra is installed."""
    return pytest.importorskip("scipy.stats")


def test_the_slope_of_a_line_is_its_own_and_so_are_its_bounds() -> None:
    found = trend([(float(at), 3.0 + 2.0 * at) for at in range(12)], USUAL)
    assert (found.slope, found.low, found.high) == (2.0, 2.0, 2.0)


def test_slopes_and_bounds_are_those_of_scipy() -> None:
    stats, dice, alike = scipy_stats(), seeded(4), 0
    for _ in range(CASES):
        n = dice.randint(4, 90)
        points = [(at + dice.random() / 2, dice.gauss(0, 1) + 0.05 * at) for at in range(n)]
        times, values = [when for when, _ in points], [value for _, value in points]
        found = trend(points, USUAL)
        theirs = stats.theilslopes(values, times, 0.90)
        assert found.slope == pytest.approx(theirs.slope, rel=1e-12)
        if found.low is not None and found.high is not None and not dependence(rest(points, found.slope)):
            ranks = sorted(
                (b[1] - a[1]) / (b[0] - a[0]) for place, a in enumerate(points) for b in points[place + 1 :]
            )
            # Theirs is normal at every size, ours exact up to 60: a rank or two apart where points are few.
            assert abs(ranks.index(found.low) - ranks.index(theirs.low_slope)) <= 3
            assert abs(ranks.index(found.high) - ranks.index(theirs.high_slope)) <= 3
            alike += 1
    assert alike > 10


def rest(points: list[tuple[float, float]], slope: float) -> list[float]:
    return [value - slope * (when - points[0][0]) for when, value in points]


@pytest.mark.parametrize("n", [3, 4, 5, 6, 7])
def test_the_critical_value_is_that_of_all_orders(n: int) -> None:
    sums = [
        sum((b > a) - (b < a) for place, a in enumerate(order) for b in order[place + 1 :])
        for order in permutations(range(n))
    ]
    critical = critical_s(n, 1 - USUAL)
    if critical is None:
        assert sums.count(max(sums)) > len(sums) / 20
        return
    assert sum(one > critical for one in sums) <= len(sums) / 20
    assert sum(one >= critical for one in sums) > len(sums) / 20


@pytest.mark.parametrize(("n", "greatest"), [(8, 16), (10, 21), (12, 26), (20, 52)])
def test_the_critical_value_is_two_below_that_of_the_tables(n: int, greatest: int) -> None:
    assert critical_s(n, 1 - USUAL) == greatest - 2


def test_exact_and_normal_values_meet() -> None:
    exact, normal = critical_s(EXACT, 1 - USUAL), critical_s(EXACT + 1, 1 - USUAL)
    assert exact is not None
    assert normal is not None
    assert 0 < normal - exact < 12


def test_too_few_points_have_no_bounds() -> None:
    found = trend([(0.0, 1.0), (1.0, 2.0), (2.0, 4.0)], USUAL)
    assert (found.slope, found.low, found.high) == (1.5, None, None)


@pytest.mark.parametrize(
    "points", [[], [(0.0, 1.0)], [(0.0, 1.0), (0.0, 2.0)], [(float(at), 0.0) for at in range(MOST + 1)]]
)
def test_other_points_are_refused(points: list[tuple[float, float]]) -> None:
    with pytest.raises(ValueError, match="ascending times"):
        trend(points, USUAL)


@pytest.mark.parametrize(("rho", "most"), [(0.0, 0.06), (0.6, 0.08)])
def test_bounds_hold_as_often_as_they_promise(rho: float, most: float) -> None:
    dice, trials, wrong = seeded(5), 600, [0, 0]
    for _ in range(trials):
        value, points = dice.gauss(0, 1), []
        for at in range(20):
            value = rho * value + dice.gauss(0, 1)
            points.append((float(at), value + 0.3 * at))
        found = trend(points, USUAL)
        wrong[0] += found.low is not None and found.low > 0.3
        wrong[1] += found.high is not None and found.high < 0.3
    assert max(wrong) / trials <= most


def test_dependence_is_zero_without_change_and_high_for_a_walk() -> None:
    assert dependence([1.0] * 10) == 0.0
    assert dependence([float(at % 2) for at in range(20)]) == 0.0
    assert dependence([float(at) for at in range(20)]) > 0.9
