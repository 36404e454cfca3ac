"""TAP 12 to 14 (Test Anything Protocol), as bats, Mocha, vitest, node --test, node-tap and Perl write it."""

from __future__ import annotations

import hashlib
import re

from readiness.evidence.test_report import Contradiction, TestReport
from readiness.readers.base import Reader, Reading
from readiness.readers.source import Source
from readiness.readers.test_report._cases import Case, Verdict
from readiness.readers.test_report._report import ReportTally
from readiness.readers.test_report._tally import SuiteTally
from readiness.readers.test_report._tap import Point, TapLines, refuse

_BEGINS = re.compile(
    rb"(?:\xef\xbb\xbf)?(?:[ \t]*(?:#[^\n]*)?\r?\n)*"
    rb"(?:TAP version [0-9]+|1\.\.[0-9]+|(?:not )?ok(?: +[0-9]+| +-)[ \t]?)",
    re.ASCII,
)


class Tap(Reader[TestReport]):
    """Each level of the file must hold as many tests as its plan says; without a plan it is malformed.

    Beside failures, that is noted as a contradiction. What is planned to be skipped or done is skipped: an expected
    failure where a `TODO` failed. A subtest counts by its tests. `Bail out!` broke. The format has no time, and tells
    nothing of tests that were run again.
    """

    def recognises(self, source: Source) -> bool:
        """By its first line that is no comment: the version, a plan or a test."""
        return _BEGINS.match(source.head) is not None

    def read(self, source: Source) -> Reading[TestReport]:
        """The counts, by subtest."""
        text = source.text
        lines = TapLines()
        points = lines.take(text.split("\n"), ends=text.endswith("\n"))
        if lines.wrong and not any(point.verdict in (Verdict.FAILURE, Verdict.ERROR) for point in points):
            raise refuse(lines.wrong[0])
        contradictions = [Contradiction(message, refuse("").remedy) for message in lines.wrong[:1]]
        tally = ReportTally(source.name)
        suites: dict[str, SuiteTally] = {}
        for point in points:
            name = " > ".join(point.path)
            if name not in suites:
                suites[name] = tally.suite(name, point.line)
                suites[name].within = point.path
            tally.add(suites[name], _case(point, name))
        for name, suite in suites.items():
            # The format has no times: only the same file is the same run.
            told = repr((name, source.sha256))
            suite.fingerprint = hashlib.sha256(told.encode("utf-8", "replace")).hexdigest()[:32]
        return Reading(tally.report(duration_s=None, tells_reruns=False, contradictions=contradictions))


def _case(point: Point, suite: str) -> Case:
    return Case(
        suite,
        point.name,
        point.line,
        point.verdict,
        (),
        "",
        False,
        identity=repr((suite, point.name)),
        xfailed=point.expected_failure,
    )
