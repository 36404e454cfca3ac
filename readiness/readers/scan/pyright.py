"""Pyright's JSON (`pyright --outputjson`), and that of basedpyright."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import Annotated

import msgspec

from readiness.evidence.scan import Scan
from readiness.readers.base import Reader, Reading
from readiness.readers.scan._made import bounded, finding, is_object_with, refuse, run
from readiness.readers.scan._severity import severity_of
from readiness.readers.source import Source
from readiness.readers.strict_json import shape
from readiness.readers.texts import clip

_Count = Annotated[int, msgspec.Meta(ge=0)]
_MILLISECONDS = range(10**12, 10**13)
"""Of the years 2001 to 2286."""


class _Position(msgspec.Struct):
    """Lines count from 0."""

    line: _Count


class _Range(msgspec.Struct):
    start: _Position


class _Diagnostic(msgspec.Struct):
    file: str
    severity: str
    message: str
    range: _Range | None = None
    rule: str | None = None


class _Summary(msgspec.Struct, rename="camel"):
    files_analyzed: _Count
    error_count: _Count
    warning_count: _Count
    information_count: _Count


class _Report(msgspec.Struct, rename="camel"):
    version: str
    time: str
    general_diagnostics: list[_Diagnostic]
    summary: _Summary


class Pyright(Reader[Scan]):
    """Files are counted. Its time is in milliseconds since 1970, as text."""

    def recognises(self, source: Source) -> bool:
        """By its keys."""
        return is_object_with(source, "generalDiagnostics", "summary")

    def read(self, source: Source) -> Reading[Scan]:
        """What was found; the summary must count what is listed."""
        report = shape(source.json, _Report, "report of Pyright")
        summary, found = report.summary, Counter(one.severity for one in report.general_diagnostics)
        pairs = {
            "error": summary.error_count,
            "warning": summary.warning_count,
            "information": summary.information_count,
        }
        for word in dict.fromkeys([*pairs, *found]):
            if pairs.get(word, 0) != found[word]:
                raise refuse(
                    f"it says {pairs.get(word, 0)} of severity {clip(word, 20)}, and lists {found[word]}"
                )
        listed = [
            finding(
                one.rule,
                severity_of("pyright", one.severity),
                one.message,
                level=one.severity,
                file=one.file,
                line=one.range.start.line + 1 if one.range else None,
            )
            for one in report.general_diagnostics
        ]
        made = run("pyright", listed, version=report.version, scanned=summary.files_analyzed)
        return Reading(bounded([made]), _time(report.time))


def _time(text: str) -> datetime:
    if not (text.isascii() and text.isdigit() and len(text) < 20 and int(text) in _MILLISECONDS):
        raise refuse(f"time {clip(text, 40)!r} is no time in milliseconds since 1970")
    return datetime.fromtimestamp(int(text) / 1000, UTC)
