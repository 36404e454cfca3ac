"""Whether the tests covered enough of the code."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Annotated, Literal

from pydantic import model_validator

from readiness.check import Check, Finding, Measure, Outcome, Params, Stricter
from readiness.evidence.coverage import Coverage as CoverageFacts
from readiness.evidence.coverage import Covered
from readiness.evidence.model import Reason
from readiness.units import Share, show_share

_NAMED = 3
_PLURALS = {"line": "lines", "branch": "branches", "function": "functions", "statement": "statements"}


class CoverageParams(Params):
    """A limit on one metric of coverage."""

    metric: Literal["line", "branch", "function", "statement"] = "line"
    """What is counted: `line`, `branch`, `function` or `statement`, where the report has it."""
    min: Annotated[Share, Stricter.HIGHER]
    """The least share that is covered, in percent, as in `80%`; below it the check fails."""
    warn: Annotated[Share | None, Stricter.HIGHER] = None
    """A higher share, in percent; from `min` up to it the check warns, which earns half."""

    @model_validator(mode="after")
    def _in_order(self) -> CoverageParams:
        if not self.min:
            raise ValueError("min must be more than 0%: nothing could fall below it")
        if self.warn is not None and self.warn <= self.min:
            raise ValueError("warn must be more than min: between the two the check warns")
        return self


class Coverage(Check[CoverageParams]):
    """The tests cover enough of the code.

    ## Why it matters
    Code that no test has run is code that production runs first. Coverage does not show that tests are good, but its
    absence shows where there are none: a low share is a reliable sign, a high one a weak promise. The share is computed
    from the counts of the report and compared exactly: 79.996% is less than 80%.

    ## How to fix it
    Write tests for what is not covered; the finding names the files with the most of it. When the share fell without a
    change of the code, look whether all test jobs still run and whether their reports are merged before the gate.
    For `branch`, let the tool measure branches: `coverage run --branch` for Python, `--rc branch_coverage=1` for lcov;
    jest measures them anyway. Keep the counts, not the badge: `coverage xml`, `coverage json`, `lcov` or Cobertura.

    ## References
    - coverage.py, branch coverage: https://coverage.readthedocs.io/en/latest/branch.html
    - geninfo, the LCOV format: https://manpages.debian.org/stable/lcov/geninfo.1.en.html
    - Martin Fowler, TestCoverage: https://martinfowler.com/bliki/TestCoverage.html
    """

    def judge(self, coverage: CoverageFacts) -> Iterator[Finding]:
        """Compare the share of the metric with its limits."""
        counts = coverage.metrics.get(self.params.metric)
        if counts is None:
            yield self._unmeasured(coverage)
        elif counts.share is None:
            yield self._empty()
        else:
            yield self._judged(counts, counts.share, coverage)

    def _unmeasured(self, coverage: CoverageFacts) -> Finding:
        there = ", ".join(sorted(coverage.metrics)) or "nothing"
        return Finding(
            outcome=Outcome.UNPROVEN,
            reason=Reason.MISSING,
            message=f"the report does not measure {self.params.metric} coverage; it measures {there}",
            expected=f">= {show_share(self.params.min)}",
            next="let the tool measure it, or judge a metric that it measures",
        )

    def _empty(self) -> Finding:
        return Finding(
            outcome=Outcome.UNPROVEN,
            reason=Reason.MISSING,
            message=f"0 of 0 {_PLURALS[self.params.metric]} are covered, which shows nothing",
            expected=f">= {show_share(self.params.min)}",
            next="look at what the tool was told to measure: it found no code",
        )

    def _judged(self, counts: Covered, share: Fraction, coverage: CoverageFacts) -> Finding:
        least, warn = self.params.min, self.params.warn
        limit = least if share < least or warn is None else warn
        outcome = Outcome.FAIL if share < least else Outcome.WARN if share < limit else Outcome.PASS
        return Finding(
            outcome=outcome,
            message=f"{counts.covered} of {counts.total} {_PLURALS[self.params.metric]} are covered: "
            f"{show_share(share)}",
            observed=show_share(share),
            expected=f">= {show_share(limit)}",
            measure=Measure(float(share * 100), float(limit * 100), "%", "higher"),
            next="" if outcome is Outcome.PASS else _advice(coverage),
        )


def _advice(coverage: CoverageFacts) -> str:
    """The files with the most that is not covered, by the counts of their lines."""
    missing = {path: one.total - one.covered for path, one in coverage.files.items()}
    worst = sorted((path for path in missing if missing[path]), key=lambda path: (-missing[path], path))[
        :_NAMED
    ]
    if not worst:
        return "write tests for what is not covered"
    named = ", ".join(f"{path} ({missing[path]} lines)" for path in worst)
    return f"write tests for what is not covered, first in {named}"
