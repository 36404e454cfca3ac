"""kube-score's JSON (`kube-score score -o json`)."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from readiness.evidence.scan import Scan, ScanFinding
from readiness.readers.base import Reader, Reading
from readiness.readers.scan._made import bounded, entries, finding, is_list_of, run
from readiness.readers.scan._severity import severity_of
from readiness.readers.source import Source
from readiness.readers.strict_json import shape

_OK = 10
_LEVELS = {1: "critical", 5: "warning", 7: "almost ok"}
"""The grades of kube-score (`scorecard/scorecard.go`); 10 is good."""


class _Comment(msgspec.Struct):
    summary: str
    path: str = ""


class _About(msgspec.Struct):
    id: str
    name: str = ""


class _Check(msgspec.Struct):
    check: _About
    grade: int
    skipped: bool
    comments: list[_Comment] | None = None


class _Type(msgspec.Struct):
    kind: str


class _Meta(msgspec.Struct):
    name: str = ""
    namespace: str = ""


class _Object(msgspec.Struct):
    object_name: str
    type_meta: _Type
    object_meta: _Meta
    checks: list[_Check]
    file_name: str = ""
    file_row: int = 0


class KubeScore(Reader[Scan]):
    """Every object is listed with every check. A skipped check is none: it does not apply, or is switched off."""

    def recognises(self, source: Source) -> bool:
        """By the keys of its first entry."""
        return is_list_of(source, "object_name", "type_meta", "checks")

    def read(self, source: Source) -> Reading[Scan]:
        """A finding for each comment of a check that is not good."""
        objects = shape(entries(source, "report of kube-score"), list[_Object], "report of kube-score")
        listed = [found for one in objects for check in one.checks for found in _findings(one, check)]
        return Reading(bounded([run("kube-score", listed, scanned=len(objects), unit="objects")]))


def _findings(one: _Object, check: _Check) -> Iterator[ScanFinding]:
    if check.skipped or check.grade == _OK:
        return
    namespace = f"{one.object_meta.namespace}/" if one.object_meta.namespace else ""
    for comment in check.comments or [_Comment(check.check.name)]:
        where = f":{comment.path}" if comment.path else ""
        yield finding(
            check.check.id,
            severity_of("kube-score", str(check.grade)),
            comment.summary,
            level=_LEVELS.get(check.grade, f"grade {check.grade}"),
            file=one.file_name,
            line=one.file_row,
            object=f"{one.type_meta.kind}/{namespace}{one.object_meta.name}{where}",
        )
