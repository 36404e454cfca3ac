"""Latency, from load tests."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Annotated, Self

from pydantic import Field, model_validator

from readiness.check import Check, Finding, Stricter
from readiness.check.confidence import POINT, USUAL, Confidence
from readiness.evidence.load_test import LoadTest
from readiness.units import Share

from ._bottlenecks import noted, tail
from ._findings import together
from ._limits import SHARES, LatencyLimits
from ._objective import Objective
from ._point import judge_point
from ._population import population
from ._proof import judge_proof
from ._targets import Target, targets


class LatencyParams(LatencyLimits):
    """At least one limit, and how strong the proof has to be."""

    warn: LatencyLimits | None = None
    """Limits, under those beside it, past which the outcome is `warn`."""
    scope: Annotated[str | None, Field(min_length=1)] = None
    """One endpoint by its name in the load test, or a pattern such as `GET /orders*`; each that matches is judged."""
    confidence: Confidence = USUAL
    """The confidence of the proof, as a share; or `point`, which compares plain percentiles and warns at best."""
    max_errors: Annotated[Share, Stricter.LOWER] = Fraction(5, 100)
    """The share of failed requests above which latencies show nothing."""

    @model_validator(mode="after")
    def _fit_together(self) -> Self:
        limits = self.limits()
        if not limits:
            raise ValueError(f"no limit is set; set at least one of {', '.join(SHARES)}")
        for name, limit in (self.warn.limits() if self.warn else {}).items():
            if name not in limits:
                raise ValueError(f"warn has {name}, which has no limit beside it")
            if limit > limits[name]:
                raise ValueError(f"warn has a {name} above the limit itself")
        return self


class Latency(Check[LatencyParams]):
    """Requests are answered within their time limits.

    ## Why it matters

    People leave when pages are slow, and callers time out, retry, and turn slowness into an outage. A mean hides
    this: the slowest one in a hundred requests is met by most users in a session of a hundred requests.

    A percentile of a short run is a guess. So an objective is tested, not compared: the number of requests over the
    limit is counted, and the objective passes when so few of so many would be unlikely (5%, at `confidence: 95%`) if
    the release did not keep it. It fails when so many would be unlikely if it did. Between the two, and where the file
    says too little, it is unproven.

    Only successful requests count, since errors are often fast. Requests that the load generator dropped count as
    slow: they are those that a slow service kept it from sending. A run that contradicts itself (Little's law, counts,
    the order of percentiles) is malformed, whatever it says. Without `scope`, a note names the endpoint that carries
    the tail.

    ## How to fix it

    - Failed: find the endpoint with `scope`, then profile it: queries without an index, calls one after the other
      that could be one, locks, garbage collection, connections that are not kept.
    - Unproven for want of requests: run longer. At 95%, p95 needs 59 requests, p99 299, p99.9 2,995, all within.
    - Unproven for want of detail: let the tool write every request, as in `k6 run --out json=points.json script.js`.
      A summary with p95 and p99 proves a limit only through a higher percentile or the max.
    - Unproven because of dropped iterations: give the load generator more virtual users or a machine of its own.

    ## References

    - Google, Site Reliability Engineering, chapter 4, Service Level Objectives
    - C. Clopper and E. Pearson, The Use of Confidence or Fiducial Limits Illustrated in the Case of the Binomial, 1934
    - G. Tene, How NOT to Measure Latency (on coordinated omission)
    """

    def judge(self, load: tuple[LoadTest, ...]) -> Iterator[Finding]:
        """Every objective, of every run and endpoint in scope."""
        yield from together(
            finding
            for target in targets(load, self.params.scope)
            for finding in ([target] if isinstance(target, Finding) else self._judge_target(target))
        )
        if self.params.scope is None:
            yield from noted(load, tail)

    def _judge_target(self, target: Target) -> Iterator[Finding]:
        confidence = self.params.confidence
        known = population(target, self.params.max_errors, confidence)
        if isinstance(known, Finding):
            yield known
            return
        warn = self.params.warn.limits() if self.params.warn else {}
        for name, limit in self.params.limits().items():
            objective = Objective(name, Fraction(SHARES[name]) / 100, limit, warn.get(name))
            if confidence == POINT:
                yield judge_point(target, known, objective)
            else:
                yield judge_proof(target, known, objective, confidence)
