"""osv-scanner's JSON (`osv-scanner scan --format json`)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from readiness.evidence.scan import Scan, ScanFinding, Severity
from readiness.readers.base import Reader, Reading
from readiness.readers.scan._made import bounded, finding, is_object_with, refuse, run
from readiness.readers.scan._severity import severity_of, severity_of_score
from readiness.readers.source import Source
from readiness.readers.strict_json import shape


class _Package(msgspec.Struct):
    name: str
    version: str = ""
    ecosystem: str = ""


class _Vulnerability(msgspec.Struct):
    id: str
    summary: str = ""
    aliases: list[str] = []
    affected: list[dict[str, Any]] = []
    database_specific: dict[str, Any] | None = None


class _Group(msgspec.Struct):
    """Vulnerabilities that are one. `max_severity` is a CVSS score as text, or empty."""

    ids: list[str]
    aliases: list[str] | None = None
    max_severity: str = ""


class _Found(msgspec.Struct):
    package: _Package
    vulnerabilities: list[_Vulnerability] | None = None
    groups: list[_Group] | None = None


class _Origin(msgspec.Struct):
    path: str
    type: str = ""


class _Result(msgspec.Struct):
    source: _Origin
    packages: list[_Found]


class _Report(msgspec.Struct):
    results: list[_Result] | None


class OsvScanner(Reader[Scan]):
    """Packages without vulnerabilities are listed with `--all-packages` only: else nothing tells what was scanned."""

    def recognises(self, source: Source) -> bool:
        """By its list of results, each with a source and packages; an empty one has its configuration beside it."""
        if not is_object_with(source, "results"):
            return False
        data = source.json
        results = data["results"]
        if not results:
            return "experimental_config" in data and results in ([], None)
        first = results[0] if isinstance(results, list) else None
        return isinstance(first, dict) and {"source", "packages"} <= first.keys()

    def read(self, source: Source) -> Reading[Scan]:
        """What was found, a group of ids as one."""
        report = shape(source.json, _Report, "report of osv-scanner")
        packages = [(result.source, one) for result in report.results or [] for one in result.packages]
        listed = [found for origin, one in packages for found in _findings(origin, one)]
        tells_all = any(not one.vulnerabilities for _, one in packages)
        scanned = len(packages) if tells_all else None
        return Reading(bounded([run("osv-scanner", listed, scanned=scanned, unit="packages")]))


def _findings(origin: _Origin, one: _Found) -> Iterator[ScanFinding]:
    known = {found.id: found for found in one.vulnerabilities or []}
    groups = one.groups or [_Group([id_]) for id_ in known]
    grouped = {id_ for group in groups for id_ in group.ids}
    if set(known) != grouped or not all(group.ids for group in groups):
        raise refuse(f"{one.package.name}: its groups are not those of its vulnerabilities")
    for group in groups:
        members = [known[id_] for id_ in group.ids]
        aliases = [*group.ids[1:], *(group.aliases or []), *(a for member in members for a in member.aliases)]
        yield finding(
            group.ids[0],
            _severity(group, members),
            members[0].summary or "a known vulnerability",
            level=group.max_severity,
            file=origin.path,
            object=f"{one.package.name} {one.package.version}".strip(),
            fix=True if any(_is_fixed(member.affected, one.package) for member in members) else None,
            aliases=tuple(dict.fromkeys(aliases)),
        )


def _severity(group: _Group, members: list[_Vulnerability]) -> Severity:
    """The worst of the score of the group and the words of its members."""
    told = [
        severity_of("osv-scanner", str((one.database_specific or {})["severity"]))
        for one in members
        if "severity" in (one.database_specific or {})
    ]
    if group.max_severity:
        try:
            told.append(severity_of_score(float(group.max_severity)))
        except ValueError:
            told.append(Severity.UNKNOWN)
    return min(told, key=lambda one: one.rank, default=Severity.UNKNOWN)


def _is_fixed(affected: list[dict[str, Any]], package: _Package) -> bool:
    return any(
        isinstance(event, Mapping) and "fixed" in event
        for one in affected
        if _name(one) == package.name
        for span in _listed(one.get("ranges"))
        if isinstance(span, Mapping)
        for event in _listed(span.get("events"))
    )


def _name(affected: Mapping[str, Any]) -> object:
    package = affected.get("package")
    return package.get("name") if isinstance(package, Mapping) else None


def _listed(value: object) -> list[Any]:
    return value if isinstance(value, list) else []
