"""What a child policy may tighten by itself, and what is an override because it may help as well as harm."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from readiness.plugins import discover
from readiness.policy.resolve import resolve
from tests.checks.performance.ramps import Step, consistency_of, levels, ramp, steps

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
PARENT = """\
readiness: 1
name: parent
release: {{name: shop}}
evidence:
  load: {{kind: load-test, path: load.json}}
  baseline: {{kind: load-test, path: base.json, role: baseline}}
checks: [{{use: performance/{check}, with: {params}}}]
"""
CHILD = """\
readiness: 1
name: child
extends: parent.yaml
checks: [{{use: performance/{check}, with: {params}}}]
"""


def overridden(folder: Path, check: str, params: str, more: str) -> list[str]:
    (folder / "parent.yaml").write_text(PARENT.format(check=check, params=params))
    (folder / "child.yaml").write_text(CHILD.format(check=check, params=more))
    found = resolve(str(folder / "child.yaml"), discover(), {}, NOW).overrides
    return [one.path.rpartition(".")[2] for one in found]


def test_a_load_up_to_which_is_asked_makes_the_question_smaller(tmp_path: Path) -> None:
    broken = [*levels(*steps(40, 80, 130, 160)), *levels(Step(300, ms=900))]
    assert consistency_of({}, *broken).outcome.value == "fail"
    assert consistency_of({"up-to": "150/s"}, *broken).outcome.value == "pass"
    assert overridden(tmp_path, "consistency", "{}", "{up-to: 150/s}") == ["up-to"]


def test_longer_levels_can_leave_out_the_one_that_broke(tmp_path: Path) -> None:
    run = ramp(*steps(40, 80, 120), Step(150, 11, ms=900), Step(160, 60))
    asked = {"max-growth": "300%", "step": "11s", "min-scalability": "10%"}
    assert consistency_of({**asked, "min-level": "10s"}, run).outcome.value != "pass"
    for check, params in (("consistency", "{}"), ("breakpoint", "{p95: 300ms, expected-peak: 100/s}")):
        assert overridden(tmp_path, check, params, "{min-level: 20s}") == ["min-level"]


@pytest.mark.parametrize(
    ("check", "params", "more"),
    [
        ("latency", "{p95: 200ms}", "{p95: 100ms, p99: 300ms, warn: {p95: 50ms}, max-errors: 1%}"),
        ("latency", "{p95: 200ms}", "{confidence: 99%}"),
        ("error-rate", "{max: 1%}", "{max: 0.5%, warn: 0.1%, confidence: 99%}"),
        ("throughput", "{min: 50/s}", "{min: 60/s, warn: 70/s, min-duration: 60s}"),
        ("load-evidence", "{}", "{min-steady: 60s, max-dropped: 0.1%, max-stall: 0.5%}"),
        ("breakpoint", "{p95: 200ms, expected-peak: 100/s}", "{expected-peak: 120/s, headroom: 50%}"),
        ("consistency", "{}", "{max-growth: 50%, min-scalability: 90%, min-levels: 4, min-rise: 200%}"),
        ("resources", "{max: {memory_bytes: 1GiB}}", "{max: {memory_bytes: 1MiB, cpu_cores: 1 cores}}"),
        ("memory-stability", "{}", "{max-growth-per-hour: 1%, max: 1GiB, min-duration: 1h}"),
        ("regression", "{}", "{tolerance: 2%, confidence: 99%, max-errors: 1%}"),
    ],
)
def test_what_only_tightens_is_no_override(tmp_path: Path, check: str, params: str, more: str) -> None:
    assert overridden(tmp_path, check, params, more) == []


@pytest.mark.parametrize(
    ("check", "params", "more", "path"),
    [
        ("latency", "{p95: 200ms}", "{confidence: point}", "confidence"),
        ("latency", "{p95: 200ms, confidence: point}", "{confidence: 95%}", "confidence"),
        ("latency", "{p95: 200ms, warn: {p95: 100ms}}", "{warn: {p95: 150ms}}", "p95"),
        ("latency", "{p95: 200ms}", "{scope: GET /fast}", "scope"),
        ("latency", "{p95: 200ms}", "{max-errors: 90%}", "max-errors"),
        ("load-evidence", "{}", "{min-steady: 0ms}", "min-steady"),
        ("load-evidence", "{}", "{min-in-flight: 0}", "min-in-flight"),
        ("breakpoint", "{p95: 200ms, expected-peak: 100/s}", "{headroom: 0%}", "headroom"),
        ("breakpoint", "{p95: 200ms, expected-peak: 100/s}", "{expected-peak: 100 users}", "expected-peak"),
        ("breakpoint", "{p95: 200ms, expected-peak: 100/s}", "{step: 30s}", "step"),
        ("consistency", "{}", "{percentile: p50}", "percentile"),
        ("consistency", "{up-to: 100/s}", "{up-to: 50/s}", "up-to"),
        ("resources", "{max: {memory_bytes: 1GiB}}", "{max: {memory_bytes: 2GiB}}", "memory_bytes"),
        ("memory-stability", "{}", "{series: [quiet_memory]}", "series"),
        ("memory-stability", "{}", "{warm-up: 1h}", "warm-up"),
        ("regression", "{}", "{percentiles: [p50]}", "percentiles"),
    ],
)
def test_what_may_loosen_is_an_override(
    tmp_path: Path, check: str, params: str, more: str, path: str
) -> None:
    assert overridden(tmp_path, check, params, more) == [path]
