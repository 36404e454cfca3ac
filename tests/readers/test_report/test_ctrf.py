"""CTRF: the tests are counted, and a summary that lies is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from readiness.evidence.model import Item, Reason
from readiness.evidence.test_report import TestReport
from readiness.testing import read_evidence

START = 1_780_300_800_000


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "ctrf.json"


def report(*tests: dict[str, Any], **summary: Any) -> dict[str, Any]:
    made = [{"name": f"test {number}", "duration": 5, **test} for number, test in enumerate(tests)]
    counts = {
        status: sum(test["status"] == status for test in made)
        for status in ("passed", "failed", "skipped", "pending", "other")
    }
    whole = {"tests": len(made), **counts, "start": START, "stop": START + 2500, **summary}
    return {"results": {"tool": {"name": "jest"}, "summary": whole, "tests": made}}


def read(file: Path, content: object) -> Item:
    file.write_text(json.dumps(content), "utf-8")
    return read_evidence("test-report", file.parent, path=file.name).whole


def facts(file: Path, content: object) -> TestReport:
    item = read(file, content)
    assert isinstance(item.facts, TestReport), item.message
    return item.facts


PASSED, FAILED = {"status": "passed"}, {"status": "failed", "message": "\nno database\nat line 3"}


@pytest.mark.parametrize(
    ("test", "expected"),
    [
        (PASSED, (1, 0, 0, 0)),
        (FAILED, (1, 1, 0, 0)),
        ({"status": "skipped"}, (1, 0, 0, 1)),
        ({"status": "pending"}, (1, 0, 0, 1)),
        ({"status": "other", "rawStatus": "todo"}, (1, 0, 0, 1)),
        ({"status": "other", "rawStatus": "timedOut"}, (1, 0, 1, 0)),
        ({"status": "other"}, (1, 0, 1, 0)),
    ],
)
def test_each_status_counts(file: Path, test: dict[str, Any], expected: tuple[int, int, int, int]) -> None:
    found = facts(file, report(test))
    assert (found.tests, found.failures, found.errors, found.skipped) == expected


@pytest.mark.parametrize("test", [{"retries": 2}, {"flaky": True}, {"flaky": False, "retries": 1}])
def test_what_passed_with_retries_is_flaky(file: Path, test: dict[str, Any]) -> None:
    found = facts(file, report({**PASSED, **test}))
    assert (found.flaky, found.tells_reruns, found.flaky_tests[0].name) == (1, True, "test 0")


def test_what_failed_with_retries_is_not_flaky(file: Path) -> None:
    assert facts(file, report({**FAILED, "retries": 2, "flaky": False})).flaky == 0


def test_a_reporter_that_says_nothing_of_retries_does_not_tell(file: Path) -> None:
    assert not facts(file, report(PASSED)).tells_reruns


def test_time_and_duration_are_those_of_the_summary(file: Path) -> None:
    item = read(file, report(PASSED))
    assert isinstance(item.facts, TestReport)
    assert item.facts.duration_s == 2.5
    assert str(item.provenance.observed_at) == "2026-06-01 08:00:02.500000+00:00"


def test_suites_and_files_are_told_apart(file: Path) -> None:
    found = facts(
        file,
        report(
            {**PASSED, "suite": ["api", "cart"], "filePath": "e2e/cart.js"},
            {**FAILED, "suite": "api > cart", "filePath": "e2e/cart.js"},
            {**PASSED, "filePath": "unit/cart.js"},
        ),
    )
    assert [(group.suite, group.file, group.tests) for group in found.groups] == [
        ("api > cart", "e2e/cart.js", 2),
        ("", "unit/cart.js", 1),
    ]
    assert found.failed[0].message == "no database"


@pytest.mark.parametrize(
    ("key", "said"),
    [("tests", 3), ("passed", 2), ("skipped", 1), ("pending", 1), ("other", 1), ("failed", 1), ("flaky", 1)],
)
def test_a_summary_that_lies_is_refused(file: Path, key: str, said: int) -> None:
    found = {"tests": 1, "passed": 1}.get(key, 0)
    item = read(file, report(PASSED, **{key: said}))
    assert item.reason is Reason.MALFORMED
    assert item.message == f"the summary says {key}={said}, and the tests come to {found}"


def test_failures_stay_beside_a_summary_that_lies(file: Path) -> None:
    found = facts(file, report(PASSED, FAILED, failed=0))
    assert (found.failures, len(found.contradictions)) == (1, 1)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ({"reportFormat": "CTRF"}, "it is no CTRF report: Object missing required field `results`"),
        (report({"status": "odd"}), "results.tests[0]: the status 'odd' is none of CTRF's"),
        (
            report(PASSED, tests=-1),
            "it is no CTRF report: Expected `int` >= 0 - at `$.results.summary.tests`",
        ),
        (report(PASSED, tests=True), "it is no CTRF report: Expected `int`, got `bool`"),
        (report({**PASSED, "duration": -5}), "it is no CTRF report: Expected `float` >= 0.0"),
        (
            report(PASSED, stop=1_780_300),
            "results.summary.stop is 1780300, which as milliseconds is no time of this",
        ),
    ],
)
def test_what_is_odd_is_refused(file: Path, content: object, said: str) -> None:
    item = read(file, content)
    assert item.reason is Reason.MALFORMED
    assert item.message.startswith(said)


def test_a_reporter_without_times_leaves_the_file_undated(file: Path) -> None:
    assert read(file, report(PASSED, start=0, stop=0)).provenance.observed_from == "mtime"
