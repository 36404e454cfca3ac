"""Semgrep's JSON (`semgrep scan --json`), and that of Opengrep."""

from __future__ import annotations

from typing import Any

import msgspec

from readiness.evidence.scan import Scan
from readiness.readers.base import Reader, Reading
from readiness.readers.scan._made import bounded, finding, is_object_with, run
from readiness.readers.scan._severity import severity_of
from readiness.readers.source import Source
from readiness.readers.strict_json import shape


class _Start(msgspec.Struct):
    line: int


class _Extra(msgspec.Struct):
    message: str
    severity: str
    is_ignored: bool = False
    fix: str | None = None


class _Result(msgspec.Struct):
    check_id: str
    path: str
    start: _Start
    extra: _Extra


class _Error(msgspec.Struct):
    message: str
    level: str
    path: str | None = None


class _Paths(msgspec.Struct):
    scanned: list[str]


class _Report(msgspec.Struct):
    results: list[_Result]
    errors: list[_Error]
    paths: _Paths
    version: str | None = None
    skipped_rules: list[Any] = []


class Semgrep(Reader[Scan]):
    """Every file that was scanned is listed. What went wrong counts at each level: files are left out on a warning."""

    def recognises(self, source: Source) -> bool:
        """By its keys."""
        return is_object_with(source, "results", "errors", "paths")

    def read(self, source: Source) -> Reading[Scan]:
        """What was found."""
        report = shape(source.json, _Report, "report of Semgrep")
        listed = [
            finding(
                one.check_id,
                severity_of("semgrep", one.extra.severity),
                one.extra.message,
                level=one.extra.severity,
                file=one.path,
                line=one.start.line,
                fix=one.extra.fix is not None,
                suppressed="nosemgrep" if one.extra.is_ignored else None,
            )
            for one in report.results
        ]
        errors = [f"{one.path}: {one.message}" if one.path else one.message for one in report.errors]
        errors += [f"it skipped {len(report.skipped_rules)} rules"] if report.skipped_rules else []
        made = run(
            "semgrep", listed, version=report.version, scanned=len(set(report.paths.scanned)), errors=errors
        )
        return Reading(bounded([made]))
