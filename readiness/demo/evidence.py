"""What the demo's pipeline would have left behind: reports, manifests, a rollback document."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from readiness.demo.service import VERSION

NAME = "demo-shop"
BAD_IMAGE, GOOD_IMAGE = "registry.example/shop:latest", f"registry.example/shop:{VERSION}"
MANIFEST = "deploy/shop.yaml"
_TESTS = {"orders": 31, "search": 14, "checkout": 22}


def write_load_test(folder: Path, result: Mapping[str, Any]) -> Path:
    """The load test, with its samples."""
    return _write(folder / "reports" / "load.json", json.dumps(result, indent=1))


def write_reports(folder: Path) -> list[Path]:
    """A test report and a coverage report, dated now."""
    return [
        _write(folder / "reports" / "junit.xml", _junit(datetime.now(UTC) - timedelta(minutes=1))),
        _write(folder / "reports" / "coverage.xml", _cobertura(datetime.now(UTC))),
    ]


def write_sources(folder: Path, today: date) -> None:
    """What stands in the repository: manifests, with one fault, and the rollback document."""
    _write(folder / MANIFEST, _MANIFESTS.replace("IMAGE", BAD_IMAGE))
    rehearsed = today - timedelta(days=23)
    _write(folder / "docs" / "rollback.md", _ROLLBACK.replace("REHEARSED", rehearsed.isoformat()))


def faulty_line(folder: Path) -> int:
    """The line of the manifests that holds the fault."""
    lines = (folder / MANIFEST).read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(lines, 1) if BAD_IMAGE in line)


def _write(path: Path, content: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, encoding="utf-8")
    return path


def _junit(now: datetime) -> str:
    suites = []
    for suite, count in _TESTS.items():
        cases = [
            f'    <testcase classname="tests.{suite}" name="test_{suite}_{i:02}" time="0.0{i % 9 + 1}"/>'
            for i in range(count - 1)
        ]
        skipped = f'    <testcase classname="tests.{suite}" name="test_{suite}_on_windows" time="0.0">'
        cases.append(f'{skipped}<skipped message="needs Windows"/></testcase>')
        head = f'name="tests.{suite}" tests="{count}" failures="0" errors="0" skipped="1" time="3.1"'
        body = "\n".join(cases)
        suites.append(f'  <testsuite {head} timestamp="{now.isoformat()}">\n{body}\n  </testsuite>')
    inner = "\n".join(suites)
    return f'<?xml version="1.0" encoding="utf-8"?>\n<testsuites>\n{inner}\n</testsuites>\n'


def _cobertura(now: datetime) -> str:
    files = {"shop/orders.py": (188, 176), "shop/search.py": (92, 80), "shop/checkout.py": (140, 131)}
    valid, covered = (sum(counts) for counts in zip(*files.values(), strict=True))
    classes = "\n".join(_class(name, *counts) for name, counts in files.items())
    return f"""<?xml version="1.0" ?>
<coverage version="7.6" timestamp="{int(now.timestamp() * 1000)}" lines-valid="{valid}" lines-covered="{covered}"
          line-rate="{covered / valid:.4f}" branches-covered="0" branches-valid="0" branch-rate="0" complexity="0">
  <sources><source>.</source></sources>
  <packages><package name="shop" line-rate="{covered / valid:.4f}" branch-rate="0" complexity="0"><classes>
{classes}
  </classes></package></packages>
</coverage>
"""


def _class(name: str, valid: int, covered: int) -> str:
    lines = "".join(f'<line number="{i + 1}" hits="{int(i < covered)}"/>' for i in range(valid))
    head = f'name="{Path(name).name}" filename="{name}" complexity="0"'
    rates = f'line-rate="{covered / valid:.4f}" branch-rate="0"'
    return f"    <class {head} {rates}><methods/><lines>{lines}</lines></class>"


_MANIFESTS = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: shop
  labels: {app: shop}
spec:
  replicas: 3
  selector:
    matchLabels: {app: shop}
  template:
    metadata:
      labels: {app: shop}
    spec:
      containers:
        - name: app
          image: IMAGE
          ports: [{containerPort: 8443, name: https}]
          readinessProbe:
            httpGet: {path: /health, port: https, scheme: HTTPS}
            periodSeconds: 5
          resources:
            requests: {cpu: 250m, memory: 256Mi}
            limits: {memory: 512Mi}
---
apiVersion: v1
kind: Service
metadata:
  name: shop
spec:
  selector: {app: shop}
  ports: [{port: 443, targetPort: https}]
"""

_ROLLBACK = f"""\
# Rollback of the shop

This page says how the shop goes back to the release before, who decides it, and how everybody sees that it worked.
It is rehearsed on staging, with the same commands, before every larger release.

## Triggers

- The error rate of `GET /orders` is above 2 % for 5 minutes.
- p99 latency of `GET /orders` is above 800 ms for 10 minutes.

## Owner

The decision is made by the release engineer on call, Mira Lindqvist (@mira), in the channel #shop-releases.

## Steps

1. Announce the rollback in #shop-releases.
2. Roll back to the release before, and wait until it is complete:

   ```sh
   kubectl rollout undo deployment/shop
   kubectl rollout status deployment/shop --timeout=5m
   ```

Target version: 1.4.1

## Verification

The error rate of `GET /orders` is below 0.5 % for 10 minutes, and the health check tells version 1.4.1:

```sh
curl --fail https://shop.internal.example/health
```

## Data and migrations

Version {VERSION} has no migration; its tables are those of 1.4.1, so nothing has to be undone.

## Communication

Support is told in #support before the rollback begins and when it is over.

Time to roll back: 8 minutes.

Last rehearsed: REHEARSED, on staging, successful.
"""
