"""Vulnerabilities that a policy ignores for a while, with a reason."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Annotated

from pydantic import Field

from readiness.check import Finding, Outcome, Params
from readiness.evidence.scan import ScanFinding
from readiness.units import end_of_day

Text = Annotated[str, Field(min_length=1, max_length=500)]


class Ignored(Params):
    """One vulnerability that does not count until a day is over."""

    id: Text
    """Its id, or one of its aliases, as in `CVE-2026-1234` or `GHSA-xxxx-xxxx-xxxx`."""
    reason: Text
    """Why it does no harm here."""
    until: date
    """The last day, UTC; from the next one it counts again."""

    def covers(self, one: ScanFinding) -> bool:
        """Whether a finding is of this id, or has it as an alias; without case."""
        return self.id.casefold() in {name.casefold() for name in (one.rule, *one.aliases)}

    def is_over(self, now: datetime) -> bool:
        """Whether its last day has ended."""
        return now >= end_of_day(self.until)


def in_force(ignored: Sequence[Ignored], one: ScanFinding, now: datetime) -> Ignored | None:
    """What ignores a finding, the longest first; None when nothing does any more."""
    fitting = [entry for entry in ignored if entry.covers(one) and not entry.is_over(now)]
    return max(fitting, key=lambda entry: entry.until, default=None)


def notes(ignored: Sequence[Ignored], listed: Sequence[ScanFinding], now: datetime) -> Iterator[Finding]:
    """What each entry does: how many findings it takes out, or that it is over."""
    for entry in ignored:
        count = sum(1 for one in listed if entry.covers(one))
        if not count:
            continue
        day = entry.until.isoformat()
        if entry.is_over(now):
            text, until = f"{entry.id} was ignored until {day}, and counts again", None
        else:
            text, until = f"{entry.id} is ignored until {day}: {entry.reason}", end_of_day(entry.until)
        yield Finding(outcome=Outcome.PASS, message=text, count=count, until=until, note=True)
