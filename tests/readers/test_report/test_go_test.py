"""go test -json: each run of a test counts, and a package that did not end is not whole."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from readiness.evidence.model import Item, Reason
from readiness.evidence.test_report import TestReport
from readiness.testing import read_evidence
from tests.support import FIXTURES

REPORT = (FIXTURES / "test_report" / "go-test.json").read_text()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "go.json"


def lines(*events: tuple[str, str | None] | tuple[str, str | None, str]) -> str:
    made = []
    for event in events:
        action, test, *package = event
        told = {"Action": action, "Package": package[0] if package else "shop", "Test": test}
        made.append(json.dumps({key: value for key, value in told.items() if value is not None}))
    return "\n".join(made) + "\n"


def read(file: Path, content: str) -> Item:
    file.write_text(content, "utf-8")
    return read_evidence("test-report", file.parent, path=file.name).whole


def facts(file: Path, content: str) -> TestReport:
    item = read(file, content)
    assert isinstance(item.facts, TestReport), item.message
    return item.facts


def counts(report: TestReport) -> tuple[int, int, int, int]:
    return report.tests, report.failures, report.errors, report.skipped


def test_a_test_that_failed_and_then_passed_is_flaky_and_has_failed(file: Path) -> None:
    content = lines(
        ("start", None), ("run", "TestA"), ("fail", "TestA"), ("fail", None),
        ("start", None), ("run", "TestA"), ("pass", "TestA"), ("pass", None),
    )  # fmt: skip
    report = facts(file, content)
    assert (counts(report), report.flaky, report.different) == ((2, 1, 0, 0), 1, 1)
    assert report.flaky_tests[0].name == "TestA"


def test_a_test_that_panicked_broke(file: Path) -> None:
    content = lines(("start", None), ("run", "TestA"), ("output", "TestA"), ("fail", None))
    (test,) = facts(file, content).failed
    assert (test.name, test.outcome, test.message) == ("TestA", "error", "it did not end")


def test_a_package_that_failed_without_a_test_broke(file: Path) -> None:
    report = facts(file, lines(("start", None), ("run", "TestA"), ("pass", "TestA"), ("fail", None)))
    assert counts(report) == (2, 0, 1, 0)
    assert report.failed[0].message == "it failed outside of its tests"


def test_a_package_that_does_not_build_broke_once(file: Path) -> None:
    build = '{"ImportPath":"shop [shop.test]","Action":"build-fail"}\n'
    failed = '{"Action":"fail","Package":"shop","Elapsed":0,"FailedBuild":"shop [shop.test]"}\n'
    report = facts(file, build + lines(("start", None)) + failed)
    assert (counts(report), report.failed[0].message) == ((1, 0, 1, 0), "it does not build")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (
            lines(("start", None), ("run", "TestA"), ("pass", "TestA")),
            "the package shop began and did not end",
        ),
        (lines(("start", None), ("run", "TestA")), "the package shop began and did not end"),
        (lines(("start", None), ("pass", "TestA")), "line 2: the test 'TestA' ends that did not run"),
        (
            lines(("start", None), ("run", "TestA"), ("run", "TestA")),
            "line 3: a test runs that runs already, or has no name",
        ),
        (lines(("start", None), ("explode", None)), "line 2: the action 'explode' is none that is known"),
        (
            lines(("start", None)) + "FAIL shop [build failed]\n",
            "line 2 is no event of go test -json: Expecting value",
        ),
        (
            lines(("start", None)) + '{"Action":"pass","Action":"fail"}\n',
            "line 2 is no event of go test -json: a key",
        ),
        (lines(("start", None)) + '{"Action":"pass","Elapsed":NaN}\n', "line 2 is no event of go test -json"),
        (lines(("start", None)) + '{"Action":"pass","Time":"today"}\n', "line 2: Time 'today' is no time"),
        (
            lines(("start", None)) + '{"Action": "pa',
            "line 2 is no event of go test -json: Unterminated string",
        ),
    ],
)
def test_what_is_odd_is_refused(file: Path, content: str, said: str) -> None:
    item = read(file, content)
    assert item.reason is Reason.MALFORMED
    assert item.message.startswith(said)


def test_failures_stay_beside_a_package_that_did_not_end(file: Path) -> None:
    report = facts(file, lines(("start", None), ("run", "TestA"), ("fail", "TestA")))
    assert (report.failures, report.contradictions[0].message) == (
        1,
        "the package shop began and did not end",
    )


def test_a_stream_that_is_cut_is_never_better(file: Path) -> None:
    whole = facts(file, REPORT)
    for cut in range(0, len(REPORT), 97):
        item = read(file, REPORT[:cut])
        if isinstance(item.facts, TestReport):
            assert item.facts.passed <= whole.passed
            assert item.facts.contradictions or item.facts.tests < whole.tests or cut >= len(REPORT) - 97
        else:
            assert item.reason is Reason.MALFORMED


def test_the_time_is_that_of_the_last_event(file: Path) -> None:
    assert str(read(file, REPORT).provenance.observed_at) == "2026-11-21 09:49:06.633209+00:00"
