"""security/static-analysis: by severity, and nothing scanned is not clean."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readiness.check import Location, Outcome
from readiness.evidence.model import Reason
from readiness.evidence.scan import Scan, Severity
from readiness.judge import Judgement
from readiness.testing import judge_check
from tests.checks.security.scans import found, of_file, run, scan

SEVERITIES = st.sampled_from(["critical", "high", "unknown", "medium", "low"])
ORDER = [Outcome.PASS, Outcome.WARN, Outcome.UNPROVEN, Outcome.FAIL]


def judged(facts: Scan, **params: Any) -> Judgement:
    said = {key.replace("_", "-"): value for key, value in params.items()}
    return judge_check("security/static-analysis", said, scan=facts)


def analysed(*severities: str, **more: Any) -> Scan:
    return scan(run("static-analysis", *map(found, severities), **more))


def test_a_clean_run_over_files_passes() -> None:
    verdict = judged(of_file("bandit-clean.json"))
    assert (verdict.outcome, verdict.summary) == (Outcome.PASS, "bandit looked at 1 file: nothing found")


@pytest.mark.parametrize(
    "name", ["bandit.json", "bandit-ll.json", "semgrep.json", "semgrep.sarif", "codeql.sarif"]
)
def test_a_high_finding_fails(name: str) -> None:
    assert judged(of_file(name)).outcome is Outcome.FAIL


def test_a_finding_tells_its_place_its_severity_and_the_limit() -> None:
    finding, note = judged(of_file("bandit.json")).findings
    assert finding.message == "B602: subprocess call with shell=True identified, security issue."
    assert finding.location == Location("shop/cart.py", 22)
    assert (finding.observed, finding.expected) == ("1 high in all", "<= 0")
    assert (note.note, note.message) == (True, "1 finding suppressed")


def test_what_is_within_its_limit_is_counted() -> None:
    verdict = judged(of_file("bandit.json"), max_high=1)
    assert (verdict.outcome, verdict.summary) == (Outcome.PASS, "bandit looked at 2 files: 1 high, 1 low")


@pytest.mark.parametrize(
    ("severity", "limit"), [("critical", "max_high"), ("high", "max_critical"), ("unknown", "max_critical")]
)
def test_the_limit_of_one_severity_is_not_that_of_another(severity: str, limit: str) -> None:
    assert judged(analysed(severity), **{limit: 5}).outcome is Outcome.FAIL


def test_an_unknown_severity_counts_as_high() -> None:
    verdict = judged(analysed("unknown"))
    assert verdict.summary == "R1: wrong (severity not told)"
    assert judged(analysed("unknown"), max_high=1).outcome is Outcome.PASS
    assert judged(analysed("unknown", "high"), max_high=1).outcome is Outcome.FAIL


def test_medium_and_low_are_limited_when_the_policy_says_so() -> None:
    facts = analysed("medium", "low")
    assert judged(facts).outcome is Outcome.PASS
    assert judged(facts, max_medium=0).outcome is Outcome.FAIL
    assert judged(facts, max_low=0).outcome is Outcome.FAIL


def test_of_many_findings_twenty_are_shown() -> None:
    findings = judged(analysed(*["high"] * 25)).findings
    assert (len(findings), findings[-1].message, findings[-1].count) == (21, "5 more of severity high", 5)


def test_findings_that_are_not_listed_count() -> None:
    (finding,) = judged(analysed(counts={Severity.CRITICAL: 1})).findings
    assert finding.message == "1 finding of severity critical, which the report does not list"


def test_what_is_suppressed_may_be_limited() -> None:
    verdict = judged(of_file("codeql.sarif"), max_high=1, max_suppressed=0)
    assert (verdict.outcome, verdict.summary) == (
        Outcome.FAIL,
        "1 finding suppressed, where at most 0 may be",
    )


@pytest.mark.parametrize(
    ("name", "reason", "said"),
    [
        (
            "bandit-empty.json",
            Reason.MISSING,
            "bandit looked at 0 files, and what nobody looked at is not clean",
        ),
        (
            "bandit-broken.json",
            Reason.INSUFFICIENT,
            "bandit ran into an error: ./broken.py: syntax error while parsing AST from file",
        ),
        ("ruff.json", Reason.MISSING, "ruff did not look for code that is open to attack"),
    ],
)
def test_what_shows_nothing_is_unproven(name: str, reason: Reason, said: str) -> None:
    verdict = judged(of_file(name))
    assert (verdict.outcome, verdict.findings[0].reason) == (Outcome.UNPROVEN, reason)
    assert verdict.findings[0].message == said


def test_a_report_that_does_not_tell_what_was_scanned_is_unproven_or_taken_at_its_word() -> None:
    facts = analysed("low", scanned=None)
    said = "scanner ran: 1 low; the report of scanner does not tell how much was looked at"
    verdict = judged(facts)
    assert (verdict.outcome, verdict.reason, verdict.summary) == (Outcome.UNPROVEN, Reason.INSUFFICIENT, said)
    taken = judged(facts, uncounted="warn")
    assert (taken.outcome, taken.summary) == (Outcome.WARN, said)


@settings(max_examples=40, deadline=None)
@given(
    severities=st.lists(SEVERITIES, max_size=4),
    more=SEVERITIES,
    high=st.integers(0, 3),
    medium=st.none() | st.integers(0, 3),
    scanned=st.none() | st.integers(0, 2),
    uncounted=st.sampled_from(["warn", "unproven"]),
)
def test_one_more_finding_is_never_better(
    severities: list[str], more: str, high: int, medium: int | None, scanned: int | None, uncounted: str
) -> None:
    limits: dict[str, Any] = {"max_high": high, "uncounted": uncounted}
    limits |= {} if medium is None else {"max_medium": medium}
    less = judged(analysed(*severities, scanned=scanned), **limits)
    worse = judged(analysed(*severities, more, scanned=scanned), **limits)
    assert ORDER.index(worse.outcome) >= ORDER.index(less.outcome)


@settings(max_examples=40, deadline=None)
@given(severities=st.lists(SEVERITIES, max_size=3), unsuppressed=SEVERITIES)
def test_a_finding_that_is_no_longer_suppressed_is_never_better(
    severities: list[str], unsuppressed: str
) -> None:
    others = [found(one) for one in severities]
    quiet = scan(run("static-analysis", *others, found(unsuppressed, suppressed="fine")))
    loud = scan(run("static-analysis", *others, found(unsuppressed)))
    assert ORDER.index(judged(loud).outcome) >= ORDER.index(judged(quiet).outcome)


def test_an_analysis_of_one_file_shows_little() -> None:
    verdict = judged(analysed(scanned=1), min_scanned=12)
    assert (verdict.outcome, verdict.reason) == (Outcome.UNPROVEN, Reason.INSUFFICIENT)
    assert judged(analysed(scanned=12), min_scanned=12).outcome is Outcome.PASS
    assert judged(analysed(scanned=None), min_scanned=12).outcome is Outcome.UNPROVEN
