"""The headers of JUnit XML, held against the cases that they count."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from readiness.evidence.model import Reason, Unproven
from readiness.readers.test_report._cases import Verdict
from readiness.readers.test_report._suites import Suite
from readiness.readers.test_report._tally import Sums

_COUNT = re.compile(r"[0-9]{1,12}", re.ASCII)
_COUNTED = {
    "failures": Verdict.FAILURE,
    "errors": Verdict.ERROR,
    "skipped": Verdict.SKIPPED,
    "skips": Verdict.SKIPPED,
}
_REWRITE = "write the report again, whole and by the tool itself"
_SUBTESTS = f"{_REWRITE}; when pytest's passed subtests are what is missing, say `format: pytest-subtests`"
_REMEDIES = {("tests", True): _SUBTESTS}
_MANY = 10**12


class Range(NamedTuple):
    """The counts that a header may give for the same cases."""

    low: int
    high: int

    def __str__(self) -> str:
        return str(self.low) if self.low == self.high else f"{self.low} to {self.high}"


def check_headers(root: Suite, *, cases_may_lack: bool) -> None:
    """Unproven when the counts of a header are not those of its cases.

    A header counts all cases below it, or, where some stand right in it, only those: tools differ. With
    `cases_may_lack` the number of tests may be larger than that of the cases; the others must fit all the same.
    Marks suites whose header counts only the last try of each test, or skipped cases that it does not list.
    """
    if not cases_may_lack and _lists_no_skipped(root):
        return
    is_jest = root.name == "jest tests"
    for one in reversed([*root.walk()]):
        claims = claims_of(one)
        if claims:
            _check(one, claims, cases_may_lack, is_jest)


def _check(one: Suite, claims: Mapping[str, int], cases_may_lack: bool, is_jest: bool) -> None:
    groups = [one.all_sums()] + ([one.tally.sums] if one.suites and one.tally.sums.cases else [])
    misfits = [_misfits(claims, _ranges(group, cases_may_lack)) for group in groups]
    if not all(misfits):
        return
    if groups[0].repeats and not _misfits(claims, _ranges(_without_tries(groups[0]), cases_may_lack)):
        for suite in one.walk():
            suite.tally.collapsed = True
        return
    if is_jest and _leaves_todo_out(one, claims):
        return
    key, found = misfits[0][0]
    message = f"{_header(one)} says {key}={claims[key]}, and its cases come to {found}"
    raise Unproven(Reason.MALFORMED, message, _REMEDIES.get((key, claims[key] > found.high), _REWRITE))


def claims_of(suite: Suite) -> Mapping[str, int]:
    """The counts that a header gives; Unproven when one is none."""
    claims: dict[str, int] = {}
    for key in ("tests", *_COUNTED):
        text = suite.attributes.get(key)
        if text is None:
            continue
        if not _COUNT.fullmatch(text.strip()):
            message = f"{_header(suite)} has {key}={text[:40]!r}, which is no count"
            raise Unproven(Reason.MALFORMED, message, _REWRITE)
        claims[key] = int(text)
    return claims


def _lists_no_skipped(root: Suite) -> bool:
    """Whether skipped cases are in the headers only, as mocha-junit-reporter writes them: they count as skipped.

    The root says how many were skipped, and its suites lack just as many cases, each for itself.
    """
    claims = claims_of(root)
    sums = root.all_sums()
    hidden = claims.get("skipped", 0) - sums.marks.get(Verdict.SKIPPED, 0)
    if hidden <= 0 or root.tally.sums.cases or claims.get("tests") != sums.cases + hidden:
        return False
    lacking = [(suite, _lacking(suite)) for suite in root.suites]
    if any(count is None for _, count in lacking) or sum(count or 0 for _, count in lacking) != hidden:
        return False
    for key in ("failures", "errors"):
        if key in claims and claims[key] != sums.marks.get(_COUNTED[key], 0):
            return False
    for suite, count in lacking:
        suite.tally.unlisted = count or 0
    return True


def _lacking(suite: Suite) -> int | None:
    """How many cases of a flat suite its header counts beyond those that it holds; None when it does not fit."""
    claims, sums = claims_of(suite), suite.tally.sums
    if suite.suites or "skipped" in claims or "skips" in claims or "tests" not in claims:
        return None
    bad = (("failures", Verdict.FAILURE), ("errors", Verdict.ERROR))
    if any(key in claims and claims[key] != sums.marks.get(verdict, 0) for key, verdict in bad):
        return None
    return claims["tests"] - sums.cases if claims["tests"] >= sums.cases else None


def _leaves_todo_out(one: Suite, claims: Mapping[str, int]) -> bool:
    """Whether jest-junit did not count a `test.todo`, which it writes like a passed test that took no time."""
    sums = one.tally.sums
    lacking = sums.cases - claims.get("tests", sums.cases)
    if one.suites or not 0 < lacking <= sums.idle:
        return False
    sums.todo = lacking
    if _misfits(claims, _ranges(sums, cases_may_lack=False)):
        sums.todo = 0
    return sums.todo > 0


def _header(suite: Suite) -> str:
    return f"line {suite.line}: the header of {suite.name!r}"


def _misfits(claims: Mapping[str, int], ranges: Mapping[str, Range]) -> Sequence[tuple[str, Range]]:
    """What does not fit. Failures and errors fit together too: Mocha counts the ones as the others."""
    wrong = [
        (key, ranges[key]) for key, said in claims.items() if not ranges[key].low <= said <= ranges[key].high
    ]
    bad = ("failures", "errors")
    if all(key in claims for key in bad):
        low, high = (sum(getattr(ranges[key], side) for key in bad) for side in ("low", "high"))
        if low <= sum(claims[key] for key in bad) <= high:
            return [(key, found) for key, found in wrong if key not in bad]
    return wrong


def _ranges(sums: Sums, cases_may_lack: bool) -> Mapping[str, Range]:
    """What pytest counts is outcomes: a test that was skipped and then broke in its teardown can count as two.

    Where tests ran again, Surefire's headers count the last run alone: there they may say less than the cases do.
    """
    least = 0 if sums.reruns else sums.cases - sums.todo
    tests = Range(least, _MANY if cases_may_lack else sums.outcomes - sums.todo)
    return {"tests": tests, **{key: _marked(sums, verdict) for key, verdict in _COUNTED.items()}}


def _marked(sums: Sums, verdict: Verdict) -> Range:
    """From the cases whose worst element it is, to all elements of that name and all cases said to be so."""
    least = 0 if sums.reruns else sums.worst.get(verdict, 0)
    return Range(least, sums.said.get(verdict, 0) + sums.marks.get(verdict, 0))


def _without_tries(sums: Sums) -> Sums:
    """The same without the tries that pytest-rerunfailures writes like passed tests and does not count."""
    kept = Sums(sums.cases - sums.repeats, sums.outcomes - sums.repeats)
    kept.worst, kept.said, kept.marks, kept.reruns = sums.worst, sums.said, sums.marks, sums.reruns
    return kept
