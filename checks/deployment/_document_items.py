"""What a rollback document has to say, the words for it, and where a document says it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import NamedTuple

from ._document_text import Segment, normal


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


class Statement(NamedTuple):
    """A heading with all that stands below it, or a label with its value; `name` is what introduces it."""

    line: int
    name: str
    body: tuple[Segment, ...]

    @property
    def texts(self) -> list[Segment]:
        """What is said in words: no code, no headings, no questions."""
        said = [part for part in self.body if part.kind in ("text", "row")]
        return [part for part in said if part.text.strip() and not part.text.rstrip().endswith("?")]

    @property
    def code(self) -> list[Segment]:
        """The code blocks."""
        return [part for part in self.body if part.kind == "code" and part.text.strip()]


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
_COMPILED_LABELS = {item: re.compile(pattern) for item, pattern in _LABELS.items()}
_COMPILED_HEADINGS = {item: re.compile(pattern) for item, pattern in _HEADINGS.items()}


def labelled(label: str) -> frozenset[Item]:
    """The items that a label names; most labels name none."""
    plain = normal(label)
    return frozenset(item for item, pattern in _COMPILED_LABELS.items() if plain and pattern.fullmatch(plain))


def is_label(label: str) -> bool:
    """Whether a label names any item."""
    return bool(labelled(label))


def statements(segments: Sequence[Segment], item: Item) -> list[Statement]:
    """Every place that speaks about an item, in the order of the document."""
    return list(_find(segments, _COMPILED_HEADINGS[item], _COMPILED_LABELS[item]))


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
    return list(_find(segments, re.compile(rf"\b{words}\b"), re.compile(words)))


def _find(
    segments: Sequence[Segment], heading: re.Pattern[str], label: re.Pattern[str]
) -> Iterator[Statement]:
    title = _title(segments)
    for index, segment in enumerate(segments):
        if segment.kind == "heading":
            if index != title and heading.search(normal(segment.text)):
                yield _section(segments, index)
        elif segment.kind != "code" and segment.label and label.fullmatch(normal(segment.label)):
            yield _labelled(segments, index)


def _title(segments: Sequence[Segment]) -> int | None:
    """The first heading when it stands above all others: it names the document, not a part of it."""
    headings = [(index, part.level) for index, part in enumerate(segments) if part.kind == "heading"]
    if not headings or any(level <= headings[0][1] for _, level in headings[1:]):
        return None
    return headings[0][0]


def _section(segments: Sequence[Segment], index: int) -> Statement:
    """A heading's own `: value`, and what follows up to the next heading that is not below it."""
    heading = segments[index]
    tail = (heading._replace(kind="text", text=heading.value),) if heading.value else ()
    end = index + 1
    while end < len(segments) and not (
        segments[end].kind == "heading" and segments[end].level <= heading.level
    ):
        end += 1
    return Statement(heading.line, heading.text, (*tail, *segments[index + 1 : end]))


def _labelled(segments: Sequence[Segment], index: int) -> Statement:
    """The value behind a label, or, when there is none, the list, table or code that hangs below it."""
    segment = segments[index]
    if segment.value:
        return Statement(segment.line, segment.label, (segment._replace(text=segment.value),))
    end = index + 1
    while end < len(segments) and _hangs_below(segments[end], segment):
        end += 1
    return Statement(segment.line, segment.label, tuple(segments[index + 1 : end]))


def _hangs_below(other: Segment, label: Segment) -> bool:
    if is_label(other.label) or label.kind == "row":
        return False
    if other.kind == "text":
        return other.is_item and other.depth > label.depth
    return other.kind != "heading" and other.depth >= label.depth
