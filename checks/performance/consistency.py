"""Latency and throughput as load rises, from load tests at several levels."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from fractions import Fraction
from typing import Annotated, Literal, Self

from pydantic import Field, PlainValidator, WithJsonSchema, model_validator

from readiness.check import Check, Finding, Params, Stricter
from readiness.check.confidence import USUAL
from readiness.evidence.load_test import LoadTest
from readiness.evidence.model import Reason
from readiness.statistics.binomial import least_requests
from readiness.units import Duration, Share, show_share

from ._findings import together, unproven
from ._level import PEAK_SCHEMA, Levels, Peak, parse_peak
from ._level_course import Asked
from ._level_runs import levels_of
from ._scaling_axis import Ladder, ladder, reached
from ._scaling_gain import gain, law
from ._scaling_growth import growth

_SHARE = r"(\d{1,12}(?:\.\d{1,9})?)%"


def _parse_increase(value: object) -> Fraction:
    """`100%`, and more: what grows may grow to many times what it was."""
    if isinstance(value, str) and (found := re.fullmatch(_SHARE, value, re.ASCII)):
        return Fraction(found[1]) / 100
    if isinstance(value, Fraction):
        return value
    raise ValueError("is no share; write it in percent, as in 50% or 200%")


_SCHEMA = WithJsonSchema({"type": "string", "pattern": f"^{_SHARE}$", "examples": ["100%"]})
Increase = Annotated[Fraction, PlainValidator(_parse_increase), _SCHEMA]


class ConsistencyParams(Params):
    """How much latency may grow, how well throughput has to keep up, and over which levels."""

    max_growth: Annotated[Increase, Stricter.LOWER] = Fraction(1)
    """How much the percentile may grow from a level to any higher one, as a share; 100% is twice as long."""
    min_scalability: Annotated[Share, Stricter.HIGHER] = Fraction(80, 100)
    """The least throughput gained for the load added, both relative, between the lowest and the highest level."""
    percentile: Literal["p50", "p75", "p90", "p95", "p99", "p99.9"] = "p95"
    """The percentile of latency that is compared."""
    up_to: Annotated[
        Peak | None,
        PlainValidator(lambda value: None if value is None else parse_peak(value)),
        WithJsonSchema({"anyOf": [*PEAK_SCHEMA["anyOf"], {"type": "null"}]}),
    ] = None
    """The load up to which it is asked, as in `500/s` or `200 users`; it has to be reached. Left out: every level."""
    min_rise: Annotated[Increase, Stricter.HIGHER] = Fraction(1)
    """How much higher than the lowest load the highest one has to be, as a share; 100% is twice as high."""
    min_levels: Annotated[int, Field(ge=2), Stricter.HIGHER] = 3
    """The least number of levels."""
    max_errors: Annotated[Share, Stricter.LOWER] = Fraction(5, 100)
    """The share of failed requests above which latencies of a level show nothing."""
    min_achieved: Annotated[Share, Stricter.HIGHER] = Fraction(95, 100)
    """The least share of the offered rate that must have been sent, where the file tells what was offered."""
    step: Duration | None = None
    """How long each step of the ramp lasts, from the start of the run; without it, steps are found by their load."""
    min_level: Duration = timedelta(seconds=10)
    """The least duration of a level; in a shorter one, the change of load weighs more than the load."""
    confidence: Annotated[Share, Stricter.HIGHER] = USUAL
    """The confidence of each interval; more than 50% and less than 100%."""

    @model_validator(mode="after")
    def _can_be_shown(self) -> Self:
        if not Fraction(1, 2) < self.confidence < 1:
            raise ValueError("confidence must be more than 50% and less than 100%, as in 95%")
        if (self.step is not None and self.step <= timedelta()) or self.min_level <= timedelta():
            raise ValueError("step and min-level must be more than 0")
        if self.step is not None and self.step < self.min_level:
            raise ValueError("step is shorter than min-level, so that no step would count")
        if self.min_rise <= 0 or self.min_scalability <= 0:
            raise ValueError("min-rise and min-scalability must be more than 0%")
        return self


class Consistency(Check[ConsistencyParams]):
    """Latency grows little and throughput keeps up as load rises.

    Load has to rise, in steps within one run whose file tells what happened when, or over several runs, each of which
    is one level; three levels at least, the highest twice the lowest. Two things are asked. Growth: a percentile of
    latency at each level, over that at every lower one. Its interval is that of both levels, by the order of their
    requests, taken at its worst: the upper end of the higher over the lower end of the lower level has to keep the
    limit. Scalability: throughput gained over load added, both relative, from the lowest to the highest level; 100% is
    a release that gives twice as much when it is asked for twice as much.

    Load is the rate that was offered or sent in an open loop, and the number of users in a closed one, where the rate
    follows the answers. From five levels on, a note shows the Universal Scalability Law that fits best, and where
    throughput would peak, if it fits well and such a peak is in sight. It is no part of the verdict.

    ## Why it matters

    A release can keep its limits at every level and still be near its end: latency that doubles at each step, and
    throughput that rises by half of what is added, say that something is shared and nearly full. That shows at loads
    at which nothing has failed yet, and it is what capacity plans silently assume away.

    ## How to fix it

    - Growth: look for what requests wait for at the higher load: pools of connections or threads, a lock, the
      database, garbage collection. The level at which growth begins tells how much of it there is.
    - Scalability: contention (a queue that all pass) flattens throughput; coherency (each worker tells all others)
      bends it down. The note tells which one it is, where it fits.
    - A ramp that goes on until the release breaks fails here: name the load that matters with `up-to`.
    - Unproven, too wide an interval: send more requests at each level, and write every one of them.
    - Unproven, users not told: use an open loop, or a tool that writes how many users there were.

    ## References

    - N. Gunther, Guerrilla Capacity Planning, 2007: the Universal Scalability Law
    - W. Conover, Practical Nonparametric Statistics, chapter 3: intervals of quantiles
    - J. Little, A Proof for the Queuing Formula L = lambda W, 1961
    - docs/statistics.md: the fit, and the proof at a level
    """

    def judge(self, load: tuple[LoadTest, ...]) -> Iterator[Finding]:
        """Growth and scalability over all levels, and the note."""
        found = levels_of(load, self._asked(), self.params.min_achieved)
        if isinstance(found, list):
            yield from found
            return
        chosen = self._chosen(found)
        if isinstance(chosen, Finding):
            yield chosen
            return
        yield from together(self._judged(chosen))

    def _asked(self) -> Asked:
        """A level needs as many requests as both ends of an interval take, at the usual confidence."""
        doubt = (1 - USUAL) / 2
        share = 1 - Fraction(self.params.percentile.removeprefix("p")) / 100
        return Asked(self.params.step, self.params.min_level, least_requests(share, 1 - doubt))

    def _judged(self, chosen: Ladder) -> Iterator[Finding]:
        asked = self.params
        gaps = [one.gap.but(message=f"{one.where}: {one.gap.message}") for one in chosen.levels if one.gap]
        if gaps:
            yield from gaps
            return
        yield from growth(chosen, asked.percentile, asked.max_growth, asked.confidence, asked.max_errors)
        yield gain(chosen, asked.min_scalability, asked.confidence)
        yield from law(chosen)

    def _chosen(self, levels: Levels) -> Ladder | Finding:
        """The levels up to the load that is asked for; a finding where they are too few, or too much alike."""
        asked, found = self.params, levels.found
        left = (
            f" ({levels.left_out} were uneven, too short or of too few requests)" if levels.left_out else ""
        )
        if len(found) < asked.min_levels:
            message = (
                f"{len(found)} levels of load were found by {levels.how}{left}, fewer than {asked.min_levels}"
            )
            return unproven(
                Reason.INSUFFICIENT, f"{message} (`min-levels`)", "let each step last longer, or add some"
            )
        rungs = ladder(found)
        if rungs is None:
            message = "the file does not tell of a load that does not depend on the answers"
            return unproven(Reason.INSUFFICIENT, message, "use an open loop, or a tool that writes its users")
        if asked.up_to is not None:
            top, rungs = rungs.title(-1), reached(rungs, asked.up_to)
            if rungs is None:
                message = f"no level reaches the {asked.up_to} of `up-to`; the highest load was {top}"
                return unproven(Reason.INSUFFICIENT, message, f"let the load rise to {asked.up_to}")
        if len(set(rungs.loads)) < asked.min_levels or rungs.rise < 1 + asked.min_rise:
            message = (
                f"load rises from {rungs.title(0)} to {rungs.title(-1)} over {len(set(rungs.loads))} levels"
            )
            wanted = f"{asked.min_levels} levels, the highest {show_share(asked.min_rise)} above the lowest, are wanted"
            return unproven(
                Reason.INSUFFICIENT, f"{message}; {wanted}", "start at a lower load, with more steps"
            )
        return rungs
