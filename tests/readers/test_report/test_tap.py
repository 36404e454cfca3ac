"""TAP: plans are kept, subtests count by their tests, and nothing that is cut passes."""

from __future__ import annotations

from pathlib import Path

import pytest

from readiness.evidence.model import Item, Reason
from readiness.evidence.test_report import TestReport
from readiness.testing import read_evidence


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "tests.tap"


def read(file: Path, content: str) -> Item:
    file.write_text(content, "utf-8")
    return read_evidence("test-report", file.parent, path=file.name).whole


def facts(file: Path, content: str) -> TestReport:
    item = read(file, content)
    assert isinstance(item.facts, TestReport), item.message
    return item.facts


def counts(report: TestReport) -> tuple[int, int, int, int]:
    return report.tests, report.failures, report.errors, report.skipped


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("1..2\nok 1 - a\nok 2 - b\n", (2, 0, 0, 0)),
        ("ok 1 - a\nnot ok 2 - b\n1..2\n", (2, 1, 0, 0)),
        ("TAP version 14\n1..1\nok\n", (1, 0, 0, 0)),
        ("\ufeff# hello\n\nTAP version 13\r\n1..1\r\nok 1\r\n", (1, 0, 0, 0)),
        ("1..3\nok 1 # SKIP no network\nnot ok 2 # skip later\nok 3 # Skipped: x\n", (3, 0, 0, 3)),
        ("1..2\nok 1 a # TODO\nnot ok 2 b # todo not yet\n", (2, 0, 0, 2)),
        ("1..2\nok 1 - takes \\# signs # time=2ms\nok 2 - b\n", (2, 0, 0, 0)),
        ("1..2\nok 2 - b\nok 1 - a\n", (2, 0, 0, 0)),
        ("1..1\nhello from the program\n  ok, said the program\nok 1\n", (1, 0, 0, 0)),
        ("1..1\nok 1\n  ---\n  not ok 7\n  1..9\n  ...\n", (1, 0, 0, 0)),
        ("1..0 # SKIP nothing here\n", (0, 0, 0, 0)),
        ("1..1\n# Subtest: a\n    ok 1 - x\n    not ok 2 - y\n    1..2\nnot ok 1 - a\n", (2, 1, 0, 0)),
        ("1..1\n    1..1\n    ok 1 - x\nnot ok 1 - a\n", (2, 1, 0, 0)),
        ("1..1\n    1..1\n    not ok 1 - x\nok 1 - a\n", (1, 1, 0, 0)),
        ("1..1\n    1..0\nok 1 - a\n", (1, 0, 0, 0)),
        ("1..1\nok 1 - a {\n    1..2\n    ok 1 - x\n    ok 2 - y # SKIP\n}\n", (2, 0, 0, 1)),
        ("1..9\nok 1\nBail out! no database\nok 2\n", (2, 0, 1, 0)),
    ],
)
def test_tests_are_counted(file: Path, content: str, expected: tuple[int, int, int, int]) -> None:
    report = facts(file, content)
    assert (counts(report), report.contradictions) == (expected, ())


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("1..3\nok 1\nok 2\n", "the plan is 1..3, and 2 tests are there"),
        ("1..1\nok 1\nok 2\n", "the plan is 1..1, and 2 tests are there"),
        ("TAP version 13\nok 1\nok 2\n", "there is no plan, such as 1..2: it ends too early"),
        ("1..2\nok 1\nok 1\n", "line 3: test 1 is there twice"),
        ("1..2\nok 1\nok 5\n", "test 5 is beyond the plan 1..2"),
        ("1..1\n1..1\nok 1\n", "line 2: a second plan, where line 1 begins"),
        ("1..1\nok 1 - a # SK", "its last line has no end: it ends too early"),
        ("1..1\nok 1\n  ---\n  at: 3\n", "it ends within the details of a test: it ends too early"),
        (
            "1..1\nok 1 - a {\n    1..1\n    ok 1 - x\n",
            "line 2: a subtest whose brace is not closed: it ends too early",
        ),
        (
            "1..1\n    ok 1 - x\n    ok 2 - y\nok 1 - a\n",
            "the subtest from line 2: there is no plan, such as 1..2: it ends too early",
        ),
        (
            "1..1\n    1..3\n    ok 1 - x\nok 1 - a\n",
            "the subtest from line 2: the plan is 1..3, and 1 tests are there",
        ),
        ("1..1\nok 1\n    1..1\n    ok 1 - x\n", "line 3: a subtest without a test point behind it"),
    ],
)
def test_what_is_not_as_planned_is_refused(file: Path, content: str, said: str) -> None:
    item = read(file, content)
    assert (item.reason, item.message) == (Reason.MALFORMED, said)
    assert item.remedy.startswith("keep the whole output of the run")


def test_failures_stay_beside_a_plan_that_was_not_kept(file: Path) -> None:
    report = facts(file, "1..3\nok 1\nnot ok 2 - b\n")
    assert counts(report) == (2, 1, 0, 0)
    assert [one.message for one in report.contradictions] == ["the plan is 1..3, and 2 tests are there"]


def test_an_expected_failure_is_told(file: Path) -> None:
    assert facts(file, "1..2\nok 1 # TODO\nnot ok 2 # TODO\n").xfailed == 1


def test_tests_have_the_names_of_the_subtests_around_them(file: Path) -> None:
    nested = (
        "1..1\nok 1 - api {\n    1..1\n    ok 1 - cart {\n        1..1\n        ok 1 - adds up\n    }\n}\n"
    )
    (group,) = facts(file, nested).groups
    assert (group.suite, group.within) == ("api > cart", ("api", "cart"))


def test_a_failed_test_has_its_name_and_its_line(file: Path) -> None:
    (test,) = facts(file, "1..2\nok 1\nnot ok 2 - adds up # time=1ms\n").failed
    assert (test.name, test.line, test.file) == ("adds up", 3, "tests.tap")


def test_the_same_file_twice_is_refused(tmp_path: Path) -> None:
    for name in ("a.tap", "b.tap"):
        (tmp_path / name).write_text("1..1\nok 1 - x\n")
    whole = read_evidence("test-report", tmp_path, path="*.tap").whole
    assert whole.message == "the suite '' stands in 2 files, with the same cases and times"
