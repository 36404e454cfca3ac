"""JUnit XML, in the dialects of pytest, jest-junit, Surefire, Gradle, gotestsum, .NET, googletest, CTest and others."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import ClassVar

from readiness.evidence.model import Reason, Unproven
from readiness.evidence.test_report import Contradiction, TestReport
from readiness.readers.base import Reader, Reading
from readiness.readers.likeness import Likeness
from readiness.readers.source import Source
from readiness.readers.strict_xml import begins_like_xml
from readiness.readers.strict_xml_stream import check_xml, opening_of, read_events
from readiness.readers.test_report._cases import Verdict
from readiness.readers.test_report._headers import check_headers
from readiness.readers.test_report._junit_stream import ROOTS, JUnitStream
from readiness.readers.test_report._report import ReportTally
from readiness.readers.test_report._suites import Suite

_ONE_RUN = timedelta(days=2)
_JEST = (
    "jest-junit leaves out test files that do not compile, unless it is told `reportTestSuiteErrors`: look that "
    "jest itself succeeded"
)

_LINTERS = {"mypy"}
_LINTER_PACKAGES = {"org.ruff", "org.eslint", "stylelint.rules"}
"""Names of suites, and packages, by which linters write JUnit XML."""
_LINTED = "let the linter write its own format or SARIF, and declare that as `kind: scan`"


class JUnit(Reader[TestReport]):
    """The cases are counted, and a header that says otherwise makes the file malformed.

    Where cases failed, those are facts all the same, and the header is noted as a contradiction.

    A case is the worst that it says of itself; one that failed and then broke in its teardown stands twice in
    pytest's files and counts twice, as pytest counts it. An expected failure is skipped, as pytest writes it. What
    passed when it was run again (`flakyFailure`) has passed, and is noted; where failed tries stand beside the one
    that passed, as gotestsum writes them, they are failures. The time is that of the suite which ended last, and
    none when there are cases without a time. The file is read as a stream, of up to 2 GB.
    """

    cases_may_lack: ClassVar[bool] = False

    def recognises(self, source: Source) -> bool:
        """By its root element."""
        if not begins_like_xml(source.head):
            return False
        opening = opening_of(source.head)
        is_small = source.size <= len(source.head)
        if is_small and (opening is None or opening.tag in ROOTS):
            # So that a small file that is broken is told as such by whoever only asks what it is.
            check_xml(source.head)
        return opening is not None and opening.tag in ROOTS

    def likeness(self, source: Source) -> Likeness:
        """Not of its own: tools that test no code write their results in this form as well."""
        return min(super().likeness(source), Likeness.GENERAL)

    def read(self, source: Source) -> Reading[TestReport]:
        """The counts, and the first tests that failed, with their lines."""
        tally = ReportTally(source.name)
        stream = JUnitStream(tally)
        read_events(source.blocks(), source.head, stream)
        root = stream.root
        if root is None:
            raise Unproven(Reason.MALFORMED, "it has no root element")
        _refuse_strays(stream)
        _refuse_linters(root)
        contradictions = self._contradictions(root)
        collapsed = any(suite.tally.collapsed for suite in root.walk())
        report = tally.report(
            duration_s=_duration(root),
            tells_reruns=stream.reruns_told or collapsed,
            contradictions=contradictions,
            notes=_notes(root, stream),
        )
        return Reading(report, _observed_at(root))

    def _contradictions(self, root: Suite) -> tuple[Contradiction, ...]:
        """What its headers deny; Unproven when that is all that is wrong, for a failure beside it is not undone."""
        try:
            check_headers(root, cases_may_lack=self.cases_may_lack)
        except Unproven as refused:
            if not any(suite.tally.failed for suite in root.walk()):
                raise
            return (Contradiction(refused.message, refused.remedy),)
        return ()


def _notes(root: Suite, stream: JUnitStream) -> Sequence[str]:
    return (_JEST,) if root.name == "jest tests" and not stream.compile_errors_told else ()


def _refuse_strays(stream: JUnitStream) -> None:
    """Every case and every failure of the file must have been counted, wherever it stands."""
    counted = {
        "testcase": stream.cases,
        "failure": stream.marks[Verdict.FAILURE],
        "error": stream.marks[Verdict.ERROR],
    }
    for tag, count in counted.items():
        if stream.found[tag] != count:
            message = f"it has {stream.found[tag]} <{tag}> elements, of which {count} stand where they belong"
            raise Unproven(Reason.MALFORMED, message)


def _refuse_linters(root: Suite) -> None:
    """Some linters write JUnit XML in which clean code is a test that passed; what failed stays a failure."""
    for suite in root.walk():
        if suite.tally.failed:
            continue
        package = suite.attributes.get("package", "")
        if package in _LINTER_PACKAGES or suite.name in _LINTERS:
            message = f"line {suite.line}: {(package or suite.name)!r} is no test: a linter wrote it"
            raise Unproven(Reason.MALFORMED, message, _LINTED)


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
