"""npm's audit (`npm audit --json`, npm 7 and later)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Annotated

import msgspec

from readiness.evidence.scan import Scan, ScanFinding, Severity
from readiness.readers.base import Reader, Reading
from readiness.readers.scan._made import bounded, finding, is_object_with, refuse, run
from readiness.readers.scan._severity import severity_of
from readiness.readers.source import Source
from readiness.readers.strict_json import shape
from readiness.readers.texts import clip

_Count = Annotated[int, msgspec.Meta(ge=0)]
_VERSION = 2


class _Advisory(msgspec.Struct):
    source: int | str
    name: str
    title: str
    severity: str
    url: str = ""
    range: str = ""


class _Upgrade(msgspec.Struct):
    name: str
    version: str


class _Package(msgspec.Struct, rename="camel"):
    """`via` holds advisories, and names of packages through which this one is vulnerable."""

    name: str
    severity: str
    via: list[_Advisory | str]
    fix_available: bool | _Upgrade
    range: str = ""


class _Metadata(msgspec.Struct):
    vulnerabilities: dict[str, _Count]
    dependencies: dict[str, _Count]


class _Report(msgspec.Struct, rename="camel"):
    audit_report_version: int
    vulnerabilities: dict[str, _Package]
    metadata: _Metadata


class NpmAudit(Reader[Scan]):
    """A package that is vulnerable only through another one is told by that one's advisory, and not again."""

    def recognises(self, source: Source) -> bool:
        """By its keys, or those of the error that it writes where the registry does not answer."""
        return is_object_with(source, "auditReportVersion", "vulnerabilities") or _is_error(source)

    def read(self, source: Source) -> Reading[Scan]:
        """What was found; the counts by severity must be those of the packages."""
        if _is_error(source):
            message = f"it holds an error in the place of an audit: {clip(str(source.json['message']))}"
            raise refuse(message, "let npm reach a registry that audits, and run it again")
        report = shape(source.json, _Report, "report of npm audit")
        if report.audit_report_version != _VERSION:
            raise refuse(f"its auditReportVersion is {report.audit_report_version}; {_VERSION} is read")
        found = Counter(one.severity for one in report.vulnerabilities.values())
        counts = report.metadata.vulnerabilities
        for word in dict.fromkeys([*counts, *found]):
            if word != "total" and counts.get(word, 0) != found[word]:
                raise refuse(
                    f"it says {counts.get(word, 0)} packages of severity {word}, and lists {found[word]}"
                )
        total = report.metadata.dependencies.get("total")
        made = run("npm audit", _findings(report.vulnerabilities), scanned=total, unit="dependencies")
        return Reading(bounded([made]))


def _findings(packages: Mapping[str, _Package]) -> Iterator[ScanFinding]:
    for key, package in packages.items():
        own = [one for one in package.via if isinstance(one, _Advisory)]
        for one in own:
            yield _finding(
                package, one.url.rpartition("/")[2] or str(one.source), one.severity, one.title, one.url
            )
        if not own and not _reaches(key, packages):
            yield _finding(
                package, package.name, package.severity, "vulnerable, for no reason that is told", ""
            )


def _finding(package: _Package, rule: str, severity: str, title: str, url: str) -> ScanFinding:
    fix = package.fix_available
    advice = f", fixed by {fix.name} {fix.version}" if isinstance(fix, _Upgrade) else ""
    made: Severity = severity_of("npm-audit", severity)
    return finding(
        rule,
        made,
        f"{title}{advice}",
        level=severity,
        object=f"{package.name} {package.range}".strip(),
        fix=bool(fix),
        aliases=(url,) if url else (),
    )


def _reaches(key: str, packages: Mapping[str, _Package]) -> bool:
    """Whether some advisory stands behind a package, whatever the way to it."""
    seen, todo = {key}, [key]
    while todo:
        package = packages.get(todo.pop())
        for via in package.via if package else []:
            if isinstance(via, _Advisory):
                return True
            if via not in seen:
                seen.add(via)
                todo.append(via)
    return False


def _is_error(source: Source) -> bool:
    return is_object_with(source, "message", "error", "uri", "method")
