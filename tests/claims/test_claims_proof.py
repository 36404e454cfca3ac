"""Claims against a scorecard: proven only when all of a claim is shown."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from readiness.check import Finding, Outcome
from readiness.claims.model import Claim
from readiness.evidence.model import Reason
from readiness.scorecard import Scorecard
from tests.claims.support import audited
from tests.report.cards import check, evidence, go, item, no_go

LOAD = {
    "requests": 100_000, "errors": 21, "error_rate": 0.00021, "mean_ms": 61.3, "max_ms": 498.0,
    "throughput_per_s": 512.4,
    "percentiles_ms": {"50": 58.0, "95": 161.2, "99": 402.0},
    "endpoints": {"GET /orders": {"requests": 50_000, "errors": 0, "percentiles_ms": {"95": 120.4, "99": 300.0}}},
}  # fmt: skip
TESTS = {"tests": 67, "failures": 0, "errors": 0, "skipped": 3}
COVERAGE = {"line": {"covered": 387, "total": 420}, "branch": {"covered": 80, "total": 100}}


def card(**load: Any) -> Scorecard:
    made = go()
    shown = (
        evidence("load", "load-test", item("load", "load.json", "k6-summary"), facts=LOAD | load),
        evidence("tests", "test-report", item("tests", "junit.xml", "junit"), facts=TESTS),
        evidence("coverage", "coverage", item("coverage", "coverage.xml", "cobertura"), facts=COVERAGE),
        evidence(
            "old",
            "load-test",
            item("load", "old.json", "k6-summary"),
            role="baseline",
            facts={"mean_ms": 5.0},
        ),
    )
    return replace(made, evidence=shown)


def judged(folder: Path, text: str, scorecard: Scorecard | None = None) -> Claim:
    return audited(folder, text, scorecard or card()).claims[0]


@pytest.mark.parametrize(
    ("claim", "label"),
    [
        ("- p95 latency: 161.2 ms", "proven"),
        ("- p95 latency: 161 ms", "proven"),
        ("- p95 latency: 162.5 ms", "contradicted"),
        ("- ✅ p95 latency < 450 ms", "proven"),
        ("- ✅ p95 latency < 150 ms", "contradicted"),
        ("- ✅ p99 latency < 402.1 ms", "unsupported"),
        ("- ✅ p99 latency ≤ 0.5 s", "proven"),
        ("- Max latency: 498 ms", "proven"),
        ("- Mean latency: 5 ms", "contradicted"),
        ("- p95 latency of GET /orders: 120 ms", "proven"),
        ("- p95 latency of orders: 120 ms", "proven"),
        ("- p95 latency of orders: 161.2 ms", "contradicted"),
        ("- p95 latency of the database: 3 ms", "unsupported"),
        ("- p95 latency: 161.2 ms, 40 users", "unsupported"),
        ("- Throughput: 512.4 req/s", "proven"),
        ("- Throughput: ≥ 600 req/s", "contradicted"),
        ("- ✅ Error rate: 0.021%", "proven"),
        ("- ✅ Error rate < 0.1%", "proven"),
        ("- ✅ Error rate < 0.022%", "unsupported"),
        ("- ✅ Error rate < 0.02%", "contradicted"),
        ("- Success rate: 99.98%", "proven"),
        ("- 64/67 tests passed", "proven"),
        ("- ✅ 64/64 tests passed", "proven"),
        ("- ✅ 67/67 tests passed", "contradicted"),
        ("- ✅ 64/67 tests passed, 3 skipped", "proven"),
        ("- ✅ 64/67 tests passed, 2 skipped", "contradicted"),
        ("- Line coverage: 92.1%", "proven"),
        ("- Branch coverage: 80%", "proven"),
        ("- Branch coverage: 92.1%", "contradicted"),
        ("- Coverage of the parser: 99%", "unsupported"),
        ("- ✅ security/tls-version", "proven"),
        ("- ✅ TLS version", "proven"),
        ("- ✅ TLS version, reviewed by the auditors", "unsupported"),
        ("- ❌ TLS version", "contradicted"),
        ("- ✅ No regression", "proven"),
        ("- ✅ Every TLS version", "unsupported"),
        ("- ✅ Never an image digest", "unsupported"),
        ("- ✅ Documentation", "unsupported"),
        ("- ✅ Image tag", "unsupported"),
        ("- Decision: GO", "proven"),
        ("The release is production ready.", "proven"),
        ("Version: 2.4.0", "proven"),
        ("Commit: 3f2a9c1d5b7e", "proven"),
        ("Commit: aaaaaaaaaa", "contradicted"),
        ("- 100,001 requests, 0.021% errors", "contradicted"),
        ("- [ ] TLS version: p95 161 ms", "not-compared"),
    ],
)  # fmt: skip
def test_a_claim_has_the_label_that_the_evidence_gives_it(tmp_path: Path, claim: str, label: str) -> None:
    made = judged(tmp_path, claim)
    assert (made.label, made.reasons) == (label, made.reasons)


def test_a_row_is_compared_by_its_achieved_value_and_not_by_its_target(tmp_path: Path) -> None:
    head = "| Metric | Target | Achieved | Status |\n|---|---|---|---|\n"
    made = audited(
        tmp_path,
        head + "| p95 latency | < 200 ms | 161.2 ms | ✅ |\n| p99 latency | < 500 ms | 380 ms | ✅ |\n",
        card(),
    )
    assert [claim.label for claim in made.claims] == ["proven", "contradicted"]
    assert made.claims[1].reasons[0].arithmetic == "stated 380 ms, measured 402 ms"


def test_a_no_go_contradicts_whoever_says_ready(tmp_path: Path) -> None:
    made = judged(tmp_path, "**PRODUCTION READY**", no_go())
    assert made.label == "contradicted"
    assert made.reasons[0].message == "the decision of the scorecard is NO-GO"


def test_a_part_of_a_policy_decides_nothing(tmp_path: Path) -> None:
    assert judged(tmp_path, "Decision: GO", replace(card(), partial="--only x")).label == "unsupported"


def test_a_failed_check_contradicts_a_tick(tmp_path: Path) -> None:
    made = judged(tmp_path, "- ✅ TLS version", no_go())
    assert made.label == "contradicted"
    assert "TLS 1.1" in made.reasons[0].message


def test_another_version_is_contradicted_and_nothing_of_its_report_is_proven(tmp_path: Path) -> None:
    made = audited(tmp_path, "**Version:** 2.3.9\n\n- ✅ TLS version\n", card())
    assert [(claim.line, claim.label) for claim in made.claims] == [(1, "contradicted"), (3, "unsupported")]


def test_evidence_that_was_not_read_proves_nothing(tmp_path: Path) -> None:
    made = card()
    stale = item("load", "load.json", "k6-summary", reason=Reason.STALE, message="too old")
    shown = tuple(replace(one, items=(stale,)) if one.name == "load" else one for one in made.evidence)
    assert judged(tmp_path, "- p95 latency: 161.2 ms", replace(made, evidence=shown)).label == "unsupported"


def test_a_number_that_its_own_check_finds_too_thin_proves_nothing(tmp_path: Path) -> None:
    gap = Finding(
        outcome=Outcome.UNPROVEN, reason=Reason.INSUFFICIENT, message="12 requests", evidence="load"
    )
    thin = check("performance/latency", "Latency keeps its objective", gap)
    made = card()
    results = tuple(thin if one.id == thin.id else one for one in made.results)
    claim = judged(tmp_path, "- p95 latency: 161.2 ms", replace(made, results=results))
    assert claim.label == "unsupported"
    assert "12 requests" in claim.reasons[0].message


@pytest.mark.parametrize("spoilt", ["x", None, -1, True, {"95": "fast"}, [1], 1e400, {"95": -3}])
def test_odd_facts_prove_nothing_and_break_nothing(tmp_path: Path, spoilt: Any) -> None:
    odd = card(
        requests=spoilt,
        errors=spoilt,
        percentiles_ms=spoilt,
        mean_ms=spoilt,
        endpoints=spoilt,
        throughput_per_s=spoilt,
    )
    assert judged(tmp_path, "- p95 latency: 161.2 ms", odd).label == "unsupported"
