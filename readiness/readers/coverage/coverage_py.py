"""The JSON report of coverage.py (`coverage json`)."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec

from readiness.evidence.coverage import Coverage, Covered
from readiness.readers.base import Reader, Reading
from readiness.readers.coverage._tally import REWRITE, make_coverage, refuse, total
from readiness.readers.source import Source
from readiness.readers.strict_json import shape
from readiness.units import parse_instant

_Count = Annotated[int, msgspec.Meta(ge=0)]
_Line = Annotated[int, msgspec.Meta(ge=1)]
_Arc = tuple[int, int]


class _Summary(msgspec.Struct):
    """Its own counts, of a file or of all of them. A branch that leaves a line for nowhere has a negative end."""

    covered_lines: _Count
    num_statements: _Count
    missing_lines: _Count
    num_branches: _Count | None = None
    covered_branches: _Count | None = None
    missing_branches: _Count | None = None


class _Region(msgspec.Struct):
    executed_lines: list[_Line]
    missing_lines: list[_Line]


class _File(msgspec.Struct):
    executed_lines: list[_Line]
    missing_lines: list[_Line]
    summary: _Summary
    executed_branches: list[_Arc] | None = None
    missing_branches: list[_Arc] | None = None
    functions: dict[str, _Region] | None = None


class _Meta(msgspec.Struct):
    version: str
    timestamp: str
    branch_coverage: bool


class _Report(msgspec.Struct):
    meta: _Meta
    files: dict[str, _File]
    totals: _Summary


class CoveragePy(Reader[Coverage]):
    """Lines and branches are counted from their numbers, never from a percentage.

    `percent_covered` mixes branches into lines, so it is not looked at. coverage.py calls lines statements: both
    metrics are the same here. Functions are told since format 3. Its time has no zone.
    """

    def recognises(self, source: Source) -> bool:
        """By its keys `meta` and `files` or `totals`."""
        if not source.head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
            return False
        data = source.json
        return isinstance(data, dict) and "meta" in data and ("files" in data or "totals" in data)

    def read(self, source: Source) -> Reading[Coverage]:
        """The counts, which must be those of the report's own sums."""
        report = shape(source.json, _Report, "report of coverage.py")
        lines = {path: _lines(path, file) for path, file in report.files.items()}
        metrics = {"line": lines, "statement": lines}
        _agree("totals", report.totals, total(lines))
        if report.meta.branch_coverage:
            metrics["branch"] = {path: _branches(path, file) for path, file in report.files.items()}
            _agree_on_branches("totals", report.totals, total(metrics["branch"]))
        if report.files and all(file.functions is not None for file in report.files.values()):
            metrics["function"] = {path: _functions(path, file) for path, file in report.files.items()}
        return Reading(make_coverage(metrics), _instant(report.meta.timestamp))


def _lines(path: str, file: _File) -> Covered:
    executed, missing = set(file.executed_lines), set(file.missing_lines)
    if both := executed & missing:
        raise refuse(f"{path}: line {min(both)} is both executed and missing", REWRITE)
    counts = Covered(len(executed), len(executed) + len(missing))
    _agree(path, file.summary, counts)
    return counts


def _branches(path: str, file: _File) -> Covered:
    summary = file.summary
    if file.executed_branches is None or file.missing_branches is None:
        if summary.covered_branches is None or summary.num_branches is None:
            raise refuse(f"{path}: it was measured with branches, and none are told of", REWRITE)
        counts = Covered(summary.covered_branches, summary.num_branches)
        if counts.covered > counts.total:
            raise refuse(f"{path}: {counts.covered} of {counts.total} branches are covered", REWRITE)
        return counts
    executed, missing = set(file.executed_branches), set(file.missing_branches)
    if both := executed & missing:
        raise refuse(f"{path}: the branch {list(min(both))} is both executed and missing", REWRITE)
    counts = Covered(len(executed), len(executed) + len(missing))
    _agree_on_branches(path, summary, counts)
    return counts


def _functions(path: str, file: _File) -> Covered:
    """A function with lines is covered when one of them was executed; the rest of the file has the empty name."""
    known = set(file.executed_lines), set(file.missing_lines)
    regions = [region for name, region in (file.functions or {}).items() if name]
    for region in regions:
        if not (set(region.executed_lines) <= known[0] and set(region.missing_lines) <= known[1]):
            raise refuse(f"{path}: its functions and the file itself tell different lines", REWRITE)
    full = [region for region in regions if region.executed_lines or region.missing_lines]
    return Covered(sum(bool(region.executed_lines) for region in full), len(full))


def _agree(where: str, said: _Summary, found: Covered) -> None:
    if (said.covered_lines, said.num_statements) != (found.covered, found.total):
        raise refuse(
            f"{where}: it says {said.covered_lines} of {said.num_statements} lines, and its lines come to "
            f"{found.covered} of {found.total}",
            REWRITE,
        )
    if said.covered_lines + said.missing_lines != said.num_statements:
        raise refuse(
            f"{where}: {said.covered_lines} covered and {said.missing_lines} missing lines are not the "
            f"{said.num_statements} that it says",
            REWRITE,
        )


def _agree_on_branches(where: str, said: _Summary, found: Covered) -> None:
    if (said.covered_branches, said.num_branches) != (found.covered, found.total):
        raise refuse(
            f"{where}: it says {said.covered_branches} of {said.num_branches} branches, and its branches come to "
            f"{found.covered} of {found.total}",
            REWRITE,
        )


def _instant(text: str) -> datetime:
    try:
        return parse_instant(text)
    except ValueError:
        raise refuse(f"meta.timestamp {text[:40]!r} is no time", REWRITE) from None
