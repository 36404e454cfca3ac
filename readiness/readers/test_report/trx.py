"""TRX, the results file of Visual Studio and `dotnet test --logger trx`.

Outcomes and counters: the schema vstst.xsd, namespace http://microsoft.com/schemas/VisualStudio/TeamTest/2010.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from xml.etree.ElementTree import Element

from readiness.evidence.model import Reason, Unproven
from readiness.evidence.test_report import Contradiction, TestReport
from readiness.readers.base import Reader, Reading
from readiness.readers.source import Source
from readiness.readers.strict_xml import LINE, begins_like_xml
from readiness.readers.strict_xml_stream import opening_of
from readiness.readers.test_report._cases import Case, Verdict
from readiness.readers.test_report._report import ReportTally
from readiness.readers.test_report._tally import SuiteTally
from readiness.units import parse_instant

_COUNT = re.compile(r"[0-9]{1,12}", re.ASCII)
_DURATION = re.compile(r"([0-9]{1,4}):([0-9]{2}):([0-9]{2}(?:\.[0-9]{1,9})?)", re.ASCII)
_LONG_FRACTION = re.compile(r"(\.[0-9]{6})[0-9]+")
_VERDICTS = {
    "passed": Verdict.PASSED,
    "failed": Verdict.FAILURE,
    "notexecuted": Verdict.SKIPPED,
    "inconclusive": Verdict.SKIPPED,
    "pending": Verdict.SKIPPED,
}
_BROKE = frozenset(
    {
        "error",
        "timeout",
        "aborted",
        "notrunnable",
        "passedbutrunaborted",
        "disconnected",
        "warning",
        "inprogress",
    }
)
_GOOD_RUNS = frozenset({"completed", "passed", "failed", ""})
_REWRITE = "write the report again, whole and by the tool itself"


class Trx(Reader[TestReport]):
    """The results are counted, and counters that say otherwise make the file malformed, beside no failures.

    A test that was not executed or is inconclusive is skipped; whatever is neither passed nor failed broke. A test
    with rows counts once, as the worst of them. A run that was aborted broke. Suites are the classes.
    """

    def recognises(self, source: Source) -> bool:
        """By its root `TestRun`."""
        if not begins_like_xml(source.head):
            return False
        opening = opening_of(source.head)
        return opening is not None and opening.tag.rpartition(":")[2] == "TestRun"

    def read(self, source: Source) -> Reading[TestReport]:
        """The counts by class."""
        root = source.xml
        if _local(root) != "TestRun":
            raise Unproven(Reason.MALFORMED, f"its root is <{root.tag}>, not <TestRun>")
        classes = _classes(root)
        results = [
            one for part in _children(root, "Results") for one in part if _local(one).endswith("TestResult")
        ]
        _refuse_strays(root, results)
        tally = ReportTally(source.name)
        suites: dict[str, SuiteTally] = {}
        cases = []
        for result in results:
            suite = classes.get(result.get("testId", ""), "")
            if suite not in suites:
                suites[suite] = tally.suite(suite, int(result.attrib[LINE]))
                suites[suite].fingerprint = hashlib.sha256(
                    repr((root.get("id"), suite)).encode()
                ).hexdigest()[:32]
            cases.append(_case(result, suite))
            tally.add(suites[suite], cases[-1])
        _add_abort(root, tally)
        start, finish = (_time(root, key) for key in ("start", "finish"))
        duration = (finish - start).total_seconds() if start and finish and finish >= start else None
        said = _contradictions(root, cases)
        return Reading(tally.report(duration_s=duration, tells_reruns=False, contradictions=said), finish)


def _local(element: Element) -> str:
    return element.tag.rpartition(":")[2]


def _children(element: Element, name: str) -> Sequence[Element]:
    return [child for child in element if _local(child) == name]


def _classes(root: Element) -> Mapping[str, str]:
    """Class by the id of a test."""
    found = {}
    for part in _children(root, "TestDefinitions"):
        for test in part:
            for method in _children(test, "TestMethod"):
                found[test.get("id", "")] = method.get("className", "").partition(",")[0]
    return found


def _refuse_strays(root: Element, results: Sequence[Element]) -> None:
    """Every result of the file must be one that counts, or a row of one."""
    known = sum(1 for result in results for one in result.iter() if _local(one) == "UnitTestResult")
    found = sum(1 for one in root.iter() if _local(one) == "UnitTestResult")
    if known != found:
        message = f"it has {found} <UnitTestResult> elements, of which {known} stand where they belong"
        raise Unproven(Reason.MALFORMED, message, _REWRITE)


def _case(result: Element, suite: str) -> Case:
    verdicts = [_verdict(one) for one in result.iter() if _local(one).endswith("TestResult")]
    worst = max(verdicts, key=list(Verdict).index)
    name = result.get("testName") or "(without a name)"
    return Case(
        suite,
        name,
        int(result.attrib[LINE]),
        worst,
        (),
        _message(result),
        False,
        identity=repr((suite, name)),
        classname=suite,
        seconds=_seconds(result.get("duration", "")),
    )


def _verdict(result: Element) -> Verdict:
    outcome = result.get("outcome", "").strip().lower()
    if outcome in _VERDICTS:
        return _VERDICTS[outcome]
    if outcome in _BROKE:
        return Verdict.ERROR
    message = (
        f"line {result.attrib[LINE]}: outcome={outcome[:40]!r} says nothing that is known of how a test ended"
    )
    raise Unproven(Reason.MALFORMED, message)


def _message(result: Element) -> str:
    texts = (one.text or "" for one in result.iter() if _local(one) == "Message")
    return next((line.strip() for text in texts for line in text.splitlines() if line.strip()), "")


def _add_abort(root: Element, tally: ReportTally) -> None:
    for summary in _children(root, "ResultSummary"):
        outcome = summary.get("outcome", "").strip()
        if outcome.lower() not in _GOOD_RUNS:
            suite = tally.suite("(run)", int(summary.attrib[LINE]))
            suite.fingerprint = f"run of {root.get('id', '')}"
            line, name = int(summary.attrib[LINE]), f"the run ended as {outcome[:40]!r}"
            tally.add(suite, Case("(run)", name, line, Verdict.ERROR, (), "", False, identity=name))


def _contradictions(root: Element, cases: Sequence[Case]) -> tuple[Contradiction, ...]:
    counters = [one for part in _children(root, "ResultSummary") for one in _children(part, "Counters")]
    bad = sum(case.is_bad for case in cases)
    passed = sum(case.verdict is Verdict.PASSED for case in cases)
    message = "it has no counters: it ends too early" if not counters else ""
    for one in counters:
        said = {key: _count(one, key) for key in ("total", "executed", "passed")}
        found = {"total": len(cases), "executed": len(cases), "passed": passed}
        # dotnet leaves skipped tests out of `executed`, and out of `notExecuted` as well.
        ran = sum(case.verdict is not Verdict.SKIPPED for case in cases)
        wrong = [
            key for key, count in said.items() if count != found[key] and (key, count) != ("executed", ran)
        ]
        told_bad = sum(
            _count(one, key) for key in ("failed", "error", "timeout", "aborted") if key in one.attrib
        )
        if wrong:
            message = (
                f"its counters say {wrong[0]}={said[wrong[0]]}, and its results come to {found[wrong[0]]}"
            )
        elif told_bad > bad:
            message = f"its counters say that {told_bad} did not pass, and its results come to {bad}"
    if not message:
        return ()
    if not bad:
        raise Unproven(Reason.MALFORMED, message, _REWRITE)
    return (Contradiction(message, _REWRITE),)


def _count(element: Element, key: str) -> int:
    text = element.get(key, "").strip()
    if not _COUNT.fullmatch(text):
        message = f"line {element.attrib[LINE]}: {key}={text[:40]!r} is no count"
        raise Unproven(Reason.MALFORMED, message, _REWRITE)
    return int(text)


def _time(root: Element, key: str) -> datetime | None:
    """Times have seven digits behind the point, of which Python reads six."""
    for times in _children(root, "Times"):
        text = times.get(key, "").strip()
        if not text:
            continue
        try:
            return parse_instant(_LONG_FRACTION.sub(r"\1", text))
        except ValueError:
            message = f"line {times.attrib[LINE]}: {key}={text[:40]!r} is no time"
            raise Unproven(Reason.MALFORMED, message) from None
    return None


def _seconds(text: str) -> float | None:
    found = _DURATION.fullmatch(text.strip())
    return int(found[1]) * 3600 + int(found[2]) * 60 + float(found[3]) if found else None
