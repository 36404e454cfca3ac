"""JUnit XML: the cases are counted, and headers that lie are refused."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readiness.evidence.model import Item, Reason
from readiness.evidence.test_report import TestReport
from readiness.testing import read_evidence
from tests.support import FIXTURES, SHARED

REPORTS = FIXTURES / "test_report"
SAMPLES = SHARED / "samples" / "evidence"
CASE = '<testcase classname="shop" name="{}" time="0.1">{}</testcase>'


def read(path: Path, **keys: Any) -> Item:
    return read_evidence("test-report", path.parent, path=path.name, **keys).whole


def facts(path: Path, **keys: Any) -> TestReport:
    item = read(path, **keys)
    assert isinstance(item.facts, TestReport), item.message
    return item.facts


def counts(report: TestReport) -> tuple[int, int, int, int]:
    return report.tests, report.failures, report.errors, report.skipped


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "junit.xml"


def write(file: Path, content: str) -> Path:
    file.write_text(content, "utf-8")
    return file


def refusal(file: Path, content: str) -> Item:
    item = read(write(file, content))
    assert (item.facts, item.reason) == (None, Reason.MALFORMED)
    return item


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("pytest.xml", (15, 3, 4, 2)),
        ("pytest-xunit1.xml", (15, 3, 4, 2)),
        ("pytest-green.xml", (5, 0, 0, 0)),
        ("pytest-empty.xml", (0, 0, 0, 0)),
        ("pytest-all-skipped.xml", (2, 0, 0, 2)),
        ("pytest-collection-error.xml", (1, 0, 1, 0)),
        ("jest.xml", (3, 1, 0, 1)),
    ],
)
def test_what_tools_write_is_counted(name: str, expected: tuple[int, int, int, int]) -> None:
    assert counts(facts(REPORTS / name)) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("pytest-junit.xml", (8, 1, 1, 2)),
        ("pytest-junit-xunit1.xml", (8, 1, 1, 2)),
        ("mypy-junit.xml", (1, 1, 0, 0)),
    ],
)
@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the samples are not here")
def test_the_samples_are_counted(name: str, expected: tuple[int, int, int, int]) -> None:
    assert counts(facts(SAMPLES / name)) == expected


def test_a_test_that_was_skipped_and_then_broke_counts_as_broken() -> None:
    failed = facts(REPORTS / "pytest.xml").failed
    assert [test.outcome for test in failed if test.name == "test_skipped_and_error_in_teardown"] == ["error"]


def test_a_test_that_failed_and_then_broke_counts_twice_as_pytest_counts_it() -> None:
    failed = facts(REPORTS / "pytest.xml").failed
    twice = [test.outcome for test in failed if test.name == "test_failure_and_error_in_teardown"]
    assert twice == ["failure", "error"]


def test_a_failed_test_has_its_name_its_first_line_and_its_place() -> None:
    test = facts(REPORTS / "jest.xml").failed[0]
    assert (test.suite, test.name) == ("cart fails", "cart fails")
    assert test.message == "Error: expect(received).toBe(expected) // Object.is equality"
    assert (test.file, test.line) == ("jest.xml", 6)


def test_the_time_is_that_of_the_suite_and_its_duration() -> None:
    item = read(REPORTS / "pytest-green.xml")
    assert item.provenance.observed_from == "content"
    assert item.provenance.observed_at == datetime(2026, 11, 21, 4, 14, 39, 691127, tzinfo=UTC)


def test_a_time_without_a_zone_is_the_earliest_that_it_can_mean() -> None:
    assert read(REPORTS / "jest.xml").provenance.observed_at == datetime(
        2026, 11, 20, 14, 14, 44, 181000, tzinfo=UTC
    )


def test_the_latest_suite_gives_the_time(file: Path) -> None:
    write(
        file,
        f'<testsuites><testsuite name="a" timestamp="2026-06-01T10:00:00Z" time="90">{CASE.format("x", "")}</testsuite>'
        f'<testsuite name="b" timestamp="2026-06-01T10:01:00Z" time="1,200.5">{CASE.format("y", "")}</testsuite>'
        "</testsuites>",
    )
    item = read(file)
    assert item.provenance.observed_at == datetime(2026, 6, 1, 10, 21, 0, 500000, tzinfo=UTC)
    assert isinstance(item.facts, TestReport)
    assert item.facts.duration_s == 1290.5


def test_suites_of_different_runs_are_refused(file: Path) -> None:
    item = refusal(
        file,
        f'<testsuites><testsuite name="a" timestamp="2026-03-01T10:00:00Z">{CASE.format("x", "")}</testsuite>'
        f'<testsuite name="b" timestamp="2026-06-01T10:00:00Z">{CASE.format("y", "")}</testsuite></testsuites>',
    )
    assert item.message == "its suites are of different runs: they ended between 2026-03-01 and 2026-06-01"
    assert item.remedy == "write a file for each run"


def test_cases_without_a_time_make_the_file_undated(file: Path) -> None:
    write(
        file,
        f'<testsuites><testsuite name="a" timestamp="2026-06-01T10:00:00Z">{CASE.format("x", "")}</testsuite>'
        f'<testsuite name="b">{CASE.format("y", "")}</testsuite></testsuites>',
    )
    assert read(file).provenance.observed_from == "mtime"


def test_a_time_of_the_root_holds_for_all_suites(file: Path) -> None:
    write(
        file,
        '<testsuites timestamp="2026-06-01T10:00:00Z" time="1"><testsuite name="b">'
        f"{CASE.format('y', '')}</testsuite></testsuites>",
    )
    assert read(file).provenance.observed_at == datetime(2026, 6, 1, 10, 0, 1, tzinfo=UTC)


def test_nested_suites_are_counted_and_headers_may_count_all_or_their_own(file: Path) -> None:
    inner = f'<testsuite name="inner" tests="2">{CASE.format("x", "")}{CASE.format("y", "<failure/>")}</testsuite>'
    for tests, failures in ((3, 1), (1, 0)):
        header = f'<testsuite name="outer" tests="{tests}" failures="{failures}">'
        report = facts(write(file, f"{header}{inner}{CASE.format('z', '')}</testsuite>"))
        assert counts(report) == (3, 1, 0, 0)


@pytest.mark.parametrize(
    ("header", "said"),
    [
        ('tests="10"', "says tests=10, and its cases come to 3"),
        ('tests="2"', "says tests=2, and its cases come to 3"),
        ('tests="3" failures="1"', "says failures=1, and its cases come to 0"),
        ('tests="3" errors="1"', "says errors=1, and its cases come to 0"),
        ('tests="3" skipped="0"', "says skipped=0, and its cases come to 1"),
        ('tests="3" skips="2"', "says skips=2, and its cases come to 1"),
        ('tests="-3"', "has tests='-3', which is no count"),
        ('tests="3.0"', "has tests='3.0', which is no count"),
        ('tests=""', "has tests='', which is no count"),
        ('failures="NaN"', "has failures='NaN', which is no count"),
    ],
)
@pytest.mark.parametrize("root", ["testsuite", "testsuites"])
def test_a_header_that_lies_is_refused_with_the_arithmetic(
    file: Path, header: str, said: str, root: str
) -> None:
    cases = CASE.format("a", "") + CASE.format("b", "") + CASE.format("c", "<skipped/>")
    item = refusal(
        file, f'<?xml version="1.0"?>\n<{root} name="s" {header}><testsuite>{cases}</testsuite></{root}>'
    )
    assert item.message == f"line 2: the header of 's' {said}"


@pytest.mark.parametrize("header", ['tests="10"', 'tests="3" failures="0"', 'tests="none"'])
def test_a_failure_stays_a_failure_beside_a_header_that_lies(file: Path, header: str) -> None:
    cases = CASE.format("a", "") + CASE.format("b", "<failure/>") + CASE.format("c", "<skipped/>")
    report = facts(write(file, f'<testsuite name="s" {header}>{cases}</testsuite>'))
    assert counts(report) == (3, 1, 0, 1)
    (contradiction,) = report.contradictions
    assert contradiction.message.startswith("line 1: the header of 's' ")
    assert contradiction.remedy.startswith("write the report again, whole and by the tool itself")


def test_contradictions_of_several_files_stay_together(tmp_path: Path) -> None:
    for number in (1, 2):
        cases = CASE.format(number, "<failure/>")
        write(tmp_path / f"{number}.xml", f'<testsuite name="{number}" tests="5">{cases}</testsuite>')
    whole = read_evidence("test-report", tmp_path, path="*.xml").whole.facts
    assert isinstance(whole, TestReport)
    assert len(whole.contradictions) == 2


def test_a_todo_of_jest_is_skipped_though_it_is_written_like_a_passed_test() -> None:
    report = facts(REPORTS / "jest-todo.xml")
    assert (counts(report), report.passed, report.contradictions) == ((4, 1, 0, 2), 1, ())
    assert report.different == 2


def test_a_header_of_jest_that_lacks_more_than_todos_is_refused(file: Path) -> None:
    cases = CASE.format("a", "") + '<testcase name="b" time="0"/>'
    suite = f'<testsuite name="s" tests="0">{cases}</testsuite>'
    item = refusal(file, f'<testsuites name="jest tests" tests="0">{suite}</testsuites>')
    assert item.message == "line 1: the header of 's' says tests=0, and its cases come to 2"


def test_passed_subtests_of_pytest_stand_nowhere() -> None:
    item = read(REPORTS / "pytest-subtests.xml")
    assert item.message == "line 1: the header of 'pytest' says tests=4, and its cases come to 1"
    assert "say `format: pytest-subtests`" in item.remedy


def test_with_the_format_named_only_the_cases_count() -> None:
    report = facts(REPORTS / "pytest-subtests.xml", format="pytest-subtests")
    assert counts(report) == (1, 0, 0, 0)


def test_with_the_format_named_failures_must_still_fit(file: Path) -> None:
    write(file, f'<testsuite name="s" tests="9" failures="1">{CASE.format("a", "")}</testsuite>')
    item = read(file, format="pytest-subtests")
    assert item.message == "line 1: the header of 's' says failures=1, and its cases come to 0"


def test_what_passed_on_a_rerun_has_passed_and_is_noted(file: Path) -> None:
    cases = CASE.format("a", '<flakyFailure message="once"><stackTrace>x</stackTrace></flakyFailure>')
    cases += CASE.format("b", "<failure/><rerunFailure/>")
    report = facts(write(file, f'<testsuite tests="2" failures="1" errors="0">{cases}</testsuite>'))
    assert (counts(report), report.flaky, report.passed) == ((2, 1, 0, 0), 1, 1)


@pytest.mark.parametrize(
    ("child", "expected"), [("<rerunFailure/>", (1, 1, 0, 0)), ("<rerunError/><flakyFailure/>", (1, 0, 1, 0))]
)
def test_what_failed_on_a_rerun_has_failed(
    file: Path, child: str, expected: tuple[int, int, int, int]
) -> None:
    report = facts(write(file, f"<testsuite>{CASE.format('a', child)}</testsuite>"))
    assert (counts(report), report.flaky) == (expected, 0)


def test_a_suite_that_ran_twice_holds_no_more_different_tests(tmp_path: Path) -> None:
    for number in (1, 2):
        cases = CASE.format("a", "") + CASE.format("b", "") * 3 + CASE.format("c", "<skipped/>")
        stamp = f"2026-06-01T10:0{number}:00Z"
        write(tmp_path / f"{number}.xml", f'<testsuite name="s" timestamp="{stamp}">{cases}</testsuite>')
    other = f'<testsuite name="other">{CASE.format("a", "")}</testsuite>'
    write(tmp_path / "3.xml", other)
    whole = read_evidence("test-report", tmp_path, path="*.xml").whole.facts
    assert isinstance(whole, TestReport)
    assert (whole.executed, whole.different) == (9, 3)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Mon, 01 Jun 2026 10:00:00 GMT", datetime(2026, 6, 1, 10, 0, 1, tzinfo=UTC)),
        ("Mon, 1 Jun 2026 10:00:00 +0200", datetime(2026, 6, 1, 8, 0, 1, tzinfo=UTC)),
    ],
)
def test_a_time_as_mocha_writes_it_is_read(file: Path, text: str, expected: datetime) -> None:
    write(file, f'<testsuite timestamp="{text}" time="1">{CASE.format("a", "")}</testsuite>')
    assert read(file).provenance.observed_at == expected


@pytest.mark.parametrize(
    "text",
    ["Mon, 32 Jun 2026 10:00:00 GMT", "Mon, 01 Foo 2026 10:00:00 GMT", "Mon, 01 Jun 2026 10:00:00 EST"],
)
def test_an_impossible_time_of_mocha_is_refused(file: Path, text: str) -> None:
    assert refusal(file, f'<testsuite timestamp="{text}"/>').message.endswith("is no time")


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        ('outcome="failed"', (1, 1, 0, 0)),
        ('outcome="Passed"', (1, 0, 0, 0)),
        ('state="error"', (1, 0, 1, 0)),
        ('conclusion="failure"', (1, 1, 0, 0)),
        ('success="false"', (1, 1, 0, 0)),
        ('success="true" executed="True"', (1, 0, 0, 0)),
        ('passed="no"', (1, 1, 0, 0)),
        ('failed="true"', (1, 1, 0, 0)),
        ('failures="1"', (1, 1, 0, 0)),
        ('failures="0" errors="0"', (1, 0, 0, 0)),
        ('error="no database"', (1, 0, 1, 0)),
        ('executed="False"', (1, 0, 0, 1)),
        ('skipped="true"', (1, 0, 0, 1)),
        ('status="run" result="completed"', (1, 0, 0, 0)),
        ('status="notrun" result="suppressed"', (1, 0, 0, 1)),
        ('status="disabled"', (1, 0, 0, 1)),
        ('status="fail"', (1, 1, 0, 0)),
        ('result="Error"', (1, 0, 1, 0)),
    ],
)
def test_words_of_googletest_and_ctest_count(
    file: Path, attributes: str, expected: tuple[int, int, int, int]
) -> None:
    write(
        file, f'<testsuite tests="1" disabled="1" skipped="0"><testcase name="x" {attributes}/></testsuite>'
    )
    assert counts(facts(file)) == expected


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (
            '<testsuite><testcase name="x" status="maybe"/></testsuite>',
            "line 1: status='maybe' says nothing that is known of how a case ended",
        ),
        (
            '<testsuite><testcase name="x" outcome="flaked out"/></testsuite>',
            "line 1: outcome='flaked out' says nothing that is known of how a case ended",
        ),
        (
            '<testsuite><testcase name="x"><timeout/></testcase></testsuite>',
            "line 1: the case 'x' has an outcome of no known kind: <timeout>",
        ),
        (
            '<testsuite><testcase name="x"><n:failure xmlns:n="u"/></testcase></testsuite>',
            "line 1: the case 'x' has an outcome of no known kind: <n:failure>",
        ),
        (
            '<testsuite name="s"><error message="no database"/></testsuite>',
            "line 1: the suite 's' broke outside of its cases",
        ),
        (
            '<testsuites><group><testcase name="x"/></group></testsuites>',
            "it has 1 <testcase> elements, of which 0 stand where they belong",
        ),
        (
            "<testsuite><testcase><properties><failure/></properties></testcase></testsuite>",
            "it has 1 <failure> elements, of which 0 stand where they belong",
        ),
        ('<testsuite time="-1"/>', "line 1: time='-1' is no number of seconds"),
        ('<testsuite time="nan"/>', "line 1: time='nan' is no number of seconds"),
        ('<testsuite time="1e999"/>', "line 1: time='1e999' is no number of seconds"),
        ('<testsuite timestamp="yesterday"/>', "line 1: timestamp='yesterday' is no time"),
        (
            '<testsuite timestamp="9999-12-31T23:59:59Z" time="9"/>',
            "line 1: timestamp='9999-12-31T23:59:59Z' is no time",
        ),
    ],
)
def test_what_is_odd_is_refused(file: Path, content: str, said: str) -> None:
    assert refusal(file, content).message == said


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "it is empty; tried ctrf, go-test, jest-json, junit, pytest-subtests, tap, trx"),
        (
            b"\x00\x01\x02\xff",
            "its format is not known; tried ctrf, go-test, jest-json, junit, pytest-subtests, tap, trx",
        ),
        (
            b"<coverage><packages/></coverage>",
            "its format is not known; tried ctrf, go-test, jest-json, junit, pytest-subtests, tap, trx",
        ),
        (b"<testsuite><testcase", "it is not XML: unclosed token (line 1, column 12): it ends too early"),
        (
            b"<testsuite>\x1b[0m</testsuite>",
            "it is not XML: a raw control character 0x1b (line 1, column 12)",
        ),
        (
            b'<!DOCTYPE t [<!ENTITY a "b">]><testsuite/>',
            "its DOCTYPE declares entities or the like, and those are not expanded (line 1)",
        ),
    ],
)
def test_another_file_is_no_test_report(file: Path, content: bytes, said: str) -> None:
    file.write_bytes(content)
    item = read(file)
    assert (item.reason, item.message) == (Reason.MALFORMED, said)


def test_a_wrong_root_is_refused_when_the_format_is_named(file: Path) -> None:
    item = read(write(file, "<coverage/>"), format="junit")
    assert item.message == "its root is <coverage>, not <testsuites> or <testsuite>"


def test_only_the_first_hundred_that_failed_are_named(file: Path) -> None:
    cases = "".join(CASE.format(number, f'<failure message="{"m" * 500}"/>') for number in range(150))
    report = facts(write(file, f"<testsuite>{cases}</testsuite>"))
    assert (report.failures, len(report.failed)) == (150, 100)
    assert len(report.failed[0].message) == 200


@pytest.mark.parametrize("name", ["pytest.xml", "jest.xml"])
def test_a_report_cut_at_any_byte_is_unproven(name: str, tmp_path: Path) -> None:
    content = (REPORTS / name).read_bytes().rstrip()
    for cut in range(0, len(content), 29):
        path = tmp_path / "cut.xml"
        path.write_bytes(content[:cut])
        assert read(path).reason is Reason.MALFORMED


_GREEN = (REPORTS / "pytest-green.xml").read_bytes()
_ODD = st.sampled_from([b"<failure/>", b"<skipped/>", b'"', b">", b"0", b"9", b"-", b"\x00", b"&"])


@settings(max_examples=80, deadline=None)
@given(at=st.integers(0, len(_GREEN)), noise=_ODD | st.binary(max_size=4), gone=st.integers(0, 3))
def test_damage_never_makes_more_tests_pass(
    tmp_path_factory: pytest.TempPathFactory, at: int, noise: bytes, gone: int
) -> None:
    path = tmp_path_factory.getbasetemp() / "damaged.xml"
    path.write_bytes(_GREEN[:at] + noise + _GREEN[at + gone :])
    item = read(path)
    if item.facts is None:
        assert item.reason is Reason.MALFORMED
        assert "the reader" not in item.message
    else:
        assert isinstance(item.facts, TestReport)
        assert item.facts.passed <= 5


@pytest.mark.parametrize("names", [("one.xml", "two.xml"), ("one.xml", "merged.xml")])
def test_a_suite_that_stands_in_two_files_is_refused(tmp_path: Path, names: tuple[str, str]) -> None:
    suite = f'<testsuite name="TEST-a">{CASE.format("x", "")}</testsuite>'
    other = f'<testsuite name="TEST-b">{CASE.format("y", "")}</testsuite>'
    write(tmp_path / names[0], suite)
    write(
        tmp_path / names[1],
        f"<testsuites>\n{suite}{other}</testsuites>" if names[1] == "merged.xml" else suite,
    )
    whole = read_evidence("test-report", tmp_path, path="*.xml").whole
    assert whole.reason is Reason.MALFORMED
    assert whole.message == "the suite 'TEST-a' stands in 2 files, with the same cases and times"
    assert whole.remedy


def test_a_suite_that_stands_twice_in_one_file_is_refused(file: Path) -> None:
    suite = f'<testsuite name="a">{CASE.format("x", "")}</testsuite>'
    item = refusal(file, f"<testsuites>\n{suite}\n{suite}</testsuites>")
    assert item.message == "the suite 'a' stands in it twice, on lines 2 and 3, with the same cases and times"


def test_files_of_several_suites_add_up(tmp_path: Path) -> None:
    for number, child in enumerate(("", "<failure/>", "<skipped/>")):
        write(
            tmp_path / f"{number}.xml",
            f'<testsuite name="{number}" time="2">{CASE.format("x", child)}</testsuite>',
        )
    whole = read_evidence("test-report", tmp_path, path="*.xml", files=3).whole.facts
    assert isinstance(whole, TestReport)
    assert (counts(whole), whole.duration_s, len(whole.failed)) == ((3, 1, 0, 1), 6.0, 1)


def test_two_runs_of_one_suite_both_count(tmp_path: Path) -> None:
    for number in (1, 2):
        stamp = f"2026-06-01T10:0{number}:00Z"
        write(
            tmp_path / f"{number}.xml",
            f'<testsuite name="a" timestamp="{stamp}">{CASE.format("x", "")}</testsuite>',
        )
    whole = read_evidence("test-report", tmp_path, path="*.xml").whole.facts
    assert isinstance(whole, TestReport)
    assert whole.tests == 2
