"""Cases as they come, counted by suite, so that a report of any size takes little memory."""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field

from readiness.evidence.test_report import FailedTest, FlakyTest, SuiteCounts
from readiness.readers.test_report._cases import CUT, Case, Verdict
from readiness.readers.test_report.kind import MAX_FAILED

_SLICES = 16
_FEW = 100_000
_WORD = 2**64


@dataclass(slots=True)
class Sums:
    """What headers may count; sums of parts are sums of the whole.

    For each verdict: `worst`, the cases whose worst element it is; `said`, those that only say so; `marks`, elements.
    """

    cases: int = 0
    outcomes: int = 0
    worst: dict[Verdict, int] = field(default_factory=dict)
    said: dict[Verdict, int] = field(default_factory=dict)
    marks: dict[Verdict, int] = field(default_factory=dict)
    repeats: int = 0
    reruns: int = 0
    idle: int = 0
    todo: int = 0

    def add(self, case: Case) -> None:
        """Count one more case."""
        self.cases += 1
        self.outcomes += max(1, len(case.marks))
        self.reruns += case.has_reruns
        self.idle += case.idle
        if case.verdict is not Verdict.PASSED:
            kept = self.worst if case.verdict in case.marks else self.said
            kept[case.verdict] = kept.get(case.verdict, 0) + 1
        for mark in case.marks:
            self.marks[mark] = self.marks.get(mark, 0) + 1

    def include(self, other: Sums) -> None:
        """Count what another counted."""
        self.cases += other.cases
        self.outcomes += other.outcomes
        self.repeats += other.repeats
        self.reruns += other.reruns
        self.idle += other.idle
        self.todo += other.todo
        for mine, others in ((self.worst, other.worst), (self.said, other.said), (self.marks, other.marks)):
            for verdict, count in others.items():
                mine[verdict] = mine.get(verdict, 0) + count


@dataclass(slots=True)
class Group:
    """The cases of one suite with the same class and source file; tests are kept as 8 bytes each."""

    counts: dict[Verdict, int] = field(default_factory=dict)
    flaky: int = 0
    xfailed: int = 0
    repeats: int = 0
    recovered: int = 0
    idle: int = 0
    todo: int = 0
    seconds: float | None = 0.0
    ran: array[int] = field(default_factory=lambda: array("Q"))
    mark: int = 0

    def add(self, case: Case, test: int) -> None:
        """Count one more case, which is that of a test."""
        self.counts[case.verdict] = self.counts.get(case.verdict, 0) + 1
        self.flaky += case.flaky
        self.xfailed += case.xfailed
        self.idle += case.idle
        self.seconds = _sum(self.seconds, case.seconds)
        # A sum does not depend on the order, in which some tools vary.
        self.mark = (self.mark + test * test + test) % (_WORD * _WORD)
        if case.verdict is not Verdict.SKIPPED:
            self.ran.append(test)

    def include(self, other: Group) -> None:
        """Count what another counted."""
        for verdict, count in other.counts.items():
            self.counts[verdict] = self.counts.get(verdict, 0) + count
        self.flaky += other.flaky
        self.xfailed += other.xfailed
        self.repeats += other.repeats
        self.recovered += other.recovered
        self.idle += other.idle
        self.seconds = _sum(self.seconds, other.seconds)
        self.mark = (self.mark + other.mark) % (_WORD * _WORD)
        self.ran.extend(other.ran)


@dataclass(slots=True)
class SuiteTally:
    """The cases that stand right in one suite.

    `collapsed` says that a plain case right before another one of the same test was a try of it that did not count:
    so pytest-rerunfailures writes them. `unlisted` skipped cases are counted by the header and stand nowhere.
    """

    name: str
    line: int | None = None
    file: str = ""
    within: tuple[str, ...] = ()
    fingerprint: str = ""
    unique: bool = False
    sums: Sums = field(default_factory=Sums)
    groups: dict[tuple[str, str], Group] = field(default_factory=dict)
    failed: list[FailedTest] = field(default_factory=list)
    flaky_tests: list[FlakyTest] = field(default_factory=list)
    recovered: int = 0
    recovered_tests: list[FlakyTest] = field(default_factory=list)
    collapsed: bool = False
    unlisted: int = 0
    failing: dict[int, FlakyTest] = field(default_factory=dict)
    passing: array[int] = field(default_factory=lambda: array("Q"))
    _last: int = -1
    _last_is_plain: bool = False
    _last_recovered: bool = False

    def add(self, case: Case, key: tuple[str, str], report: str) -> None:
        """Count one more case in the group of a key; `report` is the name of the file."""
        test = test_of(case)
        group = self.groups.setdefault(key, Group())
        self.sums.add(case)
        group.add(case, test)
        self._follow(case, test, group, report)
        if case.is_bad and len(self.failed) < MAX_FAILED:
            self.failed.append(case.as_failed(report))
        if case.flaky and len(self.flaky_tests) < MAX_FAILED:
            self.flaky_tests.append(case.as_flaky(report))
        if self.unique and case.is_bad:
            self.failing[test] = case.as_flaky(report)
        if self.unique and case.verdict is Verdict.PASSED:
            self.passing.append(test)

    def _follow(self, case: Case, test: int, group: Group, report: str) -> None:
        """Notice that a plain case was one more try of the test before it."""
        follows = test == self._last and self._last_is_plain
        if follows:
            group.repeats += 1
            self.sums.repeats += 1
            if self._last_recovered:
                group.recovered -= 1
                self.recovered -= 1
                del self.recovered_tests[self.recovered :]
        recovered = follows and case.is_plain
        if recovered:
            group.recovered += 1
            self.recovered += 1
            if len(self.recovered_tests) < MAX_FAILED:
                self.recovered_tests.append(case.as_flaky(report))
        self._last, self._last_is_plain, self._last_recovered = test, case.is_plain, recovered

    def coarsen(self) -> None:
        """Keep one group of all."""
        if not self.groups:
            return
        whole = Group()
        for group in self.groups.values():
            whole.include(group)
        self.groups = {("", ""): whole}

    def counts(self) -> Iterator[SuiteCounts]:
        """Its groups as facts."""
        for (classname, file), group in self.groups.items():
            yield self._counts(classname, file, group)

    def _counts(self, classname: str, file: str, group: Group) -> SuiteCounts:
        counts = group.counts
        return SuiteCounts(
            suite=self.name,
            classname=classname[:CUT],
            file=(file or self.file)[:CUT],
            tests=sum(counts.values()) - (group.repeats if self.collapsed else 0),
            failures=counts.get(Verdict.FAILURE, 0),
            errors=counts.get(Verdict.ERROR, 0),
            skipped=counts.get(Verdict.SKIPPED, 0),
            flaky=group.flaky + (group.recovered if self.collapsed else 0),
            ran=max(0, different(group.ran) - group.todo),
            mark=hashlib.sha256(repr((self.name, group.mark)).encode("utf-8", "replace")).hexdigest()[:16],
            within=self.within,
            seconds=None if group.seconds is None else round(group.seconds, 6),
        )

    def settle(self) -> None:
        """Count what the cases tell only together: tests that failed and passed, and tries that did not count."""
        both = sorted({test for test in self.passing if test in self.failing})
        named = [self.failing[test] for test in both]
        if self.collapsed:
            named += self.recovered_tests
        self.flaky_tests = (self.flaky_tests + named)[:MAX_FAILED]
        if both:
            first = next(iter(self.groups.values()))
            first.flaky += len(both)
        self._skip_todo()
        if self.unlisted:
            group = self.groups.setdefault(("", ""), Group(seconds=None))
            group.counts[Verdict.SKIPPED] = group.counts.get(Verdict.SKIPPED, 0) + self.unlisted

    def _skip_todo(self) -> None:
        """Count as skipped, of cases that took no time, as many as the header does not count as tests."""
        left = self.sums.todo
        for group in self.groups.values():
            group.todo = min(left, group.idle)
            left -= group.todo
            group.counts[Verdict.PASSED] = group.counts.get(Verdict.PASSED, 0) - group.todo
            group.counts[Verdict.SKIPPED] = group.counts.get(Verdict.SKIPPED, 0) + group.todo

    def identity(self) -> str:
        """The same for another run of the same tests: its name and those of its cases, whatever became of them."""
        marks = sum(group.mark for group in self.groups.values()) % (_WORD * _WORD)
        return hashlib.sha256(repr((self.name, marks)).encode("utf-8", "replace")).hexdigest()[:16]

    def ran(self) -> int:
        """How many different tests of its own ran."""
        every = array("Q")
        for group in self.groups.values():
            every.extend(group.ran)
        return max(0, different(every) - self.sums.todo)


def test_of(case: Case) -> int:
    """Eight bytes for a test, the same wherever its name is the same."""
    digest = hashlib.blake2b(case.identity.encode("utf-8", "replace"), digest_size=8).digest()
    return int.from_bytes(digest, "big")


def different(tests: array[int]) -> int:
    """How many of them differ; a slice at a time when there are many, which saves memory."""
    if len(tests) < _FEW:
        return len(set(tests))
    return sum(len({test for test in tests if test % _SLICES == one}) for one in range(_SLICES))


def _sum(one: float | None, other: float | None) -> float | None:
    return None if one is None or other is None else one + other
