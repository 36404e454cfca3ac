"""testing/results: enough tests ran, and they passed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from readiness.check import Finding, Location, Outcome
from readiness.evidence.model import Reason
from readiness.evidence.test_report import Contradiction, FailedTest, TestReport
from readiness.judge import Judgement
from readiness.testing import judge_check, read_evidence
from tests.support import FIXTURES

REPORTS = FIXTURES / "test_report"


def report(tests: int, failures: int = 0, errors: int = 0, skipped: int = 0, **more: Any) -> TestReport:
    return TestReport(tests=tests, failures=failures, errors=errors, skipped=skipped, **more)


def judged(tests: TestReport, **params: Any) -> Judgement:
    named = {key.replace("_", "-"): value for key, value in params.items()}
    return judge_check("testing/results", named, tests=tests)


def bad(judgement: Judgement) -> list[Finding]:
    return [finding for finding in judgement.findings if finding.outcome is not Outcome.PASS]


def of_file(name: str) -> TestReport:
    facts = read_evidence("test-report", REPORTS, path=name).whole.facts
    assert isinstance(facts, TestReport)
    return facts


def test_tests_that_all_passed_are_one_good_finding() -> None:
    judgement = judged(of_file("pytest-green.xml"))
    assert (judgement.outcome, judgement.summary) == (Outcome.PASS, "5 of 5 tests passed")
    (finding,) = judgement.findings
    assert (finding.count, finding.observed, finding.expected) == (5, "5 ran", ">= 1")
    assert finding.measure is not None
    assert (finding.measure.value, finding.measure.limit, finding.measure.better) == (5, 1, "higher")


def test_a_report_without_tests_is_unproven() -> None:
    judgement = judged(of_file("pytest-empty.xml"))
    assert (judgement.outcome, judgement.reason) == (Outcome.UNPROVEN, Reason.MISSING)
    assert judgement.summary == "the report holds no test"


def test_all_skipped_fails() -> None:
    judgement = judged(of_file("pytest-all-skipped.xml"))
    assert judgement.outcome is Outcome.FAIL
    assert [finding.message for finding in judgement.findings] == [
        "0 of 2 tests ran, at least 1 should",
        "2 of 2 tests were skipped: 100%",
    ]


def test_all_skipped_never_passes_however_many_may_be() -> None:
    judgement = judged(report(50, skipped=50), max_skipped="100%")
    assert (judgement.outcome, judgement.reason) == (Outcome.UNPROVEN, Reason.INSUFFICIENT)
    assert judgement.summary == "0 of 50 tests ran, at least 1 should"


def test_all_failed_never_passes_however_many_may_be() -> None:
    judgement = judged(report(3, failures=3), max_failures=10)
    assert (judgement.outcome, judgement.reason) == (Outcome.UNPROVEN, Reason.INSUFFICIENT)
    assert judgement.summary == "of 3 tests that ran, none passed"


def test_too_few_that_ran_are_insufficient() -> None:
    judgement = judged(report(10, skipped=1), min_tests=10)
    assert (judgement.outcome, judgement.reason) == (Outcome.UNPROVEN, Reason.INSUFFICIENT)
    (finding,) = bad(judgement)
    assert finding.message == "9 of 10 tests ran, at least 10 should"
    assert (finding.observed, finding.expected) == ("9", ">= 10")
    assert finding.next


def test_a_test_that_ran_twice_is_one_test() -> None:
    tests = report(20, identities=("a", "a"), ran=(10, 10))
    assert judged(tests, min_tests=10).outcome is Outcome.PASS
    judgement = judged(tests, min_tests=11)
    assert (judgement.outcome, judgement.reason) == (Outcome.UNPROVEN, Reason.INSUFFICIENT)
    assert judgement.summary == "20 tests ran, of which 10 are different, at least 11 should be"


def test_a_report_that_contradicts_itself_shows_its_failures_and_nothing_good() -> None:
    lie = Contradiction("line 1: the header says tests=9", "write it again")
    judgement = judged(report(3, failures=1, failed=(FailedTest("s", "t", ""),), contradictions=(lie,)))
    assert judgement.outcome is Outcome.FAIL
    messages = [finding.message for finding in bad(judgement)]
    assert messages == ["the report contradicts itself: line 1: the header says tests=9", "s: t failed"]
    tolerant = judged(report(3, failures=1, contradictions=(lie,)), max_failures=3)
    assert (tolerant.outcome, tolerant.reason) == (Outcome.UNPROVEN, Reason.MALFORMED)
    assert bad(tolerant)[0].next == "write it again"


def test_every_failed_test_is_a_finding_with_its_place() -> None:
    tests = of_file("pytest.xml")
    judgement = judged(tests, max_skipped="50%")
    assert judgement.outcome is Outcome.FAIL
    assert judgement.summary.endswith("(and 6 more)")
    findings = bad(judgement)
    assert len(findings) == 7
    assert findings[1].message == "tests.test_outcomes: test_failure failed: assert 0 == 1"
    assert findings[2].message == (
        'tests.test_outcomes: test_error_in_setup broke: failed on setup with "RuntimeError: no database"'
    )
    assert findings[2].location == Location("pytest.xml", 8)
    assert (findings[2].observed, findings[2].expected) == ("7 failed in all", "<= 0")


def test_a_collection_that_broke_fails() -> None:
    judgement = judged(of_file("pytest-collection-error.xml"))
    assert judgement.outcome is Outcome.FAIL
    assert any("tests.test_import broke: collection failure" in one.message for one in judgement.findings)


def test_a_name_that_holds_its_suite_is_not_told_twice() -> None:
    (first, *_) = bad(judged(of_file("jest.xml"), max_skipped="50%"))
    assert first.message == "cart fails failed: Error: expect(received).toBe(expected) // Object.is equality"


@pytest.mark.parametrize(
    ("failures", "named", "said"), [(25, 25, "5 more"), (500, 100, "480 more"), (3, 0, "")]
)
def test_beyond_twenty_the_rest_is_counted(failures: int, named: int, said: str) -> None:
    failed = tuple(FailedTest("s", f"t{number}", "") for number in range(named))
    findings = bad(judged(report(1000, failures=failures, failed=failed)))
    assert sum(finding.count for finding in findings) == failures
    assert findings[-1].message == (f"{said} tests failed" if said else "3 of 1000 tests failed")
    assert findings[-1].location is None


def test_failures_within_the_limit_pass_and_are_told() -> None:
    judgement = judged(report(10, failures=1, errors=1), max_failures=2)
    assert judgement.outcome is Outcome.PASS
    assert judgement.summary == "8 of 10 tests passed, 2 failed, which is within the limit"


def test_reruns_and_skipped_tests_are_told() -> None:
    judgement = judged(report(20, skipped=1, flaky=2))
    assert judgement.summary == "19 of 20 tests passed, 2 of them only on a rerun, 1 skipped"


@pytest.mark.parametrize(("skipped", "outcome"), [(1, Outcome.PASS), (2, Outcome.FAIL)])
def test_the_share_of_skipped_tests_is_compared_exactly(skipped: int, outcome: Outcome) -> None:
    judgement = judged(report(10, skipped=skipped))
    assert judgement.outcome is outcome


def test_the_finding_about_skipped_tests_has_a_measure() -> None:
    (finding,) = bad(judged(report(3, skipped=1)))
    assert finding.message == "1 of 3 tests were skipped: 33.33%"
    assert (finding.observed, finding.expected, finding.count) == ("33.33%", "<= 10%", 1)
    assert finding.measure is not None
    assert finding.measure.limit == 10


@pytest.mark.parametrize(
    ("params", "said"),
    [
        ({"min_tests": 0}, "greater than or equal to 1"),
        ({"max_failures": -1}, "greater than or equal to 0"),
        ({"max_failures": True}, "valid integer"),
        ({"max_skipped": 10}, "is no share; write it in percent"),
        ({"max_skipped": "200%"}, "is more than 100%"),
        ({"min_passed": 1}, "Extra inputs are not permitted"),
    ],
)
def test_wrong_params_are_refused(params: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        judged(report(1), **params)


_COUNTS = st.tuples(*(st.integers(0, 12) for _ in range(4)))
_BAD = {Outcome.UNPROVEN, Outcome.FAIL}


@settings(max_examples=60, deadline=None)
@given(_COUNTS, st.integers(1, 10), st.integers(0, 5), st.integers(0, 3))
def test_worse_results_are_never_better(
    counts: tuple[int, ...], min_tests: int, max_failures: int, change: int
) -> None:
    passed, failures, errors, skipped = counts
    limits = {"min_tests": min_tests, "max_failures": max_failures}
    whole = report(sum(counts), failures, errors, skipped)
    first = judged(whole, **limits).outcome
    assert first is not Outcome.ERROR
    if not passed:
        assert first in _BAD
        return
    worse = (
        report(whole.tests, failures + 1, errors, skipped),
        report(whole.tests, failures, errors + 1, skipped),
        report(whole.tests, failures, errors, skipped + 1),
        report(whole.tests - 1, failures, errors, skipped),
    )[change]
    assert judged(worse, **limits).outcome.rank >= min(first.rank, Outcome.UNPROVEN.rank)


def test_a_file_that_is_unreadable_is_no_facts(tmp_path: Path) -> None:
    (tmp_path / "junit.xml").write_text("<testsuite")
    assert read_evidence("test-report", tmp_path, path="junit.xml").whole.reason is Reason.MALFORMED
