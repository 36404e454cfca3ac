"""The suites of JUnit XML: their cases, times and fingerprints."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from xml.etree.ElementTree import Element

from readiness.evidence.model import Reason, Unproven
from readiness.readers.strict_xml import LINE
from readiness.readers.test_report._cases import CUT, Case, Verdict, line_of, read_case
from readiness.units import parse_instant

_SECONDS = re.compile(r"([0-9]{1,3}(,[0-9]{3}){1,2}|[0-9]{1,9})(\.[0-9]{0,60})?([eE]-[0-9]{1,2})?", re.ASCII)
_MAIL_DATE = re.compile(
    r"[A-Z][a-z]{2}, [0-9]{1,2} [A-Z][a-z]{2} [0-9]{4} [0-9]{2}:[0-9]{2}:[0-9]{2} (GMT|UTC|[+-][0-9]{4}(?<!-0000))"
)


@dataclass(frozen=True)
class Suite:
    """One `testsuite`, or the root, with the cases that stand right in it; `ended_at` from its own attributes."""

    element: Element
    cases: tuple[Case, ...]
    suites: tuple[Suite, ...]
    seconds: float | None
    ended_at: datetime | None

    @property
    def name(self) -> str:
        """As the tool gives it."""
        return self.element.get("name", "")[:CUT]

    def walk(self) -> Iterator[Suite]:
        """It, and all suites in it."""
        yield self
        for suite in self.suites:
            yield from suite.walk()

    def all_cases(self) -> Iterator[Case]:
        """Its cases, and those of all suites in it."""
        return (case for suite in self.walk() for case in suite.cases)

    def is_undated(self) -> bool:
        """Whether it holds a case that no time applies to."""
        if self.ended_at is not None:
            return False
        return bool(self.cases) or any(suite.is_undated() for suite in self.suites)

    def fingerprint(self) -> str:
        """The same for the same suite: its attributes and those of its cases, without their places in the file."""
        digest = hashlib.sha256()
        for element in (self.element, *self.element.iterfind("testcase")):
            attributes = sorted((key, value) for key, value in element.items() if key != LINE)
            digest.update(
                repr((element.tag, attributes, [child.tag for child in element])).encode("utf-8", "replace")
            )
        return digest.hexdigest()[:32]

    def identity(self) -> str:
        """The same for another run of the same tests: its name and those of its cases, whatever became of them."""
        told = repr((self.name, sorted(case.identity for case in self.cases)))
        return hashlib.sha256(told.encode("utf-8", "replace")).hexdigest()[:16]

    def ran(self) -> int:
        """How many different tests of its own ran."""
        return len({case.identity for case in self.cases if case.verdict is not Verdict.SKIPPED})


def read_suite(element: Element) -> Suite:
    """A suite and all in it; Unproven when a number or a time is none."""
    name = element.get("name", "")
    for child in element:
        if child.tag in ("failure", "error"):
            message = f"line {line_of(child)}: the suite {name!r} broke outside of its cases"
            raise Unproven(Reason.MALFORMED, message, "mend the suite, and run the tests again")
    seconds = _seconds(element)
    return Suite(
        element,
        tuple(read_case(child, name) for child in element if child.tag == "testcase"),
        tuple(read_suite(child) for child in element if child.tag == "testsuite"),
        seconds,
        _ended_at(element, seconds or 0.0),
    )


def _seconds(element: Element) -> float | None:
    text = element.get("time", "").strip()
    if not text:
        return None
    if not _SECONDS.fullmatch(text):
        message = f"line {line_of(element)}: time={text[:40]!r} is no number of seconds"
        raise Unproven(Reason.MALFORMED, message)
    return float(text.replace(",", ""))


def _ended_at(element: Element, seconds: float) -> datetime | None:
    text = element.get("timestamp", "").strip()
    if not text:
        return None
    try:
        return _instant(text) + timedelta(seconds=seconds)
    except (ValueError, OverflowError):
        message = f"line {line_of(element)}: timestamp={text[:40]!r} is no time"
        raise Unproven(Reason.MALFORMED, message) from None


def _instant(text: str) -> datetime:
    """ISO 8601, or, as Mocha writes it, `Tue, 20 Oct 2026 08:03:26 GMT` (RFC 2822)."""
    return parsedate_to_datetime(text).astimezone(UTC) if _MAIL_DATE.fullmatch(text) else parse_instant(text)
