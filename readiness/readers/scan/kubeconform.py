"""kubeconform's JSON (`kubeconform -output json -summary`)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Annotated

import msgspec

from readiness.evidence.scan import Scan
from readiness.readers.base import Reader, Reading
from readiness.readers.scan._kubeconform import Status, Validated, run_of
from readiness.readers.scan._made import bounded, is_object_with, refuse
from readiness.readers.source import Source
from readiness.readers.strict_json import shape

_Count = Annotated[int, msgspec.Meta(ge=0)]
_VALID, _INVALID, _ERROR, _SKIPPED = "statusValid", "statusInvalid", "statusError", "statusSkipped"
_EMPTY = "statusEmpty"
_STATUS: Mapping[str, Status] = {
    _VALID: "valid",
    _INVALID: "invalid",
    _ERROR: "error",
    _SKIPPED: "skipped",
}


class _Resource(msgspec.Struct):
    filename: str
    kind: str
    name: str
    version: str
    status: str
    msg: str


class _Summary(msgspec.Struct):
    valid: _Count
    invalid: _Count
    errors: _Count
    skipped: _Count


class _Report(msgspec.Struct):
    resources: list[_Resource]
    summary: _Summary | None = None


class Kubeconform(Reader[Scan]):
    """With `-summary` resources are counted; with `-verbose` the valid ones are listed. Without both nothing tells.

    A resource whose schema could not be had was not validated: it is an error, or skipped, as the command says.
    """

    def recognises(self, source: Source) -> bool:
        """By its resources, and the status of the first one or a summary."""
        if not is_object_with(source, "resources"):
            return False
        data = source.json
        resources = data["resources"]
        if isinstance(resources, list) and resources:
            return isinstance(resources[0], dict) and {"filename", "kind", "status"} <= resources[0].keys()
        return resources == [] and (data.keys() == {"resources"} or "summary" in data)

    def read(self, source: Source) -> Reading[Scan]:
        """What is invalid, what could not be validated, and what was skipped."""
        report = shape(source.json, _Report, "report of kubeconform")
        by_status = Counter(one.status for one in report.resources)
        if unknown := by_status.keys() - {_VALID, _INVALID, _ERROR, _SKIPPED, _EMPTY}:
            raise refuse(f"nobody here knows the status {min(unknown)[:40]!r}")
        _recount(report, by_status)
        found = [
            Validated(one.filename, one.version, one.kind, one.name, _STATUS[one.status], one.msg)
            for one in report.resources
            if one.status != _EMPTY
        ]
        told = report.summary.skipped if report.summary else 0
        unlisted = max(0, told - by_status[_SKIPPED])
        return Reading(bounded([run_of(found, _scanned(report, by_status), unlisted)]))


def _recount(report: _Report, by_status: Counter[str]) -> None:
    if (summary := report.summary) is None:
        return
    for word, told, found in (
        ("invalid", summary.invalid, by_status[_INVALID]),
        ("errors", summary.errors, by_status[_ERROR]),
    ):
        if told != found:
            raise refuse(f"its summary says {told} {word}, and it lists {found}")
    for word, told, found in (
        ("valid", summary.valid, by_status[_VALID]),
        ("skipped", summary.skipped, by_status[_SKIPPED]),
    ):
        if found and told != found:  # without -verbose it lists none of them
            raise refuse(f"its summary says {told} {word}, and it lists {found}")


def _scanned(report: _Report, by_status: Counter[str]) -> int | None:
    if report.summary is not None:
        return report.summary.valid + report.summary.invalid
    return by_status[_VALID] + by_status[_INVALID] if by_status[_VALID] else None
