"""Numbers that tools round: they are taken against the release, by one rule."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readiness.evidence.model import Unproven
from readiness.readers.load_test._printed import Printed, latency_told, printed, truncated


def test_a_rounded_number_is_off_by_half_a_unit_and_a_cut_one_by_a_whole_one() -> None:
    assert printed("1.50", "s") == Printed(1500, 1495, 1505)
    assert printed("7") == Printed(7, 6.5, 7.5)
    assert truncated(7, 1) == Printed(7, 7, 8)


def test_no_number_is_below_0() -> None:
    assert printed("0.00", "ms").low == 0


def test_percentiles_and_max_are_the_greatest_and_min_is_the_least() -> None:
    told = latency_told(
        100,
        "all",
        least=printed("1", "ms"),
        mean=printed("40", "ms"),
        most=printed("60", "ms"),
        percentiles={"50": truncated(40, 1), "99": printed("60", "ms")},
    )
    assert (told.min_ms, told.mean_ms, told.max_ms) == (0.5, 40, 60.5)
    assert told.percentiles_ms == {"50": 41, "99": 60.5}
    assert (told.of, told.count, told.source) == ("all", 100, "tool")


def test_a_mean_that_rounding_hides_is_not_told() -> None:
    assert latency_told(9, "all", mean=printed("5", "ms"), percentiles={}).mean_ms is None
    assert latency_told(9, "all", mean=printed("5.0", "ms"), percentiles={}).mean_ms == 5


def test_a_percentile_is_not_above_a_max_that_is_exact() -> None:
    most = Printed(64.9, 64.9, 64.9)
    assert latency_told(9, "all", most=most, percentiles={"99": printed("65")}).percentiles_ms == {"99": 64.9}


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"percentiles": {"99": printed("70")}}, "p99 of GET / is 70 ms, outside of min 9.5 to max 60.5 ms"),
        ({"percentiles": {"1": printed("8")}}, "p1 of GET / is 8 ms, outside of"),
        ({"percentiles": {"1": truncated(-1, 1)}}, "p1 of GET / is -1 ms"),
        ({"percentiles": {}, "mean": printed("61")}, None),
        ({"percentiles": {}, "mean": printed("62")}, "the mean of GET / is 62 ms"),
        ({"percentiles": {}, "least": printed("70")}, "min of GET / is 69.5 ms, and max is 60.5 ms"),
        ({"percentiles": {}, "most": printed("0")}, "every latency of GET / is 0"),
    ],
)
def test_what_no_rounding_explains_is_malformed(values: dict[str, object], message: str | None) -> None:
    given = {"least": printed("10"), "most": printed("60"), **values}
    if message is None:
        latency_told(9, "all", name="GET /", **given)  # type: ignore[arg-type]
        return
    with pytest.raises(Unproven) as caught:
        latency_told(9, "all", name="GET /", **given)  # type: ignore[arg-type]
    assert message in caught.value.message


@given(st.integers(0, 10**6), st.sampled_from(["us", "ms", "s"]), st.integers(0, 3))
def test_what_was_rounded_lies_between_low_and_high(value: int, unit: str, digits: int) -> None:
    text = f"{value / 1000:.{digits}f}"
    shown, scale = printed(text, unit), {"us": 0.001, "ms": 1.0, "s": 1000.0}[unit]
    assert shown.low * (1 - 1e-9) <= value / 1000 * scale <= shown.high * (1 + 1e-9)
