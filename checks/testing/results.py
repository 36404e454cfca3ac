"""Whether the tests passed."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Annotated

from pydantic import Field

from readiness.check import Check, Finding, Location, Measure, Outcome, Params, Stricter
from readiness.evidence.model import Reason
from readiness.evidence.test_report import FailedTest, TestReport
from readiness.units import Share, show_share

_SHOWN = 20


class ResultsParams(Params):
    """Limits on a test report."""

    min_tests: Annotated[int, Field(ge=1), Stricter.HIGHER] = 1
    """The least number of different tests that ran; skipped ones do not count, and one that ran twice counts once."""
    max_failures: Annotated[int, Field(ge=0), Stricter.LOWER] = 0
    """The greatest number of tests that failed or broke."""
    max_skipped: Annotated[Share, Stricter.LOWER] = Fraction(1, 10)
    """The greatest share of all tests that were skipped, in percent."""


class Results(Check[ResultsParams]):
    """The tests of this release ran, and passed.

    ## Why it matters
    A test that failed names a defect before a customer does. A report without tests, or one in which nearly all are
    skipped, looks just as green in a pipeline and shows nothing: a collection that found no files, a marker that
    deselected too much, a suite that was switched off "for now". So the cases are counted, and enough of them must
    have run.

    ## How to fix it
    Mend what failed, or the code that it points at; the finding gives the line of the report. Run skipped tests, or
    take those out that nobody means to run again. When too few ran, look at what the test command selects, and keep
    the report of the whole run: `pytest --junitxml=reports/junit.xml`, `reporters: ["jest-junit"]` for jest, the files
    in `target/surefire-reports` for Maven. `min-tests`, set a little below the usual number, notices when tests vanish.
    An expected failure (`xfail`) counts as skipped; a test that passed only on a rerun counts as passed, where the
    format tells that it was one (gotestsum and Gradle write the try that failed as a failure). Tests of one
    suite that share class and name, as some tools write the rows of a table, count once for `min-tests`.

    jest-junit leaves out test files that do not even compile, unless it is told `reportTestSuiteErrors: "true"`.

    ## References
    - pytest, JUnit XML: https://docs.pytest.org/en/stable/how-to/output.html#creating-junitxml-format-files
    - Maven Surefire, rerunning failing tests:
      https://maven.apache.org/surefire/maven-surefire-plugin/examples/rerun-failing-tests.html
    - Google SRE book, testing for reliability: https://sre.google/sre-book/testing-reliability/
    """

    def judge(self, tests: TestReport) -> Iterator[Finding]:
        """Judge how many ran, how many of them failed, and how many were left out."""
        if not tests.tests:
            yield _empty()
            return
        yield from _contradicted(tests)
        yield from self._ran(tests)
        yield from self._failed(tests)
        yield from self._skipped(tests)
        if tests.passed > 0:
            yield self._passed(tests)
        for note in tests.notes:
            yield Finding(outcome=Outcome.PASS, message=note, note=True)

    def _ran(self, tests: TestReport) -> Iterator[Finding]:
        least = self.params.min_tests
        if tests.different >= least and tests.passed > 0:
            return
        few = f"{tests.executed} of {tests.tests} tests ran, at least {least} should"
        if tests.executed >= least:
            few = f"{tests.executed} tests ran, of which {tests.different} are different, at least {least} should be"
        none = f"of {tests.executed} tests that ran, none passed"
        yield Finding(
            outcome=Outcome.UNPROVEN,
            reason=Reason.INSUFFICIENT,
            message=few if tests.different < least else none,
            observed=str(tests.different),
            expected=f">= {least}",
            measure=Measure(tests.different, least, "tests", "higher"),
            next="look at what the test command selects and skips, and keep the report of the whole run",
        )

    def _failed(self, tests: TestReport) -> Iterator[Finding]:
        count, most = tests.failures + tests.errors, self.params.max_failures
        if count <= most:
            return
        shown = tests.failed[:_SHOWN]
        for test in shown:
            yield self._failure(count, _sentence(test), _location(test))
        if rest := count - len(shown):
            more = f"{rest} more tests failed" if shown else f"{rest} of {tests.tests} tests failed"
            yield self._failure(count, more, None, rest)

    def _failure(self, total: int, message: str, location: Location | None, count: int = 1) -> Finding:
        most = self.params.max_failures
        return Finding(
            outcome=Outcome.FAIL,
            message=message,
            observed=f"{total} failed in all",
            expected=f"<= {most}",
            location=location,
            count=count,
            measure=Measure(total, most, "failures"),
            next="mend what failed, and run the tests again",
        )

    def _skipped(self, tests: TestReport) -> Iterator[Finding]:
        share, most = Fraction(tests.skipped, tests.tests), self.params.max_skipped
        if share <= most:
            return
        yield Finding(
            outcome=Outcome.FAIL,
            message=f"{tests.skipped} of {tests.tests} tests were skipped: {show_share(share)}",
            observed=show_share(share),
            expected=f"<= {show_share(most)}",
            count=tests.skipped,
            measure=Measure(float(share * 100), float(most * 100), "%"),
            next="run the skipped tests, or take out those that nobody means to run again",
        )

    def _passed(self, tests: TestReport) -> Finding:
        least, failed = self.params.min_tests, tests.failures + tests.errors
        parts = [f"{tests.passed} of {tests.tests} tests passed"]
        parts += [f"{tests.flaky} of them only on a rerun"] if tests.flaky else []
        expected = f", {tests.xfailed} of them expected to fail" if tests.xfailed else ""
        parts += [f"{tests.skipped} skipped{expected}"] if tests.skipped else []
        parts += (
            [f"{failed} failed, which is within the limit"] if 0 < failed <= self.params.max_failures else []
        )
        enough = tests.different >= least
        return Finding(
            outcome=Outcome.PASS,
            message=", ".join(parts),
            observed=f"{tests.different} ran",
            expected=f">= {least}" if enough else "",
            count=tests.passed,
            measure=Measure(tests.different, least, "tests", "higher") if enough else None,
        )


def _contradicted(tests: TestReport) -> Iterator[Finding]:
    for said in tests.contradictions:
        yield Finding(
            outcome=Outcome.UNPROVEN,
            reason=Reason.MALFORMED,
            message=f"the report contradicts itself: {said.message}",
            next=said.remedy,
        )


def _empty() -> Finding:
    return Finding(
        outcome=Outcome.UNPROVEN,
        reason=Reason.MISSING,
        message="the report holds no test",
        next="look at what the test command selects: it found nothing to run",
    )


def _sentence(test: FailedTest) -> str:
    name = test.name if test.name.startswith(test.suite) else f"{test.suite}: {test.name}"
    how = "broke" if test.outcome == "error" else "failed"
    return f"{name} {how}: {test.message}" if test.message else f"{name} {how}"


def _location(test: FailedTest) -> Location | None:
    return Location(test.file, test.line) if test.file and test.line else None
