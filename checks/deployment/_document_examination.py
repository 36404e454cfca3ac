"""A rollback document, examined."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from readiness.check import Finding, Location, Measure, Outcome, Release
from readiness.evidence.document import Document
from readiness.evidence.model import Reason
from readiness.units import show_age, show_duration

from ._document_answer import Answer
from ._document_commands import commands_of, rolls_back
from ._document_items import Item, Statement, implied_triggers, is_label, sections, statements
from ._document_placeholders import placeholders
from ._document_rehearsal import Rehearsed, failed, rehearsed
from ._document_substance import JUDGES, content
from ._document_target import Target, targets
from ._document_text import segments_of
from ._document_wording import EXPECTED, is_newer, is_same_version, shorten

_MOST = 20
_DAY = timedelta(days=1)


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
        self.segments = tuple(segments_of(document, is_label))
        self.now, self.release = now, release
        self.longest = timedelta(0)
        self.oldest = now

    def findings(self) -> Iterator[Finding]:
        """Each shortcoming, and then all that holds in one."""
        rehearsal = list(self._rehearsal())
        parts = [
            list(self._words()),
            list(self._placeholders()),
            list(self._commands()),
            *(list(self._item(item)) for item in JUDGES),
            list(self._target()),
            rehearsal,
            *(list(self._section(name)) for name in self.limits.sections),
        ]
        for part in parts:
            yield from self._capped(part)
        if good := sum(not part for part in parts):
            yield self._passed(good, is_rehearsed=not rehearsal)

    def _passed(self, good: int, *, is_rehearsed: bool) -> Finding:
        """What holds, in one finding that ends when the rehearsal gets too old."""
        limit = self.limits.max_rehearsal_age
        is_timely = timedelta(0) < self.longest <= self.limits.max_time
        lasts = is_rehearsed and limit < datetime.max.replace(tzinfo=self.oldest.tzinfo) - self.oldest
        return Finding(
            outcome=Outcome.PASS,
            message=f"all {good} parts of a rollback document that are asked for are there",
            observed=f"rolls back in {show_duration(self.longest)}" if is_timely else "",
            location=self._place(self._first_line()),
            count=good,
            measure=self._time_measure(self.longest) if is_timely else None,
            until=self.oldest + limit if lasts else None,
        )

    def _capped(self, part: list[Finding]) -> Iterator[Finding]:
        """The first of many of one sort, and one for the rest that is as bad as the worst of them."""
        yield from part[:_MOST]
        if rest := part[_MOST:]:
            worst = max(rest, key=lambda finding: finding.outcome.rank)
            yield Finding(
                outcome=worst.outcome,
                reason=worst.reason,
                message=f"{len(rest)} more of this sort: {worst.message}",
                expected=worst.expected,
                location=worst.location,
                next=worst.next,
            )

    def _words(self) -> Iterator[Finding]:
        words, least = self.document.words, self.limits.min_words
        if words < least:
            measure = Measure(words, least, "words", "higher")
            message = f"the document has {words} words of prose, and at least {least} are needed"
            yield self._bad(
                self._first_line(), message, f"{words} words", f"at least {least}", measure=measure
            )

    def _placeholders(self) -> Iterator[Finding]:
        for line, text in placeholders(self.document):
            yield self._bad(
                line, f"a placeholder was left: {shorten(text)}", shorten(text), "no placeholders"
            )

    def _commands(self) -> Iterator[Finding]:
        blocks = [part for part in self.segments if part.kind == "code"]
        found = [command for block in blocks for command in commands_of(block)]
        if any(rolls_back(command, self.limits.commands, self._is_old) for command in found):
            return
        expected = "a command that rolls back, in a code block"
        if not blocks:
            yield self._bad(self._first_line(), "there is no code block with a command", "", expected)
        else:
            shown = " ".join(found[0].words) if found else blocks[0].text
            message = "no code block holds a command that is known to roll back"
            yield self._bad(found[0].line if found else blocks[0].line, message, shorten(shown), expected)

    def _item(self, item: Item) -> Iterator[Finding]:
        found = statements(self.segments, item) or self._implied(item)
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
            expected = f"at most {show_duration(limit)}"
            yield self._bad(
                answer.line, message, shorten(answer.observed), expected, measure=self._time_measure(length)
            )

    def _target(self) -> Iterator[Finding]:
        found = statements(self.segments, Item.TARGET)
        if not found:
            yield self._absent(Item.TARGET)
        for statement in found:
            named = list(targets(statement))
            if not named:
                yield self._lacking(
                    Item.TARGET, Answer(statement.line, problem="names no version, commit or digest")
                )
            for target in named:
                if problem := self._wrong_target(target):
                    yield self._lacking(Item.TARGET, Answer(target.part.line, target.version, problem))

    def _wrong_target(self, target: Target) -> str:
        if is_same_version(target.version, self.release):
            return f"names {target.version}, which is the very release that is judged"
        if target.numbering == "release" and is_newer(target.version, self.release):
            return f"names {target.version}, which does not come before the release that is judged"
        return ""

    def _is_old(self, version: str) -> bool:
        return not is_same_version(version, self.release) and not is_newer(version, self.release)

    def _rehearsal(self) -> Iterator[Finding]:
        found = [rehearsed(statement) for statement in statements(self.segments, Item.REHEARSAL)]
        if not found:
            yield self._absent(Item.REHEARSAL)
        for one in found:
            yield from self._rehearsed(one)
        texts = [part for part in self.segments if part.kind in ("text", "row")]
        if all(not one.problem for one in found):
            outcomes = statements(self.segments, Item.OUTCOME)
            if bad := failed(outcomes, texts):
                problem = "says that it failed or was not held"
                yield self._lacking(Item.REHEARSAL, Answer(bad.line, bad.text, problem))

    def _rehearsed(self, one: Rehearsed) -> Iterator[Finding]:
        answer = Answer(one.line, one.observed, one.problem)
        if one.at is None:
            yield self._lacking(Item.REHEARSAL, answer, Reason.MALFORMED if one.impossible else None)
            return
        self.oldest = min(self.oldest, one.at)
        age, limit = self.now - one.at, self.limits.max_rehearsal_age
        if age < timedelta(0):
            problem = f"names a day that is still to come: {one.observed}"
            yield self._lacking(Item.REHEARSAL, answer._replace(problem=problem), Reason.MALFORMED)
        elif age > limit:
            problem = (
                f"is of {one.observed}, {show_age(age)} ago, and at most {show_duration(limit)} is allowed"
            )
            yield self._lacking(Item.REHEARSAL, answer._replace(problem=problem), measure=_days(age, limit))

    def _section(self, name: str) -> Iterator[Finding]:
        found = [content(statement) for statement in sections(self.segments, name)]
        expected = f"a heading '{name}' with something below it"
        if not found:
            yield self._bad(self._first_line(), f"{name}: the document does not speak about it", "", expected)
        for answer in found:
            if answer.problem:
                yield self._bad(
                    answer.line, f"{name}: it {answer.problem}", shorten(answer.observed), expected
                )

    def _absent(self, item: Item) -> Finding:
        message = f"{item}: the document does not speak about it"
        return self._bad(self._first_line(), message, "", EXPECTED[item])

    def _lacking(
        self, item: Item, answer: Answer, reason: Reason | None = None, measure: Measure | None = None
    ) -> Finding:
        message = (
            f"{item}: the document {answer.problem}"
            if answer.problem != "is empty"
            else f"{item}: it is empty"
        )
        return self._bad(answer.line, message, shorten(answer.observed), EXPECTED[item], reason, measure)

    def _bad(
        self,
        line: int,
        message: str,
        observed: str,
        expected: str,
        reason: Reason | None = None,
        measure: Measure | None = None,
    ) -> Finding:
        return Finding(
            outcome=Outcome.UNPROVEN if reason else Outcome.FAIL,
            reason=reason,
            message=message,
            observed=observed,
            expected=expected,
            location=self._place(line),
            measure=measure,
            next=f"write down: {expected}",
        )

    def _time_measure(self, length: timedelta) -> Measure:
        return Measure(length.total_seconds(), self.limits.max_time.total_seconds(), "s")

    def _first_line(self) -> int:
        """That of the first heading: the place for what is nowhere."""
        return next((part.line for part in self.segments if part.kind == "heading"), 1)

    def _place(self, line: int) -> Location:
        return Location(self.document.path, line)


def _days(age: timedelta, limit: timedelta) -> Measure:
    return Measure(age / _DAY, limit / _DAY, "d")
