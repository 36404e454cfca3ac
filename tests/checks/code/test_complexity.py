"""code/complexity: every function against the limit."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readiness.check import Location, Outcome
from readiness.evidence.scan import Scan, Severity
from readiness.judge import Judgement
from readiness.testing import judge_check
from tests.checks.code.scans import found, of_file, run, scan


def judged(facts: Scan, **params: Any) -> Judgement:
    return judge_check("code/complexity", params, scan=facts)


def functions(*values: int, **more: Any) -> Scan:
    made = [found("low", value=value, message=f"f has a complexity of {value}") for value in values]
    given: dict[str, Any] = {"scanned": len(values), "unit": "functions", **more}
    return scan(run(*made, purpose="complexity", tool="radon", **given))


def test_functions_within_the_limit_pass() -> None:
    verdict = judged(of_file("radon.json"))
    assert (verdict.outcome, verdict.summary) == (
        Outcome.PASS,
        "radon looked at 4 functions: the greatest complexity is 5",
    )
    assert verdict.findings[0].count == 4


def test_a_function_over_the_limit_fails_at_its_line() -> None:
    (finding,) = judged(of_file("radon.json"), max=4).findings
    assert (finding.outcome, finding.message) == (Outcome.FAIL, "total has a complexity of 5")
    assert (finding.location, finding.expected) == (Location("shop/cart.py", 7), "<= 4")
    assert (finding.measure and finding.measure.value, finding.measure and finding.measure.limit) == (5, 4)


def test_a_number_of_functions_may_be_over_the_limit() -> None:
    facts = functions(20, 30, 1)
    assert judged(facts, **{"max-functions": 2}).outcome is Outcome.PASS
    verdict = judged(facts, **{"max-functions": 1})
    assert [finding.observed for finding in verdict.findings] == ["2 functions over the limit"] * 2


def test_of_many_functions_twenty_are_shown() -> None:
    findings = judged(functions(*[99] * 25)).findings
    assert (len(findings), findings[-1].message) == (21, "5 more functions are too complex")


def test_functions_that_are_not_listed_are_no_more_complex_than_the_last_one_that_is() -> None:
    assert judged(functions(9, 8, counts={Severity.LOW: 50})).outcome is Outcome.PASS
    verdict = judged(functions(40, 39, counts={Severity.LOW: 50}))
    assert (verdict.outcome, verdict.findings[-1].count) == (Outcome.FAIL, 50 - 2)


@pytest.mark.parametrize(
    ("name", "keys", "said"),
    [
        ("radon-broken.json", {}, "radon ran into an error: broken.py: invalid syntax (<unknown>, line 1)"),
        (
            "radon-empty.json",
            {"format": "radon"},
            "radon looked at 0 functions, and what nobody looked at is not clean",
        ),
        ("ruff.json", {}, "ruff did not look for code that is too complex"),
    ],
)
def test_what_shows_nothing_is_unproven(name: str, keys: dict[str, str], said: str) -> None:
    verdict = judged(of_file(name, **keys))
    assert verdict.outcome is Outcome.UNPROVEN
    assert verdict.findings[0].message == said


@pytest.mark.parametrize("name", ["ruff.json", "ruff.sarif"])
def test_a_linter_that_is_named_tells_of_what_is_over_its_own_limit(name: str) -> None:
    (finding,) = judged(of_file(name), tools=["ruff"], max=3).findings
    assert (finding.outcome, finding.message) == (Outcome.FAIL, "`total` is too complex (4 > 3)")
    within = judged(of_file(name), tools=["ruff"], max=4)
    assert within.outcome is Outcome.UNPROVEN
    taken = judged(of_file(name), tools=["ruff"], max=4, uncounted="warn")
    assert (taken.outcome, taken.summary) == (
        Outcome.WARN,
        "ruff ran: the greatest complexity is 4; the report of ruff does not tell how much was looked at",
    )


def test_a_linter_proves_nothing_by_its_silence_even_where_it_counts_files() -> None:
    verdict = judged(of_file("eslint-clean.json"), tools=["eslint"])
    assert verdict.summary == (
        "eslint ran: nothing found; the report of eslint does not tell how much was looked at"
    )
    assert verdict.outcome is Outcome.UNPROVEN


def test_a_complexity_whose_number_cannot_be_read_is_over_the_limit() -> None:
    facts = scan(run(found(rule="C901", message="too complex"), tool="ruff"))
    assert judged(facts, tools=["ruff"], uncounted="warn").outcome is Outcome.FAIL


@settings(max_examples=50, deadline=None)
@given(
    values=st.lists(st.integers(1, 40), min_size=1, max_size=6),
    more=st.integers(1, 40),
    most=st.integers(1, 40),
)
def test_one_more_function_is_never_better(values: list[int], more: int, most: int) -> None:
    before, after = judged(functions(*values), max=most), judged(functions(*values, more), max=most)
    assert (before.outcome is Outcome.FAIL) <= (after.outcome is Outcome.FAIL)
    assert (after.outcome is Outcome.PASS) == (max(*values, more) <= most)


def test_a_report_of_few_functions_shows_little() -> None:
    verdict = judged(functions(3, 4), **{"min-scanned": 3})
    assert (verdict.outcome, verdict.summary) == (
        Outcome.UNPROVEN,
        "radon looked at 2 functions, where at least 3 are expected",
    )
    assert judged(functions(3, 4, 5), **{"min-scanned": 3}).outcome is Outcome.PASS
    assert judged(functions(3, 40), **{"min-scanned": 3}).outcome is Outcome.FAIL
