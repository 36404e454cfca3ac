"""security/secrets-scan: any secret fails, and a scanner that cannot tell that it looked has to find the canary."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from readiness.check import Location, Outcome
from readiness.evidence.model import Reason
from readiness.evidence.scan import Scan, Severity
from readiness.judge import Judgement
from readiness.testing import judge_check, read_evidence
from tests.checks.security.scans import found, of_file, run, scan
from tests.readers.scan.support import loaded, written

CANARY = "tests/canary/key.pem"


def judged(facts: Scan, **params: Any) -> Judgement:
    said = {key.replace("_", "-"): value for key, value in params.items()}
    return judge_check("security/secrets-scan", said, scan=facts)


def scanned(*findings: Any, **more: Any) -> Scan:
    return scan(run("secrets", *findings, tool="gitleaks", **{"scanned": None, **more}))


@pytest.mark.parametrize("name", ["gitleaks.json", "detect-secrets.json", "trivy.json"])
def test_a_secret_fails_wherever_it_is_found(name: str) -> None:
    assert judged(of_file(name)).outcome is Outcome.FAIL


@pytest.mark.parametrize("severity", list(Severity))
def test_a_secret_of_any_severity_fails(severity: Severity) -> None:
    assert judged(scanned(found(severity)), uncounted="warn").outcome is Outcome.FAIL


def test_a_secret_is_told_by_its_place_and_never_by_itself() -> None:
    (finding,) = judged(of_file("gitleaks.json")).findings
    assert finding.location == Location("secrets/settings.py", 1)
    assert "correct-horse" not in repr(finding)
    assert finding.next.startswith("revoke the secret")


def test_a_secret_without_a_line_tells_its_file() -> None:
    (finding,) = judged(scanned(found(line=None, file="key.pem"))).findings
    assert finding.message == "R1: wrong in key.pem"


def test_an_empty_report_is_unproven_or_taken_at_its_word() -> None:
    facts = of_file("gitleaks-clean.json", format="gitleaks")
    said = "gitleaks ran: no secrets found; the report of gitleaks does not tell how much was looked at"
    verdict = judged(facts)
    assert (verdict.outcome, verdict.reason, verdict.summary) == (Outcome.UNPROVEN, Reason.INSUFFICIENT, said)
    assert judged(facts, uncounted="warn").outcome is Outcome.WARN
    assert judged(of_file("detect-secrets-clean.json")).outcome is Outcome.UNPROVEN


def test_a_scan_that_found_the_canary_and_nothing_else_passes() -> None:
    verdict = judged(scanned(found(file=CANARY)), canary=CANARY)
    assert (verdict.outcome, verdict.summary) == (
        Outcome.PASS,
        "gitleaks found the canary tests/canary/key.pem, and no other secret",
    )


@pytest.mark.parametrize("path", [f"./{CANARY}", f"/srv/shop/{CANARY}", "C:\\shop\\tests\\canary\\key.pem"])
def test_the_canary_is_known_by_its_path_from_the_root(path: str) -> None:
    assert judged(scanned(found(file=path)), canary=CANARY).outcome is Outcome.PASS


@pytest.mark.parametrize("path", ["key.pem", f"vendor/{CANARY}", f"{CANARY}.old", "x" + CANARY, ""])
def test_another_file_is_no_canary(path: str) -> None:
    verdict = judged(scanned(found(file=CANARY), found(file=path)), canary=CANARY)
    assert verdict.outcome is Outcome.FAIL


def test_a_scan_that_missed_the_canary_is_unproven() -> None:
    verdict = judged(scanned(scanned=5), canary=CANARY, uncounted="warn")
    assert (verdict.outcome, verdict.summary) == (
        Outcome.UNPROVEN,
        "gitleaks did not find the made-up secret in tests/canary/key.pem",
    )
    quiet = judged(scanned(found(file=CANARY, suppressed="allowed")), canary=CANARY)
    assert quiet.outcome is Outcome.UNPROVEN


def test_every_scanner_has_to_find_the_canary() -> None:
    facts = scan(run("secrets", found(file=CANARY), tool="a"), run("secrets", tool="b"))
    assert judged(facts, canary=CANARY).summary == "b did not find the made-up secret in tests/canary/key.pem"


def test_secrets_that_are_not_listed_count() -> None:
    (finding,) = judged(scanned(counts={Severity.HIGH: 3})).findings
    assert (finding.message, finding.count) == ("3 secrets", 3)


def test_of_many_secrets_twenty_are_shown() -> None:
    findings = judged(scanned(*[found() for _ in range(25)])).findings
    assert (len(findings), findings[-1].message) == (21, "5 more secrets")


def test_what_an_audit_called_no_secret_is_suppressed(tmp_path: Path) -> None:
    baseline = loaded("detect-secrets.json")
    baseline["results"]["settings.py"][0]["is_secret"] = False
    written(tmp_path / "baseline.json", baseline)
    facts = read_evidence("scan", tmp_path, path="baseline.json").whole.facts
    assert isinstance(facts, Scan)
    verdict = judged(facts, uncounted="warn")
    assert (verdict.outcome, verdict.findings[0].message) == (
        Outcome.WARN,
        "1 finding suppressed, such as Secret Keyword: a secret of the type Secret Keyword (audited: no secret)",
    )
    assert judged(facts, uncounted="warn", max_suppressed=0).outcome is Outcome.FAIL


def test_another_scanner_shows_nothing_of_secrets() -> None:
    assert judged(of_file("bandit-clean.json")).summary == "bandit did not look for secrets"
