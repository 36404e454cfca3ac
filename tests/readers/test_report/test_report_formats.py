"""Every format and dialect of test reports: what tools wrote is told apart and counted."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readiness.evidence.model import Item, Reason
from readiness.evidence.test_report import TestReport
from readiness.testing import read_evidence
from tests.support import FIXTURES, SHARED

REPORTS = FIXTURES / "test_report"
SAMPLES = SHARED / "samples" / "evidence"
Counts = tuple[int, int, int, int, int, int]
# Tests, failures, errors, skipped, of those expected to fail, and flaky among the passed.
KNOWN: dict[str, tuple[str, Counts]] = {
    "TEST-shop.CartTest.xml": ("junit", (5, 0, 0, 1, 0, 1)),
    "TEST-shop.FailingIT_Test.xml": ("junit", (2, 1, 1, 0, 0, 0)),
    "bats.xml": ("junit", (3, 1, 0, 1, 0, 0)),
    "bats.tap": ("tap", (3, 1, 0, 1, 0, 0)),
    "dotnet-junit.xml": ("junit", (3, 1, 0, 1, 0, 0)),
    "dotnet.trx": ("trx", (4, 1, 0, 1, 0, 0)),
    "go-junit-report.xml": ("junit", (7, 0, 0, 1, 0, 0)),
    "go-test.json": ("go-test", (7, 1, 0, 1, 0, 0)),
    "go-test-rerun.json": ("go-test", (10, 4, 0, 1, 0, 1)),
    "gotestsum-rerun.xml": ("junit", (10, 4, 0, 1, 0, 1)),
    "gradle.xml": ("junit", (4, 1, 0, 1, 0, 0)),
    "jest-ctrf.json": ("ctrf", (5, 1, 0, 2, 0, 1)),
    "jest-does-not-compile.xml": ("junit", (7, 2, 1, 1, 0, 0)),
    "jest-retry.xml": ("junit", (5, 1, 0, 2, 0, 0)),
    "mocha-13.tap": ("tap", (6, 1, 0, 2, 0, 0)),
    "mocha.tap": ("tap", (6, 1, 0, 2, 0, 0)),
    "mocha-junit.xml": ("junit", (6, 1, 0, 2, 0, 0)),
    "mocha-xunit.xml": ("junit", (6, 1, 0, 2, 0, 0)),
    "nextest.xml": ("junit", (3, 1, 0, 0, 0, 1)),
    "node.tap": ("tap", (5, 1, 0, 2, 0, 0)),
    "node.xml": ("junit", (5, 1, 0, 2, 0, 0)),
    "phpunit.xml": ("junit", (5, 1, 1, 1, 0, 0)),
    "playwright.xml": ("junit", (6, 1, 0, 2, 0, 0)),
    "pytest-ctrf.json": ("ctrf", (7, 2, 0, 2, 1, 1)),
    "pytest-rerun.xml": ("junit", (7, 1, 1, 2, 1, 1)),
    "pytest.xml": ("junit", (15, 3, 4, 2, 1, 0)),
    "vitest-flat.tap": ("tap", (5, 1, 0, 2, 0, 0)),
    "vitest.tap": ("tap", (5, 1, 0, 2, 0, 0)),
    "vitest.xml": ("junit", (6, 2, 0, 2, 0, 0)),
}
TELLING = {
    "TEST-shop.CartTest.xml",
    "TEST-shop.FailingIT_Test.xml",
    "go-test.json",
    "go-test-rerun.json",
    "gotestsum-rerun.xml",
    "jest-ctrf.json",
    "nextest.xml",
    "pytest-ctrf.json",
    "pytest-rerun.xml",
}


def read(path: Path) -> Item:
    return read_evidence("test-report", path.parent, path=path.name).whole


def facts(path: Path) -> TestReport:
    item = read(path)
    assert isinstance(item.facts, TestReport), item.message
    return item.facts


def counts(report: TestReport) -> Counts:
    return report.tests, report.failures, report.errors, report.skipped, report.xfailed, report.flaky


@pytest.mark.parametrize("name", KNOWN)
def test_what_tools_write_is_told_apart_and_counted(name: str) -> None:
    format_, expected = KNOWN[name]
    assert read(REPORTS / name).provenance.format == format_
    assert counts(facts(REPORTS / name)) == expected


@pytest.mark.parametrize("name", KNOWN)
def test_groups_come_to_the_whole(name: str) -> None:
    report = facts(REPORTS / name)
    assert report.grouped
    for key in ("tests", "failures", "errors", "skipped", "flaky"):
        assert sum(getattr(group, key) for group in report.groups) == getattr(report, key)
    assert sum(group.ran for group in report.groups) == report.different


@pytest.mark.parametrize("name", KNOWN)
def test_only_some_reports_tell_of_reruns(name: str) -> None:
    assert facts(REPORTS / name).tells_reruns is (name in TELLING)


@pytest.mark.parametrize("name", [name for name in KNOWN if name in TELLING or name == "playwright.xml"])
def test_flaky_tests_have_names(name: str) -> None:
    report = facts(REPORTS / name)
    assert len(report.flaky_tests) == report.flaky
    assert all("flaky" in test.name.lower() for test in report.flaky_tests)


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the samples are not here")
def test_the_sample_of_ctrf_is_counted() -> None:
    assert counts(facts(SAMPLES / "ctrf.json")) == (8, 2, 0, 2, 1, 0)


@pytest.mark.parametrize("name", [name for name in KNOWN if not name.startswith("go-test")])
def test_a_report_cut_at_any_byte_has_no_more_that_passed(name: str, tmp_path: Path) -> None:
    content = (REPORTS / name).read_bytes().rstrip()
    whole = facts(REPORTS / name)
    path = tmp_path / "cut"
    for cut in range(0, len(content), max(7, len(content) // 15)):
        path.write_bytes(content[:cut])
        item = read(path)
        if item.facts is None:
            assert item.reason is Reason.MALFORMED
            assert not item.message.startswith("the reader")
        else:
            assert isinstance(item.facts, TestReport)
            assert item.facts.contradictions or counts(item.facts) == counts(whole)
            assert item.facts.failures + item.facts.errors <= whole.failures + whole.errors


@settings(max_examples=60, deadline=None)
@given(
    name=st.sampled_from(sorted(KNOWN)),
    place=st.floats(0, 1),
    noise=st.sampled_from(
        [
            b"",
            b"0",
            b"9",
            b"-",
            b'"',
            b"<",
            b">",
            b"{",
            b"}",
            b"\x00",
            b"\xff",
            b"NaN",
            b"\n",
            b"ok 1\n",
            b"    ok",
        ]
    ),
    gone=st.integers(0, 60),
)
def test_damage_is_unproven_or_shows_no_more_that_passed(
    tmp_path_factory: pytest.TempPathFactory, name: str, place: float, noise: bytes, gone: int
) -> None:
    path = tmp_path_factory.getbasetemp() / "damaged-report"
    content = (REPORTS / name).read_bytes()
    at = int(place * len(content))
    path.write_bytes(content[:at] + noise + content[at + gone :])
    item = read(path)
    if item.facts is None:
        assert item.reason is Reason.MALFORMED
        assert not item.message.startswith("the reader")
    else:
        assert isinstance(item.facts, TestReport)
        assert item.facts.passed >= 0


def test_formats_of_several_suites_add_up(tmp_path: Path) -> None:
    for name in ("bats.tap", "dotnet.trx", "go-test.json", "nextest.xml", "pytest-ctrf.json"):
        (tmp_path / name).write_bytes((REPORTS / name).read_bytes())
    whole = read_evidence("test-report", tmp_path, path="*", files=5).whole.facts
    assert isinstance(whole, TestReport)
    assert (whole.tests, whole.tells_reruns, whole.flaky) == (24, False, 2)
    assert whole.grouped
    assert len(whole.groups) == 7
