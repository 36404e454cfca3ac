"""Polaris' JSON (`polaris audit --format json`)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec

from readiness.evidence.scan import Scan, ScanFinding
from readiness.readers.base import Reader, Reading
from readiness.readers.scan._made import bounded, finding, instant, is_object_with, run
from readiness.readers.scan._severity import severity_of
from readiness.readers.source import Source
from readiness.readers.strict_json import shape


class _Message(msgspec.Struct, rename="pascal"):
    id: str = msgspec.field(name="ID")
    message: str
    success: bool
    severity: str


class _Container(msgspec.Struct, rename="pascal"):
    name: str
    results: dict[str, _Message] | None


class _Pod(msgspec.Struct, rename="pascal"):
    results: dict[str, _Message] | None
    container_results: list[_Container] | None


class _Object(msgspec.Struct, rename="pascal"):
    name: str
    kind: str
    namespace: str
    results: dict[str, _Message] | None
    pod_result: _Pod | None


class _Report(msgspec.Struct, rename="pascal"):
    polaris_output_version: str
    audit_time: str
    results: list[_Object] | None


class Polaris(Reader[Scan]):
    """Every object is listed, with what passed and what did not, of itself, its pod and its containers."""

    def recognises(self, source: Source) -> bool:
        """By its keys."""
        return is_object_with(source, "PolarisOutputVersion", "Results")

    def read(self, source: Source) -> Reading[Scan]:
        """What did not pass."""
        report = shape(source.json, _Report, "report of Polaris")
        objects = report.results or []
        listed = [found for one in objects for found in _of_object(one)]
        made = run("polaris", listed, scanned=len(objects), unit="objects")
        return Reading(bounded([made]), instant(report.audit_time, "AuditTime"))


def _of_object(one: _Object) -> Iterator[ScanFinding]:
    name = f"{one.kind}/{one.namespace}/{one.name}" if one.namespace else f"{one.kind}/{one.name}"
    pod = one.pod_result
    yield from _findings(name, one.results)
    if pod is not None:
        yield from _findings(name, pod.results)
        for container in pod.container_results or []:
            yield from _findings(f"{name}:{container.name}", container.results)


def _findings(name: str, results: Mapping[str, _Message] | None) -> Iterator[ScanFinding]:
    for one in (results or {}).values():
        if not one.success:
            yield finding(
                one.id, severity_of("polaris", one.severity), one.message, level=one.severity, object=name
            )
