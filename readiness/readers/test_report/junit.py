"""JUnit XML, in the dialects of pytest, jest-junit, Surefire, googletest, CTest and others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import ClassVar
from xml.etree.ElementTree import Element

from readiness.evidence.model import Reason, Unproven
from readiness.evidence.test_report import Contradiction, TestReport
from readiness.readers.base import Reader, Reading
from readiness.readers.source import Source
from readiness.readers.strict_xml import begins_like_xml
from readiness.readers.test_report._cases import Case, Verdict, line_of
from readiness.readers.test_report._headers import check_headers
from readiness.readers.test_report._suites import Suite, read_suite
from readiness.readers.test_report.kind import MAX_FAILED, MAX_SUITES

_ROOTS = ("testsuites", "testsuite")
_ONE_RUN = timedelta(days=2)


class JUnit(Reader[TestReport]):
    """The cases are counted, and a header that says otherwise makes the file malformed.

    Where cases failed, those are facts all the same, and the header is noted as a contradiction.

    A case is the worst that it says of itself; one that failed and then broke in its teardown stands twice in
    pytest's files and counts twice, as pytest counts it. An expected failure is skipped, as pytest writes it. What
    passed when it was run again (`flakyFailure`) has passed, and is noted. The time is that of the
    suite which ended last, and none when there are cases without a time.
    """

    cases_may_lack: ClassVar[bool] = False

    def recognises(self, source: Source) -> bool:
        """By its root element."""
        return begins_like_xml(source.head) and source.xml.tag in _ROOTS

    def read(self, source: Source) -> Reading[TestReport]:
        """The counts, and the first tests that failed, with their lines."""
        if source.xml.tag not in _ROOTS:
            raise Unproven(
                Reason.MALFORMED, f"its root is <{source.xml.tag}>, not <testsuites> or <testsuite>"
            )
        root = read_suite(source.xml)
        cases = tuple(root.all_cases())
        _refuse_strays(source.xml, cases)
        contradictions = self._contradictions(root, cases)
        return Reading(_report(root, cases, source.name, contradictions), _observed_at(root))

    def _contradictions(self, root: Suite, cases: Sequence[Case]) -> tuple[Contradiction, ...]:
        """What its headers deny; Unproven when that is all that is wrong, for a failure beside it is not undone."""
        try:
            check_headers(root, cases_may_lack=self.cases_may_lack)
        except Unproven as refused:
            if not any(case.is_bad for case in cases):
                raise
            return (Contradiction(refused.message, refused.remedy),)
        return ()


def _report(
    root: Suite, cases: Sequence[Case], file: str, contradictions: tuple[Contradiction, ...]
) -> TestReport:
    counts = Counter(case.verdict for case in cases)
    suites = [suite for suite in root.walk() if suite.cases]
    marks = _fingerprints(suites)
    return TestReport(
        tests=len(cases),
        failures=counts[Verdict.FAILURE],
        errors=counts[Verdict.ERROR],
        skipped=counts[Verdict.SKIPPED],
        flaky=sum(case.flaky for case in cases),
        duration_s=_duration(root),
        suites=tuple(suite.name for suite in suites),
        failed=tuple(case.as_failed(file) for case in cases if case.is_bad)[:MAX_FAILED],
        fingerprints=marks,
        contradictions=contradictions,
        identities=tuple(suite.identity() for suite in suites),
        ran=tuple(suite.ran() for suite in suites),
    )


def _fingerprints(suites: Sequence[Suite]) -> tuple[str, ...]:
    if len(suites) > MAX_SUITES:
        raise Unproven(Reason.MALFORMED, f"it has more than {MAX_SUITES:,} suites")
    seen: dict[str, Suite] = {}
    for suite in suites:
        first = seen.setdefault(suite.fingerprint(), suite)
        if first is not suite:
            lines = " and ".join(str(line_of(one.element)) for one in (first, suite))
            message = f"the suite {suite.name!r} stands in it twice, on lines {lines}, with the same cases and times"
            raise Unproven(Reason.MALFORMED, message, "merge each report once")
    return tuple(seen)


def _refuse_strays(root: Element, cases: Sequence[Case]) -> None:
    """Every case and every failure of the file must have been counted, wherever it stands."""
    found = Counter(element.tag.rpartition(":")[2].lower() for element in root.iter())
    marks = Counter(mark for case in cases for mark in case.marks)
    counted = {
        "testcase": len(cases),
        "failure": marks[Verdict.FAILURE],
        "error": marks[Verdict.ERROR],
    }
    for tag, count in counted.items():
        if found[tag] != count:
            message = f"it has {found[tag]} <{tag}> elements, of which {count} stand where they belong"
            raise Unproven(Reason.MALFORMED, message)


def _duration(root: Suite) -> float | None:
    if root.seconds is not None:
        return root.seconds
    known = [suite.seconds for suite in root.suites if suite.seconds is not None]
    return sum(known) if known and len(known) == len(root.suites) else None


def _observed_at(root: Suite) -> datetime | None:
    ends = [suite.ended_at for suite in root.walk() if suite.ended_at is not None]
    if not ends or root.is_undated():
        return None
    if max(ends) - min(ends) > _ONE_RUN:
        message = f"its suites are of different runs: they ended between {min(ends):%Y-%m-%d} and {max(ends):%Y-%m-%d}"
        raise Unproven(Reason.MALFORMED, message, "write a file for each run")
    return max(ends)
