"""Oxlint's JSON (`oxlint -f json`)."""

from __future__ import annotations

from typing import Annotated

import msgspec

from readiness.evidence.scan import Scan, ScanFinding
from readiness.readers.base import Reader, Reading
from readiness.readers.scan._made import bounded, finding, is_object_with, refuse, run
from readiness.readers.scan._severity import severity_of
from readiness.readers.source import Source
from readiness.readers.strict_json import shape

_Count = Annotated[int, msgspec.Meta(ge=0)]


class _Span(msgspec.Struct):
    line: int | None = None


class _Label(msgspec.Struct):
    span: _Span


class _Diagnostic(msgspec.Struct):
    """Without a `code` it is no rule that speaks: the file could not be parsed."""

    message: str
    severity: str
    filename: str = ""
    code: str | None = None
    labels: list[_Label] = []

    @property
    def line(self) -> int | None:
        return self.labels[0].span.line if self.labels else None


class _Report(msgspec.Struct):
    diagnostics: list[_Diagnostic]
    number_of_files: _Count
    number_of_rules: _Count | None = None


class Oxlint(Reader[Scan]):
    """Files are counted, those that could not be parsed among them: they are taken out again."""

    def recognises(self, source: Source) -> bool:
        """By its keys."""
        return is_object_with(source, "diagnostics", "number_of_files")

    def read(self, source: Source) -> Reading[Scan]:
        """What was found. A file that could not be parsed is an error of the run."""
        report = shape(source.json, _Report, "report of Oxlint")
        if report.number_of_rules == 0:
            raise refuse("it used no rule, so it could find nothing", "switch rules on")
        unread = [one for one in report.diagnostics if not one.code]
        scanned = max(0, report.number_of_files - len({one.filename for one in unread}))
        found = [_finding(one) for one in report.diagnostics if one.code]
        errors = [f"{one.filename}:{one.line or 0}: {one.message}" for one in unread]
        return Reading(bounded([run("oxlint", found, scanned=scanned, errors=errors)]))


def _finding(one: _Diagnostic) -> ScanFinding:
    severity = severity_of("oxlint", one.severity)
    return finding(one.code, severity, one.message, level=one.severity, file=one.filename, line=one.line)
