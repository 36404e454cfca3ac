"""Findings are rolled up: the worst decides, and a note never does."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from readiness.check import Finding, Outcome
from readiness.evidence.model import Reason
from readiness.judge import roll_up, settle

NOTE = Finding(outcome=Outcome.PASS, message="GET /search carries the tail", note=True)


def test_a_note_alone_shows_nothing() -> None:
    made = roll_up([NOTE])
    assert (made.outcome, made.reason) == (Outcome.UNPROVEN, Reason.MISSING)
    assert NOTE in made.findings


def test_a_note_is_neither_the_outcome_nor_the_summary() -> None:
    fail = Finding(outcome=Outcome.FAIL, message="too slow")
    nothing = Finding(outcome=Outcome.NOT_APPLICABLE, message="nothing of its kind")
    assert roll_up([NOTE, fail]).summary == "too slow"
    assert roll_up([NOTE, nothing]).outcome is Outcome.NOT_APPLICABLE


@pytest.mark.parametrize("outcome", [Outcome.FAIL, Outcome.WARN, Outcome.NOT_APPLICABLE])
def test_what_is_not_good_cannot_hide_in_a_note(outcome: Outcome) -> None:
    with pytest.raises(ValueError, match="a note is a pass in form"):
        Finding(outcome=outcome, message="too slow", note=True)


def test_an_error_that_cannot_say_what_it_is_is_an_error_all_the_same() -> None:
    class MuteError(Exception):
        def __str__(self) -> str:
            raise ZeroDivisionError

    def work() -> Iterator[Finding]:
        raise MuteError
        yield

    judgement = settle(work)
    assert (judgement.outcome, judgement.summary) == (Outcome.ERROR, "the check broke: MuteError")
