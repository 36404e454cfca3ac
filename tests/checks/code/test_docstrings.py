"""code/docstrings."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from readiness.check import Outcome
from readiness.evidence.model import Reason
from readiness.evidence.python_source import Reach, Sort, Tally
from readiness.judge import Judgement
from readiness.testing import judge_check
from tests.checks.code.python_trees import bare, tree


def some(documented: int, total: int, reach: Reach = "public", sort: Sort = "class") -> Tally:
    return Tally(sort=sort, reach=reach, documentable=total, documented=documented)


def judged(*tallies: Tally, params: dict[str, Any] | None = None, **more: Any) -> Judgement:
    return judge_check("code/docstrings", params, python=tree(*tallies, **more))


def test_enough_docstrings_pass_over_all_sorts() -> None:
    found = judged(some(4, 5), some(4, 5, sort="module"), some(0, 9, "dunder", "method"))
    (finding,) = found.findings
    assert finding.outcome is Outcome.PASS
    assert finding.message == "8 of 10 public definitions have a docstring: 80%"
    assert finding.count == 10


def test_too_few_fail_and_are_named() -> None:
    found = judged(some(79, 100), undocumented=(bare("add", lacks="a docstring"), bare("_b", "private")))
    assert found.outcome is Outcome.FAIL
    assert [one.message for one in found.findings] == [
        "79 of 100 public definitions have a docstring: 79%",
        "function add lacks a docstring",
        "20 more lack it",
    ]


def test_the_wider_scope_asks_private_ones_and_dunders_too() -> None:
    tallies = (some(10, 10), some(0, 10, "private"), some(0, 10, "dunder"))
    assert judged(*tallies).outcome is Outcome.PASS
    assert judged(*tallies, params={"scope": "all"}).summary.startswith("10 of 30 definitions")


def test_nothing_to_judge_is_unproven() -> None:
    found = judged(some(3, 3, "private"))
    assert (found.outcome, found.reason) == (Outcome.UNPROVEN, Reason.MISSING)


def test_a_limit_of_nothing_is_refused() -> None:
    with pytest.raises(ValidationError):
        judged(some(1, 1), params={"min": "0%"})
