"""Latency, from load tests."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from fractions import Fraction
from typing import Annotated, Self

from pydantic import Field, model_validator

from readiness.check import Check, Finding, Params, Stricter
from readiness.evidence.load_test import LoadTest
from readiness.units import Duration, Share

from ._confidence import POINT, USUAL, Confidence
from ._findings import together
from ._objective import Objective
from ._point import judge_point
from ._population import population
from ._proof import judge_proof
from ._targets import Target, targets

_SHARES = {"p50": "50", "p75": "75", "p90": "90", "p95": "95", "p99": "99", "p99.9": "99.9", "max": "100"}
Limit = Annotated[Duration | None, Stricter.LOWER]


class LatencyLimits(Params):
    """Limits of percentiles; each is the time within which that part of the successful requests is answered."""

    p50: Limit = None
    """The limit of half of the requests, as a duration."""
    p75: Limit = None
    """The limit of 75% of the requests, as a duration."""
    p90: Limit = None
    """The limit of 90% of the requests, as a duration."""
    p95: Limit = None
    """The limit of 95% of the requests, as a duration. 59 requests are the least that can prove it at 95%."""
    p99: Limit = None
    """The limit of 99% of the requests, as a duration. 299 requests are the least that can prove it at 95%."""
    p99_9: Annotated[Limit, Field(alias="p99.9")] = None
    """The limit of 99.9% of the requests, as a duration. 2,995 requests are the least that can prove it at 95%."""
    max: Limit = None
    """The limit of every request of the run, as a duration; asks for as many requests as p99 does."""

    @model_validator(mode="after")
    def _are_longer_than_nothing(self) -> Self:
        for name, limit in self.limits().items():
            if limit <= timedelta():
                raise ValueError(f"{name} must be longer than 0ms")
        return self

    def limits(self) -> dict[str, timedelta]:
        """Those that are set, by the key that policies write."""
        named = {key: getattr(self, key.replace(".", "_")) for key in _SHARES}
        return {key: limit for key, limit in named.items() if limit is not None}


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
            raise ValueError(f"no limit is set; set at least one of {', '.join(_SHARES)}")
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
    slow: they are those that a slow service kept it from sending.

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

    def _judge_target(self, target: Target) -> Iterator[Finding]:
        confidence = self.params.confidence
        known = population(target, self.params.max_errors, confidence)
        if isinstance(known, Finding):
            yield known
            return
        warn = self.params.warn.limits() if self.params.warn else {}
        for name, limit in self.params.limits().items():
            objective = Objective(name, Fraction(_SHARES[name]) / 100, limit, warn.get(name))
            if confidence == POINT:
                yield judge_point(target, known, objective)
            else:
                yield judge_proof(target, known, objective, confidence)
