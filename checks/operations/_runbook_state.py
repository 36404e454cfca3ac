"""Whether a runbook is one that somebody still stands by, and whether it is finished."""

from __future__ import annotations

import re
from collections.abc import Iterator

from readiness.check import Finding
from readiness.check.documents import Page, shorten
from readiness.evidence.document import Document
from readiness.evidence.documents.segments import Segment

_STATE = (
    r"(?:deprecated|obsolete|outdated|superseded|retired|archived|abandoned|draft|wip|work in progress|incomplete"
    r"|unfinished|not (?:yet )?(?:finished|ready|reviewed))"
)
# Between signs only: `DraftOrdersPileUp` and `Archived orders` are names.
_IN_TITLE = re.compile(
    rf"(?i)[(\[]\s*{_STATE}\b|^\W*{_STATE}\s*[:\])]|[:\u2013\u2014-]\s+{_STATE}\W*$"
    r"|\b(?:missing|no|without)\b[^.]{0,20}\brunbooks?\b|\brunbooks?\b[^.]{0,20}\bmissing\b"
)
_IN_TEXT = re.compile(
    rf"(?i)\W*(?:status\W+)?{_STATE}\s*(?:[:,.;!)\]\u2013\u2014-]|$)"
    rf"|(?:this|the) (?:runbook|page|document) (?:is|was) (?:now |still |a |an )*{_STATE}\b"
)
_STATUS = ("status", "state", "lifecycle")
# What is known only while it happens; a name of the service is known before.
_KNOWN_LATER = re.compile(
    r"(?i)<(?:[a-z]+[-_ ])?(?:pod|node|instance|host(?:name)?|id|ip|pid|container|replica|job|partition|offset"
    r"|timestamp|time|revision)(?:[-_ ](?:name|id|ip))?>"
)


def given_up(page: Page) -> Iterator[Finding]:
    """A title, or a sentence, that says that it is a draft, obsolete or missing."""
    title = next((one for one in page.segments if one.kind == "heading"), None)
    for segment in page.segments:
        is_title = segment is title and _IN_TITLE.search(segment.text)
        if is_title or (segment.kind == "text" and _is_status(segment)):
            said = f"it says of itself that nobody stands by it: {shorten(segment.text)}"
            yield page.bad(segment.line, said, segment.text, "a runbook that is finished and in force")
            return


def _is_status(segment: Segment) -> bool:
    text = segment.value if segment.label.casefold() in _STATUS else segment.text
    return bool(_IN_TEXT.match(text))


def unfinished(document: Document) -> Iterator[Finding]:
    """Every placeholder; `<pod>` and its like in a command are none: they are known when the alert fires."""
    code = {
        block.line + offset: line
        for block in document.blocks
        if block.kind == "code"
        for offset, line in enumerate(block.text.split("\n"))
    }
    for found in Page(document.path, document.path, 1, ()).unfinished(document):
        line = code.get(found.location.line, "") if found.location else ""
        if not _KNOWN_LATER.search(line) or "<" in _KNOWN_LATER.sub("", line):
            yield found
