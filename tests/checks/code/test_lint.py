"""code/lint: errors, warnings and notes against their limits, and nothing scanned is not clean."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from readiness.check import Location, Outcome
from readiness.evidence.model import Reason
from readiness.evidence.scan import Scan, Severity
from readiness.judge import Judgement
from readiness.testing import judge_check
from tests.checks.code.scans import found, of_file, run, scan


def judged(facts: Scan, **params: Any) -> Judgement:
    return judge_check(
        "code/lint", {key.replace("_", "-"): value for key, value in params.items()}, scan=facts
    )


def test_a_clean_report_that_counts_its_files_passes() -> None:
    verdict = judged(of_file("eslint-clean.json"))
    assert (verdict.outcome, verdict.summary) == (Outcome.PASS, "eslint looked at 1 file: nothing found")


@pytest.mark.parametrize("name", ["eslint.json", "eslint.sarif", "ruff.json", "ruff.sarif"])
def test_errors_fail(name: str) -> None:
    assert judged(of_file(name)).outcome is Outcome.FAIL


def test_each_error_is_a_finding_with_its_place() -> None:
    first, second, note = judged(of_file("eslint.json")).findings
    assert first.message == "no-unused-vars: 'unused' is assigned a value but never used."
    assert first.location == Location("/srv/shop/web/cart.js", 3)
    assert (first.observed, first.expected, second.outcome) == ("2 errors in all", "<= 0", Outcome.FAIL)
    assert first.next == "mend it, and run the tool again"
    assert note.note
    assert note.message == (
        "1 finding suppressed, such as no-var: Unexpected var, use let or const instead. (old browsers)"
    )


def test_warnings_are_counted_and_limited_only_when_the_policy_says_so() -> None:
    facts = scan(run(found("medium"), found("medium"), found("low")))
    assert judged(facts).summary == "eslint looked at 10 files: 2 warnings, 1 note"
    assert judged(facts, max_warnings=2, max_notes=1).outcome is Outcome.PASS
    assert judged(facts, max_warnings=1).summary == "R1: wrong (and 1 more)"
    assert judged(facts, max_notes=0).outcome is Outcome.FAIL


def test_an_unknown_severity_counts_as_an_error() -> None:
    verdict = judged(scan(run(found("unknown"))))
    assert (verdict.outcome, verdict.summary) == (Outcome.FAIL, "R1: wrong (severity not told)")


def test_of_many_errors_twenty_are_shown_and_the_rest_is_counted() -> None:
    findings = judged(scan(run(*[found(line=n) for n in range(1, 31)]))).findings
    assert len(findings) == 21
    assert (findings[-1].message, findings[-1].count) == ("10 more errors", 10)


def test_errors_that_are_not_listed_count() -> None:
    (finding,) = judged(scan(run(counts={Severity.HIGH: 3}))).findings
    assert (finding.outcome, finding.message) == (Outcome.FAIL, "3 errors, which the report does not list")


def test_suppressed_findings_may_be_limited() -> None:
    facts = scan(run(found(suppressed="old"), found(suppressed="old")))
    assert judged(facts).outcome is Outcome.PASS
    verdict = judged(facts, max_suppressed=1)
    assert (verdict.outcome, verdict.summary) == (
        Outcome.FAIL,
        "2 findings suppressed, where at most 1 may be",
    )


@pytest.mark.parametrize("name", ["ruff-clean.json", "ruff-clean.sarif"])
def test_a_clean_report_that_does_not_tell_what_was_scanned_warns_at_best(name: str) -> None:
    facts = of_file(name, **({"format": "ruff"} if name.endswith("json") else {}))
    said = "ruff ran: nothing found; the report of ruff does not tell how much was looked at"
    verdict = judged(facts)
    assert (verdict.outcome, verdict.summary) == (Outcome.WARN, said)
    strict = judged(facts, uncounted="unproven")
    assert (strict.outcome, strict.reason, strict.summary) == (Outcome.UNPROVEN, Reason.INSUFFICIENT, said)
    assert strict.findings[0].next == (
        "use a format of the tool that counts what it looked at, or take its word with `uncounted: warn`"
    )


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("pylint-empty.json", "pylint looked at 0 modules, and what nobody looked at is not clean"),
        (
            "eslint-broken.json",
            "eslint ran into an error: /srv/shop/web-broken.js:2: Parsing error: Unexpected token",
        ),
        (
            "pylint-broken.json",
            "pylint ran into an error: broken.py:1: Parsing failed: 'invalid syntax (broken, line 1)'",
        ),
        ("gitleaks.json", "gitleaks did not look for faults of style and use"),
        ("bandit-clean.json", "bandit did not look for faults of style and use"),
    ],
)
def test_what_shows_nothing_is_unproven(name: str, said: str) -> None:
    verdict = judged(of_file(name))
    assert verdict.outcome is Outcome.UNPROVEN
    assert verdict.findings[0].message == said


def test_more_errors_than_are_kept_are_counted() -> None:
    verdict = judged(scan(run(errors=("a broke",), error_count=3)))
    assert [finding.message for finding in verdict.findings] == [
        "eslint ran into an error: a broke",
        "eslint ran into 2 more errors",
    ]


def test_what_was_left_out_is_unproven() -> None:
    verdict = judged(scan(run(skipped=("a.js",), skipped_count=2)))
    assert (verdict.reason, verdict.summary) == (Reason.INSUFFICIENT, "eslint left out 2 files: a.js; ...")


def test_a_tool_that_nobody_knows_has_to_be_named() -> None:
    facts = scan(run(purpose=None, tool="ourlint"))
    verdict = judged(facts)
    assert verdict.summary == "nobody here knows whether ourlint looks for faults of style and use"
    assert verdict.findings[0].next == "if it does, name it: `tools: [ourlint]`"
    assert judged(facts, tools=["OurLint"]).outcome is Outcome.PASS


def test_a_tool_that_is_named_must_have_run() -> None:
    verdict = judged(scan(run()), tools=["eslint", "stylelint"])
    assert (verdict.reason, verdict.summary) == (
        Reason.MISSING,
        "stylelint did not run: the tools that did are eslint",
    )


def test_a_run_for_something_else_does_not_count() -> None:
    facts = scan(run(), run(found(), purpose="secrets", tool="gitleaks"))
    assert judged(facts).summary == "eslint looked at 10 files: nothing found"


def test_one_silent_tool_beside_another_one_is_told() -> None:
    verdict = judged(scan(run(), run(tool="ruff", scanned=None)))
    assert verdict.outcome is Outcome.WARN
    assert verdict.summary == (
        "eslint looked at 10 files, ruff ran: nothing found; the report of ruff does not tell how much was looked at"
    )


SEVERITIES = st.sampled_from(["critical", "high", "unknown", "medium", "low"])
ORDER = [Outcome.PASS, Outcome.WARN, Outcome.UNPROVEN, Outcome.FAIL]


@settings(max_examples=40, deadline=None)
@given(
    severities=st.lists(SEVERITIES, max_size=4),
    more=SEVERITIES,
    limits=st.fixed_dictionaries({"max-errors": st.integers(0, 3), "max-warnings": st.integers(0, 3)}),
    scanned=st.none() | st.integers(0, 2),
)
def test_one_more_finding_is_never_better(
    severities: list[str], more: str, limits: dict[str, int], scanned: int | None
) -> None:
    less = judge_check("code/lint", limits, scan=scan(run(*map(found, severities), scanned=scanned)))
    worse = judge_check(
        "code/lint", limits, scan=scan(run(*map(found, [*severities, more]), scanned=scanned))
    )
    assert ORDER.index(worse.outcome) >= ORDER.index(less.outcome)


@settings(max_examples=40, deadline=None)
@given(
    severities=st.lists(SEVERITIES, max_size=3),
    spoil=st.sampled_from(["scanned", "nothing", "errors", "skipped"]),
)
def test_a_run_that_tells_less_is_never_better(severities: list[str], spoil: str) -> None:
    changes: dict[str, dict[str, Any]] = {
        "scanned": {"scanned": None},
        "nothing": {"scanned": 0},
        "errors": {"errors": ("broke",), "error_count": 1},
        "skipped": {"skipped": ("a",), "skipped_count": 1},
    }
    good = run(*map(found, severities))
    before, after = judged(scan(good)), judged(scan(good.but(**changes[spoil])))
    assert ORDER.index(after.outcome) >= ORDER.index(before.outcome)
    assert after.outcome is not Outcome.PASS


def test_a_report_of_a_part_of_the_code_shows_little() -> None:
    verdict = judged(scan(run(scanned=1)), min_scanned=40)
    assert (verdict.outcome, verdict.reason) == (Outcome.UNPROVEN, Reason.INSUFFICIENT)
    (finding,) = verdict.findings
    assert finding.message == "eslint looked at 1 file, where at least 40 are expected"
    assert (finding.observed, finding.expected) == ("1 file", ">= 40")
    assert finding.next == (
        "let the command look at the whole of the code, or judge a small part of it by a check of its own"
    )
    assert judged(scan(run(scanned=40)), min_scanned=40).outcome is Outcome.PASS


def test_parts_do_not_add_up_to_the_whole() -> None:
    """Three jobs that looked at the same twenty files did not look at forty."""
    verdict = judged(scan(*[run(scanned=20)] * 3), min_scanned=40)
    assert [one.outcome for one in verdict.findings] == [Outcome.UNPROVEN] * 3
    assert judged(scan(run(scanned=50), run(scanned=2)), min_scanned=40).outcome is Outcome.UNPROVEN


def test_what_is_not_counted_is_not_enough_unless_its_word_is_taken() -> None:
    facts = scan(run(scanned=None))
    assert judged(facts, min_scanned=1).outcome is Outcome.WARN
    assert judged(facts, min_scanned=2).outcome is Outcome.UNPROVEN
    assert judged(facts, min_scanned=2, uncounted="warn").outcome is Outcome.WARN
    assert judged(facts, uncounted="unproven").outcome is Outcome.UNPROVEN
    mixed = scan(run(scanned=50), run(scanned=None, tool="ruff"))
    assert judged(mixed, min_scanned=40).outcome is Outcome.UNPROVEN


def test_a_fault_in_a_part_fails_all_the_same() -> None:
    assert judged(scan(run(found(), scanned=1)), min_scanned=40).outcome is Outcome.FAIL


def test_nothing_at_all_is_told_once() -> None:
    (finding,) = judged(scan(run(scanned=0)), min_scanned=40).findings
    assert finding.message == "eslint looked at 0 files, and what nobody looked at is not clean"


@pytest.mark.parametrize("least", [0, -1, True, 1.5])
def test_at_least_one_thing_is_asked_for(least: Any) -> None:
    with pytest.raises(ValidationError):
        judged(scan(run()), min_scanned=least)


@settings(max_examples=40, deadline=None)
@given(
    scanned=st.none() | st.integers(0, 60),
    least=st.integers(1, 60),
    uncounted=st.sampled_from([None, "warn", "unproven"]),
)
def test_asking_for_more_and_looking_at_less_is_never_judged_better(
    scanned: int | None, least: int, uncounted: str | None
) -> None:
    before = judged(scan(run(scanned=scanned)), min_scanned=least, uncounted=uncounted)
    asked = judged(scan(run(scanned=scanned)), min_scanned=least + 1, uncounted=uncounted)
    assert asked.outcome.rank >= before.outcome.rank
    if scanned:
        seen = judged(scan(run(scanned=scanned - 1)), min_scanned=least, uncounted=uncounted)
        assert seen.outcome.rank >= before.outcome.rank
