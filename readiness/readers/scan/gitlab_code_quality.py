"""GitLab's Code Quality report, a part of Code Climate's format, as linters write it for merge requests."""

from __future__ import annotations

import msgspec

from readiness.evidence.scan import Scan, ScanFinding
from readiness.readers.base import Reader, Reading
from readiness.readers.scan._made import bounded, entries, finding, is_list_of, refuse, run
from readiness.readers.scan._severity import severity_of
from readiness.readers.scan._unread import is_unread_by_any
from readiness.readers.source import Source
from readiness.readers.strict_json import shape

_FORMAT = "gitlab-code-quality"


class _Begin(msgspec.Struct):
    line: int


class _Positions(msgspec.Struct):
    begin: _Begin


class _Lines(msgspec.Struct):
    begin: int


class _Location(msgspec.Struct):
    path: str
    lines: _Lines | None = None
    positions: _Positions | None = None


class _Entry(msgspec.Struct):
    description: str
    fingerprint: str
    location: _Location
    severity: str
    check_name: str = ""

    @property
    def line(self) -> int:
        place = self.location
        if place.lines is not None:
            return place.lines.begin
        if place.positions is not None:
            return place.positions.begin.line
        raise refuse(f"the entry {self.fingerprint[:40]!r} has no line")


class GitlabCodeQuality(Reader[Scan]):
    """Findings only: neither the tool nor what it looked at is told, so the tool is called gitlab-code-quality."""

    def recognises(self, source: Source) -> bool:
        """By the keys of its first entry."""
        return is_list_of(source, "description", "fingerprint", "location", "severity")

    def read(self, source: Source) -> Reading[Scan]:
        """What was found. A file that could not be parsed is an error of the run, where the rule is known to say so."""
        what = "report of GitLab Code Quality"
        found = shape(entries(source, what), list[_Entry], what)
        errors = [
            f"{one.location.path}:{one.line}: {one.description}"
            for one in found
            if is_unread_by_any(one.check_name)
        ]
        listed = [_finding(one) for one in found if not is_unread_by_any(one.check_name)]
        return Reading(bounded([run(_FORMAT, listed, purposes=("lint",), errors=errors)]))


def _finding(one: _Entry) -> ScanFinding:
    severity = severity_of(_FORMAT, one.severity)
    return finding(
        one.check_name, severity, one.description, level=one.severity, file=one.location.path, line=one.line
    )
