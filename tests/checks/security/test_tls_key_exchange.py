"""security/tls-key-exchange: a hybrid group, or what was seen instead."""

from __future__ import annotations

from typing import Any

import pytest

from readiness.check import Outcome
from readiness.evidence.model import Reason
from readiness.judge import Judgement
from readiness.testing import judge_check
from tests.checks.security.tls_facts import observed, step


def judged(**about: Any) -> Judgement:
    return judge_check("security/tls-key-exchange", endpoint=observed(**about))


def test_a_hybrid_group_passes() -> None:
    made = judged(groups={"X25519MLKEM768": "accepted"})
    assert (made.outcome, made.findings[0].observed) == (Outcome.PASS, "X25519MLKEM768")


@pytest.mark.parametrize("group", ["SecP256r1MLKEM768", "SecP384r1MLKEM1024"])
def test_any_hybrid_group_of_the_handshake_counts(group: str) -> None:
    assert judged(groups={}, group=group).outcome is Outcome.PASS


def test_a_refusal_fails_and_says_what_is_used_instead() -> None:
    made = judged()
    assert made.outcome is Outcome.FAIL
    assert made.summary == "shop.test:443: X25519MLKEM768 is refused; its key exchange is x25519"


@pytest.mark.parametrize("groups", [{}, {"x25519": "accepted"}, {"X25519MLKEM768": "inconclusive"}])
def test_what_was_not_shown_is_unproven(groups: dict[str, str]) -> None:
    made = judged(groups=groups, steps=(step("X25519MLKEM768", "reset"),))
    assert (made.outcome, made.reason) == (Outcome.UNPROVEN, Reason.INSUFFICIENT)
    assert "X25519MLKEM768: reset" in made.summary


def test_without_tls_there_is_no_key_exchange() -> None:
    assert judged(speaks_tls=False).outcome is Outcome.FAIL
