"""A release that is GO: a folder with a policy and everything that it asks for, without a network."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from readiness.demo import evidence

POLICY = """\
readiness: 1
name: prod
release: {name: shop, version: "1.4.2", environment: production}
evidence:
  load:     {kind: load-test, path: reports/load.json}
  tests:    {kind: test-report, path: "reports/junit*.xml"}
  coverage: {kind: coverage, path: reports/coverage.xml}
  deploy:   {kind: manifests, path: deploy}
  rollback: {kind: document, path: docs/rollback.md}
checks:
  - {use: performance/latency, enforce: required, weight: 3, with: {p95: 250ms, p99: 500ms}}
  - {use: performance/error-rate, enforce: required, weight: 3, with: {max: 1%}}
  - {use: performance/throughput, with: {min: 20/s}}
  - {use: testing/results, enforce: required, weight: 2, with: {min-tests: 50}}
  - {use: testing/coverage, enforce: required, weight: 2, with: {min: 80%}}
  - {use: infrastructure/image-tag, enforce: required}
  - {use: infrastructure/workloads-present, enforce: required}
  - {use: infrastructure/readiness-probe, enforce: required}
  - {use: infrastructure/resource-requests, enforce: required}
  - use: deployment/version
    enforce: required
    from: {manifests: deploy}
    with: {images: [registry.example/shop]}
  - {use: deployment/rollback-document, enforce: required}
"""


class Done(NamedTuple):
    """A finished command."""

    code: int
    out: str
    err: str


def load_result(samples: list[float], errors: int = 0, seconds: float = 60) -> dict[str, Any]:
    """A load test in the project's own format, that ended a minute ago."""
    ended = datetime.now(UTC) - timedelta(minutes=1)
    operation = {"name": "GET /", "requests": len(samples) + errors, "errors": errors, "samples_ms": samples}
    return {
        "schema": "readiness/load/1",
        "tool": "test",
        "started_at": (ended - timedelta(seconds=seconds)).isoformat(),
        "ended_at": ended.isoformat(),
        "operations": [operation],
    }


def write_release(folder: Path) -> Path:
    """The folder, with everything in it; `policy.yaml` asks for it."""
    samples = [20 + (i * 7919 % 1000) / 10 for i in range(3000)]
    evidence.write_load_test(folder, load_result(samples))
    evidence.write_reports(folder)
    evidence.write_sources(folder, datetime.now(UTC).date())
    manifest = folder / evidence.MANIFEST
    manifest.write_text(manifest.read_text().replace(evidence.BAD_IMAGE, evidence.GOOD_IMAGE))
    (folder / "policy.yaml").write_text(POLICY)
    return folder


def check(
    folder: Path, *words: str, policy: str = "policy.yaml", environment: Mapping[str, str] | None = None
) -> Done:
    """Run the gate as a user does, in a process of its own, inside the folder."""
    command = [sys.executable, "-m", "readiness", "check", "--policy", policy, *words]
    done = subprocess.run(
        command,
        check=False,
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
        stdin=subprocess.DEVNULL,
        env={**os.environ, **(environment or {})},
    )
    return Done(done.returncode, done.stdout, done.stderr)


def scorecard(folder: Path, *words: str, **about: Any) -> tuple[Done, dict[str, Any]]:
    """The same, with the scorecard that it wrote; empty when it wrote none."""
    path = folder / "scorecard.json"
    path.unlink(missing_ok=True)
    done = check(folder, "-o", "json=scorecard.json", *words, **about)
    return done, json.loads(path.read_text()) if path.exists() else {}
