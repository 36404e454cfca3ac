"""What every check of scans says alike: what is over its limit, what was left out, and how much was looked at."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from readiness.check.finding import Finding, Location, Measure, Outcome, unproven
from readiness.check.params import Params, Stricter
from readiness.evidence.model import Reason
from readiness.evidence.scan import ScanFinding, Severity
from readiness.evidence.scan_selection import Selection, amount, sentence

SHOWN = 20
_COUNT = "a count of what was scanned"
_COUNTING = "use a format of the tool that counts what it looked at"
_SELECT = "let the command look at the whole of the code, or judge a small part of it by a check of its own"


class ScannerParams(Params):
    """What every scanner has to show."""

    tools: tuple[str, ...] = ()
    """Tools that must have run, by the names in their reports; a tool that is not known here has to be named."""
    uncounted: Literal["warn", "unproven"] = "unproven"
    """What comes of a report that does not tell how much was looked at: `unproven`, or `warn` at best."""
    max_suppressed: Annotated[int | None, Field(ge=0), Stricter.LOWER] = None
    """The greatest number of findings that are suppressed, in the code or by the tool; without it no limit."""


class SeverityParams(ScannerParams):
    """Limits by severity."""

    max_critical: Annotated[int, Field(ge=0), Stricter.LOWER] = 0
    """The greatest number of critical findings."""
    max_high: Annotated[int, Field(ge=0), Stricter.LOWER] = 0
    """The greatest number of high findings; those whose severity is not known count among them."""
    max_medium: Annotated[int | None, Field(ge=0), Stricter.LOWER] = None
    """The greatest number of medium findings; without it they are counted and not limited."""
    max_low: Annotated[int | None, Field(ge=0), Stricter.LOWER] = None
    """The greatest number of low findings; without it they are counted and not limited."""
    min_scanned: Annotated[int, Field(ge=1), Stricter.HIGHER] = 1
    """The least number of things that each report tells it looked at, in what its tool counts: files, dependencies."""

    @property
    def limits(self) -> Mapping[Severity, int | None]:
        """The limit of each severity that has one of its own."""
        return {
            Severity.CRITICAL: self.max_critical,
            Severity.HIGH: self.max_high,
            Severity.MEDIUM: self.max_medium,
            Severity.LOW: self.max_low,
        }


def doubts(selection: Selection) -> Iterator[Finding]:
    """A finding for each doubt."""
    for one in selection.doubts:
        yield unproven(one.reason, one.message, one.next)


def thin(selection: Selection, least: int) -> Iterator[Finding]:
    """A finding for each report of less than `least` things; one of none is a doubt already.

    Each by itself: reports of one tree by several jobs would add up to more than there is.
    """
    for run in selection.runs:
        if not run.scanned or run.scanned >= least:
            continue
        message = f"{run.tool} looked at {amount(run.scanned, run.unit)}, where at least {least} are expected"
        yield unproven(Reason.INSUFFICIENT, message, _SELECT, f">= {least}").but(
            observed=amount(run.scanned, run.unit),
            measure=Measure(run.scanned, least, run.unit, "higher"),
        )


def over(
    counts: Mapping[Severity, int],
    limits: Mapping[Severity, int | None],
    listed: Sequence[ScanFinding],
    advice: str,
    name: Callable[[ScanFinding], str | None] = lambda _: None,
) -> Iterator[Finding]:
    """What is over the limit of its severity: the first of each, and how many more there are.

    `name` gives the object of a finding, as waivers write it.
    """
    for severity, most in limits.items():
        total = counts.get(severity, 0)
        if most is None or total <= most:
            continue
        same = [one for one in listed if _counted_as(one.severity) is severity]
        for one in same[:SHOWN]:
            bad = _bad(sentence(one), severity, total, most, advice)
            yield bad.but(location=place(one), object=name(one))
        if rest := total - min(len(same), SHOWN):
            more = f"{rest} more of severity {severity.value}" if same else _unlisted(rest, severity)
            yield _bad(more, severity, total, most, advice).but(count=rest)


def suppressed(selection: Selection, most: int | None) -> Iterator[Finding]:
    """What is suppressed: a note, and a failure when it is too much."""
    count = selection.suppressed
    if count:
        yield Finding(outcome=Outcome.PASS, message=selection.quiet(), count=count, note=True)
    if most is not None and count > most:
        yield Finding(
            outcome=Outcome.FAIL,
            message=f"{amount(count, 'findings')} suppressed, where at most {most} may be",
            observed=str(count),
            expected=f"<= {most}",
            count=count,
            measure=Measure(count, most, "suppressed findings"),
            next="mend what is suppressed, and take the suppressions out",
        )


def looked(selection: Selection, found: str, uncounted: str, until: datetime | None = None) -> Finding:
    """What was looked at: good where that is told, and as good as the policy takes it where it is not."""
    message = selection.looked(found)
    if not selection.uncounted:
        return Finding(outcome=Outcome.PASS, message=message, count=max(1, selection.scanned), until=until)
    if uncounted == "warn":
        return Finding(outcome=Outcome.WARN, message=message, expected=_COUNT, next=_COUNTING, until=until)
    word = f"{_COUNTING}, or take its word with `uncounted: warn`"
    return unproven(Reason.INSUFFICIENT, message, word, _COUNT)


def place(one: ScanFinding) -> Location | None:
    """The line, where it is known."""
    return Location(one.file, one.line) if one.file and one.line else None


def _counted_as(severity: Severity) -> Severity:
    return Severity.HIGH if severity is Severity.UNKNOWN else severity


def _unlisted(count: int, severity: Severity) -> str:
    return f"{amount(count, 'findings')} of severity {severity.value}, which the report does not list"


def _bad(message: str, severity: Severity, total: int, most: int, advice: str) -> Finding:
    return Finding(
        outcome=Outcome.FAIL,
        message=message,
        observed=f"{total} {severity.value} in all",
        expected=f"<= {most}",
        measure=Measure(total, most, f"{severity.value} findings"),
        next=advice,
    )
