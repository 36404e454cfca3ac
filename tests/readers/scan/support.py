"""What the tests of scan readers share."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from readiness.evidence.model import Item, Reason
from readiness.evidence.scan import Scan, ScanRun
from readiness.testing import read_evidence
from tests.support import FIXTURES, SHARED

REPORTS = FIXTURES / "scan"
SAMPLES = SHARED / "samples" / "evidence"


def read(path: Path, **keys: Any) -> Item:
    """One file as an evidence."""
    return read_evidence("scan", path.parent, path=path.name, **keys).whole


def scan(path: Path, **keys: Any) -> Scan:
    """The facts of a file that is good."""
    item = read(path, **keys)
    assert isinstance(item.facts, Scan), item.message
    return item.facts


def run(path: Path, **keys: Any) -> ScanRun:
    """The only run of a file that is good."""
    (one,) = scan(path, **keys).runs
    return one


def counts(one: ScanRun) -> dict[str, int]:
    """What counts, by severity."""
    return {severity.value: count for severity, count in one.counts.items()}


def rules(one: ScanRun) -> list[tuple[str, str, str, int | None]]:
    """Rule, severity, file and line of what counts."""
    return [(found.rule, found.severity.value, found.file, found.line) for found in one.counted]


def written(path: Path, report: Any) -> Path:
    """A report as JSON in a file."""
    path.write_text(report if isinstance(report, str) else json.dumps(report))
    return path


def loaded(name: str) -> Any:
    """A fixture, to be changed."""
    return json.loads((REPORTS / name).read_text())


def refusal(path: Path, report: Any, **keys: Any) -> str:
    """Why a report shows nothing."""
    item = read(written(path, report), **keys)
    assert item.facts is None
    assert item.reason is Reason.MALFORMED
    assert not item.message.startswith("the reader")
    return item.message
