"""Five reports as teams wrote them, each of which refutes itself; skipped where they are absent."""

from __future__ import annotations

from pathlib import Path

import pytest

from readiness.claims.audit import audit
from readiness.claims.model import Audit, Claim
from readiness.claims.reading import read_report
from tests.support import SHARED

SEEDS = SHARED / "seeds"
pytestmark = pytest.mark.skipif(not SEEDS.is_dir(), reason="the reports are not here")


def report(number: str) -> Path:
    return next(SEEDS.glob(f"{number}_*.txt"))


def found(made: Audit, line: int, number: str = "") -> Claim:
    return next(c for c in made.claims if c.line == line and number in Path(c.report).name and c.reasons)


def reasons(claim: Claim) -> str:
    return "; ".join(f"{reason.rule}: {reason.message}: {reason.arithmetic}" for reason in claim.reasons)


CONTRADICTIONS = [
    ("000", 146, "24 counted, 30+ items stated"),
    ("000", 161, "< 200 ms on line 41, < 100 ms on line 161"),
    ("000", 184, "24 counted, 30/30 stated"),
    ("000", 199, "48/s to 52/s against 50/s"),
    ("000", 202, "98/s to 102/s against 100/s"),
    ("000", 204, "190/s to 210/s against 200/s"),
    ("000", 206, "(280 - 50) / 50 = 4.6"),
    ("000", 207, "300/s against < 300/s"),
    ("000", 363, "verdict"),
    ("001", 195, "20% to 50% against < 50%"),
    ("001", 243, "pending"),
    ("001", 245, "Load tests under high"),
    ("001", 246, "pending"),
    ("001", 249, "Chaos engineering"),
    ("001", 251, "the mean of 11 rows is 92.7273%, stated 90% to 92%"),
    ("001", 257, "only 3/6 is reached"),
    ("002", 17, "only 18/24 is reached"),
    ("002", 25, "17/22"),
    ("002", 29, "only 1/3 is reached"),
    ("002", 64, "only 18/24 is reached"),
    ("002", 148, "verdict"),
    ("003", 147, "Execute full stress test"),
    ("003", 154, "Execute full stress test"),
    ("003", 155, "Execute full stress test"),
    ("003", 248, "prerequisite-open"),
    ("004", 213, "1,000 / 312.5/s = 3,200 ms"),
    ("004", 213, "max 42.5 ms, target < 20 ms per simulation"),
    ("004", 204, "2,857/s x 0.35 ms = 1 in flight on average, set to 100"),
    ("004", 219, "312.5/s x 3.2 ms = 1 in flight on average, set to 100"),
    ("004", 314, "stated 100+ concurrent"),
    ("004", 316, "28,000/s x 0.18 ms = 5.04 in flight; none are stated"),
    ("004", 331, "7,000 succeeded on line 184, 7,050 on line 331"),
]


@pytest.mark.parametrize(("number", "line", "said"), CONTRADICTIONS)
def test_a_contradiction_is_found(number: str, line: int, said: str) -> None:
    assert said in reasons(found(audit([read_report(report(number))]), line))


def test_the_components_that_are_not_active_stand_against_the_sign_off() -> None:
    claim = found(audit([read_report(report("001"))]), 6)
    assert 33 in [place.line for place in claim.reasons[0].lines]


def refuted_lines(number: str) -> set[int]:
    made = audit([read_report(report(number))])
    return {claim.line for claim in made.claims if claim.reasons}


def test_ready_for_validation_is_no_claim_to_be_ready() -> None:
    assert 11 not in refuted_lines("003")


def test_a_row_that_stands_for_many_is_not_counted_as_one() -> None:
    assert 357 not in refuted_lines("000")


def test_files_that_are_ready_are_no_tests_that_passed() -> None:
    assert 259 not in refuted_lines("001")


def test_two_reports_of_one_phase_on_one_date_contradict_each_other() -> None:
    made = audit([read_report(report("000")), read_report(report("002"))])
    assert "18/24" in reasons(found(made, 258, "000"))
    assert "two-reports" in reasons(found(made, 260, "000"))


def test_two_reports_of_other_things_are_not_held_against_each_other() -> None:
    made = audit([read_report(report("000")), read_report(report("001"))])
    assert not any(reason.rule == "two-reports" for claim in made.claims for reason in claim.reasons)
