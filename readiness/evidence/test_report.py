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


class FlakyTest(Value, frozen=True):
    """One test that passed only when it was run again; `line` is that of the report, where it has lines."""

    suite: str
    name: str
    line: int | None = None
    file: str = ""


class Contradiction(Value, frozen=True):
    """What a report says against itself, and what to do about it."""

    message: str
    remedy: str = ""


class SuiteCounts(Value, frozen=True, kw_only=True):
    """The cases of one suite that share a class and a source file, each of which may be unknown: empty.

    `within` are the names of the suites around it, from the outermost.
    `ran` is how many different tests of them ran, and `mark` is the same for the same tests in another run.
    """

    suite: str
    classname: str = ""
    file: str = ""
    tests: int
    failures: int = 0
    errors: int = 0
    skipped: int = 0
    flaky: int = 0
    ran: int = 0
    mark: str = ""
    within: tuple[str, ...] = ()
    seconds: float | None = None


class TestReport(Facts, frozen=True, kw_only=True):
    """Counts of test cases, recounted from the cases themselves. `failed` holds the first hundred.

    A case counts once, as the worst that it says of itself. `flaky` are those of the passed that passed only when
    they were run again, the first hundred of them named in `flaky_tests`; `tells_reruns` is whether the report would
    show them. `xfailed` are those of the skipped that were expected to fail, as far as the format tells.

    `fingerprints` tell the same suite from another one: one for each suite that has cases.
    So do `identities`, which stay the same when a suite runs again, and `ran`, how many different tests of it ran.
    `groups` are the counts by suite, class and source file; without `grouped` there were too many to keep.
    `contradictions` are what the file says against its own cases: facts with any of them prove failures, and nothing
    good. `notes` are what its format is known to leave out.
    """

    __test__: ClassVar[bool] = False
    kind: ClassVar[str] = "test-report"
    tests: int
    failures: int
    errors: int
    skipped: int
    flaky: int = 0
    xfailed: int = 0
    duration_s: float | None = None
    suites: tuple[str, ...] = ()
    failed: tuple[FailedTest, ...] = ()
    flaky_tests: tuple[FlakyTest, ...] = ()
    fingerprints: tuple[str, ...] = ()
    contradictions: tuple[Contradiction, ...] = ()
    identities: tuple[str, ...] = ()
    ran: tuple[int, ...] = ()
    groups: tuple[SuiteCounts, ...] = ()
    grouped: bool = False
    tells_reruns: bool = False
    notes: tuple[str, ...] = ()

    @property
    def executed(self) -> int:
        """Those that ran, however they ended."""
        return self.tests - self.skipped

    @property
    def different(self) -> int:
        """Those that ran, each test once, however often it ran; all of them where the facts do not tell them apart."""
        return sum(dict(zip(self.identities, self.ran, strict=True)).values()) if self.ran else self.executed

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
            "xfailed": self.xfailed,
            "duration_s": self.duration_s,
        }
