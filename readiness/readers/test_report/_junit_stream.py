"""JUnit XML as it is read: suites stay, each case is counted when it ends and is then forgotten."""

from __future__ import annotations

import hashlib
from collections import Counter
from typing import Any
from xml.etree.ElementTree import Element

from readiness.evidence.model import Reason, Unproven
from readiness.readers.strict_xml import LINE
from readiness.readers.test_report._cases import CUT, Case, Verdict, read_case
from readiness.readers.test_report._report import ReportTally
from readiness.readers.test_report._suites import Suite, make_suite

ROOTS = ("testsuites", "testsuite")
MAX_NODES = 100_000
_MAX_TEXT = 4_000
_SPEAKS = frozenset({"failure", "error", "skipped", "warning"})
_COUNTED = frozenset({"testcase", "failure", "error"})


class JUnitStream:
    """Takes the events of one file. `root` is its root when it has ended; `found` counts the tags that matter."""

    def __init__(self, report: ReportTally) -> None:
        self.report = report
        self.root: Suite | None = None
        self.found: Counter[str] = Counter()
        self.marks: Counter[Verdict] = Counter()
        self.cases = self.nodes = 0
        self.reruns_told = False
        self.compile_errors_told = False
        self._open: list[Suite] = []
        self._digests: list[Any] = []
        self._case: list[Element] = []
        self._others = 0
        self._text_room = 0
        self._in_properties = False

    def start(self, tag: str, attributes: dict[str, str], line: int) -> None:
        """An element begins."""
        name = tag.rpartition(":")[2].lower()
        if name in _COUNTED:
            self.found[name] += 1
        if self._case:
            self._start_in_case(tag, attributes, line)
        elif self._others:
            self._start_in_other(tag, attributes)
        elif not self._open:
            self._start_root(tag, attributes, line)
        elif tag == "testsuite":
            self._start_suite(tag, attributes, line)
        elif tag == "testcase":
            attributes[LINE] = str(line)
            self._case.append(Element(tag, attributes))
        else:
            self._start_other(tag, line)

    def end(self, _tag: str) -> None:
        """An element ends."""
        if self._case:
            element = self._case.pop()
            if not self._case:
                self._end_case(element)
        elif self._others:
            self._others -= 1
        else:
            self._end_suite()

    def data(self, text: str) -> None:
        """Text is kept of what tells how a case ended, and not more than anyone reads."""
        if self._text_room > 0 and len(self._case) > 1 and self._case[-1].tag in _SPEAKS:
            element = self._case[-1]
            element.text = (element.text or "") + text[: self._text_room]
            self._text_room -= len(text)

    def _start_root(self, tag: str, attributes: dict[str, str], line: int) -> None:
        if tag not in ROOTS:
            raise Unproven(Reason.MALFORMED, f"its root is <{tag}>, not <testsuites> or <testsuite>")
        self._start_suite(tag, attributes, line)
        self.root = self._open[0]

    def _start_suite(self, tag: str, attributes: dict[str, str], line: int) -> None:
        self.nodes += 1
        if self.nodes > MAX_NODES:
            raise Unproven(Reason.MALFORMED, f"it has more than {MAX_NODES:,} suites")
        name = attributes.get("name", "")[:CUT]
        file = attributes.get("file") or attributes.get("filepath", "")
        suite = make_suite(attributes, line, self.report.suite(name, line, file[:CUT]))
        if self._open:
            self._open[-1].suites.append(suite)
            suite.tally.within = tuple(one.name for one in self._open if one.name)
        self._open.append(suite)
        self._digests.append(hashlib.sha256(_told(tag, attributes)))
        if "surefire" in attributes.get("xsi:noNamespaceSchemaLocation", "") or name == "nextest-run":
            self.reruns_told = True

    def _start_other(self, tag: str, line: int) -> None:
        if tag in ("failure", "error"):
            message = f"line {line}: the suite {self._open[-1].attributes.get('name', '')!r} broke outside of its cases"
            raise Unproven(Reason.MALFORMED, message, "mend the suite, and run the tests again")
        self._others = 1
        self._in_properties = tag == "properties"

    def _start_in_other(self, tag: str, attributes: dict[str, str]) -> None:
        self._others += 1
        # In Go a test has one name, and no other test of its package has it.
        if self._in_properties and tag == "property" and attributes.get("name") == "go.version":
            self._open[-1].tally.unique = True
            self.reruns_told = True

    def _start_in_case(self, tag: str, attributes: dict[str, str], line: int) -> None:
        attributes[LINE] = str(line)
        element = Element(tag, attributes)
        if len(self._case) == 1:
            self._case[0].append(element)
            self._text_room = _MAX_TEXT
        self._case.append(element)

    def _end_case(self, element: Element) -> None:
        suite = self._open[-1]
        case = read_case(element, suite.attributes.get("name", ""))
        self.cases += 1
        self.marks.update(case.marks)
        self.report.add(suite.tally, case)
        attributes = {key: value for key, value in element.items() if key != LINE}
        self._digests[-1].update(_told(element.tag, attributes, *(child.tag for child in element)))
        self.reruns_told |= case.has_reruns
        self.compile_errors_told |= _is_compile_error(case)

    def _end_suite(self) -> None:
        suite = self._open.pop()
        suite.tally.fingerprint = self._digests.pop().hexdigest()[:32]


def _is_compile_error(case: Case) -> bool:
    return case.classname == "Test suite failed to run"


def _told(tag: str, attributes: dict[str, str], *children: str) -> bytes:
    return repr((tag, sorted(attributes.items()), children)).encode("utf-8", "replace")
