"""Scans for the tests of checks that read scanners."""

from __future__ import annotations

from collections import Counter
from typing import Any

from readiness.evidence.scan import Purpose, Scan, ScanFinding, ScanRun, Severity
from readiness.testing import read_evidence
from tests.support import FIXTURES


def found(severity: str = "high", **more: Any) -> ScanFinding:
    """One finding."""
    given: dict[str, Any] = {"rule": "R1", "message": "wrong", "file": "a.py", "line": 3, **more}
    return ScanFinding(severity=Severity(severity), **given)


def run(purpose: Purpose, *findings: ScanFinding, tool: str = "scanner", **more: Any) -> ScanRun:
    """One run, of ten files unless it says otherwise."""
    counts = Counter(one.severity for one in findings if one.suppressed is None)
    quiet = Counter(one.severity for one in findings if one.suppressed is not None)
    given: dict[str, Any] = {"scanned": 10, "counts": dict(counts), "suppressed": dict(quiet), **more}
    return ScanRun(tool=tool, purposes=(purpose,), findings=findings, **given)


def scan(*runs: ScanRun) -> Scan:
    """Runs as facts."""
    return Scan(runs=runs)


def of_file(name: str, **keys: Any) -> Scan:
    """The facts of a fixture."""
    facts = read_evidence("scan", FIXTURES / "scan", path=name, **keys).whole.facts
    assert isinstance(facts, Scan)
    return facts
