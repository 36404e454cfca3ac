"""zizmor's JSON (`zizmor --format json`)."""

from __future__ import annotations

from typing import Any

import msgspec

from readiness.evidence.scan import Scan, ScanFinding
from readiness.readers.base import Reader, Reading
from readiness.readers.scan._made import bounded, entries, finding, is_list_of, run
from readiness.readers.scan._severity import severity_of
from readiness.readers.source import Source
from readiness.readers.strict_json import shape

_PRIMARY = "Primary"


class _Determinations(msgspec.Struct):
    severity: str
    confidence: str


class _Symbolic(msgspec.Struct):
    key: dict[str, Any]
    annotation: str = ""
    kind: str = ""


class _Point(msgspec.Struct):
    """Rows count from 0."""

    row: int


class _Span(msgspec.Struct):
    start_point: _Point


class _Concrete(msgspec.Struct):
    location: _Span


class _Location(msgspec.Struct):
    symbolic: _Symbolic
    concrete: _Concrete


class _Finding(msgspec.Struct):
    ident: str
    desc: str
    determinations: _Determinations
    locations: list[_Location]
    ignored: bool
    fixes: list[Any] = []


class Zizmor(Reader[Scan]):
    """Findings only: nothing tells which workflows were looked at."""

    def recognises(self, source: Source) -> bool:
        """By the keys of its first entry."""
        return is_list_of(source, "ident", "determinations", "locations")

    def read(self, source: Source) -> Reading[Scan]:
        """What was found; a comment that ignores it suppresses it."""
        found = shape(entries(source, "report of zizmor"), list[_Finding], "report of zizmor")
        return Reading(bounded([run("zizmor", [_finding(one) for one in found])]))


def _finding(one: _Finding) -> ScanFinding:
    place = next((at for at in one.locations if at.symbolic.kind == _PRIMARY), None)
    note = f": {place.symbolic.annotation}" if place and place.symbolic.annotation else ""
    return finding(
        one.ident,
        severity_of("zizmor", one.determinations.severity),
        f"{one.desc}{note}",
        level=one.determinations.severity,
        file=_path(place.symbolic.key) if place else "",
        line=place.concrete.location.start_point.row + 1 if place else None,
        fix=bool(one.fixes),
        suppressed="ignored by a comment or the configuration" if one.ignored else None,
    )


def _path(key: dict[str, Any]) -> str:
    for origin in key.values():
        if isinstance(origin, dict):
            path = origin.get("verbatim_path") or origin.get("given_path") or origin.get("path")
            return path if isinstance(path, str) else ""
    return ""
