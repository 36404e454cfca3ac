"""A scorecard file is read strictly, or refused in words."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from readiness.errors import UsageError
from readiness.report.json import decode, render
from tests.report import cards

GOOD = render(cards.no_go())


@pytest.mark.parametrize("make", [cards.go, cards.no_go, cards.not_shown, cards.conditional])
def test_it_is_the_same_after_a_journey(make: Callable[[], Any]) -> None:
    assert decode(render(make()), "card.json") == make()


def test_times_have_an_offset_and_shares_are_numbers() -> None:
    data = json.loads(GOOD)
    assert data["run"]["judged_at"] == "2026-11-20T09:30:00Z"
    assert data["score"] == 26.92
    assert data["results"][0]["with"] == {}


def test_a_number_that_is_none_cannot_be_written() -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        render(replace(cards.go(), score=float("nan")))


def _changed(**more: Any) -> str:
    return json.dumps(json.loads(GOOD) | more)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "it is empty"),
        (GOOD[:900], "it is not JSON"),
        (GOOD.replace('"score": 26.92', '"score": NaN', 1), "NaN is not a number"),
        (GOOD.replace('"score": 26.92', '"score": 1, "score": 99', 1), "the key 'score' stands twice"),
        ("[]", "it is no scorecard, as readiness check -o json=PATH writes it"),
        ('{"schema": 1}', "its schema is '1'"),
        (_changed(schema="readiness/scorecard/2"), "reads 'readiness/scorecard/1'"),
        (_changed(decision="maybe"), "Invalid enum value 'maybe' - at `$.decision`"),
        (_changed(score="99"), "Expected `float | null`, got `str` - at `$.score`"),
        (_changed(score=101), "it contradicts itself: a share of 101 percent"),
        (_changed(decision="go"), "it contradicts itself: go, with 2 blockers"),
        (_changed(surprise=1), "unknown field `surprise`"),
        (_changed(valid_until="2026-11-20T09:30:00"), "scorecard.valid_until has no offset from UTC"),
    ],
)
def test_what_is_no_scorecard_is_refused(text: str, said: str) -> None:
    with pytest.raises(UsageError) as error:
        decode(text, "card.json")
    assert str(error.value).startswith("card.json cannot be used: ")
    assert said in str(error.value)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, len(GOOD.rstrip()) - 1))
def test_a_truncated_file_is_refused(end: int) -> None:
    with pytest.raises(UsageError):
        decode(GOOD[:end], "card.json")


@settings(max_examples=40, deadline=None)
@given(st.integers(0, len(GOOD) - 1), st.characters())
def test_a_changed_character_is_refused_or_read_as_it_stands(at: int, char: str) -> None:
    try:
        card = decode(GOOD[:at] + char + GOOD[at + 1 :], "card.json")
    except UsageError:
        return
    assert card.decision == "no-go"
    assert all(moment.tzinfo for moment in [card.run.judged_at] if isinstance(moment, datetime))
