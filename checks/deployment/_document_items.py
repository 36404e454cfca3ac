"""What a rollback document has to say, the words for it, and where a document says it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from enum import StrEnum

from readiness.evidence.documents.segments import Segment, normal
from readiness.evidence.documents.statements import Statement, Words, statements
from readiness.evidence.documents.vocabulary import Vocabulary


class Item(StrEnum):
    """One thing that the document states, as findings call it."""

    TRIGGERS = "triggers"
    OWNER = "decision owner"
    TARGET = "target version"
    VERIFICATION = "verification"
    DATA = "data and migrations"
    TIME = "time to roll back"
    REHEARSAL = "last rehearsal"
    OUTCOME = "outcome of the rehearsal"


EXPECTED: Mapping[Item, str] = {
    Item.TRIGGERS: "a number with a unit and a comparison or window, as in `error rate > 2 % for 5 min`",
    Item.OWNER: "who decides, by name or role",
    Item.TARGET: "the version to go back to, which is not this release",
    Item.VERIFICATION: "a command or metric, and the value that it must show afterwards",
    Item.DATA: "whether data and migrations can go back, or `not applicable` and why",
    Item.TIME: "a duration with its unit, as in `10 minutes`",
    Item.REHEARSAL: "the ISO date of the last rehearsal that went well, as in `2026-05-31`",
}
# By normalised text: the whole of a label, a row's first cell or a key of the front matter.
_LABELS = {
    Item.TRIGGERS: r"(rollback )?(triggers?|thresholds?)|(rollback|abort|stop|trigger) (criteria|conditions?)"
    r"|(rollback|abort|stop|trigger) thresholds?|triggers? (for|of) (the |a )?rollback"
    r"|(we )?(must |will )?rollback (if|when)"
    r"|when (to|do we|we) rollback",
    Item.OWNER: r"((decision|rollback|release|change) )?(owner|lead|authority)|decision (maker|owner name)|decider"
    r"|who decides|(rollback |decision )?(is )?(decided|taken|made) by|approver|incident commander|accountable"
    r"|rollback decision owner|owner name|owner of the (decision|rollback)|decision",
    Item.TARGET: r"(the )?(rollback )?target( (version|release|revision|tag|image))?|rollback (version|to)"
    r"|((previous|last|known|stable|good|last known) )+(version|release|revision)"
    r"|version to (rollback to|restore|return to)|(revert|return|go back) to",
    Item.VERIFICATION: r"(post rollback |rollback )?(verification|verify|validation|validate)|verify( \w+){1,4}"
    r"|(health|smoke) (checks?|tests?)( after( the)? rollback)?|(checks|tests) after( the)? rollback"
    r"|post rollback (checks?|tests?)|how (do )?we (know|verify)|how to verify|success criteria",
    Item.DATA: r"(data|database|schema)( and)?( (data|database|schema))?( (migrations?|changes?|impact|safety))?"
    r"|(data|database|schema)? ?(and )?(down )?migrations?( and data)?|(migrations? |data )?reversib(le|ility)",
    Item.TIME: r"((expected|estimated|maximum|max|measured|total) )?(rollback )?(time|duration) (to"
    r"|for) \w+( \w+){0,3}"
    r"|(expected |estimated |maximum |max |measured |total )?(rollback (time|duration)|duration)"
    r"|(expected|estimated|maximum|max|measured) time|time (needed|limit|budget)|rto"
    r"|recovery time( objective)?|how long( \w+){0,5}",
    Item.REHEARSAL: r"((last|latest|most recent) )?(full )?(rollback )?(rehears(al|als|ed)|drills?|game ?days?)"
    r"( (on|at|date))?"
    r"|(last|latest|most recent) (rollback )?(tests?|tested|exercised?|practi[cs]ed?|dry run)( (on|at|date))?"
    r"|(rollback )?(rehearsed|tested|practised|practiced|exercised)( (on|at))?|rollback (test|exercise)( date)?"
    r"|(date of )(the )?(last )?(rollback )?(rehearsal|drill|test)",
    Item.OUTCOME: r"((last|latest) )?((rollback|rehearsal|drill|test) )*(outcome|result)s?"
    r"|(outcome|result) of (the )?(last )?(rehearsal|drill|test)",
}
# By normalised text: somewhere in a heading.
_HEADINGS = {
    Item.TRIGGERS: r"\btriggers?\b|\bwhen (do we |should we |must we |to |we )?rollback\b|\brollback (if|when)\b"
    r"|\b(abort|stop|rollback|decision) (criteria|conditions?)\b|\bthresholds?\b",
    Item.OWNER: r"(?<!document )\bowner(s|ship)?\b|\bwho (decides|makes|takes)\b|\bdecision maker\b|\bdecider\b"
    r"|\bincident commander\b|\bdecision(?! (criteria|conditions?|thresholds?))\b",
    Item.TARGET: r"^(the )?(rollback )?target( (version|release|revision|state))?$|\btarget version\b"
    r"|^((previous|last|known|stable|good) )+(version|release|revision)$|^version to (restore|rollback to"
    r"|return to)$"
    r"|^(rollback|revert|return|go back) to( version| release)?( v?\d.*)?$",
    Item.VERIFICATION: r"\bverif|\bvalidat|\b(smoke|health) (tests?|checks?)\b|\b(checks?|tests?) after\b"
    r"|\bpost rollback checks?\b|\bsuccess criteria\b|\bhow (do )?we know\b",
    Item.DATA: r"\b(data|databases?|migrations?|schemas?)\b",
    Item.TIME: r"\btime (to|budget|needed|limit)\b|\brollback (time|duration)\b|\bduration\b|\bhow long\b|\brto\b"
    r"|\brecovery time\b|\b(expected|estimated|maximum|max) time\b",
    Item.REHEARSAL: r"^(?!.*\b(next|planned|upcoming|future)\b).*(\brehears|\bdrills?\b|\bgame ?days?\b"
    r"|\b(last|latest) (rollback )?(test|exercis|practi|dry run)|\brollback (test|exercise)s?\b)",
    Item.OUTCOME: r"\b(outcome|result)s? of (the )?(last )?(rehearsal|drill)\b",
}
_ROLL_BACK_IF = re.compile(r"(we )?(must |will )?rollback (if|when|once|as soon as)\b")
ITEMS = Vocabulary(_HEADINGS, _LABELS)
"""Where a rollback document speaks of each item."""


def implied_triggers(segments: Sequence[Segment]) -> list[Statement]:
    """The texts that begin with `Roll back if` and the like, without a colon that would make it a label."""
    return [
        Statement(part.line, part.text, (part,))
        for part in segments
        if part.kind == "text" and _ROLL_BACK_IF.match(normal(part.text))
    ]


def sections(segments: Sequence[Segment], name: str) -> list[Statement]:
    """The sections whose heading holds the words of `name`, and the labels that are `name`."""
    words = re.escape(normal(name))
    return list(statements(segments, Words(re.compile(rf"\b{words}\b"), re.compile(words), ITEMS.is_label)))
