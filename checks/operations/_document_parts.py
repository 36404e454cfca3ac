"""Parts of a document of operations: each is there and says something, or a finding tells what it lacks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from readiness.check import Finding, Location, Measure, Outcome
from readiness.evidence.documents.held import Held
from readiness.evidence.documents.segments import Segment
from readiness.evidence.model import Reason
from readiness.units import show_age, show_duration

_LONGEST = 120
_MOST = 20
_DAY = timedelta(days=1)


class Page(NamedTuple):
    """What is examined: a document or a part of it, and what findings call it."""

    path: str
    name: str
    line: int
    segments: tuple[Segment, ...]

    def bad(self, line: int, message: str, observed: str = "", expected: str = "") -> Finding:
        """Something that is not as it must be, and where."""
        return Finding(
            outcome=Outcome.FAIL,
            message=f"{self.name}: {message}",
            observed=shorten(observed),
            expected=expected,
            location=Location(self.path, max(1, line)),
            next=f"write it down: {expected}" if expected else "mend this line",
        )

    def absent(self, part: str, expected: str) -> Finding:
        """A part that the document does not speak about."""
        return self.bad(self.line, f"{part}: the document does not speak about it", "", expected)


def shorten(text: str) -> str:
    """One line of at most 120 characters."""
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else line[: _LONGEST - 3] + "..."


def capped(found: Sequence[Finding]) -> Iterator[Finding]:
    """The first twenty of one sort, and one for the rest."""
    yield from found[:_MOST]
    if rest := found[_MOST:]:
        worst = max(rest, key=lambda one: one.outcome.rank)
        yield worst.but(message=f"{len(rest)} more of this sort: {worst.message}")


def dated(
    page: Page, part: str, one: Held, limit: timedelta, now: datetime, expected: str
) -> Iterator[Finding]:
    """What is wrong with a day on which something was done: none, impossible, to come, or too long ago."""
    if one.at is None:
        found = page.bad(one.line, f"{part}: the document {one.problem}", one.observed, expected)
        yield malformed(found) if one.impossible else found
        return
    age = now - one.at
    if age < timedelta(0):
        message = f"{part}: it names a day that is still to come: {one.observed}"
        yield malformed(page.bad(one.line, message, one.observed, expected))
    elif age > limit:
        message = f"{part}: it is of {one.observed}, {show_age(age)} ago, and at most {show_duration(limit)} is allowed"
        measure = Measure(age / _DAY, limit / _DAY, "days")
        yield page.bad(one.line, message, one.observed, expected).but(measure=measure)


def malformed(finding: Finding) -> Finding:
    """The same as something that cannot be."""
    return finding.but(outcome=Outcome.UNPROVEN, reason=Reason.MALFORMED)


def until(days: Sequence[datetime], limit: timedelta) -> datetime | None:
    """The moment at which the first of them is too old; None when that is beyond the calendar."""
    if not days or limit >= datetime.max.replace(tzinfo=days[0].tzinfo) - min(days):
        return None
    return min(days) + limit
