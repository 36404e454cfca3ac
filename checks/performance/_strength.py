"""Rules that a true record may break all the same: the test is then too weak to show anything."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from fractions import Fraction

from readiness.check import Finding, Measure, Outcome
from readiness.evidence.load_test import LoadTest
from readiness.units import show_duration, show_share

from ._mean import mean_ms
from ._percent import percent
from ._ruling import Held, Ruling, Untold, contradiction, number, weakness

_SENT_TOO_MUCH = 1.1
_STALLED = 10
_FREE = "give the load generator more virtual users, or a machine of its own"


def completeness(run: LoadTest) -> Ruling:
    """Whether it ran to its end."""
    if run.complete:
        return Held()
    return weakness(
        "the run was aborted: what it measured is not what was planned", "let the load test run to its end"
    )


def duration(run: LoadTest, least: timedelta) -> Ruling:
    """Long enough for caches, pools, garbage collection and scaling to show."""
    seconds, wanted = run.duration_s, least / timedelta(seconds=1)
    if seconds is None:
        return weakness(
            "the file does not tell how long the run was", run.more_detail or "let the tool write it"
        )
    if seconds >= wanted:
        return Held(f"{number(seconds)} s")
    return weakness(
        f"the run lasted {number(seconds)} s, less than {show_duration(least)} (`min-duration`)",
        f"run the load test for at least {show_duration(least)}",
        measure=Measure(seconds, wanted, "s", better="higher"),
    )


def requests(run: LoadTest, least: int) -> Ruling:
    """Enough that succeeded and were measured; errors do not help."""
    latency = run.latency
    if latency is None or not latency.count:
        return weakness(
            "no successful request has a latency", run.more_detail or "let the tool write latencies"
        )
    mixed = (run.errors or 0) if latency.of == "all" else 0
    good = max(0, latency.count - mixed)
    if good >= least:
        return Held(f"{good:,} good requests measured")
    return weakness(
        f"{good:,} successful requests were measured, fewer than {least:,} (`min-requests`)",
        "run the load test for longer, or at a higher rate",
        measure=Measure(good, least, "requests", better="higher"),
    )


def errors(run: LoadTest, most: Fraction) -> Ruling:
    """Few enough that the rest is the service, and not its refusals."""
    if run.errors is None:
        return weakness(
            "the file does not tell how many requests failed", run.more_detail or "let the tool tell it"
        )
    share = Fraction(run.errors, run.requests)
    told = f"{run.errors:,} of {run.requests:,} requests failed ({percent(float(share))})"
    if share <= most:
        return Held(told)
    return weakness(
        f"{told}, more than {show_share(most)} (`max-errors`): what is left is no measure of the service",
        "mend what makes requests fail, then run the load test again",
        measure=Measure(100 * float(share), 100 * float(most), "%"),
    )


def offered(run: LoadTest, least: Fraction) -> Ruling:
    """Sent as much as was meant to be sent, and no more."""
    if run.offered_per_s is None or not run.duration_s:
        return Untold("the offered rate")
    if broken := sent_too_much(run):
        return broken
    told, share = _offer(run), run.requests / (run.offered_per_s * run.duration_s)
    if share >= float(least):
        return Held(f"{told} ({percent(share)})")
    return weakness(
        f"{told}: {percent(share)}, less than {show_share(least)} (`min-achieved`)",
        _FREE,
        measure=Measure(100 * share, 100 * float(least), "%", better="higher"),
    )


def sent_too_much(run: LoadTest) -> Finding | None:
    """A contradiction when more was sent than was offered."""
    if run.offered_per_s is None or not run.duration_s:
        return None
    if 0 < run.requests <= _SENT_TOO_MUCH * run.offered_per_s * run.duration_s:
        return None
    return contradiction(f"{_offer(run)}: more was sent than was offered")


def _offer(run: LoadTest) -> str:
    rate, seconds = run.offered_per_s or 0.0, run.duration_s or 0.0
    return (
        f"{run.requests:,} requests sent of {number(rate)}/s x {number(seconds)} s "
        f"= {number(rate * seconds)} offered"
    )


def dropped(run: LoadTest, most: Fraction) -> Ruling:
    """What the load generator meant to send, and did not."""
    share = Fraction(run.dropped, run.dropped + run.requests)
    if share <= most:
        return Held(f"{run.dropped:,} dropped" if run.dropped else "")
    return weakness(
        f"{run.dropped:,} iterations were dropped, {run.requests:,} requests sent: {percent(float(share))} of both, "
        f"more than {show_share(most)} (`max-dropped`)",
        _FREE,
        measure=Measure(100 * float(share), 100 * float(most), "%"),
    )


def omission(run: LoadTest, most: Fraction) -> Ruling:
    """Whether a stall silenced the load generator itself (coordinated omission).

    In a closed loop nobody sends while everybody waits. A stall of M seconds in a run of T would have met M / T of
    the requests of an open loop; a closed one records one slow request a user. Only where M is many times the pause
    between two requests of a user does it leave any out.
    """
    if run.corrected:
        return weakness(
            "the tool rewrote latencies against coordinated omission: they are computed, and no longer requests",
            "use an open loop and a tool that measures every request",
        )
    if run.loop == "open":
        return Held("an open loop")
    latency = run.latency
    longest = None if latency is None else latency.max_ms
    if latency is None or longest is None or not run.duration_s:
        return Untold("the greatest latency, which would tell of coordinated omission")
    interval, share = _interval_ms(run), longest / 1000 / run.duration_s
    if share <= float(most) or (interval is not None and longest <= _STALLED * interval):
        return Held(f"the longest request took {percent(share)} of the run")
    return _stalled(run, longest, share, most)


def _stalled(run: LoadTest, longest: float, share: float, most: Fraction) -> Finding:
    loop = "a closed loop" if run.loop == "closed" else "a loop that is not known to be open"
    silent = run.requests * share
    recorded = f", and at most {run.concurrency:,} are recorded" if run.concurrency is not None else ""
    return weakness(
        f"in {loop} the longest request took {number(longest)} ms of {number(run.duration_s or 0)} s, {percent(share)} "
        f"of the run (`max-stall`: {show_share(most)}): an open loop sends {number(silent)} requests in that time"
        f"{recorded} (coordinated omission)",
        "use an open loop (an arrival rate), or run for longer",
        measure=Measure(100 * share, 100 * float(most), "%"),
    )


def _interval_ms(run: LoadTest) -> float | None:
    """Between two requests of one user: users / rate; without the number of users the mean latency, which is less."""
    if run.concurrency and run.duration_s:
        return 1000 * run.concurrency * run.duration_s / run.requests
    return mean_ms(run.latency)


def thresholds(run: LoadTest) -> Iterator[Ruling]:
    """The tool's own verdicts: what its authors called too bad is too bad here too."""
    for text, kept in run.thresholds.items():
        if kept:
            yield Held()
            continue
        yield Finding(
            outcome=Outcome.FAIL,
            message=f"the load test's own threshold was crossed: {text}",
            observed="crossed",
            expected=text,
            next="mend what the threshold is about, or change it in the load test if it is wrong",
        )
