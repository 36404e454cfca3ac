"""Jest's JSON (`jest --json --outputFile=FILE`), and that of vitest (`--reporter=json`)."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Annotated, Any

import msgspec

from readiness.evidence.model import Reason, Unproven
from readiness.evidence.test_report import Contradiction, TestReport
from readiness.readers.base import Reader, Reading
from readiness.readers.source import Source
from readiness.readers.strict_json import shape
from readiness.readers.test_report._cases import CUT, Case, Verdict
from readiness.readers.test_report._report import ReportTally

_Count = Annotated[int, msgspec.Meta(ge=0)]
_Time = Annotated[float, msgspec.Meta(ge=0, le=1e13)]
_THIS_CENTURY = 10**12
_VERDICTS = {
    "passed": Verdict.PASSED,
    "failed": Verdict.FAILURE,
    **dict.fromkeys(("pending", "skipped", "disabled", "todo"), Verdict.SKIPPED),
}
_REWRITE = "write the report again, whole and by the tool itself"
_LOOK = "look at what jest or vitest itself says of the run"


class _Test(msgspec.Struct, rename="camel"):
    """`invocations` is how often it ran, with `jest.retryTimes`."""

    title: str
    status: str
    ancestor_titles: list[str] = []
    failure_messages: list[str] | None = None
    duration: _Time | None = None
    invocations: _Count | None = None


class _File(msgspec.Struct, rename="camel"):
    name: str
    status: str
    assertion_results: list[_Test]
    message: str = ""
    start_time: _Time = 0
    end_time: _Time = 0

    @property
    def did_not_run(self) -> bool:
        """Whether the file itself failed, and none of its tests."""
        return self.status == "failed" and not any(one.status == "failed" for one in self.assertion_results)


class _Report(msgspec.Struct, rename="camel"):
    num_total_tests: _Count
    num_passed_tests: _Count
    num_failed_tests: _Count
    num_pending_tests: _Count
    num_todo_tests: _Count
    success: bool
    start_time: _Time
    test_results: list[_File]


class JestJson(Reader[TestReport]):
    """The tests are counted. A file that did not compile is one test that broke, which jest-junit leaves out.

    A run that calls itself failed though no test did contradicts itself. What passed when it was run again is flaky.
    """

    def recognises(self, source: Source) -> bool:
        """By its keys."""
        if not source.head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
            return False
        data: Any = source.json
        return isinstance(data, dict) and {"numTotalTests", "testResults", "success"} <= data.keys()

    def read(self, source: Source) -> Reading[TestReport]:
        """The counts, by file."""
        report = shape(source.json, _Report, "report of Jest")
        tally = ReportTally(source.name)
        for file in report.test_results:
            suite = tally.suite(file.name[:CUT], file=file.name[:CUT])
            told = [(one.title, one.status, one.duration) for one in file.assertion_results]
            marked = repr((file.name, file.start_time, file.end_time, told))
            suite.fingerprint = hashlib.sha256(marked.encode("utf-8", "replace")).hexdigest()[:32]
            for case in _cases(file):
                tally.add(suite, case)
        tests = [one for file in report.test_results for one in file.assertion_results]
        ended = max((file.end_time for file in report.test_results), default=0)
        facts = tally.report(
            duration_s=(ended - report.start_time) / 1000 if ended >= report.start_time else None,
            tells_reruns=any(one.invocations is not None for one in tests),
            contradictions=_contradictions(report, tests),
        )
        return Reading(facts, _instant(max(ended, report.start_time)))


def _cases(file: _File) -> Iterator[Case]:
    for one in file.assertion_results:
        yield _case(file, one)
    if file.did_not_run:
        name = "the file itself, which did not run"
        message = _first_line(file.message)
        yield Case(
            file.name,
            name,
            0,
            Verdict.ERROR,
            (),
            message,
            False,
            identity=repr((file.name, "")),
            file=file.name,
        )


def _case(file: _File, one: _Test) -> Case:
    if one.status not in _VERDICTS:
        message = f"{file.name[:80]}: the status {one.status[:40]!r} of a test is not known"
        raise Unproven(Reason.MALFORMED, message, _REWRITE)
    verdict = _VERDICTS[one.status]
    ran_again = (one.invocations or 0) > 1
    name = " > ".join((*one.ancestor_titles, one.title))
    return Case(
        suite=file.name,
        name=name or "(without a name)",
        line=0,
        verdict=verdict,
        marks=(),
        message=_first_line("\n".join(one.failure_messages or [])),
        flaky=ran_again and verdict is Verdict.PASSED,
        identity=repr((file.name, name)),
        classname=" > ".join(one.ancestor_titles)[:CUT],
        file=file.name,
        has_reruns=ran_again,
        seconds=one.duration / 1000 if one.duration is not None else None,
    )


def _first_line(text: str) -> str:
    return next((line.strip() for line in text.splitlines() if line.strip()), "")[:CUT]


def _contradictions(report: _Report, tests: Sequence[_Test]) -> Sequence[Contradiction]:
    """What its header denies; Unproven when that is all that is wrong, for a failure beside it is not undone."""
    found = Counter(one.status for one in tests)
    skipped = found["pending"] + found["skipped"] + found["disabled"]
    wrong = [
        f"it says {key}={said}, and its tests come to {count}"
        for key, said, count in (
            ("numTotalTests", report.num_total_tests, len(tests)),
            ("numPassedTests", report.num_passed_tests, found["passed"]),
            ("numFailedTests", report.num_failed_tests, found["failed"]),
            ("numPendingTests", report.num_pending_tests, skipped),
            ("numTodoTests", report.num_todo_tests, found["todo"]),
        )
        if said != count
    ]
    is_bad = bool(found["failed"]) or any(file.did_not_run for file in report.test_results)
    if report.success and is_bad:
        wrong.append("it calls itself a success, and something in it failed")
    if wrong and not is_bad:
        raise Unproven(Reason.MALFORMED, wrong[0], _REWRITE)
    if not report.success and not is_bad:
        raise Unproven(Reason.MALFORMED, "it says that the run failed, and none of its tests did", _LOOK)
    return [Contradiction(message, _REWRITE) for message in wrong[:1]]


def _instant(milliseconds: float) -> datetime | None:
    return datetime.fromtimestamp(milliseconds / 1000, UTC) if milliseconds >= _THIS_CENTURY else None
