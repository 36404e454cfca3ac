"""infrastructure/scan: by severity, whichever of the tools wrote the report."""

from __future__ import annotations

from typing import Any

import pytest

from readiness.check import Outcome
from readiness.evidence.model import Reason
from readiness.evidence.scan import Purpose, Scan, ScanFinding, ScanRun, Severity
from readiness.judge import Judgement
from readiness.testing import judge_check, read_evidence
from tests.support import FIXTURES


def judged(facts: Scan, **params: Any) -> Judgement:
    said = {key.replace("_", "-"): value for key, value in params.items()}
    return judge_check("infrastructure/scan", said, scan=facts)


def of_file(name: str, **keys: Any) -> Scan:
    facts = read_evidence("scan", FIXTURES / "scan", path=name, **keys).whole.facts
    assert isinstance(facts, Scan)
    return facts


def scanned(*severities: str, purpose: Purpose = "infrastructure", **more: Any) -> Scan:
    findings = tuple(ScanFinding(rule="R1", severity=Severity(one), message="wrong") for one in severities)
    counts = {Severity(one): severities.count(one) for one in severities}
    given: dict[str, Any] = {"scanned": 5, "unit": "objects", "counts": counts, **more}
    return Scan(runs=(ScanRun(tool="polaris", purposes=(purpose,), findings=findings, **given),))


@pytest.mark.parametrize(
    "name",
    [
        "actionlint.json",
        "checkov.json",
        "dclint.json",
        "hadolint.json",
        "kube-linter.json",
        "kube-score.json",
        "kubeconform.json",
        "polaris.json",
        "zizmor.json",
        "zizmor.sarif",
    ],
)
def test_a_high_finding_fails_whichever_tool_wrote_it(name: str) -> None:
    assert judged(of_file(name)).outcome is Outcome.FAIL


def test_a_finding_names_its_object_which_a_waiver_may_name() -> None:
    facts = of_file("polaris.json")
    (finding,) = judged(facts).findings
    assert finding.object == "Deployment/prod/shop:web"
    assert finding.message == "tagNotSpecified in Deployment/prod/shop:web: Image tag should be specified"
    assert finding.object in facts.objects()


def test_what_was_looked_at_and_found_within_the_limits_passes() -> None:
    assert judged(scanned()).summary == "polaris looked at 5 objects: nothing found"
    verdict = judged(scanned("medium", "low"))
    assert (verdict.outcome, verdict.summary) == (
        Outcome.PASS,
        "polaris looked at 5 objects: 1 medium, 1 low",
    )
    assert judged(scanned("medium"), max_medium=0).outcome is Outcome.FAIL


def test_of_a_report_of_trivy_only_the_settings_count() -> None:
    verdict = judged(of_file("trivy.json"))
    assert (verdict.outcome, verdict.summary) == (Outcome.PASS, "trivy looked at 1 target: 1 medium")


@pytest.mark.parametrize(
    ("name", "reason", "said"),
    [
        (
            "kubeconform-errors.json",
            Reason.INSUFFICIENT,
            "kubeconform ran into an error: deploy/",
        ),
        (
            "kubeconform-skipped.json",
            Reason.INSUFFICIENT,
            "kubeconform left out 2 resources: one that is not listed",
        ),
        ("checkov-empty.json", Reason.MISSING, "checkov looked at 0 resources, and what nobody looked at"),
        ("bandit-clean.json", Reason.MISSING, "bandit did not look for faults of infrastructure"),
    ],
)
def test_what_shows_nothing_is_unproven(name: str, reason: Reason, said: str) -> None:
    verdict = judged(of_file(name))
    assert (verdict.outcome, verdict.findings[0].reason) == (Outcome.UNPROVEN, reason)
    assert verdict.findings[0].message.startswith(said)


@pytest.mark.parametrize(
    ("name", "keys"),
    [
        ("hadolint-clean.sarif", {}),
        ("kubeconform-silent.json", {}),
        ("ruff-clean.json", {"format": "zizmor"}),
        ("ruff-clean.json", {"format": "actionlint"}),
    ],
)
def test_a_report_that_does_not_tell_what_was_scanned_is_unproven_or_taken_at_its_word(
    name: str, keys: dict[str, str]
) -> None:
    facts = of_file(name, **keys)
    verdict = judged(facts)
    assert (verdict.outcome, verdict.reason) == (Outcome.UNPROVEN, Reason.INSUFFICIENT)
    assert verdict.summary.endswith("does not tell how much was looked at")
    assert judged(facts, uncounted="warn").outcome is Outcome.WARN


def test_tools_that_must_have_run_are_named() -> None:
    verdict = judged(scanned(), tools=["kube-score"])
    assert verdict.summary == "kube-score did not run: the tools that did are polaris"


def test_what_is_suppressed_may_be_limited() -> None:
    facts = scanned(suppressed={Severity.UNKNOWN: 2})
    assert judged(facts).findings[0].message == "2 findings suppressed"
    assert judged(facts, max_suppressed=1).outcome is Outcome.FAIL


def test_of_many_findings_twenty_are_shown() -> None:
    findings = judged(scanned(*["critical"] * 25)).findings
    assert (len(findings), findings[-1].message) == (21, "5 more of severity critical")
    (finding,) = judged(scanned(counts={Severity.HIGH: 1})).findings
    assert finding.message == "1 finding of severity high, which the report does not list"


def test_a_scan_of_one_object_shows_little() -> None:
    assert judged(scanned(scanned=1), min_scanned=8).outcome is Outcome.UNPROVEN
    assert judged(scanned(scanned=8), min_scanned=8).outcome is Outcome.PASS
