"""Jest's and vitest's JSON: counts, files that did not run, retries, and headers that say otherwise."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readiness.evidence.model import Item, Reason
from readiness.evidence.test_report import TestReport
from readiness.testing import read_evidence
from tests.support import FIXTURES

REPORTS = FIXTURES / "test_report"
GOOD = (REPORTS / "jest-json.json").read_text()


def read(folder: Path, name: str) -> Item:
    return read_evidence("test-report", folder, path=name).whole


def facts(folder: Path, name: str) -> TestReport:
    item = read(folder, name)
    assert isinstance(item.facts, TestReport), item.message
    return item.facts


def changed(folder: Path, change: Callable[[Any], None], text: str = GOOD) -> Item:
    report = json.loads(text)
    change(report)
    (folder / "report.json").write_text(json.dumps(report))
    return read(folder, "report.json")


@pytest.mark.parametrize(
    ("name", "counts"),
    [
        ("jest-json.json", (4, 0, 0, 2, 1)),
        ("jest-json-broken.json", (5, 0, 1, 2, 1)),
        ("vitest-json-broken.json", (5, 1, 1, 2, 0)),
    ],
)
def test_tests_are_counted(name: str, counts: tuple[int, ...]) -> None:
    report = facts(REPORTS, name)
    assert (report.tests, report.failures, report.errors, report.skipped, report.flaky) == counts
    assert report.contradictions == ()
    assert read(REPORTS, name).provenance.observed_from == "content"


def test_a_file_that_did_not_compile_broke() -> None:
    (broken,) = facts(REPORTS, "jest-json-broken.json").failed
    assert (broken.name, broken.outcome) == ("the file itself, which did not run", "error")
    assert "Test suite failed to run" in broken.message


def test_retries_are_told_by_jest_and_not_by_vitest() -> None:
    assert facts(REPORTS, "jest-json.json").tells_reruns
    assert not facts(REPORTS, "vitest-json-broken.json").tells_reruns


def _set(key: str, to: Any) -> Callable[[Any], None]:
    return lambda report: report.__setitem__(key, to)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (_set("numTotalTests", 9), "it says numTotalTests=9, and its tests come to 4"),
        (_set("numPassedTests", 4), "it says numPassedTests=4, and its tests come to 2"),
        (_set("numTodoTests", 0), "it says numTodoTests=0, and its tests come to 1"),
        (_set("success", False), "it says that the run failed, and none of its tests did"),
        (_set("testResults", []), "it says numTotalTests=4, and its tests come to 0"),
    ],
)
def test_a_header_that_says_otherwise_is_malformed(
    tmp_path: Path, change: Callable[[Any], None], said: str
) -> None:
    item = changed(tmp_path, change)
    assert (item.facts, item.reason, item.message) == (None, Reason.MALFORMED, said)


def test_an_unknown_status_is_malformed(tmp_path: Path) -> None:
    def change(report: Any) -> None:
        report["testResults"][0]["assertionResults"][0]["status"] = "fine"

    assert (
        changed(tmp_path, change).message == "/srv/shop/r.spec.js: the status 'fine' of a test is not known"
    )


def test_a_failure_beside_a_wrong_header_stays(tmp_path: Path) -> None:
    broken = (REPORTS / "jest-json-broken.json").read_text()
    report = changed(tmp_path, _set("success", True), broken).facts
    assert isinstance(report, TestReport)
    assert (report.errors, len(report.contradictions)) == (1, 1)


def test_a_run_without_tests_holds_none(tmp_path: Path) -> None:
    def change(report: Any) -> None:
        report |= {key: 0 for key in report if key.startswith("num")} | {"testResults": []}

    report = changed(tmp_path, change).facts
    assert isinstance(report, TestReport)
    assert report.tests == 0


@settings(max_examples=25, deadline=None)
@given(at=st.integers(0, len(GOOD.rstrip()) - 1))
def test_a_cut_report_is_unproven(tmp_path_factory: pytest.TempPathFactory, at: int) -> None:
    folder = tmp_path_factory.mktemp("cut")
    (folder / "report.json").write_text(GOOD[:at])
    item = read(folder, "report.json")
    assert item.facts is None
    assert not item.message.startswith("the reader")
