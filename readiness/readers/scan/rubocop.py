"""RuboCop's JSON (`rubocop --format json`)."""

from __future__ import annotations

from typing import Annotated

import msgspec

from readiness.evidence.scan import Scan, ScanFinding
from readiness.readers.base import Reader, Reading
from readiness.readers.scan._made import bounded, finding, is_object_with, refuse, run
from readiness.readers.scan._severity import severity_of
from readiness.readers.scan._unread import is_unread
from readiness.readers.source import Source
from readiness.readers.strict_json import shape

_Count = Annotated[int, msgspec.Meta(ge=0)]
_TOOL = "rubocop"


class _Place(msgspec.Struct):
    line: int


class _Offense(msgspec.Struct):
    severity: str
    message: str
    cop_name: str
    location: _Place
    correctable: bool | None = None


class _File(msgspec.Struct):
    path: str
    offenses: list[_Offense]


class _Metadata(msgspec.Struct):
    rubocop_version: str


class _Summary(msgspec.Struct):
    offense_count: _Count
    target_file_count: _Count
    inspected_file_count: _Count


class _Report(msgspec.Struct):
    metadata: _Metadata
    files: list[_File]
    summary: _Summary


class Rubocop(Reader[Scan]):
    """Every file that was looked at is listed, and counted, unless it could not be parsed."""

    def recognises(self, source: Source) -> bool:
        """By its keys."""
        if not is_object_with(source, "metadata", "files", "summary"):
            return False
        told = source.json["metadata"]
        return isinstance(told, dict) and "rubocop_version" in told

    def read(self, source: Source) -> Reading[Scan]:
        """What was found; the summary must count what is listed. A file that was not looked at is an error."""
        report = shape(source.json, _Report, "report of RuboCop")
        summary, said = report.summary, [(file, one) for file in report.files for one in file.offenses]
        counts = (summary.offense_count, summary.inspected_file_count)
        if counts != (len(said), len(report.files)):
            listed = f"{len(said)} and {len(report.files)}"
            raise refuse(f"it says {counts[0]} offenses and {counts[1]} files, and lists {listed}")
        unread = [(file, one) for file, one in said if is_unread(_TOOL, one.cop_name)]
        errors = [f"{file.path}:{one.location.line}: {one.message}" for file, one in unread]
        if summary.target_file_count > summary.inspected_file_count:
            errors.append(f"it looked at {counts[1]} of {summary.target_file_count} files")
        found = [_finding(file, one) for file, one in said if not is_unread(_TOOL, one.cop_name)]
        scanned = len({file.path for file in report.files} - {file.path for file, _ in unread})
        made = run(_TOOL, found, version=report.metadata.rubocop_version, scanned=scanned, errors=errors)
        return Reading(bounded([made]))


def _finding(file: _File, one: _Offense) -> ScanFinding:
    severity = severity_of(_TOOL, one.severity)
    return finding(
        one.cop_name,
        severity,
        one.message,
        level=one.severity,
        file=file.path,
        line=one.location.line,
        fix=one.correctable,
    )
