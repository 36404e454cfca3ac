"""One-sided binomial tests, against brute force in fractions."""

from __future__ import annotations

from fractions import Fraction
from math import comb, exp, log

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readiness.statistics.binomial import (
    least_over,
    least_requests,
    log_at_most,
    lower_bound,
    most_over,
    proves_above,
    proves_below,
    settling_requests,
    upper_bound,
)

USUAL = Fraction(95, 100)
SHARES = st.fractions(Fraction(1, 1000), Fraction(999, 1000), max_denominator=1000)
CONFIDENCES = st.sampled_from([Fraction(3, 4), Fraction(9, 10), USUAL, Fraction(99, 100)])


def at_most(k: int, n: int, p: Fraction) -> Fraction:
    return sum((comb(n, j) * p**j * (1 - p) ** (n - j) for j in range(k + 1)), Fraction())


@given(st.integers(1, 60), st.data(), SHARES, CONFIDENCES)
@settings(deadline=None, max_examples=80)
def test_small_runs_are_decided_as_brute_force_decides(
    n: int, data: st.DataObject, share: Fraction, confidence: Fraction
) -> None:
    over = data.draw(st.integers(0, n))
    assert proves_below(over, n, share, confidence) is (at_most(over, n, share) <= 1 - confidence)
    reached = 1 - at_most(over - 1, n, share)
    assert proves_above(over, n, share, confidence) is (reached <= 1 - confidence)


def test_an_exact_tie_is_settled_in_whole_numbers() -> None:
    assert proves_below(0, 2, Fraction(1, 2), Fraction(3, 4))
    assert not proves_below(0, 2, Fraction(1, 2), Fraction(3, 4) + Fraction(1, 10**15))


@pytest.mark.parametrize(("share", "least"), [("5%", 59), ("1%", 299), ("0.1%", 2995), ("10%", 29)])
def test_the_least_requests_are_those_that_people_know(share: str, least: int) -> None:
    exact = Fraction(share.rstrip("%")) / 100
    assert least_requests(exact, USUAL) == least
    assert proves_below(0, least, exact, USUAL)
    assert not proves_below(0, least - 1, exact, USUAL)


def test_each_request_over_the_limit_asks_for_more() -> None:
    counts = [least_requests(Fraction(1, 100), USUAL, over) for over in range(5)]
    assert counts == sorted(set(counts))
    assert counts[1] == 473


def test_no_number_of_requests_proves_a_share_of_nothing() -> None:
    with pytest.raises(ValueError, match="share of 0"):
        least_requests(Fraction(), USUAL)


@given(st.integers(1, 10**8), st.data(), CONFIDENCES)
@settings(deadline=None, max_examples=40)
def test_bounds_enclose_the_plain_share_and_agree_with_the_decisions(
    n: int, data: st.DataObject, confidence: Fraction
) -> None:
    over = data.draw(st.integers(0, min(n, 10**5)))
    low, high = lower_bound(over, n, confidence), upper_bound(over, n, confidence)
    assert low <= over / n <= high
    if high < 0.999:
        assert proves_below(over, n, Fraction(high * 1.000001), confidence)
        assert not proves_below(over, n, Fraction(high * 0.999999), confidence)
    if low > 0:
        assert proves_above(over, n, Fraction(low * 0.999999), confidence)
        assert not proves_above(over, n, Fraction(low * 1.000001), confidence)


@given(st.integers(1, 10**6), st.data(), SHARES)
@settings(deadline=None, max_examples=40)
def test_one_more_over_the_limit_never_helps(n: int, data: st.DataObject, share: Fraction) -> None:
    over = data.draw(st.integers(0, n - 1))
    assert proves_below(over, n, share, USUAL) >= proves_below(over + 1, n, share, USUAL)
    assert proves_below(over, n, share, USUAL) >= proves_below(over + 1, n + 1, share, USUAL)
    assert proves_above(over, n, share, USUAL) <= proves_above(over + 1, n, share, USUAL)


@given(st.integers(1, 10**6), SHARES)
@settings(deadline=None, max_examples=40)
def test_the_numbers_of_requests_over_are_the_edges_of_the_decisions(n: int, share: Fraction) -> None:
    few, many = most_over(n, share, USUAL), least_over(n, share, USUAL)
    if few is None:
        assert not proves_below(0, n, share, USUAL)
    else:
        assert proves_below(few, n, share, USUAL)
        assert few == n or not proves_below(few + 1, n, share, USUAL)
    if many is None:
        assert not proves_above(n, n, share, USUAL)
    else:
        assert proves_above(many, n, share, USUAL)
        assert not proves_above(many - 1, n, share, USUAL)


def test_a_hundred_million_requests_are_decided() -> None:
    few = most_over(10**8, Fraction(1, 100), USUAL)
    many = least_over(10**8, Fraction(1, 100), USUAL)
    assert few is not None
    assert many is not None
    # 1.645 standard deviations (of 994.99) to either side of a million, less half a step.
    assert abs(few - (10**6 - 1637)) < 3
    assert abs(many - (10**6 + 1638)) < 3


def test_far_tails_keep_their_precision() -> None:
    assert exp(log_at_most(0, 1000, 0.01, 0.99)) == pytest.approx(0.99**1000, rel=1e-12)
    assert log_at_most(0, 10**8, 0.5, 0.5) == pytest.approx(10**8 * log(0.5), rel=1e-12)


def test_what_would_settle_it_settles_it() -> None:
    below = settling_requests(0, 10, Fraction(1, 100), USUAL)
    assert below == 299
    above = settling_requests(2, 100, Fraction(1, 100), USUAL)
    assert above is not None
    assert proves_above(2 * above // 100, above, Fraction(1, 100), USUAL)
    assert settling_requests(1, 100, Fraction(1, 100), USUAL) is None
