"""What a rollback document says becomes of the data."""

from __future__ import annotations

import re

from readiness.evidence.documents.doubt import is_doubted, is_unsettled
from readiness.evidence.documents.segments import Segment
from readiness.evidence.documents.statements import Statement

from ._document_answer import Answer, lacking, spoken
from ._document_items import ITEMS, Item

_STORE = r"(?:schema|data(?:base)?|tables?|columns?|fields?|rows?|records?)"
_NOT_APPLICABLE = re.compile(
    r"(?i)^\W*(?:(?:not applicable|n/?a|none|nothing|does not apply)\b|no(?=\W*$|[.,:;]))"
)
_FILLER = re.compile(
    r"(?i)\b(?:(?:to|for|in) (?:this|the|our) (?:\w+ )?(?:release|service|change|version)|for now|here|yet"
    r"|at (?:the moment|present)|currently|at all|applicable|needed)\b"
)
_DENIES_A_WAY = re.compile(
    r"(?i)\b(?:no|never|not|nobody|without|cannot|impossible|lacks?)\b|n't\b|\b(?:switched|turned) off\b"
    r"|\bdisabled\b"
)
_DATA = re.compile(
    r"(?i)\breversible|\bdown[ -]?migrations?|\bdowngrad|\b(?:back|for)wards?[ -]compatib"
    r"|\bexpand\b.{0,20}\bcontract"
    r"|\brestor|\bbackups?\b|\bsnapshots?\b|\bpoint[ -]in[ -]time"
    r"|\bno (?:schema|data|database)? ?(?:changes?|migrations?)|\bmigrate\b|\balembic|\bflyway|\bliquibase"
    r"|\b(?:un|re)do\b|\brevert|\broll\w* ?back|\badditive\b"
    r"|\bold(?:er)? code (?:still )?(?:runs|works|reads|ignores|can\b|keeps|tolerates|accepts)"
    rf"|\b{_STORE}\b[^,]{{0,20}}\b(?:unchanged|untouched|not (?:changed|touched|altered|affected))"
    rf"|\b(?:does|do) not (?:change|touch|alter|affect|modify)\b[^,]{{0,20}}\b{_STORE}\b"
    rf"|\bno {_STORE}\b[^,]{{0,10}}\b(?:changed|touched|altered|affected)|\bstateless\b"
)
_ONE_WAY = re.compile(
    r"(?i)\birreversible|(?:\bnot|n't) (?:\w+ )?(?:reversible|revertible|backwards?[ -]compatible)|\bone[ -]way\b"
    r"|\b(?:cannot|can't|can not|impossible to|no way to) (?:be )?(?:\w+ )?(?:undo|undone|revert|roll"
    r"|reverse|restor)"
    r"|\bno (?:\w+ )?(?:down[ -]?migrations?|backups?|snapshots?|way back)|\bwithout (?:a |any )?(?:backups?|down)"
    r"|\brestor\w+ is (?:impossible|not possible)|(?<!nothing )(?<!no )\b(?:is|are|be|gets?) lost\b"
    r"|\bloses? (?:all|data)"
    r"|\b(?:backups?|snapshots?|(?:down )?migrations?)\b[^,]{0,15}\b(?:never|not exist|do(?:es)?n't exist"
    r"|switched off"
    r"|turned off|disabled|missing)"
)
_OTHER_WAY = re.compile(
    r"(?i)\brestor\w+ (?:\w+ ){0,4}(?:from|backup|snapshot)|\bpoint[ -]in[ -]time|(?<!no )\bsnapshots?\b"
    r"|\broll(?:ing)? forward|\bfix(?:ing)? forward|\bexpand\b.{0,20}\bcontract|(?<!not )\bbackwards?[ -]compatible"
    r"|(?<!no )(?<!without )\bbackups?\b|\breplay\w*\b|\bre-?import\w*\b"
)
_DESTROYS = re.compile(
    r"(?i)\bdrop(?:s|ped|ping)?\b(?: \W?\w+\W?){0,3}? (?:table|column|database|schema|field|collection"
    r"|keyspace|topic|rows?)"
    rf"|\b{_STORE}\b[^,]{{0,30}}\b(?:dropped|deleted|erased|purged|truncated|overwritten|removed)\b"
    rf"|\btruncat(?:es?|ed|ing)\b"
    rf"|\b(?:delet|eras|purg|wip|overwrit|remov)(?:es?|ed|ing)?\b(?: \W?\w+\W?){{0,3}}? {_STORE}\b|\bdestructive\b"
    r"|\b(?:deleted|erased|gone) for (?:good|ever)"
)
_DESTROYS_NOT = re.compile(
    r"(?i)\b(?:no|not|never|nothing|without|neither|nor)\b|n't\b|\b(?:next|later|following|future) release"
    r"|\bafterwards\b|\blater\b"
)
_KEPT = re.compile(
    r"(?i)\brestor\w+ (?:\w+ ){0,4}(?:from|backup|snapshot)|\bpoint[ -]in[ -]time|\bsnapshots?\b"
    r"|\bbackups?\b|\bbacked up"
    r"|\barchiv\w+|\bcop(?:y|ies|ied)\b|\bdumps?\b|\breplay\w*\b|\bre-?import\w*\b"
)
_NOT_NEEDED = re.compile(
    r"(?i)\b(?:no (?:\w+ ?){1,3}?|not |never )(?:is |are |be )?(?:needed|required|necessary)"
    r"|\bnothing (?:\w+ )?lost"
    r"|\b(?:no|without) (?:any )?(?:data )?loss"
)


def data(statement: Statement) -> Answer:
    """Whether data can go back, or `not applicable` and why."""
    said_all = [(part, _NOT_NEEDED.sub(" ", said)) for part, said in spoken(statement)]
    sure = [(part, said) for part, said in said_all if not is_doubted(said)]
    affirmed = " ".join(said for _, said in sure if not _DENIES_A_WAY.search(said))
    for part, said in said_all:
        if is_unsettled(said):
            return Answer(part.line, part.text, "leaves open what becomes of the data")
        if _ONE_WAY.search(said) and not _OTHER_WAY.search(affirmed):
            problem = "says that data cannot go back, and names no backup and no other way"
            return Answer(part.line, part.text, problem)
        if _DESTROYS.search(said) and not _DESTROYS_NOT.search(said) and not _KEPT.search(affirmed):
            problem = "tells of data that is destroyed, and of no backup or copy to bring it back"
            return Answer(part.line, part.text, problem)
    for part in statement.texts:
        if _NOT_APPLICABLE.match(part.text):
            reason = re.findall(r"[^\W\d_]{2,}", _FILLER.sub(" ", _NOT_APPLICABLE.sub("", part.text)))
            if len(reason) < 3:
                return Answer(part.line, part.text, "says that it does not apply, and not why")
            return Answer(part.line, part.text)
    found = next((part for part, said in sure if _DATA.search(said) and not _is_of_another(part)), None)
    if found:
        return Answer(found.line, found.text)
    return lacking(statement, "does not say whether data and migrations can go back")


def _is_of_another(part: Segment) -> bool:
    """Whether it is the label of another item that stands in the section: `Time to roll back: 9 minutes`."""
    named = ITEMS.named(part.label)
    return bool(named) and Item.DATA not in named
