"""What a scorecard does not show is never called proven: another place, release, metric, or no clear statement."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from readiness.check import Finding, Outcome
from readiness.cli import run
from readiness.report.json import render
from readiness.scorecard import ResultShown, Scorecard
from tests.claims.support import audited
from tests.claims.test_claims_proof import card
from tests.report.cards import check, go, ok

NEVER = [
    "## Staging\n\n- p95 latency: 161.2 ms",
    "# Numbers\n\n## Staging\n\n### Latency\n\n- p95 latency: 161.2 ms",
    "## Staging\n\n### Latency\n\n- p95 latency: 161.2 ms",
    "Staging results:\n\n- p95 latency: 161.2 ms",
    "- Staging\n  - p95 latency: 161.2 ms",
    "| Metric | Staging | Status |\n|---|---|---|\n| p95 latency | 161.2 ms | ✅ |",
    "| Metric | Before | After |\n|---|---|---|\n| p95 latency | 161.2 ms | 161.2 ms |",
    "## Baseline\n\n- p95 latency: 161.2 ms",
    "## Integration\n\n- 64/67 tests passed",
    "Environment: staging\n\n- p95 latency: 161.2 ms",
    "# Staging report\n\n- p95 latency: 161.2 ms",
    "# Checkout 3.1.0\n\n## Latency\n\n- p95 latency: 161.2 ms",
    "Release: 2.3.9\n\n- p95 latency: 161.2 ms",
    "**Tag:** v2.3.9\n\n- p95 latency: 161.2 ms",
    "| Field | Value |\n|---|---|\n| Version | 2.3.9 |\n\n- ✅ TLS version",
    "Git SHA: deadbeef12\n\n- ✅ TLS version",
    "- Error rate: 0%",
    "- Success rate: 100%",
    "- Success rate: 100.0%",
    "- ✅ All 67 tests passed",
    "- 67 tests passed",
    "- p95 latency is not < 450 ms",
    "- p95 latency < 450 ms?",
    "- p95 latency will be 161.2 ms",
    "- p95 latency: 161.2 ms planned",
    "- old p95 latency: 161.2 ms",
    "- p95 latency: 161.2 s",
    "- p95 and p99 latency: 161.2 ms",
    "- p95 latency of orders-service v3: 120 ms",
    "- p95 latency: 161.2 ms in a run of 10 min",
    "- ✅ TLS version is v1.2.0",
    "- ✅ TLS version, 2026-01-01",
    "- ✅ TLS version 上海",
    "- ✅ TLS version стейджинг",
    "- ✅ TLS version (B)",
    "- ⚠️ security/tls-version",
    "- ✅ infrastructure/image-tag",
    "- ✅ Latency",
    "Decision: GO for staging",
    "Payments is production ready",
    "Ready for production in APAC",
]


@pytest.mark.parametrize("text", NEVER)
def test_it_is_not_proven(tmp_path: Path, text: str) -> None:
    assert "proven" not in {claim.label for claim in audited(tmp_path, text + "\n", card()).claims}


def with_result(made: ResultShown) -> Scorecard:
    given = card()
    return replace(given, results=tuple(made if one.id == made.id else one for one in given.results))


@pytest.mark.parametrize(
    ("outcome", "enforce", "claim"),
    [
        (Outcome.WARN, "scored", "- ✅ TLS version"),
        (Outcome.WARN, "scored", "- ❌ TLS version"),
        (Outcome.PASS, "advisory", "- ✅ TLS version"),
    ],
)
def test_a_warning_or_an_advisory_check_proves_nothing(
    tmp_path: Path, outcome: Outcome, enforce: str, claim: str
) -> None:
    finding = ok("TLS 1.3") if outcome is Outcome.PASS else Finding(outcome=outcome, message="TLS 1.2 too")
    made = with_result(check("security/tls-version", "Only modern TLS is offered", finding, enforce=enforce))
    assert [one.label for one in audited(tmp_path, claim, made).claims] == ["unsupported"]


@pytest.mark.parametrize("decision", ["conditional", "no-go"])
def test_a_go_is_contradicted_by_any_other_decision(tmp_path: Path, decision: str) -> None:
    made = replace(card(), decision=decision)
    assert [one.label for one in audited(tmp_path, "Decision: GO", made).claims] == ["contradicted"]


def test_a_report_of_the_same_release_is_still_proven(tmp_path: Path) -> None:
    text = (
        "# Checkout 2.4: readiness\n\n**Version:** v2.4.0\n\nEnvironment: prod\n\n- p95 latency: 161.2 ms\n"
    )
    assert {one.label for one in audited(tmp_path, text, card()).claims} == {"proven"}


def test_a_scorecard_whose_time_is_over_proves_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    judged = datetime(2020, 1, 1, tzinfo=UTC)
    old = replace(go(), run=replace(go().run, judged_at=judged), valid_until=judged + timedelta(days=5))
    (tmp_path / "card.json").write_text(render(old), encoding="utf-8")
    (tmp_path / "report.md").write_text("Decision: GO\n\n- ✅ TLS version\n", encoding="utf-8")
    code = run(["claims", str(tmp_path / "report.md"), "--scorecard", str(tmp_path / "card.json")])
    shown = " ".join(capsys.readouterr().out.split())
    assert code == 5
    assert "valid until 2020-01-06" in shown
    assert "PROVEN" not in shown
