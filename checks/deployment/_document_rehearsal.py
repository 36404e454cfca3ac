"""When the rollback was last rehearsed, and how that went."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from readiness.units import parse_instant

from ._document_items import Statement
from ._document_text import Segment


class Rehearsed(NamedTuple):
    """What one statement says of a rehearsal: its day, or the `problem`; `impossible` when that is no day at all."""

    line: int
    observed: str
    at: datetime | None = None
    problem: str = ""
    impossible: bool = False


_DAY = re.compile(
    r"(?<![\d-])\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?(?:Z|[+-]\d{2}:\d{2})?)?(?![\d-])",
    re.ASCII,
)
_NOT_A_REHEARSAL = re.compile(
    r"(?i)\b(?:next|plan\w*|due|schedul\w*|upcoming|until|valid|expir\w*|will|before|review\w*|updat\w*|edit\w*|written"
    r"|creat\w*|approv\w*|chang\w*|publish\w*|sign\w*)\b[^.;|]{0,60}$"
)
_NOT_DONE = re.compile(r"(?i)\b(?:next|planned|scheduled|upcoming|due)\b")
_BAD = re.compile(
    r"(?i)\bnever\b|\bcancell?ed\b|\bpostponed\b|\bskipped\b|\baborted\b|\bfail(?:ed|s|ures?)?\b|\bunsuccessful\w*"
    r"|\bnot (?:yet )?(?:been )?(?:rehears|test|drill|done|perform|run|practi|exercis|success|complet|work|finish"
    r"|pass)\w*|\b(?:did|could|was|were|has|have) ?n[o']t\b|\bincomplete\b|\bbroke(?:n)?\b|\boverran\b"
)
_NO_FAILURE = re.compile(
    r"(?i)\b(?:no|without|zero|0|nothing|none)\s(?:\w+\s){0,2}?(?:fail(?:ed|s|ures?)?|errors?|broke)\b"
)
_SPOKEN = re.compile(
    r"(?i)\b(?:rehearsal|drill|game day)\b[^.;!]{0,60}\b(?:failed|unsuccessful|aborted|cancell?ed|postponed|skipped"
    r"|did not (?:work|succeed|complete))\b"
)
_CONDITION = re.compile(r"(?i)\b(?:if|when|whenever|unless|should|until|after)\b")


def rehearsed(statement: Statement) -> Rehearsed:
    """The rehearsal of one statement; in prose the oldest day counts, in a log its newest entry."""
    texts = [part for part in statement.texts if not (_is_entry(part) and _NOT_DONE.search(part.text))]
    entries = sorted((part for part in texts if _is_entry(part)), key=lambda part: _first_day(part))
    prose = [part for part in texts if not _is_entry(part)]
    relevant = [*prose, *entries[-1:]]
    if bad := _bad(relevant):
        return Rehearsed(bad.line, bad.text, problem="says that it failed or was not held")
    days = [(day, part) for part in relevant for day in _days(part.text)]
    if not days:
        seen = next((part.text for part in statement.texts), "")
        return Rehearsed(statement.line, seen, problem="names no day of a rehearsal, as in 2026-05-31")
    found = [_dated(day, part) for day, part in days]
    return min(found, key=lambda one: (one.at is not None, one.at.timestamp() if one.at else 0.0))


def failed(outcomes: Iterable[Statement], texts: Iterable[Segment]) -> Segment | None:
    """The first place outside of the day's own statement that says that a rehearsal failed."""
    for statement in outcomes:
        if bad := _bad(statement.texts):
            return bad
    for part in texts:
        for found in _SPOKEN.finditer(part.text):
            before = part.text[: found.start()].rpartition(".")[2]
            if not _CONDITION.search(before + found[0]):
                return part
    return None


def _bad(parts: Sequence[Segment]) -> Segment | None:
    return next((part for part in parts if _BAD.search(_NO_FAILURE.sub(" ", part.text))), None)


def _is_entry(part: Segment) -> bool:
    """Whether it is a line of a log: a row or an item that begins with a day."""
    return bool(_DAY.match(part.label if part.kind == "row" else part.text)) and (
        part.kind == "row" or part.is_item
    )


def _first_day(part: Segment) -> str:
    found = _DAY.search(part.label if part.kind == "row" else part.text)
    return found[0] if found else ""


def _days(text: str) -> list[str]:
    return [
        found[0]
        for found in _DAY.finditer(text)
        if not _NOT_A_REHEARSAL.search(text[max(0, found.start() - 90) : found.start()])
    ]


def _dated(day: str, part: Segment) -> Rehearsed:
    try:
        return Rehearsed(part.line, day, parse_instant(day))
    except ValueError:
        return Rehearsed(part.line, day, problem=f"names a day that does not exist: {day}", impossible=True)
