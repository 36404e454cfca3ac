"""What the tests covered."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import ClassVar

from readiness.evidence.model import Facts, Value

MAX_FILES = 20_000
"""Of more files than these, only the sums are kept."""
NEW_CODE = "new-code"
"""The metric of what a change added, as diff-cover counts it."""


class Covered(Value, frozen=True):
    """How many of how many; `share` is None for 0 of 0, which shows nothing."""

    covered: int
    total: int

    @property
    def share(self) -> Fraction | None:
        """Exactly covered / total."""
        return Fraction(self.covered, self.total) if self.total else None

    def __add__(self, other: Covered) -> Covered:
        return Covered(self.covered + other.covered, self.total + other.total)


class Coverage(Facts, frozen=True, kw_only=True):
    """Counts by metric: `line`, `branch`, `function`, `statement`, `new-code`; what was not measured is absent.

    `files` are the counts by path of the metric `listed`: lines, or statements where a format has no lines; empty
    beyond `MAX_FILES`. `others` are those of the other metrics by metric and path, empty where they would be more.
    """

    kind: ClassVar[str] = "coverage"
    metrics: Mapping[str, Covered]
    files: Mapping[str, Covered] = {}
    listed: str = "line"
    others: Mapping[str, Mapping[str, Covered]] = {}

    def by_path(self, metric: str) -> Mapping[str, Covered]:
        """The counts of a metric by path; empty when they are not told."""
        return self.files if metric == self.listed else self.others.get(metric, {})

    def summary(self) -> Mapping[str, object]:
        """Covered and total of each metric."""
        return {name: {"covered": one.covered, "total": one.total} for name, one in self.metrics.items()}
