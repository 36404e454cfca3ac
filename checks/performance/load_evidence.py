"""Load tests themselves: whether they can be believed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from fractions import Fraction
from typing import Annotated

from pydantic import Field

from readiness.check import Check, Finding, Outcome, Params, Stricter
from readiness.evidence.load_test import LoadTest
from readiness.units import Duration, Share

from ._consistency import consistency, evenness, odd_numbers
from ._course import credible
from ._in_flight import little
from ._ruling import Held, Ruling, Untold
from ._steady import silence, steadiness, wanted, warm_up
from ._strength import completeness, dropped, duration, errors, offered, omission, requests, thresholds
from ._targets import opened


class LoadEvidenceParams(Params):
    """What a load test must have done to count as one."""

    min_duration: Annotated[Duration, Stricter.HIGHER] = timedelta(seconds=60)
    """The least duration of a run, its warm-up included."""
    min_requests: Annotated[int, Field(ge=1), Stricter.HIGHER] = 299
    """The least number of successful, measured requests; 299 are the fewest that can prove a p99 at 95%."""
    min_achieved: Annotated[Share, Stricter.HIGHER] = Fraction(95, 100)
    """The least share of the offered rate that must have been sent, where the file tells what was offered."""
    max_dropped: Annotated[Share, Stricter.LOWER] = Fraction(1, 100)
    """The share of what was to be sent that the load generator may have dropped."""
    min_in_flight: Annotated[float, Field(ge=0), Stricter.HIGHER] = 1.1
    """The requests that must be in flight on average, unless the loop is open; 0 where users are meant to pause."""
    max_stall: Annotated[Share, Stricter.LOWER] = Fraction(1, 100)
    """The share of a run that its longest request may take, unless the loop is open (coordinated omission)."""
    max_errors: Annotated[Share, Stricter.LOWER] = Fraction(5, 100)
    """The share of requests that may fail before the run shows nothing."""
    min_steady: Annotated[Duration, Stricter.HIGHER] = timedelta(seconds=30)
    """How long the load must have been held, or half of `min-duration` where that is less; `0ms` asks for nothing."""


class LoadEvidence(Check[LoadEvidenceParams]):
    """The load test itself can be believed.

    Every run is held to rules that need nothing but its own numbers. What cannot be true is malformed: counts that do
    not add up, percentiles that fall, a mean that they do not allow, more requests in flight than there were users
    (Little's law: requests per second x mean latency = requests in flight), a rate that is 1 / mean although many at
    once are claimed, more sent than offered. What is true but weak is insufficient: a run that is short, aborted or
    small, that failed too often, sent too little of the load it was to send, kept one request in flight, filled its
    own generator, let stalls silence it, or never held its load. A threshold of the tool itself that was crossed is a
    failure.

    Where the file tells its course in time, three rules look at it. The load must have been held for `min-steady`:
    rates within 20% of each other (users too, unless the loop is open), at a load not under 80% of the mean of the run;
    a ramp-up before it and a ramp-down after it do no harm, and of a stepped ramp one step is enough. Within that
    time latencies must have settled: the p50 of its last third is within 25% of that of the third before. And
    nothing may silence the generator in the middle of the run for longer than `max-stall`. A warm-up that was slower
    than what followed is told in a note: it makes percentiles worse, never better, so it is no reason to refuse them.

    A rule that the file tells too little for is left out, and named in the finding of those that hold. The load
    generator's processor is not in the files.

    ## Why it matters

    All other checks of performance believe the load test. A report whose rate was computed from its mean, whose
    hundred users waited in a queue of the generator, or that sent half of what it was to send, passes every limit.
    Numbers that were made up, or divided by the wrong time, rarely fit each other: four of them are enough to tell.

    ## How to fix it

    - Malformed: run the test again and keep the file as the tool wrote it. For a load tester of your own: the rate
      is requests / wall time, latencies are measured around each request, and concurrency is what was in flight.
    - Little's law, too few in flight: in a closed loop add users or shorten their pauses; where users are meant to
      pause, set `min-in-flight: 0`. Better, use an open loop: `constant-arrival-rate` in k6, `-R` in wrk2,
      `rate` in Vegeta.
    - Coordinated omission: use an open loop. A longer run helps if the stall was one of a kind.
    - Less sent than offered, dropped iterations, a full generator: more virtual users or connections, a machine of
      its own, several generators.
    - Not steady: hold the full load for longer than it takes to get there. For a test that is nothing but a ramp, set
      `min-steady` to the length of a step, or to `0ms`, and judge it by performance/breakpoint.
    - Latencies that still fall or rise: run for longer. What rises for ever is a queue or a leak, and no longer run
      will mend it.
    - A crossed threshold: mend the release, or correct the threshold where it stands, in the load test.

    ## References

    - J. Little, A Proof for the Queuing Formula L = lambda W, 1961
    - G. Tene, How NOT to Measure Latency (on coordinated omission)
    - B. Schroeder, A. Wierman and M. Harchol-Balter, Open Versus Closed: A Cautionary Tale, 2006
    """

    def judge(self, load: tuple[LoadTest, ...]) -> Iterator[Finding]:
        """Every rule, for every run."""
        held: list[Held] = []
        untold: list[Untold] = []
        for where, run in opened(load):
            for ruling in self._rulings(run):
                if isinstance(ruling, Finding):
                    yield ruling.but(message=where + ruling.message)
                elif isinstance(ruling, Held):
                    held.append(ruling)
                else:
                    untold.append(ruling)
        if held:
            yield _good(held, untold)

    def _rulings(self, run: LoadTest) -> Iterator[Ruling]:
        asked = self.params
        if odd := odd_numbers(run):
            yield odd
            return
        least, seen = wanted(asked.min_steady, asked.min_duration), credible(run)
        yield completeness(run)
        yield little(run, asked.min_in_flight)
        yield from consistency(run)
        yield evenness(run.latency)
        yield offered(run, asked.min_achieved)
        yield dropped(run, asked.max_dropped)
        yield omission(run, asked.max_stall)
        yield silence(seen, asked.max_stall)
        yield from steadiness(seen, least)
        yield duration(run, asked.min_duration)
        yield requests(run, asked.min_requests)
        yield errors(run, asked.max_errors)
        yield from thresholds(run)
        yield from warm_up(seen, least)


def _good(held: list[Held], untold: list[Untold]) -> Finding:
    shown = "; ".join(dict.fromkeys(one.shown for one in held if one.shown))
    missing = ", ".join(dict.fromkeys(one.what for one in untold))
    left_out = f". Not told by the file, and not judged: {missing}" if missing else ""
    rules = "1 rule holds" if len(held) == 1 else f"{len(held)} rules hold"
    return Finding(
        outcome=Outcome.PASS,
        message=f"{rules}: {shown}{left_out}" if shown else rules + left_out,
        count=len(held),
    )
