"""testing/suites: suites that are named must have run, and what is not there is unproven."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from readiness.check import Outcome
from readiness.evidence.model import Reason
from readiness.evidence.test_report import Contradiction, FailedTest, SuiteCounts, TestReport
from readiness.judge import Judgement
from readiness.testing import judge_check, read_evidence
from tests.support import FIXTURES


def suite(name: str, tests: int, **counts: Any) -> SuiteCounts:
    ran = counts.pop("ran", tests - counts.get("skipped", 0))
    return SuiteCounts(suite=name, tests=tests, ran=ran, **counts)


def report(*groups: SuiteCounts, **changes: Any) -> TestReport:
    keys = ("tests", "failures", "errors", "skipped")
    sums = {key: sum(getattr(group, key) for group in groups) for key in keys}
    return TestReport(**sums, groups=groups, grouped=True).but(**changes)


def judged(tests: TestReport, *suites: dict[str, Any]) -> Judgement:
    return judge_check("testing/suites", {"suites": list(suites)}, tests=tests)


INTEGRATION = suite("integration-api", 24)
UNIT = suite("unit", 900, failures=3)


def test_suites_that_ran_and_passed_share_a_finding() -> None:
    both = report(INTEGRATION, suite("security", 7), UNIT)
    found = judged(both, {"name": "integration*", "min-tests": 20}, {"name": "security"})
    assert found.outcome is Outcome.PASS
    (finding,) = found.findings
    assert finding.message == "ran and passed: integration*, 24 tests; security, 7 tests"
    assert finding.count == 2


def test_a_suite_that_is_not_there_is_unproven_and_the_others_are_named() -> None:
    (finding,) = judged(report(UNIT), {"name": "integration*"}).findings
    assert (finding.outcome, finding.reason) == (Outcome.UNPROVEN, Reason.MISSING)
    assert finding.message == "no suite is named integration*; there are unit"


def test_an_empty_report_has_no_suite() -> None:
    (finding,) = judged(report(), {"name": "integration*"}).findings
    assert (finding.outcome, finding.reason) == (Outcome.UNPROVEN, Reason.MISSING)


@pytest.mark.parametrize(
    ("group", "limits", "outcome", "reason", "message"),
    [
        (suite("i", 5, skipped=5), {}, Outcome.UNPROVEN, Reason.MISSING, "i: none of its 5 tests ran"),
        (
            suite("i", 19),
            {"min-tests": 20},
            Outcome.UNPROVEN,
            Reason.INSUFFICIENT,
            "i: 19 different tests ran, at least 20 should",
        ),
        (
            suite("i", 40, ran=4),
            {"min-tests": 20},
            Outcome.UNPROVEN,
            Reason.INSUFFICIENT,
            "i: 4 different tests ran, at least 20 should",
        ),
        (suite("i", 200, failures=1), {}, Outcome.FAIL, None, "i: 1 of 200 tests that ran did not pass"),
        (
            suite("i", 10, failures=1, errors=1),
            {},
            Outcome.FAIL,
            None,
            "i: 2 of 10 tests that ran did not pass",
        ),
        (suite("i", 10, skipped=2), {}, Outcome.FAIL, None, "i: 2 of 10 tests were skipped: 20%"),
        (
            suite("i", 100, failures=1),
            {"min-pass-rate": "99%"},
            Outcome.PASS,
            None,
            "ran and passed: i, 100 tests",
        ),
        (suite("i", 10, skipped=2), {"max-skipped": "20%"}, Outcome.PASS, None, "ran and passed: i, 8 tests"),
    ],
)
def test_each_limit_is_held(
    group: SuiteCounts, limits: dict[str, Any], outcome: Outcome, reason: Reason | None, message: str
) -> None:
    found = judged(report(group), {"name": "i", **limits})
    assert (found.outcome, found.findings[0].reason, found.findings[0].message) == (outcome, reason, message)


@pytest.mark.parametrize(
    "name",
    [
        "shop",
        "sh*",
        "tests.integration.*",
        "*/integration/*.py",
        "integration/test_pay.py",
        "Everything",
        "test_*.py",
    ],
)
def test_suites_are_found_by_suite_class_file_and_what_is_around_them(name: str) -> None:
    group = suite("shop", 3, classname="tests.integration.test_pay", within=("Everything",))
    both = report(group.but(file="/srv/shop/integration/test_pay.py"), UNIT)
    assert judged(both, {"name": name}).outcome is Outcome.PASS


@pytest.mark.parametrize("name", ["integration", "Shop", "pay", "sho?p", "[s]hop", "tests.integration"])
def test_part_of_a_name_is_not_the_name(name: str) -> None:
    group = suite("shop", 3, classname="tests.integration.test_pay")
    assert judged(report(group), {"name": name}).outcome is Outcome.UNPROVEN


def test_a_suite_that_ran_twice_counts_its_tests_once() -> None:
    once = suite("integration", 12, mark="same")
    found = judged(report(once, once), {"name": "integration", "min-tests": 20})
    assert found.outcome is Outcome.UNPROVEN
    assert found.findings[0].observed == "12"


def test_failed_tests_are_named() -> None:
    failed = tuple(FailedTest("i", f"test {number}", "") for number in range(5))
    (finding,) = judged(report(suite("i", 10, failures=5), failed=failed), {"name": "i"}).findings
    assert finding.message == "i: 5 of 10 tests that ran did not pass, such as test 0, test 1, test 2"


def test_a_report_that_contradicts_itself_proves_no_suite() -> None:
    found = judged(report(INTEGRATION, contradictions=(Contradiction("it lies"),)), {"name": "integration*"})
    assert found.outcome is Outcome.UNPROVEN


def test_too_many_suites_to_tell_apart_are_unproven() -> None:
    (finding,) = judged(report(UNIT, groups=(), grouped=False), {"name": "unit"}).findings
    assert (finding.outcome, finding.reason) == (Outcome.UNPROVEN, Reason.INSUFFICIENT)


@pytest.mark.parametrize(
    ("suites", "said"),
    [
        ([], "at least 1 item"),
        ([{"name": "a"}, {"name": "a"}], "a name stands twice in suites"),
        ([{"name": ""}], "an empty path matches nothing"),
        ([{"name": "*" * 20}], "a glob has at most 16 stars"),
        ([{"name": "a", "min-tests": 0}], "greater than or equal to 1"),
        ([{"name": "a", "min-pass-rate": "0%"}], "min-pass-rate must be more than 0%"),
        ([{"name": "a", "min-pass-rate": 1}], "is no share"),
        ([{"min-tests": 1}], "Field required"),
    ],
)
def test_wrong_params_are_refused(suites: list[dict[str, Any]], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        judged(report(UNIT), *suites)


@pytest.mark.parametrize(
    ("name", "glob", "outcome"),
    [
        ("pytest-green.xml", "tests.test_cart", Outcome.PASS),
        ("pytest-xunit1.xml", "tests/test_cart.py", Outcome.PASS),
        ("pytest-xunit1.xml", "tests/test_outcomes.py", Outcome.FAIL),
        ("gotestsum-rerun.xml", "*/pay", Outcome.PASS),
        ("vitest.xml", "cart.test.js", Outcome.FAIL),
        ("node.tap", "cart", Outcome.FAIL),
        ("phpunit.xml", "unit", Outcome.FAIL),
        ("dotnet.trx", "Shop.Tests.Pay*", Outcome.FAIL),
        ("jest-ctrf.json", "*cart.test.js*", Outcome.FAIL),
    ],
)
def test_suites_of_real_reports_are_found(name: str, glob: str, outcome: Outcome) -> None:
    facts = read_evidence("test-report", FIXTURES / "test_report", path=name).whole.facts
    assert isinstance(facts, TestReport)
    assert judged(facts, {"name": glob}).outcome is outcome


@settings(max_examples=60, deadline=None)
@given(
    tests=st.integers(1, 60),
    failures=st.integers(0, 5),
    skipped=st.integers(0, 10),
    worse=st.sampled_from(["failures", "errors", "skipped"]),
)
def test_worse_evidence_is_never_judged_better(tests: int, failures: int, skipped: int, worse: str) -> None:
    before = suite("i", tests + failures + skipped + 1, failures=failures, skipped=skipped)
    after = before.but(**{worse: getattr(before, worse) + 1}, ran=before.ran - (worse == "skipped"))
    limits = {"name": "i", "min-tests": 20, "min-pass-rate": "90%"}
    good, bad = (judged(report(one), limits).outcome for one in (before, after))
    assert good is not Outcome.PASS or bad is Outcome.PASS or bad.rank > good.rank
    assert bad is not Outcome.PASS or good is Outcome.PASS
