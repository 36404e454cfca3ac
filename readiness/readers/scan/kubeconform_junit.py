"""kubeconform's JUnit (`kubeconform -output junit`)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from readiness.evidence.scan import Scan
from readiness.readers.base import Reader, Reading
from readiness.readers.scan._kubeconform import Status, Validated, run_of
from readiness.readers.scan._made import bounded, refuse
from readiness.readers.source import Source
from readiness.readers.strict_xml import begins_like_xml
from readiness.readers.texts import clip

_ROOT = re.compile(rb"<testsuites\b[^>]*\bname=[\"']kubeconform[\"']")
_OUTCOMES: dict[str, Status] = {"failure": "invalid", "error": "error", "skipped": "skipped"}


class KubeconformJunit(Reader[Scan]):
    """Every resource is a test case of its kind and API version; its name begins with its namespace."""

    def recognises(self, source: Source) -> bool:
        """By the name of the root."""
        return begins_like_xml(source.head) and _ROOT.search(source.head) is not None

    def read(self, source: Source) -> Reading[Scan]:
        """What is invalid, what could not be validated, and what was skipped; Unproven where the counts disagree."""
        root = source.xml
        found = [
            _validated(suite, case)
            for suite in root
            if suite.tag == "testsuite"
            for case in suite
            if case.tag == "testcase"
        ]
        for key, count in (
            ("tests", len(found)),
            ("failures", sum(one.status == "invalid" for one in found)),
            ("errors", sum(one.status == "error" for one in found)),
            ("disabled", sum(one.status == "skipped" for one in found)),
        ):
            if root.get(key) != str(count):
                raise refuse(
                    f"its root says {key}={clip(root.get(key) or 'nothing', 20)}, and it lists {count}"
                )
        scanned = sum(one.status in ("valid", "invalid") for one in found)
        return Reading(bounded([run_of(found, scanned)]))


def _validated(suite: Element, case: Element) -> Validated:
    kind, at, version = (case.get("classname") or "").partition("@")
    if not at:
        raise refuse(f"the class {clip(case.get('classname') or '', 40)!r} is no kind with its version")
    outcomes = list(_outcomes(case))
    if len(outcomes) > 1:
        raise refuse(f"{clip(case.get('name') or '', 40)} has several outcomes")
    status, message = outcomes[0] if outcomes else ("valid", "")
    name = (case.get("name") or "").rpartition("/")[2]
    return Validated(suite.get("name") or "", version, kind, name, status, message)


def _outcomes(case: Element) -> Iterator[tuple[Status, str]]:
    for child in case:
        if child.tag in _OUTCOMES:
            yield _OUTCOMES[child.tag], child.get("message") or child.text or ""
