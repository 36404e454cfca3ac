"""`All tests pass` beside `18/24 tests passing`: in one report, or in two that tell of the same thing on one date."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import permutations

from readiness.claims.model import Contradiction
from readiness.claims.report import Line, Report
from readiness.claims.rules import _words
from readiness.claims.rules._words import quoted
from readiness.claims.rules.dates import report_date
from readiness.claims.rules.ticked import counts_success
from readiness.claims.rules.unrun import against, open_tests

RULE = "all-and-some"
ACROSS = "two-reports"
_ALL_TESTS = re.compile(
    r"\ball (?:(?:the|our|of the) )?(?:[\d,]+ )?(?P<which>\w+ )?tests?(?: cases?| suites?)?(?: are| have|"
    r" were)?\s*:?\s*(?:all )?(?:pass\w*|green|ok\b|100%)",
    re.I,
)
_WISH = re.compile(
    r"\W*(?:validate|verify|ensure|confirm|check|make sure|run|until|when|once|if|expect\w*|require\w*)\b",
    re.IGNORECASE,
)
_SUBJECT = re.compile(r"\b(?:phase|week|release|sprint|milestone|version|stage) \d[\d.]*", re.IGNORECASE)
_TEST = re.compile(r"\btests?\b", re.IGNORECASE)
_READY = re.compile(r"\bready to (?:run|execute)\b|\bready for execution\b", re.IGNORECASE)


def find(report: Report) -> Iterator[Contradiction]:
    """All, and some, in one report."""
    yield from _all_and_some(report.lines, report.lines, RULE)


def find_between(reports: Sequence[Report]) -> Iterator[Contradiction]:
    """The same, and ticked outcomes of tests that the other report has not run, between reports of one subject."""
    for claiming, denying in permutations(reports, 2):
        if not _same_subject(claiming, denying):
            continue
        yield from _all_and_some(claiming.lines, denying.lines, ACROSS)
        opened = [*open_tests(denying), *(line for line in denying.lines if _READY.search(line.text))]
        for one in against([line for line in opened if line.status is not None], claiming.lines):
            yield one._replace(
                rule=ACROSS,
                message=f"it is ticked, and the other report has not run it: {quoted(one.others[0].text)}",
            )


def _same_subject(first: Report, second: Report) -> bool:
    """One date, and one phase, week or release in their titles."""
    a, b = report_date(first), report_date(second)
    names = [{found[0].lower() for found in _SUBJECT.finditer(report.title)} for report in (first, second)]
    return bool(a and b and a.when == b.when and names[0] & names[1])


def _all_and_some(claiming: Sequence[Line], denying: Sequence[Line], rule: str) -> Iterator[Contradiction]:
    some = [line for line in denying if _some(line)]
    for line in claiming if some else ():
        found = _ALL_TESTS.search(line.text)
        if (
            found
            and line.box is not False
            and not _words.negated(line.text, found.start())
            and not _WISH.match(line.text)
        ):
            one = next(
                (other for other in some if other is not line and _covers(found["which"], other)), None
            )
            if one:
                yield Contradiction(
                    line,
                    rule,
                    f"it says that all tests pass, and another line says {quoted(one.text)}",
                    "",
                    (one,),
                )


def _covers(which: str | None, some: Line) -> bool:
    """Whether `all unit tests` speaks of those of the other line."""
    return (
        which is None or which.strip().lower() in ("the", "our") or which.strip().lower() in some.text.lower()
    )


def _some(line: Line) -> bool:
    if not _TEST.search(line.text) or _words.EXCUSED.search(line.text):
        return False
    return any(one.part < one.whole and counts_success(line.text, one) for one in line.fractions)
