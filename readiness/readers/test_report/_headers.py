"""The headers of JUnit XML, held against the cases that they count."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple
from xml.etree.ElementTree import Element

from readiness.evidence.model import Reason, Unproven
from readiness.readers.test_report._cases import CUT, Case, Verdict, line_of
from readiness.readers.test_report._suites import Suite

_COUNT = re.compile(r"[0-9]{1,12}", re.ASCII)
_COUNTED = {
    "failures": Verdict.FAILURE,
    "errors": Verdict.ERROR,
    "skipped": Verdict.SKIPPED,
    "skips": Verdict.SKIPPED,
}
_REWRITE = "write the report again, whole and by the tool itself"
_SUBTESTS = f"{_REWRITE}; when pytest's passed subtests are what is missing, say `format: pytest-subtests`"
_TODO = f"{_REWRITE}; jest-junit writes `test.todo` like a passed test: take it out, or skip it"
_REMEDIES = {("tests", True): _SUBTESTS, ("tests", False): _TODO}


class Range(NamedTuple):
    """The counts that a header may give for the same cases."""

    low: int
    high: int

    def __str__(self) -> str:
        return str(self.low) if self.low == self.high else f"{self.low} to {self.high}"


def check_headers(suite: Suite, *, cases_may_lack: bool) -> None:
    """Unproven when the counts of a header are not those of its cases.

    A header counts all cases below it, or, where some stand right in it, only those: tools differ. With
    `cases_may_lack` the number of tests may be larger than that of the cases; the others must fit all the same.
    """
    for one in suite.walk():
        claims = _claims(one.element)
        if not claims:
            continue
        groups = [tuple(one.all_cases())] + ([one.cases] if one.suites and one.cases else [])
        misfits = [_misfits(claims, _ranges(group, cases_may_lack)) for group in groups]
        if all(misfits):
            key, found = misfits[0][0]
            message = f"{_header(one.element)} says {key}={claims[key]}, and its cases come to {found}"
            raise Unproven(
                Reason.MALFORMED, message, _REMEDIES.get((key, claims[key] > found.high), _REWRITE)
            )


def _claims(element: Element) -> Mapping[str, int]:
    claims: dict[str, int] = {}
    for key in ("tests", *_COUNTED):
        text = element.get(key)
        if text is None:
            continue
        if not _COUNT.fullmatch(text.strip()):
            message = f"{_header(element)} has {key}={text[:40]!r}, which is no count"
            raise Unproven(Reason.MALFORMED, message, _REWRITE)
        claims[key] = int(text)
    return claims


def _header(element: Element) -> str:
    return f"line {line_of(element)}: the header of {element.get('name', '')[:CUT]!r}"


def _misfits(claims: Mapping[str, int], ranges: Mapping[str, Range]) -> Sequence[tuple[str, Range]]:
    return [
        (key, ranges[key]) for key, said in claims.items() if not ranges[key].low <= said <= ranges[key].high
    ]


def _ranges(cases: Sequence[Case], cases_may_lack: bool) -> Mapping[str, Range]:
    tests = _tests(cases)
    if cases_may_lack:
        tests = Range(tests.low, 10**12)
    return {"tests": tests, **{key: _marked(cases, verdict) for key, verdict in _COUNTED.items()}}


def _tests(cases: Sequence[Case]) -> Range:
    """What pytest counts is outcomes: a test that was skipped and then broke in its teardown can count as two."""
    return Range(len(cases), sum(max(1, len(case.marks)) for case in cases))


def _marked(cases: Sequence[Case], verdict: Verdict) -> Range:
    """From the cases whose worst element it is, to all elements of that name and all cases said to be so."""
    worst = sum(case.verdict is verdict and verdict in case.marks for case in cases)
    said = sum(case.verdict is verdict and verdict not in case.marks for case in cases)
    return Range(worst, said + sum(case.marks.count(verdict) for case in cases))
