"""What the tests did."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from readiness.evidence.model import Facts, Value


class FailedTest(Value, frozen=True):
    """One test that failed or broke; `line` is where the report says so."""

    suite: str
    name: str
    message: str
    line: int | None = None


class TestReport(Facts, frozen=True, kw_only=True):
    """Counts of test cases, recounted from the cases themselves. `failed` holds the first hundred."""

    __test__: ClassVar[bool] = False
    kind: ClassVar[str] = "test-report"
    tests: int
    failures: int
    errors: int
    skipped: int
    duration_s: float | None = None
    suites: tuple[str, ...] = ()
    failed: tuple[FailedTest, ...] = ()

    @property
    def passed(self) -> int:
        """Those that ran, and neither failed nor broke."""
        return self.tests - self.failures - self.errors - self.skipped

    def summary(self) -> Mapping[str, object]:
        """The counts."""
        return {
            "tests": self.tests,
            "failures": self.failures,
            "errors": self.errors,
            "skipped": self.skipped,
            "duration_s": self.duration_s,
        }
