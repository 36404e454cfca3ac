"""Whether the suites that matter ran, and passed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Annotated, ClassVar

from pydantic import AfterValidator, Field, model_validator

from readiness.check import Check, Finding, Measure, Outcome, Params, Stricter
from readiness.evidence.model import Reason
from readiness.evidence.test_report import SuiteCounts, TestReport
from readiness.units import Share, show_share

from ._globs import is_name_like, refuse_odd_glob

_NAMED = 5
_FAILED = 3


class SuiteLimits(Params):
    """What is expected of one suite, or of several that are named alike."""

    named_by: ClassVar[str] = "name"
    name: Annotated[str, AfterValidator(refuse_odd_glob)]
    """A glob over the names of suites and classes and the paths of their files: `*` stands for any text."""
    min_tests: Annotated[int, Field(ge=1), Stricter.HIGHER] = 1
    """The least number of different tests that ran; skipped ones do not count, and one that ran twice counts once."""
    min_pass_rate: Annotated[Share, Stricter.HIGHER] = Fraction(1)
    """The least share of those that ran that passed, in percent."""
    max_skipped: Annotated[Share, Stricter.LOWER] = Fraction(1, 10)
    """The greatest share of its tests that were skipped, in percent."""

    @model_validator(mode="after")
    def _more_than_nothing(self) -> SuiteLimits:
        if not self.min_pass_rate:
            raise ValueError("min-pass-rate must be more than 0%: nothing could fall below it")
        return self


class SuitesParams(Params):
    """The suites that must have run."""

    suites: Annotated[
        tuple[SuiteLimits, ...],
        Field(
            strict=False,
            min_length=1,
            max_length=100,
            examples=[[{"name": "integration*", "min-tests": 20}]],
        ),
    ]
    """The suites, each with its `name` and its limits."""

    @model_validator(mode="after")
    def _once_each(self) -> SuitesParams:
        if len({one.name for one in self.suites}) < len(self.suites):
            raise ValueError("a name stands twice in suites")
        return self


class Suites(Check[SuitesParams]):
    """The suites that this release depends on ran, and passed.

    ## Why it matters
    A test report can be green because the tests that matter are not in it: integration tests whose job was switched
    off, a security suite that needs a database nobody started, a folder that was renamed. The number of all tests hides
    it, since unit tests are many. So the suites that must have run are named, each with the least that it should show.

    ## How to fix it
    When a suite is missing, look whether its job ran, and whether its report reaches the gate: one evidence can be many
    files, `path: "reports/**/*.xml"`. The name is held against the name of the suite and of those around it, the class
    of the test, and the file that it stands in, as far as the format tells them; `pytest -o junit_family=xunit1` writes
    files. `*` stands for any text: `tests.integration.*`, `*IT`, `*/e2e/*`. When it ran and failed, mend what failed.

    ## References
    - Martin Fowler, IntegrationTest: https://martinfowler.com/bliki/IntegrationTest.html
    - Google SRE book, testing for reliability: https://sre.google/sre-book/testing-reliability/
    - Maven Failsafe, which runs integration tests: https://maven.apache.org/surefire/maven-failsafe-plugin/
    """

    def judge(self, tests: TestReport) -> Iterator[Finding]:
        """Judge each suite that is named."""
        good: list[str] = []
        for limits in self.params.suites:
            found = [group for group in tests.groups if _is_meant(limits.name, group)]
            bad = [*_judged(limits, found, tests)]
            yield from bad
            if not bad:
                good.append(f"{limits.name}, {_different(found)} tests")
        for said in tests.contradictions:
            yield Finding(
                outcome=Outcome.UNPROVEN,
                reason=Reason.MALFORMED,
                message=f"the report contradicts itself: {said.message}",
                next=said.remedy,
            )
        if good:
            yield Finding(outcome=Outcome.PASS, message=f"ran and passed: {'; '.join(good)}", count=len(good))


def _is_meant(pattern: str, group: SuiteCounts) -> bool:
    """Whether a name of the group matches, or the end of its file's path from a folder on."""
    names = (group.suite, group.classname, *group.within)
    if any(is_name_like(pattern, name) for name in names if name):
        return True
    steps = group.file.replace("\\", "/").split("/")
    return bool(group.file) and any(is_name_like(pattern, "/".join(steps[at:])) for at in range(len(steps)))


def _different(groups: Sequence[SuiteCounts]) -> int:
    """How many different tests ran: those of a group that ran again count once."""
    return sum({group.mark or str(number): group.ran for number, group in enumerate(groups)}.values())


def _judged(limits: SuiteLimits, found: Sequence[SuiteCounts], tests: TestReport) -> Iterator[Finding]:
    if not tests.grouped and tests.tests:
        yield _unproven(
            limits, Reason.INSUFFICIENT, "the report has too many suites to tell them apart", _SPLIT
        )
        return
    if not found:
        yield _unproven(limits, Reason.MISSING, f"no suite is named {limits.name}; {_there(tests)}", _LOOK)
        return
    every, skipped = (sum(getattr(group, key) for group in found) for key in ("tests", "skipped"))
    bad = sum(group.failures + group.errors for group in found)
    executed, different = every - skipped, _different(found)
    if not executed:
        message = f"{limits.name}: none of its {every} tests ran"
        yield _unproven(limits, Reason.MISSING, message, "run the tests that were skipped")
        return
    if different < limits.min_tests:
        message = f"{limits.name}: {different} different tests ran, at least {limits.min_tests} should"
        yield _unproven(limits, Reason.INSUFFICIENT, message, _LOOK, different)
    rate = Fraction(executed - bad, executed)
    if rate < limits.min_pass_rate:
        yield _failing(limits, executed, bad, rate, tests)
    share = Fraction(skipped, every)
    if share > limits.max_skipped:
        yield Finding(
            outcome=Outcome.FAIL,
            message=f"{limits.name}: {skipped} of {every} tests were skipped: {show_share(share)}",
            observed=show_share(share),
            expected=f"<= {show_share(limits.max_skipped)}",
            count=skipped,
            measure=Measure(float(share * 100), float(limits.max_skipped * 100), "%"),
            next="run the skipped tests, or take out those that nobody means to run again",
        )


_LOOK = "look whether its job ran, whether its report reaches the gate, and how the report names it"
_SPLIT = "declare the reports of each suite as an evidence of its own, and use the check for each"


def _there(tests: TestReport) -> str:
    names = list(dict.fromkeys(group.classname or group.suite or group.file for group in tests.groups))
    if not names:
        return "the report holds no test"
    rest = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return f"there are {', '.join(names[:_NAMED])}{rest}"


def _unproven(
    limits: SuiteLimits, reason: Reason, message: str, advice: str, ran: int | None = None
) -> Finding:
    return Finding(
        outcome=Outcome.UNPROVEN,
        reason=reason,
        message=message,
        observed="" if ran is None else str(ran),
        expected=f">= {limits.min_tests}",
        measure=None if ran is None else Measure(ran, limits.min_tests, "tests", "higher"),
        next=advice,
    )


def _failing(limits: SuiteLimits, executed: int, bad: int, rate: Fraction, tests: TestReport) -> Finding:
    named = [test.name for test in tests.failed if is_name_like(limits.name, test.suite)][:_FAILED]
    such = f", such as {', '.join(named)}" if named else ""
    return Finding(
        outcome=Outcome.FAIL,
        message=f"{limits.name}: {bad} of {executed} tests that ran did not pass{such}",
        observed=show_share(rate),
        expected=f">= {show_share(limits.min_pass_rate)}",
        count=bad,
        measure=Measure(float(rate * 100), float(limits.min_pass_rate * 100), "%", "higher"),
        next="mend what failed, and run the suite again",
    )
