"""Reports of the worked example that are too long to be kept: tests, coverage, a load test and its memory."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from tests.production_review.files import shown

_LOAD_S = 15 * 60
_STEP_S = 15


class Measured(NamedTuple):
    """What the reports tell; each of them is good enough as it stands here."""

    unit: int = 51
    integration: int = 27
    covered: int = 15
    """Of 16 lines of the gauges."""
    branches: int = 5
    """Of 6 branches of the loop."""
    modules: int = 4
    """How many files of the four the report of coverage tells of."""
    loop_ms: float = 45
    retrieval_ms: float = 2
    detection_ms: float = 0.4
    """What nearly all requests took at most, half of that at least."""
    errors: int = 9
    sent: float = 1
    """The share of the offered load."""
    seconds: int = _LOAD_S
    memory_mib: int = 352
    growth_mib: float = 0
    """How much memory is added in a minute."""


USUAL = Measured()
_REQUESTS = {"loop": 18_000, "retrieval": 54_000, "detection": 36_000}
_SLOW = {"loop": (70, 95), "retrieval": (2.5, 4.8), "detection": (0.5, 0.9)}


def made(now: datetime, measured: Measured = USUAL) -> Mapping[str, str]:
    """Each report by its path, as if it was made within the last hours."""
    return {
        "reports/junit/unit.xml": _junit("unit", measured.unit, now - timedelta(hours=2)),
        "reports/junit/integration.xml": _junit(
            "integration", measured.integration, now - timedelta(hours=2)
        ),
        "reports/coverage.json": _coverage(measured, now - timedelta(hours=2)),
        "reports/load.json": _load(measured, now - timedelta(minutes=100)),
        "reports/metrics/memory.csv": _memory(measured, now - timedelta(minutes=100)),
    }


def _junit(suite: str, count: int, at: datetime) -> str:
    cases = "\n".join(
        f'  <testcase classname="tests.{suite}.test_gates" name="test_gate_{n:02}" time="0.02"/>'
        for n in range(count)
    )
    head = f'name="{suite}" tests="{count}" failures="0" errors="0" skipped="0" timestamp="{shown(at)}"'
    return f"<testsuites><testsuite {head}>\n{cases}\n</testsuite></testsuites>\n"


def _coverage(measured: Measured, at: datetime) -> str:
    counts = {
        "src/tidewatch/__init__.py": (1, 1, 0, 0),
        "src/tidewatch/gauges.py": (16, measured.covered, 4, 4),
        "src/tidewatch/loop.py": (18, 17, 6, measured.branches),
        "src/tidewatch/tides.py": (7, 6, 2, 2),
    }
    counts = dict(list(counts.items())[: measured.modules])
    files = {path: _file(*each) for path, each in counts.items()}
    sums = [sum(column) for column in zip(*counts.values(), strict=True)]
    meta = {"format": 2, "version": "7.17.3", "timestamp": f"{at:%Y-%m-%dT%H:%M:%S}", "branch_coverage": True}
    return json.dumps({"meta": meta, "files": files, "totals": _summary(*sums)}, indent=1)


def _file(lines: int, covered: int, branches: int, taken: int) -> dict[str, object]:
    arcs = [[n, n + 1] for n in range(1, branches + 1)]
    return {
        "executed_lines": list(range(1, covered + 1)),
        "missing_lines": list(range(covered + 1, lines + 1)),
        "summary": _summary(lines, covered, branches, taken),
        "executed_branches": arcs[:taken],
        "missing_branches": arcs[taken:],
    }


def _summary(lines: int, covered: int, branches: int, taken: int) -> dict[str, int]:
    return {
        "covered_lines": covered,
        "num_statements": lines,
        "missing_lines": lines - covered,
        "num_branches": branches,
        "covered_branches": taken,
        "missing_branches": branches - taken,
    }


def _load(measured: Measured, began: datetime) -> str:
    operations = [_operation(name, measured) for name in _REQUESTS]
    head = {
        "schema": "readiness/load/1",
        "tool": "gauge-driver 1.8",
        "started_at": shown(began),
        "ended_at": shown(began + timedelta(seconds=measured.seconds)),
        "loop": "open",
        "offered_per_s": sum(_REQUESTS.values()) / _LOAD_S,
        "concurrency": 40,
        "dropped": 0,
    }
    return json.dumps({**head, "operations": operations}, indent=1)


def _operation(name: str, measured: Measured) -> dict[str, object]:
    share = measured.sent * measured.seconds / _LOAD_S
    requests = round(_REQUESTS[name] * share)
    errors = measured.errors if name == "retrieval" else 0
    slow = requests // 200
    usual = getattr(measured, f"{name}_ms")
    low, high = _SLOW[name]
    shift = max(0.0, usual - low)
    buckets = [
        {"low_ms": usual / 2, "high_ms": usual, "count": requests - errors - slow},
        {"low_ms": low + shift, "high_ms": high + shift, "count": slow},
    ]
    return {"name": name, "requests": requests, "errors": errors, "histogram": buckets}


def _memory(measured: Measured, began: datetime) -> str:
    rows = ["time,memory (MiB)"]
    for n in range(-2, measured.seconds // _STEP_S + 3):
        level = measured.memory_mib + measured.growth_mib * n * _STEP_S / 60 + (n * 37 % 11)
        rows.append(f"{shown(began + timedelta(seconds=n * _STEP_S))},{level:.1f}")
    return "\n".join(rows) + "\n"
