"""pip-audit's JSON (`pip-audit -f json`)."""

from __future__ import annotations

from typing import Any

import msgspec

from readiness.evidence.scan import Scan, Severity
from readiness.readers.base import Reader, Reading
from readiness.readers.scan._made import bounded, finding, is_object_with, refuse, run
from readiness.readers.source import Source
from readiness.readers.strict_json import shape


class _Vulnerability(msgspec.Struct):
    id: str
    fix_versions: list[str]
    aliases: list[str] = []
    description: str = ""


class _Dependency(msgspec.Struct):
    """Either audited, with a version and vulnerabilities, or skipped, with the reason."""

    name: str
    version: str | None = None
    vulns: list[_Vulnerability] | None = None
    skip_reason: str | None = None


class _Report(msgspec.Struct):
    dependencies: list[_Dependency]
    fixes: list[Any]


class PipAudit(Reader[Scan]):
    """Every dependency is listed. Severities are not: they are unknown. What was skipped was not audited."""

    def recognises(self, source: Source) -> bool:
        """By its keys."""
        return is_object_with(source, "dependencies", "fixes")

    def read(self, source: Source) -> Reading[Scan]:
        """What was found, and what was skipped."""
        report = shape(source.json, _Report, "report of pip-audit")
        for one in report.dependencies:
            if (one.vulns is None) == (one.skip_reason is None):
                raise refuse(
                    f"{one.name}: it was either audited or skipped, and the report does not say which"
                )
        listed = [
            finding(
                found.id,
                Severity.UNKNOWN,
                _advice(found),
                object=f"{one.name} {one.version or ''}".strip(),
                fix=bool(found.fix_versions),
                aliases=found.aliases,
            )
            for one in report.dependencies
            for found in one.vulns or []
        ]
        skipped = [f"{one.name} ({one.skip_reason})" for one in report.dependencies if one.vulns is None]
        # Reports of several requirement files that were put together hold what these share more than once.
        audited = {(one.name.lower(), one.version) for one in report.dependencies if one.vulns is not None}
        return Reading(
            bounded([run("pip-audit", listed, scanned=len(audited), unit="dependencies", skipped=skipped)])
        )


def _advice(found: _Vulnerability) -> str:
    fixed = f"fixed in {', '.join(found.fix_versions[:5])}" if found.fix_versions else "no fix is known"
    return f"{fixed}: {found.description}" if found.description else fixed
