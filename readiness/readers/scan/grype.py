"""Grype's JSON (`grype -o json`)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

from readiness.evidence.scan import Scan, ScanFinding
from readiness.readers.base import Reader, Reading
from readiness.readers.scan._made import bounded, finding, instant, is_object_with, run
from readiness.readers.scan._severity import severity_of
from readiness.readers.source import Source
from readiness.readers.strict_json import shape

_IMAGE = "image"


class _Fix(msgspec.Struct):
    versions: list[str] | None = None
    state: str = ""


class _Vulnerability(msgspec.Struct):
    id: str
    severity: str = ""
    description: str = ""
    fix: _Fix | None = None


class _Related(msgspec.Struct):
    id: str


class _Artifact(msgspec.Struct):
    name: str
    version: str = ""


class _Rule(msgspec.Struct):
    vulnerability: str = ""
    reason: str = ""


class _Match(msgspec.Struct, rename="camel"):
    vulnerability: _Vulnerability
    artifact: _Artifact
    related_vulnerabilities: list[_Related] | None = None
    applied_ignore_rules: list[_Rule] | None = None


class _Descriptor(msgspec.Struct):
    name: str
    version: str = ""
    timestamp: str | None = None
    db: dict[str, Any] | None = None


class _Origin(msgspec.Struct):
    type: str


class _Report(msgspec.Struct, rename="camel"):
    matches: list[_Match]
    descriptor: _Descriptor
    source: _Origin | None = None
    ignored_matches: list[_Match] | None = None


class Grype(Reader[Scan]):
    """Packages without vulnerabilities are not listed. An image counts as one target; a folder may have been empty."""

    def recognises(self, source: Source) -> bool:
        """By its keys."""
        return is_object_with(source, "matches", "descriptor")

    def read(self, source: Source) -> Reading[Scan]:
        """What was found, and how old the database is."""
        report = shape(source.json, _Report, "report of Grype")
        listed = [_finding(one, None) for one in report.matches]
        listed += [_finding(one, _why(one)) for one in report.ignored_matches or []]
        tool = report.descriptor
        made = run(
            "grype",
            listed,
            version=tool.version,
            database_at=_built(tool.db),
            scanned=1 if report.source and report.source.type == _IMAGE else None,
            unit="images",
        )
        return Reading(
            bounded([made]), instant(tool.timestamp, "descriptor.timestamp") if tool.timestamp else None
        )


def _finding(one: _Match, suppressed: str | None) -> ScanFinding:
    found, fix = one.vulnerability, one.vulnerability.fix
    versions = (fix.versions if fix else None) or []
    fixed = f"fixed in {', '.join(versions[:5])}" if versions else "no fix is known"
    is_known = bool(versions) or (fix is not None and fix.state in {"not-fixed", "wont-fix"})
    return finding(
        found.id,
        severity_of("grype", found.severity),
        f"{fixed}: {found.description}" if found.description else fixed,
        level=found.severity,
        object=f"{one.artifact.name} {one.artifact.version}".strip(),
        fix=bool(versions) if is_known else None,
        aliases=tuple(related.id for related in one.related_vulnerabilities or []),
        suppressed=suppressed,
    )


def _why(one: _Match) -> str:
    reasons = [rule.reason or rule.vulnerability for rule in one.applied_ignore_rules or []]
    return "; ".join(reason for reason in reasons if reason) or "ignored by a rule of Grype"


def _built(db: Mapping[str, Any] | None) -> datetime | None:
    """Since Grype 0.88 it stands below `status`."""
    status = (db or {}).get("status")
    built = status.get("built") if isinstance(status, Mapping) else (db or {}).get("built")
    return instant(built, "descriptor.db.built") if isinstance(built, str) else None
