"""The JSON lines of `go test -json` (test2json).

Actions and their meanings: https://pkg.go.dev/cmd/test2json; `build-output` and `build-fail` since Go 1.24.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any

import msgspec

from readiness.evidence.model import Reason, Unproven
from readiness.evidence.test_report import Contradiction, TestReport
from readiness.readers.base import Reader, Reading
from readiness.readers.source import Source
from readiness.readers.test_report._cases import Case, Verdict
from readiness.readers.test_report._report import ReportTally
from readiness.readers.test_report._tally import SuiteTally
from readiness.units import parse_instant

_BEGINS = re.compile(
    rb'\s*\{(?=[^\n]{0,4000}"Action":\s*"[a-z-]+")(?=[^\n]{0,4000}"(?:Package|ImportPath)":)', re.ASCII
)
_ENDS = {"pass": Verdict.PASSED, "fail": Verdict.FAILURE, "skip": Verdict.SKIPPED}
_QUIET = frozenset({"output", "bench", "pause", "cont", "attr", "artifacts"})
# Of the build as such; a package that did not build says so itself.
_BUILD = frozenset({"build-output", "build-fail"})
_CUT = "run it again, and keep the whole output: it ends before its packages do"


class _Event(msgspec.Struct):
    Action: str
    Time: str | None = None
    Package: str | None = None
    ImportPath: str | None = None
    Test: str | None = None
    Elapsed: Annotated[float, msgspec.Meta(ge=0, le=1e9)] | None = None
    Output: str | None = None
    FailedBuild: str | None = None


@dataclass(slots=True)
class _Package:
    """One package: tests that run at this moment, by their names, and how it ended."""

    tally: SuiteTally
    digest: Any = field(default_factory=hashlib.sha256)
    running: dict[str, int] = field(default_factory=dict)
    failures: int = 0
    ended: bool = False
    elapsed: float = 0.0


class GoTest(Reader[TestReport]):
    """Each run of a test is a case: one that failed and then passed is a failure, a pass, and flaky.

    A test that never ended, and a package that failed without a failed test (it did not build, or panicked), broke.
    A package that began and did not end makes the file malformed. Nothing says how many packages there are: a file
    that was cut between two of them looks whole.
    """

    def recognises(self, source: Source) -> bool:
        """By its first line: an object with an `Action` and a `Package`."""
        return _BEGINS.match(source.head) is not None

    def read(self, source: Source) -> Reading[TestReport]:
        """The counts by package."""
        tally = ReportTally(source.name)
        packages: dict[str, _Package] = {}
        latest: datetime | None = None
        for number, event in _events(source):
            if event.Time is not None:
                moment = _instant(event.Time, number)
                latest = max(latest or moment, moment)
            if event.Action in _BUILD:
                continue
            name = event.Package or ""
            if name not in packages:
                packages[name] = _Package(tally.suite(name))
                packages[name].tally.unique = True
            _take(packages[name], event, number, tally)
        cut = _finish(packages, tally)
        duration = sum(package.elapsed for package in packages.values())
        report = tally.report(duration_s=duration, tells_reruns=True, contradictions=cut)
        return Reading(report, latest)


def _events(source: Source) -> Iterator[tuple[int, _Event]]:
    for number, line in enumerate(source.lines(), 1):
        if not line.strip():
            continue
        try:
            # Python's own parser is told of keys that stand twice; the shape is what is documented.
            event = msgspec.convert(json.loads(line, object_pairs_hook=_unique), _Event)
        except (ValueError, RecursionError, UnicodeDecodeError, msgspec.ValidationError) as error:
            what = str(error).partition("\n")[0][:100]
            message = f"line {number} is no event of go test -json: {what}"
            raise Unproven(Reason.MALFORMED, message, "keep standard output alone in the file") from None
        yield number, event


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise ValueError("a key stands twice in one object")
    return made


def _take(package: _Package, event: _Event, number: int, tally: ReportTally) -> None:
    package.digest.update(
        repr((event.Action, event.Test, event.Elapsed, event.Time)).encode("utf-8", "replace")
    )
    if event.Action == "run":
        if event.Test is None or event.Test in package.running:
            raise Unproven(Reason.MALFORMED, f"line {number}: a test runs that runs already, or has no name")
        package.running[event.Test] = number
        package.ended = False
    elif event.Action in _ENDS and event.Test is not None:
        _end_test(package, event, number, tally)
    elif event.Action in _ENDS:
        _end_package(package, event, number, tally)
    elif event.Action == "start":
        package.ended, package.failures = False, 0
    elif event.Action not in _QUIET:
        message = f"line {number}: the action {event.Action[:40]!r} is none that is known"
        raise Unproven(Reason.MALFORMED, message)


def _end_test(package: _Package, event: _Event, number: int, tally: ReportTally) -> None:
    name = event.Test or ""
    if package.running.pop(name, None) is None:
        raise Unproven(Reason.MALFORMED, f"line {number}: the test {name[:80]!r} ends that did not run")
    verdict = _ENDS[event.Action]
    package.failures += verdict is Verdict.FAILURE
    tally.add(package.tally, _case(package, name, verdict, number, "", event.Elapsed))


def _end_package(package: _Package, event: _Event, number: int, tally: ReportTally) -> None:
    package.ended = True
    package.elapsed += event.Elapsed or 0.0
    for name, line in package.running.items():
        _broke(package, tally, name, line, "it did not end")
        package.failures += 1
    package.running.clear()
    if event.Action == "fail" and not package.failures:
        what = "it does not build" if event.FailedBuild else "it failed outside of its tests"
        _broke(package, tally, "(package)", number, what)


def _broke(package: _Package, tally: ReportTally, name: str, line: int, message: str) -> None:
    tally.add(package.tally, _case(package, name, Verdict.ERROR, line, message, None))


def _case(
    package: _Package, name: str, verdict: Verdict, line: int, message: str, seconds: float | None
) -> Case:
    suite = package.tally.name
    return Case(
        suite, name, line, verdict, (), message, False, repr((suite, name)), classname=suite, seconds=seconds
    )


def _finish(packages: dict[str, _Package], tally: ReportTally) -> tuple[Contradiction, ...]:
    """Fingerprints; Unproven for a package without an end, unless something failed, which is not undone."""
    for package in packages.values():
        package.tally.fingerprint = package.digest.hexdigest()[:32]
    open_ = [name for name, package in packages.items() if not package.ended or package.running]
    if not packages:
        raise Unproven(Reason.MALFORMED, "it holds no event", _CUT)
    if not open_:
        return ()
    message = f"the package {open_[0][:120]} began and did not end"
    if not any(suite.failed for suite in tally.suites):
        raise Unproven(Reason.MALFORMED, message, _CUT)
    return (Contradiction(message, _CUT),)


def _instant(text: str, number: int) -> datetime:
    try:
        return parse_instant(text)
    except ValueError:
        raise Unproven(Reason.MALFORMED, f"line {number}: Time {text[:40]!r} is no time") from None
