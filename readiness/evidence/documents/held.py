"""When something was last done, a drill or a test, and how that went."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from readiness.evidence.documents.doubt import is_doubted, sentences
from readiness.evidence.documents.segments import Segment
from readiness.evidence.documents.statements import Statement
from readiness.units import parse_instant


class Held(NamedTuple):
    """What one statement says of a drill or a test: its day, or the `problem`; `impossible` when that is no day."""

    line: int
    observed: str
    at: datetime | None = None
    problem: str = ""
    impossible: bool = False


_DAY = re.compile(
    r"(?<![\d-])\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?(?:Z|[+-]\d{2}:\d{2})?)?(?![\d-])",
    re.ASCII,
)
_ANOTHER_DAY = re.compile(
    r"(?i)\b(?:next|plan\w*|due|schedul\w*|upcoming|until|valid|expir\w*|will|before|review\w*|updat\w*"
    r"|edit\w*|written"
    r"|creat\w*|approv\w*|chang\w*|publish\w*|sign\w*)\b[^.;|]{0,60}$"
)
_PROMISED = re.compile(
    r"(?i)\b(?:planned|scheduled|intended|postponed|tbc|tbd|to be|will be|missed|called off|moved to"
    r"|put off|fell through"
    r"|not held|on paper|paper only|table[- ]?top|half of|partly|partially|due(?! to)|target (?:date|day)"
    r"|not since|should|must|shall|was to|were to|no time)\b"
    r"|\bno (?:\w+ ){0,2}(?:rehearsal|drill|exercise|test)|\b(?:nobody|no one)\b|\b\w+n't\b"
)
DONE = re.compile(
    r"(?i)\b(?:rehearsed|held|done|performed|ran|run|walked|exercised|practi[cs]ed|tested|completed?|drilled"
    r"|rolled|went|passed|succeeded|worked|took|finished|carried|conducted|executed|repeated|successful\w*)\b"
    r"|\b(?:last|latest|most recent)(?: \w+){0,3}? (?:rehearsal|drill|game ?day|exercise|test|dry run)\b"
)
"""What says of a day that it was done then: a verb, or its name as the last one."""
_NAMES = "rollback|rehearsal|drill|game ?day"
_AS_PLANNED = re.compile(
    r"(?i)\bas (?:was )?(?:planned|scheduled|intended|expected)\b|\bplanned (?:rollback|downtime|outage)\b"
)
_NEXT = re.compile(r"(?i)\b(?:next|upcoming|following)\b")
_NOT_SAID = re.compile(r"(?i)\W*(?:tbd|tbc|open|pending|unknown|n\W?a|none|not (?:yet )?\w+)?\W*")
_OUTCOME = re.compile(r"(?i)\b(?:outcome|results?|status|went)\b")
_NOT_DONE = re.compile(r"(?i)\b(?:next|planned|scheduled|upcoming|due)\b")
_BAD = re.compile(
    r"(?i)\bnever\b|\bcancell?ed\b|\bpostponed\b|\bskipped\b|\baborted\b|\bfail(?:ed|s|ures?)?\b|\bunsuccessful\w*"
    r"|\bnot (?:yet )?(?:been )?(?:rehears|test|drill|done|perform|run|practi|exercis|success|complet|work|finish"
    r"|pass)\w*|\b(?:did|could|was|were|has|have) ?n[o']t\b|\bincomplete\b|\bbroke(?:n)?\b|\boverran\b"
    r"|\bnot (?:yet )?(?:been )?held\b|\b\w+n't (?:\w+ )?(?:finish|work|complete|succeed|pass|hold)\w*"
    r"|\b(?:was|were|got) lost\b"
)
_NO_FAILURE = re.compile(
    r"(?i)\b(?:no|without|zero|0|nothing|none)\s(?:\w+\s){0,2}?(?:fail(?:ed|s|ures?)?|errors?|broke)\b"
)


def bare_day(names: str) -> re.Pattern[str]:
    """All that may stand before a day of which nothing says what was done then; `names` with `|` between them."""
    return re.compile(rf"(?i)\W*(?:(?:on|of|date|day|the|{names})\W+){{0,4}}$")


class Event(NamedTuple):
    """What is looked for: the labels that introduce it, and the words that tell its days from other days.

    `done` says in the sentence of a day that it was done then. `bare` is all that may stand before a day else, as in
    `Rehearsal of the rollback 2026-05-31`.
    """

    is_label: Callable[[str], bool]
    done: re.Pattern[str] = DONE
    bare: re.Pattern[str] = bare_day(_NAMES)


def held(statement: Statement, event: Event) -> Held:
    """The last one of a statement; in prose the oldest day counts, in a log its newest entry."""
    texts = [part for part in statement.texts if not (_is_entry(part) and _NOT_DONE.search(part.text))]
    entries = sorted((part for part in texts if _is_entry(part)), key=lambda part: _first_day(part))
    prose = [part for part in texts if not _is_entry(part)]
    relevant = [*prose, *entries[-1:]]
    if bad := says_it_failed(relevant):
        return Held(bad.line, bad.text, problem="says that it failed or was not held")
    if empty := next((part for part in relevant if _lacks_outcome(part)), None):
        return Held(empty.line, empty.text, problem="does not say how it went")
    days = [
        (day, part)
        for part in relevant
        for day in _days(part, event, is_labelled=_is_labelled(statement, part, event))
    ]
    if not days:
        seen = next((part.text for part in statement.texts), "")
        return Held(statement.line, seen, problem="names no day on which it was done, as in 2026-05-31")
    found = [_dated(day, part) for day, part in days]
    return min(found, key=lambda one: (one.at is not None, one.at.timestamp() if one.at else 0.0))


def says_it_failed(parts: Sequence[Segment]) -> Segment | None:
    """The first part that says that it failed, or was not held."""
    return next(
        (part for part in parts if _BAD.search(_NO_FAILURE.sub(" ", part.text.replace("\u2019", "'")))), None
    )


def _is_entry(part: Segment) -> bool:
    """Whether it is a line of a log: a row or an item that begins with a day."""
    return bool(_DAY.match(part.label if part.kind == "row" else part.text)) and (
        part.kind == "row" or part.is_item
    )


def _first_day(part: Segment) -> str:
    found = _DAY.search(part.label if part.kind == "row" else part.text)
    return found[0] if found else ""


def _is_labelled(statement: Statement, part: Segment, event: Event) -> bool:
    """Whether it is the value of a label, such as `Last rehearsed: ...`, and so needs no verb of its own."""
    return part.line == statement.line or bool(part.label and event.is_label(part.label))


def _lacks_outcome(part: Segment) -> bool:
    """Whether a table asks for the outcome, and the row does not give it."""
    return any(_OUTCOME.search(column) and _NOT_SAID.fullmatch(cell) for column, cell in part.cells)


def _days(part: Segment, event: Event, *, is_labelled: bool) -> list[str]:
    """The days on which, by what the text says, it was held; a wish, a plan or a mere mention is none."""
    needs_no_verb = is_labelled or _is_entry(part)
    return [day for said in sentences(part.text) for day in _held(said, event, needs_no_verb=needs_no_verb)]


def _held(said: str, event: Event, *, needs_no_verb: bool) -> Iterator[str]:
    found = list(_DAY.finditer(said))
    for index, day in enumerate(found):
        before = said[found[index - 1].end() if index else 0 : day.start()]
        end = found[index + 1].start() if index + 1 < len(found) else len(said)
        after = _NEXT.split(said[day.end() : end], maxsplit=1)[0]
        about = f"{before} {after}"
        if _ANOTHER_DAY.search(before[-90:]) or _is_promised(about):
            continue
        if needs_no_verb or event.done.search(about) or event.bare.fullmatch(before):
            yield day[0]


def _is_promised(text: str) -> bool:
    """Whether it is about what was wished or planned, or did not come to pass."""
    plain = _AS_PLANNED.sub(" ", text)
    return is_doubted(plain) or bool(_PROMISED.search(plain))


def _dated(day: str, part: Segment) -> Held:
    try:
        return Held(part.line, day, parse_instant(day))
    except ValueError:
        return Held(part.line, day, problem=f"names a day that does not exist: {day}", impossible=True)
