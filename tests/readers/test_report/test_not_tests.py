"""JUnit XML that says less than it seems to: tests that could not be run, and linters that call clean code a test."""

from __future__ import annotations

from pathlib import Path

import pytest

from readiness.evidence.model import Reason
from readiness.evidence.test_report import TestReport
from readiness.testing import read_evidence
from tests.support import FIXTURES

REPORTS = FIXTURES / "test_report"


def read(folder: Path, name: str) -> TestReport:
    facts = read_evidence("test-report", folder, path=name).whole.facts
    assert isinstance(facts, TestReport)
    return facts


def test_a_program_that_ctest_did_not_find_broke_as_ctest_itself_says() -> None:
    report = read(REPORTS, "ctest.xml")
    assert (report.tests, report.failures, report.errors, report.skipped) == (8, 3, 1, 2)
    assert report.contradictions == ()
    (broken,) = (test for test in report.failed if test.outcome == "error")
    assert (broken.name, broken.message) == ("gone", "Unable to find executable")


@pytest.mark.parametrize(
    ("message", "errors"),
    [
        ("SKIP_RETURN_CODE=77", 0),
        ("SKIP_REGULAR_EXPRESSION_MATCHED", 0),
        ("", 0),
        ("Fixture dependency failed", 1),
        ("Required Files Missing", 1),
    ],
)
def test_what_ctest_skips_was_meant_to_be_skipped(tmp_path: Path, message: str, errors: int) -> None:
    case = f'<testcase name="a" classname="a" status="notrun"><skipped message="{message}"/></testcase>'
    suite = f'<testsuite name="s" tests="1" failures="0" disabled="0" skipped="1">{case}</testsuite>'
    (tmp_path / "ctest.xml").write_text(suite)
    report = read(tmp_path, "ctest.xml")
    assert (report.errors, report.skipped) == (errors, 1 - errors)


def test_a_surprising_pass_of_nose2_failed_as_nose2_itself_says() -> None:
    report = read(REPORTS, "nose2.xml")
    assert (report.tests, report.failures, report.errors, report.skipped, report.xfailed) == (6, 2, 1, 2, 1)
    assert report.contradictions == ()
    assert "test passes unexpectedly" in [test.message for test in report.failed]


def test_a_disabled_test_of_googletest_is_skipped() -> None:
    report = read(REPORTS, "googletest.xml")
    assert (report.tests, report.failures, report.errors, report.skipped) == (7, 2, 0, 2)
    assert report.contradictions == ()


@pytest.mark.parametrize(("name", "who"), [("ruff-junit.xml", "org.ruff"), ("mypy-junit.xml", "mypy")])
def test_clean_code_is_no_test_that_passed(name: str, who: str) -> None:
    item = read_evidence("test-report", REPORTS, path=name).whole
    assert (item.facts, item.reason) == (None, Reason.MALFORMED)
    assert "is no test: a linter wrote it" in item.message
    assert item.remedy.endswith("declare that as `kind: scan`")
    assert who in (REPORTS / name).read_text()


@pytest.mark.parametrize("package", ["org.eslint", "stylelint.rules"])
def test_packages_of_linters_are_told(tmp_path: Path, package: str) -> None:
    case = '<testcase name="src/cart.js" classname="cart"/>'
    suite = (
        f'<testsuites><testsuite package="{package}" name="cart" tests="1">{case}</testsuite></testsuites>'
    )
    (tmp_path / "lint.xml").write_text(suite)
    item = read_evidence("test-report", tmp_path, path="lint.xml").whole
    assert item.message == f"line 1: '{package}' is no test: a linter wrote it"


def test_what_a_linter_calls_a_failure_stays_one(tmp_path: Path) -> None:
    case = '<testcase name="mypy-py3_11-linux" classname="mypy"><failure message="x"/></testcase>'
    (tmp_path / "mypy.xml").write_text(f'<testsuite name="mypy" tests="1" failures="1">{case}</testsuite>')
    assert read(tmp_path, "mypy.xml").failures == 1
