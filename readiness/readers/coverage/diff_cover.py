"""diff-cover's JSON report (`diff-cover coverage.xml --format json:new-code.json`): coverage of what a change added.

Fields as diff_cover.report_generator writes them, versions 7 to 11; `covered_lines` are newer than the others.
"""

from __future__ import annotations

from typing import Annotated

import msgspec

from readiness.evidence.coverage import NEW_CODE, Coverage, Covered
from readiness.readers.base import Reader, Reading
from readiness.readers.coverage._tally import REWRITE, make_coverage, refuse, total
from readiness.readers.source import Source
from readiness.readers.strict_json import shape

_Number = Annotated[int, msgspec.Meta(ge=0, le=10**9)]
_Percent = Annotated[float, msgspec.Meta(ge=0, le=100)]
_NAMES = ("XML", "LCOV")


class _File(msgspec.Struct):
    percent_covered: _Percent
    violation_lines: list[_Number]
    covered_lines: list[_Number] | None = None


class _Report(msgspec.Struct):
    report_name: str
    diff_name: str
    src_stats: dict[str, _File]
    total_num_lines: _Number
    total_num_violations: _Number
    total_percent_covered: _Percent
    num_changed_lines: _Number | None = None


class DiffCover(Reader[Coverage]):
    """New lines by file, which must come to the totals. Its only metric is `new-code`.

    diff-cover says 100% of no lines; here that is 0 of 0, which shows nothing. diff-quality writes the same fields
    about other things, and is told apart by the name of the report. The format has no time and no commit.
    """

    def recognises(self, source: Source) -> bool:
        """By its `diff_name` and `src_stats`."""
        if not source.head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
            return False
        data = source.json
        return isinstance(data, dict) and "diff_name" in data and "src_stats" in data

    def read(self, source: Source) -> Reading[Coverage]:
        """The counts of new lines by file."""
        report = shape(source.json, _Report, "report of diff-cover")
        if report.report_name not in _NAMES:
            message = f"it is about {report.report_name[:40]!r}, not coverage"
            raise refuse(message, "name the report of diff-cover, which is of XML or LCOV")
        files = {path: _file(path, file) for path, file in report.src_stats.items()}
        found = Covered(report.total_num_lines - report.total_num_violations, report.total_num_lines)
        _check(report, files, found)
        if all(file.covered_lines is not None for file in report.src_stats.values()):
            return Reading(make_coverage({NEW_CODE: files}, NEW_CODE))
        return Reading(Coverage(metrics={NEW_CODE: found}, listed=NEW_CODE))


def _file(path: str, file: _File) -> Covered:
    missing, reached = set(file.violation_lines), set(file.covered_lines or ())
    if both := missing & reached:
        raise refuse(f"{path}: line {min(both)} is both covered and missing", REWRITE)
    counts = Covered(len(reached), len(reached) + len(missing))
    if file.covered_lines is not None and not _is_near(counts, file.percent_covered):
        message = f"{path}: {counts.covered} of {counts.total} lines are not {file.percent_covered:g}%"
        raise refuse(message, REWRITE)
    return counts


def _check(report: _Report, files: dict[str, Covered], said: Covered) -> None:
    """Hold the totals against the files, and the percentage, which is rounded down, against both."""
    found = total(files)
    whole = all(file.covered_lines is not None for file in report.src_stats.values())
    missing = found.total - found.covered
    if said.covered < 0 or missing != report.total_num_violations or (whole and found != said):
        message = f"it says that {report.total_num_violations} of {report.total_num_lines} lines are missing"
        lines = f" of {found.total}" if whole else ""
        raise refuse(f"{message}, and its files come to {missing}{lines}", REWRITE)
    if not _is_near(said, report.total_percent_covered):
        message = f"{said.covered} of {said.total} lines are not {report.total_percent_covered:g}%"
        raise refuse(message, REWRITE)
    if report.num_changed_lines is not None and said.total > report.num_changed_lines:
        message = f"{said.total} lines are measured of {report.num_changed_lines} that were changed"
        raise refuse(message, REWRITE)


def _is_near(counts: Covered, percent: float) -> bool:
    exact = 100.0 if counts.share is None else float(counts.share * 100)
    return abs(exact - percent) <= 1
