"""security/vulnerabilities: by severity, with fixes, an ignore list that ends, and the age of the database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from readiness.check import Outcome
from readiness.evidence.model import Reason
from readiness.evidence.scan import Scan, Severity
from readiness.judge import Judgement
from readiness.testing import NOON, judge_check
from tests.checks.security.scans import found, of_file, run, scan

ORDER = [Outcome.PASS, Outcome.WARN, Outcome.UNPROVEN, Outcome.FAIL]
DAY = timedelta(days=1)


def judged(facts: Scan, *, now: datetime = NOON, **params: Any) -> Judgement:
    said = {key.replace("_", "-"): value for key, value in params.items()}
    return judge_check("security/vulnerabilities", said, now=now, scan=facts)


def audited(*findings: Any, **more: Any) -> Scan:
    return scan(run("vulnerabilities", *findings, tool="audit", unit="dependencies", **more))


def ignored(id_: str, until: str) -> dict[str, str]:
    return {"id": id_, "reason": "never reached", "until": until}


def messages(verdict: Judgement) -> list[str]:
    return [finding.message for finding in verdict.findings]


@pytest.mark.parametrize(
    "name", ["pip-audit.json", "npm-audit.json", "grype.json", "trivy.json", "osv-scanner.json"]
)
def test_a_vulnerability_fails(name: str) -> None:
    assert judged(of_file(name)).outcome is Outcome.FAIL


def test_no_vulnerability_in_what_was_audited_passes() -> None:
    verdict = judged(audited())
    assert (verdict.outcome, verdict.summary) == (
        Outcome.PASS,
        "audit looked at 10 dependencies: nothing found",
    )


def test_a_vulnerability_tells_the_package_and_the_version_without_it() -> None:
    first, _ = judged(of_file("pip-audit.json")).findings
    assert first.message == (
        "PYSEC-2018-28 in requests 2.19.0: fixed in 2.20.0: Credentials are sent on to other hosts. (severity not told)"
    )
    assert first.next == "raise it to a version without the vulnerability"


def test_only_what_is_known_to_have_no_fix_is_left_out() -> None:
    facts = audited(found(fix=True), found(fix=False), found(fix=None))
    assert judged(facts).findings[0].observed == "3 high in all"
    assert judged(facts, fixable_only=True).findings[0].observed == "2 high in all"
    alone = judged(audited(found(fix=False)), fixable_only=True)
    assert (alone.outcome, alone.summary) == (
        Outcome.PASS,
        "audit looked at 10 dependencies: nothing found, 1 left out",
    )


def test_what_is_ignored_does_not_count_until_its_day_is_over() -> None:
    facts = audited(found(rule="PYSEC-1", aliases=("CVE-2026-1",)))
    entry = [ignored("cve-2026-1", "2026-06-10")]
    verdict = judged(facts, ignore=entry)
    end = datetime(2026, 6, 11, tzinfo=UTC)
    note, passed = verdict.findings
    assert (note.note, note.message, note.until) == (
        True,
        "cve-2026-1 is ignored until 2026-06-10: never reached",
        end,
    )
    assert (passed.outcome, passed.until) == (Outcome.PASS, end)
    assert judged(facts, now=end - timedelta(seconds=1), ignore=entry).outcome is Outcome.PASS
    after = judged(facts, now=end, ignore=entry)
    assert after.outcome is Outcome.FAIL
    assert messages(after)[1] == "cve-2026-1 was ignored until 2026-06-10, and counts again"


def test_an_entry_that_takes_nothing_out_changes_nothing() -> None:
    (finding,) = judged(audited(), ignore=[ignored("CVE-1", "2026-06-10")]).findings
    assert finding.until is None


def test_of_two_entries_for_one_the_longer_counts() -> None:
    entries = [ignored("R1", "2026-06-02"), ignored("R1", "2026-06-20")]
    assert judged(audited(found()), ignore=entries).findings[-1].until == datetime(2026, 6, 21, tzinfo=UTC)


def test_what_is_not_listed_cannot_be_ignored() -> None:
    facts = audited(found(), counts={Severity.HIGH: 2})
    verdict = judged(facts, ignore=[ignored("R1", "2026-06-10")])
    assert verdict.outcome is Outcome.FAIL


@pytest.mark.parametrize(
    "entry",
    [
        {"id": "CVE-1", "reason": "x"},
        {"id": "CVE-1", "until": "2026-06-10"},
        {"id": "", "reason": "x", "until": "2026-06-10"},
        {"id": "CVE-1", "reason": "x", "until": "soon"},
        {"id": "CVE-1", "reason": "x", "until": "2026-06-10", "forever": True},
    ],
)
def test_an_entry_wants_an_id_a_reason_and_a_day(entry: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        judged(audited(), ignore=[entry])


def test_a_database_that_is_too_old_is_stale() -> None:
    facts = audited(database_at=NOON - 5 * DAY)
    assert judged(facts).findings[0].until is None
    fresh = judged(facts, max_database_age="7d")
    assert (fresh.outcome, fresh.findings[0].until) == (Outcome.PASS, NOON + 2 * DAY)
    old = judged(facts, max_database_age="4d")
    assert (old.outcome, old.reason) == (Outcome.UNPROVEN, Reason.STALE)
    assert old.summary == "the database of audit is 5d old; at most 4d is allowed"


def test_a_database_without_a_date_or_of_the_future_is_unproven() -> None:
    undated = judged(audited(), max_database_age="4d")
    assert (undated.reason, undated.summary) == (
        Reason.UNDATED,
        "the report of audit does not tell how old its database is",
    )
    ahead = judged(audited(database_at=NOON + DAY), max_database_age="4d")
    assert (ahead.reason, ahead.summary) == (
        Reason.MALFORMED,
        "the database of audit is dated 2026-06-02, in the future",
    )


@pytest.mark.parametrize(
    ("name", "reason", "said"),
    [
        (
            "pip-audit-skipped.json",
            Reason.INSUFFICIENT,
            "pip-audit left out 5 dependencies: requests (Dependency not",
        ),
        (
            "trivy-nothing.json",
            Reason.MISSING,
            "trivy looked at 0 targets, and what nobody looked at is not clean",
        ),
        ("bandit.json", Reason.MISSING, "bandit did not look for known vulnerabilities"),
    ],
)
def test_what_shows_nothing_is_unproven(name: str, reason: Reason, said: str) -> None:
    verdict = judged(of_file(name))
    assert (verdict.outcome, verdict.findings[0].reason) == (Outcome.UNPROVEN, reason)
    assert verdict.findings[0].message.startswith(said)


def test_of_a_report_of_trivy_only_the_packages_count() -> None:
    verdict = judged(of_file("trivy.json"))
    assert [finding.observed for finding in verdict.findings[:2]] == ["2 high in all"] * 2


def test_a_report_that_does_not_tell_what_was_scanned_is_unproven_or_taken_at_its_word() -> None:
    facts = audited(scanned=None)
    assert judged(facts).outcome is Outcome.UNPROVEN
    assert judged(facts, uncounted="warn").outcome is Outcome.WARN


@settings(max_examples=40, deadline=None)
@given(
    findings=st.lists(
        st.tuples(st.sampled_from(list(Severity)), st.sampled_from([True, False, None])), max_size=4
    ),
    more=st.tuples(st.sampled_from(list(Severity)), st.sampled_from([True, False, None])),
    most=st.integers(0, 2),
    fixable=st.booleans(),
    is_ignored=st.booleans(),
)
def test_one_more_vulnerability_is_never_better(
    findings: list[tuple[Severity, bool | None]],
    more: tuple[Severity, bool | None],
    most: int,
    fixable: bool,
    is_ignored: bool,
) -> None:
    params: dict[str, Any] = {"max_high": most, "fixable_only": fixable}
    params["ignore"] = [ignored("R1", "2026-06-10")] if is_ignored else []
    made = [found(severity, fix=fix, rule=f"R{n}") for n, (severity, fix) in enumerate([*findings, more])]
    less, worse = judged(audited(*made[:-1]), **params), judged(audited(*made), **params)
    assert ORDER.index(worse.outcome) >= ORDER.index(less.outcome)


@settings(max_examples=40, deadline=None)
@given(days=st.integers(0, 60), later=st.integers(0, 60))
def test_the_mere_passing_of_time_is_never_better_and_until_tells_when_it_changes(
    days: int, later: int
) -> None:
    facts = audited(found(), database_at=NOON - DAY)
    entry = [ignored("R1", "2026-06-20")]

    def at(now: datetime) -> Judgement:
        return judged(facts, now=now, ignore=entry, max_database_age="30d")

    first, second = at(NOON + days * DAY), at(NOON + (days + later) * DAY)
    assert ORDER.index(second.outcome) >= ORDER.index(first.outcome)
    until = first.findings[-1].until
    if first.outcome is Outcome.PASS:
        assert until is not None
        assert (second.outcome is Outcome.PASS) == (NOON + (days + later) * DAY < until)


def test_an_audit_of_one_dependency_shows_little() -> None:
    verdict = judged(audited(scanned=1), min_scanned=80)
    assert (verdict.outcome, verdict.summary) == (
        Outcome.UNPROVEN,
        "audit looked at 1 dependency, where at least 80 are expected",
    )
    assert judged(audited(scanned=87), min_scanned=80).outcome is Outcome.PASS
