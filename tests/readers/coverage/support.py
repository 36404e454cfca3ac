"""What the tests of coverage readers share."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from readiness.evidence.coverage import Coverage
from readiness.evidence.model import Item, Reason
from readiness.testing import read_evidence
from tests.support import FIXTURES, SHARED

REPORTS = FIXTURES / "coverage"
SAMPLES = SHARED / "samples" / "evidence"
Counts = dict[str, tuple[int, int]]
FORMATS = (
    "clover, cobertura, coverage-py, diff-cover, go-profile, istanbul, istanbul-summary, jacoco, lcov, llvm-cov, "
    "simplecov, sonarqube"
)
"""What is tried, as messages name it."""


def read(path: Path, **keys: Any) -> Item:
    """One file as an evidence."""
    return read_evidence("coverage", path.parent, path=path.name, **keys).whole


def metrics(path: Path, **keys: Any) -> Counts:
    """Covered and total by metric, of a file that is good."""
    return counts(read(path, **keys))


def counts(item: Item) -> Counts:
    """Covered and total by metric, of an item that is good."""
    assert isinstance(item.facts, Coverage), item.message
    return {name: (one.covered, one.total) for name, one in item.facts.metrics.items()}


def refusal(path: Path, content: str | bytes, **keys: Any) -> str:
    """Why a file of this content shows nothing."""
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    item = read(path, **keys)
    assert (item.facts, item.reason) == (None, Reason.MALFORMED)
    assert not item.message.startswith("the reader")
    return item.message


def malformed_or_same(path: Path, content: bytes, known: Counts) -> None:
    """A damaged file is malformed, or says what the good one says."""
    path.write_bytes(content)
    item = read(path)
    if item.facts is None:
        assert item.reason is Reason.MALFORMED
        assert not item.message.startswith("the reader")
    else:
        found = counts(item)
        assert found == {name: known[name] for name in found}
