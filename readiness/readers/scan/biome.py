"""Biome's JSON (`biome lint --reporter=json`, and that of `check` and `ci`)."""

from __future__ import annotations

from collections import Counter
from typing import Annotated

import msgspec

from readiness.evidence.scan import Scan, ScanFinding, Severity
from readiness.readers.base import Reader, Reading
from readiness.readers.scan._made import bounded, finding, is_object_with, refuse, run
from readiness.readers.scan._severity import severity_of
from readiness.readers.scan._unread import is_unread
from readiness.readers.source import Source
from readiness.readers.strict_json import shape
from readiness.readers.texts import clip

_Count = Annotated[int, msgspec.Meta(ge=0)]
_LINTING = ("lint", "check", "ci")
_TROUBLE = ("internalError/", "project", "configuration", "files/", "deserialize")
"""How categories begin in which Biome speaks of its own troubles."""
_ALL = "write it again with --max-diagnostics=none, which leaves none of them out"


class _Place(msgspec.Struct):
    line: int


class _Location(msgspec.Struct):
    path: str = ""
    start: _Place | None = None


class _Diagnostic(msgspec.Struct):
    severity: str
    message: str
    category: str | None = None
    location: _Location | None = None

    @property
    def file(self) -> str:
        return self.location.path if self.location else ""

    @property
    def line(self) -> int | None:
        return self.location.start.line if self.location and self.location.start else None

    @property
    def is_rule(self) -> bool:
        """Whether a rule speaks, and not the tool of itself or of a file that it could not read."""
        rule = self.category or ""
        return bool(rule) and not is_unread("biome", rule) and not rule.startswith(_TROUBLE)


class _Summary(msgspec.Struct, rename="camel"):
    changed: _Count
    unchanged: _Count
    errors: _Count
    warnings: _Count
    diagnostics_not_printed: _Count
    infos: _Count = 0
    skipped: _Count = 0


class _Report(msgspec.Struct):
    summary: _Summary
    diagnostics: list[_Diagnostic]
    command: str


class Biome(Reader[Scan]):
    """Files are counted, those that could not be parsed among them: they are taken out again."""

    def recognises(self, source: Source) -> bool:
        """By its keys."""
        return is_object_with(source, "summary", "diagnostics", "command")

    def read(self, source: Source) -> Reading[Scan]:
        """What was found; the summary must count what is listed."""
        report = shape(source.json, _Report, "report of Biome")
        if report.command not in _LINTING:
            raise refuse(f"it is of `biome {clip(report.command, 20)}`, which does not lint", "biome lint")
        _recount(report)
        summary = report.summary
        unread = [one for one in report.diagnostics if not one.is_rule]
        files = summary.changed + summary.unchanged
        made = run(
            "biome",
            [_finding(one) for one in report.diagnostics if one.is_rule],
            scanned=max(0, files - len({one.file for one in unread})),
            errors=[f"{one.file}:{one.line or 0}: {one.message}" for one in unread],
            skipped=["one that is not listed"] * min(summary.skipped, 1_000_000),
        )
        return Reading(bounded([made]))


def _recount(report: _Report) -> None:
    summary = report.summary
    if summary.diagnostics_not_printed:
        raise refuse(f"it leaves out {summary.diagnostics_not_printed} of what it found", _ALL)
    found = Counter(severity_of("biome", one.severity) for one in report.diagnostics)
    errors = found[Severity.HIGH] + found[Severity.UNKNOWN]
    if (summary.errors, summary.warnings) != (errors, found[Severity.MEDIUM]):
        said = f"{summary.errors} errors and {summary.warnings} warnings"
        raise refuse(f"it says {said}, and lists {errors} and {found[Severity.MEDIUM]}")


def _finding(one: _Diagnostic) -> ScanFinding:
    severity = severity_of("biome", one.severity)
    return finding(one.category, severity, one.message, level=one.severity, file=one.file, line=one.line)
