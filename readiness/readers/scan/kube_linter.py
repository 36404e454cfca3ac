"""kube-linter's JSON (`kube-linter lint --format json`)."""

from __future__ import annotations

from typing import Any

import msgspec

from readiness.evidence.scan import Scan, ScanFinding
from readiness.readers.base import Reader, Reading
from readiness.readers.scan._made import bounded, finding, instant, is_object_with, refuse, run
from readiness.readers.scan._severity import FIXED
from readiness.readers.source import Source
from readiness.readers.strict_json import shape

_STATUSES = {True: "Failed", False: "Passed"}


class _Diagnostic(msgspec.Struct, rename="pascal"):
    message: str


class _Metadata(msgspec.Struct, rename="pascal"):
    file_path: str = ""


class _Kind(msgspec.Struct, rename="pascal"):
    kind: str = ""


class _Named(msgspec.Struct, rename="pascal"):
    name: str = ""
    namespace: str = ""
    group_version_kind: _Kind | None = None


class _Object(msgspec.Struct, rename="pascal"):
    metadata: _Metadata
    k8s_object: _Named | None = msgspec.field(name="K8sObject", default=None)


class _Report(msgspec.Struct, rename="pascal"):
    diagnostic: _Diagnostic
    check: str
    object: _Object


class _Summary(msgspec.Struct, rename="pascal"):
    checks_status: str
    check_end_time: str
    kube_linter_version: str = ""


class _Whole(msgspec.Struct, rename="pascal"):
    checks: list[dict[str, Any]]
    reports: list[_Report] | None
    summary: _Summary


class KubeLinter(Reader[Scan]):
    """The checks that ran are listed, and what they found; nothing tells how many objects were looked at."""

    def recognises(self, source: Source) -> bool:
        """By its keys."""
        return is_object_with(source, "Checks", "Reports", "Summary")

    def read(self, source: Source) -> Reading[Scan]:
        """What was found; its own status must agree with it."""
        whole = shape(source.json, _Whole, "report of kube-linter")
        reports, summary = whole.reports or [], whole.summary
        if summary.checks_status != _STATUSES[bool(reports)]:
            raise refuse(
                f"its status is {summary.checks_status[:40]!r}, and it lists {len(reports)} findings"
            )
        made = run(
            "kube-linter",
            [_finding(one) for one in reports],
            version=summary.kube_linter_version,
            rules=f"{len(whole.checks)} checks",
            scanned=None if whole.checks else 0,
            unit="objects",
        )
        return Reading(bounded([made]), instant(summary.check_end_time, "CheckEndTime"))


def _finding(one: _Report) -> ScanFinding:
    named = one.object.k8s_object
    kind = named.group_version_kind.kind if named and named.group_version_kind else ""
    namespace = f"{named.namespace}/" if named and named.namespace else ""
    return finding(
        one.check,
        FIXED["kube-linter"],
        one.diagnostic.message,
        file=one.object.metadata.file_path,
        object=f"{kind}/{namespace}{named.name}" if named and kind else "",
    )
