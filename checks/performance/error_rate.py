"""Failed requests, from load tests."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Annotated, Self

from pydantic import Field, model_validator

from readiness.check import Check, Finding, Measure, Outcome, Params, Stricter
from readiness.check.confidence import POINT, USUAL, Confidence, with_confidence
from readiness.evidence.load_test import LoadTest
from readiness.evidence.model import Reason
from readiness.statistics.binomial import (
    least_requests,
    lower_bound,
    proves_above,
    proves_below,
    settling_requests,
    upper_bound,
)
from readiness.units import Share, show_share

from ._bottlenecks import failures, noted
from ._findings import together
from ._percent import percent
from ._targets import Target, targets, unproven

_MEND = "mend what makes requests fail, then run the load test again"


class ErrorRateParams(Params):
    """How many requests may fail, and how strong the proof has to be."""

    max: Annotated[Share, Stricter.LOWER]
    """The share of requests that may fail; above 0%, which no number of requests proves, and under 100%."""
    warn: Annotated[Share | None, Stricter.LOWER] = None
    """A share under `max`, past which the outcome is `warn`."""
    scope: Annotated[str | None, Field(min_length=1)] = None
    """One endpoint by its name in the load test, or a pattern such as `GET /orders*`; each that matches is judged."""
    confidence: Confidence = USUAL
    """The confidence of the proof, as a share; or `point`, which compares the plain share and warns at best."""

    @model_validator(mode="after")
    def _can_be_shown(self) -> Self:
        for name, share in (("max", self.max), ("warn", self.warn)):
            if share is not None and not 0 < share < 1:
                raise ValueError(f"{name} must lie above 0%, which no run proves, and under 100%; as in 0.1%")
        if self.warn is not None and self.warn > self.max:
            raise ValueError("warn is above max itself")
        return self


class ErrorRate(Check[ErrorRateParams]):
    """Requests fail no more often than they may.

    ## Why it matters

    An error under load is an order lost. Services that are quick and right for one user often fail for a hundred:
    pools run dry, timeouts stack up, a dependency throttles. No errors in a hundred requests do not show a rate
    under 0.1%: a release that fails once in fifty requests has such a run every eighth time. So what is compared
    with the limit is the highest rate that the run does not rule out (Clopper and Pearson), not the plain share.
    Notes tell where failures are concentrated, and of which kinds they are.

    ## How to fix it

    - Failed: group the failures by status and endpoint (`scope` judges one alone). Refused connections point to too
      few workers or a small backlog, 429 and 503 to limits and pools, 504 to a slow dependency.
    - Unproven: run longer. Without any error, 1% needs 299 requests at 95% confidence, 0.1% needs 2,995; each error
      asks for more.
    - Let the load test itself say what is a failure: an answer of 200 with an error page is none for most tools.

    ## References

    - Google, Site Reliability Engineering, chapter 4, Service Level Objectives
    - C. Clopper and E. Pearson, The Use of Confidence or Fiducial Limits Illustrated in the Case of the Binomial, 1934
    - Grafana k6 documentation: http_req_failed, and setResponseCallback, which decides what is a failure
    """

    def judge(self, load: tuple[LoadTest, ...]) -> Iterator[Finding]:
        """Every run and endpoint in scope."""
        yield from together(
            target if isinstance(target, Finding) else self._judge_target(target)
            for target in targets(load, self.params.scope)
        )
        if self.params.scope is None:
            yield from noted(load, failures)

    def _judge_target(self, target: Target) -> Finding:
        errors, n = target.errors, target.requests
        if errors is None:
            message = f"{target.where}the file does not tell how many requests failed"
            return unproven(Reason.INSUFFICIENT, message, target.run.more_detail, target.object)
        if not 0 <= errors <= n or not n:
            message = f"{target.where}{errors:,} of {n:,} requests failed, which shows nothing"
            return unproven(Reason.MALFORMED, message, "run the load test again", target.object)
        confidence = self.params.confidence
        finding = self._point(errors, n) if confidence == POINT else self._proof(errors, n, confidence)
        return finding.but(
            message=target.where + finding.message,
            object=target.object,
            observed=f"{errors:,} of {n:,} requests failed ({percent(errors / n)})",
            expected=f"at most {show_share(self.params.max, 7)}",
        )

    def _proof(self, errors: int, n: int, confidence: Fraction) -> Finding:
        limit, warn = self.params.max, self.params.warn
        high, low = upper_bound(errors, n, confidence), lower_bound(errors, n, confidence)
        measure = Measure(100 * errors / n, 100 * float(limit), "%", low=100 * low, high=100 * high)
        told = f"{errors:,} of {n:,} requests failed: {with_confidence(confidence)}"
        if proves_below(errors, n, limit, confidence):
            message = f"{told}, at most {percent(high)} do"
            if warn is None or proves_below(errors, n, warn, confidence):
                return Finding(outcome=Outcome.PASS, message=message, measure=measure)
            message = f"{message}, which is not shown to keep the {show_share(warn, 7)} of `warn`"
            return Finding(outcome=Outcome.WARN, message=message, measure=measure, next=_MEND)
        if proves_above(errors, n, limit, confidence):
            message = f"{told}, at least {percent(low)} do"
            return Finding(outcome=Outcome.FAIL, message=message, measure=measure, next=_MEND)
        message = f"{told}, {percent(low)} to {percent(high)} do, which settles nothing"
        settled = self._settled_by(errors, n, confidence)
        return unproven(Reason.INSUFFICIENT, message, settled).but(measure=measure)

    def _settled_by(self, errors: int, n: int, confidence: Fraction) -> str:
        settling = settling_requests(errors, n, self.params.max, confidence)
        if settling is None:
            return f"no number of requests would settle it at this rate: {_MEND}"
        return f"about {settling:,} requests would settle it at this rate"

    def _point(self, errors: int, n: int) -> Finding:
        """By the plain share. Errors do not count towards the least number: they must not help."""
        measure = Measure(100 * errors / n, 100 * float(self.params.max), "%")
        enough = least_requests(self.params.max, USUAL)
        message = f"{errors:,} of {n:,} requests failed ({percent(errors / n)}), by the plain number only"
        if Fraction(errors, n) > self.params.max and n >= enough:
            return Finding(outcome=Outcome.FAIL, message=message, measure=measure, next=_MEND)
        if n - errors < enough:
            thin = f"{message}, of too few requests"
            return unproven(Reason.INSUFFICIENT, thin, f"send at least {enough:,} requests").but(
                measure=measure
            )
        return Finding(
            outcome=Outcome.WARN, message=message, measure=measure, next="ask for `confidence: 95%`"
        )
