"""The suites of JUnit XML: their cases, times and fingerprints, without the cases themselves."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from readiness.evidence.model import Reason, Unproven
from readiness.readers.test_report._cases import CUT
from readiness.readers.test_report._tally import SuiteTally, Sums
from readiness.units import parse_instant

_SECONDS = re.compile(r"([0-9]{1,3}(,[0-9]{3}){1,2}|[0-9]{1,9})(\.[0-9]{0,60})?([eE]-[0-9]{1,2})?", re.ASCII)
_MAIL_DATE = re.compile(
    r"[A-Z][a-z]{2}, [0-9]{1,2} [A-Z][a-z]{2} [0-9]{4} [0-9]{2}:[0-9]{2}:[0-9]{2} (GMT|UTC|[+-][0-9]{4}(?<!-0000))"
)
_NEVER = datetime(1970, 1, 2, tzinfo=UTC)


@dataclass(slots=True)
class Suite:
    """One `testsuite`, or the root; `tally` has the cases that stand right in it, `ended_at` is from its attributes.

    `timeless` says that it gives 1970 for a time, as jest-junit does for test files that did not compile: the other
    suites tell when it was.
    """

    attributes: Mapping[str, str]
    line: int
    tally: SuiteTally
    seconds: float | None
    ended_at: datetime | None
    timeless: bool
    suites: list[Suite] = field(default_factory=list)

    @property
    def name(self) -> str:
        """As the tool gives it."""
        return self.attributes.get("name", "")[:CUT]

    def walk(self) -> Iterator[Suite]:
        """It, and all suites in it."""
        yield self
        for suite in self.suites:
            yield from suite.walk()

    def all_sums(self) -> Sums:
        """What headers may count of its cases, and those of all suites in it."""
        whole = Sums()
        for suite in self.walk():
            whole.include(suite.tally.sums)
        return whole

    def is_undated(self) -> bool:
        """Whether it holds a case that no time applies to."""
        if self.ended_at is not None or self.timeless:
            return False
        return bool(self.tally.sums.cases) or any(suite.is_undated() for suite in self.suites)


def make_suite(attributes: Mapping[str, str], line: int, tally: SuiteTally) -> Suite:
    """A suite from its own tag; Unproven when a number or a time is none."""
    seconds = _seconds(attributes, line)
    ended_at = _ended_at(attributes, line, seconds or 0.0)
    timeless = ended_at is not None and ended_at < _NEVER
    return Suite(attributes, line, tally, seconds, None if timeless else ended_at, timeless)


def _seconds(attributes: Mapping[str, str], line: int) -> float | None:
    text = attributes.get("time", "").strip()
    if not text:
        return None
    if not _SECONDS.fullmatch(text):
        raise Unproven(Reason.MALFORMED, f"line {line}: time={text[:40]!r} is no number of seconds")
    return float(text.replace(",", ""))


def _ended_at(attributes: Mapping[str, str], line: int, seconds: float) -> datetime | None:
    text = attributes.get("timestamp", "").strip()
    if not text:
        return None
    try:
        return _instant(text) + timedelta(seconds=seconds)
    except (ValueError, OverflowError):
        raise Unproven(Reason.MALFORMED, f"line {line}: timestamp={text[:40]!r} is no time") from None


def _instant(text: str) -> datetime:
    """ISO 8601, or, as Mocha writes it, `Tue, 20 Oct 2026 08:03:26 GMT` (RFC 2822)."""
    return parsedate_to_datetime(text).astimezone(UTC) if _MAIL_DATE.fullmatch(text) else parse_instant(text)
