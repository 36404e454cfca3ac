"""Little's law: requests per second x mean latency = requests in flight, on average, whatever they are."""

from __future__ import annotations

from dataclasses import dataclass

from readiness.check import Finding, Measure
from readiness.evidence.load_test import LoadTest

from ._mean import mean_ms
from ._ruling import Held, Ruling, Untold, contradiction, number, weakness

_ROUNDING = 0.01
_OVERHANG = 0.1
_SERIAL = 0.005
_SATURATED = 0.9
_INSTRUMENT = "give the load generator more connections or virtual users, or a machine of its own"


@dataclass(frozen=True)
class InFlight:
    """The requests of a run that have a latency: how many a second, how long on average, how many at once."""

    per_s: float
    mean_ms: float
    duration_s: float

    @property
    def mean(self) -> float:
        """In flight, on average."""
        return self.per_s * self.mean_ms / 1000

    @property
    def shown(self) -> str:
        """The arithmetic."""
        return (
            f"{number(self.per_s)}/s x {number(self.mean_ms)} ms = {number(self.mean)} in flight on average"
        )


def in_flight(run: LoadTest) -> InFlight | None:
    """What the run kept in flight, as far as it was measured; None when the file does not tell.

    Latencies that the tool rewrote against coordinated omission are not how long requests were in flight.
    """
    latency, duration, mean = run.latency, run.duration_s, mean_ms(run.latency)
    if run.corrected or latency is None or not duration or mean is None:
        return None
    return InFlight(latency.count / duration, mean, duration)


def little(run: LoadTest, least: float) -> Ruling:
    """Not more in flight than was claimed, and more than one after the other; `least` on average in a closed loop."""
    known = in_flight(run)
    if known is None:
        return Untold(
            "what Little's law needs (the duration, and the mean of latencies as they were measured)"
        )
    claimed = f" of {run.concurrency:,}" if run.concurrency is not None else ""
    if run.concurrency is None and run.loop == "unknown":
        return Untold(f"the concurrency ({known.shown})")
    weak = _saturated(run, known) if run.loop == "open" else _too_few(run, known, least)
    return impossible(run) or weak or Held(known.shown + claimed)


def impossible(run: LoadTest) -> Finding | None:
    """What Little's law forbids: more in flight than there were slots, or requests in turn that claim to be at once."""
    known = in_flight(run)
    if known is None:
        return None
    return _too_many(run, known) or (_serial(run, known) if run.loop != "open" else None)


def _too_many(run: LoadTest, known: InFlight) -> Finding | None:
    """Every slot may still hold a request when the time is up: that much more than slots x time is possible."""
    if run.concurrency is None:
        return None
    longest = run.latency.max_ms if run.latency else None
    overhang = known.duration_s * _OVERHANG if longest is None else longest / 1000
    if known.mean * known.duration_s <= run.concurrency * (known.duration_s + overhang) * (1 + _ROUNDING):
        return None
    return contradiction(
        f"{known.shown}, and no more than {run.concurrency:,} can have been: rate, latency and concurrency "
        "cannot all be true (Little's law)",
        "look how the load test computes its rate: requests / wall time, over the whole run",
        measure=Measure(known.mean, run.concurrency, "in flight"),
    )


def _serial(run: LoadTest, known: InFlight) -> Finding | None:
    """The rate of requests one after the other, under the name of many at once."""
    claimed = run.concurrency or 1
    rate = run.requests / known.duration_s
    if claimed < 2 or abs(rate * known.mean_ms / 1000 - 1) > _SERIAL:
        return None
    return contradiction(
        f"{number(rate)}/s is 1 / {number(known.mean_ms)} ms: {known.shown}, which is the rate of requests one "
        f"after the other, and {claimed:,} at once are claimed",
        "measure the rate (requests / wall time) instead of computing it from the mean; send requests at once",
        measure=Measure(known.mean, claimed, "in flight", better="higher"),
    )


def _too_few(run: LoadTest, known: InFlight, least: float) -> Finding | None:
    if known.mean >= least:
        return None
    claimed = f", of {run.concurrency:,} that are claimed" if run.concurrency is not None else ""
    return weakness(
        f"{known.shown}{claimed}: no concurrency was exercised ({number(least)} are wanted, `min-in-flight`)",
        "add virtual users, shorten their pauses, or use an open loop; set `min-in-flight: 0` if pauses are meant",
        measure=Measure(known.mean, least, "in flight", better="higher"),
    )


def _saturated(run: LoadTest, known: InFlight) -> Finding | None:
    """An open loop whose slots are all taken waits for answers: it is a closed one."""
    if run.concurrency is None or known.mean < _SATURATED * run.concurrency:
        return None
    return weakness(
        f"{known.shown}, of {run.concurrency:,} at most: the load generator was full, and an open loop without a "
        "free slot waits for answers",
        _INSTRUMENT,
        measure=Measure(known.mean, _SATURATED * run.concurrency, "in flight"),
    )
