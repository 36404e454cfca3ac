"""Suites of cases -> the facts of one report, the same for every format."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from readiness.evidence.model import Reason, Unproven
from readiness.evidence.test_report import Contradiction, SuiteCounts, TestReport
from readiness.readers.test_report._cases import Case
from readiness.readers.test_report._tally import SuiteTally
from readiness.readers.test_report.kind import MAX_FAILED, MAX_GROUPS, MAX_SUITES


@dataclass(slots=True)
class ReportTally:
    """The suites of one file. Beyond `MAX_GROUPS` classes and files, only suites are told apart."""

    file: str
    suites: list[SuiteTally] = field(default_factory=list)
    groups: int = 0
    is_coarse: bool = False

    def suite(self, name: str, line: int | None = None, file: str = "") -> SuiteTally:
        """A new suite, which counts when it has cases."""
        made = SuiteTally(name, line, file)
        self.suites.append(made)
        return made

    def add(self, suite: SuiteTally, case: Case) -> None:
        """Count one more case of a suite."""
        key = ("", "") if self.is_coarse else (case.classname, case.file)
        self.groups += key not in suite.groups
        suite.add(case, key, self.file)
        if self.groups > MAX_GROUPS and not self.is_coarse:
            self.is_coarse = True
            for one in self.suites:
                one.coarsen()

    def report(
        self,
        *,
        duration_s: float | None,
        tells_reruns: bool,
        contradictions: Sequence[Contradiction] = (),
        notes: Sequence[str] = (),
    ) -> TestReport:
        """The facts. Unproven when a suite stands in it twice."""
        suites = [suite for suite in self.suites if suite.groups or suite.unlisted]
        marks = _fingerprints(suites)
        for suite in suites:
            suite.settle()
        groups = tuple(counts for suite in suites for counts in suite.counts())
        return TestReport(
            **_sums(groups),
            xfailed=sum(group.xfailed for suite in suites for group in suite.groups.values()),
            duration_s=duration_s,
            suites=tuple(suite.name for suite in suites),
            failed=tuple(test for suite in suites for test in suite.failed)[:MAX_FAILED],
            flaky_tests=tuple(test for suite in suites for test in suite.flaky_tests)[:MAX_FAILED],
            fingerprints=marks,
            contradictions=tuple(contradictions),
            identities=tuple(suite.identity() for suite in suites),
            ran=tuple(suite.ran() for suite in suites),
            groups=groups if len(groups) <= MAX_GROUPS else (),
            grouped=len(groups) <= MAX_GROUPS,
            tells_reruns=tells_reruns,
            notes=tuple(notes),
        )


def _sums(groups: Sequence[SuiteCounts]) -> dict[str, int]:
    keys = ("tests", "failures", "errors", "skipped", "flaky")
    return {key: sum(getattr(group, key) for group in groups) for key in keys}


def _fingerprints(suites: Sequence[SuiteTally]) -> tuple[str, ...]:
    if len(suites) > MAX_SUITES:
        raise Unproven(Reason.MALFORMED, f"it has more than {MAX_SUITES:,} suites")
    seen: dict[str, SuiteTally] = {}
    for suite in suites:
        first = seen.setdefault(suite.fingerprint, suite)
        if first is not suite:
            lines = f", on lines {first.line} and {suite.line}," if suite.line else ""
            message = f"the suite {suite.name!r} stands in it twice{lines} with the same cases and times"
            raise Unproven(Reason.MALFORMED, message, "merge each report once")
    return tuple(seen)
