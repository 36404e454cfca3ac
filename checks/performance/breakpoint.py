"""The load at which a release breaks, from load tests at rising load."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from fractions import Fraction
from typing import Annotated, Self

from pydantic import PlainValidator, WithJsonSchema, model_validator

from readiness.check import Check, Finding, Stricter
from readiness.check.confidence import USUAL
from readiness.evidence.load_test import LoadTest
from readiness.units import Duration, Share

from ._level import PEAK_SCHEMA, USERS, Peak, parse_peak
from ._level_course import Asked
from ._level_pace import paced
from ._level_proof import Limits, judge_level, looks_bad
from ._level_reach import Goal, reach, unfit
from ._level_runs import levels_of
from ._limits import SHARES, LatencyLimits
from ._objective import Objective


class BreakpointParams(LatencyLimits):
    """The load that is expected, and at least one limit of latency."""

    expected_peak: Annotated[Peak, PlainValidator(parse_peak), WithJsonSchema(PEAK_SCHEMA), Stricter.HIGHER]
    """The highest load that production is expected to bring: a rate, as in `500/s`, or users, as in `200 users`."""
    headroom: Annotated[Share, Stricter.HIGHER] = Fraction(20, 100)
    """How much more than the expected peak has to hold, as a share of it."""
    max_errors: Annotated[Share, Stricter.LOWER] = Fraction(1, 100)
    """The share of requests that may fail at a level; above 0%, which no number of requests proves."""
    min_achieved: Annotated[Share, Stricter.HIGHER] = Fraction(95, 100)
    """The least share of the offered rate that must have been sent, and of what was sent that must be answered."""
    step: Duration | None = None
    """How long each step of the ramp lasts, from the start of the run; without it, steps are found by their load."""
    min_level: Duration = timedelta(seconds=10)
    """The least duration of a level; in a shorter one, the change of load weighs more than the load."""
    confidence: Annotated[Share, Stricter.HIGHER] = USUAL
    """The confidence of the proof at each level; more than 50% and less than 100%."""

    @model_validator(mode="after")
    def _can_be_shown(self) -> Self:
        if not self.limits():
            raise ValueError(f"no limit is set; set at least one of {', '.join(SHARES)}")
        if not 0 < self.max_errors < 1:
            raise ValueError("max-errors must lie above 0%, which no run proves, and under 100%; as in 1%")
        if not Fraction(1, 2) < self.confidence < 1:
            raise ValueError("confidence must be more than 50% and less than 100%, as in 95%")
        if (self.step is not None and self.step <= timedelta()) or self.min_level <= timedelta():
            raise ValueError("step and min-level must be more than 0")
        if self.step is not None and self.step < self.min_level:
            raise ValueError("step is shorter than min-level, so that no step would count")
        return self


class Breakpoint(Check[BreakpointParams]):
    """The release holds its limits up to the expected peak, with headroom.

    Load has to rise: in steps within one run whose file tells what happened when, or over several runs, each of which
    is one level. Each level is judged by itself, as performance/latency and performance/error-rate judge a run: it
    holds when every limit is proven to be kept, it breaks when one is proven to be broken or when requests pile up,
    and otherwise shows nothing. The release holds at the highest level that holds together with all below it. It
    passes when that reaches the expected peak and its headroom, and fails when a level at or below that load breaks.
    No break at all is fine: the breakpoint lies beyond the highest level. Steps of too few requests, or of a load that
    was not even, are left out, unless their plain numbers break a limit already.

    The load of a level is what was sent, never what was meant to be sent. In an open loop that is the rate of
    arrivals. In a closed loop users wait for answers: a full release slows them down, so that the rate stops rising and
    slow requests are few, although many users wait (coordinated omission). There, load is the rate of good answers,
    or the number of users, if the expected peak is written in users. An open loop shows a breakpoint better.

    ## Why it matters

    Every service breaks at some load, seldom slowly: a queue that is nearly full is fine, and one that is full times
    out. A release that is fast today may stand 5% before that point. Peaks come as campaigns, retries and the
    failure of a neighbour, without asking. How far away the point is, is known before them or learned in them.

    ## How to fix it

    - Failed: look at what is full at the first level that breaks: processors, pools of connections or threads, a
      lock, the database. Compare with the level before it; the resource whose use stops growing is the one.
    - Unproven, no level reaches the load: let the ramp go on to the expected peak and its headroom, and beyond.
    - Unproven, too few requests: let each step last longer. At 95%, p95 needs 59 requests a level, p99 299, and
      p99.9 2,995; so does 1% of errors 299.
    - Unproven, no levels: write every request (`k6 run --out json=points.json`), hold each load for a while (in
      k6: `ramping-arrival-rate` with stages that stay at their target), and name the length of a step (`step: 30s`).
    - Unproven, less sent than offered, or dropped iterations: more virtual users, or a machine of its own.

    ## References

    - N. Gunther, Guerrilla Capacity Planning, 2007
    - G. Tene, How NOT to Measure Latency (on coordinated omission)
    - B. Schroeder, A. Wierman and M. Harchol-Balter, Open Versus Closed: A Cautionary Tale, 2006
    - docs/statistics.md: the proof at a level
    """

    def judge(self, load: tuple[LoadTest, ...]) -> Iterator[Finding]:
        """The levels, each by itself, and how far they reach."""
        asked, limits = self.params, self._limits()
        cut = Asked(
            asked.step, asked.min_level, limits.usually_enough, lambda level: looks_bad(level, limits)
        )
        found = levels_of(load, cut, asked.min_achieved)
        if isinstance(found, list):
            yield from found
            return
        goal = Goal(asked.expected_peak, asked.headroom, limits.enough)
        gap = unfit(found, goal)
        fair = paced(found.found) if asked.expected_peak.unit == USERS else found.found
        yield gap or reach(found, [judge_level(one, limits) for one in fair], goal)

    def _limits(self) -> Limits:
        asked = self.params
        objectives = (
            Objective(name, Fraction(SHARES[name]) / 100, limit, None)
            for name, limit in asked.limits().items()
        )
        return Limits(tuple(objectives), asked.max_errors, asked.min_achieved, asked.confidence)
