"""Staticcheck's JSON (`staticcheck -f json ./...`): one object a line."""

from __future__ import annotations

import msgspec

from readiness.evidence.model import Reason, Unproven
from readiness.evidence.scan import Scan, ScanFinding
from readiness.readers.base import Reader, Reading
from readiness.readers.scan._lines import begins_with_line_of, objects_of
from readiness.readers.scan._made import bounded, finding, run
from readiness.readers.scan._severity import severity_of
from readiness.readers.scan._unread import is_unread
from readiness.readers.source import Source
from readiness.readers.strict_json import shape

_TOOL = "staticcheck"
_SARIF = "let it write SARIF, which is never empty: staticcheck -f sarif ./... > reports/staticcheck.sarif"


class _Place(msgspec.Struct):
    file: str
    line: int


class _Line(msgspec.Struct):
    code: str
    severity: str
    location: _Place
    message: str


class Staticcheck(Reader[Scan]):
    """Only what was found is told: a run that found nothing leaves an empty file, and so does one that never began."""

    def recognises(self, source: Source) -> bool:
        """By the keys of its first line."""
        return begins_with_line_of(source, "code", "severity", "location", "end", "message")

    def read(self, source: Source) -> Reading[Scan]:
        """What was found. Code that does not compile is an error of the run; an empty file is unproven."""
        lines = objects_of(source, _SARIF)
        if not lines:
            message = "it is empty: Staticcheck writes that when it finds nothing, and so does a run that never began"
            raise Unproven(Reason.INSUFFICIENT, message, _SARIF)
        found = [shape(data, _Line, f"message of Staticcheck in line {number}") for number, data in lines]
        errors = [one.message for one in found if is_unread(_TOOL, one.code)]
        listed = [_finding(one) for one in found if not is_unread(_TOOL, one.code)]
        return Reading(bounded([run(_TOOL, listed, errors=errors)]))


def _finding(one: _Line) -> ScanFinding:
    return finding(
        one.code,
        severity_of(_TOOL, one.severity),
        one.message,
        level=one.severity,
        file=one.location.file,
        line=one.location.line,
        suppressed="ignored in the code" if one.severity == "ignored" else None,
    )
