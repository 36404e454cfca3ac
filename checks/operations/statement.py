"""What only people can tell: stated with a name and a date, and shown as no more than that."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Annotated

from pydantic import Field

from readiness.check import Check, Finding, Outcome, Params, Stricter, unproven
from readiness.evidence.documents.people import names_somebody
from readiness.evidence.documents.placeholders import placeholder_in
from readiness.evidence.model import Reason
from readiness.evidence.statement import Statement as Evidence
from readiness.units import Duration, show_age, show_duration

_SKEW = timedelta(minutes=5)
_FAR = timedelta(days=3650)
_LONGEST = 160
_MANY = re.compile(
    r"(?i)\b(?:team|squad|crew|group|guild|department|division|committee|everybody|bot|robot|pipeline|automation|ci)\b"
)


class StatementParams(Params):
    """Which statements there must be, by whom, and how long they hold."""

    subjects: Annotated[
        tuple[Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,79}$")], ...], Field(strict=False)
    ] = ()
    """Subjects of which each must be stated, as `on-call-rota`. Left out: whatever is stated is judged."""
    max_valid: Annotated[Duration, Stricter.LOWER] = timedelta(days=90)
    """The longest time for which a statement holds, counted from the start of its day, whatever its author says."""
    roles: Annotated[tuple[Annotated[str, Field(min_length=1)], ...], Field(strict=False)] = ()
    """Roles that may state it, as they are written in the file; left out, any."""


class Statement(Check[StatementParams]):
    """What only people can tell is stated by a named person, lately enough.

    A statement is a file of `readiness/statement/1` with subject, statement, name, role, date and how long it is valid.
    It warns at best, and says *stated*: nothing was measured. One that has expired is stale, one of a day to come or
    without a real name is malformed.

    ## Why it matters
    Some things no file shows: that the rota is staffed over the holidays, that legal agreed, that the game day was
    held. Left out they are forgotten, and as a ticked box nobody is to be asked afterwards. A statement has a name, a
    date and an end, so that somebody can be asked, and is asked again.

    ## How to fix it
    Let the person who knows write the file, and let it be reviewed as code is. Do not extend the date of an old one:
    ask again. Where a tool can measure the same thing, use its evidence instead: a measured pass earns the whole
    weight, a statement half of it.

    ## References
    - docs/operations.md of readiness: data, values and statements
    - Google, Site Reliability Engineering, chapter 32, The Evolving SRE Engagement Model (production readiness reviews)
    """

    def judge(self, statement: tuple[Evidence, ...], now: datetime) -> Iterator[Finding]:
        """Each statement apart; a subject needs one that holds."""
        wanted = self.params.subjects
        judged = [(one, self._one(one, now)) for one in statement if not wanted or one.subject in wanted]
        for subject in wanted:
            mine = [finding for one, finding in judged if one.subject == subject]
            if not mine:
                message = f"{subject}: nobody states it"
                next_ = f"let somebody who knows write a statement with the subject {subject}"
                yield unproven(Reason.MISSING, message, next_)
        yield from (finding for _, finding in judged)

    def _one(self, one: Evidence, now: datetime) -> Finding:
        who = f"{one.subject}: stated by {one.name} ({one.role}) on {one.date}"
        again = "let somebody who knows state it again, with a name and the day of today"
        if not _is_person(one.name) or not _is_person(one.role) or _MANY.search(one.name):
            return unproven(Reason.MALFORMED, f"{who}, which names nobody who could be asked", again)
        if found := placeholder_in(one.text):
            return unproven(Reason.MALFORMED, f"{who}: a placeholder was left: {found}", again)
        if one.stated_at > now + _SKEW:
            return unproven(Reason.MALFORMED, f"{who}, which is still to come", again)
        if self.params.roles and one.role.casefold() not in {role.casefold() for role in self.params.roles}:
            message = f"{who}; it is for {' or '.join(self.params.roles)} to state"
            return unproven(Reason.INSUFFICIENT, message, "let one of them state it")
        limit = min(one.valid_for, self.params.max_valid, _FAR)
        if now >= one.stated_at + limit:
            message = f"{who}, {show_age(now - one.stated_at)} ago; it holds for {show_duration(limit)}"
            return unproven(Reason.STALE, message, again)
        return Finding(
            outcome=Outcome.WARN,
            message=f"{who}: {_cut(one.text)}",
            observed="stated",
            expected=f"stated in the last {show_duration(limit)}",
            until=one.stated_at + limit,
            next="nothing was measured: ask the one who stated it, or find evidence that measures it",
        )


def _is_person(text: str) -> bool:
    return names_somebody(text) and not placeholder_in(text)


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."
