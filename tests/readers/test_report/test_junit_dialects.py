"""JUnit XML in the dialects of its writers: headers that count otherwise, reruns, and what is left out."""

from __future__ import annotations

from pathlib import Path

import pytest

from readiness.evidence.model import Item, Reason
from readiness.evidence.test_report import TestReport
from readiness.testing import read_evidence
from tests.support import FIXTURES

REPORTS = FIXTURES / "test_report"
CAFE = "caf\u00e9"
GO = '<properties><property name="go.version" value="go1.26"/></properties>'


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "junit.xml"


def read(file: Path, content: str | bytes) -> Item:
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_evidence("test-report", file.parent, path=file.name).whole


def facts(file: Path, content: str | bytes) -> TestReport:
    item = read(file, content)
    assert isinstance(item.facts, TestReport), item.message
    return item.facts


def refusal(file: Path, content: str | bytes) -> str:
    item = read(file, content)
    assert (item.facts, item.reason) == (None, Reason.MALFORMED)
    return item.message


def case(name: str, inner: str = "", **attributes: str) -> str:
    told = "".join(f' {key}="{value}"' for key, value in attributes.items())
    return f'<testcase classname="shop" name="{name}"{told}>{inner}</testcase>'


def test_the_header_of_surefire_counts_only_the_last_run(file: Path) -> None:
    cases = case("a") + case("b", "<flakyFailure/>") + case("c", "<skipped/>")
    report = facts(file, f'<testsuite tests="1" failures="0" errors="0" skipped="0">{cases}</testsuite>')
    assert (report.tests, report.skipped, report.flaky) == (3, 1, 1)


@pytest.mark.parametrize("header", ['tests="4"', 'tests="1" failures="1"', 'tests="1" errors="1"'])
def test_where_tests_ran_again_a_header_may_not_count_more(file: Path, header: str) -> None:
    cases = case("a") + case("b", "<flakyFailure/>") + case("c")
    assert "and its cases come to" in refusal(file, f"<testsuite {header}>{cases}</testsuite>")


def test_tries_that_pytest_did_not_count_are_reruns(file: Path) -> None:
    cases = case("a") + case("b") + case("b") + case("b") + case("c") + case("c", "<failure/>")
    report = facts(file, f'<testsuite tests="3" failures="1">{cases}</testsuite>')
    assert (report.tests, report.passed, report.failures, report.flaky) == (3, 2, 1, 1)
    assert [test.name for test in report.flaky_tests] == ["b"]


def test_tests_of_one_name_that_the_header_counts_are_no_reruns(file: Path) -> None:
    cases = case("row") * 3
    report = facts(file, f'<testsuite tests="3">{cases}</testsuite>')
    assert (report.tests, report.different, report.flaky, report.tells_reruns) == (3, 1, 0, False)


def test_tries_that_do_not_come_to_the_header_are_refused(file: Path) -> None:
    cases = case("a") + case("b") + case("b")
    assert refusal(file, f'<testsuite tests="1">{cases}</testsuite>').endswith(
        "tests=1, and its cases come to 3"
    )


def test_in_go_a_test_that_failed_and_passed_is_flaky_and_has_failed(file: Path) -> None:
    cases = case("TestA", "<failure/>") + case("TestB") + case("TestA")
    report = facts(file, f'<testsuite tests="3" failures="1">{GO}{cases}</testsuite>')
    assert (report.failures, report.flaky, report.flaky_tests[0].name) == (1, 1, "TestA")


def test_elsewhere_two_tests_of_one_name_are_not_flaky(file: Path) -> None:
    cases = case("row", "<failure/>") + case("row")
    assert facts(file, f'<testsuite tests="2" failures="1">{cases}</testsuite>').flaky == 0


@pytest.mark.parametrize("header", ['failures="0" errors="1"', 'failures="1" errors="0"'])
def test_mocha_counts_failures_as_errors(file: Path, header: str) -> None:
    report = facts(file, f'<testsuite tests="1" {header}>{case("a", "<failure/>")}</testsuite>')
    assert (report.failures, report.contradictions) == (1, ())


def test_failures_and_errors_must_still_come_to_the_same(file: Path) -> None:
    report = facts(
        file, f'<testsuite tests="1" failures="1" errors="1">{case("a", "<failure/>")}</testsuite>'
    )
    assert len(report.contradictions) == 1


HIDDEN = (
    '<testsuites tests="{}" failures="0" skipped="{}"><testsuite name="a" tests="2" failures="0">{}</testsuite>'
    "</testsuites>"
)


def test_pending_tests_that_mocha_counts_and_does_not_list_are_skipped(file: Path) -> None:
    report = facts(file, HIDDEN.format(2, 1, case("a")))
    assert (report.tests, report.passed, report.skipped, report.grouped) == (2, 1, 1, True)


@pytest.mark.parametrize(("tests", "skipped"), [(3, 1), (2, 0), (2, 2), (3, 2)])
def test_pending_tests_must_explain_all_that_is_lacking(file: Path, tests: int, skipped: int) -> None:
    assert "and its cases come to" in refusal(file, HIDDEN.format(tests, skipped, case("a")))


def test_a_warning_of_phpunit_is_no_pass(file: Path) -> None:
    report = facts(file, f'<testsuite tests="1">{case("a", "<warning>No tests found</warning>")}</testsuite>')
    assert (report.errors, report.failed[0].message) == (1, "No tests found")


def test_a_suite_that_jest_dates_1970_takes_the_time_of_the_others() -> None:
    item = read_evidence("test-report", REPORTS, path="jest-does-not-compile.xml").whole
    assert str(item.provenance.observed_at) == "2026-11-20 19:51:13.113000+00:00"


def test_what_jest_junit_leaves_out_is_noted() -> None:
    (note,) = facts_of("jest-left-out.xml").notes
    assert note.startswith("jest-junit leaves out test files that do not compile")
    assert not facts_of("jest-does-not-compile.xml").notes


def facts_of(name: str) -> TestReport:
    item = read_evidence("test-report", REPORTS, path=name).whole
    assert isinstance(item.facts, TestReport)
    return item.facts


def test_groups_have_the_suites_around_them(file: Path) -> None:
    inner = f'<testsuite name="cart" file="tests/cart.php">{case("a")}</testsuite>'
    (group,) = facts(file, f'<testsuites><testsuite name="unit">{inner}</testsuite></testsuites>').groups
    assert (group.suite, group.within, group.classname, group.file) == (
        "cart",
        ("unit",),
        "shop",
        "tests/cart.php",
    )


def test_of_very_many_classes_only_suites_are_told_apart(file: Path) -> None:
    cases = "".join(f'<testcase classname="c{number}" name="x" time="0.5"/>' for number in range(6_000))
    empty = '<testsuite name="empty"/>'
    report = facts(
        file, f'<testsuites>{empty}<testsuite name="s" tests="6000">{cases}</testsuite></testsuites>'
    )
    (group,) = report.groups
    assert (group.suite, group.classname, group.tests, group.ran, group.seconds) == (
        "s",
        "",
        6_000,
        6_000,
        3_000,
    )
    assert (report.different, report.suites) == (6_000, ("s",))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\xff\xfe", "it is not XML"),
        ("<testsuites>" + "<testsuite>" * 120, "it is nested more than 100 levels deep (line 1)"),
        (
            '<!DOCTYPE t SYSTEM "junit.dtd"><testsuite name="&x;"/>',
            "it uses an entity that XML does not define",
        ),
        ('<?xml version="1.0" encoding="rot13"?><testsuite/>', "its encoding 'rot13' is not read"),
        ("<testsuite/><testsuite/>", "it is not XML: junk after document element"),
        ("<testsuite></testsuites>", "it is not XML: mismatched tag"),
        (b"<testsuite>\xe9</testsuite>", "it is not XML: not well-formed (invalid token)"),
        ('<testsuite a="1" a="2"/>', "it is not XML: duplicate attribute"),
        ("<testsuite>", "it is not XML: no element found (line 1, column 12): it ends too early"),
    ],
)
def test_odd_xml_is_refused(file: Path, content: str | bytes, said: str) -> None:
    assert refusal(file, content).startswith(said)


def test_entities_that_grow_are_refused(file: Path) -> None:
    declared = '<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">'
    said = refusal(file, f"<!DOCTYPE t [{declared}]><testsuite name='&b;'/>")
    assert said.startswith("its DOCTYPE declares entities or the like")


def test_a_doctype_that_only_names_a_dtd_is_a_label(file: Path) -> None:
    doctype = '<!DOCTYPE testsuite PUBLIC "-//x//y" "http://127.0.0.1:9/junit.dtd">'
    content = (
        f'<?xml version="1.0"?>\n{doctype}\n<testsuite tests="1">\n{case("a", "<failure/>")}</testsuite>'
    )
    report = facts(file, content)
    assert (report.tests, report.failed[0].line) == (1, 4)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "iso-8859-1", "windows-1252"])
def test_other_encodings_are_read(file: Path, encoding: str) -> None:
    declared = encoding.removesuffix("-sig")
    doctype = '<!DOCTYPE testsuite SYSTEM "junit.dtd">'
    text = f'<?xml version="1.0" encoding="{declared}"?>{doctype}<testsuite>{case(CAFE)}</testsuite>'
    assert facts(file, text.encode(encoding)).tests == 1


def test_text_is_kept_as_far_as_anyone_reads_it(file: Path) -> None:
    failure = f"<failure>\n{'x' * 100_000}<nested>not this</nested></failure>"
    out = f"<system-out>{'y' * 100_000}</system-out>"
    report = facts(file, f"<testsuite>{case('a', out + failure)}</testsuite>")
    assert report.failed[0].message == "x" * 200
