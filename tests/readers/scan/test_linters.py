"""Linters of other languages: what they could not read, what they leave out, and what they say against themselves."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readiness.evidence.model import Reason
from readiness.testing import read_evidence
from tests.readers.scan.support import REPORTS, counts, loaded, read, refusal, rules, run, written

CUTTABLE = (
    "biome.json",
    "cargo.jsonl",
    "checkstyle.xml",
    "gitlab-code-quality.json",
    "golangci-lint.json",
    "oxlint.json",
    "rubocop.json",
    "shellcheck.json",
    "spotbugs.xml",
)
"""Reports of which no part is one. Lines of Staticcheck and of tsc are: what is found stands before the files there."""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "report"


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("biome-broken.json", "lint/broken/broken.ts:2: Expected an identifier, a member name, or a rest"),
        ("biome-broken.sarif", "/srv/shop/lint/broken/broken.ts:2: Expected an identifier"),
        ("cargo-broken.jsonl", "src/lib.rs:1: this file contains an unclosed delimiter"),
        ("cargo-denied.jsonl", "the build did not succeed, and what needs the packages that failed"),
        ("checkstyle-broken.xml", "broken.sh:2: Couldn't parse this test expression."),
        ("gitlab-code-quality-broken.json", "broken/cart.py:2: invalid-syntax: unexpected EOF"),
        ("golangci-lint-broken.json", "cart.go:1: : # example.com/broken ./cart.go:3:14: syntax error"),
        ("golangci-lint-broken.sarif", "cart.go:1: : # example.com/broken ./cart.go:3:14: syntax error"),
        ("oxlint-broken.json", "lint/broken/broken.ts:2: Expected `}` but found `EOF`"),
        ("oxlint-broken.sarif", "lint/broken/broken.ts:2: Expected `}` but found `EOF`"),
        ("rubocop-broken.json", "cart.rb:2: unexpected token $end"),
        ("shellcheck-broken.json", "broken.sh:2: Couldn't parse this test expression."),
        ("staticcheck-broken.jsonl", "# example.com/broken ./cart.go:3:14: syntax error"),
        ("staticcheck-broken.sarif", ":0: # example.com/broken ./cart.go:3:14: syntax error"),
        ("tsc-broken.txt", "lint/broken/broken.ts:2: '}' expected."),
        ("tsc-no-input.txt", "tsc:0: File 'lint/empty/*.ts' not found."),
    ],
)
def test_code_that_a_linter_could_not_read_is_an_error_of_its_run(name: str, error: str) -> None:
    one = run(REPORTS / name)
    assert one.errors[0].startswith(error)
    assert one.error_count == len(one.errors)


def test_a_script_that_is_not_there_is_an_error_of_the_run_where_the_format_tells() -> None:
    assert (
        run(REPORTS / "checkstyle-broken.xml").errors[-1].startswith("nothere.sh:1: nothere.sh: openBinary")
    )
    assert run(REPORTS / "shellcheck-clean.json").error_count == 0


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("biome.json", ("lint/suspicious/noDebugger", "high", "lint/bad/bad.ts", 3)),
        ("cargo.jsonl", ("clippy::ptr_arg", "medium", "src/lib.rs", 4)),
        ("cargo.jsonl", ("unused_variables", "medium", "src/lib.rs", 14)),
        ("checkstyle.xml", ("AvoidStarImportCheck", "high", "/srv/shop/bad/src/main/java/shop/Cart.java", 2)),
        ("checkstyle-shellcheck.xml", ("ShellCheck.SC2164", "medium", "bad.sh", 3)),
        ("gitlab-code-quality.json", ("F401", "high", "bad/cart.py", 1)),
        ("golangci-lint.json", ("errcheck", "high", "cart.go", 27)),
        ("oxlint.json", ("eslint(no-debugger)", "medium", "lint/bad/bad.ts", 3)),
        ("rubocop.json", ("Lint/UselessAssignment", "medium", "cart.rb", 2)),
        ("shellcheck.json", ("SC2086", "low", "bad.sh", 2)),
        ("spotbugs.xml", ("NP_ALWAYS_NULL", "high", "shop/Cart.java", 7)),
        ("staticcheck.jsonl", ("SA5009", "high", "/srv/shop/bad/cart.go", 21)),
        ("tsc.txt", ("TS2322", "high", "lint/bad/bad.ts", 6)),
    ],
)
def test_findings_have_their_rule_and_place(name: str, found: tuple[str, str, str, int]) -> None:
    assert found in rules(run(REPORTS / name))


def test_staticcheck_writes_no_results_into_sarif_where_it_finds_nothing(file: Path) -> None:
    assert run(REPORTS / "staticcheck-clean.sarif").error_count == 0
    log = loaded("staticcheck-clean.sarif")
    log["runs"][0]["invocations"][0]["executionSuccessful"] = False
    assert run(written(file, log)).error_count == 2
    log = loaded("staticcheck-clean.sarif")
    del log["runs"][0]["invocations"]
    assert run(written(file, log)).error_count == 1


def test_a_finding_of_a_library_and_of_its_tests_counts_once(file: Path) -> None:
    *said, ended = (REPORTS / "cargo.jsonl").read_text().splitlines()
    assert counts(run(written(file, "\n".join([*said, *said, ended])))) == {"medium": 4}


def test_a_denied_lint_stops_the_build_and_counts() -> None:
    one = run(REPORTS / "cargo-denied.jsonl")
    assert (counts(one), one.scanned, one.error_count) == ({"high": 4}, 0, 1)


def test_crates_of_a_registry_and_build_scripts_are_not_what_was_looked_at(file: Path) -> None:
    made, ended = (REPORTS / "cargo-clean.jsonl").read_text().splitlines()
    other = json.loads(made)
    other["package_id"] = "registry+https://example.com/index#serde@1.0.0"
    script = json.loads(made)
    script["target"]["kind"] = ["custom-build"]
    assert run(written(file, "\n".join([json.dumps(other), json.dumps(script), ended]))).scanned == 0


def test_cargo_that_was_stopped_is_refused(file: Path) -> None:
    *said, _ = (REPORTS / "cargo.jsonl").read_text().splitlines()
    assert refusal(file, "\n".join(said)) == (
        "it does not end with `build-finished`: cargo was stopped, or it was cut"
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("src/a.ts(1,2): error TS2322: Wrong.", "its last line has no end: it may have been cut"),
        (
            "src/a.ts(1,2): error TS2322: Wrong.\nFATAL ERROR: heap out of memory\n",
            "line 2: 'FATAL ERROR: heap out of memory' is no line of tsc",
        ),
    ],
)
def test_text_of_tsc_that_was_cut_or_broke_off_is_refused(file: Path, text: str, said: str) -> None:
    assert refusal(file, text) == said


def test_without_its_files_tsc_does_not_tell_what_it_looked_at(file: Path) -> None:
    assert run(written(file, "src/a.ts(1,2): error TS2322: Wrong.\n  It is long.\n")).scanned is None


def test_libraries_are_no_files_that_tsc_looked_at(file: Path) -> None:
    text = "/srv/shop/node_modules/typescript/lib/lib.es5.d.ts\n/srv/shop/node_modules/@types/node/fs.d.ts\n"
    assert run(written(file, text)).scanned == 0


@pytest.mark.parametrize(
    ("format_", "message"),
    [
        ("staticcheck", "it is empty: Staticcheck writes that when it finds nothing, and so does a run that"),
        ("tsc", "it is empty: tsc writes that when it finds nothing, and so does a run that never began"),
    ],
)
def test_an_empty_file_of_a_named_linter_is_no_clean_run(file: Path, format_: str, message: str) -> None:
    item = read(written(file, ""), format=format_)
    assert (item.facts, item.reason) == (None, Reason.INSUFFICIENT)
    assert item.message.startswith(message)
    assert ">" in item.remedy


BUGS = "<BugCollection version='4.8.6'>{}<FindBugsSummary total_classes='1' total_bugs='{}'/></BugCollection>"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (BUGS.format("", 2), "it says 2 bugs, and lists 0"),
        (BUGS.format("<BugInstance type='X'/>", 1), "a <BugInstance> has no type or no priority"),
        (BUGS.format("", "many"), "<FindBugsSummary> has total_bugs='many', which is no count"),
        (
            "<BugCollection/>",
            "it has no <BugCollection> with a <FindBugsSummary>: SpotBugs did not come to its end",
        ),
    ],
)
def test_a_report_of_spotbugs_must_count_what_it_lists(file: Path, text: str, said: str) -> None:
    assert refusal(file, text) == said


def test_what_spotbugs_stumbles_over_is_an_error_of_its_run(file: Path) -> None:
    errors = "<Errors errors='2'><Error><ErrorMessage>no class file</ErrorMessage></Error></Errors>"
    assert run(written(file, BUGS.format(errors, 0))).errors == ("no class file", "one that is not listed")


def _changed(name: str, *path: str | int, to: Any) -> Any:
    report = place = loaded(name)
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = to
    return report


@pytest.mark.parametrize(
    ("report", "said"),
    [
        (
            _changed("biome.json", "summary", "errors", to=0),
            "it says 0 errors and 3 warnings, and lists 2 and 3",
        ),
        (
            _changed("biome.json", "summary", "diagnosticsNotPrinted", to=4),
            "it leaves out 4 of what it found",
        ),
        (
            _changed("biome-clean.json", "command", to="format"),
            "it is of `biome format`, which does not lint",
        ),
        (_changed("oxlint-clean.json", "number_of_rules", to=0), "it used no rule, so it could find nothing"),
        (
            _changed("rubocop-clean.json", "summary", "inspected_file_count", to=7),
            "it says 0 offenses and 7 files, and lists 0 and 1",
        ),
        (
            _changed("golangci-lint-clean.json", "Report", "Linters", to=[{"Name": "cyclop"}]),
            "it had no linter enabled, so it could find nothing",
        ),
        (
            _changed("gitlab-code-quality.json", 0, "location", to={"path": "a.py"}),
            "the entry '5acc153eca51a226' has no line",
        ),
        (
            '<checkstyle><file name="a"><error line="x" severity="error" message="m"/></file></checkstyle>',
            "a: line 'x' is no number",
        ),
        ("<checkstyle><error/></checkstyle>", "<error> is no file with a name"),
        (
            '<checkstyle><file name="a"><note/></file></checkstyle>',
            "a: <note> is no fault with a severity and a message",
        ),
    ],
)
def test_a_linter_that_contradicts_itself_is_refused(file: Path, report: Any, said: str) -> None:
    assert refusal(file, report) == said


def test_files_that_rubocop_did_not_come_to_are_an_error_of_the_run(file: Path) -> None:
    report = _changed("rubocop-clean.json", "summary", "target_file_count", to=3)
    assert run(written(file, report)).errors == ("it looked at 1 of 3 files",)


@pytest.mark.parametrize(
    ("category", "errors"),
    [("suppressions/unused", 0), ("plugin", 0), ("internalError/io", 1), ("configuration", 1), (None, 1)],
)
def test_troubles_of_biome_itself_are_errors_of_the_run(
    file: Path, category: str | None, errors: int
) -> None:
    one = run(written(file, _changed("biome.json", "diagnostics", 0, "category", to=category)))
    assert (one.error_count, sum(one.counts.values())) == (errors, 5 - errors)


def test_warnings_of_golangci_lint_about_its_settings_are_none_of_its_run(file: Path) -> None:
    warnings = [{"Tag": "config_reader", "Text": "The option `run.timeout` has another name now"}]
    report = _changed("golangci-lint-clean.json", "Report", "Warnings", to=warnings)
    assert run(written(file, report)).errors == ()


def test_a_linter_that_broke_within_golangci_lint_is_an_error_of_the_run(file: Path) -> None:
    warnings = [{"Tag": "runner", "Text": "Can't run linter unused: it panicked"}]
    report = _changed("golangci-lint-clean.json", "Report", "Warnings", to=warnings)
    assert run(written(file, report)).errors == ("Can't run linter unused: it panicked",)


def test_an_exception_in_checkstyle_is_an_error_of_the_run(file: Path) -> None:
    text = '<checkstyle><file name="A.java"><exception>no such token</exception></file></checkstyle>'
    one = run(written(file, text))
    assert (one.errors, one.scanned) == (("A.java:0: Got an exception - no such token",), None)


@pytest.mark.parametrize("name", CUTTABLE)
@settings(max_examples=8, deadline=None)
@given(data=st.data())
def test_a_report_of_a_linter_that_was_cut_shows_nothing(
    tmp_path_factory: pytest.TempPathFactory, name: str, data: st.DataObject
) -> None:
    whole = (REPORTS / name).read_bytes()
    folder = tmp_path_factory.mktemp("cut")
    (folder / "report").write_bytes(whole[: data.draw(st.integers(0, len(whole.rstrip()) - 1))])
    item = read_evidence("scan", folder, path="report").whole
    assert item.facts is None
    assert not item.message.startswith("the reader")


def test_lines_of_tsc_that_were_cut_hide_no_fault_behind_a_list_of_files(file: Path) -> None:
    said, *listed = (REPORTS / "tsc.txt").read_text().splitlines(keepends=True)
    for kept in range(len(listed) + 1):
        assert counts(run(written(file, said + "".join(listed[:kept])))) == {"high": 1}
