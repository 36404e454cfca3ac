"""SpotBugs' XML (`spotbugsXml.xml` of its plugins for Maven and Gradle, `spotbugs -textui -xml`)."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from xml.etree.ElementTree import Element

from readiness.evidence.scan import Scan, ScanFinding
from readiness.readers.base import Reader, Reading
from readiness.readers.scan._made import bounded, finding, refuse, run
from readiness.readers.scan._severity import severity_of
from readiness.readers.source import Source
from readiness.readers.strict_xml import begins_like_xml
from readiness.readers.texts import clip

_ROOT = re.compile(rb"<BugCollection[\s/>]")
_COUNT = re.compile(r"[0-9]{1,12}", re.ASCII)
_MILLISECONDS = re.compile(r"1[0-9]{12}", re.ASCII)
"""Since 1970, of the years 2001 to 2033."""


class Spotbugs(Reader[Scan]):
    """Classes are counted, which its SARIF does not do. Priorities 1 to 3 are its words for how bad something is."""

    def recognises(self, source: Source) -> bool:
        """By the name of the root."""
        return begins_like_xml(source.head) and _ROOT.search(source.head) is not None

    def read(self, source: Source) -> Reading[Scan]:
        """What was found; the summary must count what is listed. Classes that it stumbled over are errors."""
        root = source.xml
        summary = root.find("FindBugsSummary")
        if root.tag != "BugCollection" or summary is None:
            raise refuse(
                "it has no <BugCollection> with a <FindBugsSummary>: SpotBugs did not come to its end"
            )
        found = root.findall("BugInstance")
        total = _count(summary, "total_bugs")
        if total != len(found):
            raise refuse(f"it says {total} bugs, and lists {len(found)}")
        made = run(
            "spotbugs",
            [_finding(one) for one in found],
            version=root.get("version"),
            scanned=_count(summary, "total_classes"),
            unit="classes",
            errors=_errors(root.find("Errors")),
        )
        return Reading(bounded([made]), _time(root))


def _count(element: Element, key: str) -> int:
    text = element.get(key, "")
    if not _COUNT.fullmatch(text):
        raise refuse(f"<{clip(element.tag, 40)}> has {key}={clip(text, 20)!r}, which is no count")
    return int(text)


def _errors(said: Element | None) -> list[str]:
    """What the analysis stumbled over; the number that it gives counts where it lists less."""
    if said is None:
        return []
    listed = [
        clip(one.findtext("ErrorMessage") or one.findtext("Exception") or "") for one in said.findall("Error")
    ]
    told = _count(said, "errors") if "errors" in said.attrib else 0
    return [*listed, *["one that is not listed"] * min(max(0, told - len(listed)), 1_000_000)]


def _finding(bug: Element) -> ScanFinding:
    kind, priority = bug.get("type"), bug.get("priority")
    if not kind or not priority:
        raise refuse("a <BugInstance> has no type or no priority")
    place = bug.find("SourceLine")
    place = place if place is not None else bug.find("Class/SourceLine")
    line = place.get("start", "") if place is not None else ""
    return finding(
        kind,
        severity_of("spotbugs", priority),
        bug.findtext("LongMessage") or bug.findtext("ShortMessage") or bug.get("category") or "",
        level=f"priority {priority}",
        file=place.get("sourcepath", "") if place is not None else "",
        line=int(line) if _COUNT.fullmatch(line) else None,
    )


def _time(root: Element) -> datetime | None:
    text = root.get("analysisTimestamp", "")
    return datetime.fromtimestamp(int(text) / 1000, UTC) if _MILLISECONDS.fullmatch(text) else None
