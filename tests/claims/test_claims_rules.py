"""Each rule finds what it is for, and is silent on the honest sentence beside it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.claims.support import FIXTURES, audited, refuted, rules


def table(head: str, *rows: str) -> str:
    return "\n".join([head, "|---" * (head.count("|") - 1) + "|", *rows])


TARGETS = "| Metric | Target | Achieved | Status |"
SUITES = "| Suite | Tests | Passed | Failed | Skipped | Pass rate |"
LISTED = "# Release\n\n## Checklist (3 items)\n\n- ✅ a\n- ✅ b\n- ✅ c\n\n"
RAMP = "# R\n\n- Progressive load: 50 → 300 ops/sec\n- Increments: +50 ops/sec\n\n"
ROWS = "# R\n\n| Item | Status |\n|---|---|\n" + "".join(f"| item {i} | ✅ |\n" for i in range(24))
TOLD = """# R

```
Total operations: 70
Successful: 70
```

## S

```json
"total_operations": 80,
"successful": 69,
```
"""
CASES = [
    ("ticked-but-open", "- [x] Load tests (pending)", "- [x] Pending migrations are applied"),
    ("ticked-but-open", "- ✅ Drill, not yet run", "- ✅ No drill is pending"),
    ("ticked-but-open", "Tests ✅ 3/6 passed", "Put a ✅ beside what runs, and 3/6 passed is no pass."),
    ("ticked-but-open", "- [x] Rollback ❌", "- [x] Rollback ✅"),
    ("ticked-but-open", "- [x] Smoke tests, 3/6 passed", "- [x] Smoke tests, 6/6 passed"),
    ("ticked-but-open", "- ✅ 18 of 24 checks passed", "- ✅ 18 of 24 checks passed, the other 6 skipped"),
    ("ticked-but-open", "- ✅ 118/120 passed", "- ✅ 118/120 passed (required: 95%)"),
    ("ticked-but-open", "- ✅ 2 of 3 nodes healthy", "- ✅ Keeps serving with 2 of 3 nodes healthy"),
    ("ticked-but-open", "- ✅ 2 tests failed", "- ✅ 0 of 2 tests failed"),
    ("target-missed", table(TARGETS, "| p99 | <200ms | 200ms | ✅ |"),
     table(TARGETS, "| p99 | <200ms | 199.9ms | ✅ |")),
    ("target-missed", table(TARGETS, "| p99 | 200 ms | 0.3 s | PASS |"),
     table(TARGETS, "| p99 | 200 ms | 0.2 s | PASS |")),
    ("target-missed", table(TARGETS, "| Rate | 50 ops/s | 48-52 ops/s | ✅ |"),
     table(TARGETS, "| Rate | 50 ops/s | 50-52 ops/s | ✅ |")),
    ("target-missed", table(TARGETS, "| Errors | < 1% | 2% | ✅ |"), table(TARGETS, "| Errors | < 1% | 2% | ❌ |")),
    ("target-missed", table(TARGETS, "| Uptime | ≥ 99.9% | 99.8% | ✅ |"),
     table(TARGETS, "| Uptime | ≥ 99.9% | 99.9% | ✅ |")),
    ("target-missed", "- ✅ P95: 250 ms (target: < 200 ms)", "- ✅ P95: 150 ms (target: < 200 ms)"),
    ("target-missed", "- ✅ CPU: <50% (met at 20-50%)", "- ✅ CPU: <50% (met at 20-49%)"),
    ("target-missed", "- ✅ Restore target: 15 min, actual: 20 min, restore time",
     "- ✅ Restore target: 15 min, actual: 7 min"),
    ("target-missed", "- ✅ p50 1 ms, p99 9 ms (limits: 2 ms, 8 ms; latency)",
     "- ✅ p50 1 ms, p99 9 ms (limit of p50: 2 ms)"),
    ("miscounted", LISTED.replace("3 items", "4 items"), LISTED),
    ("miscounted", LISTED.replace("3 items", "4+ items"), LISTED.replace("3 items", "2+ items")),
    ("miscounted", LISTED + "**Result:** 5/5 items", LISTED + "**Result:** 3/3 items"),
    ("miscounted", ROWS + "\n**Total: 30/30 (100%)** ✅", ROWS + "\n**Total: 24/24 (100%)** ✅"),
    ("miscounted", ROWS + "| **Total** | 30/30 |\n", ROWS + "| **Total** | 24/24 |\n"),
    ("miscounted", "# R\n\n## Readiness: 5/5\n\n- ✅ a\n- ✅ b\n- ✅ c\n",
     "# R\n\n## Readiness: 3/3\n\n- ✅ a\n- ✅ b\n- ✅ c\n"),
    ("miscounted", "- [x] a\n- [x] b\n- [ ] c\n\nDone: 3/3", "- [x] a\n- [x] b\n- [ ] c\n\nDone: 2/3"),
    ("miscounted", "All tests: 4/4 ✅\n\n- ✓ test_a\n- ✓ test_b\n- ✓ test_c\n",
     "All tests: 4/4 ✅\n\n- ✓ fast\n- ✓ slow\n- ✓ odd\n"),
    ("miscounted", "- Status: 9/12 tests pass\n  - a 3/3 pass\n  - b 3/3 pass\n  - c 3/5 pass\n",
     "- Status: 9/11 tests pass\n  - a 3/3 pass\n  - b 3/3 pass\n  - c 3/5 pass\n"),
    ("total", table("| Part | Count |", "| a | 3 |", "| b | 4 |", "| Total | 8 |"),
     table("| Part | Count |", "| a | 3 |", "| b | 4 |", "| Total | 7 |")),
    ("total", table("| Part | Score |", "| a | 90% |", "| b | 80% |", "| Average | 88% |"),
     table("| Part | Score |", "| a | 90% |", "| b | 81% |", "| Average | 85.5% |")),
    ("total", table("| Part | Weight | Score |", "| a | 9 | 90% |", "| b | 1 | 50% |", "| Overall | | 70% |"),
     table("| Part | Weight | Score |", "| a | 9 | 90% |", "| b | 1 | 50% |", "| Overall | | 86% |")),
    ("total", table("| Part | Coverage |", "| a | 90% |", "| b | 80% |", "| Total | 95% |"),
     table("| Part | Coverage |", "| a | 90% |", "| b | 80% |", "| Total | 88.1% |")),
    ("percentage", "- 18/24 pass (76%)", "- 18/24 pass (75%)"),
    ("percentage", "- 2/3 of them = 66.5%", "- 2/3 of them = 66.6%"),
    ("percentage", "- 10/81 hosts (12.4%)", "- 10/81 hosts (12.3%)"),
    ("percentage", "- 25/24 passed", "- 24/24 passed"),
    ("percentage", table(SUITES, "| a | 10 | 8 | 1 | 2 | 80% |"), table(SUITES, "| a | 10 | 8 | 1 | 1 | 80% |")),
    ("percentage", table(SUITES, "| a | 10 | 8 | 1 | 1 | 90% |"), table(SUITES, "| a | 10 | 8 | 1 | 1 | 88.9% |")),
    ("rate", "- 10 users\n- Throughput: 900 req/s\n- Latency: 50 ms avg",
     "- 50 users\n- Throughput: 900 req/s\n- Latency: 50 ms avg"),
    ("rate", "- 64 threads\n- Throughput: 250 req/s\n- Latency: 4 ms avg",
     "- 64 threads\n- Throughput: 8,000 req/s\n- Latency: 4 ms avg"),
    ("rate", table("| Users | Mean (ms) | Throughput (req/s) |", "| 5 | 20 | 400 |"),
     table("| Users | Mean (ms) | Throughput (req/s) |", "| 5 | 20 | 240 |")),
    ("order", "- Latency: 9 ms avg (1 ms min, 8 ms max)", "- Latency: 7 ms avg (1 ms min, 8 ms max)"),
    ("order", table("| Path | p50 (ms) | p95 (ms) |", "| /a | 9 | 8 |"),
     table("| Path | p50 (ms) | p95 (ms) |", "| /a | 8 | 9 |")),
    ("whole-run", "**Target**: < 2 s total\n\n**Result**: ✅\n\n```\nOperations: 900/900\nThroughput: 300 ops/sec\n```",
     "**Target**: < 4 s total\n\n**Result**: ✅\n\n```\nOperations: 900/900\nThroughput: 300 ops/sec\n```"),
    ("whole-run", "**Target**: < 20 ms per call\n\n**Result**: ✅\n\n```\nLatency: 3 ms avg (1 ms min, 42 ms max)\n```",
     "**Target**: < 50 ms per call\n\n**Result**: ✅\n\n```\nLatency: 3 ms avg (1 ms min, 42 ms max)\n```"),
    ("date", "**Date:** 2026-01-12\n\nRestored on 2026-01-14.",
     "**Date:** 2026-01-12\n\nNext restore on 2026-01-14."),
    ("date", "- Started: 2026-01-12\n- Ended: 2026-01-11", "- Started: 2026-01-12\n- Ended: 2026-01-12"),
    ("date", "On Monday, 13 January 2026", "On Tuesday, 13 January 2026"),
    ("two-limits", "## A\n\n### B\n\n- ✅ Loop latency: < 100 ms\n\n## C\n\n### D\n\n- ✅ Loop latency: < 200 ms",
     "## A\n\n### Staging\n\n- ✅ Loop latency: < 100 ms\n\n### Live\n\n- ✅ Loop latency: < 200 ms"),
    ("ramp", RAMP + table(TARGETS, "| Max stable | > 250 ops/sec | 280 ops/sec | ✅ |"),
     RAMP + table(TARGETS, "| Max stable | > 200 ops/sec | 250 ops/sec | ✅ |")),
    ("told-twice", TOLD.replace("80,", "70,"), TOLD),
    ("all-and-some", "All tests pass.\n\n- Status: 18/24 tests passing",
     "All unit tests pass.\n\n- Contract: 18/24 tests passing"),
    ("not-run", "- [x] No data loss in a failover\n- ⏳ Execute the chaos tests",
     "- [x] No data loss in a failover\n- [x] Execute the chaos tests"),
    ("prerequisite-open", "**Phase 3**: ⏳ PENDING (prerequisite for Phase 4)\n**Phase 4**: ✅ COMPLETE",
     "**Phase 3**: ✅ DONE (prerequisite for Phase 4)\n**Phase 4**: ✅ COMPLETE"),
    ("verdict", "**PRODUCTION READY** ✅\n\n- ❌ Rollback", "Not production ready yet\n\n- ❌ Rollback"),
    ("verdict", "Decision: GO\n\n- 12/21 components active", "Decision: NO-GO\n\n- 12/21 components active"),
    ("verdict", "✅ **GO**\n\n- ❌ Export", "| Code | Meaning |\n|---|---|\n| 0 | GO, or signed |\n\n- ❌ Export"),
    ("verdict", "| Field | Value |\n|---|---|\n| Decision | GO |\n\n- ❌ Export",
     'A report that says "production ready ✅" over a failure is caught.\n\n- ❌ Export'),
    ("verdict", "Decision: GO\n\n- ❌ Export", "Decision: GO\n\n- ❌ Export: accepted, non-blocking"),
]  # fmt: skip


def _named(case: object) -> str:
    return str(case)[:24].strip()


@pytest.mark.parametrize(
    ("rule", "wrong", "right"), CASES, ids=[f"{case[0]}-{i}" for i, case in enumerate(CASES)]
)
def test_a_rule_finds_the_wrong_one_and_leaves_the_right_one(
    tmp_path: Path, rule: str, wrong: str, right: str
) -> None:
    assert rule in {found for _, found in rules(audited(tmp_path, wrong))}
    assert not refuted(audited(tmp_path, right))


def test_every_line_of_the_contradictory_report_is_found(tmp_path: Path) -> None:
    text = (FIXTURES / "contradictory.md").read_text(encoding="utf-8")
    assert sorted({line for line, _ in rules(audited(tmp_path, text))}) == [
        4, 8, 9, 10, 11, 12, 13, 19, 20, 21, 22, 27, 33, 39, 40, 41, 43, 50, 56, 61, 66, 71, 72, 78, 79, 80, 82,
    ]  # fmt: skip


def test_each_contradiction_tells_its_lines_and_its_arithmetic(tmp_path: Path) -> None:
    text = table("| Category | Score |", "| a | 95% |", "| b | 85% |", "| Overall | 97% |")
    claim = refuted(audited(tmp_path, text))[0]
    assert (claim.line, [place.line for place in claim.reasons[0].lines]) == (5, [3, 4])
    assert claim.reasons[0].arithmetic == "the mean of 2 rows is 90%, stated 97%"


def test_a_spoilt_encoding_hides_nothing(tmp_path: Path) -> None:
    spoilt = "- ✅ Tests (1/3 passing)".encode().decode("cp1252", "replace").replace("\ufffd", "")
    assert "✅" not in spoilt
    assert rules(audited(tmp_path, spoilt)) == {(1, "ticked-but-open")}


def test_front_matter_is_read(tmp_path: Path) -> None:
    text = "---\nstatus: production ready\n---\n\n# R\n\n- ❌ Rollback\n"
    assert rules(audited(tmp_path, text)) == {(2, "verdict")}


def test_raw_html_that_is_not_read_is_told(tmp_path: Path) -> None:
    made = audited(tmp_path, "# R\n\n<table><tr><td>✅ 3/6 passed</td></tr></table>\n")
    assert made.reports[0].notes == ("raw HTML is not read: 1 lines, the first is line 3",)
    assert made.shows_nothing
