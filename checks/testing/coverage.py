"""Whether the tests covered enough of the code."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from fractions import Fraction
from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, Field, model_validator

from readiness.check import Check, Finding, Measure, Outcome, Params, Stricter
from readiness.evidence.coverage import NEW_CODE, Covered
from readiness.evidence.coverage import Coverage as CoverageFacts
from readiness.evidence.model import Reason
from readiness.evidence.python_source import PythonSource
from readiness.units import Share, show_share

from ._globs import paths_like, refuse_odd_glob
from ._reported import few, whole

_NAMED = 3
_PLURALS = {
    "line": "lines",
    "branch": "branches",
    "function": "functions",
    "statement": "statements",
    NEW_CODE: "new lines",
}


class PathLimit(Params):
    """A limit on some source files."""

    named_by: ClassVar[str] = "path"
    path: Annotated[str, AfterValidator(refuse_odd_glob)]
    """A glob over the paths of the report: `**` stands for any folders, as in `src/payments/**`."""
    min: Annotated[Share, Stricter.HIGHER]
    """The least share of the metric that is covered in these files together, in percent."""

    @model_validator(mode="after")
    def _more_than_nothing(self) -> PathLimit:
        if not self.min:
            raise ValueError("min must be more than 0%: nothing could fall below it")
        return self


class CoverageParams(Params):
    """Limits on one metric of coverage."""

    metric: Literal["line", "branch", "function", "statement", "new-code"] = "line"
    """What is counted, where the report has it; `new-code` is what diff-cover reports."""
    min: Annotated[Share, Stricter.HIGHER]
    """The least share that is covered, in percent, as in `80%`; below it the check fails."""
    warn: Annotated[Share | None, Stricter.HIGHER] = None
    """A higher share, in percent; from `min` up to it the check warns, which earns half."""
    paths: Annotated[tuple[PathLimit, ...], Field(strict=False, max_length=100)] = ()
    """Limits on parts of the code, each a glob with its own `min`; one that matches no file is unproven."""
    min_files: Annotated[int | None, Field(ge=1), Stricter.HIGHER] = None
    """The least number of source files with something to cover that the report tells of; without it nobody counts."""
    new_code: Annotated[Share | None, Stricter.HIGHER] = None
    """The least share of new lines that is covered, in percent, by the report of diff-cover that is given as `diff`."""

    @model_validator(mode="after")
    def _in_order(self) -> CoverageParams:
        if not self.min:
            raise ValueError("min must be more than 0%: nothing could fall below it")
        if self.warn is not None and self.warn <= self.min:
            raise ValueError("warn must be more than min: between the two the check warns")
        if self.new_code is not None and not self.new_code:
            raise ValueError("new-code must be more than 0%: nothing could fall below it")
        if len({one.path for one in self.paths}) < len(self.paths):
            raise ValueError("a path stands twice in paths")
        return self


class Coverage(Check[CoverageParams]):
    """The tests cover enough of the code.

    ## Why it matters
    Code that no test has run is code that production runs first. Coverage does not show that tests are good, but its
    absence shows where there are none: a low share is a reliable sign, a high one a weak promise. The share is computed
    from the counts of the report and compared exactly: 79.996% is less than 80%. A share of everything hides the part
    that matters, so `paths` sets limits on parts of the code, and `new-code` one on what the change added.

    ## How to fix it
    Write tests for what is not covered; the finding names the files with the most of it. When the share fell without a
    change of the code, look whether all test jobs still run and whether their reports are merged before the gate.
    For `branch`, let the tool measure branches: `coverage run --branch` for Python, `--rc branch_coverage=1` for lcov;
    jest measures them anyway. Go measures statements: `metric: statement`. Keep the counts, not the badge:
    `coverage xml`, `coverage json`, `lcov`, Cobertura, JaCoCo, Clover, or Istanbul's JSON.
    A tool that sees only what tests import leaves out what nobody tests: give the folder as evidence of kind `python`
    for `python`, and each of its files must be in the report; for other languages, set `min-files`.
    For new code, `diff-cover coverage.xml --compare-branch origin/main --format json:new-code.json`.

    ## References
    - coverage.py, branch coverage: https://coverage.readthedocs.io/en/latest/branch.html
    - diff-cover: https://github.com/Bachmann1234/diff_cover
    - Martin Fowler, TestCoverage: https://martinfowler.com/bliki/TestCoverage.html
    """

    def judge(
        self, coverage: CoverageFacts, diff: CoverageFacts | None = None, python: PythonSource | None = None
    ) -> Iterator[Finding]:
        """Compare the share of the metric with its limits: of everything, of parts, and of new code."""
        counts = coverage.metrics.get(self.params.metric)
        if counts is None:
            yield self._unmeasured(coverage)
        else:
            yield self._judged(counts, coverage)
            yield from self._parts(coverage)
            yield from few(coverage, self.params.min_files)
            if python is not None:
                yield from whole(coverage, python)
        yield from self._new_code(diff)

    def _unmeasured(self, coverage: CoverageFacts) -> Finding:
        there = ", ".join(sorted(coverage.metrics)) or "nothing"
        return Finding(
            outcome=Outcome.UNPROVEN,
            reason=Reason.MISSING,
            message=f"the report does not measure {self.params.metric} coverage; it measures {there}",
            expected=f">= {show_share(self.params.min)}",
            next="let the tool measure it, or judge a metric that it measures",
        )

    def _judged(self, counts: Covered, coverage: CoverageFacts) -> Finding:
        share, least, warn = counts.share, self.params.min, self.params.warn
        if share is None:
            return _empty(_PLURALS[self.params.metric], least)
        limit = least if share < least or warn is None else warn
        outcome = Outcome.FAIL if share < least else Outcome.WARN if share < limit else Outcome.PASS
        return _compared(
            counts, limit, outcome, _PLURALS[self.params.metric], _advice(coverage, coverage.files)
        )

    def _parts(self, coverage: CoverageFacts) -> Iterator[Finding]:
        """One finding for each part that is not covered enough, and one for all others."""
        metric, good = self.params.metric, 0
        counts = coverage.by_path(metric)
        for part in self.params.paths:
            if not counts:
                yield _untold(part.path, metric)
                continue
            found = paths_like(part.path, counts)
            whole = sum((counts[path] for path in found), Covered(0, 0))
            what = f"{_PLURALS[metric]} of {part.path}"
            if not found:
                yield _unmatched(part, list(counts))
            elif whole.share is None:
                yield _empty(what, part.min)
            elif whole.share < part.min:
                yield _compared(whole, part.min, Outcome.FAIL, what, _advice(coverage, found))
            else:
                good += 1
        if good:
            yield Finding(outcome=Outcome.PASS, message=_parts_sentence(good, self.params.paths), count=good)

    def _new_code(self, diff: CoverageFacts | None) -> Iterator[Finding]:
        least = self.params.new_code
        counts = diff.metrics.get(NEW_CODE) if diff is not None else None
        if least is None:
            if counts is not None:
                message = (
                    f"{counts.covered} of {counts.total} new lines are covered, and no `new-code` limits them"
                )
                yield Finding(outcome=Outcome.PASS, message=message, note=True)
        elif diff is None or counts is None:
            yield _without_diff(least, given=diff is not None)
        elif counts.share is None:
            yield _empty(
                "new lines",
                least,
                "look what diff-cover compares with, and which files it is told to leave out",
            )
        else:
            outcome = Outcome.FAIL if counts.share < least else Outcome.PASS
            yield _compared(counts, least, outcome, "new lines", _advice(diff, diff.files))


def _empty(what: str, least: Fraction, remedy: str = "") -> Finding:
    return Finding(
        outcome=Outcome.UNPROVEN,
        reason=Reason.MISSING,
        message=f"0 of 0 {what} are covered, which shows nothing",
        expected=f">= {show_share(least)}",
        next=remedy or "look at what the tool was told to measure: it found no code",
    )


def _compared(counts: Covered, limit: Fraction, outcome: Outcome, what: str, advice: str) -> Finding:
    share = counts.share or Fraction(0)
    return Finding(
        outcome=outcome,
        message=f"{counts.covered} of {counts.total} {what} are covered: {show_share(share)}",
        observed=show_share(share),
        expected=f">= {show_share(limit)}",
        measure=Measure(float(share * 100), float(limit * 100), "%", "higher"),
        next="" if outcome is Outcome.PASS else advice,
    )


def _untold(path: str, metric: str) -> Finding:
    return Finding(
        outcome=Outcome.UNPROVEN,
        reason=Reason.INSUFFICIENT,
        message=f"the report does not tell the {_PLURALS[metric]} of {path}: it is of too many files, or of none",
        next="keep a report for each part of the code, and judge each apart",
    )


def _unmatched(part: PathLimit, paths: list[str]) -> Finding:
    there = ", ".join(sorted(paths)[:_NAMED])
    return Finding(
        outcome=Outcome.UNPROVEN,
        reason=Reason.MISSING,
        message=f"no file of the report matches {part.path}; it is of {len(paths)} files, such as {there}",
        expected=f">= {show_share(part.min)}",
        next="write the glob as the report has its paths, with `/**` behind a folder, or let that code be measured",
    )


def _without_diff(least: Fraction, *, given: bool) -> Finding:
    return Finding(
        outcome=Outcome.UNPROVEN,
        reason=Reason.MISSING,
        message="what is given as `diff` is no report of diff-cover"
        if given
        else "there is no report about new code",
        expected=f">= {show_share(least)}",
        next="run diff-cover with --format json:FILE, and declare the file as evidence of kind coverage, as `diff`",
    )


def _parts_sentence(good: int, parts: tuple[PathLimit, ...]) -> str:
    if len(parts) == 1:
        return f"{parts[0].path} is covered to at least {show_share(parts[0].min)}"
    return f"{good} of {len(parts)} parts of the code are covered as they should be"


def _advice(coverage: CoverageFacts, among: Collection[str]) -> str:
    """The files with the most that is not covered, by the counts of the metric by which they are listed."""
    kept = set(among)
    missing = {path: one.total - one.covered for path, one in coverage.files.items() if path in kept}
    worst = sorted((path for path in missing if missing[path]), key=lambda path: (-missing[path], path))[
        :_NAMED
    ]
    if not worst:
        return "write tests for what is not covered"
    named = ", ".join(f"{path} ({missing[path]} {_PLURALS[coverage.listed]})" for path in worst)
    return f"write tests for what is not covered, first in {named}"
