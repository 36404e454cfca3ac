"""Whether two sides are runs of one test: only then is a difference between them one of the release."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations, product
from math import isclose

from readiness.check import Finding
from readiness.evidence.load_test import LoadTest
from readiness.evidence.model import Reason

from ._consistency import odd_numbers
from ._in_flight import in_flight
from ._ruling import number
from ._targets import unproven

_ALIKE = 1.1
_DIGITS = 1e-6
_SAME = "run the same load test, at the same load, on both releases"


def incomparable(load: Sequence[LoadTest], baseline: Sequence[LoadTest]) -> Iterator[Finding]:
    """A finding for each way in which the runs are not comparable, shown for the first pair that differs."""
    every = [*_named("run", load), *_named("baseline run", baseline)]
    odd = [
        found.but(message=f"{name}: {found.message}") for name, run in every if (found := odd_numbers(run))
    ]
    yield from odd or _copies(every)
    seen: set[str] = set()
    if odd:
        return
    for (here, run), (there, base) in product(_named("run", load), _named("baseline run", baseline)):
        for what, message in _differences(run, base):
            if what not in seen:
                seen.add(what)
                yield unproven(
                    Reason.INSUFFICIENT, f"{here} and {there} are not comparable: {message}", _SAME
                )


def _named(what: str, runs: Sequence[LoadTest]) -> list[tuple[str, LoadTest]]:
    return [(f"{what} {place}", run) for place, run in enumerate(runs, 1)]


def _copies(every: Sequence[tuple[str, LoadTest]]) -> Iterator[Finding]:
    """No two runs measure the same to the last digit: what does is one run, counted twice."""
    for (here, run), (there, other) in combinations(every, 2):
        if run == other or _is_same(run, other):
            message = f"{here} and {there} are the same run, and a copy is no other observation"
            yield unproven(Reason.MALFORMED, message, "keep one file for each run of the load test")


def _is_same(run: LoadTest, other: LoadTest) -> bool:
    """The same counts, and the same mean and greatest latency to more digits than chance allows.

    One run in two formats, which write times and digits of their own, is such a copy.
    """
    mine, theirs = run.latency, other.latency
    if mine is None or theirs is None or mine.count != theirs.count:
        return False
    if (run.requests, run.errors) != (other.requests, other.errors):
        return False
    pairs = (mine.mean_ms, theirs.mean_ms), (mine.max_ms, theirs.max_ms)
    return all(
        here is not None and there is not None and isclose(here, there, rel_tol=_DIGITS)
        for here, there in pairs
    )


def _differences(run: LoadTest, base: LoadTest) -> Iterator[tuple[str, str]]:
    mine, theirs = _tool(run), _tool(base)
    if mine != theirs:
        yield "tool", f"one is of {mine}, the other of {theirs}, and tools measure different things"
    if "unknown" not in (run.loop, base.loop) and run.loop != base.loop:
        yield "loop", f"the loop of one is {run.loop}, that of the other {base.loop}"
    for what, one, other in (
        ("concurrency", run.concurrency, base.concurrency),
        ("offered rate per second", run.offered_per_s, base.offered_per_s),
    ):
        if one is not None and other is not None and not _alike(one, other):
            yield what, f"the {what} is {number(one)}, that of the baseline {number(other)}"
    yield from _loads(run, base)


def _tool(run: LoadTest) -> str:
    """Its name, without the version that may follow."""
    return run.tool.partition(" ")[0]


def _alike(one: float, other: float) -> bool:
    return one <= other * _ALIKE and other <= one * _ALIKE


def _loads(run: LoadTest, base: LoadTest) -> Iterator[tuple[str, str]]:
    """A slower release sends less in a closed loop, and keeps more in flight in an open one; less of both is less load.

    And more of both is more.
    """
    if not run.duration_s or not base.duration_s:
        yield "load", "the duration of one is not told, and so neither is its load"
        return
    rates = run.requests / run.duration_s, base.requests / base.duration_s
    here, there = in_flight(run), in_flight(base)
    told = f"{number(rates[0])} requests per second, {number(rates[1])} in the baseline"
    if here is None or there is None:
        if not _alike(*rates):
            yield "load", told
        return
    shown = f"{told}; {number(here.mean)} in flight on average, {number(there.mean)} in the baseline"
    pairs = [rates, (here.mean, there.mean)]
    if all(one * _ALIKE < other for one, other in pairs):
        yield "load", f"less load: {shown}"
    elif all(one > other * _ALIKE for one, other in pairs):
        yield "load", f"more load: {shown}"
