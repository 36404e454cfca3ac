"""testing/flaky: flaky tests are limited, and a report that cannot tell shows nothing."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from readiness.check import Outcome
from readiness.evidence.model import Reason
from readiness.evidence.test_report import Contradiction, FlakyTest, TestReport
from readiness.judge import Judgement
from readiness.testing import judge_check, read_evidence
from tests.support import FIXTURES


def report(tests: int, flaky: int = 0, **changes: Any) -> TestReport:
    named = tuple(FlakyTest("shop", f"test {number}", number + 1, "junit.xml") for number in range(flaky))
    made = TestReport(
        tests=tests, failures=0, errors=0, skipped=0, flaky=flaky, flaky_tests=named[:100], tells_reruns=True
    )
    return made.but(**changes)


def judged(tests: TestReport, **params: Any) -> Judgement:
    return judge_check("testing/flaky", params, tests=tests)


def test_tests_that_passed_at_once_are_proven() -> None:
    (finding,) = judged(report(300)).findings
    assert (finding.outcome, finding.count) == (Outcome.PASS, 300)
    assert finding.message == "300 tests ran, and none had to be run again to pass"


def test_few_flaky_tests_are_within_the_limit() -> None:
    (finding,) = judged(report(300, 2)).findings
    assert finding.outcome is Outcome.PASS
    assert finding.message == "2 of 300 tests passed only when they were run again: 0.66%"


def test_too_many_are_named_each() -> None:
    found = judged(report(30, 2))
    assert found.outcome is Outcome.FAIL
    assert [one.message for one in found.findings] == [
        "shop: test 0 passed only when it was run again",
        "shop: test 1 passed only when it was run again",
    ]
    assert found.findings[0].location is not None
    assert (found.findings[0].location.file, found.findings[0].location.line) == ("junit.xml", 1)


def test_beyond_twenty_only_the_number_is_told() -> None:
    found = judged(report(100, 45))
    assert len(found.findings) == 21
    assert found.findings[-1].message == "25 more tests passed only when they were run again"


@pytest.mark.parametrize(
    ("flaky", "params", "outcome"),
    [
        (1, {"max-share": "0%"}, Outcome.FAIL),
        (0, {"max-share": "0%"}, Outcome.PASS),
        (3, {"max-share": "10%", "max-flaky": 2}, Outcome.FAIL),
        (2, {"max-share": "10%", "max-flaky": 2}, Outcome.PASS),
        (2, {"max-share": "1%", "max-flaky": 2}, Outcome.FAIL),
        (1, {"max-flaky": 0}, Outcome.FAIL),
    ],
)
def test_both_limits_are_held(flaky: int, params: dict[str, Any], outcome: Outcome) -> None:
    assert judged(report(100, flaky), **params).outcome is outcome


def test_a_report_that_does_not_tell_of_reruns_shows_nothing() -> None:
    (finding,) = judged(report(300, tells_reruns=False)).findings
    assert (finding.outcome, finding.reason) == (Outcome.UNPROVEN, Reason.INSUFFICIENT)
    assert finding.message == "the report does not tell which tests were run again"


def test_flaky_tests_that_are_told_fail_though_the_others_are_not_told() -> None:
    assert judged(report(30, 2, tells_reruns=False)).outcome is Outcome.FAIL
    assert judged(report(300, 2, tells_reruns=False)).outcome is Outcome.UNPROVEN


@pytest.mark.parametrize("tests", [report(0), report(5, skipped=5)])
def test_where_nothing_ran_nothing_is_shown(tests: TestReport) -> None:
    (finding,) = judged(tests).findings
    assert (finding.outcome, finding.reason) == (Outcome.UNPROVEN, Reason.MISSING)


def test_a_report_that_contradicts_itself_shows_nothing() -> None:
    assert judged(report(300, contradictions=(Contradiction("it lies"),))).outcome is Outcome.UNPROVEN


@pytest.mark.parametrize(
    ("name", "outcome"),
    [
        ("pytest-green.xml", Outcome.UNPROVEN),
        ("playwright.xml", Outcome.UNPROVEN),
        ("bats.tap", Outcome.UNPROVEN),
        ("go-test.json", Outcome.PASS),
        ("pytest-ctrf.json", Outcome.FAIL),
        ("pytest-rerun.xml", Outcome.FAIL),
        ("gotestsum-rerun.xml", Outcome.FAIL),
        ("nextest.xml", Outcome.FAIL),
        ("TEST-shop.CartTest.xml", Outcome.FAIL),
    ],
)
def test_real_reports_are_judged_by_what_they_tell(name: str, outcome: Outcome) -> None:
    facts = read_evidence("test-report", FIXTURES / "test_report", path=name).whole.facts
    assert isinstance(facts, TestReport)
    assert judged(facts).outcome is outcome


@pytest.mark.parametrize("params", [{"max-flaky": -1}, {"max-share": 1}, {"max": 1}])
def test_wrong_params_are_refused(params: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        judged(report(1), **params)


@settings(max_examples=40, deadline=None)
@given(tests=st.integers(1, 500), flaky=st.integers(0, 20), most=st.none() | st.integers(0, 10))
def test_more_flaky_tests_are_never_judged_better(tests: int, flaky: int, most: int | None) -> None:
    params = {} if most is None else {"max-flaky": most}
    before = judged(report(tests + flaky, flaky), **params).outcome
    after = judged(report(tests + flaky, flaky + 1), **params).outcome
    assert after.rank >= before.rank


def test_where_no_report_can_tell_its_word_is_taken_for_a_warning_at_best() -> None:
    (finding,) = judged(report(300, tells_reruns=False), untold="warn").findings
    assert finding.outcome is Outcome.WARN
    assert finding.message == "300 tests ran, and the report does not tell which tests were run again"
    assert "`pytest --ctrf FILE` with pytest-json-ctrf" in finding.next
    assert judged(report(30, 2, tells_reruns=False), untold="warn").outcome is Outcome.FAIL
    assert judged(report(0, tells_reruns=False), untold="warn").outcome is Outcome.UNPROVEN
    lies = report(300, tells_reruns=False, contradictions=(Contradiction("it lies"),))
    assert judged(lies, untold="warn").outcome is Outcome.UNPROVEN
