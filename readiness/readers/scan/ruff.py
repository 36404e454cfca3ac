"""Ruff's JSON (`ruff check --output-format json`)."""

from __future__ import annotations

from typing import Any

import msgspec

from readiness.evidence.scan import Scan
from readiness.readers.base import Reader, Reading
from readiness.readers.scan._complexity import complexity_in
from readiness.readers.scan._made import bounded, entries, finding, is_list_of, run
from readiness.readers.scan._severity import severity_of
from readiness.readers.source import Source
from readiness.readers.strict_json import shape

_UNREAD = {None, "invalid-syntax", "E902", "E999"}
"""Rules that say that a file could not be read; a syntax error had no rule at first."""


class _Place(msgspec.Struct):
    row: int
    column: int


class _Entry(msgspec.Struct):
    """`severity` is told since Ruff 0.12; before, everything was an error."""

    code: str | None
    filename: str
    message: str
    location: _Place
    end_location: _Place
    fix: dict[str, Any] | None
    severity: str = "error"


class Ruff(Reader[Scan]):
    """Findings only: neither the files that were looked at nor those that were suppressed are told."""

    def recognises(self, source: Source) -> bool:
        """By the keys of its first entry."""
        return is_list_of(source, "code", "filename", "location", "end_location", "fix")

    def read(self, source: Source) -> Reading[Scan]:
        """What was found. A file that could not be parsed is an error of the run."""
        found = shape(entries(source, "report of Ruff"), list[_Entry], "report of Ruff")
        errors = [f"{one.filename}:{one.location.row}: {one.message}" for one in found if one.code in _UNREAD]
        listed = [
            finding(
                one.code,
                severity_of("ruff", one.severity),
                one.message,
                level=one.severity,
                file=one.filename,
                line=one.location.row,
                fix=one.fix is not None,
                value=complexity_in(one.code, one.message),
            )
            for one in found
            if one.code not in _UNREAD
        ]
        return Reading(bounded([run("ruff", listed, errors=errors)]))
