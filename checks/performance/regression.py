"""This release against its baseline, from load tests of both."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from readiness.check import Check, Finding, Params, Stricter
from readiness.check.confidence import USUAL
from readiness.evidence.load_test import LoadTest
from readiness.evidence.model import Reason
from readiness.units import Share

from ._comparable import incomparable
from ._findings import together
from ._invariants import contradictions
from ._many_runs import judge_runs
from ._shift import LEAST_RUNS
from ._sides import Runs, Seen, Sides, populations, seen
from ._single_run import judge_single
from ._targets import opened, unproven

Percentile = Literal["p50", "p75", "p90", "p95", "p99", "p99.9"]


class RegressionParams(Params):
    """How much slower this release may be, and how strong the proof has to be."""

    percentiles: Annotated[tuple[Percentile, ...], Field(min_length=1)] = ("p95",)
    """The percentiles of latency that are compared, each by itself."""
    tolerance: Annotated[Share, Stricter.LOWER] = Fraction(5, 100)
    """How much slower than the baseline a percentile may be, as a share of the baseline's."""
    confidence: Annotated[Share, Stricter.HIGHER] = USUAL
    """The confidence of the proof, for a pass as for a failure; more than 50% and less than 100%."""
    scope: Annotated[str | None, Field(min_length=1)] = None
    """One endpoint by its name in the load test, or a pattern such as `GET /orders*`; each that matches is judged."""
    max_errors: Annotated[Share, Stricter.LOWER] = Fraction(5, 100)
    """The share of failed requests above which latencies show nothing."""

    @model_validator(mode="after")
    def _can_be_shown(self) -> Self:
        if not Fraction(1, 2) < self.confidence < 1:
            raise ValueError("confidence must be more than 50% and less than 100%, as in 95%")
        if len(set(self.percentiles)) < len(self.percentiles):
            raise ValueError("percentiles has one twice")
        return self


class Regression(Check[RegressionParams]):
    """This release is not slower than its baseline.

    There are three answers. Regressed: fail. Not regressed: pass, when a slowdown of more than the tolerance is ruled
    out, which is more than that none was found. Cannot tell: unproven, with the number of runs that would.

    From five runs a side on, runs are what is counted: the percentiles of one side are compared with those of the
    other by Mann and Whitney's test, exact up to 30 runs a side, and by the interval of the ratio between them (Hodges
    and Lehmann). It fails when the test says slower and the ratio is over the tolerance, and passes when the upper
    bound of the ratio is within it.

    With fewer it is a single-run comparison: each run against every baseline run, by the intervals that the order of
    their requests gives. It fails when its interval lies above all of theirs and its percentile over the tolerance. It
    warns at best: two runs of the same release differ by a few percent as well, which one run a side cannot show. It
    needs every request or a histogram; five runs a side are content with percentiles.

    Only like is compared with like: another tool, another loop, another load or a copy of the same file is unproven.
    Rates of errors and throughput have limits of their own, in performance/error-rate and performance/throughput.

    ## Why it matters

    A release that is 10% slower keeps its time limits, and so does the next. After a year of them nobody knows which
    one it was. But a plain comparison of two runs cries wolf: with 4% of noise between runs, one in five builds that
    changed nothing is more than 5% slower than the one before. So the noise is measured, and shown.

    ## How to fix it

    - Failed: profile both releases under the same load; `scope` judges one endpoint alone.
    - Unproven for want of runs: repeat the load test, and keep the files of releases that went well with
      `readiness baseline add`. Five short runs tell more than one long one.
    - Unproven for noise: use machines that nothing else runs on, the same data, a warm-up, and an open loop.
    - Unproven because runs are not comparable: run the same script at the same rate on both releases.
    - No baseline: declare one under `evidence:`, as in
      `baseline: {kind: load-test, path: "baselines/*.json", role: baseline, bind: none}`.

    ## References

    - H. Mann and D. Whitney, On a Test of Whether one of Two Random Variables is Stochastically Larger, 1947
    - J. Hodges and E. Lehmann, Estimates of Location Based on Rank Tests, 1963
    - docs/statistics.md: how often it errs, measured
    """

    def judge(self, load: tuple[LoadTest, ...], baseline: tuple[LoadTest, ...]) -> Iterator[Finding]:
        """Every percentile of every endpoint in scope."""
        differences = list(_impossible(load, baseline)) or list(incomparable(load, baseline))
        if differences:
            yield from differences
            return
        yield from together(self._judge_sides(load, baseline))

    def _judge_sides(self, load: Sequence[LoadTest], baseline: Sequence[LoadTest]) -> Iterator[Finding]:
        runs, base = Runs(), Runs()
        for tests, side, into in ((load, "", runs), (baseline, "baseline ", base)):
            for one in populations(
                tests, side, self.params.scope, self.params.max_errors, self.params.confidence
            ):
                if isinstance(one, Finding):
                    yield one
                else:
                    into.setdefault(one[0].object, []).append(one)
        for object_ in {**runs, **base}:
            if gap := _absent(object_, load, baseline):
                yield gap
        for object_ in (one for one in runs if one in base):
            for name in self.params.percentiles:
                yield from self._judge_percentile(name, object_, runs, base)

    def _judge_percentile(self, name: str, object_: str | None, runs: Runs, base: Runs) -> Iterator[Finding]:
        found: list[list[Seen]] = []
        for side in (runs, base):
            known = [seen(*one, name, _share(name), self.params.confidence) for one in side[object_]]
            yield from (one for one in known if isinstance(one, Finding))
            found.append([one for one in known if isinstance(one, Seen)])
        sides = Sides(name, object_, tuple(found[0]), tuple(found[1]))
        if not sides.runs or not sides.base:
            return
        if min(len(sides.runs), len(sides.base)) >= LEAST_RUNS:
            yield judge_runs(sides, self.params.tolerance, self.params.confidence)
        else:
            yield from judge_single(sides, self.params.tolerance, self.params.confidence)


def _impossible(load: Sequence[LoadTest], baseline: Sequence[LoadTest]) -> Iterator[Finding]:
    """Every contradiction of every run: what cannot be true is compared with nothing."""
    for where, run in opened(load):
        yield from (one.but(message=where + one.message) for one in contradictions(run))
    for where, run in opened(baseline):
        yield from (
            one.but(message=f"baseline {where or 'run: '}{one.message}") for one in contradictions(run)
        )


def _share(name: str) -> Fraction:
    return Fraction(name.removeprefix("p")) / 100


def _absent(object_: str | None, load: Sequence[LoadTest], baseline: Sequence[LoadTest]) -> Finding | None:
    """An endpoint that only some runs call cannot be compared."""
    name = (object_ or "").removeprefix("Endpoint/")
    for what, tests in (("run", load), ("baseline run", baseline)):
        without = sum(name not in {one.name for one in test.operations} for test in tests)
        if object_ is not None and without:
            message = f"{name} is missing in {without} of {len(tests)} {what}s"
            return unproven(Reason.MISSING, message, "let every run call the same endpoints", object_)
    return None
