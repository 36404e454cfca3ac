"""What the tests did."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Literal

from readiness.evidence.model import Facts, Value


class FailedTest(Value, frozen=True):
    """One test that failed or broke; `line` of `file` is where the report says so."""

    suite: str
    name: str
    message: str
    line: int | None = None
    file: str = ""
    outcome: Literal["failure", "error"] = "failure"


class TestReport(Facts, frozen=True, kw_only=True):
    """Counts of test cases, recounted from the cases themselves. `failed` holds the first hundred.

    A case counts once, as the worst that it says of itself. `flaky` are those of the passed that passed only when
    they were run again. `fingerprints` tell the same suite from another one: one for each suite that has cases.
    """

    __test__: ClassVar[bool] = False
    kind: ClassVar[str] = "test-report"
    tests: int
    failures: int
    errors: int
    skipped: int
    flaky: int = 0
    duration_s: float | None = None
    suites: tuple[str, ...] = ()
    failed: tuple[FailedTest, ...] = ()
    fingerprints: tuple[str, ...] = ()

    @property
    def executed(self) -> int:
        """Those that ran, however they ended."""
        return self.tests - self.skipped

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
            "flaky": self.flaky,
            "duration_s": self.duration_s,
        }
