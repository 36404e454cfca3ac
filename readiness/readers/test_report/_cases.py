"""One `testcase` of JUnit XML: what it says of itself.

There is no standard. Elements as Ant, Maven Surefire, pytest and jest-junit write them; the words of `status` and
`result` as googletest and CTest write them, which have skipped cases without an element.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal
from xml.etree.ElementTree import Element

from readiness.evidence.model import Reason, Unproven
from readiness.evidence.test_report import FailedTest, FlakyTest
from readiness.readers.strict_xml import LINE

CUT = 200


class Verdict(StrEnum):
    """How a case ended, from best to worst."""

    PASSED = "passed"
    SKIPPED = "skipped"
    FAILURE = "failure"
    ERROR = "error"


_WORST_FIRST = (Verdict.ERROR, Verdict.FAILURE, Verdict.SKIPPED)
_FLAKY = {"flakyFailure", "flakyError"}
# Surefire writes these beside the `failure` of a test that failed every time.
_RERUN = {"rerunFailure": Verdict.FAILURE, "rerunError": Verdict.ERROR}
_SILENT = {"system-out", "system-err", "properties", *_FLAKY, *_RERUN}
_SPEAKING = re.compile(r"fail|err|skip|abort|timeout|ignor|disab|pending|todo|crash", re.IGNORECASE)
_CASE_SECONDS = re.compile(r"[0-9]{1,9}(\.[0-9]{1,60})?", re.ASCII)
# CTest's word for a test that did not run, and how its reasons begin where that was meant.
_NOT_RUN = "notrun"
_MEANT = ("SKIP_RETURN_CODE", "SKIP_REGULAR_EXPRESSION_MATCHED")
# PHPUnit writes it into the case that it warns of, such as one without a test; that is more than a pass can bear.
_WARNING = "warning"
_EXPECTED_FAILURE = "pytest.xfail"
# nose2 writes both as skipped, and calls the run failed for the second.
_NOSE2_EXPECTED = "expected test failure"
_NOSE2_UNEXPECTED = "test passes unexpectedly"
_WORDS = {
    **dict.fromkeys(
        ("", "run", "pass", "passed", "ok", "success", "successful", "succeeded"), Verdict.PASSED
    ),
    **dict.fromkeys(("complete", "completed", "done", "executed"), Verdict.PASSED),
    **dict.fromkeys(("notrun", "not run", "disabled", "skip", "skipped", "suppressed"), Verdict.SKIPPED),
    **dict.fromkeys(("ignored", "pending", "todo", "inconclusive"), Verdict.SKIPPED),
    **dict.fromkeys(("fail", "failed", "failure"), Verdict.FAILURE),
    **dict.fromkeys(("error", "errored", "broken", "timeout", "aborted", "crashed"), Verdict.ERROR),
}
_SAYING = ("status", "result", "outcome", "state", "conclusion")
# Attributes that say yes or no, or how often, and what each of both means.
_ASSERTING = {
    **dict.fromkeys(("success", "successful", "passed"), (Verdict.PASSED, Verdict.FAILURE)),
    **dict.fromkeys(("failed", "failure", "failures"), (Verdict.FAILURE, Verdict.PASSED)),
    **dict.fromkeys(("error", "errors", "errored"), (Verdict.ERROR, Verdict.PASSED)),
    **dict.fromkeys(("skipped", "ignored", "disabled"), (Verdict.SKIPPED, Verdict.PASSED)),
    "executed": (Verdict.PASSED, Verdict.SKIPPED),
}
_NO = frozenset({"", "false", "no", "0"})
_TELLING = frozenset((*_SAYING, *_ASSERTING))


@dataclass(frozen=True, slots=True)
class Case:
    """One case.

    `marks` are its `failure`, `error` and `skipped` elements, of which some tools write several; `identity`
    is the same for the same test, and for tests that their tool does not tell apart. `has_reruns` says that it tells
    of other tries, `idle` that it took no time at all; `line` is that of the report, 0 where it has none.
    """

    suite: str
    name: str
    line: int
    verdict: Verdict
    marks: tuple[Verdict, ...]
    message: str
    flaky: bool
    identity: str = ""
    classname: str = ""
    file: str = ""
    xfailed: bool = False
    has_reruns: bool = False
    seconds: float | None = None
    idle: bool = False

    @property
    def is_bad(self) -> bool:
        """Whether it failed or broke."""
        return self.verdict in (Verdict.FAILURE, Verdict.ERROR)

    @property
    def is_plain(self) -> bool:
        """Whether it says nothing but that it was there."""
        return self.verdict is Verdict.PASSED and not self.flaky

    def as_flaky(self, file: str) -> FlakyTest:
        """It as one of the tests that passed when they were run again."""
        return FlakyTest(self.suite[:CUT], self.name[:CUT], self.line or None, file)

    def as_failed(self, file: str) -> FailedTest:
        """It as one of the tests that failed."""
        outcome: Literal["error", "failure"] = "error" if self.verdict is Verdict.ERROR else "failure"
        told = (self.suite[:CUT], self.name[:CUT], self.message[:CUT])
        return FailedTest(*told, self.line or None, file, outcome)


def read_case(element: Element, suite: str) -> Case:
    """The case, as the worst of what it says; Unproven when it says what this reader does not know."""
    if not len(element) and _TELLING.isdisjoint(element.attrib):
        return _plain_case(element, suite)
    line = line_of(element)
    marks = tuple(_mark(child, element) for child in element if child.tag not in _SILENT)
    elements = tuple(mark for mark in marks if mark is not None)
    words = (*(_word(element, key) for key in _SAYING), *_asserted(element))
    reruns = tuple(_RERUN[child.tag] for child in element if child.tag in _RERUN)
    warned = (Verdict.ERROR,) if element.find(_WARNING) is not None else ()
    said = (
        *elements,
        *words,
        *warned,
        *_unable(element),
        *_surprising(element),
        *(reruns if not elements else ()),
    )
    verdict = next((worst for worst in _WORST_FIRST if worst in said), Verdict.PASSED)
    return Case(
        suite=element.get("classname") or suite,
        name=element.get("name") or "(without a name)",
        line=line,
        verdict=verdict,
        marks=elements,
        message=_message(element, verdict),
        flaky=verdict is Verdict.PASSED and any(child.tag in _FLAKY for child in element),
        identity=_identity(element),
        classname=element.get("classname", ""),
        file=element.get("file", "") or element.get("filepath", ""),
        xfailed=verdict is Verdict.SKIPPED and _is_expected(element),
        has_reruns=any(child.tag in _FLAKY or child.tag in _RERUN for child in element),
        seconds=_case_seconds(element.get("time", "").strip()),
    )


def _plain_case(element: Element, suite: str) -> Case:
    """One that says nothing but that it was there: most are such, and there may be a million of them."""
    get = element.attrib.get
    return Case(
        get("classname") or suite,
        get("name") or "(without a name)",
        line_of(element),
        Verdict.PASSED,
        (),
        "",
        flaky=False,
        identity=_identity(element),
        classname=get("classname", ""),
        file=get("file", "") or get("filepath", ""),
        seconds=_case_seconds(get("time", "").strip()),
        idle=get("time") == "0",
    )


def _identity(element: Element) -> str:
    get = element.attrib.get
    return repr((get("file", ""), get("classname", ""), get("name", "")))


def _is_expected(element: Element) -> bool:
    return any(
        child.get("type") == _EXPECTED_FAILURE or child.get("message") == _NOSE2_EXPECTED
        for child in element.iterfind("skipped")
    )


def _surprising(element: Element) -> tuple[Verdict, ...]:
    """A test that was expected to fail and passed, where its tool calls that a failure."""
    messages = [child.get("message", "") for child in element.iterfind("skipped")]
    return (Verdict.FAILURE,) if _NOSE2_UNEXPECTED in messages else ()


def _case_seconds(text: str) -> float | None:
    return float(text) if _CASE_SECONDS.fullmatch(text) else None


def line_of(element: Element) -> int:
    """The line of the report where an element begins."""
    return int(element.attrib[LINE])


def _mark(child: Element, case: Element) -> Verdict | None:
    if child.tag in (Verdict.FAILURE, Verdict.ERROR, Verdict.SKIPPED):
        return Verdict(child.tag)
    if _SPEAKING.search(child.tag):
        message = f"line {line_of(child)}: the case {case.get('name')!r} has an outcome of no known kind: <{child.tag}>"
        raise Unproven(Reason.MALFORMED, message)
    return None


def _word(element: Element, key: str) -> Verdict:
    word = element.get(key, "").strip().lower()
    if word not in _WORDS:
        message = (
            f"line {line_of(element)}: {key}={word[:40]!r} says nothing that is known of how a case ended"
        )
        raise Unproven(Reason.MALFORMED, message)
    return _WORDS[word]


def _unable(element: Element) -> tuple[Verdict, ...]:
    """What CTest could not run, such as a program that was not built: for CTest it failed, though it says skipped."""
    if element.get("status", "").strip().lower() != _NOT_RUN:
        return ()
    reasons = [child.get("message", "") for child in element.iterfind("skipped")]
    return (Verdict.ERROR,) if any(one and not one.startswith(_MEANT) for one in reasons) else ()


def _asserted(element: Element) -> tuple[Verdict, ...]:
    """What attributes such as `success="false"` say; any text but a plain no means that it is so."""
    return tuple(
        meant[element.get(key, "").strip().lower() in _NO]
        for key, meant in _ASSERTING.items()
        if key in element.attrib
    )


def _message(element: Element, verdict: Verdict) -> str:
    """The first line that says something, of the element that gave the verdict."""
    child = element.find(verdict.value)
    for other in (_WARNING, Verdict.SKIPPED.value):
        if child is None and verdict in (Verdict.ERROR, Verdict.FAILURE):
            child = element.find(other)
    texts = () if child is None else (child.get("message", ""), child.text or "", child.get("type", ""))
    lines = (line.strip() for text in texts for line in text.splitlines())
    return next((line for line in lines if line), "")[:CUT]
