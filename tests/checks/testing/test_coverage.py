"""testing/coverage: shares are compared exactly, and what was not measured is unproven."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from readiness.check import Outcome
from readiness.evidence.coverage import Coverage, Covered
from readiness.evidence.model import Reason
from readiness.judge import Judgement
from readiness.testing import judge_check, read_evidence
from tests.support import FIXTURES


def judged(coverage: Coverage, **params: str) -> Judgement:
    return judge_check("testing/coverage", params, coverage=coverage)


def lines(covered: int, total: int) -> Coverage:
    return Coverage(metrics={"line": Covered(covered, total)})


def of_file(name: str) -> Coverage:
    facts = read_evidence("coverage", FIXTURES / "coverage", path=name).whole.facts
    assert isinstance(facts, Coverage)
    return facts


@pytest.mark.parametrize("name", ["coverage-branch.json", "cobertura-branch.xml", "branch.info"])
def test_three_formats_of_one_run_are_judged_alike(name: str) -> None:
    coverage = of_file(name)
    assert judged(coverage, min="93%").summary == "14 of 15 lines are covered: 93.33%"
    assert judged(coverage, min="93%").outcome is Outcome.PASS
    assert judged(coverage, min="94%").outcome is Outcome.FAIL
    assert judged(coverage, min="83%", metric="branch").summary == "5 of 6 branches are covered: 83.33%"


def test_too_little_names_the_files_with_the_most_to_do() -> None:
    (finding,) = judged(of_file("coverage-line.json"), min="95%").findings
    assert (finding.outcome, finding.observed, finding.expected) == (Outcome.FAIL, "93.33%", ">= 95%")
    assert finding.next == "write tests for what is not covered, first in shop/cart.py (1 lines)"
    assert finding.measure is not None
    assert (finding.measure.limit, finding.measure.unit, finding.measure.better) == (95, "%", "higher")


def test_without_files_the_advice_is_general() -> None:
    (finding,) = judged(lines(1, 2), min="95%").findings
    assert finding.next == "write tests for what is not covered"


def test_a_share_is_never_rounded_up_to_its_limit() -> None:
    (finding,) = judged(lines(79_996, 100_000), min="80%").findings
    assert (finding.outcome, finding.observed) == (Outcome.FAIL, "79.99%")


def test_a_share_at_its_limit_passes() -> None:
    assert judged(lines(1, 3), min="33.333333333%").outcome is Outcome.PASS
    assert judged(lines(4, 5), min="80%").outcome is Outcome.PASS


@pytest.mark.parametrize(
    ("covered", "outcome", "expected"),
    [
        (79, Outcome.FAIL, ">= 80%"),
        (80, Outcome.WARN, ">= 90%"),
        (89, Outcome.WARN, ">= 90%"),
        (90, Outcome.PASS, ">= 90%"),
    ],
)
def test_between_min_and_warn_it_warns(covered: int, outcome: Outcome, expected: str) -> None:
    (finding,) = judged(lines(covered, 100), min="80%", warn="90%").findings
    assert (finding.outcome, finding.expected) == (outcome, expected)


def test_a_metric_that_was_not_measured_is_unproven() -> None:
    judgement = judged(of_file("cobertura-line.xml"), min="1%", metric="branch")
    assert (judgement.outcome, judgement.reason) == (Outcome.UNPROVEN, Reason.MISSING)
    assert judgement.summary == "the report does not measure branch coverage; it measures line"


def test_a_report_that_measures_nothing_is_unproven() -> None:
    judgement = judged(Coverage(metrics={}), min="1%")
    assert judgement.summary == "the report does not measure line coverage; it measures nothing"


def test_nothing_of_nothing_is_unproven() -> None:
    judgement = judged(lines(0, 0), min="1%")
    assert (judgement.outcome, judgement.reason) == (Outcome.UNPROVEN, Reason.MISSING)
    assert judgement.summary == "0 of 0 lines are covered, which shows nothing"


@pytest.mark.parametrize(
    ("params", "said"),
    [
        ({}, "Field required"),
        ({"min": 80}, "is no share; write it in percent"),
        ({"min": "0.8"}, "is no share; write it in percent"),
        ({"min": "101%"}, "is more than 100%"),
        ({"min": "0%"}, "min must be more than 0%"),
        ({"min": "80%", "warn": "80%"}, "warn must be more than min"),
        (
            {"min": "80%", "metric": "lines"},
            "Input should be 'line', 'branch', 'function', 'statement' or 'new-code'",
        ),
        ({"min": "80%", "max": "90%"}, "Extra inputs are not permitted"),
    ],
)
def test_wrong_params_are_refused(params: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        judged(lines(1, 1), **params)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 50), st.integers(0, 50), st.integers(1, 100), st.integers(0, 100))
def test_less_coverage_is_never_better(covered: int, more: int, least: int, extra: int) -> None:
    total = covered + more
    params = {"min": f"{least}%"}
    if least + extra <= 100 and extra:
        params["warn"] = f"{least + extra}%"
    first = judged(lines(covered, total), **params).outcome
    assert (first is Outcome.UNPROVEN) == (total == 0)
    if covered:
        assert judged(lines(covered - 1, total), **params).outcome.rank >= first.rank
    assert judged(lines(covered, total + 1), **params).outcome.rank >= min(first.rank, Outcome.UNPROVEN.rank)
