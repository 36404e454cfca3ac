"""Contradictions as careless teams make them, planted one to a report."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.claims.support import audited, rules

LIST = "".join(f"- [x] item {i} verified\n" for i in range(1, 9))
ROWS = "| # | Check | Status |\n|---|---|---|\n" + "".join(f"| {i} | check {i} | ✅ |\n" for i in range(1, 9))
TARGETS = "| Metric | Target | Achieved | Status |\n|---|---|---|---|\n"
SCORES = "| Category | Score |\n|---|---|\n| Code | 90% |\n| Tests | 80% |\n| Ops | 70% |\n"

PLANTED = [
    ("miscounted", f"## Go-live checklist: 12 items\n\n{LIST}"),
    ("miscounted", f"All 10 items of the checklist are done:\n\n{LIST}"),
    ("miscounted", f"## Checklist\n\n{LIST}\n**Result: 10/10 items complete**"),
    ("miscounted", f"{ROWS}\nScore: 10/10 checks passed"),
    ("total", "| Suite | Result |\n|---|---|\n| unit | 120/120 |\n| e2e | 38/40 |\n| Total | 160/160 |"),
    ("total", "- Unit: 120/120 tests passed\n- Integration: 40/42 tests passed\n\n**Total: 164/164 tests passed**"),
    ("total", f"{SCORES}\n**Overall score: 92%**"),
    ("total", "- Code: 90%\n- Tests: 80%\n- Ops: 70%\n- Average: 88%"),
    ("total", "Average of 3 runs: 150 ms (100 ms, 110 ms, 120 ms)"),
    ("tally", "Tests: 150 total, 140 passed, 5 failed, 2 skipped"),
    ("tally", "- Total tests: 150\n- Passed: 145\n- Failed: 2\n- Skipped: 1"),
    ("tally", "- Total requests: 10,000\n- Failed: 150\n- Error rate: 0.1%"),
    ("tally", "10,000 requests, 150 failed (0.15%)"),
    ("tally", "Sent 60,000 requests in 60 seconds (2,000 req/s)"),
    ("target-missed", f"{TARGETS}| MTTR | < 5 min | 6m 10s | ✅ |"),
    ("target-missed", f"{TARGETS}| Open critical bugs | 0 | 2 | ✅ |"),
    ("target-missed", "| SLO | Objective | Current | Met? |\n|---|---|---|---|\n| Uptime | 99.9 % | 99.7 % | Yes |"),
    ("target-missed", "- [x] p95 latency under 200 ms (measured: 240 ms)"),
    ("target-missed", "- ✅ Error rate: 0.5% (must be below 0.1%)"),
    ("target-missed", "- ✅ Latency < 100 ms: achieved 120 ms"),
    ("target-missed", "- ✅ Uptime 99.5% vs. SLO 99.9%"),
    ("target-missed", "- [x] Code coverage ≥ 80% - currently 72%"),
    ("target-missed", "- ✅ p95: 480 ms → 210 ms (target: < 200 ms)"),
    ("ticked-but-open", "- ✅ Security review - TODO"),
    ("ticked-but-open", "- ✅ Penetration test: scheduled for March"),
    ("ticked-but-open", "- [x] E2E tests - 2 failing"),
    ("ticked-but-open", "- [x] Rollback tested (blocked by infra)"),
    ("ticked-but-open", "- ✅ Monitoring: WIP"),
    ("ticked-but-open", "- [x] Deploy to staging\n  - [ ] db migration\n  - [ ] smoke test"),
    ("ticked-but-open", "| Item | Status | Notes |\n|---|---|---|\n| Load test | ✅ Done | Waiting for hardware |"),
    ("all-and-some", "100% complete ✅\n\n- [x] a\n- [ ] b\n- [ ] c"),
    ("all-and-some", "All checks passed ✅\n\n- ✅ a\n- ❌ b\n- ✅ c"),
    ("verdict", "## Verdict: ✅ APPROVED\n\n| Gate | Status |\n|---|---|\n| Security | ❌ |"),
    ("date", "- Test window: 2026-02-09 to 2026-02-01"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "text"), PLANTED, ids=[f"{rule}-{i}" for i, (rule, _) in enumerate(PLANTED)]
)
def test_a_planted_contradiction_is_found(tmp_path: Path, rule: str, text: str) -> None:
    found = rules(audited(tmp_path, f"# Release 5\n\nDate: 2026-02-10\n\n{text}\n"))
    assert rule in {name for _, name in found}


HONEST = [
    "Tests: 150 total, 143 passed, 5 failed, 2 skipped",
    "Tests: 148 total, 143 passed, 5 failed, 2 skipped",
    "- Total tests: 150\n- Passed: 145\n- Failed: 2\n- Blocked: 3",
    "10,000 requests, 150 failed (1.5%)",
    "Sent 60,000 requests in 60 seconds (peak 2,000 req/s)",
    "Sent 60,000 requests in 59.7 s (1,005 req/s)",
    f"{SCORES}\n**Overall score: 82%**",
    "- Code: 90%\n- Tests: 80%\n- Ops: 70%\n- Average: 80%",
    "- Traffic from Europe: 64%\n- From the rest: 36%\n- Total: 100%",
    "- [x] Deploy to staging\n  - [x] smoke test\n  - [ ] (optional) soak test",
    "All checks passed except one ✅\n\n- ✅ a\n- ❌ b\n- ✅ c",
    "- ✅ SQL injection: blocked by the firewall",
    "- ✅ Open tickets: 14 of 17 closed",
    f"{TARGETS}| Bugs closed | 20 | 23 | ✅ |\n| MTTR | < 5 min | 4m 10s | ✅ |",
]


@pytest.mark.parametrize("text", HONEST)
def test_its_honest_sibling_raises_no_alarm(tmp_path: Path, text: str) -> None:
    assert rules(audited(tmp_path, f"# Release 5\n\nDate: 2026-02-10\n\n{text}\n")) == set()
