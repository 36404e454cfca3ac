"""golangci-lint's JSON (`golangci-lint run --output.json.path FILE`)."""

from __future__ import annotations

import re

import msgspec

from readiness.evidence.scan import Scan, ScanFinding
from readiness.readers.base import Reader, Reading
from readiness.readers.scan._made import bounded, finding, is_object_with, refuse, run
from readiness.readers.scan._severity import severity_of
from readiness.readers.scan._unread import is_unread
from readiness.readers.source import Source
from readiness.readers.strict_json import shape

_TOOL = "golangci-lint"
_BROKE = re.compile(r"can't run|cannot run|could not|failed|panic", re.IGNORECASE)
_ERROR = "error"
"""What golangci-lint itself makes of an issue without a severity, in its other formats."""


class _Position(msgspec.Struct, rename="pascal"):
    filename: str
    line: int


class _Issue(msgspec.Struct, rename="pascal"):
    from_linter: str
    text: str
    pos: _Position
    severity: str = ""


class _Linter(msgspec.Struct, rename="pascal"):
    name: str
    enabled: bool = False


class _Warning(msgspec.Struct, rename="pascal"):
    text: str
    tag: str = ""


class _Run(msgspec.Struct, rename="pascal"):
    linters: list[_Linter]
    warnings: list[_Warning] | None = None
    error: str = ""


class _Report(msgspec.Struct, rename="pascal"):
    """`Issues` is null where an older version found none."""

    issues: list[_Issue] | None
    report: _Run


class GolangciLint(Reader[Scan]):
    """Neither packages nor files are counted. Where it finds no Go at all, golangci-lint writes no file.

    By its own defaults it stops at 50 issues of a linter and at 3 that are alike (`max-issues-per-linter`,
    `max-same-issues`), and does not say so.
    """

    def recognises(self, source: Source) -> bool:
        """By its keys."""
        if not is_object_with(source, "Issues", "Report"):
            return False
        told = source.json["Report"]
        return isinstance(told, dict) and "Linters" in told

    def read(self, source: Source) -> Reading[Scan]:
        """What was found. Code that does not compile, and linters that broke, are errors of the run."""
        report = shape(source.json, _Report, "report of golangci-lint")
        issues, told = report.issues or [], report.report
        if not any(one.enabled for one in told.linters):
            raise refuse("it had no linter enabled, so it could find nothing", "enable linters")
        unread = [one for one in issues if is_unread(_TOOL, one.from_linter)]
        errors = [f"{one.pos.filename}:{one.pos.line}: {one.text}" for one in unread]
        errors += [told.error] if told.error else []
        errors += [one.text for one in told.warnings or [] if _BROKE.search(one.text)]
        found = [_finding(one) for one in issues if not is_unread(_TOOL, one.from_linter)]
        return Reading(bounded([run(_TOOL, found, errors=errors)]))


def _finding(one: _Issue) -> ScanFinding:
    level = one.severity or _ERROR
    severity = severity_of(_TOOL, level)
    return finding(one.from_linter, severity, one.text, level=level, file=one.pos.filename, line=one.pos.line)
