"""Whether tests passed at once."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Annotated, Literal

from pydantic import Field

from readiness.check import Check, Finding, Location, Measure, Outcome, Params, Stricter, unproven
from readiness.evidence.model import Reason
from readiness.evidence.test_report import FlakyTest, TestReport
from readiness.units import Share, show_share

_SHOWN = 20
_TELLING = (
    "write a report that does: CTRF (`pytest --ctrf FILE` with pytest-json-ctrf), Surefire's, cargo-nextest's, or"
    " go test -json"
)


class FlakyParams(Params):
    """Limits on flaky tests."""

    max_flaky: Annotated[int | None, Field(ge=0), Stricter.LOWER] = None
    """The greatest number of flaky tests; without it only their share is limited."""
    max_share: Annotated[Share, Stricter.LOWER] = Fraction(1, 100)
    """The greatest share of the tests that ran that are flaky, in percent."""
    untold: Literal["warn", "unproven"] = "unproven"
    """What comes of a report that does not tell which tests were run again: `unproven`, or `warn` at best."""


class Flaky(Check[FlakyParams]):
    """The tests pass at once, not only when they are run again.

    ## Why it matters
    A test that fails and then passes on the same code tells of a race, of a dependency on time or order, or of a
    service that does not always answer: in the test, or in what it tests. Users meet the latter. And a team that is
    used to running tests again will run the one again that was right.

    ## How to fix it
    Mend the test or the code; until then, quarantine the test so that it is counted as skipped, with an owner. Only
    some reports tell of reruns: Surefire with `rerunFailingTestsCount`, cargo-nextest, gotestsum, `go test -json`, and
    CTRF from jest, Playwright or pytest. Others show a test that passed in the end as passed, or do not say: from those
    nothing is shown, and the check is unproven.
    pytest: `pip install pytest-json-ctrf`, then `pytest --ctrf reports/ctrf.json`; it tells the retries of each test,
    with pytest-rerunfailures and without. The JUnit file of pytest shows only that a test was run again, never that
    none was. Where tests are never run again and no report can tell, `untold: warn` takes its word, for half of the
    weight.

    ## References
    - Google Testing Blog, flaky tests: https://testing.googleblog.com/2016/05/flaky-tests-at-google-and-how-we.html
    - Maven Surefire, rerunning failing tests:
      https://maven.apache.org/surefire/maven-surefire-plugin/examples/rerun-failing-tests.html
    - CTRF, flaky tests: https://ctrf.io/docs/specification/overview
    """

    def judge(self, tests: TestReport) -> Iterator[Finding]:
        """Judge the number of flaky tests and their share."""
        if not tests.executed:
            yield unproven(
                Reason.MISSING,
                "no test ran",
                "look at what the test command selects: it found nothing to run",
            )
            return
        for said in tests.contradictions:
            yield unproven(Reason.MALFORMED, f"the report contradicts itself: {said.message}", said.remedy)
        share = Fraction(tests.flaky, tests.executed)
        if self._is_over(tests.flaky, share):
            yield from self._named(tests, share)
        elif tests.tells_reruns:
            yield self._finding(Outcome.PASS, _sentence(tests, share), tests, share, tests.executed)
        else:
            yield self._untold(tests, share)

    def _untold(self, tests: TestReport, share: Fraction) -> Finding:
        untold = "the report does not tell which tests were run again"
        if self.params.untold == "unproven":
            advice = f"{_TELLING}; or take this one's word with `untold: warn`"
            return unproven(Reason.INSUFFICIENT, untold, advice)
        ran = "1 test ran" if tests.executed == 1 else f"{tests.executed} tests ran"
        message = f"{ran}, and {untold}"
        return self._finding(Outcome.WARN, message, tests, share, 1).but(observed="", next=_TELLING)

    def _is_over(self, flaky: int, share: Fraction) -> bool:
        most = self.params.max_flaky
        return share > self.params.max_share or (most is not None and flaky > most)

    def _named(self, tests: TestReport, share: Fraction) -> Iterator[Finding]:
        shown = tests.flaky_tests[:_SHOWN]
        for test in shown:
            message = f"{_name(test)} passed only when it was run again"
            place = Location(test.file, test.line) if test.file and test.line else None
            yield self._finding(Outcome.FAIL, message, tests, share, 1, place)
        if rest := tests.flaky - len(shown):
            more = "more tests" if shown else f"of {tests.executed} tests"
            message = f"{rest} {more} passed only when they were run again"
            yield self._finding(Outcome.FAIL, message, tests, share, rest)

    def _finding(
        self,
        outcome: Outcome,
        message: str,
        tests: TestReport,
        share: Fraction,
        count: int,
        place: Location | None = None,
    ) -> Finding:
        most = self.params.max_flaky
        limits = [f"<= {show_share(self.params.max_share)}"] + ([f"<= {most}"] if most is not None else [])
        by_count = most is not None and share <= self.params.max_share
        measure = (
            Measure(tests.flaky, most or 0, "tests")
            if by_count
            else Measure(float(share * 100), float(self.params.max_share * 100), "%")
        )
        return Finding(
            outcome=outcome,
            message=message,
            observed=f"{tests.flaky} flaky in all, {show_share(share)}",
            expected=" and ".join(limits),
            location=place,
            count=count,
            measure=measure,
            next=""
            if outcome is Outcome.PASS
            else "mend the test or what it tests; run it many times to see it fail",
        )


def _sentence(tests: TestReport, share: Fraction) -> str:
    if not tests.flaky:
        return f"{tests.executed} tests ran, and none had to be run again to pass"
    return (
        f"{tests.flaky} of {tests.executed} tests passed only when they were run again: {show_share(share)}"
    )


def _name(test: FlakyTest) -> str:
    return test.name if not test.suite or test.name.startswith(test.suite) else f"{test.suite}: {test.name}"
