"""What a runbook must say, and the words for it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from readiness.check import Finding
from readiness.check.documents import Page
from readiness.evidence.documents.commands import has_command
from readiness.evidence.documents.held import Event, Held, held
from readiness.evidence.documents.people import is_vague, names_somebody
from readiness.evidence.documents.segments import normal
from readiness.evidence.documents.statements import Statement
from readiness.evidence.documents.vocabulary import Vocabulary


class Part(StrEnum):
    """One thing that a runbook states, as findings call it."""

    SYMPTOMS = "symptoms"
    DIAGNOSIS = "diagnosis"
    ACTIONS = "actions"
    ESCALATION = "escalation"
    REVIEW = "last review"


_HEADINGS = {
    Part.SYMPTOMS: r"\b(symptoms?|signs?|impact|what you (will )?see|detection"
    r"|triggers?|(alert )?(condition|meaning))\b",
    Part.DIAGNOSIS: r"\b(diagnos\w+|investigat\w+|triage|troubleshoot\w*|(possible |likely )?causes?|checks?)\b",
    Part.ACTIONS: r"\b(actions?|mitigat\w+|remed\w+|resol\w+|fix(es)?|what to do|steps?|procedure|recovery|response)\b",
    Part.ESCALATION: r"\b(escalat\w+|contacts?|on ?call|who to (call|contact|page|ask))\b",
    Part.REVIEW: r"\b((last|latest) (review\w*|verif\w*|tested|updated)|review(ed| date| history)|change ?log)\b",
}
_LABELS = {
    Part.SYMPTOMS: r"symptoms?|signs?|impact|detection|meaning|alert meaning|triggers?",
    Part.DIAGNOSIS: r"diagnos(is|e|tics?)|investigation|triage|troubleshooting|((possible|likely) )?causes?|checks?",
    Part.ACTIONS: r"actions?|mitigations?|remed(y|iation)|resolution|fix|what to do|steps|procedure|response",
    Part.ESCALATION: r"escalat(ion|e)( (to|path|contact))?|contacts?|on ?call( \w+)?|(runbook |service )?owner",
    Part.REVIEW: r"(last |latest )?(review|verifi|test|updat)ed( (on|at|date))?|(last |latest )?review( date)?"
    r"|date of (the )?last review",
}
EXPECTED = {
    Part.SYMPTOMS: "what somebody sees when it happens",
    Part.DIAGNOSIS: "how to find out what it is",
    Part.ACTIONS: "what to do, with at least one command in a code block",
    Part.ESCALATION: "whom to call next, by name, role or channel",
    Part.REVIEW: "the ISO date of the last review, as in `Last reviewed: 2026-05-31`",
}
_CHANNEL = re.compile(r"(?<!\w)[#@][\w-]{2,}|[\w.+-]+@[\w-]+\.\w+|\+?\d[\d ()/-]{5,}\d|https?://\S+")
PARTS = Vocabulary(_HEADINGS, _LABELS)
"""Where a runbook speaks of each part."""
_REVIEWED = Event(lambda label: Part.REVIEW in PARTS.named(label))


def judge_part(page: Page, part: Part, limit: timedelta, now: datetime) -> Iterator[Finding]:
    """What one part lacks; nothing where it is there."""
    found = list(PARTS.statements(page.segments, part))
    if not found:
        yield page.absent(part, EXPECTED[part])
    elif part is Part.REVIEW:
        for one in reviews(page):
            yield from page.dated(part, one, limit, now, EXPECTED[part])
    elif not any(map(_JUDGES[part], found)):
        observed = next((said.text for one in found for said in one.texts), "")
        problem = _LACKS[part] if observed or any(one.code for one in found) else "it is empty"
        yield page.bad(found[0].line, f"{part}: {problem}", observed, EXPECTED[part])


def reviews(page: Page) -> list[Held]:
    """Every place that tells of a review."""
    return [held(one, _REVIEWED) for one in PARTS.statements(page.segments, Part.REVIEW)]


def _says_something(statement: Statement) -> bool:
    return bool(statement.code) or any(not is_vague(part.said) for part in statement.texts)


def _acts(statement: Statement) -> bool:
    return any(has_command(code) for code in statement.code)


def _escalates(statement: Statement) -> bool:
    return any(_CHANNEL.search(part.said) or names_somebody(part.said) for part in statement.texts)


_JUDGES = {
    Part.SYMPTOMS: _says_something,
    Part.DIAGNOSIS: _says_something,
    Part.ACTIONS: _acts,
    Part.ESCALATION: _escalates,
}
_LACKS = {
    Part.SYMPTOMS: "it says nothing",
    Part.DIAGNOSIS: "it says nothing",
    Part.ACTIONS: "no code block holds a command",
    Part.ESCALATION: "it names nobody",
}


def title_words(text: str) -> Sequence[str]:
    """The words of a name or a heading: `HighErrorRate` and `High error rate` have the same."""
    return normal(re.sub(r"(?<=[a-z0-9])(?=[A-Z])|[-_/.]", " ", text)).split()
