"""Test reports: one file, or the files of several suites or shards."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import ClassVar

from readiness.evidence.model import Facts, Reason, Unproven
from readiness.evidence.test_report import SuiteCounts, TestReport
from readiness.readers.base import Binding, FileSpec
from readiness.readers.files import FileKind

MAX_SUITES = 20_000
MAX_FAILED = 100
MAX_GROUPS = 5_000


class TestReportKind(FileKind[TestReport]):
    """What the tests did. Several files add up."""

    __test__: ClassVar[bool] = False
    facts: ClassVar[type[Facts]] = TestReport
    binds: ClassVar[Binding | None] = "commit"

    def combine(self, parts: Sequence[TestReport], spec: FileSpec) -> TestReport:  # noqa: ARG002 - the contract's
        """The sums. Unproven when a suite stands in two files: counting it twice would make few tests look many.

        Two runs of one suite are not the same suite: their times differ, and both count; `different` counts their
        tests once.
        """
        _refuse_doubles(parts)
        suites = tuple(name for part in parts for name in part.suites)
        if len(suites) > MAX_SUITES:
            raise Unproven(Reason.MALFORMED, f"it has more than {MAX_SUITES:,} suites", "name fewer files")
        durations = [part.duration_s for part in parts if part.duration_s is not None]
        return TestReport(
            tests=sum(part.tests for part in parts),
            failures=sum(part.failures for part in parts),
            errors=sum(part.errors for part in parts),
            skipped=sum(part.skipped for part in parts),
            flaky=sum(part.flaky for part in parts),
            duration_s=sum(durations) if len(durations) == len(parts) else None,
            suites=suites,
            failed=tuple(test for part in parts for test in part.failed)[:MAX_FAILED],
            fingerprints=tuple(mark for part in parts for mark in part.fingerprints),
            contradictions=tuple(one for part in parts for one in part.contradictions)[:MAX_FAILED],
            identities=tuple(one for part in parts for one in part.identities),
            ran=tuple(count for part in parts for count in part.ran),
            xfailed=sum(part.xfailed for part in parts),
            flaky_tests=tuple(test for part in parts for test in part.flaky_tests)[:MAX_FAILED],
            groups=(groups := _groups(parts)),
            grouped=bool(groups) and all(part.grouped for part in parts),
            tells_reruns=all(part.tells_reruns for part in parts),
            notes=tuple(dict.fromkeys(note for part in parts for note in part.notes)),
        )


def _groups(parts: Sequence[TestReport]) -> tuple[SuiteCounts, ...]:
    groups = tuple(group for part in parts for group in part.groups)
    return groups if len(groups) <= MAX_GROUPS else ()


def _refuse_doubles(parts: Sequence[TestReport]) -> None:
    times = Counter(mark for part in parts for mark in part.fingerprints)
    for part in parts:
        for name, mark in zip(part.suites, part.fingerprints, strict=False):
            if times[mark] > 1:
                message = f"the suite {name!r} stands in {times[mark]} files, with the same cases and times"
                remedy = "let `path` name every report once, without merged copies of others"
                raise Unproven(Reason.MALFORMED, message, remedy)
