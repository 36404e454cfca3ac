"""Whether there is a runbook for each alert, and whether it helps."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Annotated

from pydantic import Field

from readiness.check import Check, Finding, Outcome, Params, Stricter
from readiness.check.documents import Page, capped, until
from readiness.evidence.document import Document
from readiness.evidence.documents.segments import Segment, segments_of
from readiness.evidence.documents.statements import section, title_of
from readiness.evidence.model import Reason
from readiness.units import Duration

from ._runbook_parts import PARTS, Part, judge_part, reviews, title_words
from ._runbook_state import given_up, unfinished

_BETWEEN = re.compile(r"[:()\[\],;/|&\u2013\u2014\n]|\s-\s|\sand\s")
_FILLERS = frozenset(
    ("a", "alert", "the", "for", "of", "on", "runbook", "playbook", "scenario", "how", "to", "handle", "when")
)
_NAMING = frozenset(("alert", "alerts", "alertname", "scenario", "scenarios", "title"))


class RunbookParams(Params):
    """Which runbooks there must be, and how lately they were read."""

    scenarios: Annotated[
        tuple[Annotated[str, Field(min_length=1, pattern=r"\w")], ...], Field(strict=False)
    ] = ()
    """Names of alerts or scenarios that each need a runbook, such as `HighErrorRate`: a document with the name in its
    title or front matter (`alert:`), or a part of one with it in its heading. Left out: each document is a runbook."""
    max_review_age: Annotated[Duration, Stricter.LOWER] = timedelta(days=180)
    """How long ago the last review may be, counted from the start of its day."""


class Runbook(Check[RunbookParams]):
    """Every alert has a runbook with symptoms, diagnosis, commands, a contact and a review that is not old.

    The runbooks are Markdown, each a document or a part of one. Each says, below headings, behind labels or in its
    front matter, and in any order: the symptoms, how to diagnose, what to do (with a command in a code block), whom to
    call next, and the ISO date of the last review. Placeholders and TODOs fail, but for
    `<pod>` and its like in commands, which are known when the alert fires; so does a page that calls itself a draft or
    obsolete. Prose is never graded.

    ## Why it matters
    An alert wakes somebody who did not write the service. Without a runbook the next half hour goes into finding out
    what the alert means; with a stale one into commands that no longer exist. The time to recover is mostly the time to
    understand.

    ## How to fix it
    Write one page for each alert, with the headings Symptoms, Diagnosis, Actions and Escalation, and a line `Last
    reviewed: 2026-05-31`. Put the commands into code blocks, so that they can be pasted. Let somebody who did not write
    it follow it once, then set the date. Link it from the alert as `runbook_url`.

    ## References
    - Google, Site Reliability Engineering, chapter 11, Being On-Call: https://sre.google/sre-book/being-on-call/
    - Prometheus, alerting best practices: https://prometheus.io/docs/practices/alerting/
    """

    def judge(self, document: tuple[Document, ...], now: datetime) -> Iterator[Finding]:
        """Each runbook apart."""
        pages = [page for one in document for page in self._pages(one)]
        for name in self.params.scenarios:
            if not any(page.name == name for page in pages):
                message = f"{name}: there is no runbook for it"
                next_ = "write one, with the name in its title, or `alert:` in its front matter"
                yield Finding(outcome=Outcome.UNPROVEN, reason=Reason.MISSING, message=message, next=next_)
        good, days = 0, []
        for page in pages:
            found = list(self._page(page, now))
            good += not found
            days += [one.at for one in reviews(page) if one.at is not None]
            yield from found
        for one in document:
            yield from capped(list(unfinished(one)))
        if good:
            message = f"{good} runbooks are complete, and lately reviewed"
            ends = until(days, self.params.max_review_age)
            yield Finding(outcome=Outcome.PASS, message=message, count=good, until=ends)

    def _page(self, page: Page, now: datetime) -> Iterator[Finding]:
        yield from given_up(page)
        for part in Part:
            yield from judge_part(page, part, self.params.max_review_age, now)

    def _pages(self, document: Document) -> Iterator[Page]:
        segments = tuple(segments_of(document, PARTS.is_label))
        if not self.params.scenarios:
            yield Page(document.path, document.path, 1, segments)
            return
        for name in self.params.scenarios:
            yield from _of_scenario(document, segments, name)


def _of_scenario(document: Document, segments: Sequence[Segment], name: str) -> Iterator[Page]:
    """The whole document when it is called so, else every part of it whose heading is."""
    properties = [value for key, value in document.properties.items() if key.partition(".")[0] in _NAMING]
    if any(_names(text, name) for text in (document.title, *properties)):
        yield Page(document.path, name, 1, tuple(segments))
        return
    title, end = title_of(segments), 0
    shared = tuple(_shared(segments, len(document.properties), title))
    for index, part in enumerate(segments):
        if part.kind == "heading" and index != title and index >= end and _names(part.text, name):
            body = section(segments, index).body
            end = index + 1 + len(body)
            yield Page(document.path, name, part.line, (part, *body, *shared))


def _shared(segments: Sequence[Segment], properties: int, title: int | None) -> Iterator[Segment]:
    """What holds for every part: the front matter, and labels such as `Last reviewed` right below the title."""
    yield from (part for part in segments[:properties] if part.kind == "text")
    for part in segments[title + 1 :] if title is not None else ():
        if part.kind == "heading":
            return
        if PARTS.named(part.label):
            yield part


def _names(text: str, name: str) -> bool:
    """Whether the text, or a part of it between signs, has the words of the name alone: `Alert: DiskFull (db)`."""
    wanted = _bare(name)
    return any(_bare(part) == wanted for part in (text, *_BETWEEN.split(text)))


def _bare(text: str) -> list[str]:
    return [word for word in title_words(text) if word not in _FILLERS]
