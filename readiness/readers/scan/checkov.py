"""Checkov's JSON (`checkov -o json`), of one framework or of several."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec

from readiness.evidence.scan import Purpose, Scan, ScanFinding, ScanRun, Severity
from readiness.readers.base import Reader, Reading
from readiness.readers.scan._made import bounded, finding, is_list_of, is_object_with, refuse, run
from readiness.readers.scan._severity import severity_of
from readiness.readers.source import Source
from readiness.readers.strict_json import shape

_Count = Annotated[int, msgspec.Meta(ge=0)]
_OTHERS: dict[str, Purpose] = {
    "secrets": "secrets",
    "sca_package": "vulnerabilities",
    "sca_image": "vulnerabilities",
}
"""What frameworks look for that are not about infrastructure."""


class _Result(msgspec.Struct):
    result: str
    suppress_comment: str | None = None


class _Check(msgspec.Struct):
    check_id: str
    check_name: str
    check_result: _Result
    file_path: str
    file_line_range: list[int]
    resource: str
    severity: str | None = None


class _Results(msgspec.Struct):
    failed_checks: list[_Check]
    skipped_checks: list[_Check] = []
    parsing_errors: list[str] = []


class _Summary(msgspec.Struct):
    passed: _Count
    failed: _Count
    skipped: _Count
    parsing_errors: _Count
    resource_count: _Count
    checkov_version: str


class _Framework(msgspec.Struct):
    check_type: str
    results: _Results
    summary: _Summary


class Checkov(Reader[Scan]):
    """A run for each framework. Without an account it tells no severity: then it is unknown."""

    def recognises(self, source: Source) -> bool:
        """By its keys, or those of its first entry; with nothing to look at it writes the summary alone."""
        keys = ("check_type", "results", "summary")
        return (
            is_object_with(source, *keys)
            or is_object_with(source, "checkov_version", "resource_count")
            or is_list_of(source, *keys)
        )

    def read(self, source: Source) -> Reading[Scan]:
        """What failed, what was skipped by a comment, and what could not be parsed."""
        data = source.json
        if isinstance(data, dict) and "checkov_version" in data:
            summary = shape(data, _Summary, "report of Checkov")
            if summary.failed or summary.passed or summary.resource_count:
                raise refuse("it is a summary without its results")
            return Reading(
                bounded([run("checkov", [], version=summary.checkov_version, scanned=0, unit="resources")])
            )
        listed = data if isinstance(data, list) else [data]
        if not listed:
            raise refuse("it is no report of Checkov: it is an empty list")
        frameworks = shape(listed, list[_Framework], "report of Checkov")
        return Reading(bounded([_run(one) for one in frameworks]))


def _run(one: _Framework) -> ScanRun:
    results, summary = one.results, one.summary
    if summary.failed != len(results.failed_checks):
        told = f"{summary.failed} failed checks"
        raise refuse(f"{one.check_type}: its summary says {told}, and it lists {len(results.failed_checks)}")
    errors = [f"{path} could not be parsed" for path in results.parsing_errors]
    errors += ["a file could not be parsed"] * (min(summary.parsing_errors, 100_000) - len(errors))
    findings = [_finding(check, None) for check in results.failed_checks]
    findings += [
        _finding(check, check.check_result.suppress_comment or "skipped") for check in results.skipped_checks
    ]
    return run(
        "checkov",
        findings,
        version=summary.checkov_version,
        rules=one.check_type,
        purposes=(_OTHERS.get(one.check_type, "infrastructure"),),
        scanned=summary.resource_count,
        unit="resources",
        errors=errors,
        suppressed={Severity.UNKNOWN: max(0, summary.skipped - len(results.skipped_checks))},
    )


def _finding(one: _Check, suppressed: str | None) -> ScanFinding:
    made: dict[str, Any] = {"object": _object(one.resource), "suppressed": suppressed}
    return finding(
        one.check_id,
        severity_of("checkov", one.severity),
        one.check_name,
        level=one.severity or "",
        file=one.file_path.removeprefix("/"),
        line=one.file_line_range[0] if one.file_line_range else None,
        **made,
    )


def _object(resource: str) -> str:
    """`Deployment.prod.shop` is `Deployment/prod/shop`; a namespace that is not written is `default` there."""
    parts = resource.split(".", 2)
    return "/".join(parts) if len(parts) == 3 and parts[0][:1].isupper() else resource
