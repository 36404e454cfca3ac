"""Whether it is written down, and tried, how to come back from the loss of everything."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Annotated

from pydantic import Field

from readiness.check import Check, Finding, Measure, Outcome, Params, Stricter
from readiness.check.documents import Page, capped, until
from readiness.evidence.document import Document
from readiness.evidence.documents.segments import segments_of
from readiness.units import Duration, show_duration

from . import _recovery_parts as parts
from ._recovery_parts import Said
from ._recovery_words import EXPECTED, PARTS, Part

_MINUTE = timedelta(minutes=1)


class DisasterRecoveryDocumentParams(Params):
    """How much may be lost, how soon all is back, and how lately that was tried."""

    max_rpo: Annotated[Duration | None, Stricter.LOWER] = None
    """The longest recovery point objective that the document may state: how much of the newest data may be lost."""
    max_rto: Annotated[Duration | None, Stricter.LOWER] = None
    """The longest recovery time objective that it may state, and the longest that the last restore may have taken."""
    max_test_age: Annotated[Duration, Stricter.LOWER] = timedelta(days=90)
    """How long ago the last restore test may be, counted from the start of its day."""
    min_words: Annotated[int, Field(ge=1), Stricter.HIGHER] = 30
    """The least number of words in paragraphs and lists."""


class DisasterRecoveryDocument(Check[DisasterRecoveryDocumentParams]):
    """The way back from a disaster is written down, within its limits, and was lately tried.

    The document is Markdown. It states, below headings, behind labels, in tables or in its front matter: RPO and RTO
    as durations, where backups are stored, how often they are made, the last restore test (its ISO date, how it went,
    how long it took), the owner, and the steps. Backups must be made at least as often as the RPO asks, and the last
    restore must have kept the RTO. Where the document speaks twice about one thing, both must hold. A test that is
    planned, that failed, or that is still to come, is none.

    ## Why it matters
    A backup that was never restored is a hope. Plans state an RPO of minutes above a backup that runs at night, and an
    RTO of an hour that nobody ever measured; both are found out on the day on which it is too late.

    ## How to fix it
    Restore the newest backup into an empty place, measure from the start until the service answers, check the data,
    and write a line such as `Last restore test: 2026-05-31, successful, took 42 minutes`. Where the backup is rarer
    than the RPO, archive logs in between, or change the RPO, which is a promise. State the facts themselves: durations
    with units, a bucket with its region, a name.

    ## References
    - NIST SP 800-34, Contingency Planning Guide for Federal Information Systems
    - Google, Site Reliability Engineering, chapter 26, Data Integrity: https://sre.google/sre-book/data-integrity/
    """

    def judge(self, document: tuple[Document, ...], now: datetime) -> Iterator[Finding]:
        """Each document apart."""
        for one in document:
            page = Page(one.path, one.path, 1, tuple(segments_of(one, PARTS.is_label)))
            groups = [
                [*page.too_short(one, self.params.min_words)],
                [*page.unfinished(one)],
                [*self._objective(page, Part.RPO, self.params.max_rpo)],
                [*self._objective(page, Part.RTO, self.params.max_rto)],
                [*_plain(page, Part.LOCATION, parts.names(page.segments, Part.LOCATION))],
                [*_frequency(page)],
                [*self._test(page, now)],
                [*_plain(page, Part.OWNER, parts.names(page.segments, Part.OWNER))],
                [*_plain(page, Part.STEPS, parts.steps(page.segments))],
            ]
            for group in groups:
                yield from capped(group)
            if good := sum(not group for group in groups):
                yield self._passed(page, good, is_tried=not groups[6])

    def _passed(self, page: Page, good: int, *, is_tried: bool) -> Finding:
        days = [day.at for day, _ in parts.tests(page.segments) if day.at is not None] if is_tried else []
        message = f"{page.name}: {good} of 9 parts of a disaster recovery document hold"
        ends = until(days, self.params.max_test_age)
        return Finding(outcome=Outcome.PASS, message=message, count=good, until=ends)

    def _objective(self, page: Page, part: Part, limit: timedelta | None) -> Iterator[Finding]:
        found = parts.objective(page.segments, part)
        yield from _plain(page, part, found)
        for one in found:
            if limit is not None and one.length is not None and one.length > limit:
                yield _too_long(page, f"{part}: the document states {show_duration(one.length)}", one, limit)

    def _test(self, page: Page, now: datetime) -> Iterator[Finding]:
        found = list(parts.tests(page.segments))
        if not found:
            yield page.absent(Part.TEST, EXPECTED[Part.TEST])
        limit = _least([*_lengths(parts.objective(page.segments, Part.RTO)), self.params.max_rto])
        for day, said in found:
            wrong = list(page.dated(Part.TEST, day, self.params.max_test_age, now, EXPECTED[Part.TEST]))
            yield from wrong
            if not wrong and said.problem:
                message = f"{Part.TEST}: the document {said.problem}"
                yield page.bad(said.line, message, said.text, EXPECTED[Part.TEST])
            elif said.length is not None and limit is not None and said.length > limit:
                yield _too_long(page, f"{Part.TEST}: it took {show_duration(said.length)}", said, limit)


def _plain(page: Page, part: Part, found: Sequence[Said]) -> Iterator[Finding]:
    """A part that is not there, or places where it says nothing."""
    if not found:
        yield page.absent(part, EXPECTED[part])
    for one in found:
        if one.problem:
            problem = f"the document {one.problem}" if one.text else "it is empty"
            yield page.bad(one.line, f"{part}: {problem}", one.text, EXPECTED[part])


def _frequency(page: Page) -> Iterator[Finding]:
    """The rhythm of backups, which cannot be slower than the RPO."""
    found = parts.interval(page.segments)
    yield from _plain(page, Part.FREQUENCY, found)
    limit = _least(_lengths(parts.objective(page.segments, Part.RPO)))
    for one in found:
        if limit is not None and one.length is not None and one.length > limit:
            said = f"{Part.FREQUENCY}: a backup every {show_duration(one.length)} cannot keep the RPO"
            yield _too_long(page, said, one, limit)


def _too_long(page: Page, message: str, one: Said, limit: timedelta) -> Finding:
    length = one.length or timedelta(0)
    more = f"{message}, and at most {show_duration(limit)} is allowed"
    measure = Measure(length / _MINUTE, limit / _MINUTE, "min")
    return page.bad(one.line, more, one.text, f"at most {show_duration(limit)}").but(measure=measure)


def _lengths(found: Sequence[Said]) -> list[timedelta | None]:
    return [one.length for one in found]


def _least(lengths: Sequence[timedelta | None]) -> timedelta | None:
    return min((one for one in lengths if one is not None), default=None)
