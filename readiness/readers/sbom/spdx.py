"""SPDX JSON, versions 2.2 and 2.3 (https://spdx.github.io/spdx-spec/v2.3/), also as GitHub exports it under `sbom`."""

from __future__ import annotations

from typing import Any

import msgspec

from readiness.evidence.sbom import Component, Sbom, Subject
from readiness.readers.base import Reader, Reading
from readiness.readers.sbom._made import bounded, component, instant, refuse
from readiness.readers.source import Source
from readiness.readers.strict_json import shape
from readiness.readers.texts import clip

_VERSIONS = ("SPDX-2.2", "SPDX-2.3")
_NOTHING = frozenset(("NOASSERTION", "NONE", ""))
_DOCUMENT = "SPDXRef-DOCUMENT"


class _Base(msgspec.Struct, rename="camel"):
    """Keys as SPDX writes them."""


class _Reference(_Base):
    reference_locator: str = ""


class _Checksum(_Base):
    checksum_value: str = ""


class _Package(_Base):
    name: str
    id: str = msgspec.field(name="SPDXID")
    version_info: str = ""
    license_concluded: str = ""
    license_declared: str = ""
    primary_package_purpose: str = ""
    external_refs: list[_Reference] = []
    checksums: list[_Checksum] = []


class _Creation(_Base):
    created: str


class _Relationship(_Base):
    spdx_element_id: str = ""
    related_spdx_element: str = ""
    relationship_type: str = ""


class _Extracted(_Base):
    license_id: str = ""
    name: str = ""


class _Document(_Base):
    spdx_version: str
    creation_info: _Creation
    packages: list[_Package] = []
    document_describes: list[str] = []
    relationships: list[_Relationship] = []
    has_extracted_licensing_infos: list[_Extracted] = []


class Spdx(Reader[Sbom]):
    """The licence that was concluded counts, else the declared one. SPDX 3 is another format, and refused."""

    def recognises(self, source: Source) -> bool:
        """By `spdxVersion`, or the context of SPDX 3."""
        if not source.head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{") or b"spdx" not in source.content:
            return False
        data = _unwrapped(source.json)
        return isinstance(data, dict) and ("spdxVersion" in data or _is_third(data))

    def read(self, source: Source) -> Reading[Sbom]:
        """The packages, and what the document describes."""
        data = _unwrapped(source.json)
        if _is_third(data):
            remedy = "write CycloneDX 1.4 to 1.6, or SPDX 2.2 or 2.3, as JSON"
            raise refuse("it is of SPDX 3, which is not read", remedy)
        told = shape(data, _Document, "document of SPDX")
        if told.spdx_version not in _VERSIONS:
            raise refuse(
                f"its spdxVersion is {clip(told.spdx_version, 20)!r}; {' and '.join(_VERSIONS)} are read"
            )
        when = instant(told.creation_info.created, "creationInfo.created")
        described = _described(told)
        files = [one for one in told.packages if one.primary_package_purpose == "FILE"]
        parts = [one for one in told.packages if one.id not in described and one not in files]
        roots = [one for one in told.packages if one.id in described]
        made = Sbom(
            form=told.spdx_version,
            path=source.name,
            subject=_subject(roots[0]) if len(roots) == 1 else None,
            created_at=when,
            components=tuple(_part(one) for one in (parts if len(roots) == 1 else [*roots, *parts])),
            left_out=len(files),
            named={
                clip(one.license_id, 100): clip(one.name)
                for one in told.has_extracted_licensing_infos
                if one.license_id and one.name not in _NOTHING
            },
        )
        return Reading(bounded(made), when, version=made.subject.version or None if made.subject else None)


def _unwrapped(data: Any) -> Any:
    """GitHub's dependency graph puts the document below a key of its own."""
    if isinstance(data, dict) and set(data) == {"sbom"}:
        return data["sbom"]
    return data


def _is_third(data: Any) -> bool:
    return isinstance(data, dict) and "spdx.org/rdf/3" in str(data.get("@context", ""))[:500]


def _described(told: _Document) -> set[str]:
    """The packages that the document is about."""
    found = set(told.document_describes)
    for one in told.relationships:
        if one.relationship_type == "DESCRIBES" and one.spdx_element_id == _DOCUMENT:
            found.add(one.related_spdx_element)
        if one.relationship_type == "DESCRIBED_BY" and one.related_spdx_element == _DOCUMENT:
            found.add(one.spdx_element_id)
    return found


def _part(told: _Package) -> Component:
    licence = next(
        (one for one in (told.license_concluded, told.license_declared) if one not in _NOTHING), ""
    )
    return component(told.name, _version(told), [licence])


def _subject(told: _Package) -> Subject:
    locators = (one.reference_locator for one in told.external_refs[:20])
    sums = (one.checksum_value for one in told.checksums[:20])
    identities = tuple(clip(one, 500) for one in (_version(told), *locators, *sums) if one)
    return Subject(name=clip(told.name), version=clip(_version(told)), identities=identities)


def _version(told: _Package) -> str:
    return "" if told.version_info in _NOTHING else told.version_info
