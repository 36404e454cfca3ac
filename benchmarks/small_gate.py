"""A gate as small services have it: twelve checks on files of their usual size, and the answer is GO."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

POLICY = """\
readiness: 1
name: small-gate
release: {name: shop, version: "1.4.2", environment: production}
decision: {go: 90%, conditional: 75%}
evidence:
  load: {kind: load-test, path: load.json}
  tests: {kind: test-report, path: junit.xml}
  coverage: {kind: coverage, path: coverage.xml}
  deploy: {kind: manifests, path: deploy}
  rollback: {kind: document, path: rollback.md}
checks:
  - {use: performance/latency, enforce: required, weight: 3, with: {p95: 200ms, p99: 500ms}}
  - {use: performance/latency, id: latency-of-half, with: {p50: 100ms}}
  - {use: performance/error-rate, enforce: required, with: {max: 1%}}
  - {use: performance/throughput, with: {min: 50/s}}
  - {use: testing/results, enforce: required, with: {min-tests: 100}}
  - {use: testing/coverage, with: {min: 80%}}
  - {use: testing/coverage, id: branches, with: {metric: branch, min: 70%}}
  - {use: deployment/rollback-document}
  - {use: infrastructure/workloads-present, enforce: required}
  - {use: infrastructure/readiness-probe}
  - {use: infrastructure/resource-requests}
  - {use: infrastructure/image-tag, enforce: required}
"""
DOCUMENT = """\
# Rollback of the shop

This page says how the shop goes back to the release before, who decides it, and how everybody sees that it worked.
It is rehearsed on staging, with the same commands, before every larger release.

## Triggers

- The error rate of `GET /orders` is above 2 % for 5 minutes.
- p99 latency of `GET /orders` is above 800 ms for 10 minutes.

## Owner

The decision is made by the release engineer on call, Mira Lindqvist (@mira), in the channel #shop-releases.

## Target

The shop goes back to version 1.4.1, the release before.

## Steps

1. Announce the rollback in #shop-releases.
2. Roll back to version 1.4.1, the release before:

   ```sh
   kubectl rollout undo deployment/shop
   kubectl rollout status deployment/shop --timeout=5m
   ```

## Verification

The error rate of `GET /orders` is below 0.5 % for 10 minutes, and the health check tells version 1.4.1:

```sh
curl --fail https://shop.internal.example/health
```

## Data and migrations

Version 1.4.2 has no migration; its tables are those of 1.4.1, so nothing has to be undone.

## Communication

Support is told in #support before the rollback begins and when it is over.

Time to roll back: 8 minutes.

Last rehearsed: REHEARSED, on staging, successful.
"""
MANIFEST = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: NAME
  labels: {app: NAME}
spec:
  replicas: 3
  selector:
    matchLabels: {app: NAME}
  template:
    metadata:
      labels: {app: NAME}
    spec:
      containers:
        - name: app
          image: registry.example/NAME:1.4.2
          ports: [{containerPort: 8443, name: https}]
          readinessProbe:
            httpGet: {path: /health, port: https, scheme: HTTPS}
          resources:
            requests: {cpu: 250m, memory: 256Mi}
            limits: {memory: 512Mi}
---
apiVersion: v1
kind: Service
metadata:
  name: NAME
spec:
  selector: {app: NAME}
  ports: [{port: 443, targetPort: https}]
"""


def write(folder: Path) -> Path:
    """Write the policy and all of its evidence; the path of the policy."""
    now = datetime.now(UTC)
    rehearsed = (now - timedelta(days=23)).date().isoformat()
    files = {
        "load.json": json.dumps(_k6_summary(), indent=1),
        "junit.xml": _junit(now - timedelta(minutes=1)),
        "coverage.xml": _cobertura(now),
        "rollback.md": DOCUMENT.replace("REHEARSED", rehearsed),
        "prod.yaml": POLICY,
    }
    for number in range(8):
        files[f"deploy/part-{number}.yaml"] = MANIFEST.replace("NAME", f"part-{number}")
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    return folder / "prod.yaml"


def _k6_summary() -> dict[str, object]:
    """A run of two minutes with 12,000 requests, as `handleSummary()` writes it."""
    waits = {"avg": 41.5, "min": 8.2, "med": 38.0, "max": 171.0, "p(90)": 70.1, "p(95)": 88.4, "p(99)": 121.9}
    return {
        "metrics": {
            "http_reqs": {
                "type": "counter",
                "contains": "default",
                "values": {"count": 12000, "rate": 100.0},
            },
            "http_req_failed": {
                "type": "rate",
                "contains": "default",
                "values": {"rate": 0.0, "passes": 0, "fails": 12000},
            },
            "http_req_duration": {"type": "trend", "contains": "time", "values": waits},
            "http_req_duration{expected_response:true}": {
                "type": "trend",
                "contains": "time",
                "values": waits,
            },
            "iterations": {
                "type": "counter",
                "contains": "default",
                "values": {"count": 12000, "rate": 100.0},
            },
            "vus": {"type": "gauge", "contains": "default", "values": {"min": 10, "max": 10, "value": 10}},
        },
        "state": {"isStdOutTTY": False, "isStdErrTTY": False, "testRunDurationMs": 120000.0},
        "options": {"summaryTrendStats": list(waits), "summaryTimeUnit": "", "noColor": False},
        "root_group": {
            "name": "",
            "path": "",
            "id": "d41d8cd98f00b204e9800998ecf8427e",
            "groups": [],
            "checks": [],
        },
    }


def _junit(now: datetime) -> str:
    cases = "\n".join(
        f'    <testcase classname="tests.test_orders" name="test_order_{i:03}" time="0.012"/>'
        for i in range(300)
    )
    counts = 'tests="300" failures="0" errors="0" skipped="0" time="3.6"'
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<testsuites>\n'
        f'  <testsuite name="pytest" {counts} timestamp="{now.isoformat()}">\n{cases}\n  </testsuite>\n</testsuites>\n'
    )


def _cobertura(now: datetime) -> str:
    """Forty files of fifty lines; in each, 45 lines and 8 of 10 branches are covered."""
    classes = "\n".join(_class(f"shop/part_{number:02}.py") for number in range(40))
    lines = 'lines-valid="2000" lines-covered="1800" line-rate="0.9"'
    branches = 'branches-valid="400" branches-covered="320" branch-rate="0.8"'
    head = f'version="7.6" timestamp="{int(now.timestamp() * 1000)}" {lines} {branches} complexity="0"'
    rates = 'line-rate="0.9" branch-rate="0.8" complexity="0"'
    return (
        f'<?xml version="1.0" ?>\n<coverage {head}>\n<sources><source>.</source></sources>\n'
        f'<packages><package name="shop" {rates}><classes>\n{classes}\n</classes></package></packages>\n</coverage>\n'
    )


def _class(name: str) -> str:
    lines = [f'<line number="{i}" hits="{int(i > 5)}"/>' for i in range(1, 46)]
    branches = [
        (46, "100% (2/2)"),
        (47, "100% (2/2)"),
        (48, "100% (2/2)"),
        (49, "50% (1/2)"),
        (50, "50% (1/2)"),
    ]
    lines += [
        f'<line number="{i}" hits="1" branch="true" condition-coverage="{said}"/>' for i, said in branches
    ]
    head = f'name="{Path(name).name}" filename="{name}" line-rate="0.9" branch-rate="0.8" complexity="0"'
    return f"<class {head}><methods/><lines>{''.join(lines)}</lines></class>"
