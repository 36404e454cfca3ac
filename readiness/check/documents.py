"""What every check of documents says alike: what is absent, left unfinished, too short, too long ago, and where."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from readiness.check.finding import Finding, Location, Measure, Outcome
from readiness.evidence.document import Document
from readiness.evidence.documents.held import Held
from readiness.evidence.documents.placeholders import placeholders
from readiness.evidence.documents.segments import Segment
from readiness.evidence.model import Reason
from readiness.units import show_age, show_duration

_LONGEST = 120
_MOST = 20
_DAY = timedelta(days=1)


class Page(NamedTuple):
    """What is examined: a document or a part of it, where it begins, and what findings call it, if anything."""

    path: str
    name: str
    line: int
    segments: tuple[Segment, ...]

    def bad(self, line: int, message: str, observed: str = "", expected: str = "") -> Finding:
        """Something that is not as it must be, and where."""
        said = f"{self.name}: {message}" if self.name else message
        place = Location(self.path, max(1, line))
        return bad(place, said, f"write down: {expected}", shorten(observed), expected)

    def absent(self, part: str, expected: str) -> Finding:
        """A part that the document does not speak about."""
        return self.bad(self.line, f"{part}: the document does not speak about it", "", expected)

    def unfinished(self, document: Document) -> Iterator[Finding]:
        """Every placeholder that its authors have left."""
        for line, text in placeholders(document):
            found = self.bad(line, f"a placeholder was left: {shorten(text)}", text, "no placeholders")
            yield found.but(next="write what it stands for")

    def too_short(self, document: Document, least: int) -> Iterator[Finding]:
        """That a document has fewer words than it needs."""
        words = document.words
        if words < least:
            message = f"the document has {words} words of prose, and at least {least} are needed"
            measure = Measure(words, least, "words", "higher")
            yield self.bad(self.line, message, f"{words} words", f"at least {least}").but(measure=measure)

    def dated(
        self, part: str, one: Held, limit: timedelta, now: datetime, expected: str
    ) -> Iterator[Finding]:
        """What is wrong with a day on which something was done: none, impossible, to come, or too long ago."""
        if one.at is None:
            found = self.bad(one.line, f"{part}: the document {one.problem}", one.observed, expected)
            yield _malformed(found) if one.impossible else found
            return
        age = now - one.at
        if age < timedelta(0):
            message = f"{part}: it names a day that is still to come: {one.observed}"
            yield _malformed(self.bad(one.line, message, one.observed, expected))
        elif age > limit:
            allowed = f"at most {show_duration(limit)} is allowed"
            message = f"{part}: it is of {one.observed}, {show_age(age)} ago, and {allowed}"
            measure = Measure(age / _DAY, limit / _DAY, "d")
            yield self.bad(one.line, message, one.observed, expected).but(measure=measure)


def bad(place: Location, message: str, next_: str, observed: str = "", expected: str = "") -> Finding:
    """Something that is not as it must be, where it stands, and what to do."""
    return Finding(
        outcome=Outcome.FAIL,
        message=message,
        observed=observed,
        expected=expected,
        location=place,
        next=next_,
    )


def unproven(place: Location, reason: Reason, message: str, next_: str) -> Finding:
    """Something that cannot be told, and where."""
    return Finding(outcome=Outcome.UNPROVEN, reason=reason, message=message, location=place, next=next_)


def shorten(text: str) -> str:
    """One line of at most 120 characters."""
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else line[: _LONGEST - 3] + "..."


def capped(found: Sequence[Finding]) -> Iterator[Finding]:
    """The first twenty of one sort, and one for the rest that is as bad as the worst of them."""
    yield from found[:_MOST]
    if rest := found[_MOST:]:
        worst = max(rest, key=lambda one: one.outcome.rank)
        message = f"{len(rest)} more of this sort: {worst.message}"
        yield worst.but(message=message, observed="", measure=None)


def until(days: Sequence[datetime], limit: timedelta) -> datetime | None:
    """The moment at which the first of them is too old; None when that is beyond the calendar."""
    if not days or limit >= datetime.max.replace(tzinfo=days[0].tzinfo) - min(days):
        return None
    return min(days) + limit


def _malformed(finding: Finding) -> Finding:
    return finding.but(outcome=Outcome.UNPROVEN, reason=Reason.MALFORMED)
