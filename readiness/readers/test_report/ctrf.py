"""CTRF JSON (Common Test Report Format), as the reporters of ctrf-io and pytest-json-ctrf write it.

Fields and their meanings: https://ctrf.io/docs/schema/overview.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Annotated

import msgspec

from readiness.evidence.model import Reason, Unproven
from readiness.evidence.test_report import Contradiction, TestReport
from readiness.readers.base import Reader, Reading
from readiness.readers.source import Source
from readiness.readers.strict_json import shape
from readiness.readers.test_report._cases import Case, Verdict
from readiness.readers.test_report._report import ReportTally
from readiness.readers.test_report._tally import SuiteTally

_Count = Annotated[int, msgspec.Meta(ge=0)]
_Time = Annotated[float, msgspec.Meta(ge=0, le=1e14)]
_MILLISECONDS_FROM = 10**11
_COUNTED = ("passed", "failed", "skipped", "pending", "other")
_VERDICTS = {
    "passed": Verdict.PASSED,
    "failed": Verdict.FAILURE,
    "skipped": Verdict.SKIPPED,
    "pending": Verdict.SKIPPED,
}
# What its tool calls a test that nobody has written yet; anything else that is `other` did not end well.
_TODO = frozenset({"todo", "skipped", "pending", "disabled"})
_REWRITE = "write the report again, whole and by the tool itself"


class _Test(msgspec.Struct):
    name: str
    status: str
    duration: _Time = 0.0
    suite: str | list[str] | None = None
    message: str | None = None
    rawStatus: str | None = None  # noqa: N815 - theirs
    filePath: str | None = None  # noqa: N815 - theirs
    retries: _Count | None = None
    flaky: bool | None = None
    start: _Time | None = None


class _Summary(msgspec.Struct):
    tests: _Count
    passed: _Count
    failed: _Count
    skipped: _Count
    pending: _Count
    other: _Count
    flaky: _Count | None = None
    start: _Time = 0.0
    stop: _Time = 0.0


class _Results(msgspec.Struct):
    summary: _Summary
    tests: list[_Test]


class _Report(msgspec.Struct):
    results: _Results


class Ctrf(Reader[TestReport]):
    """The tests are counted, and a summary that says otherwise makes the file malformed, beside no failures.

    `skipped` and `pending` are skipped, and so is `other` when its raw status says that nobody has written the test;
    any other `other` broke. What passed with retries, or says `flaky`, is flaky.
    """

    def recognises(self, source: Source) -> bool:
        """By `reportFormat`, or by its `results` with a `summary` and `tests`."""
        if not source.head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
            return False
        # A stream of JSON objects is another format, and no document as a whole.
        if b'"results"' not in source.head and b'"reportFormat"' not in source.head:
            return False
        data = source.json
        if not isinstance(data, dict):
            return False
        results = data.get("results")
        return data.get("reportFormat") == "CTRF" or (
            isinstance(results, dict) and "summary" in results and "tests" in results
        )

    def read(self, source: Source) -> Reading[TestReport]:
        """The counts, by suite and file."""
        results = shape(source.json, _Report, "CTRF report").results
        tally = ReportTally(source.name)
        suites: dict[tuple[str, str], SuiteTally] = {}
        for number, test in enumerate(results.tests):
            key = (_suite(test), test.filePath or "")
            if key not in suites:
                suites[key] = tally.suite(key[0], file=key[1])
            tally.add(suites[key], _case(test, key[0], number))
        _mark(suites, results)
        told = results.summary.flaky is not None or any(
            test.flaky is not None or test.retries is not None for test in results.tests
        )
        start, stop = results.summary.start, results.summary.stop
        report = tally.report(
            duration_s=(stop - start) / 1000 if _MILLISECONDS_FROM <= start <= stop else None,
            tells_reruns=told,
            contradictions=_contradictions(results),
        )
        return Reading(report, _instant(stop))


def _case(test: _Test, suite: str, number: int) -> Case:
    verdict = _verdict(test, number)
    flaky = verdict is Verdict.PASSED and bool(test.flaky or test.retries)
    return Case(
        suite=suite,
        name=test.name or "(without a name)",
        line=0,
        verdict=verdict,
        marks=(),
        message=next((line.strip() for line in (test.message or "").splitlines() if line.strip()), ""),
        flaky=flaky,
        identity=repr((suite, test.filePath, test.name)),
        file=test.filePath or "",
        xfailed=test.rawStatus == "xfailed" and verdict is Verdict.SKIPPED,
        has_reruns=bool(test.retries),
        seconds=test.duration / 1000,
    )


def _verdict(test: _Test, number: int) -> Verdict:
    if test.status in _VERDICTS:
        return _VERDICTS[test.status]
    if test.status == "other":
        return Verdict.SKIPPED if (test.rawStatus or "").lower() in _TODO else Verdict.ERROR
    message = f"results.tests[{number}]: the status {test.status[:40]!r} is none of CTRF's"
    raise Unproven(Reason.MALFORMED, message, _REWRITE)


def _suite(test: _Test) -> str:
    if isinstance(test.suite, list):
        return " > ".join(test.suite)
    return test.suite or ""


def _mark(suites: Mapping[tuple[str, str], SuiteTally], results: _Results) -> None:
    """Fingerprints: the same for the same tests with the same times."""
    digests = {key: hashlib.sha256(repr(key).encode("utf-8", "replace")) for key in suites}
    for test in results.tests:
        told = repr((test.name, test.status, test.duration, test.start))
        digests[_suite(test), test.filePath or ""].update(told.encode("utf-8", "replace"))
    for key, suite in suites.items():
        digests[key].update(repr(results.summary.stop).encode())
        suite.fingerprint = digests[key].hexdigest()[:32]


def _contradictions(results: _Results) -> Sequence[Contradiction]:
    """What the summary denies; Unproven when that is all that is wrong, for a failure beside it is not undone."""
    said, found = results.summary, Counter(test.status for test in results.tests)
    wrong = [
        f"the summary says {key}={getattr(said, key)}, and the tests come to {count}"
        for key, count in (("tests", len(results.tests)), *((key, found[key]) for key in _COUNTED))
        if getattr(said, key) != count
    ]
    flaky = sum(bool(test.flaky) for test in results.tests)
    if said.flaky is not None and said.flaky != flaky:
        wrong.append(f"the summary says flaky={said.flaky}, and the tests come to {flaky}")
    if wrong and not found["failed"]:
        raise Unproven(Reason.MALFORMED, wrong[0], _REWRITE)
    return [Contradiction(message, _REWRITE) for message in wrong[:1]]


def _instant(stop: float) -> datetime | None:
    """Milliseconds since 1970, as the format has it; 0 where a reporter does not know."""
    if not stop:
        return None
    if stop < _MILLISECONDS_FROM:
        message = f"results.summary.stop is {stop:.0f}, which as milliseconds is no time of this century"
        raise Unproven(Reason.MALFORMED, message, _REWRITE)
    return datetime.fromtimestamp(stop / 1000, UTC)
