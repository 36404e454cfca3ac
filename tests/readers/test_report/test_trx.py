"""TRX: results are counted, counters that lie are refused, and a run that was aborted broke."""

from __future__ import annotations

from pathlib import Path

import pytest

from readiness.evidence.model import Item, Reason
from readiness.evidence.test_report import TestReport
from readiness.testing import read_evidence
from tests.support import FIXTURES

REPORT = (FIXTURES / "test_report" / "dotnet.trx").read_text()
RUN = '<TestRun xmlns="http://microsoft.com/schemas/VisualStudio/TeamTest/2010">{}</TestRun>'
COUNTERS = (
    '<ResultSummary outcome="{}"><Counters total="{}" executed="{}" passed="{}" failed="0"/></ResultSummary>'
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "tests.trx"


def results(*outcomes: str) -> str:
    made = "".join(f'<UnitTestResult testName="t{n}" outcome="{one}"/>' for n, one in enumerate(outcomes))
    return f"<Results>{made}</Results>"


def read(file: Path, content: str) -> Item:
    file.write_text(content, "utf-8")
    return read_evidence("test-report", file.parent, path=file.name).whole


def facts(file: Path, content: str) -> TestReport:
    item = read(file, content)
    assert isinstance(item.facts, TestReport), item.message
    return item.facts


def test_classes_and_messages_are_told(file: Path) -> None:
    report = facts(file, REPORT)
    assert [group.classname for group in report.groups] == ["Shop.Tests.CartTests", "Shop.Tests.PayTests"]
    assert report.failed[0].message == "Assert.Equal() Failure: Values differ"
    assert report.duration_s == 2.5


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [
        ("NotExecuted", (2, 0, 0, 1)),
        ("Inconclusive", (2, 0, 0, 1)),
        ("Failed", (2, 1, 0, 0)),
        ("Timeout", (2, 0, 1, 0)),
        ("Aborted", (2, 0, 1, 0)),
        ("NotRunnable", (2, 0, 1, 0)),
        ("Warning", (2, 0, 1, 0)),
    ],
)
def test_each_outcome_counts(file: Path, outcome: str, expected: tuple[int, int, int, int]) -> None:
    content = RUN.format(results("Passed", outcome) + COUNTERS.format("Completed", 2, 2, 1))
    report = facts(file, content)
    assert (report.tests, report.failures, report.errors, report.skipped) == expected


def test_a_run_that_was_aborted_broke(file: Path) -> None:
    report = facts(file, RUN.format(results("Passed") + COUNTERS.format("Aborted", 1, 1, 1)))
    assert (report.tests, report.errors, report.failed[0].name) == (2, 1, "the run ended as 'Aborted'")


def test_rows_of_a_test_count_once_as_the_worst(file: Path) -> None:
    row = '<UnitTestResult testName="row" outcome="Failed"/>'
    inner = (
        f'<UnitTestResult testName="t" outcome="Passed"><InnerResults>{row}</InnerResults></UnitTestResult>'
    )
    report = facts(file, RUN.format(f"<Results>{inner}</Results>" + COUNTERS.format("Failed", 1, 1, 0)))
    assert (report.tests, report.failures) == (1, 1)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (
            results("Passed") + COUNTERS.format("Completed", 3, 1, 1),
            "its counters say total=3, and its results come to 1",
        ),
        (
            results("Passed", "NotExecuted") + COUNTERS.format("Completed", 2, 1, 2),
            "its counters say passed=2, and its results come to 1",
        ),
        (
            results("Passed") + COUNTERS.format("Failed", 1, 1, 1).replace('failed="0"', 'failed="1"'),
            "its counters say that 1 did not pass, and its results come to 0",
        ),
        (results("Passed"), "it has no counters: it ends too early"),
        (results("Passed") + COUNTERS.format("Completed", "x", 1, 1), "line 1: total='x' is no count"),
        (results("Splendid"), "line 1: outcome='splendid' says nothing that is known of how a test ended"),
        (
            '<x><UnitTestResult outcome="Failed"/></x>',
            "it has 1 <UnitTestResult> elements, of which 0 stand where they belong",
        ),
        ('<Times finish="today"/>', "line 1: finish='today' is no time"),
    ],
)
def test_what_is_odd_is_refused(file: Path, content: str, said: str) -> None:
    item = read(file, RUN.format(content))
    assert (item.reason, item.message) == (Reason.MALFORMED, said)
