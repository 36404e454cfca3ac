"""When the rollback was last rehearsed, and how that went."""

from __future__ import annotations

import re
from collections.abc import Iterable

from readiness.evidence.documents.held import Event, Held, held, says_it_failed
from readiness.evidence.documents.segments import Segment
from readiness.evidence.documents.statements import Statement

from ._document_items import ITEMS, Item

_REHEARSAL = Event(lambda label: bool(ITEMS.named(label) & {Item.REHEARSAL, Item.OUTCOME}))
_SPOKEN = re.compile(
    r"(?i)\b(?:rehearsal|drill|game day)\b[^.;!]{0,60}\b(?:failed|unsuccessful|aborted|cancell?ed|postponed|skipped"
    r"|did not (?:work|succeed|complete))\b"
)
_CONDITION = re.compile(r"(?i)\b(?:if|when|whenever|unless|should|until|after)\b")


def rehearsed(statement: Statement) -> Held:
    """The rehearsal of one statement; in prose the oldest day counts, in a log its newest entry."""
    return held(statement, _REHEARSAL)


def failed(outcomes: Iterable[Statement], texts: Iterable[Segment]) -> Segment | None:
    """The first place outside of the day's own statement that says that a rehearsal failed."""
    for statement in outcomes:
        if bad := says_it_failed(statement.texts):
            return bad
    for part in texts:
        for found in _SPOKEN.finditer(part.text):
            before = part.text[: found.start()].rpartition(".")[2]
            if not _CONDITION.search(before + found[0]):
                return part
    return None
