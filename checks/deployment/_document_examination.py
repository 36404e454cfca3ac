"""A rollback document, examined."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import NamedTuple

from readiness.check import Finding, Location, Measure, Outcome, Release
from readiness.check.documents import Page, capped, until
from readiness.evidence.document import Document
from readiness.evidence.documents.commands import commands_of
from readiness.evidence.documents.held import Held
from readiness.evidence.documents.segments import segments_of
from readiness.evidence.documents.statements import Statement
from readiness.units import show_duration

from ._document_answer import Answer
from ._document_items import EXPECTED, ITEMS, Item, implied_triggers, sections
from ._document_rehearsal import failed, rehearsed
from ._document_substance import JUDGES, content
from ._document_target import targets, wrong
from ._document_versions import is_older
from ._document_ways_back import rolls_back


class Limits(NamedTuple):
    """The parameters of the check."""

    max_time: timedelta
    max_rehearsal_age: timedelta
    min_words: int
    commands: Sequence[str]
    sections: Sequence[str]


class Examination:
    """One document against the limits, part by part; a part without a finding is good."""

    def __init__(
        self,
        document: Document,
        limits: Limits,
        now: datetime,
        release: Release,
    ) -> None:
        self.document, self.limits = document, limits
        self.segments = tuple(segments_of(document, ITEMS.is_label))
        top = next((part.line for part in self.segments if part.kind == "heading"), 1)
        self.page = Page(document.path, "", top, self.segments)
        self.now, self.release = now, release
        self.longest = timedelta(0)

    def findings(self) -> Iterator[Finding]:
        """Each shortcoming, and then all that holds in one."""
        rehearsal = list(self._rehearsal())
        parts = [
            list(self.page.too_short(self.document, self.limits.min_words)),
            list(self.page.unfinished(self.document)),
            list(self._commands()),
            *(list(self._item(item)) for item in JUDGES),
            list(self._target()),
            rehearsal,
            *(list(self._section(name)) for name in self.limits.sections),
        ]
        for part in parts:
            yield from capped(part)
        if good := sum(not part for part in parts):
            yield self._passed(good, is_rehearsed=not rehearsal)

    def _passed(self, good: int, *, is_rehearsed: bool) -> Finding:
        """What holds, in one finding that ends when the rehearsal gets too old."""
        is_timely = timedelta(0) < self.longest <= self.limits.max_time
        days = [one.at for one in self._rehearsals() if one.at is not None] if is_rehearsed else []
        return Finding(
            outcome=Outcome.PASS,
            message=f"all {good} parts of a rollback document that are asked for are there",
            observed=f"rolls back in {show_duration(self.longest)}" if is_timely else "",
            location=Location(self.document.path, self.page.line),
            count=good,
            measure=self._time_measure(self.longest) if is_timely else None,
            until=until(days, self.limits.max_rehearsal_age),
        )

    def _commands(self) -> Iterator[Finding]:
        blocks = [part for part in self.segments if part.kind == "code"]
        found = [command for block in blocks for command in commands_of(block)]
        is_old = partial(is_older, release=self.release)
        if any(rolls_back(command, self.limits.commands, is_old) for command in found):
            return
        expected = "a command that rolls back, in a code block"
        if not blocks:
            yield self.page.bad(self.page.line, "there is no code block with a command", "", expected)
        else:
            shown = " ".join(found[0].words) if found else blocks[0].text
            message = "no code block holds a command that is known to roll back"
            yield self.page.bad(found[0].line if found else blocks[0].line, message, shown, expected)

    def _item(self, item: Item) -> Iterator[Finding]:
        found = list(ITEMS.statements(self.segments, item)) or self._implied(item)
        answers = [JUDGES[item](statement) for statement in found]
        if not answers:
            yield self._absent(item)
        for answer in answers:
            if answer.problem:
                yield self._lacking(item, answer)
            elif answer.length is not None:
                yield from self._length(answer, answer.length)

    def _implied(self, item: Item) -> list[Statement]:
        """Triggers that no heading or label announces: `Roll back if the error rate is > 2 % for 5 min`."""
        found = implied_triggers(self.segments) if item is Item.TRIGGERS else []
        return [statement for statement in found if not JUDGES[item](statement).problem]

    def _length(self, answer: Answer, length: timedelta) -> Iterator[Finding]:
        self.longest = max(self.longest, length)
        limit = self.limits.max_time
        if length > limit:
            message = (
                f"rolling back takes {show_duration(length)}, and at most {show_duration(limit)} is allowed"
            )
            found = self.page.bad(answer.line, message, answer.observed, f"at most {show_duration(limit)}")
            yield found.but(measure=self._time_measure(length))

    def _target(self) -> Iterator[Finding]:
        found = list(ITEMS.statements(self.segments, Item.TARGET))
        if not found:
            yield self._absent(Item.TARGET)
        for statement in found:
            named = list(targets(statement))
            if not named:
                yield self._lacking(
                    Item.TARGET, Answer(statement.line, problem="names no version, commit or digest")
                )
            for target in named:
                if problem := wrong(target, self.release):
                    yield self._lacking(Item.TARGET, Answer(target.part.line, target.version, problem))

    def _rehearsal(self) -> Iterator[Finding]:
        found, limit = self._rehearsals(), self.limits.max_rehearsal_age
        if not found:
            yield self._absent(Item.REHEARSAL)
        for one in found:
            yield from self.page.dated(Item.REHEARSAL, one, limit, self.now, EXPECTED[Item.REHEARSAL])
        texts = [part for part in self.segments if part.kind in ("text", "row")]
        if all(not one.problem for one in found):
            outcomes = ITEMS.statements(self.segments, Item.OUTCOME)
            if bad := failed(outcomes, texts):
                problem = "says that it failed or was not held"
                yield self._lacking(Item.REHEARSAL, Answer(bad.line, bad.text, problem))

    def _rehearsals(self) -> list[Held]:
        return [rehearsed(one) for one in ITEMS.statements(self.segments, Item.REHEARSAL)]

    def _section(self, name: str) -> Iterator[Finding]:
        found = [content(statement) for statement in sections(self.segments, name)]
        expected = f"a heading '{name}' with something below it"
        if not found:
            yield self.page.absent(name, expected)
        for answer in found:
            if answer.problem:
                yield self.page.bad(answer.line, f"{name}: it {answer.problem}", answer.observed, expected)

    def _absent(self, item: Item) -> Finding:
        return self.page.absent(item, EXPECTED[item])

    def _lacking(self, item: Item, answer: Answer) -> Finding:
        problem = "it is empty" if answer.problem == "is empty" else f"the document {answer.problem}"
        return self.page.bad(answer.line, f"{item}: {problem}", answer.observed, EXPECTED[item])

    def _time_measure(self, length: timedelta) -> Measure:
        return Measure(length.total_seconds(), self.limits.max_time.total_seconds(), "s")
