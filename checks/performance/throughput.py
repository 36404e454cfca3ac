"""Successful requests per second, from load tests."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from fractions import Fraction
from typing import Annotated, Self

from pydantic import Field, model_validator

from readiness.check import Check, Finding, Measure, Outcome, Params, Stricter
from readiness.evidence.load_test import LoadTest
from readiness.evidence.model import Reason
from readiness.units import Duration, Rate, show_duration

from ._bottlenecks import noted, saturation
from ._findings import together
from ._targets import Target, targets, unproven


class ThroughputParams(Params):
    """How many requests per second must be answered well, and for how long at least."""

    min: Annotated[Rate, Stricter.HIGHER]
    """The successful requests per second that the run must reach on average, as in `500/s`."""
    warn: Annotated[Rate | None, Stricter.HIGHER] = None
    """A rate above `min`; under it the outcome is `warn`."""
    scope: Annotated[str | None, Field(min_length=1)] = None
    """One endpoint by its name in the load test, or a pattern such as `GET /orders*`; each that matches is judged."""
    min_duration: Annotated[Duration, Stricter.HIGHER] = timedelta(seconds=10)
    """The least duration of the run: in a shorter one, start and end weigh more than what lies between."""

    @model_validator(mode="after")
    def _fit_together(self) -> Self:
        if self.min <= 0 or self.min_duration <= timedelta():
            raise ValueError("min and min-duration must be more than 0")
        if self.warn is not None and self.warn < self.min:
            raise ValueError("warn is under min itself")
        return self


class Throughput(Check[ThroughputParams]):
    """The release carries the load that it is meant for.

    ## Why it matters

    Latencies and errors are those of the load that was offered: a release that is quick at ten requests per second
    says nothing about five hundred. This check holds the load test to the rate that production will bring. Only
    successful requests count: refusing is fast. Where the file tells its course in time, a note says when load went up
    and answers did not: from there on requests only wait.

    ## How to fix it

    - Failed: look first at whether the test offers the load. A closed loop (virtual users that wait for answers) sends
      less when answers are slow; dropped iterations say that the load generator had no free user. Then look for what
      is full: processors, pools of connections or threads, a lock, the database.
    - Unproven: run for longer than `min-duration`, and offer at least `min`, with an arrival-rate executor in k6.

    ## References

    - Grafana k6 documentation: open and closed models; dropped iterations
    - B. Schroeder, A. Wierman and M. Harchol-Balter, Open Versus Closed: A Cautionary Tale, 2006
    """

    def judge(self, load: tuple[LoadTest, ...]) -> Iterator[Finding]:
        """Every run and endpoint in scope."""
        yield from together(
            target if isinstance(target, Finding) else self._judge_target(target)
            for target in targets(load, self.params.scope)
        )
        if self.params.scope is None:
            yield from noted(load, saturation)

    def _judge_target(self, target: Target) -> Finding:
        gap = self._gap(target)
        finding = gap if gap is not None else self._compared(target)
        return finding.but(message=target.where + finding.message, object=target.object)

    def _gap(self, target: Target) -> Finding | None:
        """Why the run has no rate that means anything; None when it has one."""
        run, least = target.run, self.params.min_duration
        if target.errors is None:
            message = "the file does not tell how many requests failed"
            return unproven(Reason.INSUFFICIENT, message, run.more_detail)
        if run.duration_s is None:
            return unproven(
                Reason.INSUFFICIENT, "the file does not tell how long the run was", run.more_detail
            )
        if not run.duration_s >= least / timedelta(seconds=1):
            message = (
                f"the run lasted {run.duration_s:.3g} s, less than {show_duration(least)} (`min-duration`)"
            )
            return unproven(
                Reason.INSUFFICIENT, message, f"run the load test for at least {show_duration(least)}"
            )
        return None

    def _compared(self, target: Target) -> Finding:
        run, limit, warn = target.run, self.params.min, self.params.warn
        good = target.requests - (target.errors or 0)
        rate = Fraction(good) / Fraction(run.duration_s or 1)
        draft = Finding(
            outcome=Outcome.PASS,
            message=f"{float(rate):,.4g} successful requests per second over {run.duration_s:,.4g} s{_load(run)}",
            observed=f"{float(rate):,.4g}/s",
            expected=f"at least {_shown(limit)}",
            measure=Measure(float(rate), float(limit), "/s", better="higher"),
        )
        if rate >= limit:
            if warn is None or rate >= warn:
                return draft
            message = f"{draft.message}, under the {_shown(warn)} of `warn`"
            return draft.but(outcome=Outcome.WARN, message=message, next="look for what is nearly full")
        if target.object is None and run.offered_per_s is not None and run.offered_per_s < limit:
            message = f"{draft.message}: the test never offered {_shown(limit)}"
            short = unproven(Reason.INSUFFICIENT, message, f"offer at least {_shown(limit)}")
            return short.but(observed=draft.observed, expected=draft.expected, measure=draft.measure)
        message = f"{draft.message}, under {_shown(limit)}"
        return draft.but(outcome=Outcome.FAIL, message=message, next=_next(run))


def _load(run: LoadTest) -> str:
    """What is known of the load itself."""
    offered = f", {run.offered_per_s:,.4g}/s offered" if run.offered_per_s is not None else ""
    dropped = f", {run.dropped:,} iterations dropped by the load generator" if run.dropped else ""
    loop = f", in {'an open' if run.loop == 'open' else 'a closed'} loop" if run.loop != "unknown" else ""
    return offered + dropped + loop


def _next(run: LoadTest) -> str:
    if run.dropped or run.loop == "closed":
        return "let the load generator offer more (more virtual users, or an open loop); then look for what is full"
    return "look for what is full: processors, pools, locks, the database"


def _shown(rate: Fraction) -> str:
    return f"{float(rate):,.12g}/s"
