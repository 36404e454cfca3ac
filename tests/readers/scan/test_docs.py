"""What docs/evidence.md says of scans is true."""

from __future__ import annotations

import re

from readiness.evidence.scan import Severity
from readiness.readers.formats import formats_of
from readiness.readers.scan._severity import FIXED, SCALES
from readiness.readers.scan.kind import ScanKind
from tests.pages import Page
from tests.readers.scan.support import REPORTS, read, run
from tests.support import ROOT

PAGE = Page(ROOT / "docs" / "evidence.md")
COLUMNS = (Severity.CRITICAL, Severity.HIGH, Severity.MEDIUM, Severity.LOW)


def test_every_format_is_named() -> None:
    assert {row[0].strip("`") for row in PAGE.rows("Scans")} == set(formats_of(ScanKind, {}))


def test_the_severities_of_the_documentation_are_those_of_the_readers() -> None:
    told = {row[0].strip("`"): row[1:] for row in PAGE.rows("Severities")}
    assert set(told) == {*SCALES, *FIXED}
    for name, cells in told.items():
        words = {
            word: column
            for column, cell in zip(COLUMNS, cells, strict=True)
            for word in re.findall(r"`([^`]+)`", cell)
        }
        assert words == SCALES.get(name, {}), name
        everything = [column for column, cell in zip(COLUMNS, cells, strict=True) if cell == "everything"]
        assert everything == ([FIXED[name]] if name in FIXED else []), name


def test_what_is_said_to_count_does_and_what_is_not_does_not() -> None:
    known = 0
    for format_, _, counts, time in PAGE.rows("Scans"):
        path = next(iter(REPORTS.glob(f"{format_.strip('`')}.json")), None)
        if path is None or format_ == "`trivy`":
            continue
        assert (run(path).scanned is None) == (counts == "no"), format_
        assert (read(path).provenance.observed_from == "content") == (time == "yes"), format_
        known += 1
    assert known >= 20
