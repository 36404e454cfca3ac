"""Trivy's JSON (`trivy image|fs|config --format json`), schema version 2."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from readiness.evidence.scan import Purpose, Scan, ScanFinding, ScanRun
from readiness.readers.base import Reader, Reading
from readiness.readers.scan._made import bounded, finding, instant, is_object_with, refuse, run
from readiness.readers.scan._severity import severity_of
from readiness.readers.source import Source
from readiness.readers.strict_json import shape
from readiness.readers.texts import clip

_SCHEMA = 2
_PACKAGES = {"os-pkgs", "lang-pkgs"}
_CONFIG = "config"
_SECRET = "secret"  # noqa: S105 - a class of results


class _Base(msgspec.Struct, rename="pascal"):
    """Keys as Trivy writes them."""


class _Vulnerability(_Base):
    pkg_name: str
    vulnerability_id: str = msgspec.field(name="VulnerabilityID")
    installed_version: str = ""
    fixed_version: str = ""
    status: str = ""
    severity: str = ""
    title: str = ""


class _Cause(_Base):
    start_line: int = 0


class _Misconfiguration(_Base):
    id: str = msgspec.field(name="ID")
    status: str
    severity: str = ""
    title: str = ""
    message: str = ""
    cause_metadata: _Cause | None = None


class _Secret(_Base):
    rule_id: str = msgspec.field(name="RuleID")
    severity: str = ""
    title: str = ""
    start_line: int = 0


class _Summary(_Base):
    failures: int


class _Modified(_Base):
    """A finding that was taken out, by an ignore file or a VEX document."""

    type: str
    status: str = ""
    statement: str = ""
    source: str = ""
    finding: dict[str, Any] = {}


class _Result(_Base):
    target: str
    class_: str = msgspec.field(name="Class", default="")
    misconf_summary: _Summary | None = None
    vulnerabilities: list[_Vulnerability] | None = None
    misconfigurations: list[_Misconfiguration] | None = None
    secrets: list[_Secret] | None = None
    modified: list[_Modified] | None = msgspec.field(name="ExperimentalModifiedFindings", default=None)


class _Tool(_Base):
    version: str = ""


class _Report(_Base):
    schema_version: int
    artifact_name: str
    results: list[_Result] | None = None
    created_at: str | None = None
    trivy: _Tool | None = None


class Trivy(Reader[Scan]):
    """One run for each thing that it looked for: packages, configuration, secrets. Without results it scanned nothing.

    The report does not tell the age of the database. Snippets of secrets are not read.
    """

    def recognises(self, source: Source) -> bool:
        """By its keys."""
        return is_object_with(source, "SchemaVersion", "ArtifactName")

    def read(self, source: Source) -> Reading[Scan]:
        """What was found, by what was looked for."""
        report = shape(source.json, _Report, "report of Trivy")
        if report.schema_version != _SCHEMA:
            raise refuse(f"its SchemaVersion is {report.schema_version}; {_SCHEMA} is read")
        results = report.results or []
        runs = [made for made in (_packages(results), _configuration(results), _secrets(results)) if made]
        version = report.trivy.version if report.trivy else ""
        if not runs:
            runs = [run("trivy", [], scanned=0, unit="targets")]
        when = instant(report.created_at, "CreatedAt") if report.created_at else None
        return Reading(bounded([one.but(version=clip(version, 60)) for one in runs]), when)


def _run(purpose: Purpose, listed: Iterator[ScanFinding], scanned: int | None) -> ScanRun:
    return run("trivy", listed, purposes=(purpose,), scanned=scanned, unit="targets")


def _packages(results: list[_Result]) -> ScanRun | None:
    chosen = [one for one in results if one.class_ in _PACKAGES or one.vulnerabilities]
    return _run("vulnerabilities", _vulnerable(chosen), len(chosen)) if chosen else None


def _configuration(results: list[_Result]) -> ScanRun | None:
    chosen = [one for one in results if one.class_ == _CONFIG or one.misconfigurations]
    return _run("infrastructure", _misconfigured(chosen), len(chosen)) if chosen else None


def _secrets(results: list[_Result]) -> ScanRun | None:
    """Files without secrets are not listed, so nothing tells how many were looked at."""
    chosen = [one for one in results if one.class_ == _SECRET or one.secrets]
    return _run("secrets", _leaked(chosen), None) if chosen else None


def _vulnerable(results: list[_Result]) -> Iterator[ScanFinding]:
    for result in results:
        for one in result.vulnerabilities or []:
            fixed = f"fixed in {one.fixed_version}" if one.fixed_version else one.status or "no fix is known"
            yield finding(
                one.vulnerability_id,
                severity_of("trivy", one.severity),
                f"{fixed}: {one.title}" if one.title else fixed,
                level=one.severity,
                file=result.target,
                object=f"{one.pkg_name} {one.installed_version}".strip(),
                fix=bool(one.fixed_version),
            )
        yield from _taken_out(result, "vulnerability", "VulnerabilityID")


def _misconfigured(results: list[_Result]) -> Iterator[ScanFinding]:
    for result in results:
        _recount(result)
        for one in result.misconfigurations or []:
            if one.status == "PASS":
                continue
            yield finding(
                one.id,
                severity_of("trivy", one.severity),
                one.message or one.title,
                level=one.severity,
                file=result.target,
                line=one.cause_metadata.start_line if one.cause_metadata else None,
                suppressed="an exception" if one.status == "EXCEPTION" else None,
            )
        yield from _taken_out(result, "misconfiguration", "ID")


def _recount(result: _Result) -> None:
    found = sum(one.status == "FAIL" for one in result.misconfigurations or [])
    if result.misconf_summary is not None and result.misconf_summary.failures != found:
        told = f"{result.misconf_summary.failures} failures"
        raise refuse(f"{clip(result.target, 80)}: it says {told}, and lists {found}")


def _leaked(results: list[_Result]) -> Iterator[ScanFinding]:
    for result in results:
        for one in result.secrets or []:
            yield finding(
                one.rule_id,
                severity_of("trivy", one.severity),
                one.title,
                level=one.severity,
                file=result.target,
                line=one.start_line,
            )
        yield from _taken_out(result, "secret", "RuleID")


def _taken_out(result: _Result, type_: str, key: str) -> Iterator[ScanFinding]:
    for one in result.modified or []:
        if one.type == type_:
            severity = severity_of("trivy", str(one.finding.get("Severity", "")))
            why = one.statement or f"{one.status} by {one.source}".strip()
            title = str(one.finding.get("Title", ""))
            yield finding(str(one.finding.get(key, "")), severity, title, file=result.target, suppressed=why)
