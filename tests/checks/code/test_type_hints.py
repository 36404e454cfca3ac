"""code/type-hints."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from readiness.check import Finding, Location, Outcome
from readiness.evidence.model import Reason
from readiness.evidence.python_source import Reach, Tally
from readiness.judge import Judgement
from readiness.testing import judge_check
from tests.checks.code.python_trees import bare, tree


def functions(annotated: int, total: int, reach: Reach = "public", vague: int = 0) -> Tally:
    return Tally(sort="function", reach=reach, callables=total, annotated=annotated, vague=vague)


def judged(*tallies: Tally, params: dict[str, Any] | None = None, **more: Any) -> Judgement:
    return judge_check("code/type-hints", params, python=tree(*tallies, **more))


def told(judgement: Judgement) -> list[Finding]:
    return [one for one in judgement.findings if not one.note]


def test_enough_annotated_functions_pass_and_are_counted() -> None:
    (finding,) = told(judged(functions(95, 100)))
    assert (finding.outcome, finding.count) == (Outcome.PASS, 100)
    assert finding.message == "95 of 100 public functions are annotated: 95%"


def test_one_too_few_fails_and_the_worst_are_named() -> None:
    found = judged(functions(94, 100), unannotated=(bare("add", lacks="a, b, the result"),))
    assert found.outcome is Outcome.FAIL
    share, one, rest = told(found)
    assert (share.observed, share.expected) == ("94%", ">= 95%")
    assert one.message == "function add lacks annotations (a, b, the result)"
    assert one.location == Location("src/a.py", 7)
    assert (rest.message, rest.count) == ("5 more lack it", 5)


def test_the_share_is_compared_exactly() -> None:
    assert judged(functions(94_999, 100_000)).outcome is Outcome.FAIL
    assert judged(functions(999_999, 1_000_000), params={"min": "100%"}).outcome is Outcome.FAIL


def test_private_and_nested_functions_count_in_the_wider_scope() -> None:
    tallies = (
        functions(10, 10),
        functions(2, 2, "dunder"),
        functions(0, 5, "private"),
        functions(0, 5, "nested"),
    )
    assert told(judged(*tallies))[0].count == 12
    wide = judged(*tallies, params={"scope": "all"}, unannotated=(bare("_f", "private"),))
    assert (wide.outcome, told(wide)[0].message) == (
        Outcome.FAIL,
        "12 of 22 functions are annotated: 54.54%",
    )


def test_nothing_to_judge_is_unproven() -> None:
    found = judged(functions(0, 5, "private"), Tally(sort="class", reach="public", documentable=3))
    assert (found.outcome, found.reason) == (Outcome.UNPROVEN, Reason.MISSING)
    assert "no public functions in src, in 10 files" in found.summary


def test_what_is_excluded_is_told() -> None:
    found = judged(functions(1, 1), excluded={"*_pb2.py": 3})
    assert found.summary.endswith("(3 files are excluded)")


def test_nothing_but_any_is_told_and_may_count_as_bare() -> None:
    tally = functions(10, 10, vague=6)
    found = judged(tally)
    assert found.outcome is Outcome.PASS
    assert (
        found.findings[-1].message == "6 of them are annotated with nothing but Any, and count as annotated"
    )
    strict = judged(tally, params={"any": "bare"})
    assert (strict.outcome, told(strict)[0].observed) == (Outcome.FAIL, "40%")


@pytest.mark.parametrize("params", [{"min": "0%"}, {"min": 0.9}, {"min": "101%"}, {"scope": "some"}])
def test_wrong_params_are_refused(params: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        judged(functions(1, 1), params=params)


@given(st.integers(1, 400), st.integers(0, 400), st.integers(1, 99))
@settings(max_examples=60, deadline=None)
def test_fewer_annotations_are_never_better(total: int, good: int, least: int) -> None:
    good = min(good, total)
    params = {"min": f"{least}%"}
    better = judged(functions(good, total), params=params).outcome
    worse = judged(functions(max(0, good - 1), total), params=params).outcome
    assert worse.rank >= better.rank
    assert (better is Outcome.PASS) == (good * 100 >= least * total)
